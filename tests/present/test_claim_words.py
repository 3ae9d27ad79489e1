"""What the page says of plans, claims and checks, and what would change its answers."""

import csv
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from facts import MEASURE
from small_slice import (
    DATASET,
    PLAN,
    make_measures,
    make_page,
    make_scores,
    rules_of,
    with_facts,
    with_tables,
    words,
)

from pipeline.contract.plans import EvaluationPlan, FrozenPlan
from pipeline.present.impact.claims import show_claims
from pipeline.present.impact.evidence_needed import show_would_change
from pipeline.present.impact.impact_page import show_headline
from pipeline.present.impact.plan_rows import describe_plan
from pipeline.present.impact.what_works import (
    show_everything,
    show_shared,
    show_what_works,
    show_works_headline,
)
from pipeline.present.page import Page

MINIMUM = 10
CHANGED = dt.date(2010, 4, 1)
JITTER = [2, -1, 0, -2, 1, 3, -3, 1, -1, 0, 2, -2, 1, -3, 0, 2, -1, -1, 3, 0, -2, 1, -1, 2]


def both_arms(treated: float, comparison: float) -> pd.DataFrame:
    return pd.concat([make_scores(40, treated), make_scores(40, comparison, "comparison", first=40)])


def with_frozen(page: Page, *frozen: FrozenPlan) -> Page:
    return with_facts(page, frozen_plans=frozen)


def over_all(page: Page) -> Page:
    return with_facts(page, service=None)


def vary(counts: tuple[int, int], place: int) -> tuple[int, int]:
    return counts[0] + JITTER[place], counts[1]


def months(before: tuple[int, int], after: tuple[int, int], service: str = "S01") -> pd.DataFrame:
    """Twenty-four months with these events and totals each, the start being half-way."""
    first = 2009 * 12 + 3
    rows = [
        make_measures({"White": vary(before if place < 12 else after, place)}).assign(
            month=first + place,
            service_id=service,
            period=f"{2009 + (3 + place) // 12}-q{(3 + place) % 12 // 3 + 1}",
        )
        for place in range(24)
    ]
    return pd.concat(rows, ignore_index=True)


def followed(plan: EvaluationPlan, *measures: pd.DataFrame) -> Page:
    page = make_page(plans=(plan,))
    own, *others = measures
    compared = pd.concat(others) if others else own.iloc[:0]
    return with_tables(page, measures=own, compared=compared)


SERIES = replace(
    PLAN, outcome="completed", design="interrupted_series", comparison=None, start=CHANGED, agreed_on=CHANGED
)


def test_before_and_after_never_says_because() -> None:
    plan = replace(PLAN, design="before_and_after", comparison=None)
    said = words(show_claims(make_page(scores=both_arms(4, 1), plans=(plan,)), MINIMUM))
    assert "Wellbeing: better than before" in said
    assert "other things may explain the change" in said
    assert "because of" not in said


def test_only_a_trial_in_which_no_check_failed_says_because() -> None:
    trial = replace(PLAN, design="randomised")
    said = words(show_claims(make_page(scores=both_arms(4, 1), plans=(trial,)), MINIMUM))
    assert "Wellbeing: better because of the service" in said
    late = replace(trial, agreed_on=dt.date(2010, 1, 1))
    said = words(show_claims(make_page(scores=both_arms(4, 1), plans=(late,)), MINIMUM))
    assert "because of" not in said
    assert "one check failed (declared before the data)" in said


@pytest.mark.parametrize("children", [0, 1, 7, 9])
def test_few_children_are_too_few_to_say_and_nothing_of_them_is_shown(children: int) -> None:
    page = make_page(scores=make_scores(children, 5), plans=(PLAN,))
    said = words(show_claims(page, MINIMUM))
    assert "Wellbeing: nothing can be said yet: fewer than 10 children" in said
    assert "What was checked" not in said
    assert "at least 10 children" in words(show_would_change(page, MINIMUM))


def test_how_a_plan_stands() -> None:
    day = dt.date(2009, 3, 31)
    page = make_page(plans=(PLAN,))
    first = "agreed before the data that could show an effect"
    assert describe_plan(page, PLAN) == f"{first}; not frozen"
    same = FrozenPlan("P1", 1, day, PLAN.fingerprint)
    assert describe_plan(with_frozen(page, same), PLAN) == f"{first}; as frozen on 31 March 2009"
    other = replace(same, fingerprint="0" * 64)
    assert "changed since it was frozen on 31 March 2009" in describe_plan(with_frozen(page, other), PLAN)
    anew = replace(PLAN, version=2, agreed_on=dt.date(2010, 1, 5))
    said = describe_plan(make_page(plans=(PLAN, anew)), anew)
    assert "agreed after the data came in, so read it as exploratory" in said
    assert "agreed anew: version 2; version 1 was agreed on 20 March 2009" in said


def test_an_interrupted_series_is_drawn_beside_its_course_before() -> None:
    page = followed(SERIES, months((12, 40), (30, 40)))
    said = show_claims(page, MINIMUM)
    assert "better from the start on, compared with the trend before" in words(said)
    assert "The course before the start, carried on" in words(said)
    assert "fig-alt=" in said
    assert "times the odds" in words(said)


def test_the_first_words_of_the_page_hold_a_clear_finding_on_a_measure() -> None:
    worse, same = (
        followed(SERIES, months((before, 40), (after, 40))) for before, after in ((30, 12), (20, 20))
    )
    assert "Completed: worse from the start on" in words(show_headline(worse, MINIMUM, rules_of(worse)))
    assert "Completed" not in words(show_headline(same, MINIMUM, rules_of(same)))


def test_an_effect_that_rests_on_a_few_events_is_not_shown() -> None:
    plan = replace(SERIES, design="before_and_after")
    rows = months((20, 40), (20, 40))
    rows.loc[rows["month"] >= 2010 * 12 + 3, "events"] = [1] * 6 + [0] * 6
    said = words(show_claims(followed(plan, rows), MINIMUM))
    assert "Completed: nothing can be said yet: a small number of children." in said
    assert "points" not in said.split("What may be said")[0]


def test_a_service_is_set_beside_others_by_its_plan() -> None:
    plan = replace(SERIES, design="difference_in_differences", comparison="S02; S03; S04; S05")
    others = [months((20 + number, 40), (21 - number, 40), f"S0{number + 2}") for number in range(4)]
    page = followed(plan, months((12, 40), (34, 40)), *others)
    said = words(show_claims(page, MINIMUM))
    assert "5 services only" in said
    assert "percentage points" in said
    assert (
        "better than where" not in said
    )  # Five services are too few for one to stand out by more than chance.


def test_what_would_change_an_answer_is_worked_out() -> None:
    plan = replace(PLAN, design="before_and_after", comparison=None)
    page = make_page(
        scores=make_scores(30, 0).assign(improvement=lambda rows: rows["improvement"] + 0.1), plans=(plan,)
    )
    said = words(show_would_change(page, MINIMUM))
    assert "would have been seen four times in five" in said
    assert "months of data in all" in said
    assert "two scores of children outside the service" in said
    assert "a second provider or place" in said


def test_over_all_what_works_stands_by_outcome_and_says_what_is_lacking() -> None:
    page = over_all(make_page(scores=both_arms(4, 1), plans=(PLAN,)))
    said = words(show_works_headline(page, MINIMUM))
    assert said in words(show_what_works(page, MINIMUM))
    assert (
        "Better than we would expect without the service: Wellbeing in Young carers. None of this is proof"
        in said
    )
    assert "Be healthy S01 Young carers Wellbeing better 4 of 5 +3.0" in words(show_everything(page, MINIMUM))
    assert "none can be set side by side" in words(show_shared(page, MINIMUM))
    assert "0 of 1 outcomes have no plan" in words(show_would_change(page, MINIMUM))
    assert show_claims(page, MINIMUM) == ""
    alone = over_all(make_page(scores=make_scores(30, 3)))
    assert "Nowhere is anything clearly better or worse" in words(show_what_works(alone, MINIMUM))


def test_no_count_in_any_csv_is_of_single_children(tmp_path: Path) -> None:
    page = make_page(scores=both_arms(4, 1).iloc[:50], plans=(PLAN,), folder=tmp_path)
    for part in (show_claims, show_would_change):
        part(page, MINIMUM)
    files = sorted(tmp_path.glob("*.csv"))
    assert {"S01_evaluation.csv", "evaluation.csv"} & {file.name for file in files}
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            cells = {cell for row in csv.reader(stream) for cell in row}
        assert not cells & set("123467")


def test_the_measure_s_own_direction_decides_what_is_better() -> None:
    page = followed(SERIES, months((12, 40), (30, 40)))
    lower = replace(MEASURE, direction="lower")
    turned = with_facts(page, measures=(lower,), dataset=DATASET)
    assert "Completed: worse from the start on" in words(show_claims(turned, MINIMUM))


def several_services() -> Page:
    """Eleven services with one measure, of which two started, each at its own time."""
    others = [f"S{number:02}" for number in range(3, 12)]
    declared = tuple(
        replace(
            SERIES,
            plan_id=service,
            service_id=service,
            design="difference_in_differences",
            comparison=";".join(others),
            start=dt.date(2010, start, 1),
        )
        for service, start in (("S01", 4), ("S02", 7))
    )
    first = followed(declared[0], months((12, 40), (34, 40)))
    services = tuple(
        replace(first.service, service_id=service, name=f"Service {service}")
        for service in ("S01", "S02", *others)
        if first.service
    )
    rows = [
        months((12, 40), (34, 40) if place < 2 else (13, 40), each.service_id)
        for place, each in enumerate(services)
    ]
    told = with_facts(first, service=None, services=services, plans=declared)
    return with_tables(told, measures=pd.concat(rows, ignore_index=True))


@pytest.mark.long
def test_services_that_started_at_different_times_stand_together() -> None:
    said = words(show_everything(several_services(), MINIMUM))
    assert "Started at different times" in said
    assert "Completed Service S01 and Service S02 better" in said


@pytest.mark.long
def test_what_several_services_share_is_drawn_and_its_table_is_folded() -> None:
    shown = show_shared(several_services(), MINIMUM)
    assert "<summary>Table&#58; Completed</summary>" in shown
    assert "<table" not in re.sub(r"<details>.*?</details>", "", shown, flags=re.DOTALL)
