"""Pages on planning and doing with whichever of their tables a commissioner has: a part without data is not shown."""

import datetime as dt
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import facts
import pytest
from facts import END, START
from open_words import count_open_words

from pipeline import cycle
from pipeline.analysis.finding_columns import as_frame
from pipeline.contract.context import Context, MeasureFacts
from pipeline.files.cycle import CycleData
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.frames import finding_file
from pipeline.protect.rounding import PROFILES

SERVICE = replace(
    facts.SERVICE, provider_id="a", provider="Provider A", end=END, annual_value=12000, commissioned_volume=60
)
DATASET = replace(facts.DATASET, groups=("Black", "White"))
REGISTERED: Mapping[str, Any] = {
    "service_id": "S1", "provider_id": "a", "tier": "targeted", "annual_value": 12000.0, "end": None,
    "priority_id": None, "review_on": None, "also_for": None, "areas": None, "age_from": None, "age_to": None,
    "full_cost": None, "programme": "X", "stage": "pilot", "contract_type": "grant",
}  # fmt: skip
TABLES: Mapping[str, Mapping[str, Any]] = {
    "priorities": {
        "priority_id": "R1", "title": "Children sleep well", "plan": "The plan", "measure_id": None,
        "indicator_id": None,
    },
    "bids": {
        "tender": "Lot 1", "closed_on": START, "bidder": "Nobody's name", "size": "small", "sector": "voluntary",
        "bme_led": "yes", "role": "alone", "asked": 10.0, "awarded": 0.0, "won": None,
    },
    "funding": {"paid_by": "Council", "year": 2009, "amount": 100.0, "pooled": "no"},
    "coproduction": {
        "service_id": "S1", "assessed_on": START, "rung": "coercing", "designed_by": "professionals",
        "delivered_by": "professionals",
    },
    "joint_working": {"aspect": "needs", "assessed_on": START, "approach": "joint", "why": None},
    "criteria": {"stage": "pilot", "criterion": "children", "at_least": 60.0, "agreed_on": START},
    "evidence": {
        "said_on": START, "kind": "families", "service_id": None, "priority_id": None, "says": "Come on Sundays.",
        "found_in": "A letter",
    },
}  # fmt: skip
RULES = cycle.cycle_rules(10, 6, 0.05, 0.1, 23)
PARTS: Mapping[str, tuple[str, Callable[[cycle.CyclePage], str]]] = {
    "priorities": ("No service answers to", cycle.show_coverage),
    "bids": ("tenders let to nobody, 1", lambda page: cycle.show_awards(page, RULES)),
    "funding": ("0% of it is pooled", cycle.show_funding),
    "coproduction": ("judged once", cycle.show_coproduction),
    "joint_working": ("jointly or as one in every part", cycle.show_joint_working),
    "criteria": ("No pilot or programme has shown", cycle.show_moving_on),
    "evidence": ("Come on Sundays.", cycle.show_evidence),
}


def page_with(*names: str, **registered: Any) -> cycle.CyclePage:
    context = Context(DATASET, None, (SERVICE,), (), (), (), ())
    rows: dict[str, Sequence[Mapping[str, Any]]] = {
        name: [row] if name in names else [] for name, row in TABLES.items()
    }
    tables = {
        **rows,
        "services": [{**REGISTERED, **registered}],
        "providers": [{"provider_id": "a", "name": "A"}],
    }
    return cycle.CyclePage(Door(PROFILES["nhs"], None, ""), CycleData(context, tables, {}), 0.95)


@pytest.mark.parametrize("name", TABLES)
def test_a_part_is_shown_where_its_own_table_has_rows_and_no_other(name: str) -> None:
    page = page_with(name)
    shown = {each: part(page) for each, (_, part) in PARTS.items()}
    assert [each for each, text in shown.items() if text] == [name]
    assert PARTS[name][0] in shown[name]


@pytest.mark.parametrize("name", TABLES)
def test_without_a_table_its_part_is_not_shown_and_all_others_are(name: str) -> None:
    page = page_with(*(each for each in TABLES if each != name))
    shown = {each: part(page) for each, (_, part) in PARTS.items()}
    assert [each for each, text in shown.items() if not text] == [name]


@pytest.mark.parametrize("name", ["priorities", "bids", "funding", "joint_working", "evidence"])
def test_without_a_service_the_rest_is_shown_all_the_same(name: str) -> None:
    page = page_with(name)
    data = replace(page.data, tables={**page.data.tables, "services": [], "providers": []})
    alone = replace(page, data=replace(data, context=replace(data.context, services=())))
    of_services = (cycle.show_strategy, cycle.show_tiers, cycle.show_costs, cycle.show_contract_types)
    assert [part(alone) for part in (*of_services, cycle.show_money)] == [""] * 5
    assert "a year is agreed" not in cycle.show_market(alone, RULES)
    assert [each for each, (_, part) in PARTS.items() if part(alone)] == [name]


def test_nothing_is_said_first_where_there_is_nothing_to_say() -> None:
    assert cycle.show_plan(page_with("funding")) == ""
    assert "Bids" not in cycle.show_market(page_with("joint_working"), RULES)
    assert "Contracts: 1; providers: 1" in html.unescape(cycle.show_market(page_with("joint_working"), RULES))


def test_a_service_without_a_single_figure_has_its_note_all_the_same() -> None:
    note = html.unescape(cycle.show_options(page_with(review_on=END), RULES))
    assert "S1 One: decide by 31 March 2012" in note
    assert "no outcome was evaluated" in note
    assert "how many children were reached is not told" in note
    assert "answers to no priority" in note


def test_a_day_of_decision_that_has_passed_is_said_and_how_to_fix_it() -> None:
    page = page_with(review_on=END - dt.timedelta(days=1))
    note = html.unescape(cycle.show_options(page, RULES))
    assert "S1 One: was to be decided by 30 March 2012" in note
    assert "take the day out of review_on in services.csv" in note
    assert "has passed: 1" in html.unescape(cycle.show_plan(page))


def test_of_many_services_the_first_have_notes_and_the_others_are_named_with_their_day() -> None:
    page = page_with()
    rows = [{**REGISTERED, "review_on": END + dt.timedelta(days=day)} for day in range(42)]
    data = replace(page.data, tables={**page.data.tables, "services": rows})
    note = html.unescape(cycle.show_options(replace(page, data=data), RULES))
    assert note.count("### ") == 40
    in_view, _, folded = note.partition("<details><summary>Notes on 38 more services</summary>")
    assert (in_view.count("### "), folded.count("### ")) == (4, 36)
    assert "then come S1 One, 10 May 2012; S1 One, 11 May 2012." in folded


@cache
def page_of_many(number: int) -> cycle.CyclePage:
    """Every table filled, and so many services, each open to decide, of a provider and a place of its own."""
    page = page_with(*TABLES)
    services = [replace(SERVICE, service_id=f"S{each:03}", name="Some name") for each in range(number)]
    own = {"priority_id": "R1", "review_on": END, "full_cost": 16000.0, "areas": "Here"}
    rows = [{**REGISTERED, **own, "service_id": each.service_id} for each in services]
    rows[-1] |= {"priority_id": None}
    context = replace(page.data.context, services=tuple(services))
    judged = [{**TABLES["coproduction"], "service_id": each.service_id} for each in services]
    tables = {**page.data.tables, "services": rows, "coproduction": judged}
    return replace(page, data=replace(page.data, context=context, tables=tables))


SECTIONS = [
    cycle.show_plan, cycle.show_coverage, lambda page: cycle.show_options(page, RULES), cycle.show_moving_on,
    cycle.show_money, cycle.show_strategy, cycle.show_tiers, cycle.show_full_cost, cycle.show_costs,
    lambda page: cycle.show_market(page, RULES), lambda page: cycle.show_due(page, RULES), cycle.show_coproduction,
]  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS)
def test_the_words_in_view_do_not_grow_with_the_number_of_services(
    section: Callable[[cycle.CyclePage], str],
) -> None:
    few, many = (count_open_words(f"<main>{section(page_of_many(number))}</main>") for number in (70, 100))
    assert few == many <= 500


def test_a_criterion_agreed_late_is_told_with_its_day() -> None:
    page = page_with("criteria")
    late = [{**TABLES["criteria"], "agreed_on": dt.date(2010, 5, 6)}]
    told = replace(page, data=replace(page.data, tables={**page.data.tables, "criteria": late}))
    words = html.unescape(cycle.show_moving_on(told))
    assert "60 children reached (found: not told): agreed on 6 May 2010, after the service began" in words


def test_a_service_for_which_no_full_cost_is_known_is_not_called_underpaid() -> None:
    assert cycle.show_full_cost(page_with()) == ""
    short = html.unescape(cycle.show_full_cost(page_with(full_cost=16000.0)))
    assert "1 of the 1 contracts whose full cost is known pay less than the work costs" in short
    assert "gets back 75%" in short
    assert "All 1 contracts" in cycle.show_full_cost(page_with(full_cost=12000.0))


def test_without_a_published_figure_services_are_rolled_up_all_the_same() -> None:
    words = html.unescape(cycle.show_strategy(page_with("priorities")))
    assert "How many children they reached is not told." in words
    assert "Grants" in cycle.show_contract_types(page_with())


def test_a_service_of_two_priorities_tells_who_else_answers_to_each() -> None:
    page = page_with("priorities", priority_id="R1", also_for="R2", review_on=END)
    two = [TABLES["priorities"], {**TABLES["priorities"], "priority_id": "R2", "title": "Children eat well"}]
    told = replace(page, data=replace(page.data, tables={**page.data.tables, "priorities": two}))
    note = html.unescape(cycle.show_options(told, RULES))
    assert "No other service answers to “Children sleep well”." in note
    assert "No other service answers to “Children eat well”." in note


def test_where_children_live_is_told_of_those_referred_and_of_no_other_measure() -> None:
    page = page_with(review_on=END)
    rows = [
        "who,measure,total",
        "Local area: Tilling,Referred who started,45",
        "Local area: Quayside,Referred who started,[c]",
        "Local area: Tilling,Reviewed,30",
        "Sex: female,Referred who started,20",
    ]
    measure = MeasureFacts("started", "Referred who started", "percent", "higher", ())
    context = replace(page.data.context, measures=(measure,))
    data = replace(
        page.data, context=context, findings={"equality/S1": {"characteristics.csv": "\n".join(rows)}}
    )
    note = html.unescape(cycle.show_options(replace(page, data=data), RULES))
    assert "Children referred, by local area: Tilling (45)." in note


def test_who_is_behind_most_often_is_named_and_once_is_not_often() -> None:
    head = "who,measure,word,total,level,level_lower,level_upper"
    rows = [
        "A,Started,behind",
        "A,Reviewed,behind",
        "B,Started,behind",
        "C,Started,ahead",
        "D,Started,not clear",
    ]
    texts = {"characteristics.csv": "\n".join([head, *(f"{row},,,," for row in rows)])}
    page = page_with()
    told = replace(page, data=replace(page.data, findings={"equality/index": texts}))
    said = html.unescape(cycle.show_needs(told))
    assert "compared with everyone else 5 times: 4 differences are clear" in said
    assert "Most often behind: “A” (2 measures)." in said


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("no clear change", "no clear change (evidence 4 of 5)"), ("cannot tell yet", "cannot tell yet.")],
)
def test_evidence_is_told_of_what_can_be_told_and_of_nothing_else(verdict: str, said: str) -> None:
    row = {"service_id": "S1", "outcome": "sleep", "verdict": verdict, "claim_level": 4}
    text = as_frame([row], "outcomes").to_csv(index=False)
    page = page_with(review_on=END)
    context = replace(page.data.context, measures=(MeasureFacts("sleep", "Sleep", "percent", "higher", ()),))
    findings = {"services/index": {finding_file("outcomes"): text}}
    data = replace(page.data, context=context, findings=findings)
    assert said in html.unescape(cycle.show_options(replace(page, data=data), RULES))


def test_a_bidder_is_not_named() -> None:
    page = page_with("bids")
    assert "Nobody" not in cycle.show_awards(page, RULES) + cycle.show_award_years(page)


def test_a_payer_that_pools_only_a_part_stands_in_two_rows() -> None:
    page = page_with("funding")
    paid = [
        {"paid_by": "Council", "year": 2009, "amount": 100.0, "pooled": "no"},
        {"paid_by": "Council", "year": 2010, "amount": 300.0, "pooled": "yes"},
    ]
    told = replace(page, data=replace(page.data, tables={**page.data.tables, "funding": paid}))
    words = html.unescape(cycle.show_funding(told))
    assert "75% of it is pooled" in words
    assert words.count('<th scope="row">Council</th>') == 2
