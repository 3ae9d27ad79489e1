"""A page of a council's own: DVC watches it, publishes it anew when it changes, and then has nothing to do."""

from pathlib import Path

import pytest
from dvc_project import copy_whole, dvc, set_param
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)
pytestmark = pytest.mark.slow  # test_how_to.py adds a page, test_own_pages.py takes one away
PAGE, PICTURE = "reports/ours.qmd", "reports/map.svg"
TEXT = '---\ntitle: Our work\n---\n\nWhat we did.\n\n![A map](map.svg){fig-alt="Where we work"}\n'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 5h9"/></svg>\n'
MENU = "          - text: About\n"


def report(copy: Copy) -> str:
    ended = copy.python("run.py", "--here", "report")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def shown(copy: Copy, name: str = "ours.html") -> str:
    return (copy.root / "reports/_site" / name).read_text(encoding="utf-8")


@pytest.fixture
def with_page(own: Copy, tmp_path: Path) -> Copy:
    """A project that was run, and then got a page with a picture, and an entry in the menu."""
    copy = copy_whole(own, tmp_path / "outturn")
    (copy.root / PAGE).write_text(TEXT, encoding="utf-8")
    (copy.root / PICTURE).write_text(SVG, encoding="utf-8")
    set_param(copy.root / "reports", MENU, f"          - ours.qmd\n{MENU}", "_quarto.yml")
    return copy


def test_it_is_published_watched_and_leaves_with_its_file(with_page: Copy) -> None:
    before = (with_page.root / "dvc.yaml").read_text(encoding="utf-8")
    said = report(with_page)
    assert "reports/ours.qmd is new: DVC watches it" in said
    assert "Running stage 'equality'" not in said
    assert "What we did." in shown(with_page)
    assert '<a href="ours.html">Our work</a>' in shown(with_page, "index.html")
    assert dvc(with_page, "status", "--json").strip() == "{}"

    set_param(with_page.root, "What we did.", "What we will do.", PAGE)
    set_param(with_page.root, "M0 5h9", "M0 7h9", PICTURE)
    dvc(with_page, "repro")
    assert "What we will do." in shown(with_page)
    assert "M0 7h9" in shown(with_page, "map.svg")
    assert dvc(with_page, "status", "--json").strip() == "{}"

    for name in (PAGE, PICTURE):
        (with_page.root / name).unlink()
    set_param(with_page.root / "reports", "          - ours.qmd\n", "", "_quarto.yml")
    assert "reports/ours.qmd is gone" in report(with_page)
    assert not (with_page.root / "reports/_site/ours.html").exists()
    assert (with_page.root / "dvc.yaml").read_text(encoding="utf-8") == before


def test_dvc_alone_finds_it_by_the_menu(with_page: Copy) -> None:
    assert "reports/ours.qmd is new: DVC watches it from the next run on" in dvc(with_page, "repro")
    assert "What we did." in shown(with_page)
    dvc(with_page, "repro")
    assert dvc(with_page, "status", "--json").strip() == "{}"
