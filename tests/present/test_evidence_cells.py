"""Tallies as published cells: each unit by its own kind of column."""

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.analysis.equality.target_figures import (
    CountedFigure,
    MeanFigure,
    Represented,
    Scored,
    TargetFigure,
)
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.present.disclosure.columns import Cell, Chosen
from pipeline.present.disclosure.estimates import Read, figure_numbers, gap_cells, level_cells, ratio_cells
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE
from pipeline.protect.rounding import EXACT, Disclosure, People
from pipeline.protect.tally import NOBODY, Tally
from pipeline.stats.proportions.rounded import Between

NHS = Disclosure(hide_up_to=7, round_to=5)
FIRST = (Definition(1, dt.date(2009, 4, 1)),)
PERCENT = MeasureFacts("completed", "Completed", "percent", "higher", FIRST)
PER_YEARS = MeasureFacts("plan_started", "Plans", "per_100_child_years", "lower", FIRST)
SHARE = Between(0.6, 0.6, 0.6)
LARGE, OTHER, RATE, LOW = Tally(65, 100, 0.0), Tally(40, 100, 0.0), Tally(20, 0, 1000.0), Tally(10, 0, 1000.0)
FEW, BRIEF = Tally(0, 5, 0.0, rule=NHS), Tally(5, 0, 5.0, rule=NHS)


def cell(cells: dict[str, object], key: str = "now") -> Cell:
    return Chosen(key, "Now").cell(cells, NHS)


@pytest.mark.parametrize(
    ("tally", "shown"),
    [(LARGE, "65% (55 to 74)"), (FEW, HIDDEN), (NOBODY, NOT_AVAILABLE)],
)
def test_a_percentage_s_level_is_a_share(tally: Tally, shown: str) -> None:
    assert cell(level_cells("now", tally, PERCENT, 0.95)).text == shown


@pytest.mark.parametrize(
    ("tally", "shown"),
    [(RATE, "2.0 (1.2 to 3.1)"), (BRIEF, HIDDEN), (NOBODY, NOT_AVAILABLE)],
)
def test_a_rate_s_level_is_per_hundred_child_years(tally: Tally, shown: str) -> None:
    assert cell(level_cells("now", tally, PER_YEARS, 0.95)).text == shown


def test_a_percentage_s_gap_is_the_difference_of_the_shares_shown() -> None:
    # Newcombe's difference of 65/100 and 40/100.
    shown = cell(gap_cells("now", LARGE, OTHER, PERCENT, 0.95))
    assert shown.values["now"] == 25.0
    assert shown.text.startswith("+25 (")


@pytest.mark.parametrize(("few", "large", "measure"), [(FEW, LARGE, PERCENT), (BRIEF, RATE, PER_YEARS)])
def test_a_gap_with_few_on_either_side_is_hidden(few: Tally, large: Tally, measure: MeasureFacts) -> None:
    assert cell(gap_cells("now", few, large, measure, 0.95)).text == HIDDEN
    assert cell(gap_cells("now", large, few, measure, 0.95)).text == HIDDEN


def scored(children: int, improvement: float) -> MeanFigure:
    improvements = tuple(improvement + place % 3 - 1 for place in range(children))
    people = People.count(range(children))
    return MeanFigure(people.shown(NHS), improvements, tuple(range(children)), NHS.is_few(people))


@pytest.mark.parametrize(
    ("reading", "shown"),
    [
        (CountedFigure(LARGE, None, "percent"), "65% (55 to 74)"),
        (CountedFigure(LARGE, OTHER, "percent"), "+25 (+11 to +38)"),
        (CountedFigure(RATE, None, "per_100_child_years"), "2.0 (1.2 to 3.1)"),
        (CountedFigure(RATE, LOW, "per_100_child_years"), "+1.0 (−0.1 to +2.2)"),
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
        CountedFigure(FEW, None, "percent"),
        CountedFigure(LARGE, FEW, "percent"),
        CountedFigure(BRIEF, None, "per_100_child_years"),
        Represented(FEW, None),
        Represented(FEW, SHARE),
        Scored(scored(7, 2.0), None),
        Scored(scored(30, 2.0), scored(7, 2.0)),
    ],
)
def test_a_target_s_figure_that_rests_on_few_is_hidden(reading: TargetFigure) -> None:
    assert Read("now", "Now", 0.95).cell({"now": reading}, NHS).text == HIDDEN


@pytest.mark.parametrize(
    ("tally", "reference", "shown"),
    [
        # Koopman for 65 and 40 of 100; the score interval for 20 against 10 events in 1,000 child-years each.
        (LARGE, OTHER, (PERCENT, "1.63 (1.24 to 2.17)")),
        (RATE, LOW, (PER_YEARS, "2.00 (0.95 to 4.20)")),
        (BRIEF, LOW, (PER_YEARS, HIDDEN)),
        (LARGE, FEW, (PERCENT, HIDDEN)),
        (LARGE, None, (PERCENT, NOT_AVAILABLE)),
    ],
)
def test_a_ratio_is_worked_out_from_the_counts_shown(
    tally: Tally, reference: Tally | None, shown: tuple[MeasureFacts, str]
) -> None:
    assert cell(ratio_cells(tally, reference, shown[0], 0.95), "ratio").text == shown[1]


@pytest.mark.parametrize(
    ("group", "reference", "measure"),
    [(LARGE, OTHER, PERCENT), (RATE, LOW, PER_YEARS)],
    ids=["share", "rate"],
)
def test_intervals_of_rounded_counts_are_wider_by_what_rounding_may_do(
    group: Tally, reference: Tally, measure: MeasureFacts
) -> None:
    def interval(rule: Disclosure) -> tuple[float, float]:
        own, other = (replace(tally, rule=rule) for tally in (group, reference))
        shown = cell(gap_cells("now", own, other, measure, 0.95)).values
        return float(shown["now_lower"]), float(shown["now_upper"])

    (exact_low, exact_high), (low, high) = interval(EXACT), interval(NHS)
    assert low < exact_low < exact_high < high


def test_a_target_s_mean_has_no_digit_that_tells_how_many_children_it_is_of() -> None:
    """Two thirds of a point in hundredths, beside 30 children, leave three numbers of them."""
    few, many = (
        Read("now", "Now", 0.95).cell({"now": Scored(scored(n, 2 / 3), None)}, NHS) for n in (30, 120)
    )
    assert (few.values["now"], many.values["now"]) == (0.7, 0.67)
    assert figure_numbers(Scored(scored(30, 2 / 3), None), 0.95, NHS)[:1] == (0.7,)  # type: ignore[index]
