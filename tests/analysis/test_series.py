"""Measures by the design that was declared: what is estimated month by month, and which checks weaken it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from month_rows import CHANGED, DATASET, draw_months, make_measure, make_months, make_plan
from score_rows import RULES

from pipeline.analysis.impact.design_checks import Check
from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.series import MODEL, assess_measure
from pipeline.contract.context import MeasureFacts
from pipeline.contract.plans import EvaluationPlan
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure
from pipeline.stats.designs.interrupted_series import InterruptedSeries, interrupted_series
from pipeline.stats.proportions.two_groups import newcombe_difference
from pipeline.stats.results import Counts, Estimate, NotEstimable

OTHERS = [f"S{number:02}" for number in range(2, 16)]
SERVICES = ["S01", *OTHERS]
BESIDE = make_plan("difference_in_differences", comparison=";".join(OTHERS))


def check(finding: Finding, name: str) -> Check:
    return next(check for check in finding.checks if check.name == name)


def assess(rows: pd.DataFrame, plan: EvaluationPlan, measure: MeasureFacts | None = None) -> Finding:
    return assess_measure(Cells(rows), measure or make_measure(), plan, DATASET, RULES)


def drawn(change: float, seed: int = 1, **about: float) -> pd.DataFrame:
    return draw_months(np.random.default_rng(seed), SERVICES, {"S01": change}, **about)  # type: ignore[arg-type]


def test_before_and_after_is_the_difference_of_two_shares_in_points() -> None:
    rows = make_months({"S01": [8, 12] * 9 + [14, 16] * 9}, 20)
    found = assess(rows, make_plan("before_and_after"))
    by_hand = newcombe_difference(Counts(270, 360), Counts(180, 360))
    assert isinstance(found.effect, Estimate)
    assert isinstance(by_hand, Estimate)
    assert (found.effect.value, found.effect.lower) == pytest.approx((25.0, 100 * by_hand.lower))
    assert (found.verdict, found.strength, found.size) == ("better", "before and after", 180)


def test_where_lower_is_better_a_rise_is_worse() -> None:
    rows = make_months({"S01": [8, 12] * 9 + [14, 16] * 9}, 20)
    found = assess(rows, make_plan("before_and_after"), make_measure(direction="lower"))
    assert found.verdict == "worse"


def test_a_step_on_another_day_before_the_start_fails() -> None:
    rows = make_months({"S01": [4, 5, 6] * 3 + [15, 16, 14] * 9}, 20)
    assert check(assess(rows, make_plan("before_and_after")), "placebo dates").outcome == "fail"
    steady = make_months({"S01": [9, 11, 10] * 6 + [15, 16, 14] * 6}, 20)
    assert check(assess(steady, make_plan("before_and_after")), "placebo dates").outcome == "pass"


def test_an_interrupted_series_is_the_segmented_regression_of_its_months() -> None:
    rows = drawn(0.3)
    found = assess(rows, make_plan("interrupted_series"))
    own = rows[rows["service_id"] == "S01"]
    by_hand = interrupted_series("share", own["month"], own["events"], own["total"], 2010 * 12 + 9, MODEL)
    assert isinstance(by_hand, InterruptedSeries)
    assert found.effect == by_hand.level_change
    assert found.strength == "interrupted series"
    assert found.followed is not None


def test_a_series_is_of_the_numbers_that_are_shown_before_the_start_and_from_it_on() -> None:
    """Its course in tenths, beside the children of each half-year, leaves few true numbers of those before."""
    plan, rule = make_plan("interrupted_series"), Disclosure(7, 5)
    rows = drawn(0.3).query("service_id == 'S01'").assign(events_key=3, size_key=8)
    found = assess_measure(Cells(rows, rule), make_measure(), plan, DATASET, RULES)
    assert found.followed is not None
    months = found.followed.months
    events, sizes = np.array(months.events), np.array(months.sizes)
    for half, ends in (
        (slice(0, 18), (months.first, months.start - 1)),
        (slice(18, None), (months.start, months.last)),
    ):
        shown = months.between(*ends)
        assert (events[half].sum(), sizes[half].sum()) == pytest.approx((shown.events, shown.total))
    assert sizes.sum() != rows["total"].sum()
    assert found.effect != assess(rows, plan).effect


def test_a_rate_is_followed_over_its_child_years() -> None:
    events = np.random.default_rng(3).poisson([10.0] * 18 + [25.0] * 18)
    rows = make_months({"S01": events.tolist()}, 50, "per_100_child_years")
    found = assess(rows, make_plan("interrupted_series"), make_measure("per_100_child_years", "lower"))
    by_hand = interrupted_series("rate", range(36), events, [50.0] * 36, 18, MODEL)
    assert isinstance(by_hand, InterruptedSeries)
    assert isinstance(found.effect, Estimate)
    assert isinstance(by_hand.level_change, Estimate)
    assert found.effect.value == pytest.approx(by_hand.level_change.value)
    assert found.verdict == "worse"


def test_a_drift_that_goes_on_as_before_is_no_effect_of_the_start() -> None:
    rows = drawn(0.0, drift=0.02, size=60)
    assert assess(rows, make_plan("before_and_after")).verdict == "better"
    assert assess(rows, make_plan("interrupted_series")).by_interval == "no clear change"


def test_months_without_anybody_are_no_months_at_nought() -> None:
    rows = drawn(0.3)
    gaps = rows[rows["month"] % 5 != 0]
    found = assess(gaps, make_plan("interrupted_series"))
    assert isinstance(found.effect, Estimate)
    assert found.effect.contains((0.8 / 0.2) / (0.5 / 0.5))


def test_months_that_lean_on_one_another_fail() -> None:
    wave = [10 + round(6 * np.sin(place / 3)) for place in range(36)]
    found = assess(make_months({"S01": wave}, 20), make_plan("interrupted_series"))
    assert check(found, "autocorrelation").outcome == "fail"


def test_the_window_ends_with_the_months_that_are_complete() -> None:
    late = make_plan("before_and_after", last_day=dt.date(2020, 3, 31))
    rows = make_months({"S01": [8, 12] * 9 + [14, 16] * 9 + [20] * 12}, 20)
    assert assess(rows, late).effect == assess(rows, make_plan("before_and_after")).effect


@pytest.mark.parametrize("design", ["before_and_after", "interrupted_series", "difference_in_differences"])
def test_few_on_one_side_of_the_start_are_too_few_to_say(design: str) -> None:
    rows = make_months({service: [0] * 24 + [1] * 12 for service in SERVICES}, 1)
    few = rows[(rows["month"] >= 2010 * 12 + 9) | (rows["month"] < 2009 * 12 + 12)]
    plan = make_plan(design, comparison=BESIDE.comparison if "difference" in design else None)  # type: ignore[arg-type]
    found = assess(few, plan)
    assert found.verdict == "too few to say"
    assert found.effect == NotEstimable("fewer than 13 counted before the start or after it")


def test_a_service_that_moves_more_than_all_others_is_found_beside_them() -> None:
    found = assess(drawn(0.3), BESIDE)
    assert isinstance(found.effect, Estimate)
    assert found.effect.contains(30.0)
    assert found.effect.unit == "percentage points"
    assert (found.verdict, found.strength) == ("better", "comparison group")
    assert {each.name: each.outcome for each in found.checks} == {
        "declared first": "pass",
        "pre-trend": "pass",
        "placebo dates": "pass",
        "placebo groups": "pass",
        "dropping a site": "pass",
        "few clusters": "pass",
    }
    assert found.claim.rung == "comparison group"


def test_what_moves_all_services_alike_is_no_effect_in_one() -> None:
    draw = np.random.default_rng(4)
    rows = draw_months(draw, SERVICES, dict.fromkeys(SERVICES, 0.3))
    assert assess(rows, BESIDE).by_interval == "no clear change"


def test_another_course_before_the_start_fails() -> None:
    draw = np.random.default_rng(5)
    own = draw_months(draw, ["S01"], {}, drift=0.015, size=60)
    rows = pd.concat([own, draw_months(draw, OTHERS, {}, size=60)])
    found = assess(rows, BESIDE)
    assert check(found, "pre-trend").outcome == "fail"
    assert check(found, "placebo dates").outcome == "fail"
    assert found.claim.weight < 2 + 3


def test_a_service_that_others_match_by_chance_fails() -> None:
    draw = np.random.default_rng(6)
    rows = draw_months(draw, SERVICES, {"S01": 0.25, "S02": -0.35, "S03": 0.45}, size=60)
    found = check(assess(rows, BESIDE), "placebo groups")
    assert found.outcome in ("fail", "not possible")


@pytest.mark.parametrize(("others", "outcome"), [(8, "fail"), (9, "pass")])
def test_with_few_services_in_all_chance_alone_decides(others: int, outcome: str) -> None:
    """The one of nine that stands out furthest does so once in nine by chance alone."""
    plan = make_plan("difference_in_differences", comparison=";".join(OTHERS[:others]))
    found = assess(drawn(0.3, size=60), plan)
    assert check(found, "few clusters").outcome == outcome
    assert found.by_interval == ("better" if outcome == "pass" else "no clear change")


def test_services_that_hold_too_few_are_left_out_of_the_comparison() -> None:
    rows = drawn(0.3)
    thin = rows[~rows["service_id"].isin(OTHERS[:3]) | (rows["month"] == rows["month"].min())]
    assert check(assess(thin, BESIDE), "few clusters").figures["services"] == 12


def test_fewer_than_three_services_to_compare_with_say_nothing() -> None:
    found = assess(drawn(0.3), make_plan("difference_in_differences", comparison="S02;S03"))
    assert (found.by_interval, found.verdict) == ("too few to say", "too few to say")


def test_a_plan_agreed_after_its_start_is_weaker() -> None:
    late = make_plan("interrupted_series", agreed_on=CHANGED + dt.timedelta(days=1))
    rows = drawn(0.4, size=40)
    assert assess(rows, late).claim.rung == "before and after"
    assert assess(rows, make_plan("interrupted_series")).claim.rung == "interrupted series"


def test_arguments_are_left_untouched() -> None:
    rows = drawn(0.3)
    before = rows.copy(deep=True)
    for plan in (BESIDE, make_plan("interrupted_series"), make_plan("before_and_after")):
        assess(rows, plan)
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize("phase", [0, 2, 4, 6, 8, 10])
@pytest.mark.parametrize("size", [20, 200])
def test_a_season_of_30_per_cent_is_no_effect_of_the_start(phase: int, size: int) -> None:
    """Twelve months on either side, in which only the season moves: it makes no step."""
    turn = 2 * np.pi * (np.arange(24) + phase) / 12
    draw = np.random.default_rng(phase)
    rows = make_months({"S01": draw.binomial(size, 0.5 * (1 + 0.3 * np.sin(turn))).tolist()}, size)
    plan = make_plan("interrupted_series", start=dt.date(2010, 4, 1), last_day=dt.date(2011, 3, 31))
    found = assess(rows, plan)
    assert found.by_interval == "no clear change"
    assert check(found, "season").outcome == "pass"


SHAPES: dict[str, Callable[[Any], Any]] = {
    "two waves": lambda month: np.sin(4 * np.pi * month / 12),
    "two months lower": lambda month: -1.0 * (month < 2),
    "one month lower": lambda month: -1.0 * (month < 1),
    "a term higher": lambda month: 1.0 * (month < 3),
    "rising through the year": lambda month: month / 5.5 - 1,
    "half a year higher": lambda month: np.where(month < 6, 1.0, -1.0),
}
YEARS = make_plan("interrupted_series", start=dt.date(2010, 4, 1), last_day=dt.date(2011, 3, 31))


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_a_season_of_any_shape_is_no_effect_of_the_start(shape: str) -> None:
    """One pair of harmonics takes such a season for a step in up to one of four services."""
    draw, months = np.random.default_rng(7), np.arange(24)
    for phase in range(12):
        season = 1 + 0.3 * SHAPES[shape]((months + phase) % 12)
        found = assess(make_months({"S01": draw.binomial(200, 0.55 * season).tolist()}, 200), YEARS)
        assert found.verdict in ("no clear change", "cannot tell yet")


@pytest.mark.long
@pytest.mark.parametrize(
    ("shape", "change", "reason", "word"),
    [("two waves", 0.0, "own shape", "cannot tell yet"), ("none", -0.3, "same months", "worse")],
)
def test_the_same_months_of_the_year_must_show_a_step_as_well(
    shape: str, change: float, reason: str, word: str
) -> None:
    draw, months = np.random.default_rng(3), np.arange(24)
    told = []
    for phase in range(12):
        season = 1 + 0.3 * SHAPES[shape]((months + phase) % 12) if shape in SHAPES else np.ones(24)
        share = 0.55 * season + np.where(months < 12, 0.0, change)
        found = assess(make_months({"S01": draw.binomial(200, share).tolist()}, 200), YEARS)
        told.append((check(found, "season").reason, found.verdict))
    assert (reason, word) in told


def test_months_too_few_for_a_season_weaken_the_claim_and_say_so() -> None:
    rows = make_months({"S01": [8, 11, 9] * 3 + [18, 19, 18] * 3}, 20)
    plan = make_plan("interrupted_series", start=dt.date(2010, 1, 1), last_day=dt.date(2010, 9, 30))
    found = check(assess(rows, plan), "season")
    assert (found.outcome, found.figures) == ("fail", {"months": 18, "needed": 24})
