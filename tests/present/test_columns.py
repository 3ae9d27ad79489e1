"""Each kind of column: what it shows, what it hides, what it says where there is nothing."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipeline.present.disclosure.columns import Chosen, Column, Count, Figure, Link, Percentage, Text, Verdict
from pipeline.present.disclosure.estimates import Contrast, ContrastChange, Mean, Measured, Rate, Share
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE, protect_count
from pipeline.present.impact.paired_shift import PairedShift
from pipeline.settings import Disclosure
from pipeline.stats.results import Counts, Estimate, NotEstimable

NHS = Disclosure(hide_up_to=7, round_to=5)
OPEN = Disclosure(hide_up_to=1, round_to=1)  # hides a single child only: published examples can be checked
EFFECT = Estimate(-2.345, -4.05, -0.64, 0.95, method="a test", unit="points")
NONE = NotEstimable("nobody was scored")
SHARE = Share("share", "Share", 0.95)
FACT = Percentage("share", "Share")
RATE = Rate("rate", "Rate", 0.95)
DIFFERENCE = Contrast("gap", "Gap", "difference", 0.95)
RATIO = Contrast("gap", "Ratio", "ratio", 0.95)
CHANGE = ContrastChange("change", "Change", 0.95)
SHIFT = PairedShift("shift", "Change", 0.95)
MEASURED = Measured("effect", "Effect", "size")
MEAN = Mean("mean", "Mean", "size")


def text(column: Column, value: object, rule: Disclosure = NHS, **others: object) -> str:
    return column.cell({column_key(column): value, **others}, rule).text


def values(column: Column, value: object, rule: Disclosure = NHS, **others: object) -> dict[str, Any]:
    return dict(column.cell({column_key(column): value, **others}, rule).values)


def column_key(column: Column) -> str:
    key: str = column.key  # type: ignore[attr-defined]
    return key


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (1, HIDDEN), (7, HIDDEN), (8, "10"), (13, "15"), (12_344, "12,345")]
)
def test_a_count_is_shown_hidden_or_rounded(count: int, shown: str) -> None:
    assert text(Count("n", "Children"), count) == shown


def test_a_count_s_value_for_the_csv_is_the_protected_one() -> None:
    assert values(Count("n", "Children"), 12_344) == {"n": 12_345}
    assert values(Count("n", "Children"), 3) == {"n": HIDDEN}


def test_a_figure_is_about_no_child_and_stands_as_it_is() -> None:
    assert text(Figure("f", "Paid for"), 3) == "3"
    assert text(Figure("f", "Target", decimals=1, sign=True, suffix="%"), 2.25) == "+2.3%"
    assert text(Figure("f", "Paid for"), None) == NOT_AVAILABLE


def test_words_links_and_verdicts_say_what_the_row_says() -> None:
    row = {"word": "too few to say", "word_link": "S01.ipynb"}
    assert Text("word", "").cell(row, NHS).text == "too few to say"
    assert Link("word", "").cell(row, NHS).link == "S01.ipynb"
    assert Verdict("word", "").cell(row, NHS).style == "verdict verdict-too-few-to-say"


def test_a_link_s_codes_stand_in_the_csv_alone() -> None:
    row = {"word": "Young carers", "word_link": "S01.ipynb", "service_id": "S01"}
    cell = Link("word", "", codes=("service_id",)).cell(row, NHS)
    assert (cell.text, dict(cell.values)) == ("Young carers", {"service_id": "S01", "word": "Young carers"})


def test_a_share_is_worked_out_from_protected_counts() -> None:
    low, high = proportion_confint(65, 100, method="wilson")
    assert text(SHARE, Counts(63, 98)) == "65% (55 to 74)"
    assert values(SHARE, Counts(63, 98)) == {
        "share": 65.0,
        "share_lower": round(100 * low, 1),
        "share_upper": round(100 * high, 1),
    }


@pytest.mark.parametrize(
    ("events", "total", "shown"),
    [
        (7, 100, HIDDEN),
        (0, 7, HIDDEN),
        (0, 0, NOT_AVAILABLE),
        (0, 20, "0% (0 to 16)"),
        (20, 20, "100% (84 to 100)"),
    ],
)
def test_a_share_of_few_is_hidden_and_of_none_not_available(events: int, total: int, shown: str) -> None:
    assert text(SHARE, Counts(events, total)) == shown


@pytest.mark.parametrize(
    ("events", "total", "shown"), [(63, 98, "65%"), (98, 98, "100%"), (7, 98, HIDDEN), (0, 0, NOT_AVAILABLE)]
)
def test_a_share_that_is_a_fact_has_no_interval(events: int, total: int, shown: str) -> None:
    assert text(FACT, Counts(events, total)) == shown


def test_a_rate_is_events_per_hundred_child_years_from_the_protected_count() -> None:
    # Byar's limits for 20 events are 12.21 and 30.89; 19 events are shown as 20.
    assert text(RATE, (19, 1000.0)) == "2.0 (1.2 to 3.1)"
    assert values(RATE, (19, 1000.0)) == {"rate": 2.0, "rate_lower": 1.22, "rate_upper": 3.09}


@pytest.mark.parametrize(
    ("events", "child_years", "shown"),
    [(7, 1000.0, HIDDEN), (0, 0.0, NOT_AVAILABLE), (19, 0.0, NOT_AVAILABLE)],
)
def test_a_rate_of_few_is_hidden_and_over_no_time_not_available(
    events: int, child_years: float, shown: str
) -> None:
    assert text(RATE, (events, child_years)) == shown


def test_a_difference_is_newcombe_s_in_percentage_points() -> None:
    # Newcombe (1998), table II, method 10, row (a): 56/70 - 48/80 = 0.20 (0.0524 to 0.3339).
    assert text(DIFFERENCE, (Counts(56, 70), Counts(48, 80)), OPEN) == "+20 (+5 to +33)"
    assert values(DIFFERENCE, (Counts(56, 70), Counts(48, 80)), OPEN) == {
        "gap": 20.0,
        "gap_lower": 5.2,
        "gap_upper": 33.4,
    }


def test_a_ratio_is_koopman_s() -> None:
    low, high = confint_proportions_2indep(56, 70, 48, 80, method="score", compare="ratio", correction=False)
    shown = values(RATIO, (Counts(56, 70), Counts(48, 80)), OPEN)
    assert shown["gap"] == 1.333
    assert shown["gap_lower"] == pytest.approx(low, abs=6e-4)
    assert shown["gap_upper"] == pytest.approx(high, abs=6e-4)


@pytest.mark.parametrize("column", [DIFFERENCE, RATIO])
@pytest.mark.parametrize(
    ("pair", "shown"),
    [
        ((Counts(7, 70), Counts(48, 80)), HIDDEN),
        ((Counts(56, 70), Counts(3, 80)), HIDDEN),
        ((Counts(0, 5), Counts(48, 80)), HIDDEN),
        ((Counts(0, 0), Counts(48, 80)), NOT_AVAILABLE),
        (None, NOT_AVAILABLE),
    ],
)
def test_a_contrast_with_few_on_either_side_is_hidden(
    column: Contrast, pair: tuple[Counts, Counts] | None, shown: str
) -> None:
    assert text(column, pair) == shown


def test_the_change_of_a_gap_is_the_later_less_the_earlier() -> None:
    earlier, later = (Counts(56, 70), Counts(48, 80)), (Counts(48, 80), Counts(48, 80))
    assert values(CHANGE, [earlier, later], OPEN)["change"] == -20.0
    assert values(CHANGE, [earlier, earlier], OPEN)["change"] == 0.0


@pytest.mark.parametrize("place", range(4))
def test_the_change_of_a_gap_is_hidden_where_any_of_four_counts_is_small(place: int) -> None:
    counts = [Counts(56, 70)] * 4
    counts[place] = Counts(7, 70)
    assert text(CHANGE, [(counts[0], counts[1]), (counts[2], counts[3])]) == HIDDEN


@pytest.mark.parametrize(
    ("result", "size", "shown"),
    [
        (EFFECT, 8, "−2.3 (−4.1 to −0.6)"),
        (EFFECT, 7, HIDDEN),
        (EFFECT, 1, HIDDEN),
        (EFFECT, 0, HIDDEN),
        (NONE, 100, NOT_AVAILABLE),
        (NONE, 0, NOT_AVAILABLE),
    ],
)
def test_an_effect_is_hidden_when_it_rests_on_few(
    result: Estimate | NotEstimable, size: int, shown: str
) -> None:
    assert text(MEASURED, result, size=size) == shown


def test_an_interval_without_an_end_says_so() -> None:
    endless = Estimate(1.5, 0.5, math.inf, 0.95, method="a test", unit="ratio")
    assert text(Measured("effect", "", "size", 2, sign=False), endless, size=10) == "1.50 (0.50 to no limit)"


@pytest.mark.parametrize(("size", "shown"), [(8, "17.3"), (7, HIDDEN), (1, HIDDEN), (0, NOT_AVAILABLE)])
def test_a_mean_is_hidden_when_it_rests_on_few(size: int, shown: str) -> None:
    assert text(MEAN, 17.25, size=size) == shown


def test_a_chosen_column_is_served_by_the_row_s_own_kind() -> None:
    chosen = Chosen("level", "Level")
    share = {"level": Counts(63, 98), "level_kind": Share("level", "", 0.95)}
    rate = {"level": (19, 1000.0), "level_kind": Rate("level", "", 0.95)}
    assert chosen.cell(share, NHS).text == "65% (55 to 74)"
    assert chosen.cell(rate, NHS).text == "2.0 (1.2 to 3.1)"


@pytest.mark.parametrize(
    ("column", "shown", "hidden", "nothing"),
    [
        (SHARE, Counts(50, 100), Counts(5, 100), Counts(0, 0)),
        (FACT, Counts(50, 100), Counts(5, 100), Counts(0, 0)),
        (RATE, (50, 100.0), (5, 100.0), (0, 0.0)),
        (DIFFERENCE, (Counts(50, 100),) * 2, (Counts(5, 100),) * 2, None),
        (RATIO, (Counts(50, 100),) * 2, (Counts(5, 100),) * 2, None),
    ],
)
def test_a_column_has_the_same_csv_columns_whatever_it_shows(
    column: Column, shown: object, hidden: object, nothing: object
) -> None:
    names = [tuple(values(column, value)) for value in (shown, hidden, nothing)]
    assert len(set(names)) == 1


def alike(count: int, limit: int = 47) -> list[int]:
    """Counts up to `limit` that are shown as `count` is."""
    shown = protect_count(count, NHS)
    return [other for other in range(limit + 1) if protect_count(other, NHS) == shown]


@st.composite
def twins(draw: st.DrawFn) -> tuple[Counts, Counts]:
    """Two true counts that look the same once protected."""
    events = draw(st.integers(0, 40))
    total = draw(st.integers(events, 47))
    other_total = draw(st.sampled_from(alike(total)))
    other_events = draw(st.sampled_from(alike(events, other_total)))
    return Counts(events, total), Counts(other_events, other_total)


@given(st.tuples(twins(), twins(), twins(), twins()))
def test_cells_tell_nothing_that_the_protected_counts_do_not(
    pairs: tuple[tuple[Counts, Counts], ...],
) -> None:
    one, other = ([pair[side] for pair in pairs] for side in (0, 1))
    for column in (SHARE, FACT):
        assert column.cell({"share": one[0]}, NHS) == column.cell({"share": other[0]}, NHS)
    for contrast in (DIFFERENCE, RATIO):
        assert contrast.cell({"gap": one[:2]}, NHS) == contrast.cell({"gap": other[:2]}, NHS)
    changes = [CHANGE.cell({"change": [counts[:2], counts[2:]]}, NHS) for counts in (one, other)]
    assert changes[0] == changes[1]
    rates = [RATE.cell({"rate": (counts[0].events, 50.0)}, NHS) for counts in (one, other)]
    assert rates[0] == rates[1]


@pytest.mark.parametrize(
    ("before", "after", "crossed", "shown"),
    [
        (75, 65, 22, "−6 (−12 to −1)"),  # R's contingencytables 3.1.0 on Cavo and others (2012): -12.4 to -.5
        (60, 60, 0, "0 (−2 to +2)"),
        (0, 161, 161, "+100 (+95 to +100)"),
        (3, 60, 57, "[c]"),
        (60, 64, 4, "[c]"),
        (60, 60, 4, "[c]"),
    ],
)
def test_a_paired_shift_is_tango_s_of_protected_counts(
    before: int, after: int, crossed: int, shown: str
) -> None:
    row = Counts(before, 161), Counts(after, 161), crossed
    assert text(SHIFT, row, OPEN if crossed == 22 else NHS) == shown
