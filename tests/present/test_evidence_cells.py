"""Tallies as published cells: each unit by its own kind of column."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.analysis.equality.target_evidence import (
    CountedFigure,
    MeanFigure,
    Represented,
    Scored,
    TargetFigure,
)
from pipeline.analysis.group_counts import Tally
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.present.disclosure.columns import Cell, Chosen
from pipeline.present.disclosure.figure_cells import Read, gap_cells, level_cells, ratio_cells
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.settings import Disclosure
from pipeline.stats.proportions.rounded import Between

NHS = Disclosure(hide_up_to=7, round_to=5)
FIRST = (Definition(1, dt.date(2009, 4, 1)),)
PERCENT = MeasureFacts("completed", "Completed", "percent", "higher", FIRST)
PER_YEARS = MeasureFacts("plan_started", "Plans", "per_100_child_years", "lower", FIRST)
SHARE = Between(0.6, 0.6, 0.6)
LARGE, OTHER = Tally(63, 98, 100.0), Tally(40, 98, 100.0)


def cell(cells: dict[str, object]) -> Cell:
    return Chosen("now", "Now").cell(cells, NHS)


@pytest.mark.parametrize(
    ("tally", "shown"),
    [(LARGE, "65% (55 to 74)"), (Tally(7, 98, 0.0), HIDDEN), (Tally(0, 0, 0.0), NOT_AVAILABLE)],
)
def test_a_percentage_s_level_is_a_share(tally: Tally, shown: str) -> None:
    assert cell(level_cells("now", tally, PERCENT, 0.95)).text == shown


@pytest.mark.parametrize(
    ("tally", "shown"),
    [
        (Tally(19, 0, 1000.0), "2.0 (1.2 to 3.1)"),
        (Tally(7, 0, 1000.0), HIDDEN),
        (Tally(0, 0, 0.0), NOT_AVAILABLE),
    ],
)
def test_a_rate_s_level_is_per_hundred_child_years(tally: Tally, shown: str) -> None:
    assert cell(level_cells("now", tally, PER_YEARS, 0.95)).text == shown


def test_a_percentage_s_gap_is_the_difference_of_protected_shares() -> None:
    # Newcombe's difference of 65/100 and 40/100.
    shown = cell(gap_cells("now", LARGE, OTHER, PERCENT, 0.95))
    assert shown.values["now"] == 25.0
    assert shown.text.startswith("+25 (")


@pytest.mark.parametrize("few", [Tally(7, 98, 100.0), Tally(1, 7, 100.0)])
@pytest.mark.parametrize("measure", [PERCENT, PER_YEARS])
def test_a_gap_with_few_on_either_side_is_hidden(few: Tally, measure: MeasureFacts) -> None:
    assert cell(gap_cells("now", few, LARGE, measure, 0.95)).text == HIDDEN
    assert cell(gap_cells("now", LARGE, few, measure, 0.95)).text == HIDDEN


def scored(children: int, improvement: float) -> MeanFigure:
    improvements = tuple(improvement + place % 3 - 1 for place in range(children))
    return MeanFigure(children, improvements, tuple(range(children)))


@pytest.mark.parametrize(
    ("reading", "shown"),
    [
        (CountedFigure(LARGE, None, "percent"), "65% (55 to 74)"),
        (CountedFigure(LARGE, OTHER, "percent"), "+25 (+11 to +38)"),
        (CountedFigure(Tally(19, 0, 1000.0), None, "per_100_child_years"), "2.0 (1.2 to 3.1)"),
        (
            CountedFigure(Tally(19, 0, 1000.0), Tally(9, 0, 1000.0), "per_100_child_years"),
            "+1.0 (−0.1 to +2.2)",
        ),
        (Represented(LARGE, None), "65% (55 to 74)"),
        (Represented(LARGE, SHARE), "+5 (−5 to +14)"),
        (Scored(scored(30, 2.0), None), "+2.0 (+1.7 to +2.3)"),
        (Scored(scored(30, 2.0), scored(30, 5.0)), "−3.0 (−3.4 to −2.6)"),
        ("still forming", "still forming"),
    ],
)
def test_a_target_s_figure_is_in_the_words_of_its_unit(reading: TargetFigure | str, shown: str) -> None:
    assert Read("now", "Now", 0.95).cell({"now": reading}, NHS).text == shown


@pytest.mark.parametrize(
    "reading",
    [
        CountedFigure(Tally(7, 98, 0.0), None, "percent"),
        CountedFigure(LARGE, Tally(1, 7, 0.0), "percent"),
        Represented(Tally(7, 98, 0.0), SHARE),
        Scored(scored(7, 2.0), None),
        Scored(scored(30, 2.0), scored(7, 2.0)),
    ],
)
def test_a_target_s_figure_that_rests_on_few_is_hidden(reading: TargetFigure) -> None:
    assert Read("now", "Now", 0.95).cell({"now": reading}, NHS).text == HIDDEN


@pytest.mark.parametrize("measure", [PERCENT, PER_YEARS])
def test_a_gap_tells_nothing_that_the_protected_counts_do_not(measure: MeasureFacts) -> None:
    # 63 and 66 events are both shown as 65; 98 and 102 rows both as 100.
    alike = Tally(66, 102, 100.0)
    one, other = (cell(gap_cells("now", tally, OTHER, measure, 0.95)) for tally in (LARGE, alike))
    assert one == other


@pytest.mark.parametrize(
    ("tally", "reference", "shown"),
    [
        # Koopman for 65 and 40 of 100; the score interval for 20 against 10 events in 1,000 child-years each.
        (LARGE, OTHER, (PERCENT, "1.63 (1.24 to 2.17)")),
        (Tally(19, 0, 1000.0), Tally(9, 0, 1000.0), (PER_YEARS, "2.00 (0.95 to 4.20)")),
        (Tally(7, 0, 1000.0), Tally(9, 0, 1000.0), (PER_YEARS, HIDDEN)),
        (LARGE, None, (PERCENT, NOT_AVAILABLE)),
    ],
)
def test_a_ratio_is_worked_out_from_protected_counts(
    tally: Tally, reference: Tally | None, shown: tuple[MeasureFacts, str]
) -> None:
    assert cell(ratio_cells(tally, reference, shown[0], 0.95, "now")).text == shown[1]
