"""The six-month baseline rule, the months a target is judged on, and the verdict on hand-made counts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import facts
import pandas as pd
import pytest
from facts import FIRST as FIRST_DEFINITION
from facts import SERVICE, START

from pipeline.analysis.equality.baselines import Baseline
from pipeline.analysis.equality.target_evidence import Tables, population_share
from pipeline.analysis.equality.target_figures import CountedFigure, TargetFigure
from pipeline.analysis.equality.targets import TargetEvidence, assess_target, scored_window
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.months import Window, baseline_window, last_complete_month, month_number
from pipeline.contract.context import (
    Context,
    Definition,
    FrozenBaseline,
    MeasureFacts,
    ScaleFacts,
    Target,
)
from pipeline.contract.plans import TargetDirection
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate, NotEstimable

FIRST = month_number(START)
NHS = Disclosure(hide_up_to=7, round_to=5)
RULES = JudgementRules(6, 12, 20, 0.3, 0.05, "measure", 0.95)
TARGET = replace(facts.TARGET, kind="outcome_achieved", measure_id="achieved")
NOTHING = pd.DataFrame()
NO_CELLS = Cells(NOTHING)


def context(
    start: dt.date = START,
    complete_to: dt.date = dt.date(2012, 3, 31),
    definitions: tuple[Definition, ...] = (FIRST_DEFINITION,),
) -> Context:
    service, dataset = replace(SERVICE, start=start), replace(facts.DATASET, complete_to=complete_to)
    measures = (
        MeasureFacts("achieved", "Achieved", "percent", "higher", definitions),
        MeasureFacts("plans", "Plans", "per_100_child_years", "lower", (FIRST_DEFINITION,)),
    )
    return Context(dataset, service, (service,), measures, (), (TARGET,), ())


def rows(counts: Mapping[str, tuple[int, int]], months: range, version: int = 1) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "measure_id": "achieved",
                "version": version,
                "service_id": "S1",
                "ethnic_group": group,
                "ethnicity": "" if group == "Not known" else group.upper(),
                "month": month,
                "events": events,
                "total": total,
                "child_years": 0.0,
            }
            for month in months
            for group, (events, total) in counts.items()
        ]
    )


ALL_MONTHS = range(FIRST, FIRST + 36)
EQUAL = {"Black": (30, 50), "White": (120, 200)}
BEHIND = {"Black": (15, 50), "White": (120, 200)}


def of_measures(measures: pd.DataFrame, rule: Disclosure = EXACT) -> Tables:
    return Tables(Cells(measures, rule), NO_CELLS, NOTHING, NOTHING)


def counted(reading: TargetFigure | None) -> CountedFigure:
    assert isinstance(reading, CountedFigure)
    return reading


def assess(measures: pd.DataFrame, target: Target = TARGET, rule: Disclosure = EXACT) -> TargetEvidence:
    return assess_target(target, of_measures(measures, rule), context(), RULES)


def test_equal_rates_on_many_children_meet_a_target_of_minus_five_points() -> None:
    assert assess(rows(EQUAL, ALL_MONTHS)).verdict == "met"


def test_a_gap_of_thirty_points_on_many_children_does_not_meet_it() -> None:
    assert assess(rows(BEHIND, ALL_MONTHS)).verdict == "not met"


def test_equal_rates_on_few_children_cannot_be_told() -> None:
    assert assess(rows({"Black": (3, 5), "White": (12, 20)}, ALL_MONTHS)).verdict == "cannot tell yet"


def test_under_twenty_in_a_group_is_too_few_to_say() -> None:
    evidence = assess(rows({"Black": (1, 1), "White": (12, 20)}, ALL_MONTHS))
    assert evidence.verdict == "too few to say"


def test_twenty_in_the_smaller_group_is_enough_to_be_judged() -> None:
    window = range(FIRST + 24, FIRST + 34)
    evidence = assess(rows({"Black": (0, 2), "White": (18, 20)}, window))
    assert (counted(evidence.reading).group.total, evidence.verdict) == (20, "not met")


def test_too_many_unknown_ethnic_groups_forbid_a_verdict() -> None:
    measures = rows({**EQUAL, "Not known": (60, 110)}, ALL_MONTHS)
    evidence = assess(measures)
    assert evidence.verdict == "cannot tell yet"
    assert evidence.reason == "unknown"


def test_unknown_ethnic_groups_at_the_limit_do_not() -> None:
    measures = rows({"Black": (30, 50), "White": (54, 90), "Not known": (36, 60)}, ALL_MONTHS)
    assert assess(measures).verdict == "met"


def test_under_six_months_of_work_the_baseline_is_forming() -> None:
    young = context(start=dt.date(2011, 11, 1))
    evidence = assess_target(TARGET, of_measures(rows(EQUAL, range(FIRST + 31, FIRST + 36))), young, RULES)
    assert (evidence.verdict, evidence.baseline.kind) == ("baseline forming", "forming")


def test_six_whole_months_complete_the_baseline() -> None:
    young = context(start=dt.date(2011, 10, 1))
    evidence = assess_target(TARGET, of_measures(rows(EQUAL, range(FIRST + 30, FIRST + 36))), young, RULES)
    assert evidence.baseline.kind == "first months"


def test_a_stated_baseline_wins_over_the_first_months() -> None:
    evidence = assess(rows(EQUAL, ALL_MONTHS), replace(TARGET, baseline=-14.0))
    assert (evidence.baseline.kind, evidence.baseline.window) == ("stated", None)


def test_the_baseline_is_counted_in_the_first_six_months_alone() -> None:
    early = rows(BEHIND, range(FIRST, FIRST + 6))
    late = rows(EQUAL, range(FIRST + 6, FIRST + 36))
    baseline = assess(pd.concat([early, late])).baseline
    assert counted(baseline.reading).group == Tally(6 * 15, 6 * 50, 0.0)


def test_months_of_the_baseline_are_never_scored_against_it() -> None:
    evidence = assess(rows(EQUAL, ALL_MONTHS), replace(TARGET, due=dt.date(2010, 1, 31)))
    assert evidence.window == Window(FIRST + 6, FIRST + 9)


@pytest.mark.parametrize(
    ("due", "window"),
    [
        (dt.date(2012, 3, 31), Window(FIRST + 24, FIRST + 35)),
        (dt.date(2011, 3, 31), Window(FIRST + 12, FIRST + 23)),
        (dt.date(2013, 3, 31), Window(FIRST + 24, FIRST + 35)),
    ],
)
def test_a_target_is_judged_on_the_year_up_to_its_due_date(due: dt.date, window: Window) -> None:
    assert assess(rows(EQUAL, ALL_MONTHS), replace(TARGET, due=due)).window == window


def test_before_the_due_date_a_steady_gap_is_off_track_and_steady_parity_on_track() -> None:
    later = replace(TARGET, due=dt.date(2012, 6, 30))
    assert assess(rows(BEHIND, ALL_MONTHS), later).verdict == "off track"
    many = {group: (10 * events, 10 * total) for group, (events, total) in EQUAL.items()}
    assert assess(rows(many, ALL_MONTHS), later).verdict == "on track"


def test_a_verdict_that_rounding_may_have_made_is_not_given() -> None:
    """The same counts meet the target where they are exact, and not where each may be off by up to four."""
    measures = rows({"Black": (70, 100), "White": (60, 100)}, range(FIRST + 30, FIRST + 31))
    target = replace(TARGET, target=-3.5)
    assert [assess(measures, target, rule).verdict for rule in (EXACT, NHS)] == ["met", "cannot tell yet"]


def test_the_comparator_is_everyone_else_of_known_ethnicity_and_never_the_group_itself() -> None:
    evidence = assess(rows({**EQUAL, "Not known": (1, 10)}, ALL_MONTHS))
    reference = counted(evidence.reading).reference
    assert reference is not None
    assert reference.total == 12 * 200


def test_without_a_comparator_the_group_s_own_level_is_judged() -> None:
    own = replace(TARGET, comparator=None, target=50.0)
    evidence = assess(rows(EQUAL, ALL_MONTHS), own)
    assert evidence.verdict == "met"
    assert isinstance(evidence.current, Estimate)
    assert evidence.current.value == pytest.approx(0.6)


def test_a_rate_per_child_year_is_judged_downwards_when_less_is_better() -> None:
    plans = rows(EQUAL, ALL_MONTHS).assign(measure_id="plans", total=0, child_years=10.0, events=3)
    target = replace(TARGET, measure_id="plans", comparator=None, target=60.0)
    assert assess(plans, target).verdict == "met"
    assert assess(plans, replace(target, target=15.0)).verdict == "not met"


def test_a_start_within_a_month_counts_from_that_month() -> None:
    assert baseline_window(dt.date(2011, 11, 7), 6) == Window(FIRST + 31, FIRST + 36)


@pytest.mark.parametrize(
    ("complete_to", "last"),
    [
        (dt.date(2012, 3, 31), FIRST + 35),
        (dt.date(2012, 3, 30), FIRST + 34),
        (dt.date(2012, 4, 1), FIRST + 35),
    ],
)
def test_a_month_counts_once_it_is_whole(complete_to: dt.date, last: int) -> None:
    assert last_complete_month(complete_to) == last


def test_an_empty_window_has_no_months() -> None:
    baseline = assess(rows(EQUAL, ALL_MONTHS)).baseline
    window = scored_window(baseline, month_number(dt.date(2009, 6, 30)), FIRST + 35, FIRST, 12)
    assert window.months == 0


ANEW = dt.date(2010, 4, 1)
REDEFINED = (FIRST_DEFINITION, Definition(2, ANEW))


def test_a_baseline_never_crosses_a_change_of_definition() -> None:
    before = rows(BEHIND, range(FIRST, FIRST + 12), version=1)
    after = rows(EQUAL, range(FIRST + 12, FIRST + 36), version=2)
    both = of_measures(pd.concat([before, after]))
    found = assess_target(TARGET, both, context(definitions=REDEFINED), RULES)
    assert found.baseline.window == Window(month_number(ANEW), month_number(ANEW) + 5)
    assert counted(found.baseline.reading).group == Tally(6 * 30, 6 * 50, 0.0)


def test_a_target_is_judged_on_the_latest_definition_alone() -> None:
    both = [rows(BEHIND, ALL_MONTHS, version=1), rows(EQUAL, range(FIRST + 30, FIRST + 36), version=2)]
    latest = (FIRST_DEFINITION, Definition(2, dt.date(2011, 10, 1)))
    found = assess_target(TARGET, of_measures(pd.concat(both)), context(definitions=latest), RULES)
    assert found.baseline.window == Window(FIRST + 30, FIRST + 35)
    assert (counted(found.reading).group, found.verdict) == (Tally(0, 0, 0.0), "too few to say")


def baseline_of(
    measures: pd.DataFrame, frozen: tuple[FrozenBaseline, ...] = (), target: Target = TARGET
) -> Baseline:
    known = replace(context(), frozen_baselines=frozen)
    return assess_target(target, of_measures(measures), known, RULES).baseline


def frozen_as(fingerprint: str, version: int = 1) -> FrozenBaseline:
    day = dt.date(2009, 11, 2)
    return FrozenBaseline("T1", version, day, START, dt.date(2009, 9, 30), -30.0, -40.0, -20.0, fingerprint)


def test_a_baseline_is_shown_with_fewer_and_with_more_months() -> None:
    others = dict(baseline_of(rows(EQUAL, ALL_MONTHS)).others)
    assert {months: counted(reading).group.total for months, reading in others.items()} == {
        months: months * 50 for months in (4, 5, 7, 8)
    }


def test_months_that_are_not_over_are_not_shown() -> None:
    young = context(start=dt.date(2011, 10, 1))
    evidence = assess_target(TARGET, of_measures(rows(EQUAL, range(FIRST + 30, FIRST + 36))), young, RULES)
    assert [months for months, _ in evidence.baseline.others] == [4, 5]


def test_any_change_of_what_a_baseline_rests_on_is_found_and_none_of_what_came_later() -> None:
    before = rows(EQUAL, ALL_MONTHS)
    frozen = (frozen_as(baseline_of(before).fingerprint),)
    assert not baseline_of(before.sample(frac=1, random_state=1), frozen).changed
    one_more = before.copy()
    one_more["events"] = one_more["events"] + (one_more.index == 0)
    assert baseline_of(one_more, frozen).changed
    later = before.copy()
    later.loc[later["month"] >= FIRST + 6, "events"] = 0
    assert not baseline_of(later, frozen).changed


def test_a_baseline_is_frozen_for_one_version_of_its_target() -> None:
    frozen = (frozen_as("0" * 64),)
    assert baseline_of(rows(EQUAL, ALL_MONTHS), frozen).changed
    assert baseline_of(rows(EQUAL, ALL_MONTHS), frozen, replace(TARGET, version=2)).frozen is None


def test_a_group_measured_low_is_expected_to_move_up_by_luck_alone_and_less_so_the_larger_it_is() -> None:
    others = {"Asian": (60, 100), "Mixed": (55, 100), "White": (130, 200), "Other": (25, 50)}

    def expected(black: tuple[int, int]) -> float:
        found = baseline_of(rows({"Black": black, **others}, range(FIRST, FIRST + 36)), (), own).regression
        assert isinstance(found, float)
        return found

    own = replace(TARGET, comparator=None, target=50.0)
    assert expected((1, 4)) > expected((25, 100)) > 0


def test_a_rate_measured_high_is_expected_to_move_down_by_luck_alone() -> None:
    groups = {"Black": (9, 10), "Asian": (6, 100), "Mixed": (5, 100), "White": (14, 200), "Other": (3, 50)}
    counted = rows(groups, range(FIRST, FIRST + 36))
    rates = counted.assign(child_years=counted["total"].astype("float64"), total=0)
    known = context()
    known = replace(
        known, measures=tuple(replace(each, unit="per_100_child_years") for each in known.measures)
    )
    own = replace(TARGET, comparator=None)
    found = assess_target(own, of_measures(rates), known, RULES).baseline.regression
    assert isinstance(found, float)
    assert -90 < found < 0, "events per 100 child-years"


def test_where_a_comparator_is_given_the_luck_of_both_counts() -> None:
    groups = {"Black": (9, 20), "White": (90, 100), "Asian": (60, 100), "Mixed": (55, 100), "Other": (25, 50)}
    counted = rows(groups, range(FIRST, FIRST + 36))
    white = replace(TARGET, ethnic_group="White", comparator=None)
    gap, alone, other = (
        baseline_of(counted, (), target).regression
        for target in (replace(TARGET, comparator="White"), replace(TARGET, comparator=None), white)
    )
    assert isinstance(alone, float)
    assert isinstance(other, float)
    assert gap == pytest.approx(alone - other)
    assert other != 0
    few = baseline_of(rows(BEHIND, ALL_MONTHS)).regression
    assert isinstance(few, NotEstimable), "two groups tell too little"


@pytest.mark.parametrize(
    ("goal", "off", "verdict"),
    [
        (-5.0, 0.0, "not met"),
        (-5.0, 60.0, "cannot tell yet"),
        (-13.0, 0.0, "met"),
        (-13.0, 60.0, "cannot tell yet"),
    ],
)
def test_a_target_for_representation_is_judged_on_the_children_newly_reached(
    goal: float, off: float, verdict: str
) -> None:
    """Where its group's number was rounded or breaks off so far that it could turn the verdict, there is none."""
    newcomers = pd.DataFrame(
        [("", "BLACK", "Black", month, 20) for month in ALL_MONTHS]
        + [("", "WHITE", "White", month, 80) for month in ALL_MONTHS]
        + [("", "", "Not known", month, 5) for month in ALL_MONTHS],
        columns=["service_id", "ethnicity", "ethnic_group", "month", "total"],
    )
    population = pd.DataFrame(
        {
            "counted": "children",
            "ethnic_group": ["Black", "White"],
            "ethnicity": "",
            "population": [300, 700],
            "off_by": [off, 0.0],
        }
    )
    target = replace(TARGET, kind="representation", measure_id=None, comparator="population", target=goal)
    tables = Tables(NO_CELLS, Cells(newcomers), NOTHING, population)
    evidence = assess_target(target, tables, context(), RULES)
    assert isinstance(evidence.current, Estimate)
    assert evidence.current.value == pytest.approx(0.2 - 0.3)
    assert (evidence.reading.size, evidence.verdict) == (12 * 100, verdict)
    assert evidence.unknown_share == pytest.approx(5 / 105)


UNTOLD: Mapping[str, tuple[Mapping[str, list[str]], Any]] = {
    "its group is not there": ({"ethnic_group": ["White"], "ethnicity": ["WBRI"]}, [700]),
    "it is told by broad groups alone": (
        {"ethnic_group": ["Black", "White"], "ethnicity": ["", ""]},
        [300, 700],
    ),
    "a number was withheld": (
        {"ethnic_group": ["Black", "White"], "ethnicity": ["BAFR", "WBRI"]},
        [300, None],
    ),
    "there is none": ({"ethnic_group": [], "ethnicity": []}, []),
    "nobody lives there": ({"ethnic_group": ["Black"], "ethnicity": ["BAFR"]}, [0]),
}


@pytest.mark.parametrize("why", UNTOLD)
@pytest.mark.parametrize("direction", ["at_least", "at_most"])
def test_a_population_that_is_not_known_gives_no_verdict(why: str, direction: TargetDirection) -> None:
    newcomers = pd.DataFrame(
        [
            ("", code, group, month, 50)
            for group, code in (("Black", "BAFR"), ("White", "WBRI"))
            for month in ALL_MONTHS
        ],
        columns=["service_id", "ethnicity", "ethnic_group", "month", "total"],
    )
    groups, people = UNTOLD[why]
    population = pd.DataFrame(
        {"counted": "children", **groups, "population": pd.array(people, dtype="Int64"), "off_by": 0.0}
    )
    target = replace(
        TARGET,
        kind="representation",
        measure_id=None,
        ethnic_group="BAFR",
        comparator="population",
        direction=direction,
        target=-2.0,
    )
    evidence = assess_target(
        target, Tables(NO_CELLS, Cells(newcomers), NOTHING, population), context(), RULES
    )
    assert isinstance(evidence.current, NotEstimable)
    assert (evidence.verdict, evidence.reason) == ("cannot tell yet", "no estimate")


def test_a_group_of_which_nobody_lives_there_has_a_share_of_nought() -> None:
    population = pd.DataFrame(
        {
            "counted": "children",
            "ethnic_group": ["Black", "White"],
            "ethnicity": "",
            "population": [0, 700],
            "off_by": 0.0,
        }
    )
    assert population_share(population, "Black") == Between(0.0, 0.0, 0.0)


def test_a_target_for_change_in_score_is_judged_on_the_improvements_of_those_reviewed() -> None:
    reviewed = [dt.date(2009, 6, 1), dt.date(2011, 6, 1)]
    scores = pd.DataFrame(
        [
            (place, group, group.upper(), "treated", "wellbeing", gain + place % 3 - 1, day)
            for group, gain in (("Black", 0.0), ("White", 3.0))
            for day in reviewed
            for place in range(30)
        ]
        + [(99, "Black", "BLACK", "comparison", "wellbeing", 20.0, reviewed[1])] * 30,
        columns=["child", "ethnic_group", "ethnicity", "arm", "scale", "improvement", "review_date"],
    )
    scales = (ScaleFacts("wellbeing", "Wellbeing", 0, 40, "higher"),)
    target = replace(TARGET, kind="change_in_score", measure_id="wellbeing", target=-1.0)
    tables = Tables(NO_CELLS, NO_CELLS, scores, NOTHING)
    evidence = assess_target(target, tables, replace(context(), scales=scales), RULES)
    assert isinstance(evidence.current, Estimate)
    assert evidence.current.value == pytest.approx(-3.0)
    assert (evidence.reading.size, evidence.verdict, evidence.baseline.kind) == (
        30,
        "not met",
        "first months",
    )


def test_a_target_for_a_detailed_group_is_judged_on_its_own_rows() -> None:
    both = rows(EQUAL, ALL_MONTHS).assign(
        ethnic_group=lambda found: found["ethnic_group"].replace({"Black": "White"})
    )
    evidence = assess(both, replace(TARGET, ethnic_group="BLACK", comparator="WHITE"))
    assert counted(evidence.reading).group.total == 12 * 50
    reference = counted(evidence.reading).reference
    assert reference is not None
    assert reference.total == 12 * 200
