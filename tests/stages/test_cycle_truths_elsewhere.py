"""What is planted in the sample's registers is found in another borough: other names, other years, odd spelling."""

import csv
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.analysis.cycle.awards import compare_awards, follow_awards
from pipeline.analysis.cycle.coverage import Known, map_areas, map_priorities
from pipeline.analysis.cycle.rules import CycleRules
from pipeline.contract.dataset import read_dataset
from pipeline.files.commissioner.reference import Reference, read_reference

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "raw" / "sample"
TRUTHS: dict[str, Any] = yaml.safe_load((ROOT / "tests/sample/truths.yaml").read_text(encoding="utf-8"))[
    "cycle"
]
RULES = CycleRules(10, 6, 0.05, maximum_unknown=0.3, minimum_total=23)
YEARS = 7


def _elsewhere(text: str) -> str:
    """Other numbers of services and priorities, and all dates some years later."""
    text = re.sub(r"\bS(\d\d)\b", r"NORTH-\1", re.sub(r"\bR(\d)\b", r"Aim.\1", text))
    return re.sub(r"\b(20\d\d)-(\d\d)-(\d\d)\b", lambda day: f"{int(day[1]) + YEARS}-{day[2]}-{day[3]}", text)


def _spell_oddly(path: Path) -> None:
    """Every other row with areas and choices in capitals, between semicolons, after a byte order mark."""
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    odd = [rows[0].index(name) for name in ("areas", "tier", "size", "sector", "bme_led") if name in rows[0]]
    for row in rows[1::2]:
        for place in odd:
            row[place] = f" {row[place].upper()} "
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("elsewhere") / "north"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("returns", "key", "areas.geojson"))
    for path in (folder / "dataset.yaml", *(folder / "reference").glob("*.csv")):
        if path.stem in ("frozen_plans", "baselines", "evaluation_plan", "corrections", "targets"):
            path.unlink()
        else:
            path.write_text(_elsewhere(path.read_text(encoding="utf-8")), encoding="utf-8")
    for name in ("services", "bids"):
        _spell_oddly(folder / "reference" / f"{name}.csv")
    return read_reference(read_dataset(folder))


def _names(told: list[str]) -> list[str]:
    return [_elsewhere(name) for name in told]


def test_priorities_without_services_and_services_without_priority(borough: Reference) -> None:
    services = borough.tables["services"].to_pylist()
    rows = [*map_priorities(borough.optional["priorities"], services, Known())]
    assert [row["services"] for row in rows if row["verdict"] == "no priority"] == _names(
        TRUTHS["no_priority"]
    )
    for word in ("no service", "one provider"):
        found = [row["priority_id"] for row in rows if row["verdict"] == word]
        assert found == _names(TRUTHS[word.replace(" ", "_")])
    alone = {
        row["priority_id"]: row["area"].upper() for row in map_areas(borough.optional["priorities"], services)
    }
    assert alone == {_elsewhere(own): areas[0].upper() for own, areas in TRUTHS["one_provider_areas"].items()}


def test_who_wins_less_often_and_what_was_let_to_nobody(borough: Reference) -> None:
    bids = borough.optional["bids"]
    rows = [*compare_awards(bids, 0.95, RULES)]
    worse = [
        f"{row['by']} {row['group']}"
        for row in rows
        if row["verdict"] == "wins less often" and not row["year"]
    ]
    assert worse == [TRUTHS["wins_less_often"]]
    for name in ("not_let", "one_bid"):
        found = {row["year"]: row[name] for row in follow_awards(bids) if row[name]}
        assert found == {f"{int(year) + YEARS}": number for year, number in TRUTHS[name].items()}


def test_days_are_those_of_the_other_years(borough: Reference) -> None:
    first = min(row["closed_on"] for row in borough.optional["bids"])  # type: ignore[type-var]
    assert first == dt.date(2009 + YEARS, 1, 16)
