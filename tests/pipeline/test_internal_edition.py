"""The edition with exact numbers: the same pages, marked, closed to others, and nowhere near what is published."""

import csv
import json

import pytest
from dvc_project import copy_whole
from whole_run import Copy, git

pytest_plugins = ("whole_run_fixtures",)
SITE, INTERNAL = "reports/_site", "data/internal"


@pytest.fixture(scope="module")
def made(own: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, dict[str, str]]:
    """A project with both editions, and the hashes of its published files before the second was made."""
    copy = copy_whole(own, tmp_path_factory.mktemp("internal") / "outturn")
    before = dict(copy.hashes("reports"))
    # One child more than the 40 of the dataset, which no rounding to 5 would show.
    counts = copy.root / "data/processed/measure/overall/counts.json"
    tables = json.loads(counts.read_bytes())
    tables["children"]["total"] = [total + (total == 40) for total in tables["children"]["total"]]
    counts.write_text(json.dumps(tables), encoding="utf-8")
    ended = copy.python("-m", "pipeline", "internal")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return copy, before


def test_the_same_pages_are_made_each_with_its_mark(made: tuple[Copy, dict[str, str]]) -> None:
    copy, _ = made
    site = copy.root / INTERNAL / "_site"
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert pages == {path.removeprefix(f"{SITE}/") for path in copy.hashes(SITE) if path.endswith(".html")}
    assert all("Not for publication." in (site / page).read_text(encoding="utf-8") for page in pages)
    tables = [path for path in site.rglob("*.csv") if not path.name.endswith(".meta.csv")]
    assert tables
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            assert all("not for publication" in row.values() for row in csv.DictReader(file)), path.name


def test_its_counts_are_those_of_the_children(made: tuple[Copy, dict[str, str]]) -> None:
    copy, _ = made
    shown = copy.rows(f"{INTERNAL}/_site/services/tables/index-reached.csv")
    assert {row["ethnic_group"]: int(row["children"]) for row in shown if row["children"] != "0"} == {
        "Black": 41
    }


def test_what_is_published_stays_and_only_this_account_can_read_the_other(
    made: tuple[Copy, dict[str, str]],
) -> None:
    copy, before = made
    assert dict(copy.hashes("reports")) == before
    assert git(copy.root, "status", "--short") == ""
    opened = [path for path in (copy.root / INTERNAL).rglob("*") if path.stat().st_mode & 0o077]
    assert opened == []
