"""Gaps between groups at one time and over time, on hand-made counts."""

import pandas as pd
import pytest

from pipeline.analysis.gaps import compare_groups, compare_years
from pipeline.analysis.months import Window
from pipeline.analysis.tally import Tally, difference, level, ratio, reference_rows, unknown_share
from pipeline.stats.results import Estimate, NotEstimable

GROUPS = ("Asian", "Black", "White")
WHOLE = Window(0, 35)


def rows(first: dict[str, tuple[int, int]], last: dict[str, tuple[int, int]]) -> pd.DataFrame:
    columns = ["ethnic_group", "month", "events", "total", "child_years"]
    made = [(g, 0, *counts, 0.0) for g, counts in first.items()]
    made += [(g, 30, *counts, 0.0) for g, counts in last.items()]
    return pd.DataFrame(made, columns=columns)


MEASURES = rows({"Asian": (60, 100), "Black": (40, 100), "White": (600, 1000), "Not known": (5, 50)}, {})


def test_differences_are_newcombe_s_and_ratios_koopman_s() -> None:
    measures = rows({"Black": (7, 34), "White": (1, 34)}, {})
    black, _ = compare_groups(measures, ("Black", "White"), "White", "percent", 0.95)
    assert isinstance(black.difference, Estimate)
    assert isinstance(black.ratio, Estimate)
    # Newcombe (1998) and Koopman (1984), as in methods.md.
    assert (black.difference.lower, black.difference.upper) == pytest.approx((0.0189, 0.3404), abs=5e-5)
    assert (black.ratio.lower, black.ratio.upper) == pytest.approx((1.2209, 42.5757), abs=5e-5)


def test_everyone_else_leaves_out_the_group_itself_and_the_unknown() -> None:
    others = reference_rows(MEASURES, "Black", "everyone else")
    assert sorted(others["ethnic_group"]) == ["Asian", "White"]


def test_the_comparator_has_no_gap_to_itself() -> None:
    gaps = compare_groups(MEASURES, GROUPS, "White", "percent", 0.95)
    assert gaps[2].reference is None
    assert gaps[2].difference == NotEstimable("the group the others are compared with")


def test_a_gap_that_halves_on_many_children_is_narrowing() -> None:
    measures = rows(
        {"Black": (400, 1000), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)}
    )
    (black,) = compare_years(measures, ("Black",), "White", "percent", WHOLE, 20, lambda n: n, 0.95)
    assert black.verdict == "narrowing"
    assert isinstance(black.change, Estimate)
    assert black.change.value == pytest.approx(0.15)


def test_the_same_gap_on_few_children_shows_no_clear_change() -> None:
    measures = rows({"Black": (12, 30), "White": (18, 30)}, {"Black": (16, 30), "White": (18, 30)})
    (black,) = compare_years(measures, ("Black",), "White", "percent", WHOLE, 20, lambda n: n, 0.95)
    assert black.verdict == "no clear change"


def test_a_movement_that_only_the_unpublished_counts_show_is_not_called_one() -> None:
    measures = rows(
        {"Black": (400, 1000), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)}
    )
    coarse = compare_years(
        measures, ("Black",), "White", "percent", WHOLE, 20, lambda n: n // 1000 * 1000, 0.95
    )
    assert coarse[0].verdict == "no clear change"


def test_a_hidden_count_in_either_year_means_it_cannot_be_told() -> None:
    measures = rows({"Black": (5, 1000), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)})
    (black,) = compare_years(
        measures, ("Black",), "White", "percent", WHOLE, 20, lambda n: n if n > 7 else None, 0.95
    )
    assert black.verdict == "cannot tell yet"


@pytest.mark.parametrize(("months", "verdict"), [(24, "narrowing"), (23, "cannot tell yet")])
def test_two_years_of_data_are_needed_to_see_a_gap_move(months: int, verdict: str) -> None:
    measures = rows(
        {"Black": (400, 1000), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)}
    )
    shifted = measures.assign(month=measures["month"].replace({30: months - 1}))
    whole = Window(0, months - 1)
    (black,) = compare_years(shifted, ("Black",), "White", "percent", whole, 20, lambda n: n, 0.95)
    assert black.verdict == verdict


@pytest.mark.parametrize(("total", "verdict"), [(20, "no clear change"), (19, "cannot tell yet")])
def test_a_year_with_fewer_than_the_minimum_cannot_be_told(total: int, verdict: str) -> None:
    counts = {"Black": (total // 2, total), "White": (600, 1000)}
    (black,) = compare_years(
        rows(counts, counts), ("Black",), "White", "percent", WHOLE, 20, lambda n: n, 0.95
    )
    assert black.verdict == verdict


def test_unknown_share_is_of_the_denominator() -> None:
    assert unknown_share(MEASURES) == pytest.approx(50 / 1250)


def test_a_rate_is_per_hundred_child_years_and_exact_below_ten_events() -> None:
    result = level(Tally(1, 0, 10.0), "per_100_child_years", 0.95)
    assert isinstance(result, Estimate)
    # Exact Poisson limits of 1: .025318 to 5.571643, as in methods.md; ten times that per 100 years.
    assert (result.value, result.lower, result.upper) == pytest.approx((10.0, 0.25318, 55.71643), abs=5e-5)


def test_rates_have_differences_but_no_ratio() -> None:
    group, reference = Tally(12, 0, 100.0), Tally(30, 0, 300.0)
    gap = difference(group, reference, "per_100_child_years", 0.95)
    assert isinstance(gap, Estimate)
    assert gap.value == pytest.approx(2.0)
    assert isinstance(ratio(group, reference, "per_100_child_years", 0.95), NotEstimable)
