"""Verdicts: one row at, just inside and just outside each boundary."""

import pytest

from pipeline.analysis.equality.gap_changes import judge_gap_change
from pipeline.analysis.impact.change import judge_change
from pipeline.analysis.impact.effects import GapEffect, judge_moved
from pipeline.analysis.months import Window
from pipeline.analysis.verdicts import judge_interval, judge_measures, judge_target, months_needed
from pipeline.contract.context import Direction
from pipeline.stats.results import Estimate, NotEstimable, Result

NONE = NotEstimable("nobody in the group")


def interval(lower: float, upper: float, value: float | None = None) -> Estimate:
    middle = (lower + upper) / 2 if value is None else value
    return Estimate(middle, lower, upper, 0.95, "made up", "proportion")


@pytest.mark.parametrize(
    ("lower", "upper", "direction", "place"),
    [
        (0.50, 0.70, "higher", "inside"),
        (0.4999, 0.70, "higher", "across"),
        (0.30, 0.50, "higher", "across"),
        (0.30, 0.4999, "higher", "outside"),
        (0.30, 0.50, "lower", "inside"),
        (0.30, 0.5001, "lower", "across"),
        (0.50, 0.70, "lower", "across"),
        (0.5001, 0.70, "lower", "outside"),
    ],
)
def test_an_interval_lies_inside_outside_or_across_a_goal_of_one_half(
    lower: float, upper: float, direction: Direction, place: str
) -> None:
    assert judge_interval(interval(lower, upper), 0.5, direction) == place


@pytest.mark.parametrize(
    ("current", "forecast", "word"),
    [
        (interval(0.5, 0.7), None, "met"),
        (interval(0.3, 0.4), None, "not met"),
        (interval(0.4, 0.6), None, "cannot tell yet"),
        (NONE, None, "cannot tell yet"),
        (interval(0.3, 0.4), interval(0.5, 0.7), "on track"),
        (interval(0.5, 0.7), interval(0.3, 0.4), "off track"),
        (interval(0.5, 0.7), interval(0.4, 0.6), "cannot tell yet"),
        (interval(0.5, 0.7), NONE, "cannot tell yet"),
    ],
)
def test_at_the_due_date_the_level_is_judged_and_before_it_the_forecast(
    current: Result, forecast: Result | None, word: str
) -> None:
    assert judge_target(current, forecast, 0.5, "higher")[0] == word


def test_a_target_without_an_estimate_says_why() -> None:
    assert judge_target(NONE, None, 0.5, "higher") == ("cannot tell yet", "no estimate")
    assert judge_target(interval(0.5, 0.7), NONE, 0.5, "higher") == ("cannot tell yet", "no forecast")


@pytest.mark.parametrize(
    ("first", "last", "change", "word"),
    [
        (-0.2, -0.1, (0.0, 0.2), "no clear change"),
        (-0.2, -0.1, (0.0001, 0.2), "narrowing"),
        (-0.1, -0.2, (-0.2, -0.0001), "widening"),
        (0.2, 0.1, (-0.2, -0.0001), "narrowing"),
        (-0.2, 0.0, (0.1, 0.3), "narrowing"),
        (0.0, 0.2, (0.1, 0.3), "widening"),
        (-0.1, 0.3, (0.2, 0.6), "changed sides"),
        (-0.3, 0.1, (0.2, 0.6), "changed sides"),
        (-0.1, 0.1, (0.0, 0.4), "no clear change"),
    ],
)
def test_a_gap_narrows_when_its_size_falls_whichever_side_it_is_on_unless_it_changes_sides(
    first: float, last: float, change: tuple[float, float], word: str
) -> None:
    before, after = (interval(value - 0.05, value + 0.05) for value in (first, last))
    assert judge_gap_change(before, after, interval(*change)) == word


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_gap_that_cannot_be_estimated_in_either_year_cannot_be_told(missing: int) -> None:
    results: list[Result] = [interval(-0.2, -0.1), interval(-0.1, 0.0), interval(0.05, 0.15)]
    results[missing] = NONE
    first, last, change = results
    assert judge_gap_change(first, last, change) == "cannot tell yet"


@pytest.mark.parametrize(
    ("lower", "upper", "word"),
    [
        (0.0, 1.0, "no clear change"),
        (0.001, 1.0, "better"),
        (-1.0, 0.0, "no clear change"),
        (-1.0, -0.001, "worse"),
    ],
)
def test_a_change_is_better_or_worse_only_when_its_interval_excludes_zero(
    lower: float, upper: float, word: str
) -> None:
    assert judge_change(interval(lower, upper)) == word


@pytest.mark.parametrize(
    ("group", "overall", "word"),
    [
        ((-1.0, 3.0), (1.0, 3.0), "cannot tell yet"),
        ((-1.0, 2.0), (1.0, 3.0), "cannot tell yet"),
        ((-1.0, 1.99), (1.0, 3.0), "no clear change"),
        ((-1.0, 3.0), (-1.0, 3.0), "no clear change"),
        ((0.5, 3.0), (1.0, 3.0), "better"),
    ],
)
def test_a_small_group_that_may_have_changed_like_all_cannot_be_told_yet(
    group: tuple[float, float], overall: tuple[float, float], word: str
) -> None:
    assert judge_change(interval(*group), interval(*overall)) == word


def test_a_change_without_an_estimate_is_too_few_to_say() -> None:
    assert judge_change(NONE) == "too few to say"


@pytest.mark.parametrize(
    ("before", "moved", "word"),
    [
        ((-6.0, -2.0), (0.5, 3.0), "narrowing"),
        ((-6.0, -2.0), (-3.0, -0.5), "widening"),
        ((2.0, 6.0), (-3.0, -0.5), "narrowing"),
        ((2.0, 6.0), (0.5, 3.0), "widening"),
        ((-6.0, -2.0), (-0.5, 3.0), "no clear change"),
    ],
)
def test_a_service_narrows_a_gap_when_the_group_behind_gains_more(
    before: tuple[float, float], moved: tuple[float, float], word: str
) -> None:
    effect = GapEffect("scale", "Black", 100, NONE, interval(*before), interval(*moved))
    assert judge_moved(effect) == word


def test_months_needed_grow_with_the_square_of_half_width_over_distance() -> None:
    # Half-width .10 at a distance of .05 over 12 months: (.10 / .05) ^ 2 x 12 = 48.
    assert months_needed(interval(0.45, 0.65), 0.5, Window(0, 11)) == 48


def test_no_number_of_months_settles_a_level_that_stands_at_its_target() -> None:
    needed = months_needed(interval(0.4, 0.6), 0.5, Window(0, 11))
    assert needed == NotEstimable("the level stands exactly at the target")


@pytest.mark.parametrize(
    ("signals", "unchanged", "few", "word"),
    [
        ([], 0, 3, "too few to say"),
        ([], 4, 3, "no clear change"),
        (["worse"], 0, 9, "worse"),
        (["worse"], 1, 0, "no clear change"),
        (["worse"], 9, 0, "no clear change"),
        (["worse", "worse"], 8, 0, "worse"),
        (["better", "better"], 10, 0, "better"),
        (["better", "worse"], 8, 0, "mixed"),
        (["better", "better"], 11, 0, "no clear change"),
    ],
)
def test_measures_say_that_a_service_changed_where_more_of_them_signal_than_chance_would(
    signals: list[str], unchanged: int, few: int, word: str
) -> None:
    words = [*signals, *["no clear change"] * unchanged, *["too few to say"] * few]
    assert judge_measures(words) == word


@pytest.mark.parametrize(
    ("charted", "planned", "word"),
    [
        (["no clear change"] * 9, ["worse"], "worse"),
        (["worse", *["no clear change"] * 8], ["better"], "better"),
        (["worse"] * 3, ["better"], "mixed"),
        (["no clear change"] * 9, ["cannot tell yet"], "no clear change"),
        (["too few to say"] * 9, ["cannot tell yet"], "cannot tell yet"),
        ([], ["no clear change"], "no clear change"),
        (["too few to say"] * 3, [], "too few to say"),
    ],
)
def test_what_a_plan_found_of_a_measure_needs_no_second_signal(
    charted: list[str], planned: list[str], word: str
) -> None:
    assert judge_measures(charted, planned) == word
