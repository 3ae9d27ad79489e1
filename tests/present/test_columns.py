"""Each kind of column: what it shows, what it hides, what it says where there is nothing."""

import math
from typing import Any

import pytest
from facts import MEASURE
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipeline.analysis.equality.gap_changes import change_of_gap
from pipeline.analysis.group_counts import FEW
from pipeline.present.disclosure.columns import (
    Cell,
    Chosen,
    Column,
    Count,
    Figure,
    Link,
    Names,
    Percentage,
    Text,
    Verdict,
)
from pipeline.present.disclosure.estimates import Mean, Measured, Rate, Share, gap_cells, ratio_cells
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE
from pipeline.present.impact.children_change import PairedShift
from pipeline.protect.rounding import Disclosure, People, ShownCount
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.results import Counts, Estimate, NotEstimable

NHS = Disclosure(hide_up_to=7, round_to=5)
OPEN = Disclosure(hide_up_to=1, round_to=1)  # hides a single child only: published examples can be checked
EFFECT = Estimate(-2.345, -4.05, -0.64, 0.95, method="a test", unit="points")
NONE = NotEstimable("nobody was scored")
SHARE = Share("share", "Share", 0.95)
FACT = Percentage("share", "Share")
RATE = Rate("rate", "Rate", 0.95)
SHIFT = PairedShift("shift", "Change", 0.95)
MEASURED = Measured("effect", "Effect", "size")
MEAN = Mean("mean", "Mean", "size")


def text(column: Column, value: object, rule: Disclosure = NHS, **others: object) -> str:
    return column.cell({column.key: value, **others}, rule).text


def values(column: Column, value: object, rule: Disclosure = NHS, **others: object) -> dict[str, Any]:
    return dict(column.cell({column.key: value, **others}, rule).values)


@pytest.mark.parametrize("count", [0, 3, 40])
def test_a_count_that_was_not_rounded_is_refused_without_saying_it(count: int) -> None:
    with pytest.raises(TypeError, match="'n' holds a count of people that was not rounded") as caught:
        text(Count("n", "Children"), count)
    assert str(count) not in str(caught.value)
    assert text(Count("n", "Children"), count, OPEN) == str(count)


def test_a_count_that_is_withheld_reads_as_one() -> None:
    shown = Count("n", "Children")
    assert (text(shown, HIDDEN), values(shown, HIDDEN)) == (HIDDEN, {"n": HIDDEN})


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (5, "5"), (12_345, "12,345")])
def test_a_rounded_count_is_shown_as_it_is_however_small(count: int, shown: str) -> None:
    assert text(Count("n", "Children"), ShownCount(count)) == shown
    assert values(Count("n", "Children"), ShownCount(count)) == {"n": count}


def test_people_are_rounded_to_a_multiple_beside_them_the_same_people_always_alike() -> None:
    crowds = [range(first, first + 42) for first in range(40)]
    shown = [values(Count("n", "Children"), People.count(crowd))["n"] for crowd in crowds]
    assert set(shown) == {40, 45}
    again = [values(Count("m", "Others"), People.count(reversed(crowd)))["m"] for crowd in crowds]
    assert again == shown
    assert text(Count("n", "Children"), People.count(crowds[0]), OPEN) == "42"


def test_a_figure_is_about_no_child_and_stands_as_it_is() -> None:
    assert text(Figure("f", "Paid for"), 3) == "3"
    assert text(Figure("f", "Target", decimals=1, sign=True, suffix="%"), 2.25) == "+2.3%"
    assert text(Figure("f", "Paid for"), None) == NOT_AVAILABLE


def test_words_links_and_verdicts_say_what_the_row_says() -> None:
    row = {"word": "too few to say", "word_link": "S01.ipynb"}
    assert Text("word", "").cell(row, NHS).text == "too few to say"
    assert Link("word", "").cell(row, NHS).link == "S01.ipynb"
    assert Verdict("word", "").cell(row, NHS).style == "verdict verdict-too-few-to-say"


def test_of_many_names_the_first_are_shown_and_the_csv_has_all() -> None:
    names = [f"S{number:02}" for number in range(1, 15)]
    cells = [Names("a", "A").cell({"a": ", ".join(listed)}, NHS) for listed in (names[:12], names)]
    assert [cell.text for cell in cells] == [", ".join(names[:12]), f"{', '.join(names[:12])}, 2 more"]
    assert cells[1].values == {"a": ", ".join(names)}


def test_a_link_s_codes_stand_in_the_csv_alone() -> None:
    row = {"word": "Young carers", "word_link": "S01.ipynb", "service_id": "S01"}
    cell = Link("word", "", codes=("service_id",)).cell(row, NHS)
    assert (cell.text, dict(cell.values)) == ("Young carers", {"service_id": "S01", "word": "Young carers"})


def test_a_share_is_worked_out_from_the_counts_shown() -> None:
    low, high = proportion_confint(65, 100, method="wilson")
    assert text(SHARE, Counts(65, 100)) == "65% (55 to 74)"
    assert values(SHARE, Counts(65, 100)) == {
        "share": 65.0,
        "share_lower": round(100 * low, 1),
        "share_upper": round(100 * high, 1),
    }


@pytest.mark.parametrize(
    ("events", "total", "shown"),
    [
        (5, 100, "5% (2 to 11)"),
        (0, 5, HIDDEN),
        (0, 0, NOT_AVAILABLE),
        (0, 20, "0% (0 to 16)"),
        (20, 20, "100% (84 to 100)"),
    ],
)
def test_a_share_of_few_is_hidden_and_of_none_not_available(events: int, total: int, shown: str) -> None:
    assert text(SHARE, Counts(events, total)) == shown


@pytest.mark.parametrize(
    ("events", "total", "shown"), [(65, 100, "65%"), (95, 95, "100%"), (5, 5, HIDDEN), (0, 0, NOT_AVAILABLE)]
)
def test_a_share_that_is_a_fact_has_no_interval(events: int, total: int, shown: str) -> None:
    assert text(FACT, Counts(events, total)) == shown


@pytest.mark.parametrize("column", [SHARE, FACT])
def test_a_share_of_a_sum_is_that_of_its_rounded_counts(column: Column) -> None:
    found = Sum(63, 98, events_key=11, size_key=29)
    shown = found.tally(NHS).counts()
    assert (shown.events % 5, shown.total % 5) == (0, 0)
    assert column.cell({"share": found}, NHS) == column.cell({"share": shown}, NHS)
    assert text(column, Sum(0, 5), NHS) == HIDDEN


def test_a_rate_is_events_per_hundred_child_years() -> None:
    # Byar's limits for 20 events are 12.21 and 30.89.
    assert text(RATE, Tally(20, 0, 1000.0)) == "2.0 (1.2 to 3.1)"
    assert values(RATE, Tally(20, 0, 1000.0)) == {"rate": 2.0, "rate_lower": 1.22, "rate_upper": 3.09}


@pytest.mark.parametrize(
    ("events", "child_years", "shown"),
    [(20, 7.0, HIDDEN), (0, 0.0, NOT_AVAILABLE), (20, 0.0, NOT_AVAILABLE)],
)
def test_a_rate_of_few_is_hidden_and_over_no_time_not_available(
    events: int, child_years: float, shown: str
) -> None:
    assert text(RATE, Tally(events, 0, child_years, rule=NHS)) == shown


def cell_of(entries: dict[str, Any], key: str) -> Cell:
    return Chosen(key, "").cell(entries, OPEN)


def people(events: int, total: int, rule: Disclosure = OPEN) -> Tally:
    return Tally(events, total, 0.0, rule=rule)


def test_a_difference_is_newcombe_s_in_percentage_points() -> None:
    # Newcombe (1998), table II, method 10, row (a): 56/70 - 48/80 = 0.20 (0.0524 to 0.3339).
    found = cell_of(gap_cells("gap", people(56, 70), people(48, 80), MEASURE, 0.95), "gap")
    assert found.text == "+20 (+5 to +33)"
    assert found.values == {"gap": 20.0, "gap_lower": 5.2, "gap_upper": 33.4}


def test_a_ratio_is_koopman_s() -> None:
    low, high = confint_proportions_2indep(56, 70, 48, 80, method="score", compare="ratio", correction=False)
    shown = cell_of(ratio_cells(people(56, 70), people(48, 80), MEASURE, 0.95), "ratio").values
    assert shown["ratio"] == 1.333
    assert shown["ratio_lower"] == pytest.approx(low, abs=6e-4)
    assert shown["ratio_upper"] == pytest.approx(high, abs=6e-4)


@pytest.mark.parametrize(
    ("group", "reference", "shown"),
    [
        (people(5, 5, NHS), people(50, 80, NHS), HIDDEN),
        (people(55, 70, NHS), people(0, 5, NHS), HIDDEN),
        (people(0, 0, NHS), people(48, 80, NHS), NOT_AVAILABLE),
        (people(55, 70, NHS), None, NOT_AVAILABLE),
    ],
)
def test_a_contrast_without_enough_people_on_both_sides_is_a_symbol(
    group: Tally, reference: Tally | None, shown: str
) -> None:
    assert cell_of(gap_cells("gap", group, reference, MEASURE, 0.95), "gap").text == shown
    assert cell_of(ratio_cells(group, reference, MEASURE, 0.95), "ratio").text == shown


def test_the_change_of_a_gap_is_the_later_less_the_earlier() -> None:
    earlier, later = (people(56, 70), people(48, 80)), (people(48, 80), people(48, 80))
    moved = change_of_gap(earlier, later, "percent", 0.95)
    assert isinstance(moved, Estimate)
    assert moved.value == pytest.approx(-0.2)


@pytest.mark.parametrize("place", range(4))
def test_the_change_of_a_gap_is_hidden_where_any_of_four_groups_is_small(place: int) -> None:
    counts = [people(56, 70, NHS)] * 4
    counts[place] = people(5, 5, NHS)
    assert change_of_gap((counts[0], counts[1]), (counts[2], counts[3]), "percent", 0.95) == FEW


@pytest.mark.parametrize(
    ("result", "size", "shown"),
    [
        (EFFECT, 8, "−2 (−4 to −1)"),
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


@pytest.mark.parametrize(
    ("size", "shown"), [(8, "17"), (15, "17.3"), (7, HIDDEN), (1, HIDDEN), (0, NOT_AVAILABLE)]
)
def test_a_mean_is_hidden_when_it_rests_on_few(size: int, shown: str) -> None:
    assert text(MEAN, 17.25, size=size) == shown


def test_a_chosen_column_is_served_by_the_row_s_own_kind() -> None:
    chosen = Chosen("level", "Level")
    share = {"level": Counts(65, 100), "level_kind": Share("level", "", 0.95)}
    rate = {"level": Tally(20, 0, 1000.0), "level_kind": Rate("level", "", 0.95)}
    assert chosen.cell(share, NHS).text == "65% (55 to 74)"
    assert chosen.cell(rate, NHS).text == "2.0 (1.2 to 3.1)"


@pytest.mark.parametrize(
    ("column", "shown", "hidden", "nothing"),
    [
        (SHARE, Counts(50, 100), Counts(5, 5), Counts(0, 0)),
        (FACT, Counts(50, 100), Counts(5, 5), Counts(0, 0)),
        (RATE, Tally(50, 0, 100.0), Tally(5, 0, 5.0, rule=NHS), Tally(0, 0, 0.0)),
    ],
)
def test_a_column_has_the_same_csv_columns_whatever_it_shows(
    column: Column, shown: object, hidden: object, nothing: object
) -> None:
    names = [tuple(values(column, value)) for value in (shown, hidden, nothing)]
    assert len(set(names)) == 1


@pytest.mark.parametrize(
    ("before", "after", "crossed", "shown"),
    [
        (75, 65, 22, "−6 (−12 to −1)"),  # R's contingencytables 3.1.0 on Cavo and others (2012): -12.4 to -.5
        (60, 60, 0, "0 (−2 to +2)"),
        (0, 161, 161, "+100 (+95 to +100)"),
    ],
)
def test_a_paired_shift_is_tango_s(before: int, after: int, crossed: int, shown: str) -> None:
    row = Sum(before, 161), Sum(after, 161), People.count(range(crossed))
    assert text(SHIFT, row, OPEN) == shown


def test_a_paired_shift_of_few_is_hidden_and_rounding_never_makes_it_more_than_all() -> None:
    assert text(SHIFT, (Sum(0, 5), Sum(5, 5), People.count(range(5)))) == HIDDEN
    for before, after in ((0, 161), (3, 161), (161, 2)):
        crossed = People.count(range(abs(after - before)))
        found = values(SHIFT, (Sum(before, 161), Sum(after, 161), crossed))
        assert -100 <= found["shift"] <= 100
