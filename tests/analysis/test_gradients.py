"""Measures along the scale of deprivation, on hand-made counts."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pipeline.analysis.equality.gradients import Gradient, assess_gradients
from pipeline.analysis.group_counts import FEW
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.stats.results import Estimate

FIRST = (Definition(1, dt.date(2009, 4, 1)),)
STARTED = MeasureFacts("started", "Started", "percent", "higher", FIRST)
PLANS = MeasureFacts("plan", "Plans started", "per_100_child_years", "lower", FIRST)
RULES = JudgementRules(6, 12, 20, 0.3, 0.05, "measure", 0.95)
Counted = dict[str, tuple[int, float]]
EVEN: Counted = {str(fifth): (50, 100) for fifth in range(1, 6)}
STEEP: Counted = {"1": (30, 100), "2": (40, 100), "3": (50, 100), "4": (60, 100), "5": (70, 100)}


def rows_of(
    cells: Counted, measure: MeasureFacts = STARTED, characteristic: str = "deprivation"
) -> pd.DataFrame:
    made = [
        {
            "measure_id": measure.measure_id,
            "characteristic": characteristic,
            "level": level,
            "ethnic_group": group,
            "events": events / 2,
            "total": size / 2 if measure.unit == "percent" else 0,
            "child_years": 0.0 if measure.unit == "percent" else size / 2,
        }
        for level, (events, size) in cells.items()
        for group in ("A", "B")
    ]
    return pd.DataFrame(made)


def judged(cells: Counted, rule: Disclosure = EXACT, measure: MeasureFacts = STARTED) -> Gradient:
    (found,) = assess_gradients(Cells(rows_of(cells, measure), rule), [measure], RULES)
    return found


def test_the_slope_is_that_of_a_weighted_line_from_the_least_to_the_most_deprived() -> None:
    cells: Counted = {"1": (20, 60), "2": (40, 100), "3": (50, 80), "4": (60, 120), "5": (70, 100)}
    slope, ratio = judged(cells).slope(0.95), judged(cells).ratio(0.95)
    people = np.array([100.0, 120, 80, 100, 60])
    share = people / people.sum()
    values = np.array([70.0, 60, 50, 40, 20]) / people
    fit = sm.WLS(values, sm.add_constant(share.cumsum() - share / 2), weights=share).fit()
    assert isinstance(slope, Estimate)
    assert isinstance(ratio, Estimate)
    assert (slope.value, ratio.value) == pytest.approx((fit.params[1], fit.params.sum() / fit.params[0]))


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        (STEEP, "behind"),
        ({str(6 - int(name)): cell for name, cell in STEEP.items()}, "ahead"),
        (EVEN, "not clear"),
        (EVEN | {"3": (95, 100)}, "not clear"),  # uneven, but not along the scale
        ({"1": (30, 100), "5": (70, 100)}, "too few to say"),
        (STEEP | {"1": (5, 19), "2": (5, 19), "3": (5, 19)}, "too few to say"),
        (STEEP | {"Not known": (0, 300)}, "cannot tell yet"),
        (STEEP | {"Not known": (0, 100)}, "behind"),
        (STEEP | {"2": (0, 0)}, "behind"),
    ],
)
def test_the_most_deprived_are_behind_or_ahead_only_along_the_whole_scale(cells: Counted, word: str) -> None:
    assert judged(cells).word == word


def test_a_rate_of_what_nobody_wants_is_worse_where_it_is_higher() -> None:
    rising: Counted = {
        "1": (60, 100.0),
        "2": (50, 100.0),
        "3": (40, 100.0),
        "4": (30, 100.0),
        "5": (20, 100.0),
    }
    found = judged(rising, measure=PLANS)
    slope, ratio = found.slope(0.95), found.ratio(0.95)
    assert found.word == "behind"
    assert isinstance(slope, Estimate)
    assert isinstance(ratio, Estimate)
    assert (slope.value, ratio.value) == pytest.approx((50.0, 65 / 15))


def test_where_few_stand_behind_a_level_no_line_is_drawn_through_it() -> None:
    few = STEEP | {"3": (0, 5)}
    assert judged(few).word == "behind"
    found = judged(few, Disclosure(7, 5))
    assert (found.word, found.slope(0.95), found.ratio(0.95)) == ("not clear", FEW, FEW)


def test_all_measures_are_one_family_and_other_characteristics_make_no_gradient() -> None:
    """Alone p is .03; beside nine measures without a gradient that is no finding."""
    slight: Counted = {"1": (42, 100), "2": (45, 100), "3": (50, 100), "4": (53, 100), "5": (56, 100)}
    others = [replace(STARTED, measure_id=f"other {number}") for number in range(9)]
    rows = [rows_of(slight), *(rows_of(EVEN, other) for other in others), rows_of(STEEP, PLANS, "need")]
    assert judged(slight).word == "behind"
    found = assess_gradients(Cells(pd.concat(rows)), [STARTED, *others, PLANS], RULES)
    assert [each.word for each in found] == ["not clear"] * 10
    assert assess_gradients(Cells(rows_of(STEEP, characteristic="need")), [STARTED], RULES) == ()
