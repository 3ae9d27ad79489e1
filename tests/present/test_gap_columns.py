"""Columns of gaps: worked out from counts as they are shown, left out where few stand behind one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pytest

from pipeline.present.disclosure.columns import Column
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.equality.gap_columns import (
    AdverseRatio,
    IfUnknown,
    RateIfUnknown,
    RateShortfall,
    Shortfall,
    Tipping,
)
from pipeline.present.equality.shrunk_columns import Shrunk, ShrunkRate, fit_prior, fit_rate_prior
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.results import Counts

NHS = Disclosure(hide_up_to=7, round_to=5)
PAIR = (Counts(200, 400), Counts(600, 800))
UNKNOWN = Counts(60, 100)
COLUMNS: list[Column] = [
    AdverseRatio("found", "", "pair", 0.95),
    Shortfall("found", "", "pair", 1, 0.95),
    IfUnknown("found", "", "pair", "lowest"),
    Tipping("found", "", "pair", 0.95),
]


def text(column: Column, row: Mapping[str, Any], rule: Disclosure = EXACT) -> str:
    return column.cell(row, rule).text


def test_the_shortfall_is_the_group_s_size_times_the_gap() -> None:
    shown = text(Shortfall("short", "", "pair", 1, 0.95), {"pair": PAIR})
    assert shown.startswith("100 (")
    assert text(Shortfall("short", "", "pair", -1, 0.95), {"pair": PAIR}).startswith("−100 (")


def test_the_adverse_ratio_is_of_those_who_did_not() -> None:
    # 200 of 400 against 200 of 800.
    assert text(AdverseRatio("ratio", "", "pair", 0.95), {"pair": PAIR}).startswith("2.00 (")


def test_unknown_children_are_put_on_either_side_and_split_in_proportion() -> None:
    row = {"pair": PAIR, "unknown": UNKNOWN}
    shown = {
        idea: text(IfUnknown("gap", "", "pair", idea), row)
        for idea in ("all_in_group", "all_in_reference", "in_proportion", "lowest", "highest")
    }
    # 260/500 - 600/800; 200/400 - 660/900; -25 x 1200/1300; 200/440 - 660/860; 260/460 - 600/840.
    assert shown == {
        "all_in_group": "−23",
        "all_in_reference": "−23",
        "in_proportion": "−23",
        "lowest": "−31",
        "highest": "−15",
    }


@pytest.mark.parametrize(
    ("pair", "unknown", "said"),
    [
        (PAIR, UNKNOWN, "nothing: however unequal the unknown are"),
        (PAIR, Counts(0, 0), "nothing: nobody's group is unknown"),
        ((Counts(300, 400), Counts(600, 800)), UNKNOWN, "there is no clear difference to undo"),
        ((Counts(48, 100), Counts(50, 100)), UNKNOWN, "there is no clear difference to undo"),
        # 2,000 known people, 1,000 unknown, a gap of 5 points: they would have to differ by 2,000/1,000 x 5.
        (
            (Counts(450, 1000), Counts(500, 1000)),
            Counts(500, 1000),
            "the unknown being unequal by 10 points or more",
        ),
    ],
)
def test_what_would_undo_a_difference(pair: tuple[Counts, Counts], unknown: Counts, said: str) -> None:
    assert text(Tipping("tipping", "", "pair", 0.95), {"pair": pair, "unknown": unknown}) == said


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: type(column).__name__)
def test_a_figure_of_few_is_hidden(column: Column) -> None:
    row = {"pair": (Counts(0, 5), Counts(600, 800)), "unknown": UNKNOWN}
    assert text(column, row, NHS) == HIDDEN


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: type(column).__name__)
def test_the_comparator_has_none(column: Column) -> None:
    assert text(column, {"pair": None, "unknown": UNKNOWN}, NHS) == NOT_AVAILABLE


def test_a_small_group_is_drawn_further_towards_the_others_than_a_large_one() -> None:
    groups = [Counts(300, 600), Counts(500, 800), Counts(9, 10), Counts(90, 200)]
    prior = fit_prior(Tally(counts.events, counts.total, 0.0) for counts in groups)
    shown = {
        counts.total: float(Shrunk("shrunk", "", prior, 0.95).cell({"own": counts}, EXACT).values["shrunk"])
        for counts in groups
    }
    assert 50 < shown[10] < 75
    assert shown[600] == pytest.approx(50, abs=2)
    assert text(Shrunk("shrunk", "", prior, 0.95), {"own": Counts(0, 5)}, NHS) == HIDDEN


def test_two_groups_are_too_few_to_learn_from() -> None:
    prior = fit_prior([Tally(30, 60, 0.0), Tally(50, 80, 0.0)])
    assert text(Shrunk("shrunk", "", prior, 0.95), {"own": Counts(30, 60)}) == NOT_AVAILABLE


def test_a_small_group_s_rate_is_drawn_further_towards_the_others_than_a_large_one_s() -> None:
    groups = [Tally(60, 0, 1000.0), Tally(40, 0, 800.0), Tally(9, 0, 60.0), Tally(50, 0, 900.0)]
    column = ShrunkRate("shrunk", "", fit_rate_prior(groups), 0.95)
    shown = [float(column.cell({"own": rate}, EXACT).values["shrunk"]) for rate in groups]
    assert 5 < shown[2] < 13, "it counted 15 per 100 child-years"
    assert shown[0] == pytest.approx(6, abs=0.3)
    assert text(column, {"own": Tally(0, 0, 5.0, rule=NHS)}, NHS) == HIDDEN
    few = fit_rate_prior(groups[:2])
    assert text(ShrunkRate("shrunk", "", few, 0.95), {"own": groups[0]}) == NOT_AVAILABLE


RATES = (Tally(40, 0, 1000.0), Tally(100, 0, 5000.0))


def test_a_rate_s_shortfall_is_the_group_s_time_times_the_gap() -> None:
    # 4 per 100 child-years against 2: at the others' rate 20 fewer events in 1,000 child-years.
    assert text(RateShortfall("short", "", "rates", -1, 0.95), {"rates": RATES}).startswith("20 (")
    assert text(RateShortfall("short", "", "rates", 1, 0.95), {"rates": RATES}).startswith("−20 (")
    assert text(RateShortfall("short", "", "rates", 1, 0.95), {"rates": None}) == NOT_AVAILABLE
    assert (
        text(
            RateShortfall("short", "", "rates", 1, 0.95),
            {"rates": (Tally(5, 0, 5.0, rule=NHS), RATES[1])},
            NHS,
        )
        == HIDDEN
    )


@pytest.mark.parametrize(
    ("idea", "shown"),
    # 60/1500 - 100/5000; 40/1000 - 120/5500; split 1 to 5: 43.33/1083.3 - 116.67/5416.7 (per 100 child-years).
    [("all_in_group", "+2.0"), ("all_in_reference", "+1.8"), ("in_proportion", "+1.8")],
)
def test_children_of_unknown_group_may_move_a_rate(
    idea: Literal["all_in_group", "all_in_reference", "in_proportion"], shown: str
) -> None:
    column, row = RateIfUnknown("gap", "", "rates", idea), {"rates": RATES, "unknown": Tally(20, 0, 500.0)}
    assert text(column, row) == shown
    assert text(column, {**row, "rates": (Tally(5, 0, 5.0, rule=NHS), RATES[1])}, NHS) == HIDDEN
    assert text(column, {**row, "rates": (Tally(0, 0, 0.0), RATES[1])}) == NOT_AVAILABLE
