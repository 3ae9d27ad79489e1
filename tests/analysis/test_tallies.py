"""Tallies of rows that belong together: what they are worth, and what may be known of that."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.equality.gaps import GroupGap, gap_p_value
from pipeline.analysis.group_counts import FEW, difference, level
from pipeline.contract.context import Unit
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.results import Estimate, NotEstimable

RULE = Disclosure(hide_up_to=7, round_to=5)
ROWS = pd.DataFrame(
    {
        "month": [0, 1, 6, 7],
        "period": ["2009-q1", "2009-q1", "2009-q3", "2009-q3"],
        "events": [5, 5, 5, 5],
        "total": [10, 10, 10, 10],
        "child_years": 0.0,
        "excess": [4.0, 4.0, 4.0, 4.0],
        "excess_3": [1.0, 1.0, 1.0, 1.0],
        "excess_6": [2.0, 2.0, 2.0, 2.0],
        "excess_12": [3.0, 3.0, 3.0, 3.0],
        "across": [1.0, 0.0, 0.0, 0.0],
        "across_3": [0.5, 0.0, 0.0, 0.0],
        "across_6": [0.5, 0.0, 0.0, 0.0],
        "across_12": [0.5, 0.0, 0.0, 0.0],
    }
)


def width(found: Estimate | NotEstimable) -> float:
    assert isinstance(found, Estimate)
    return found.upper - found.lower


def test_excess_is_that_of_the_months_looked_at_together() -> None:
    cells = Cells(ROWS)
    assert cells.add_up().excess == pytest.approx(16)
    assert cells.between(0, 1).add_up().excess == pytest.approx(2)
    assert cells.between(0, 7).add_up().excess == pytest.approx(12)
    assert cells.between(0, 20).add_up().excess == pytest.approx(16)
    assert cells.over_services().add_up().excess == pytest.approx(17)
    assert cells.over_services().looked_at(3).add_up().excess == pytest.approx(4.5)
    by_period = cells.within_periods().tally_by("period")
    assert {period: tally.excess for period, tally in by_period.items()} == pytest.approx(
        {"2009-q1": 2.0, "2009-q3": 2.0}
    )


def test_tables_without_excess_are_of_different_children() -> None:
    plain = Cells(ROWS[["month", "period", "events", "total", "child_years"]])
    assert plain.between(0, 1).over_services().add_up() == Tally(10, 20, 0.0)
    assert plain.within_periods().add_up().effect == 1


def test_parts_add_up_to_the_whole_and_what_is_left_keeps_its_own() -> None:
    part = Tally(5, 10, 0.0, 4.0)
    whole = part + Tally(5, 30, 0.0, 2.0)
    assert (whole.excess, whole.effect) == pytest.approx((6.0, 1.15))
    assert Sum(10, 40, 0.0, 6.0).without(Sum(5, 10, 0.0, 4.0)) == Sum(5, 30, 0.0, 2.0)


@pytest.mark.parametrize("unit", ["percent", "per_100_child_years"])
def test_a_level_is_as_sure_as_that_of_so_many_fewer_rows(unit: Unit) -> None:
    share = unit == "percent"
    few, many = (
        Tally(events, 2 * events if share else 0, 0.0 if share else events / 10, excess)
        for events, excess in ((50, 0.0), (100, 200.0 if share else 10.0))
    )
    assert many.effect == 2
    found, expected = level(many, unit, 0.95), level(few, unit, 0.95)
    assert isinstance(found, Estimate)
    assert isinstance(expected, Estimate)
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (expected.value, expected.lower, expected.upper)
    )


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 200), st.integers(0, 200), st.floats(0, 300))
def test_more_rows_of_the_same_children_never_make_a_gap_clearer(
    total: int, events: int, other: int, other_events: int, excess: float
) -> None:
    tallies = (Tally(min(events, total), total, 0.0), Tally(min(other_events, other), other, 0.0))
    clustered = Tally(tallies[0].events, total, 0.0, excess), tallies[1]
    assert (
        width(difference(*clustered, "percent", 0.95)) >= width(difference(*tallies, "percent", 0.95)) - 1e-9
    )
    none = NotEstimable("not asked")
    before, after = (
        gap_p_value(GroupGap("A", pair[0], pair[1], none, none), "percent") for pair in (tallies, clustered)
    )
    # With the pooled rate moved towards the other's, a p-value may fall by a trifle.
    assert after >= before - 0.05


@pytest.mark.parametrize(
    ("found", "effect"),
    [
        pytest.param(Sum(50, 100), 1.0, id="different children"),
        pytest.param(Sum(50, 100, 0.0, 2.4), 1.0, id="few rows more"),
        pytest.param(Sum(9, 12, 0.0, 2.0), 1.2, id="a small group"),
        pytest.param(Sum(50, 100, 0.0, 60.0), 1.6, id="many rows"),
        pytest.param(Sum(20, 0, 10.0, 3.4), 1.3, id="a rate"),
    ],
)
def test_a_design_effect_leaves_its_cell_to_one_decimal(found: Sum, effect: float) -> None:
    assert found.tally(RULE).design_effect == pytest.approx(effect)


@pytest.mark.parametrize("unit", ["percent", "per_100_child_years"])
def test_an_interval_of_rounded_counts_holds_what_rounding_may_have_done(unit: Unit) -> None:
    size = (50, 0.0) if unit == "percent" else (0, 25.0)
    exact, rounded = Tally(20, *size), Tally(20, *size, rule=RULE)
    assert width(level(rounded, unit, 0.95)) > width(level(exact, unit, 0.95))
    assert width(difference(rounded, exact, unit, 0.95)) > width(difference(exact, exact, unit, 0.95))


@pytest.mark.parametrize(
    ("few", "enough", "unit"),
    [
        (Tally(0, 5, 0.0, rule=RULE), Tally(0, 10, 0.0, rule=RULE), "percent"),
        (Tally(5, 0, 6.5, rule=RULE), Tally(5, 0, 7.5, rule=RULE), "per_100_child_years"),
    ],
)
def test_a_figure_of_few_people_is_left_out_however_many_stand_beside_them(
    few: Tally, enough: Tally, unit: Unit
) -> None:
    many = Tally(500, 1000 if unit == "percent" else 0, 100.0, rule=RULE)
    assert {level(few, unit, 0.95), difference(few, many, unit, 0.95), difference(many, few, unit, 0.95)} == {
        FEW
    }
    assert isinstance(level(enough, unit, 0.95), Estimate)
    assert isinstance(difference(enough, many, unit, 0.95), Estimate)


def test_many_events_of_few_children_are_too_few_to_be_judged_by() -> None:
    none = NotEstimable("not asked")
    rates = Tally(30, 0, 10.0, 20.0), Tally(500, 0, 100.0)
    assert GroupGap("A", rates[0], rates[1], none, none).worth == 10
    shares = Tally(20, 40, 0.0, 40.0), Tally(50, 100, 0.0)
    assert GroupGap("A", shares[0], shares[1], none, none).worth == 40


def test_everyone_else_is_what_is_shown_of_all_less_what_is_shown_of_the_group() -> None:
    """Rounded by itself, it would tell of the group a second time."""
    rule = Disclosure(7, 5)
    for key in range(200):
        part = Sum(events=3, total=11, events_key=key, size_key=key * 7)
        whole = part + Sum(events=31, total=57, events_key=key * 3, size_key=key * 5)
        shown, own = whole.tally(rule), part.tally(rule)
        rest = shown.without(own, whole.without(part))
        assert (rest.events + own.events, rest.total + own.total) == (shown.events, shown.total)
