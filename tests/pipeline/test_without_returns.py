"""A council that has no return yet: need, plans and money are shown as far as their tables go, and nothing else."""

import csv
import html
import re
import shutil
from pathlib import Path

import pytest
from whole_run import BEFORE_PUBLISH, REPOSITORY, Copy, copy_project

from pipeline.publishing import check_site

REAL = REPOSITORY.parent / "shared" / "data" / "children_social_care"
SITE, PARAMS = "reports/_site", "params.yaml"
FRAME = {"index", "a-to-z", "about", "downloads", "glossary", "methods"}


def run(root: Path, dataset: str) -> Copy:
    """A copy of the project after all stages on what is left of a dataset."""
    copy = copy_project(root / "outturn")
    params = (copy.root / PARAMS).read_text(encoding="utf-8")
    (copy.root / PARAMS).write_text(
        params.replace("data/raw/sample", f"data/raw/{dataset}"), encoding="utf-8"
    )
    return copy


def pages_of(copy: Copy) -> set[str]:
    site = copy.root / SITE
    assert check_site(site) == []
    return {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}


def words_of(copy: Copy, page: str) -> str:
    text = (copy.root / SITE / f"{page}.html").read_text(encoding="utf-8")
    linked = re.sub(r"</?a\b[^>]*>", "", text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", linked)).split())


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files of ../shared/data are not here")
def test_a_real_council_without_a_provider_has_assess_with_the_departments_own_figures(
    tmp_path: Path,
) -> None:
    copy = run(tmp_path, "england_area")
    described = copy.root / "data" / "raw" / "england_area" / "dataset.yaml"
    told = re.sub(r"benchmark_files: .*", f"benchmark_files: {REAL}", described.read_text(encoding="utf-8"))
    described.write_text(told, encoding="utf-8")
    copy.stages(*BEFORE_PUBLISH, "audit", "publish")
    assert pages_of(copy) == FRAME | {"cycle/needs"}
    menu = (copy.root / SITE / "index.html").read_text(encoding="utf-8").partition("<main")[0]
    assert (">Assess<" in menu, ">Plan<" in menu, ">Review<" in menu) == (True, False, False)
    with (REAL / "cla_rates_with_sn_median.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["time_period"] == "2025"]
    page = words_of(copy, "cycle/needs")
    assert "Higher here than among similar areas: Children looked after on 31 March" in page
    for counted in (
        "Children looked after on 31 March each year",
        "Children starting to be looked after each year",
    ):
        found = [row for row in rows if row["population_count"] == counted]
        (own,) = (
            row["rate_per_10000"]
            for row in found
            if row["new_la_code"] == "E08000005" and not row["sn_of_la"]
        )
        (median,) = (row["rate_per_10000"] for row in found if row["sn_of_la"] == "Rochdale")
        assert (
            f"In 2025: Rochdale {own} per 10,000, the median of its statistical neighbours {median} per"
            in page
        )


def test_plans_and_money_are_shown_before_the_first_return(tmp_path: Path) -> None:
    copy = run(tmp_path, "sample")
    shutil.rmtree(copy.root / "data" / "raw" / "sample" / "returns")
    copy.stages(*BEFORE_PUBLISH, "audit", "publish")
    assert pages_of(copy) == FRAME | {f"cycle/{name}" for name in ("needs", "plan", "money", "market")}
    money, plan = words_of(copy, "cycle/money"), words_of(copy, "cycle/plan")
    assert "How they changed things for children is not told." in money
    assert "How many children they reached is not told." in money
    assert "Priorities of the local plans without a service: 1 of 6." in plan
    assert "missing return" not in words_of(copy, "cycle/market")
