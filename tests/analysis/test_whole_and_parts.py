"""The whole against its parts: when they disagree, and what the data can say of why."""

import datetime as dt
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.impact.change import ChangeVerdict
from pipeline.analysis.impact.reported_vs_measured import (
    Agreement,
    Cause,
    WholeAndParts,
    compare_whole,
    judge_agreement,
    standardise,
)
from pipeline.analysis.months import Window
from pipeline.contract.context import Definition, Direction, MeasureFacts, ScaleFacts
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import EXACT, Disclosure, Least
from pipeline.stats.results import Estimate, NotEstimable

RULE = Disclosure(hide_up_to=7, round_to=5)
FIRST, LAST = 2009 * 12 + 3, 2012 * 12 + 2
YEARS = {"first": dt.date(2009, 10, 1), "last": dt.date(2011, 10, 1)}
SCALES = {
    "wellbeing": ScaleFacts("wellbeing", "Wellbeing", 0, 40, "higher"),
    "worry": ScaleFacts("worry", "Worry", 0, 40, "lower"),
}

AGREEMENTS: list[tuple[ChangeVerdict, ChangeVerdict, Agreement]] = [
    ("better", "better", "agree"),
    ("better", "no clear change", "disagree"),
    ("better", "worse", "disagree"),
    ("no clear change", "better", "agree"),
    ("no clear change", "no clear change", "agree"),
    ("no clear change", "worse", "disagree"),
    ("worse", "better", "disagree"),
    ("worse", "no clear change", "agree"),
    ("worse", "worse", "agree"),
    ("better", "cannot tell yet", "cannot tell yet"),
    ("cannot tell yet", "worse", "cannot tell yet"),
    ("too few to say", "worse", "too few to say"),
    ("better", "too few to say", "too few to say"),
]


@pytest.mark.parametrize(("rate", "scores", "agreement"), AGREEMENTS)
def test_whether_they_agree(rate: ChangeVerdict, scores: ChangeVerdict, agreement: Agreement) -> None:
    assert judge_agreement(rate, scores) == agreement


def rates(first: tuple[int, int], last: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": [FIRST + 6, LAST - 5],
            "events": [first[0], last[0]],
            "total": [first[1], last[1]],
            "child_years": 0.0,
        }
    )


def children(
    year: str,
    number: int,
    gain: float,
    *,
    start: float = 20.0,
    scale: str = "wellbeing",
    reviewed: bool = True,
) -> pd.DataFrame:
    """So many children around one start and gain; scores are turned where less is better."""
    spread = np.resize([-3.0, -1.0, 0.0, 1.0, 3.0], number)
    sign = 1.0 if scale == "wellbeing" else -1.0
    first, better = start + spread, gain + np.resize([-2.0, 2.0, 1.0, -1.0], number)
    return pd.DataFrame(
        {
            "service_id": "S01",
            "arm": "treated",
            "scale": scale,
            "sign": sign,
            "child": np.arange(number) + 1000 * (100 * (year == "last") + 10 * (scale == "worry") + reviewed),
            "baseline_score": first,
            "review_score": first + sign * better if reviewed else np.nan,
            "review_date": pd.Timestamp(YEARS[year]) if reviewed else pd.NaT,
            "improvement": better if reviewed else np.nan,
        }
    )


def compared(
    counts: pd.DataFrame,
    *scored: pd.DataFrame,
    direction: Direction = "higher",
    months: int = 36,
    rule: Disclosure = RULE,
) -> WholeAndParts:
    measure = MeasureFacts("a", "A", "percent", direction, (Definition(1, dt.date(2009, 4, 1)),))
    scores = standardise(pd.concat(scored, ignore_index=True))
    window = Window(LAST - months + 1, LAST)
    return compare_whole(Cells(counts, rule), measure, scores, SCALES, window, Least(13), 0.95)


ROSE, FELL, HELD = rates((30, 100), (70, 100)), rates((70, 100), (30, 100)), rates((50, 100), (52, 100))


def test_a_rate_that_rose_while_children_did_not_improve_disagrees() -> None:
    found = compared(ROSE, children("first", 40, 0.0), children("last", 90, 0.0))
    assert (found.rate, found.scores, found.agreement) == ("better", "no clear change", "disagree")
    assert found.causes == ()
    assert (found.scored_first, found.scored) == (40, 90)


def test_a_rate_that_rose_with_the_children_agrees() -> None:
    found = compared(ROSE, children("first", 40, 0.0), children("last", 90, 3.0))
    assert (found.rate, found.scores, found.agreement, found.causes) == ("better", "better", "agree", ())
    assert isinstance(found.moved, Estimate)
    assert found.moved.value > 0


def test_a_rate_of_which_less_is_better_is_turned() -> None:
    assert compared(FELL, children("last", 90, 3.0), direction="lower").rate == "better"
    assert compared(ROSE, children("last", 90, 3.0), direction="lower").rate == "worse"
    assert compared(HELD, children("last", 90, 3.0), direction="lower").rate == "no clear change"


def test_standard_deviations_are_those_of_the_service_and_scale() -> None:
    last = children("last", 90, 3.0)
    found = compared(HELD, last)
    assert isinstance(found.change, Estimate)
    expected = last["improvement"].mean() / last["baseline_score"].std()
    assert found.change.value == pytest.approx(expected)
    both = compared(HELD, last, children("last", 90, 3.0, scale="worry"))
    assert isinstance(both.change, Estimate)
    assert both.change.value == pytest.approx(expected)


CAUSES: list[tuple[Cause, list[pd.DataFrame]]] = [
    ("other children", [children("first", 40, 0.0), children("last", 40, 0.0)]),
    ("intake better", [children("first", 40, 0.0, start=15.0), children("last", 90, 0.0)]),
    ("intake worse", [children("first", 40, 0.0, start=25.0), children("last", 90, 0.0)]),
    (
        "unmatched better",
        [
            children("first", 40, 0.0),
            children("last", 90, 0.0),
            children("last", 40, 0.0, start=24.0, reviewed=False),
        ],
    ),
    (
        "unmatched worse",
        [
            children("first", 40, 0.0),
            children("last", 90, 0.0),
            children("last", 40, 0.0, start=16.0, reviewed=False),
        ],
    ),
    ("ceiling", [children("first", 40, 0.0, start=37.0), children("last", 90, 0.0, start=37.0)]),
    ("ceiling", [children(year, 90, 0.0, start=3.0, scale="worry") for year in YEARS]),
    ("moved", [children("first", 40, -4.0), children("last", 90, 0.0)]),
]


@pytest.mark.parametrize(("cause", "scored"), CAUSES)
def test_what_may_be_behind_a_disagreement_is_named(cause: Cause, scored: list[pd.DataFrame]) -> None:
    found = compared(ROSE, *scored)
    assert found.agreement == "disagree"
    assert found.causes == (cause,)


def test_every_cause_has_a_case() -> None:
    assert {cause for cause, _ in CAUSES} == set(get_args(Cause))


def test_little_data_and_little_time_are_not_judged() -> None:
    told = children("first", 40, 0.0), children("last", 90, 0.0)
    assert compared(rates((3, 12), (70, 100)), *told).agreement == "too few to say"
    assert compared(ROSE, *told, months=23).rate == "too few to say"
    few = compared(ROSE, children("first", 40, 0.0), children("last", 12, 0.0))
    assert few.scores == "too few to say"
    assert isinstance(few.moved, NotEstimable)


def test_a_rate_is_judged_from_rounded_counts_with_what_rounding_may_have_done() -> None:
    found = compared(rates((33, 101), (68, 103)), children("last", 90, 3.0))
    assert {n % 5 for tally in (found.first, found.last) for n in (tally.events, tally.total)} == {0}
    counts = rates((20, 50), (30, 50))
    exact, rounded = (compared(counts, children("last", 90, 3.0), rule=rule) for rule in (EXACT, RULE))
    assert exact.first.events == rounded.first.events == 20
    assert (exact.rate, rounded.rate) == ("better", "no clear change")
