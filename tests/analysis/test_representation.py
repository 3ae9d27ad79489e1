"""Who is reached against who lives in the area and who is in need, on hand-made counts."""

import pandas as pd
import pytest

from pipeline.analysis.equality.representation import (
    PopulationSource,
    ShareWord,
    against,
    compare_source,
    list_sources,
)
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.protect.rounding import EXACT
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate

RULES = JudgementRules(6, 12, 20, 0.3, 0.05, "measure", 0.95)


def exact(share: float) -> Between:
    return Between(share, share, share)


def sums(reached: dict[str, int]) -> dict[str, Sum]:
    """So many children of each group."""
    return {group: Sum(total=number) for group, number in reached.items()}


AREA = PopulationSource("children", 2011, {"Asian": exact(0.2), "Black": exact(0.2), "White": exact(0.6)})


def test_shares_are_of_each_source_s_own_known_groups_in_the_order_given() -> None:
    rows = [
        ("children", 2011, "Asian", 20),
        ("children", 2011, "White", 60),
        ("children", 2011, "White", 20),
        ("children looked after", 2010, "Asian", None),
        ("children looked after", 2010, "White", 50),
    ]
    columns = ["counted", "year", "ethnic_group", "population"]
    area, need = list_sources(
        pd.DataFrame(rows, columns=columns).astype({"population": "Int64"}).assign(off_by=0.0)
    )
    assert (area.counted, area.year, area.shares) == (
        "children",
        2011,
        {"Asian": exact(0.2), "White": exact(0.8)},
    )
    assert (need.counted, need.shares, need.withheld) == (
        "children looked after",
        {"White": exact(1.0)},
        ("Asian",),
    )


def test_the_unknown_are_no_part_of_a_population_s_shares_and_a_group_half_withheld_is_withheld() -> None:
    rows = [("White", 30), ("Black", 10), ("Black", None), ("Mixed", 10), ("Not known", 60)]
    frame = (
        pd.DataFrame(rows, columns=["ethnic_group", "population"])
        .astype({"population": "Int64"})
        .assign(off_by=0.0)
    )
    (source,) = list_sources(frame.assign(counted="children in need", year=2011))
    assert (source.shares, source.withheld) == ({"White": exact(0.75), "Mixed": exact(0.25)}, ("Black",))


def test_the_population_is_known_so_only_the_reached_carry_uncertainty() -> None:
    result = against(Tally(65, 100, 0.0), exact(0.6), 0.95)
    assert isinstance(result, Estimate)
    # Wilson for 65/100, as in methods.md: .55254 to .73636.
    assert (result.value, result.lower, result.upper) == pytest.approx((0.05, -0.04746, 0.13636), abs=5e-6)


@pytest.mark.parametrize(
    ("reached", "words"),
    [
        (
            {"Asian": 100, "Black": 300, "White": 600},
            ("less than their share", "more than their share", "no clear difference"),
        ),
        ({"Asian": 200, "Black": 200, "White": 600}, ("no clear difference",) * 3),
        ({"Asian": 1, "Black": 5, "White": 13}, ("cannot tell yet",) * 3),
        ({}, ("cannot tell yet",) * 3),
    ],
)
def test_a_group_is_reached_more_or_less_than_its_share_or_it_cannot_be_told(
    reached: dict[str, int], words: tuple[ShareWord, ...]
) -> None:
    found = compare_source(sums(reached), ("Asian", "Black", "White"), AREA, RULES, EXACT)
    assert tuple(each.word for each in found) == words


def test_a_group_that_a_source_does_not_tell_apart_is_left_out_of_it() -> None:
    found = compare_source(
        sums({"Asian": 200, "Mixed": 50}),
        ("Asian", "Mixed"),
        PopulationSource("need", 2010, {"Asian": exact(1.0)}),
        RULES,
        EXACT,
    )
    assert [each.ethnic_group for each in found] == ["Asian"]


def test_rounded_figures_give_a_share_between_two_ends_and_a_wider_difference() -> None:
    rows = [("Asian", 20, 2.5), ("Black", 30, 2.5), ("White", 50, 2.5)]
    frame = pd.DataFrame(rows, columns=["ethnic_group", "population", "off_by"])
    (source,) = list_sources(
        frame.astype({"population": "Int64"}).assign(counted="children looked after", year=2025)
    )
    share = source.shares["Asian"]
    assert (share.value, share.lower, share.upper) == pytest.approx((0.2, 17.5 / 102.5, 22.5 / 97.5))
    assert not source.exact
    known, wider = (against(Tally(65, 100, 0.0), each, 0.95) for each in (exact(0.2), share))
    assert isinstance(known, Estimate)
    assert isinstance(wider, Estimate)
    assert known.lower - wider.lower == pytest.approx(22.5 / 97.5 - 0.2)
    assert wider.upper - known.upper == pytest.approx(0.2 - 17.5 / 102.5)


def test_what_rounding_may_have_done_is_not_called_more_or_less_than_a_share() -> None:
    reached = {"Asian": 230, "Black": 200, "White": 570}
    rounded = PopulationSource("looked after", 2025, AREA.shares | {"Asian": Between(0.2, 0.16, 0.24)})
    groups = ("Asian", "Black", "White")
    told = [compare_source(sums(reached), groups, each, RULES, EXACT)[0].word for each in (AREA, rounded)]
    assert told == ["no clear difference", "no clear difference"]
    more = reached | {"Asian": 260}
    told = [compare_source(sums(more), groups, each, RULES, EXACT)[0].word for each in (AREA, rounded)]
    assert told == ["more than their share", "no clear difference"]
