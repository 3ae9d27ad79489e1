"""Planning and doing: awards against everyone else, priorities, costs, stages and dates, by hand."""

import datetime as dt
from dataclasses import replace
from typing import Any

import facts
import numpy as np
import pytest
from facts import END, START

from pipeline.analysis.cycle.affected import judge_affected
from pipeline.analysis.cycle.awards import compare_awards, effective_number, follow_awards
from pipeline.analysis.cycle.costs import Delivered, cost_of_each, work_out_costs
from pipeline.analysis.cycle.coverage import Known, find_overlapping_services, map_areas, map_priorities
from pipeline.analysis.cycle.due import list_due, phase_of
from pipeline.analysis.cycle.moving_on import Shown, judge_stages
from pipeline.analysis.cycle.roll_up import list_parts, roll_up
from pipeline.analysis.cycle.rules import CycleRules
from pipeline.contract.context import Context
from pipeline.contract.services import ReturnFacts, Standard
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.results import Counts, Estimate, NotEstimable

DATASET = replace(facts.DATASET, groups=("Black", "White"))
SERVICE = replace(
    facts.SERVICE, provider_id="a", provider="A", end=END, annual_value=12000, commissioned_volume=60
)
TARGET = replace(
    facts.TARGET, kind="access", measure_id="started", comparator=None, target=80, due=dt.date(2011, 3, 31)
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


RULES = CycleRules(10, 6, 0.05, maximum_unknown=0.1, minimum_total=23)


def bid(
    bidder: str,
    *,
    won: bool,
    led: str | None = "no",
    year: int = 2010,
    size: str = "small",
    tender: str = "lot",
) -> dict[str, Any]:
    return {
        "tender": f"{tender} of {year}",
        "closed_on": dt.date(year, 3, 31),
        "bidder": bidder,
        "size": size,
        "sector": "voluntary",
        "bme_led": led,
        "role": "alone",
        "asked": 100.0,
        "awarded": 100.0 if won else 0.0,
        "won": None,
    }


def of_kind(led: str, won: int, lost: int) -> list[dict[str, Any]]:
    outcomes = [True] * won + [False] * lost
    return [bid(f"{led}{number}", won=each, led=led) for number, each in enumerate(outcomes)]


def bme_led(bids: list[dict[str, Any]]) -> dict[str, Any]:
    return next(row for row in compare_awards(bids, 0.95, RULES) if row["by"] == "bme_led")


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


UNLIKE = [*of_kind("yes", 2, 38), *of_kind("no", 20, 20)]


def test_a_tender_that_was_let_to_nobody_is_no_bid_lost() -> None:
    withdrawn = [bid(f"w{number}", won=False, led="yes", tender="Withdrawn") for number in range(30)]
    assert bme_led([*UNLIKE, *withdrawn])["bids"] == 40
    (year,) = follow_awards([*UNLIKE, *withdrawn])
    assert (year["tenders"], year["not_let"], year["one_bid"]) == (2, 1, 0)


def test_who_bids_alone_for_a_tender_has_beaten_nobody() -> None:
    sole = [bid("s", won=True, led="yes", tender=f"Lot {number}") for number in range(30)]
    assert (bme_led([*UNLIKE, *sole])["won"], bme_led([*UNLIKE, *sole])["bids"]) == (2, 40)
    (year,) = follow_awards(sole)
    assert (year["one_bid"], year["not_let"], year["winners"]) == (30, 0, 1)
    assert [*compare_awards(sole, 0.95, RULES)] == []


def test_a_consortium_is_one_bid_its_leaders_and_its_partners_may_bid_too() -> None:
    lead = {**bid("lead", won=True), "role": "lead"}
    partner = {**bid("both", won=True, led="yes"), "role": "partner"}
    alone = bid("both", won=False, led="yes")
    row = bme_led([lead, partner, alone])
    # The partner's own bid was lost; what it was awarded as a partner is money paid to it.
    assert (row["bids"], row["won"], row["awarded"]) == (1, 0, 100)


def test_a_place_on_a_framework_is_won_without_a_pound() -> None:
    framework = [{**bid("f", won=False, led="yes"), "won": "yes"}, bid("g", won=False)]
    assert (bme_led(framework)["won"], bme_led(framework)["awarded"]) == (1, 0)
    (year,) = follow_awards(framework)
    assert (year["winners"], year["effective_winners"], year["share_small"]) == (1, None, None)


@pytest.mark.parametrize(("unknown", "verdict"), [(8, "wins less often"), (9, "cannot tell yet")])
def test_where_of_too_many_it_is_not_known_which_kind_they_are_nothing_is_told(
    unknown: int, verdict: str
) -> None:
    bids = [*UNLIKE, *(bid(f"u{number}", won=False, led=None) for number in range(unknown))]
    row = bme_led(bids)
    assert (row["not_known"], row["bids"], row["verdict"]) == (unknown, 40, verdict)


def test_a_difference_that_is_clear_alone_is_not_clear_among_many() -> None:
    # 23 of 40 against 14 of 40: clear alone (p .04), not among three sizes and one kind of leader.
    bids = [*of_kind("yes", 14, 26), *of_kind("no", 23, 17)]
    for number, each in enumerate(bids):
        each["size"] = ("small", "medium", "large")[number % 3]
    row = bme_led(bids)
    assert row["upper"] < 0
    assert row["verdict"] == "cannot tell yet"


def test_few_false_alarms_among_many_kinds() -> None:
    rng = np.random.default_rng(20121129)
    told = 0
    for _ in range(300):
        bids = [
            {
                **bid(f"{number}", won=bool(won), led=led, size=size),
                "sector": sector,
            }
            for number, (won, led, size, sector) in enumerate(
                zip(
                    rng.random(120) < 0.3,
                    rng.choice(["yes", "no"], 120),
                    rng.choice(["small", "medium", "large"], 120),
                    rng.choice(["voluntary", "community", "private"], 120),
                    strict=True,
                )
            )
        ]
        told += any("often" in row["verdict"] for row in compare_awards(bids, 0.95, RULES))
    assert told / 300 < 0.06


def test_success_is_told_by_year_where_there_are_several() -> None:
    bids = [
        *of_kind("yes", 2, 38),
        *of_kind("no", 20, 20),
        bid("x", won=True, year=2011),
        bid("y", won=False, year=2011),
    ]
    rows = [row for row in compare_awards(bids, 0.95, RULES) if row["by"] == "bme_led"]
    assert [(row["year"], row["bids"], row["verdict"]) for row in rows] == [
        ("", 40, "wins less often"), ("2010", 40, "wins less often"),
    ]  # fmt: skip


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


def served(
    service_id: str, priority: str | None, tier: str = "targeted", by: str = "a", **told: Any
) -> dict[str, Any]:
    return {
        "service_id": service_id, "priority_id": priority, "tier": tier, "provider_id": by, "annual_value": 10.0,
        "also_for": None, "areas": None, "age_from": None, "age_to": None, **told,
    }  # fmt: skip


ALIKE = Known(measures={"A": {"wellbeing", "star"}, "B": {"wellbeing"}, "C": {"difficulties"}})


def test_gaps_overlaps_and_services_of_no_priority_are_told_apart() -> None:
    priorities = [{"priority_id": f"R{number}", "title": f"Priority {number}"} for number in range(1, 5)]
    services = [
        served("S1", "R1"),
        served("S2", "R2"),
        served("S3", "R2", by="b"),
        *(served(f"S{number}", "R3", by=f"p{number}") for number in (4, 5, 6)),
        served("S7", None),
    ]
    known = Known(
        measures={f"S{number}": {"wellbeing"} for number in (3, 4, 5, 6)},
        verdicts={"S4": ["better"], "S5": ["worse", "better"]},
        once={("priority", "R3"): 60},
        needs={"R3": ("Children looked after", "rising")},
    )
    rows = [*map_priorities(priorities, services, known)]
    assert [(row["priority_id"], row["verdict"]) for row in rows] == [
        ("", "no priority"), ("R4", "no service"), ("R1", "one provider"), ("R2", "served"), ("R3", "overlap"),
    ]  # fmt: skip
    assert (rows[0]["services"], rows[4]["annual_value"]) == ("S7", 30.0)
    last = rows[4]
    assert (last["alike"], last["children"], last["outcomes"]) == ("S4, S5, S6", 60, "better 2, worse 1")
    assert (last["need"], last["need_verdict"]) == ("Children looked after", "rising")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({}, {}, True),
        ({}, {"tier": "universal"}, False),
        ({}, {"service_id": "C"}, False),
        ({"areas": "North; South"}, {"areas": "South"}, True),
        ({"areas": "North"}, {"areas": "South"}, False),
        ({"areas": "North"}, {}, True),
        ({"age_to": 10}, {"age_from": 11}, False),
        ({"age_to": 11}, {"age_from": 11}, True),
        ({"age_from": 0, "age_to": 0}, {"age_from": 1, "age_to": 5}, False),
    ],
)
def test_services_overlap_only_where_all_that_they_are_for_is_the_same(
    one: dict[str, Any], other: dict[str, Any], alike: bool
) -> None:
    pair = [{**served("A", "R1"), **one}, {**served("B", "R1"), **other}]
    assert bool(find_overlapping_services(pair, ALIKE)) is alike


def test_a_service_that_answers_to_two_priorities_stands_under_both() -> None:
    priorities = [{"priority_id": name, "title": name} for name in ("R1", "R2")]
    rows = [*map_priorities(priorities, [served("A", "R1", also_for="R2; R1")], ALIKE)]
    assert [(row["services"], row["annual_value"]) for row in rows] == [("A", 10), ("A", 10)]


def test_a_service_that_names_only_another_priority_is_not_without_one() -> None:
    rows = [
        *map_priorities([{"priority_id": "R1", "title": "One"}], [served("A", None, also_for="R1")], ALIKE)
    ]
    assert [row["verdict"] for row in rows] == ["one provider"]


def test_an_area_with_one_provider_is_found_though_the_priority_has_two() -> None:
    priorities = [{"priority_id": "R1", "title": "One"}, {"priority_id": "R2", "title": "Two"}]
    services = [
        served("A", "R1", areas="North; South"),
        served("B", "R1", by="b", areas="North; East"),
        served("C", "R1", by="a", areas="South"),
        served("D", "R2"),
        served("E", None, areas="West"),
    ]
    rows = [*map_areas(priorities, services)]
    assert [(row["priority_id"], row["area"], row["services"], row["verdict"]) for row in rows] == [
        ("R1", "East", "B", "one provider"), ("R1", "South", "A, C", "one provider"), ("R1", "West", "", "no service"),
    ]  # fmt: skip


def test_services_are_rolled_up_to_programme_plan_tier_and_contract() -> None:
    services = [
        served("A", "R1", programme="P", stage="pilot", contract_type="grant"),
        served(
            "B", "R1", "specialist", programme="P", stage="mainstream", contract_type="trial", also_for="R2"
        ),
        served("C", None, programme="Q", stage="pilot", contract_type="grant"),
    ]
    priorities = [{"priority_id": "R1", "plan": "The plan"}, {"priority_id": "R2", "plan": "Another plan"}]
    once = {("programme", "P"): 95, ("all", ""): 120}
    known = Known(verdicts={"A": ["better"], "B": ["better"]}, once=once)
    rows = {
        (row["by"], row["name"]): row for row in roll_up(services, priorities, known, {"A": "met"}, ["A"])
    }
    told = [rows["programme", "P"], rows["all", ""], rows["tier", "specialist"]]
    assert [row["children"] for row in told] == [95, 120, None]
    parts = {(by, name): len(own) for by, name, own in list_parts(services, priorities)}
    assert [parts["priority", name] for name in ("R1", "R2", "")] == [2, 1, 1]
    assert "level" not in {by for by, _ in parts}
    assert rows["programme", "P"]["stages"] == "pilot 1, mainstream 1"
    assert (rows["programme", "P"]["outcomes"], rows["programme", "P"]["ready"]) == ("better 2", "A")
    assert (rows["plan", "The plan"]["services"], rows["plan", "Another plan"]["services"]) == ("A, B", "B")
    assert (rows["tier", "targeted"]["annual_value"], rows["contract_type", "grant"]["services"]) == (
        20,
        "A, C",
    )


def group(name: str, events: int, total: int, area: float | None) -> dict[str, Any]:
    share = wilson_interval(Counts(events, total))
    assert isinstance(share, Estimate)
    return {
        "ethnic_group": name, "events": events, "total": total, "effect": 1.0, "estimate": share.value,
        "lower": share.lower, "upper": share.upper, "confidence_level": 0.95, "method": "w", "unit": "proportion",
        "population_share": area,
    }  # fmt: skip


def test_who_would_be_affected_more_is_told_only_where_it_is_clear() -> None:
    reached = [
        group("Black", 60, 100, 0.2),
        group("White", 20, 100, 0.6),
        group("Asian", 20, 100, 0.2),
        {**group("Mixed", 0, 100, 0.05), "estimate": float("nan")},
        group("Not known", 5, 100, None),
    ]
    rows = {row["ethnic_group"]: row["verdict"] for row in judge_affected("S1", reached, RULES, 4.0)}
    assert rows == {
        "Black": "more than others", "White": "less than others", "Asian": "cannot tell yet",
        "Mixed": "cannot tell yet",
    }  # fmt: skip


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


def test_the_range_is_fiellers_where_the_numerator_is_known() -> None:
    # Fieller's limits of a/b are the roots of (b^2 - z^2 var b) r^2 - 2ab r + (a^2 - z^2 var a): var a = 0, b = 50,
    # var b = 25, z = 1.96, a = 12,000 they are 12,000 over 50 +- 9.8.
    a, b, error = 12000.0, 50.0, 1.96 * 5
    roots = sorted(np.roots([b**2 - error**2, -2 * a * b, a**2]).real)
    normal = {**SHARE, "lower": (b - error) / 100, "upper": (b + error) / 100}
    cost = cost_of_each(a, normal)
    assert isinstance(cost, Estimate)
    assert (cost.lower, cost.upper) == pytest.approx(tuple(roots))


def test_costs_stand_beside_the_word_for_the_outcome_and_what_was_commissioned() -> None:
    told = Delivered({"children": 100, "commissioned": 180.0}, SHARE, "fewer", "better")
    rows = [*work_out_costs(CONTEXT, {"S1": told}, [{"service_id": "S1", "full_cost": 16000.0}])]
    # 12,000 a year over three years.
    assert [(row["agreed"], row["cost_child"], row["outcome"]) for row in rows] == [(36000, 360, "better")]
    assert [(row["cost_planned"], row["volume"], row["recovered"]) for row in rows] == [(200, "fewer", 0.75)]


def test_a_service_of_which_nothing_is_published_has_its_sum_alone() -> None:
    (row,) = work_out_costs(CONTEXT, {}, [{"service_id": "S1", "full_cost": None}])
    assert (row["agreed"], row["children"], row["cost_planned"], row["recovered"]) == (
        36000,
        None,
        None,
        None,
    )


CRITERIA: list[dict[str, Any]] = [
    {"stage": "pilot", "criterion": "evidence", "at_least": 2.0, "agreed_on": START},
    {"stage": "pilot", "criterion": "children", "at_least": 60.0, "agreed_on": START},
    {"stage": "pilot", "criterion": "contract", "at_least": None, "agreed_on": START},
    {"stage": "pilot", "criterion": "equality", "at_least": None, "agreed_on": START},
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


def test_a_criterion_agreed_after_the_service_began_decides_nothing() -> None:
    late = [{**each, "agreed_on": START + dt.timedelta(days=1)} for each in CRITERIA]
    rows = [*judge_stages(CONTEXT, [*CRITERIA[:3], late[3]], {"S1": READY})]
    assert [row["declared"] for row in rows[:-1]] == ["first", "first", "first", "late"]
    assert (rows[3]["verdict"], rows[-1]["verdict"]) == ("cannot tell yet", "cannot tell yet")
    missed = replace(READY, targets=["off track"])
    assert [*judge_stages(CONTEXT, [*CRITERIA[:3], late[3]], {"S1": missed})][-1][
        "verdict"
    ] == "cannot tell yet"


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
