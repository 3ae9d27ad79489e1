"""What has to be decided, by rules over findings: each rule by itself, and the order of all."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import facts
import pytest

from pipeline.analysis.finding_columns import Row
from pipeline.analysis.matter_rules import RULES, is_safeguarding, list_matters, next_returns
from pipeline.analysis.matters import Findings, Matter, group_decisions
from pipeline.contract.context import Context, MeasureFacts, ScaleFacts
from pipeline.contract.services import Met, ReturnFacts, ServiceFacts, Standard

DATASET = replace(
    facts.DATASET, complete_to=dt.date(2011, 3, 31), groups=("Asian", "Black", "White", "Not known")
)
ONE = replace(facts.SERVICE, annual_value=9e4, commissioned_volume=60)
TWO = replace(ONE, service_id="S2", name="Two", annual_value=2e4)
SCALE = ScaleFacts("wellbeing", "Wellbeing", 0, 40, "higher")
FEEDBACK = MeasureFacts("feedback", "Feedback", "percent", "higher", ())
CONTEXT = Context(DATASET, None, (ONE, TWO), (FEEDBACK,), (SCALE,), (), ())
NOTHING: Mapping[str, Sequence[Row]] = {}
LATER = dt.date(2011, 6, 30)
CONTRACT: Row = {"volume": "no clear difference", "returns_missing": 0}


def outcome(verdict: str, level: int = 2, name: str = "wellbeing", strength: str = "before and after") -> Row:
    row = {"outcome": name, "verdict": verdict, "claim_level": level, "strength": strength}
    return {**row, "more_months": None}


def target(verdict: str, target_id: str = "T1", service_id: str = "S1", group: str = "Black") -> Row:
    row = {"target_id": target_id, "service_id": service_id, "ethnic_group": group}
    return {**row, "due": "2012-03-31", "verdict": verdict, "reason": "few", "more_months": 4}


def change(group: str, verdict: str, design: str = "before and after") -> Row:
    return {"scale": "wellbeing", "design": design, "ethnic_group": group, "verdict": verdict}


def standard(name: str, met: Met, checked: bool = True, next_check: dt.date | None = None) -> Standard:
    return Standard("S1", name, met, "Visit", dt.date(2010, 1, 1) if checked else None, next_check)


def found(rows: Mapping[str, Sequence[Row]] = NOTHING, service: ServiceFacts | None = ONE) -> Findings:
    return Findings(service, rows)


def names(*findings: Findings, standards: Sequence[Standard] = ()) -> list[str]:
    return [each.rule for each in list_matters(replace(CONTEXT, standards=tuple(standards)), findings)]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ({"outcomes": [outcome("worse", 3, "feedback")]}, "outcome worse"),
        ({"outcomes": [outcome("worse", 2)]}, "outcome worse than before"),
        ({"kpis": [{"measure_id": "feedback", "verdict": "worse", "rests_on": "chart"}]}, "measure worse"),
        ({"targets": [target("not met")]}, "target not met"),
        ({"targets": [target("off track")]}, "target off track"),
        ({"targets": [target("met")]}, "target met"),
        ({"targets": [target("baseline forming")]}, "target open"),
        ({"contracts": [{**CONTRACT, "volume": "fewer"}]}, "fewer children"),
        ({"contracts": [{**CONTRACT, "volume": "more"}]}, "more children"),
        ({"contracts": [{**CONTRACT, "returns_missing": 1}]}, "returns missing"),
        ({"outcomes": [outcome("no clear change")]}, "no clear change"),
        ({"outcomes": [outcome("cannot tell yet", 1)]}, "outcome open"),
        ({"outcomes": [outcome("better", 4)]}, "outcome better"),
        ({"curves": [{"curve_id": "C1", "service_id": "S1", "verdict": "turned"}]}, "curve turned"),
        (
            {"outcomes": [outcome("no clear change")], "score_changes": [change("Black", "worse")]},
            "group worse",
        ),
        (
            {"outcomes": [outcome("better")], "score_changes": [change("Black", "no clear change")]},
            "group left out",
        ),
    ],
)
def test_each_rule_finds_what_it_is_for(rows: dict[str, list[Row]], rule: str) -> None:
    assert rule in names(found(rows))


@pytest.mark.parametrize(
    "rows",
    [
        {"outcomes": [outcome("better", 3)]},
        {"outcomes": [outcome("no clear change", 3, "feedback")]},
        {"kpis": [{"measure_id": "feedback", "verdict": "worse", "rests_on": "plan"}]},
        {"targets": [target("not met", service_id="S2")]},
        {"contracts": [CONTRACT]},
        {"outcomes": [outcome("better")], "score_changes": [change("Not known", "no clear change")]},
        {
            "outcomes": [outcome("better", strength="comparison group")],
            "score_changes": [change("Black", "worse")],
        },
    ],
)
def test_what_no_rule_is_for_asks_for_nothing(rows: dict[str, list[Row]]) -> None:
    assert names(found(rows)) == []


@pytest.mark.parametrize(
    ("standard_of", "rule"),
    [
        (standard("Safeguarding checks on all staff", "no"), "safeguarding not met"),
        (standard("Child protection policy", "partly"), "safeguarding partly met"),
        (standard("Safeguarding", "yes", next_check=dt.date(2011, 3, 31)), "safeguarding check overdue"),
        (standard("Safeguarding", "not_checked", checked=False), "safeguarding check overdue"),
        (standard("Trustees meet", "no"), "standard not met"),
        (standard("Trustees meet", "partly"), "standard partly met"),
    ],
)
def test_standards_are_told_by_what_was_found(standard_of: Standard, rule: str) -> None:
    assert names(found(), standards=[standard_of]) == [rule]


@pytest.mark.parametrize("next_check", [dt.date(2011, 4, 1), dt.date(2012, 1, 1)])
def test_a_check_that_is_still_ahead_is_not_overdue(next_check: dt.date) -> None:
    assert names(found(), standards=[standard("Safeguarding", "not_checked", False, next_check)]) == []


def test_the_order_is_safeguarding_then_harm_then_targets_then_the_contract_then_money() -> None:
    rows = {
        "outcomes": [outcome("no clear change"), outcome("worse", 3, "feedback")],
        "targets": [target("not met")],
        "contracts": [{**CONTRACT, "volume": "fewer"}],
    }
    kinds = [
        each.kind
        for each in list_matters(replace(CONTEXT, standards=(standard("Safeguarding", "no"),)), [found(rows)])
    ]
    assert kinds == ["safeguarding", "harm", "race equality", "contract", "money"]
    order = list(dict.fromkeys(kind for kind, *_ in RULES))
    assert order[:5] == ["safeguarding", "harm", "race equality", "contract", "money"]


def decisions(*findings: Findings) -> list[tuple[Matter, ...]]:
    return group_decisions(list_matters(CONTEXT, findings))


def test_of_services_without_a_clear_change_the_one_that_costs_more_is_first() -> None:
    rows = {"outcomes": [outcome("no clear change")]}
    assert [own[0].subject for own in decisions(found(rows, TWO), found(rows, ONE))] == ["S1", "S2"]


def test_of_services_that_miss_targets_the_one_that_misses_more_is_first() -> None:
    missed = [target("not met", "T1"), target("not met", "T2", "S2"), target("not met", "T3", "S2")]
    assert [
        own[0].subject for own in decisions(found({"targets": missed}, ONE), found({"targets": missed}, TWO))
    ] == [
        "S2",
        "S1",
    ]


def test_a_target_of_all_services_is_a_decision_of_its_own() -> None:
    missed = [target("not met", "T1", ""), target("off track", "T2", "")]
    assert [own[0].subject for own in decisions(found({"targets": missed}, None))] == ["T1", "T2"]


def test_groups_are_named_in_the_order_of_the_dataset() -> None:
    rows = {
        "outcomes": [outcome("better")],
        "score_changes": [change("White", "no clear change"), change("Asian", "no clear change")],
    }
    (matter,) = list_matters(CONTEXT, [found(rows)])
    assert matter.hit.groups == ("Asian", "White")


def test_groups_are_judged_by_the_design_that_speaks_for_the_service() -> None:
    rows = {
        "outcomes": [outcome("better", strength="randomised comparison")],
        "score_changes": [
            change("Black", "no clear change"),
            change("White", "no clear change", "comparison"),
        ],
    }
    (matter,) = list_matters(CONTEXT, [found(rows)])
    assert matter.hit.groups == ("White",)


def test_a_decision_is_due_when_the_next_check_is_and_with_the_next_returns_at_the_latest() -> None:
    ahead = standard("Safeguarding", "no", next_check=dt.date(2011, 4, 8))
    passed = standard("Trustees meet", "no", next_check=dt.date(2011, 3, 1))
    distant = standard("Trustees meet", "no", next_check=dt.date(2012, 3, 1))
    matters = list_matters(replace(CONTEXT, standards=(ahead, passed, distant)), [found()])
    assert [each.by for each in matters] == [dt.date(2011, 4, 8), LATER, LATER]


def test_returns_are_next_due_as_long_after_their_period_as_those_before() -> None:
    due = ReturnFacts("p", "2011-q1", "received", due=dt.date(2011, 4, 30))
    assert next_returns(replace(CONTEXT, returns=(due,))) == dt.date(2011, 7, 30)
    assert next_returns(CONTEXT) == LATER


def test_the_step_at_which_most_are_lost_is_asked_about() -> None:
    def step(name: str, share: float | None) -> Row:
        limits = {"before_lower": 0.4, "before_upper": 0.7} if share else {}
        return {"step": name, "before_estimate": share, **limits}

    hardly_known = {**step("isa_agreed", 0.1), "before_lower": 0.0, "before_upper": 0.51}
    rows = [step("referred", None), step("started", 0.8), step("review", 0.6), hardly_known]
    (matter,) = list_matters(CONTEXT, [found({"journey": rows})])
    assert (matter.kind, matter.hit.about, matter.hit.share) == ("to ask", "review", (0.6, 0.4, 0.7))


@pytest.mark.parametrize(
    ("words", "is_one"), [("SAFEGUARDING leads named", True), ("Equality policy", False)]
)
def test_standards_on_safeguarding_are_told_by_their_words(words: str, is_one: bool) -> None:
    assert is_safeguarding(standard(words, "yes")) is is_one
