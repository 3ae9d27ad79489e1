"""Change child by child on one scale: who counts, once, and who is left out of the comparison at the start."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.analysis.impact.children_change import (
    Crossing,
    ReliableShares,
    assess_cutoff,
    assess_goals,
    assess_reliable,
    assess_unmatched,
    cross,
    spread_of,
)
from pipeline.contract.context import ScaleFacts
from pipeline.protect.rounding import Disclosure, Least
from pipeline.protect.tally import Sum
from pipeline.stats.results import Estimate, NotEstimable

# SD 7.5 and reliability .8: the smallest reliable change is 9.297 points.
SCALE = ScaleFacts("wellbeing", "Wellbeing", 0, 60, "higher", "score", 0.8, 7.5, 30.0)
LOWER = ScaleFacts("trouble", "Trouble", 0, 60, "lower", "score", 0.8, 7.5, 30.0)


def scores(*rows: tuple[int, float, float], scale: ScaleFacts = SCALE, **columns: Any) -> pd.DataFrame:
    """Rows of (child, first score, second score), reviewed one day after another."""
    sign = 1.0 if scale.direction == "higher" else -1.0
    frame = pd.DataFrame(rows, columns=["child", "baseline_score", "review_score"])
    return frame.assign(
        arm="treated",
        scale=scale.scale,
        ethnic_group="Black",
        sign=sign,
        improvement=(frame["review_score"] - frame["baseline_score"]) * sign,
        review_date=pd.date_range("2010-01-01", periods=len(frame)),
        **columns,
    )


def out_of(cell: Sum | None) -> tuple[float, float]:
    """How many, out of how many."""
    assert cell is not None
    return cell.events, cell.total


def changed(found: ReliableShares) -> tuple[float, float, float]:
    """How many are better, the same and worse."""
    return found.better.events, found.same.events, found.worse.events


def test_children_are_reliably_better_worse_or_neither() -> None:
    frame = scores((1, 20, 29), (2, 20, 30), (3, 30, 21), (4, 30, 20), (5, 20, np.nan))
    overall, black = assess_reliable(frame, SCALE, ["Black", "White"])
    assert changed(overall) == (1, 2, 1)
    assert (black.ethnic_group, changed(black)) == ("Black", (1, 2, 1))


def test_where_less_is_better_a_lower_score_is_reliably_better_and_past_the_cut_off() -> None:
    frame = scores((1, 40, 28), (2, 40, 31), (3, 28, 10), scale=LOWER)
    (overall,) = assess_reliable(frame, LOWER, [])
    assert changed(overall) == (2, 1, 0)
    assert out_of(overall.past_cutoff) == (1, 2)


@pytest.mark.parametrize(
    ("first", "second", "past"),
    [
        (20, 30, (1, 1)),  # at the cut-off, and reliably better
        (20, 29.9, (0, 1)),
        (25, 30, (0, 1)),  # past it, but not by a reliable change
        (30, 50, (0, 0)),  # not short of it at the start
    ],
)
def test_past_the_cut_off_takes_a_reliable_change_across_it(
    first: float, second: float, past: tuple[int, int]
) -> None:
    (overall,) = assess_reliable(scores((1, first, second)), SCALE, [])
    assert out_of(overall.past_cutoff) == past


@pytest.mark.parametrize(
    ("gained", "lost", "moved"),
    [
        (7, 1, "more"),
        (1, 7, "fewer"),
        (6, 1, "not clear"),
        (8, 8, "not clear"),
        (0, 0, "not clear"),
        (5, 0, "more"),
    ],
)
@pytest.mark.parametrize(("scale", "past", "short"), [(SCALE, 30.0, 29.9), (LOWER, 30.0, 30.1)])
def test_more_or_fewer_past_the_cut_off_is_judged_by_those_who_crossed_it(
    scale: ScaleFacts, past: float, short: float, gained: int, lost: int, moved: str
) -> None:
    pairs = [(short, past)] * gained + [(past, short)] * lost + [(past, past)] * 9 + [(short, short)] * 4
    frame = scores(*((child, *pair) for child, pair in enumerate(pairs)), scale=scale)
    (overall,) = assess_cutoff(frame, scale, [], Least(13), 0.95)
    assert out_of(overall.start) == (9 + lost, len(pairs))
    assert out_of(overall.end) == (9 + gained, len(pairs))
    assert (overall.crossed, overall.moved) == (gained + lost, moved)


def test_whether_a_share_moved_follows_from_what_is_shown() -> None:
    """By the true numbers, clearly more where 5 are shown before and after are 1 or 2 of 9, and 8 or 9."""
    rule = Disclosure(7, 5)
    told: dict[Crossing, set[str]] = {}
    for seed in range(200):
        gained, lost, stayed = np.random.default_rng(seed).integers(0, 9, 3)
        pairs = (
            [(20.0, 40.0)] * gained + [(40.0, 20.0)] * lost + [(40.0, 40.0)] * stayed + [(20.0, 20.0)] * 12
        )
        frame = scores(*((child + 1000 * seed, *pair) for child, pair in enumerate(pairs)))
        for found in assess_cutoff(frame, SCALE, [], Least(13, rule), 0.95):
            told.setdefault(cross(found.start, found.end, found.crossed, rule), set()).add(found.moved)
    assert len(told) > 5
    assert all(len(words) == 1 for words in told.values())


def test_groups_are_judged_together_and_few_children_are_left_out() -> None:
    """7 against 1 has p .039, which alone is clear; among eight groups of whom no other moved it is not."""
    moved = [(20.0, 40.0)] * 7 + [(40.0, 20.0)] + [(40.0, 40.0)] * 5
    groups = [f"group {place}" for place in range(8)]
    frames = [
        scores(
            *(
                (100 * place + child, *pair)
                for child, pair in enumerate(moved if place == 0 else moved[8:] * 3)
            )
        ).assign(ethnic_group=group)
        for place, group in enumerate(groups)
    ]
    found = assess_cutoff(pd.concat(frames), SCALE, [*groups, "nobody"], Least(13), 0.95)
    assert [each.moved for each in found] == ["not clear"] * 9
    assert assess_cutoff(frames[0], SCALE, ["group 0"], Least(14), 0.95) == ()
    assert (
        assess_cutoff(frames[0], ScaleFacts("wellbeing", "Wellbeing", 0, 60, "higher"), [], Least(13), 0.95)
        == ()
    )


def test_a_child_with_several_pairs_counts_once_with_the_last_review() -> None:
    (overall,) = assess_reliable(scores((1, 20, 40), (1, 20, 21)), SCALE, [])
    assert changed(overall) == (0, 1, 0)


def test_children_of_the_comparison_arm_and_other_scales_are_no_part_of_it() -> None:
    other = pd.concat([scores((8, 0, 50)).assign(arm="comparison"), scores((9, 0, 50)).assign(scale="other")])
    (overall,) = assess_reliable(pd.concat([scores((1, 20, 40)), other]), SCALE, [])
    assert overall.children == 1


def test_without_a_reliability_or_a_spread_nothing_is_told() -> None:
    frame = scores((1, 20, 40), (2, 20, 40))
    assert assess_reliable(frame, ScaleFacts("wellbeing", "Wellbeing", 0, 60, "higher"), []) == ()
    bare = ScaleFacts("wellbeing", "Wellbeing", 0, 60, "higher", reliability=0.8)
    assert assess_reliable(frame, bare, []) == ()


def test_without_a_norm_group_the_spread_is_that_of_all_first_scores() -> None:
    bare = ScaleFacts("wellbeing", "Wellbeing", 0, 60, "higher", reliability=0.8)
    frame = scores((1, 10, 12), (2, 20, 30), (3, 30, np.nan))
    assert spread_of(frame, bare) == pytest.approx(10)
    assert spread_of(frame, SCALE) == 7.5


def test_all_goals_of_a_child_are_one_figure_and_children_are_averaged() -> None:
    goals = [
        (child, -2.0, goal) for child in range(10) for goal in ((1.0, 0.0, 2.0) if child % 2 else (0.0,))
    ]
    (overall, *_) = assess_goals(scores(*goals), "wellbeing", [], Least(10), 0.95)
    assert overall.children == 10
    assert isinstance(overall.attained, Estimate)
    assert overall.attained.value == pytest.approx((63.69 + 50) / 2, abs=0.01)
    (few, *_) = assess_goals(scores(*goals), "wellbeing", [], Least(11), 0.95)
    assert isinstance(few.attained, NotEstimable)


def begun(kept: Sequence[float], lost: Sequence[float], scale: ScaleFacts = SCALE) -> pd.DataFrame:
    """Children with these first scores, with a review and without."""
    rows = [(child, start, start) for child, start in enumerate(kept)]
    rows += [(100 + child, start, np.nan) for child, start in enumerate(lost)]
    return scores(*rows, scale=scale)


@pytest.mark.parametrize(("scale", "sign"), [(SCALE, 1), (LOWER, -1)])
def test_children_without_a_second_score_are_compared_by_welch_turned_so_that_more_is_better(
    scale: ScaleFacts, sign: int
) -> None:
    kept, lost = np.arange(10.0, 30.0), np.arange(20.0, 35.0)
    (overall,) = assess_unmatched(begun(list(kept), list(lost), scale), scale.scale, [], Least(13), 0.95)
    welch = stats.ttest_ind(sign * lost, sign * kept, equal_var=False).confidence_interval()
    assert out_of(overall.matched) == (20, 35)
    assert isinstance(overall.start_difference, Estimate)
    assert (overall.start_difference.lower, overall.start_difference.upper) == pytest.approx(
        (welch.low, welch.high)
    )


@pytest.mark.parametrize(("lost", "told"), [(12, False), (13, True)])
def test_under_the_minimum_on_either_side_the_start_is_not_compared(lost: int, told: bool) -> None:
    frame = begun(list(range(20)), list(range(lost)))
    (overall,) = assess_unmatched(frame, "wellbeing", [], Least(13), 0.95)
    assert isinstance(overall.start_difference, Estimate) is told


def test_a_child_with_a_second_score_elsewhere_on_the_scale_is_not_without_one() -> None:
    frame = scores((1, 20, 25), (1, 22, np.nan), (2, 20, np.nan))
    (overall,) = assess_unmatched(frame, "wellbeing", [], Least(13), 0.95)
    assert out_of(overall.matched) == (1, 2)
