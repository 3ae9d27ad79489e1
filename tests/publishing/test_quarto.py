"""The Quarto publisher: by a stand-in that writes plain pages, and by the real one where it is installed."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pypandoc
import pytest
import yaml

from pipeline.commands.finish import finish_rendered
from pipeline.publishing import PublishedSite, PublishError, check_site, publish_site
from pipeline.publishing.finish import POLICY, with_policy, without_scripts
from pipeline.publishing.quarto import find_quarto, quarto_command

pytest_plugins = ("site_fixtures",)

ROOT = Path(__file__).parents[2]
STAND_IN = """#!{python}
import pathlib, shutil, sys
here = pathlib.Path(__file__).parent
if sys.argv[1] == "--version":
    print("{version}")
    sys.exit()
if {code}:
    print("[1/2] index.qmd", "ERROR: no such page", sep="\\n", file=sys.stderr)
    sys.exit({code})
asked = pathlib.Path(sys.argv[2])
whole = asked.is_dir()
project = asked if whole else next(each for each in asked.parents if (each / "_quarto.yml").is_file())
sources = [each for kind in ("*.qmd", "*.ipynb") for each in project.rglob(kind)] if whole else [asked]
sources = [each for each in sources if not any(part[0] in "_." for part in each.relative_to(project).parts)]
with (here / "asked.txt").open("a") as told:
    print(asked.name, file=told)
for source in sources:
    place = project / "_site" / source.relative_to(project).with_suffix(".html")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(
        f'<!DOCTYPE html><html lang="en"><head><title>{{source.stem}}</title></head><body>'
        '<script src="x.js"></script><main id="content"><h1>A page</h1></main></body></html>'
    )
shutil.copytree(project / "assets", project / "_site" / "assets", dirs_exist_ok=True)
libs = project / "_site" / "site_libs"
libs.mkdir(parents=True, exist_ok=True)
(libs / "x.css").write_text("p {{}}")
(libs / "x.js").write_text("1")
print("[1/2] index.qmd", file=sys.stderr)
"""


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str = "1.9.38", code: int = 0) -> Path:
    """Put a program called quarto on the path; the result is the file in which it writes down what it was asked."""
    folder.mkdir(exist_ok=True)
    program = folder / "quarto"
    program.write_text(STAND_IN.format(python=sys.executable, version=version, code=code))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder / "asked.txt"


def publish(project: Path, said: list[str], with_: str = "auto") -> PublishedSite:
    cache = project.parent / "kept"
    return publish_site(project, project / "_site", with_, cache=cache, tell=said.append)  # type: ignore[arg-type]


def test_quarto_makes_every_page_and_nothing_of_its_own_runs(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch)
    said: list[str] = []
    site = publish(project, said)
    assert (site.publisher, set(site.made)) == ("quarto", set(site.pages))
    assert check_site(site.folder) == []
    assert said == ["[1/2] index.qmd"]
    assert not list(site.folder.rglob("x.js"))
    assert (site.folder / "services/tables/S01-reach.csv").is_file()


def test_only_a_page_that_changed_is_rendered_again(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = stand_in(tmp_path / "bin", monkeypatch)
    publish(project, [])
    with (project / "about.qmd").open("a") as page:
        page.write("\nAnother line.\n")
    site = publish(project, [])
    assert site.made == ("about.html",)
    assert publish(project, []).made == ()
    assert asked.read_text().split() == ["project", "about.qmd"]
    assert check_site(site.folder) == []
    assert (site.folder / "site_libs/x.css").is_file()


@pytest.mark.parametrize(
    ("version", "code", "why"),
    [("1.3.450", 0, "Quarto 1.3.450 is too old"), ("1.9.38", 3, "exit code 3.*ERROR: no such page")],
)
def test_where_quarto_is_too_old_or_fails_the_embedded_publisher_serves_and_says_so(
    version: str, code: int, why: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, version, code)
    said: list[str] = []
    assert publish(project, said).publisher == "pandoc"
    with pytest.raises(PublishError, match=why):
        publish(project, [], "quarto")
    assert said[-1].endswith("The embedded publisher makes the site instead.")


def test_the_stage_has_settings_of_its_own_and_the_project_keeps_its_own(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch)
    before = (project / "_quarto.yml").read_bytes()
    publish(project, [])
    assert (project / "_quarto.yml").read_bytes() == before
    assert yaml.safe_load(before)["project"]["output-dir"] != "_site"


def test_what_is_rendered_by_hand_is_finished_with_tables_and_without_scripts(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch)
    subprocess.run((tmp_path / "bin/quarto", "render", project), check=True, capture_output=True)
    monkeypatch.setenv("QUARTO_PROJECT_OUTPUT_DIR", "_site")
    assert [*finish_rendered(project)] == [f"Open {project / '_site/index.html'}"]
    assert check_site(project / "_site") == []
    assert (project / "_site/services/tables/S01-reach.csv").is_file()
    monkeypatch.setenv("QUARTO_PROJECT_OUTPUT_DIR", "_briefing")
    assert [*finish_rendered(project)] == ["Not a whole site: nothing to finish."]


@pytest.mark.skipif(find_quarto() is None, reason="Quarto is not installed here")
def test_a_real_quarto_makes_the_same_pages_and_words(project: Path) -> None:
    by_quarto = publish_site(project, project.parent / "one", "quarto")
    by_pandoc = publish_site(project, project.parent / "other", "pandoc")
    assert by_quarto.pages == by_pandoc.pages
    for page in ("services/S01.html", "methods.html"):
        texts = [(site.folder / page).read_text(encoding="utf-8") for site in (by_quarto, by_pandoc)]
        assert [text.count("<table") for text in texts] == [texts[0].count("<table")] * 2
        assert all("<script" not in text for text in texts)


def briefing(project: Path, page: str) -> str:
    """The text of a page as a briefing in Word, by the filters of the profile; '[table]' where a table is one."""
    settings = yaml.safe_load((ROOT / "reports/_quarto-briefing.yml").read_text(encoding="utf-8"))
    filters = [
        ROOT / "pipeline/publishing/fold.lua",
        *(ROOT / "reports" / each for each in settings["filters"]),
    ]
    out = project / "briefing.docx"
    options = [f"--lua-filter={each}" for each in filters]
    command = (
        pypandoc.get_pandoc_path(),
        "--from=markdown-raw_tex",
        "--to=docx",
        *options,
        f"--output={out}",
    )
    subprocess.run(command, input=page.encode(), cwd=project, check=True)
    document = zipfile.ZipFile(out).read("word/document.xml").decode()
    return document.replace("<w:tbl>", "[table]")


def test_a_briefing_has_tables_and_whose_data_these_are_and_nothing_that_is_folded(project: Path) -> None:
    notebook = json.loads((project / "services/S01.ipynb").read_text(encoding="utf-8"))
    table = "".join(notebook["cells"][-2]["outputs"][0]["data"]["text/markdown"])
    folded = f"<details><summary>More</summary>\n\nHidden.\n\n{table}\n\n</details>"
    text = briefing(project, f"{table}\n\n{folded}\n\n## Part {{.folded}}\n\nInside.\n\n## Last\n\nSeen.")
    assert text.count("[table]") == 1
    for words in ("Children by ethnic group", "synthetic data", "a seeded generator", "Seen."):
        assert words in text
    for words in ("Hidden.", "Inside.", "Download this table"):
        assert words not in text


def test_quarto_is_never_told_to_execute() -> None:
    command = quarto_command("/opt/quarto", Path("work") / "project")
    assert command == ("/opt/quarto", "render", str(Path("work/project")))


def test_asking_for_quarto_where_there_is_none_is_refused_in_one_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        PublishError, match=r"^publish\.with is 'quarto', but no program of that name was found"
    ):
        publish_site(project, project / "_site", "quarto")
    assert not (project / "_site").exists()


def test_auto_takes_pandoc_where_there_is_no_quarto(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert publish_site(project, project / "_site", "auto").publisher == "pandoc"


def test_what_quarto_adds_to_run_in_the_browser_is_taken_out_and_nothing_else() -> None:
    text = (
        '<script src="site_libs/x.js"></script><SCRIPT>\nif (a < b) {}\n</SCRIPT >'
        '<img alt="group one = 5 > 4" src="a.png" onload="x()" ONERROR=y><p>on = 5</p>'
    )
    assert without_scripts(text) == '<img alt="group one = 5 > 4" src="a.png"><p>on = 5</p>'


def test_a_page_of_quartos_says_first_what_a_browser_may_load() -> None:
    assert (
        with_policy('<html><head lang="x"><meta></head>', POLICY)
        == f'<html><head lang="x">\n{POLICY}<meta></head>'
    )
