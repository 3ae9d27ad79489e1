"""docs/how-to.md does what it says: its files are written and its commands typed, in a project of a council's own."""

from pathlib import Path

import pytest
from dvc_project import DATASET, copy_whole, dvc, set_param
from recipes import type_commands, type_line, write_files
from whole_run import Copy, git

pytest_plugins = ("whole_run_fixtures",)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 5h9"/></svg>\n'


def shown(copy: Copy, name: str) -> str:
    return (copy.root / "reports/_site" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def mine(own: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A clone of a repository from which new versions come; to one with a measure of its own come a page and a logo."""
    folder = tmp_path_factory.mktemp("how")
    copy = copy_whole(own, folder / "outturn")
    git(folder, "clone", "--quiet", "--bare", "outturn", "upstream")
    git(copy.root, "remote", "add", "origin", "../upstream")
    git(copy.root, "fetch", "--quiet", "origin")
    git(
        copy.root,
        "branch",
        "--quiet",
        "--set-upstream-to",
        f"origin/{git(copy.root, 'branch', '--show-current').strip()}",
    )
    page = "Add a page, with a place in the menu"
    for title in (page, "Show your logo"):
        write_files(copy, title)
    (copy.root / "reports/area.svg").write_text(SVG, encoding="utf-8")
    (copy.root / "reports/assets/logo.svg").write_text(SVG, encoding="utf-8")
    type_commands(copy, page)
    return copy


def test_a_measure_is_on_the_services_pages(mine: Copy) -> None:
    assert "Reviewed within 182 days" in shown(mine, "services/S01.html")


def test_a_page_and_a_logo_are_on_the_site(mine: Copy) -> None:
    assert '<a href="our-work.html">Our work</a>' in shown(mine, "index.html")
    assert 'alt="Tillingbourne Borough Council"' in shown(mine, "services/S01.html")
    assert "Fewer than 5 &lt; 7 families" in shown(mine, "our-work.html")
    assert "reports/our-work.qmd" in (mine.root / "dvc.yaml").read_text(encoding="utf-8")


def test_an_upgrade_leaves_data_settings_and_pages(mine: Copy, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(mine.root.parent / "upstream"), "new")
    set_param(tmp_path / "new", "# One section a stage", "# In the new version: one section a stage")
    git(tmp_path / "new", "commit", "--quiet", "--all", "--message", "A new version")
    git(tmp_path / "new", "push", "--quiet")
    before = mine.hashes(DATASET, "reports/_site")
    assert "up to date" in type_commands(mine, "Upgrade, with your own data in place")
    params = (mine.root / "params.yaml").read_text(encoding="utf-8")
    assert "In the new version" in params
    assert f"dataset: {DATASET}" in params
    assert mine.hashes(DATASET, "reports/_site") == before


@pytest.mark.slow
def test_a_colleague_gets_data_and_site_through_a_shared_folder(mine: Copy) -> None:
    type_commands(mine, "Share data with colleagues")
    git(mine.root.parent, "clone", "--quiet", "outturn", "colleague")
    colleague = Copy(mine.root.parent / "colleague")
    type_commands(colleague, "Share data with colleagues", "colleague")
    kept = (DATASET, "reports/_site", "reports/services")
    assert colleague.hashes(*kept) == mine.hashes(*kept)
    assert dvc(colleague, "status", "--json").strip() == "{}"


@pytest.mark.slow
def test_a_dataset_of_financial_years_is_run_whole(own: Copy, tmp_path: Path) -> None:
    copy = copy_whole(own, tmp_path / "outturn")
    write_files(copy, "Take returns by the year, or the financial year")
    returns = copy.root / DATASET / "returns/harbour_youth"
    (returns / "2009-q4").rename(returns / "2009-10")
    set_param(copy.root / DATASET, "2009-q2", "2009-10", "reference/corrections.csv")
    set_param(copy.root / DATASET, "complete_to: 2009-12-31", "complete_to: 2010-03-31", "dataset.yaml")
    type_line(copy, "python", "run.py", "report")
    assert "2009-10" in shown(copy, "quality.html")
