"""What a page says of change child by child, and of the children without a second score."""

from dataclasses import replace

import pandas as pd
import pytest
from small_slice import SCALE, make_page, make_scores, with_facts, words

from pipeline.contract.context import ScaleFacts
from pipeline.present.impact.scores import show_change
from pipeline.present.page import Page

MINIMUM = 13
RELIABLE = replace(SCALE, reliability=0.8, norm_sd=1.0, clinical_cutoff=12.0)


def with_scale(scale: ScaleFacts, scores: pd.DataFrame) -> Page:
    page = make_page(scores=scores)
    return with_facts(page, scales=(scale,))


def said(scale: ScaleFacts, scores: pd.DataFrame) -> str:
    return words(show_change(with_scale(scale, scores), MINIMUM))


def test_shares_reliably_better_the_same_and_worse_stand_with_intervals() -> None:
    # Improvements of 1, 2 and 3 points in turn; with SD 1 and reliability .8 more than 1.24 is reliable.
    text = said(RELIABLE, make_scores(60, 2))
    assert "All children 60 67% (52 to 79) 33% (21 to 48) 0% (0 to 13)" in text
    assert "moved by more than 1.2 points" in text
    assert "reliability 0.80, standard deviation 1.0, of the norm group" in text
    assert "Better and past 12, of those short of it at the start" in text


def test_who_was_past_the_cut_off_before_and_after_stands_beside_the_change() -> None:
    text = said(RELIABLE, make_scores(60, 2))
    assert "At or past 12 at the start At or past 12 at review Change, percentage points" in text
    assert "All children more 60 " in text
    assert "McNemar" not in said(replace(RELIABLE, clinical_cutoff=None), make_scores(60, 2))
    assert "McNemar" in said(replace(RELIABLE, reliability=None), make_scores(60, 2))


@pytest.mark.parametrize(("children", "told"), [(9, False), (15, True)])
def test_few_children_are_not_told_one_by_one(children: int, told: bool) -> None:
    text = said(RELIABLE, make_scores(children, 2))
    assert ("Reliably better" in text) is told
    assert ("Too few children have scores to tell whose moved" in text) is not told


def test_goals_are_told_as_one_figure_and_not_as_reliable_change() -> None:
    goals = replace(SCALE, kind="goal_attainment", minimum=-2, maximum=2)
    scores = make_scores(40, 2)
    scores["review_score"] = scores["child"] % 3 - 1.0
    text = said(goals, scores)
    assert "Goal attainment T at review" in text
    assert "All children 40 49.8" in text
    assert "Reliably" not in text


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (0, "began at about the same level as those with one"),
        (9, "began better off than those with one: read the change with care."),
        (-9, "began worse off than those with one: read the change with care."),
    ],
)
def test_how_those_without_a_second_score_began_is_said(shift: int, sentence: str) -> None:
    lost = make_scores(30, 2, first=60)
    lost["baseline_score"] += shift
    lost[["review_score", "improvement"]] = float("nan")
    text = said(RELIABLE, pd.concat([make_scores(60, 2), lost]))
    assert sentence in text
    assert "All children 90 67% (56 to 76)" in text
