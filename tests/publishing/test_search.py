"""Search without a server: a form on every page, a list that stands without scripts, one script that narrows it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from site_project import publish

from pipeline.publishing import check_site, list_downloads, list_everything
from pipeline.publishing.finish import LIST, POLICY, format_script, policy_of, with_search, without_scripts

pytest_plugins = ("site_fixtures",)
CHROMIUM = shutil.which("chromium")
_SERVICES = ["[S01 Harbour Youth](</services/S01.ipynb>): Umoja, Éducation", "[S02 Club](</index.qmd>): play"]


@pytest.fixture
def searched(project: Path, site: Path) -> Path:
    """The small site with its list."""
    listed = list_everything(project, "a-to-z.qmd", {"Services": _SERVICES})
    (project / "_generated/a-to-z.md").write_text(listed, encoding="utf-8")
    publish(project)
    return site


def test_every_page_has_a_labelled_field_that_leads_to_the_list(searched: Path) -> None:
    for path in searched.rglob("*.html"):
        (form,) = re.findall(r'<form class="search".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL)
        action = re.findall(r'action="([^"]+)"', form)[0]
        assert (path.parent / action).resolve() == searched / LIST
        assert 'method="get"' in form and '<label for="search">' in form and 'name="q"' in form
        assert len(re.findall(r"<(?:input|button|a|select)", form)) == 2


def test_the_list_alone_runs_a_script_and_only_one_of_the_site(searched: Path) -> None:
    assert check_site(searched) == []
    for path in searched.rglob("*.html"):
        page, here = path.read_text(encoding="utf-8"), path.relative_to(searched).as_posix()
        assert page.count("<script") == (1 if here == LIST else 0)
        assert policy_of(here) in page
    assert policy_of("index.html") == POLICY
    assert "script-src 'self' file:;" in policy_of(LIST)
    assert "unsafe" not in policy_of(LIST).partition("script-src")[2]


def test_things_with_a_name_are_listed_and_their_pages_not_a_second_time(searched: Path) -> None:
    text = (searched / LIST).read_text(encoding="utf-8")
    assert '<li><a href="services/S01.html">S01 Harbour Youth</a>: Umoja, Éducation</li>' in text
    assert "Harbour Youth &amp; Friends" not in text.partition("Parts and tables")[0].partition("<h1")[2]


def test_of_many_pages_with_the_same_part_one_is_named_and_how_many_others_there_are(project: Path) -> None:
    notebook = (project / "services" / "S01.ipynb").read_bytes()
    for number in range(2, 42):
        (project / "services" / f"S{number:02d}.ipynb").write_bytes(notebook)
    listed = list_everything(project, "a-to-z.qmd")
    parts = listed.partition("## Parts and tables")[2]
    assert "and 40 others there" in parts
    assert "S41" not in parts
    assert "</services/S41.ipynb>" in listed, "among the pages"
    offered = list_downloads(project, but=("a-to-z.qmd",))
    assert offered.count("(<services/tables/S") == 41, "the workbook of each"
    assert "</services/S41.ipynb>" in offered


def test_a_list_that_another_program_made_gets_the_form_and_the_script() -> None:
    made = "<html><head></head><body><main class=x><p>A</p></main></body></html>"
    found = with_search(without_scripts(made), LIST)
    assert found.index("<main class=x>") < found.index('<form class="search"') < found.index("<p>A</p>")
    assert format_script(LIST) in found.partition("</head>")[0]
    assert with_search(made, "index.html") == made


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine's PATH")
@pytest.mark.parametrize(
    ("asked", "shown", "told"),
    [("umoja+education", ["S01"], "1 of"), ("", ["S01", "S02"], ""), ("no+such+thing", [], "0 of")],
)
def test_the_list_is_narrowed_as_a_browser_opens_it_from_the_disk(
    searched: Path, asked: str, shown: list[str], told: str
) -> None:
    address = f"{(searched / LIST).as_uri()}?q={asked}"
    command = (str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", address)
    page = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()
    entries = re.findall(r'<li( hidden="")?><a href="[^"]+">(S0\d) ', page)
    assert [name for hidden, name in entries if not hidden] == shown
    assert re.findall(r"<output[^>]*>([^<]*)", page)[0].startswith(told)
