"""Project STAR, real children: our effects against statsmodels on the file itself, and against what is known."""

import pytest
from star_regression import GROUPS, Interval, coefficient, pupils, with_both_scores
from whole_run import Copy

from pipeline.analysis.impact.change import ALL_GROUPS
from pipeline.analysis.impact.effects import Effect, GapEffect, assess_effects, assess_gap_effects
from pipeline.files.slices import read_slice
from pipeline.protect.cells import Slice
from pipeline.protect.rounding import EXACT, Least
from pipeline.stats.results import Estimate, Result

pytest_plugins = ("whole_run_fixtures",)

MINIMUM_PAIRS = 10
LEVEL = 0.95


@pytest.fixture(scope="module")
def small_class(star: Copy) -> Slice:
    return read_slice(star.root / "data/processed/measure/services/small_class", EXACT)


@pytest.fixture(scope="module")
def effects(small_class: Slice) -> dict[str, Effect]:
    groups = small_class.context.dataset.groups
    found = assess_effects(small_class.scores, groups, Least(MINIMUM_PAIRS), LEVEL)
    return {effect.ethnic_group: effect for effect in found}


@pytest.fixture(scope="module")
def black_gap(small_class: Slice) -> GapEffect:
    groups = small_class.context.dataset.groups
    found = assess_gap_effects(small_class.scores, groups, "White", Least(MINIMUM_PAIRS), LEVEL)
    return next(effect for effect in found if effect.ethnic_group == "Black")


def _assert_same(ours: Result, theirs: Interval) -> None:
    assert isinstance(ours, Estimate)
    expected = (theirs.value, theirs.lower, theirs.upper)
    assert (ours.value, ours.lower, ours.upper) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("group", [ALL_GROUPS, *GROUPS.values()])
def test_the_effect_given_the_start_is_that_of_statsmodels(effects: dict[str, Effect], group: str) -> None:
    rows = with_both_scores()
    inside = rows if group == ALL_GROUPS else rows[rows["group"] == group]
    _assert_same(effects[group].given_start, coefficient(inside, "small", ["start"]))


@pytest.mark.parametrize("group", ["Black"])
def test_the_difference_at_review_is_that_of_statsmodels(effects: dict[str, Effect], group: str) -> None:
    rows = pupils()
    inside = rows if group == ALL_GROUPS else rows[rows["group"] == group]
    _assert_same(effects[group].at_review, coefficient(inside, "small"))


def test_what_small_classes_did_to_the_gap_is_that_of_statsmodels(black_gap: GapEffect) -> None:
    rows = with_both_scores().dropna(subset=["group"])
    rows = rows.assign(black=(rows["group"] == "Black").astype(float))
    rows = rows.assign(both=rows["small"] * rows["black"])
    _assert_same(black_gap.moved, coefficient(rows, "both", ["small", "black", "start"]))
    for ours, arm in ((black_gap.treated_gap, 1.0), (black_gap.comparison_gap, 0.0)):
        _assert_same(ours, coefficient(rows[rows["small"] == arm], "black"))


def test_small_classes_raise_reading_as_the_trial_is_known_to_have_found(effects: dict[str, Effect]) -> None:
    """Finn and Achilles (1990) and Krueger (1999) report higher scores in small classes, more so for Black pupils."""
    for group in (ALL_GROUPS, *GROUPS.values()):
        given_start, at_review = effects[group].given_start, effects[group].at_review
        assert isinstance(given_start, Estimate)
        assert isinstance(at_review, Estimate)
        assert given_start.lower > 0
        assert at_review.lower > 0
        assert effects[group].verdict == "better"


def test_black_pupils_gain_at_least_as_much_as_white_pupils(
    effects: dict[str, Effect], black_gap: GapEffect
) -> None:
    black, white = effects["Black"].given_start, effects["White"].given_start
    assert isinstance(black, Estimate)
    assert isinstance(white, Estimate)
    assert black.value > white.value
    assert isinstance(black_gap.moved, Estimate)
    assert black_gap.moved.value > 0
