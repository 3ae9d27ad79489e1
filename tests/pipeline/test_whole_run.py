"""One run of the sample, by the command a reader types, in a folder without git: how it ends and what it leaves."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from open_words import count_open_words, count_tab_stops
from whole_run import BEFORE_PUBLISH, MEASURES, OUTPUTS, PAGES, SERVICES, Copy, WholeRun, copy_project

from pipeline.publishing import check_site

pytest_plugins = ("whole_run_fixtures",)

SITE = "reports/_site"
FOLDERS_WITH_PAGES = ("services", "equality")
TOP = (
    "index",
    "quality",
    "methods",
    "about",
    "changes",
    "families",
    "a-to-z",
    "downloads",
    "providers",
    "definitions",
    "glossary",
)
ADDRESSES = {f"{page}.html" for page in TOP} | {
    f"{folder}/{page}.html" for folder in FOLDERS_WITH_PAGES for page in ("index", *SERVICES)
}
ADDRESSES |= {f"equality/{measure}.html" for measure in MEASURES}
ADDRESSES |= {f"cycle/{page}.html" for page in ("needs", "plan", "money", "market")}
ADDRESSES |= {"services/curves.html", "services/what_works.html"}


@pytest.fixture(scope="module")
def pages(run: Copy) -> dict[str, str]:
    site = run.root / SITE
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")
    }


def test_it_runs_without_git_and_names_the_page_to_open(whole: WholeRun) -> None:
    assert not (whole.copy.root / ".git").exists()
    last = whole.ended.stdout.splitlines()[-1]
    assert last == f"Open {whole.copy.root / SITE / 'index.html'}"


def test_nothing_is_warned_of(whole: WholeRun) -> None:
    told = (whole.ended.stdout + whole.ended.stderr).lower()
    assert "warning" not in told
    assert "traceback" not in told


def test_the_copys_own_code_is_what_runs(run: Copy) -> None:
    ended = run.python("-c", "import os; os.chdir('notebooks'); import pipeline; print(pipeline.__file__)")
    assert ended.stdout.strip() == str(run.root / "pipeline" / "__init__.py")


def test_every_page_is_there_and_no_other(pages: dict[str, str]) -> None:
    assert set(pages) == ADDRESSES


def test_every_page_says_that_the_data_are_synthetic(pages: dict[str, str]) -> None:
    assert [name for name, page in pages.items() if "Synthetic data." not in page] == []


def test_no_page_is_over_300_kilobytes(pages: dict[str, str]) -> None:
    assert [name for name, page in pages.items() if len(page.encode()) > 300_000] == []


def test_no_page_tells_more_than_a_reader_has_time_for(pages: dict[str, str]) -> None:
    """1,500 open words, 600 on the overview, and some room: each run's own key may move a verdict to other words."""
    words = {name: count_open_words(page) for name, page in pages.items()}
    assert [name for name, number in words.items() if number > 1_600] == []
    assert 100 < words["index.html"] <= 650


def test_the_tab_key_stops_fewer_than_forty_times_on_any_page(pages: dict[str, str]) -> None:
    assert [name for name, page in pages.items() if count_tab_stops(page) >= 40] == []


def test_every_target_is_reached_by_its_number(run: Copy, pages: dict[str, str]) -> None:
    targets = {row["target_id"] for row in run.rows("data/raw/sample/reference/targets.csv")}
    assert [target for target in targets if f'id="{target}"' not in pages["equality/index.html"]] == []


@pytest.mark.parametrize("measure", MEASURES)
def test_a_page_of_a_measure_shows_again_what_the_index_publishes(
    pages: dict[str, str], measure: str
) -> None:
    """So that what is attacked before it goes out, kept in a release and verified holds its figures too."""
    files = re.findall(r'href="(tables/[^"]+)"', pages[f"equality/{measure}.html"])
    assert {file.partition("-")[0] for file in files if file.endswith(".csv")} == {"tables/index"}
    assert f"tables/{measure}-notebook.ipynb" in files


def test_the_site_is_whole_and_asks_nothing_of_the_network(run: Copy, pages: dict[str, str]) -> None:
    assert check_site(run.root / SITE) == []
    assert [name for name, page in pages.items() if "?@" in page] == []


def test_every_table_is_told_of_column_by_column_and_is_in_the_one_file(run: Copy) -> None:
    """By the rules of the Department for Education's screener that are about columns."""
    site = run.root / SITE
    tables = [path for path in site.rglob("*.csv") if not path.name.endswith(".meta.csv")]
    with ZipFile(site / "data.zip") as bundle:
        together = set(bundle.namelist())
    for path in tables:
        place = path.relative_to(site).as_posix()
        told = place.replace(".csv", ".meta.csv")
        columns = {row["col_name"]: row for row in run.rows(f"{SITE}/{told}")}
        rows = run.rows(f"{SITE}/{place}")
        assert set(columns) <= set(rows[0]), place
        assert all(len({row[name] for row in rows}) == 1 for name in rows[0].keys() - columns.keys()), place
        assert len({row["label"] for row in columns.values()}) == len(columns), place
        assert {row["indicator_unit"] for row in columns.values()} <= {"", "%", "pp", "£", "£m"}, place
        filters = [name for name, row in columns.items() if row["col_type"] == "Filter"]
        assert len({tuple(row[name] for name in filters) for row in rows}) == len(rows), place
        assert {told, place} <= together
    assert len(tables) > 500


def test_every_stage_has_left_a_line_in_its_log(run: Copy) -> None:
    stages = yaml.safe_load((run.root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for stage in stages:
        (line,) = (run.root / f"data/processed/log/{stage}.jsonl").read_text(encoding="utf-8").splitlines()
        assert {"stage", "seconds", "finished", "python", "pandas"} <= json.loads(line).keys()


def test_run_again_there_is_nothing_to_do(run: Copy) -> None:
    ended = run.python("-m", "dvc", "repro")
    assert ended.returncode == 0, ended.stderr
    assert "Data and pipelines are up to date." in ended.stdout
    assert "Running stage" not in ended.stdout


def test_metrics_are_shown_and_count_what_the_tables_say(run: Copy) -> None:
    ended = run.python("-m", "dvc", "metrics", "show", "--json")
    assert ended.returncode == 0, ended.stderr
    shown = json.loads(ended.stdout)[""]["data"]["reports/metrics.json"]["data"]
    published = run.rows("reports/_site/services/tables/index-measures.csv")
    assert shown["measures"] == {row["version"]: float(row["level"]) for row in published}
    assert sum(shown["targets"].values()) == len(run.rows("reports/_site/equality/tables/index-targets.csv"))


def test_plots_are_shown_from_published_tables_only(run: Copy) -> None:
    ended = run.python("-m", "dvc", "plots", "show", "--json")
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert "errors" not in answer
    declared = yaml.safe_load((run.root / "dvc.yaml").read_text(encoding="utf-8"))["plots"]
    for plot in declared:
        ((title, settings),) = plot.items()
        rows = [row for name in settings["y"] for row in run.rows(name)]
        (drawn,) = answer["data"][title]
        values = drawn["content"]["data"]["values"]
        assert [{**row, "rev": "workspace"} for row in rows] == values


@pytest.mark.slow
def test_a_second_run_in_another_folder_gives_the_same_bytes_up_to_publish(run: Copy, tmp_path: Path) -> None:
    copy = copy_project(tmp_path / "a longer way to the größer folder" / "outturn")
    copy.stages(*BEFORE_PUBLISH)
    first, second = run.hashes(*OUTPUTS, *PAGES), copy.hashes(*OUTPUTS, *PAGES)
    assert first.keys() == second.keys()
    assert [name for name, content in first.items() if second[name] != content] == []
