"""Rates for each 1,000 who live in the area: by hand, beside the department's own, and as planted."""

import csv
from pathlib import Path
from typing import Any

import pytest

from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.needs.population_rates import (
    Levels,
    People,
    PopulationRate,
    judge_rates,
    list_people,
    rate_published,
    rate_referred,
    tabulate_population_rates,
)
from pipeline.stats.results import Estimate

RULES = CycleRules(10, 6, 0.05, maximum_unknown=0.3, minimum_total=23)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "children_social_care"
AREAS: Levels = {
    ("area", "north"): People("North", 2011, 1000.0, 0.0),
    ("area", "south"): People("South", 2011, 2000.0, 0.0),
    ("area", "east"): People("East", 2011, 1000.0, 0.0),
}


def referred(level: str, total: int, others: int, **told: Any) -> dict[str, Any]:
    row = {"characteristic": "area", "level": level, "months": 24, "total": total, "other_total": others}
    return {**row, "off_by": 0.0, "other_off_by": 0.0, "effect": 1.0, "unknown_share": 0.0, **told}


def value(found: Any) -> float:
    assert isinstance(found, Estimate)
    return found.value


def test_referrals_a_year_are_set_against_who_lives_there() -> None:
    (rate,) = rate_referred([referred("North", 60, 90)], AREAS)
    assert value(rate.own.rate(0.95)) == pytest.approx(30)  # 60 in two years of 1,000
    assert value(rate.others.rate(0.95)) == pytest.approx(15)  # 90 in two years of 3,000
    assert value(rate.ratio(0.95)) == pytest.approx(2)


def test_levels_taken_together_are_set_against_all_who_live_in_them() -> None:
    (rate,) = rate_referred([referred("East / North", 60, 60)], AREAS)
    assert value(rate.own.rate(0.95)) == value(rate.others.rate(0.95)) == pytest.approx(15)


def test_a_level_of_which_nobody_says_how_many_live_there_has_no_rate() -> None:
    assert [*rate_referred([referred("West", 60, 60)], AREAS)] == []


def test_where_one_level_alone_is_told_everyone_else_are_all_others_in_the_area() -> None:
    living = {
        ("disability", "yes"): People("yes", 2011, 100.0, 0.0),
        ("ethnicity", "black"): People("Black", 2011, 400.0, 0.0),
        ("ethnicity", "white"): People("White", 2011, 600.0, 0.0),
    }
    (rate,) = rate_referred([referred("yes", 60, 90, characteristic="disability")], living)
    assert rate.others.years == 2 * 900


def test_rounding_and_referrals_of_one_child_widen_the_range() -> None:
    plain, rounded, again = (
        next(rate_referred([referred("North", 60, 90, **told)], AREAS)).ratio(0.95)
        for told in ({}, {"off_by": 3.0, "other_off_by": 4.0}, {"effect": 1.4})
    )
    assert isinstance(plain, Estimate)
    for wider in (rounded, again):
        assert isinstance(wider, Estimate)
        assert wider.lower < plain.lower < plain.upper < wider.upper


def test_the_latest_year_counts_and_a_withheld_group_is_left_out() -> None:
    groups = [
        {"counted": "children", "year": 2011, "ethnic_group": name, "population": number, "off_by": 5.0}
        for name, number in (("Asian", 100), ("Asian", 200), ("Black", None), ("Not known", 7))
    ]
    levels = [
        {"characteristic": "sex", "level": "female", "year": year, "population": number, "counted": None,
         "rounded_to": None}
        for year, number in ((2010, 90), (2012, 110))
    ]  # fmt: skip
    (living,) = list_people(groups, levels, "children").values()
    assert {key: people.number for key, people in living.items()} == {
        ("ethnicity", "asian"): 300,
        ("sex", "female"): 110,
    }
    assert living["ethnicity", "asian"].off_by == pytest.approx(10 / 3**0.5)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"total": 90}, "above"),
        ({"total": 10}, "too few to say"),
        ({"total": 90, "unknown_share": 0.4}, "cannot tell yet"),
        ({"total": 35}, "no clear difference"),
        ({"total": 24, "other_total": 900}, "below"),
    ],
)
def test_a_verdict_follows_from_the_range_and_from_who_is_told(told: dict[str, Any], word: str) -> None:
    row = {**referred("North", 0, 90), **told}
    (judged,) = judge_rates([*rate_referred([row], AREAS)], RULES, 0.95)
    assert judged.verdict == word


def test_false_discoveries_are_held_over_all_of_one_kind() -> None:
    alone = next(rate_referred([referred("North", 46, 90)], AREAS))
    assert judge_rates([alone], RULES, 0.95)[0].verdict == "above"
    alike = next(rate_referred([referred("South", 60, 60)], AREAS))
    assert {each.verdict for each in judge_rates([alone, *[alike] * 40], RULES, 0.95)} == {
        "no clear difference"
    }


def test_the_departments_own_rates_of_looked_after_children_by_group_are_the_same() -> None:
    path = SHARED / "cla_31_march_by_ethnicity_la_2021_2025.csv"
    if not path.is_file():
        pytest.skip("../shared/data/children_social_care is not here")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["cla_count"].isdigit() and row["eth_rate_per_10000_all_children"].isdigit()
        ]
    assert len(rows) > 4500
    for row in rows:
        key, size = ("ethnicity", row["ethnicity"]), float(row["child_population"])
        counted = {key: People(row["ethnicity"], 2025, float(row["cla_count"]), 0.0)}
        (found,) = rate_published("looked after", counted, {key: People("", 2025, size, 0.0)})
        per_10000 = 10 * value(found.own.rate(0.95))
        assert abs(per_10000 - int(row["eth_rate_per_10000_all_children"])) <= 0.5 + 1e-9


def test_each_kind_of_need_is_judged_by_itself_and_told_in_declared_columns() -> None:
    need: Levels = {key: People(each.level, 2010, each.number / 10, 0.0) for key, each in AREAS.items()}
    table = tabulate_population_rates(
        [referred("North", 160, 90)], {"children": AREAS, "in need": need}, RULES, 0.95
    )
    assert table["counted"].tolist() == ["started", *["in need"] * 3]
    assert table["verdict"].tolist() == ["above", *["no clear difference"] * 3]
    assert table["rate"].tolist() == pytest.approx([80, 100, 100, 100])
    assert isinstance(next(rate_published("in need", need, AREAS)), PopulationRate)
