"""Planning and doing: awards against everyone else, priorities, costs, stages and dates, by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from pipeline.analysis.cycle.awards import compare_awards, effective_number, follow_awards
from pipeline.analysis.cycle.costs import cost_of_each, work_out_costs
from pipeline.analysis.cycle.coverage import map_priorities
from pipeline.analysis.cycle.due import list_due, phase_of
from pipeline.analysis.cycle.moving_on import Shown, judge_stages
from pipeline.contract.agreements import ReturnFacts, Standard
from pipeline.contract.context import Context, DatasetFacts, Target
from pipeline.contract.services import ServiceFacts
from pipeline.stats.results import Estimate, NotEstimable

START, END = dt.date(2009, 4, 1), dt.date(2012, 3, 31)
DATASET = DatasetFacts("A borough", True, "a test", "quarter", END, "everyone else", ("Black", "White"))
SERVICE = ServiceFacts(
    "S1", "One", "a", "A", "small", "X", "be_healthy", "targeted", "grant", "pilot", START, END, 12000, 60
)
TARGET = Target(
    "T1",
    1,
    "access",
    "started",
    None,
    "Black",
    None,
    "at_least",
    None,
    80,
    dt.date(2011, 3, 31),
    "x",
    "y",
    START,
)
CONTEXT = Context(
    DATASET,
    None,
    (SERVICE,),
    (),
    (),
    (TARGET,),
    (),
    returns=(ReturnFacts("a", "2011-q4", "missing", dt.date(2012, 1, 30)),),
    standards=(Standard("S1", "Staff checked", "yes", None, dt.date(2010, 12, 1), dt.date(2011, 12, 1)),),
)


def bid(bidder: str, *, won: bool, led: str = "no", year: int = 2010, size: str = "small") -> dict[str, Any]:
    return {
        "tender": f"lot of {year}",
        "closed_on": dt.date(year, 3, 31),
        "bidder": bidder,
        "size": size,
        "sector": "voluntary",
        "bme_led": led,
        "role": "alone",
        "asked": 100.0,
        "awarded": 100.0 if won else 0.0,
    }


def of_kind(led: str, won: int, lost: int) -> list[dict[str, Any]]:
    outcomes = [True] * won + [False] * lost
    return [bid(f"{led}{number}", won=each, led=led) for number, each in enumerate(outcomes)]


def bme_led(bids: list[dict[str, Any]]) -> dict[str, Any]:
    return next(row for row in compare_awards(bids, 0.95, 10) if row["by"] == "bme_led")


def test_a_share_of_bids_is_compared_with_that_of_everyone_else_by_newcombes_interval() -> None:
    # Newcombe 1998, table II (a): 56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339.
    row = bme_led([*of_kind("yes", 56, 14), *of_kind("no", 48, 32)])
    assert (row["estimate"], row["lower"], row["upper"]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert row["verdict"] == "wins more often"


@pytest.mark.parametrize(
    ("own", "rest", "verdict"),
    [
        ((2, 38), (20, 20), "wins less often"),
        ((20, 20), (20, 20), "cannot tell yet"),
        ((0, 9), (40, 0), "too few to say"),
        ((0, 40), (9, 0), "too few to say"),
    ],
)
def test_few_bids_on_either_side_are_never_a_verdict(
    own: tuple[int, int], rest: tuple[int, int], verdict: str
) -> None:
    assert bme_led([*of_kind("yes", *own), *of_kind("no", *rest)])["verdict"] == verdict


def test_who_bids_against_nobody_else_is_compared_with_nobody() -> None:
    row = bme_led(of_kind("yes", 5, 15))
    assert (row["share_won_elsewhere"], row["verdict"]) == (None, "too few to say")


def test_a_winner_is_new_only_in_the_first_year_that_it_wins() -> None:
    bids = [
        bid("a", won=True, year=2009),
        bid("b", won=False, year=2009),
        bid("a", won=True, year=2010),
        bid("b", won=True, year=2010, size="large"),
    ]
    rows = [*follow_awards(bids)]
    assert [(row["winners"], row["new_winners"]) for row in rows] == [(1, 1), (2, 1)]
    assert [row["share_small"] for row in rows] == [1.0, 0.5]
    assert rows[1]["effective_winners"] == 2.0


def test_the_effective_number_is_one_over_the_sum_of_squared_shares() -> None:
    assert effective_number([60, 30, 10]) == pytest.approx(1 / (0.36 + 0.09 + 0.01))
    assert effective_number([]) is None


def served(service_id: str, priority: str | None, tier: str = "targeted", by: str = "a") -> dict[str, Any]:
    return {
        "service_id": service_id, "priority_id": priority, "tier": tier, "provider_id": by, "annual_value": 10.0,
    }  # fmt: skip


def test_gaps_overlaps_and_services_of_no_priority_are_told_apart() -> None:
    priorities = [{"priority_id": f"R{number}", "title": f"Priority {number}"} for number in range(1, 5)]
    services = [
        served("S1", "R1"),
        served("S2", "R2"),
        served("S3", "R2", by="b"),
        *(served(f"S{number}", "R3", by=f"p{number}") for number in (4, 5, 6)),
        served("S7", None),
    ]
    rows = [*map_priorities(priorities, services)]
    assert [(row["priority_id"], row["verdict"]) for row in rows] == [
        ("", "no priority"), ("R4", "no service"), ("R1", "one provider"), ("R2", "served"), ("R3", "overlap"),
    ]  # fmt: skip
    assert (rows[0]["services"], rows[4]["annual_value"]) == ("S7", 30.0)


SHARE = {
    "events": 50,
    "total": 100,
    "estimate": 0.5,
    "lower": 0.4,
    "upper": 0.6,
    "confidence_level": 0.95,
    "method": "w",
}


def test_the_cost_of_an_outcome_has_the_range_of_the_share_achieved() -> None:
    cost = cost_of_each(12000, SHARE)
    assert isinstance(cost, Estimate)
    assert (cost.value, cost.lower, cost.upper) == pytest.approx((240, 200, 300))


def test_without_a_share_there_is_no_cost_of_an_outcome() -> None:
    few = {**SHARE, "estimate": float("nan"), "method": "too few"}
    assert [type(cost_of_each(12000, each)) for each in (None, few, {**SHARE, "lower": 0.0})] == [
        NotEstimable
    ] * 3


def test_costs_stand_beside_the_word_for_the_outcome() -> None:
    rows = [*work_out_costs(CONTEXT, {"S1": {"children": 100}}, {"S1": SHARE}, {"S1": "better"})]
    # 12,000 a year over three years.
    assert [(row["agreed"], row["cost_child"], row["outcome"]) for row in rows] == [(36000, 360, "better")]


CRITERIA: list[dict[str, Any]] = [
    {"stage": "pilot", "criterion": "evidence", "at_least": 2.0},
    {"stage": "pilot", "criterion": "children", "at_least": 60.0},
    {"stage": "pilot", "criterion": "contract", "at_least": None},
    {"stage": "pilot", "criterion": "equality", "at_least": None},
]
BETTER = {"verdict": "better", "claim_level": 2}
READY = Shown([BETTER], 60, "met", ["met"])


@pytest.mark.parametrize(
    ("changed", "whole", "lacking"),
    [
        ({}, "met", []),
        ({"outcomes": [{**BETTER, "claim_level": 1}]}, "not met", ["evidence"]),
        ({"outcomes": [BETTER, {"verdict": "worse", "claim_level": 2}]}, "not met", ["evidence"]),
        ({"outcomes": [{"verdict": "too few to say", "claim_level": None}]}, "cannot tell yet", ["evidence"]),
        ({"children": 55}, "cannot tell yet", ["children"]),
        ({"children": None}, "cannot tell yet", ["children"]),
        ({"contract": "partly met"}, "not met", ["contract"]),
        ({"contract": "met as far as checked"}, "cannot tell yet", ["contract"]),
        ({"targets": []}, "met", []),
        ({"targets": ["met", "off track"]}, "not met", ["equality"]),
        ({"targets": ["cannot tell yet"]}, "cannot tell yet", ["equality"]),
        ({"contract": "not met", "children": 5}, "not met", ["children", "contract"]),
    ],
)
def test_a_pilot_moves_on_only_with_all_that_was_agreed(
    changed: dict[str, Any], whole: str, lacking: list[str]
) -> None:
    rows = [*judge_stages(CONTEXT, CRITERIA, {"S1": replace(READY, **changed)})]
    assert rows[-1]["criterion"] == "all"
    assert rows[-1]["verdict"] == whole
    assert [row["criterion"] for row in rows[:-1] if row["verdict"] != "met"] == lacking


def test_a_stage_without_criteria_is_not_judged() -> None:
    context = replace(CONTEXT, services=(replace(SERVICE, stage="mainstream"),))
    assert [*judge_stages(context, CRITERIA, {"S1": READY})] == []


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        ((4, 1), "assess"),
        ((6, 30), "assess"),
        ((7, 1), "plan"),
        ((10, 1), "do"),
        ((12, 1), "review"),
        ((3, 31), "review"),
    ],
)
def test_every_month_has_its_part_of_the_cycle(day: tuple[int, int], phase: str) -> None:
    assert phase_of(dt.date(2011, *day)) == phase


def test_only_what_still_has_to_be_done_is_overdue() -> None:
    services = [
        {"service_id": "S1", "end": dt.date(2012, 3, 31), "review_on": dt.date(2012, 3, 1)},
    ]
    rows = list_due(CONTEXT, services, [{"provider_id": "a", "name": "Provider A"}], 6)
    # The data reach to 31 March 2012: the target of a year before has been judged, the check was not made.
    assert [(row["due"], row["what"], row["state"]) for row in rows] == [
        ("2011-12-01", "check", "overdue"),
        ("2012-01-30", "return", "overdue"),
        ("2012-03-01", "decision", "overdue"),
        ("2012-03-31", "contract", "due"),
    ]
    assert rows[1]["about"] == "Provider A"
