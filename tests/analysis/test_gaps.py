"""Gaps between groups at one time and over time, on hand-made counts."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.analysis.equality.adjusted_gaps import (
    AdjustedGap,
    adjust_gaps,
    count_strata,
    judge_adjusted,
    stratified_differences,
)
from pipeline.analysis.equality.gap_changes import GapChange, adjust_changes, compare_years, framings_apart
from pipeline.analysis.equality.gaps import (
    GapWord,
    MeasureGaps,
    compare_groups,
    judge_gaps,
)
from pipeline.analysis.group_counts import FEW, difference, level
from pipeline.analysis.groups import GroupTallies
from pipeline.analysis.judgement_rules import Family, JudgementRules
from pipeline.analysis.months import Window
from pipeline.contract.context import Definition, MeasureFacts, Unit
from pipeline.contract.record_keys import KEYS
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import EXACT, Disclosure, counted
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.results import Estimate, NotEstimable, Result

GROUPS = ("Asian", "Black", "White")
NO_KEYS = dict.fromkeys(KEYS, 0)
WHOLE = Window(0, 35)
NHS = Disclosure(hide_up_to=7, round_to=5)
MEASURE = MeasureFacts("achieved", "Achieved", "percent", "higher", (Definition(1, dt.date(2009, 4, 1)),))
OTHER = replace(MEASURE, measure_id="started", title="Started")


def rules(family: Family = "measure", minimum: int = 20) -> JudgementRules:
    return JudgementRules(6, 12, minimum, 0.3, 0.05, family, 0.95)


def years(measures: Cells, whole: Window = WHOLE) -> GapChange:
    (black,) = compare_years(measures, ("Black",), "White", MEASURE, whole, rules())
    return black


def rows(
    first: dict[str, tuple[int, int]], last: dict[str, tuple[int, int]], rule: Disclosure = EXACT
) -> Cells:
    columns = ["ethnic_group", "month", "events", "total", "child_years"]
    made = [(g, 0, *counts, 0.0) for g, counts in first.items()]
    made += [(g, 30, *counts, 0.0) for g, counts in last.items()]
    frame = pd.DataFrame(made, columns=columns)
    return Cells(frame.assign(ethnicity=frame["ethnic_group"].str.upper()), rule)


MEASURES = rows({"Asian": (60, 100), "Black": (40, 100), "White": (600, 1000), "Not known": (5, 50)}, {})


def test_differences_are_newcombe_s() -> None:
    measures = rows({"Black": (7, 34), "White": (1, 34)}, {})
    black, _ = compare_groups(measures, ("Black", "White"), "White", MEASURE, 0.95).gaps
    assert isinstance(black.difference, Estimate)
    # Newcombe (1998), as in methods.md.
    assert (black.difference.lower, black.difference.upper) == pytest.approx((0.0189, 0.3404), abs=5e-5)


def test_everyone_else_leaves_out_the_group_itself_and_the_unknown() -> None:
    others = MEASURES.of_comparator("Black", "everyone else")
    assert sorted(others.values("ethnic_group")) == ["Asian", "White"]


def test_the_comparator_has_no_gap_to_itself() -> None:
    gaps = compare_groups(MEASURES, GROUPS, "White", MEASURE, 0.95).gaps
    assert gaps[2].reference is None
    assert gaps[2].difference == NotEstimable("the group the others are compared with")


def test_a_gap_that_halves_on_many_children_is_narrowing() -> None:
    measures = rows(
        {"Black": (400, 1000), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)}
    )
    black = years(measures)
    assert black.verdict == "narrowing"
    assert isinstance(black.change, Estimate)
    assert black.change.value == pytest.approx(0.15)


def test_the_same_gap_on_few_children_shows_no_clear_change() -> None:
    measures = rows({"Black": (12, 30), "White": (18, 30)}, {"Black": (16, 30), "White": (18, 30)})
    black = years(measures)
    assert black.verdict == "no clear change"


def test_the_movement_of_a_gap_is_that_of_the_rounded_counts() -> None:
    measures = rows({"Black": (12, 31), "White": (18, 31)}, {"Black": (16, 33), "White": (18, 33)}, NHS)
    black = years(measures)
    tallies = [side for year in (black.first, black.last) for side in (year.tally, year.reference) if side]
    assert {count % 5 for tally in tallies for count in (tally.events, tally.total)} == {0}
    (was, was_white), (now, now_white) = (
        [t.events / t.total for t in pair] for pair in (tallies[:2], tallies[2:])
    )
    assert isinstance(black.change, Estimate)
    assert black.change.value == pytest.approx(now - now_white - (was - was_white))


def test_few_children_in_either_year_leave_no_movement() -> None:
    few, many = {"Black": (0, 5), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)}
    for first, last in ((few, many), (many, few)):
        (black,) = compare_years(
            rows(first, last, NHS), ("Black",), "White", MEASURE, WHOLE, rules(minimum=1)
        )
        assert (black.change, black.verdict) == (FEW, "cannot tell yet")


@pytest.mark.parametrize(("months", "verdict"), [(24, "narrowing"), (23, "cannot tell yet")])
def test_two_years_of_data_are_needed_to_see_a_gap_move(months: int, verdict: str) -> None:
    measures = rows(
        {"Black": (400, 1000), "White": (600, 1000)}, {"Black": (550, 1000), "White": (600, 1000)}
    )
    shifted = measures.name("month", "month", {0: 0, 30: months - 1})
    whole = Window(0, months - 1)
    black = years(shifted, whole=whole)
    assert black.verdict == verdict


@pytest.mark.parametrize(("total", "verdict"), [(20, "no clear change"), (19, "cannot tell yet")])
def test_a_year_with_fewer_than_the_minimum_cannot_be_told(total: int, verdict: str) -> None:
    counts = {"Black": (total // 2, total), "White": (600, 1000)}
    black = years(rows(counts, counts))
    assert black.verdict == verdict


def test_unknown_share_is_of_the_denominator() -> None:
    assert compare_groups(MEASURES, GROUPS, "White", MEASURE, 0.95).unknown_share == pytest.approx(50 / 1250)


def test_a_rate_is_per_hundred_child_years_and_exact_below_ten_events() -> None:
    result = level(Tally(1, 0, 10.0), "per_100_child_years", 0.95)
    assert isinstance(result, Estimate)
    # Exact Poisson limits of 1: .025318 to 5.571643, as in methods.md; ten times that per 100 years.
    assert (result.value, result.lower, result.upper) == pytest.approx((10.0, 0.25318, 55.71643), abs=5e-5)


def test_rates_have_differences() -> None:
    group, reference = Tally(12, 0, 100.0), Tally(30, 0, 300.0)
    gap = difference(group, reference, "per_100_child_years", 0.95)
    assert isinstance(gap, Estimate)
    assert gap.value == pytest.approx(2.0)


def compared(
    groups: dict[str, tuple[int, int]], measure: MeasureFacts = MEASURE, rule: Disclosure = EXACT
) -> MeasureGaps:
    return compare_groups(rows(groups, {}, rule), tuple(groups), "everyone else", measure, 0.95)


def test_a_clear_difference_is_named_in_the_measure_s_own_direction() -> None:
    groups = {"Black": (400, 1000), "White": (600, 1000)}
    fewer = replace(MEASURE, direction="lower")
    assert judge_gaps([compared(groups)], rules()) == {
        ("achieved", "Black"): "behind",
        ("achieved", "White"): "ahead",
    }
    assert judge_gaps([compared(groups, fewer)], rules())["achieved", "Black"] == "ahead"


@pytest.mark.parametrize(
    ("groups", "word"),
    [
        ({"Black": (1, 19), "White": (600, 1000)}, "too few to say"),
        ({"Black": (400, 1000), "White": (600, 1000), "Not known": (500, 1000)}, "cannot tell yet"),
        ({"Black": (590, 1000), "White": (600, 1000)}, "not clear"),
    ],
)
def test_where_it_cannot_be_said_who_is_behind_nobody_is(
    groups: dict[str, tuple[int, int]], word: GapWord
) -> None:
    found = compare_groups(rows(groups, {}), ("Black", "White"), "everyone else", MEASURE, 0.95)
    assert judge_gaps([found], rules())["achieved", "Black"] == word


def test_a_difference_that_rounding_may_have_made_is_not_called_one() -> None:
    """The same counts are clear where they are exact, and not where each may be off by up to four."""
    groups = {"Black": (15, 40), "White": (30, 50)}
    words = [judge_gaps([compared(groups, rule=rule)], rules())["achieved", "Black"] for rule in (EXACT, NHS)]
    assert words == ["behind", "not clear"]


# One test at p = .044 among six that show nothing: clear alone, not among its family.
LONELY = {"A": (44, 100), "B": (56, 100), "C": (56, 100), "D": (55, 100), "E": (54, 100), "F": (55, 100)}


def test_one_small_p_value_among_a_family_is_not_called_clear() -> None:
    alone = compare_groups(rows(LONELY, {}), ("A",), "everyone else", MEASURE, 0.95)
    family = compare_groups(rows(LONELY, {}), tuple(LONELY), "everyone else", MEASURE, 0.95)
    assert judge_gaps([alone], rules())["achieved", "A"] == "behind"
    assert judge_gaps([family], rules())["achieved", "A"] == "not clear"


def test_what_is_looked_at_together_is_declared() -> None:
    nothing = dict.fromkeys("ABCDEFGH", (550, 1000))
    quiet = compare_groups(rows(nothing, {}), tuple(nothing), "everyone else", OTHER, 0.95)
    alone = compare_groups(rows(LONELY, {}), ("A",), "everyone else", MEASURE, 0.95)
    assert judge_gaps([alone, quiet], rules(family="measure"))["achieved", "A"] == "behind"
    assert judge_gaps([alone, quiet], rules(family="page"))["achieved", "A"] == "not clear"


def test_a_movement_is_called_one_only_if_it_stands_up_within_its_family() -> None:
    first = dict.fromkeys((*"ABCDEFGH", "White"), (500, 1000))
    last = {**first, "A": (565, 1000)}
    alone = compare_years(rows(first, last), ("A",), "White", MEASURE, WHOLE, rules())
    family = compare_years(rows(first, last), tuple("ABCDEFGH"), "White", MEASURE, WHOLE, rules())
    assert adjust_changes([(MEASURE, alone)], rules())["achieved", "A"] == "widening"
    assert adjust_changes([(MEASURE, family)], rules())["achieved", "A"] == "no clear change"


def test_framings_that_agree_are_not_warned_of() -> None:
    wide = Tally(20, 100, 0.0), Tally(40, 100, 0.0)
    close = Tally(35, 100, 0.0), Tally(40, 100, 0.0)
    assert not framings_apart(wide, close)
    assert not framings_apart((Tally(0, 100, 0.0), Tally(40, 100, 0.0)), close)


def strata(cells: dict[int, dict[str, tuple[int, int]]]) -> pd.DataFrame:
    made = [
        (stratum, group, *counts) for stratum, groups in cells.items() for group, counts in groups.items()
    ]
    return pd.DataFrame(made, columns=["stratum", "ethnic_group", "events", "total"]).assign(child_years=0.0)


def gap_of(strata: pd.DataFrame, comparator: str, unit: Unit) -> AdjustedGap:
    counts = count_strata(strata.assign(measure_id="m", service_id="S01", **NO_KEYS)).by_group("m")
    return adjust_gaps(counts, ["Black"], comparator, unit)["Black"]


def among_like(gap: AdjustedGap) -> Result:
    (found,) = stratified_differences([gap], 0.95)
    return found


def adjusted(cells: dict[int, dict[str, tuple[int, int]]], comparator: str = "everyone else") -> AdjustedGap:
    return gap_of(strata(cells), comparator, "percent")


def test_a_gap_that_need_explains_is_gone_among_like_children() -> None:
    # In both strata the rates are the same; the group has more of its children where few reach it.
    same = {1: {"Black": (90, 300), "White": (30, 100)}, 2: {"Black": (80, 100), "White": (240, 300)}}
    gap = adjusted(same)
    crude = difference(gap.compared, gap.reference, "percent", 0.95)
    assert isinstance(crude, Estimate)
    like = among_like(gap)
    assert isinstance(like, Estimate)
    assert crude.value == pytest.approx(170 / 400 - 270 / 400)
    assert like.value == pytest.approx(0.0)
    assert judge_adjusted(crude, like) == "gone"


def test_a_gap_among_like_children_is_of_the_numbers_that_are_shown() -> None:
    """In one stratum it is the gap that stands beside it, and no true number can be worked out from it."""
    cells = {"Black": Sum(3, 11, events_key=5, size_key=9), "White": Sum(61, 83, events_key=7, size_key=2)}
    tallies = GroupTallies({(name, name): found for name, found in cells.items()}, NHS)
    own, other = tallies.of("Black"), tallies.against("Black", "White")
    counts = count_strata(
        strata({1: {name: (int(found.events), int(found.total)) for name, found in cells.items()}}).assign(
            measure_id="m", service_id="S01", **NO_KEYS
        )
    ).by_group("m")
    gap = adjust_gaps(counts, ["Black"], "White", "percent", tallies)["Black"]
    assert [side[:2, 0].tolist() for side in gap.told] == [[t.events, t.total] for t in (own, other)]
    assert (own.events, own.total) != (3, 11)
    like = among_like(gap)
    assert isinstance(like, Estimate)
    assert like.value == pytest.approx(own.events / own.total - other.events / other.total)


def test_a_number_that_is_shown_of_nobody_is_in_the_strata_of_everyone() -> None:
    """Five are shown of whom there is nobody: they are among those who are there, a part each."""
    cells = {"Black": Sum(0, 20, size_key=1), "White": Sum(30, 90, events_key=4, size_key=8)}
    rule = replace(NHS, held={counted(0, 0): 5})
    tallies = GroupTallies({(name, name): found for name, found in cells.items()}, rule)
    made = strata({1: {"Black": (0, 15), "White": (10, 30)}, 2: {"Black": (0, 5), "White": (20, 60)}})
    counts = count_strata(made.assign(measure_id="m", service_id="S01", **NO_KEYS)).by_group("m")
    events, total, _ = adjust_gaps(counts, ["Black"], "White", "percent", tallies)["Black"].told[0]
    assert events.tolist() == [3.75, 1.25]
    assert total.sum() == tallies.of("Black").total


def test_children_without_a_counterpart_are_not_compared() -> None:
    gap = adjusted({1: {"Black": (9, 30)}, 2: {"White": (30, 90), "Black": (5, 20)}}, "White")
    assert (gap.compared, gap.reference) == (Tally(5, 20, 0.0), Tally(30, 90, 0.0))


def test_strata_are_told_apart_by_measure_and_by_service() -> None:
    first = strata({1: {"Black": (1, 2), "White": (3, 4)}}).assign(
        measure_id="m", service_id="S01", **NO_KEYS
    )
    second = strata({2: {"Black": (5, 8), "White": (6, 9)}}).assign(
        measure_id="m", service_id="S02", **NO_KEYS
    )
    third = strata({2: {"Black": (7, 7)}}).assign(measure_id="n", service_id="S02", **NO_KEYS)
    counts = count_strata(pd.concat([third, second, first]))
    assert counts.by_group("m", ["S02"])["Black"][:3].tolist() == [[5.0], [8.0], [0.0]]
    assert counts.by_group("m", ["S01"])["White"][:3].tolist() == [[3.0], [4.0], [0.0]]
    assert counts.by_group("m")["Black"][:3].tolist() == [[1.0, 5.0], [2.0, 8.0], [0.0, 0.0]]
    assert counts.by_group("n")["White"][:3].tolist() == [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert counts.by_group("nothing of the kind") == {}


def test_a_service_that_has_no_strata_compares_nobody_and_takes_nobody_elses() -> None:
    first = strata({1: {"Black": (1, 2), "White": (3, 4)}}).assign(
        measure_id="m", service_id="S01", **NO_KEYS
    )
    counts = count_strata(first).by_group("m", ["S02"])
    assert {name: each.shape for name, each in counts.items()} == {"Black": (5, 0), "White": (5, 0)}
    gap = adjust_gaps(counts, ["Black"], "White", "percent")["Black"]
    assert (gap.fewest, gap.compared, gap.reference) == (0, Tally(0, 0, 0.0), Tally(0, 0, 0.0))
    assert isinstance(among_like(gap), NotEstimable)


def test_where_there_are_no_strata_nothing_is_compared() -> None:
    assert gap_of(strata({}), "White", "percent").fewest == 0


def test_nobody_alike_means_it_cannot_be_told() -> None:
    gap = adjusted({1: {"Black": (9, 30)}, 2: {"White": (30, 90)}}, "White")
    like = among_like(gap)
    assert isinstance(like, NotEstimable)
    assert judge_adjusted(like, like) == "open"


def test_a_gap_between_rates_that_age_explains_is_gone_among_like_children() -> None:
    time = {1: {"Black": (60, 300.0), "White": (20, 100.0)}, 2: {"Black": (5, 100.0), "White": (15, 300.0)}}
    alone = {3: {"Black": (7, 20.0)}}
    cells = [
        (stratum, group, *counts, 0)
        for stratum, groups in (time | alone).items()
        for group, counts in groups.items()
    ]
    columns = ["stratum", "ethnic_group", "events", "child_years", "total"]
    unit: Unit = "per_100_child_years"
    gap = gap_of(pd.DataFrame(cells, columns=columns), "White", unit)
    assert (gap.compared, gap.reference) == (Tally(65, 0, 400.0), Tally(35, 0, 400.0))
    crude = difference(gap.compared, gap.reference, unit, 0.95)
    assert isinstance(crude, Estimate)
    like = among_like(gap)
    assert isinstance(like, Estimate)
    assert crude.value == pytest.approx(7.5), "events per 100 child-years"
    assert like.value == pytest.approx(0.0)
    assert judge_adjusted(crude, like) == "gone"


@pytest.mark.parametrize(
    ("crude", "adjusted", "word"),
    [
        ((-0.3, -0.1), (-0.2, -0.1), "same"),
        ((-0.3, -0.1), (-0.2, 0.1), "gone"),
        ((-0.3, 0.1), (-0.3, -0.1), "new"),
        ((-0.3, -0.1), (0.1, 0.3), "new"),
        ((-0.3, 0.1), (-0.2, 0.1), "none"),
    ],
)
def test_what_adjusting_does(crude: tuple[float, float], adjusted: tuple[float, float], word: str) -> None:
    before, after = (
        Estimate(sum(pair) / 2, *pair, 0.95, "made up", "proportion") for pair in (crude, adjusted)
    )
    assert judge_adjusted(before, after) == word


def test_everyone_else_within_strata_leaves_out_the_unknown() -> None:
    cells = {1: {"Black": (9, 30), "White": (30, 90), "Asian": (5, 10), "Not known": (50, 50)}}
    assert adjusted(cells).reference == Tally(35, 100, 0.0)
    assert adjusted(cells, "Asian").reference == Tally(5, 10, 0.0)


def test_a_group_that_nobody_is_of_has_no_gap() -> None:
    assert isinstance(among_like(adjusted({1: {"White": (30, 90)}})), NotEstimable)
    assert isinstance(among_like(adjusted({})), NotEstimable)
