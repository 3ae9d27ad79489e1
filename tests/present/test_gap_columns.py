"""Columns of gaps: worked out from counts as they are shown, left out where few stand behind one."""

import pytest
from facts import MEASURE
from quarterly import PLANS
from small_slice import make_page

from pipeline.analysis.equality.gaps import GroupGap
from pipeline.analysis.group_counts import FEW, difference
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.estimates import Worked
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE
from pipeline.present.equality.gap_columns import (
    IfUnknown,
    adverse_ratio,
    draw_together,
    gap_row,
    if_unknown,
    shortfall,
    what_would_undo,
)
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.results import Estimate, NotEstimable, Result

NHS = Disclosure(hide_up_to=7, round_to=5)
UNKNOWN = Tally(60, 100, 0.0)
LESS = MeasureFacts("late", "Late", "percent", "lower", MEASURE.definitions)
MORE_PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "higher", PLANS.definitions)
RELATIVE = [Worked(name, "") for name in ("short", "ratio", "ratio_not")]
FEW_RATE = Tally(5, 0, 5.0, rule=NHS)


def gap(own: Tally, other: Tally | None, measure: MeasureFacts = MEASURE) -> GroupGap:
    nothing = NotEstimable("not compared")
    found = difference(own, other, measure.unit, 0.95) if other else nothing
    return GroupGap("Black", own, other, nothing, found)


def shares(events: int, total: int, other_events: int = 600, other_total: int = 800) -> GroupGap:
    return gap(Tally(events, total, 0.0, rule=NHS), Tally(other_events, other_total, 0.0, rule=NHS))


def value(result: Result) -> float:
    assert isinstance(result, Estimate)
    return result.value


GAP = shares(200, 400)
RATES = (Tally(40, 0, 1000.0), Tally(100, 0, 5000.0))


def test_the_shortfall_is_the_group_s_size_times_the_gap() -> None:
    assert value(shortfall(GAP, MEASURE)) == pytest.approx(100)
    assert value(shortfall(GAP, LESS)) == pytest.approx(-100)


def test_the_adverse_ratio_is_of_those_who_did_not() -> None:
    # 200 of 400 against 200 of 800.
    assert value(adverse_ratio(GAP, MEASURE, 0.95)) == pytest.approx(2)


def test_unknown_children_are_put_on_either_side_and_split_in_proportion() -> None:
    row = {"if_unknown": if_unknown(GAP, UNKNOWN, MEASURE)}
    shown = {
        idea: IfUnknown("gap", "", idea).cell(row, EXACT).text
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
    ("found", "unknown", "said"),
    [
        (GAP, UNKNOWN, "nothing: however unequal the unknown are"),
        (GAP, Tally(0, 0, 0.0), "nothing: nobody's group is unknown"),
        (shares(300, 400), UNKNOWN, "there is no clear difference to undo"),
        (shares(48, 100, 50, 100), UNKNOWN, "there is no clear difference to undo"),
        # 2,000 known people, 1,000 unknown, a gap of 5 points: they would have to differ by 2,000/1,000 x 5.
        (
            shares(450, 1000, 500, 1000),
            Tally(500, 1000, 0.0),
            "the unknown being unequal by 10 points or more",
        ),
    ],
)
def test_what_would_undo_a_difference(found: GroupGap, unknown: Tally, said: str) -> None:
    assert what_would_undo(found, unknown) == said


def test_a_figure_of_few_is_hidden() -> None:
    few = shares(0, 5)
    row = {**gap_row(make_page(), MEASURE, few, {}), "if_unknown": if_unknown(few, UNKNOWN, MEASURE)}
    assert {column.cell(row, NHS).text for column in RELATIVE} == {HIDDEN}
    assert IfUnknown("found", "", "lowest").cell(row, NHS).text == HIDDEN
    assert what_would_undo(few, UNKNOWN) == HIDDEN


def test_the_comparator_has_none() -> None:
    row = gap_row(make_page(), MEASURE, gap(Tally(600, 800, 0.0), None), {})
    assert {column.cell(row, NHS).text for column in RELATIVE} == {NOT_AVAILABLE}


def test_a_small_group_is_drawn_further_towards_the_others_than_a_large_one() -> None:
    groups = [Tally(300, 600, 0.0), Tally(500, 800, 0.0), Tally(9, 10, 0.0), Tally(90, 200, 0.0)]
    few = Tally(0, 5, 0.0, rule=NHS)
    *drawn, last = draw_together([*groups, few], MEASURE, 0.95)
    shown = {each.total: value(found) for each, found in zip(groups, drawn, strict=True)}
    assert 0.5 < shown[10] < 0.75
    assert shown[600] == pytest.approx(0.5, abs=0.02)
    assert last == FEW


def test_two_groups_are_too_few_to_learn_from() -> None:
    drawn = draw_together([Tally(30, 60, 0.0), Tally(50, 80, 0.0)], MEASURE, 0.95)
    assert all(isinstance(each, NotEstimable) and each != FEW for each in drawn)


def test_a_small_group_s_rate_is_drawn_further_towards_the_others_than_a_large_one_s() -> None:
    groups = [Tally(60, 0, 1000.0), Tally(40, 0, 800.0), Tally(9, 0, 60.0), Tally(50, 0, 900.0)]
    *drawn, last = draw_together([*groups, Tally(0, 0, 5.0, rule=NHS)], PLANS, 0.95)
    assert 5 < value(drawn[2]) < 13, "it counted 15 per 100 child-years"
    assert value(drawn[0]) == pytest.approx(6, abs=0.3)
    assert last == FEW
    few = draw_together(groups[:2], PLANS, 0.95)
    assert all(isinstance(each, NotEstimable) and each != FEW for each in few)


def test_a_rate_s_shortfall_is_the_group_s_time_times_the_gap() -> None:
    # 4 per 100 child-years against 2: at the others' rate 20 fewer events in 1,000 child-years.
    assert value(shortfall(gap(*RATES, PLANS), PLANS)) == pytest.approx(20)
    assert value(shortfall(gap(*RATES, PLANS), MORE_PLANS)) == pytest.approx(-20)
    assert isinstance(shortfall(gap(RATES[0], None, PLANS), PLANS), NotEstimable)
    assert shortfall(gap(FEW_RATE, RATES[1], PLANS), PLANS) == FEW


@pytest.mark.parametrize(
    ("idea", "shown"),
    # 60/1500 - 100/5000; 40/1000 - 120/5500; split 1 to 5: 43.33/1083.3 - 116.67/5416.7 (per 100 child-years).
    [("all_in_group", "+2.0"), ("all_in_reference", "+1.8"), ("in_proportion", "+1.8")],
)
def test_children_of_unknown_group_may_move_a_rate(idea: str, shown: str) -> None:
    def text(own: Tally) -> str:
        row = {"if_unknown": if_unknown(gap(own, RATES[1], PLANS), Tally(20, 0, 500.0), PLANS)}
        return IfUnknown("gap", "", idea, 1).cell(row, NHS).text

    assert text(RATES[0]) == shown
    assert text(FEW_RATE) == HIDDEN
    assert text(Tally(0, 0, 0.0)) == NOT_AVAILABLE
