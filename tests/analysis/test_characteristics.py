"""Every measure by every characteristic, on hand-made counts."""

import datetime as dt

import pandas as pd
import pytest

from pipeline.analysis.equality.characteristics import LevelComparison, compare_characteristics
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.protect.cells import Cells
from pipeline.protect.levels import merge_levels
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.wholes import CROSSED
from pipeline.stats.results import Estimate

MEASURE = MeasureFacts("started", "Started", "percent", "higher", (Definition(1, dt.date(2009, 4, 1)),))
RULES = JudgementRules(6, 12, 20, 0.3, 0.05, "measure", 0.95)
Counted = dict[tuple[str, str, str], tuple[int, int]]


def compared(
    cells: Counted, rule: Disclosure = EXACT, crossed: tuple[str, ...] = CROSSED
) -> dict[tuple[str, str, str], LevelComparison]:
    made = [("started", *key, *counts) for key, counts in cells.items()]
    columns = ["measure_id", "characteristic", "level", "ethnic_group", "events", "total"]
    rows = pd.DataFrame(made, columns=columns).assign(child_years=0.0)
    found = compare_characteristics(Cells(merge_levels(rows, rule), rule), [MEASURE], RULES, crossed)
    return {(each.characteristic, each.level, each.ethnic_group): each for each in found}


def test_the_smaller_of_two_groups_stands_for_both() -> None:
    found = compared({("disability", "yes", "A"): (30, 100), ("disability", "no", "A"): (800, 1000)})
    assert list(found) == [("disability", "yes", "")]
    assert found["disability", "yes", ""].word == "behind"


def test_those_whose_characteristic_is_not_known_are_in_no_group_and_in_nobody_s_comparator() -> None:
    found = compared(
        {
            ("religion", "sikh", "A"): (50, 100),
            ("religion", "hindu", "A"): (50, 100),
            ("religion", "none", "A"): (50, 100),
            ("religion", "Not known", "A"): (0, 1000),
        }
    )
    assert {level for _, level, _ in found} == {"sikh", "hindu", "none"}
    assert {each.word for each in found.values()} == {"not clear"}


def test_ethnic_groups_are_crossed_with_sex_and_a_crossing_can_stand_out_alone() -> None:
    even = {("sex", sex, group): (500, 1000) for sex in ("female", "male") for group in ("A", "B")}
    found = compared({**even, ("sex", "female", "B"): (350, 1000)})
    assert found["sex", "female", "B"].word == "behind"
    assert found["sex", "female", "A"].word == "ahead"
    reference = found["sex", "female", "B"].gap.reference
    assert reference is not None
    assert (reference.events, reference.total) == (1500, 3000)


def test_nothing_is_crossed_where_it_is_not_asked_for() -> None:
    found = compared({("sex", sex, "A"): (500, 1000) for sex in ("female", "male", "other")}, crossed=())
    assert {ethnic_group for *_, ethnic_group in found} == {""}


def test_a_level_beside_which_few_are_left_is_left_out() -> None:
    """What is said of all but five children says it of the five."""
    cells = {("disability", "no", "A"): (60, 100), ("disability", "yes", "A"): (5, 5)}
    assert {level for _, level, _ in compared(cells)} == {"no", "yes"}
    assert {level for _, level, _ in compared(cells, Disclosure(7, 5))} == {"yes"}
    large = {("age", "5 to 9", "A"): (60, 100), ("age", "1 to 4", "A"): (0, 5), ("age", "0", "A"): (0, 0)}
    assert {level for _, level, _ in compared(large, Disclosure(7, 5))} == {"1 to 4", "0"}


def by_religion(**counts: int) -> Counted:
    return {("religion", name, "A"): (number // 2, number) for name, number in counts.items()}


def test_levels_of_few_are_taken_together() -> None:
    found = compared(by_religion(none=300, sikh=5, jewish=4, other=6, muslim=40, hindu=40), Disclosure(7, 5))
    assert {level for _, level, _ in found} == {"none", "muslim", "hindu", "jewish / other / sikh"}
    together = found["religion", "jewish / other / sikh", ""].gap.tally
    assert 10 <= together.total <= 20
    assert not together.few


@pytest.mark.parametrize(
    "counts",
    [
        {"none": 300, "sikh": 5},  # nothing to take it together with
        {"none": 5, "sikh": 5, "jewish": 5},  # all of them would be one
    ],
)
def test_levels_stay_apart_where_nothing_is_won(counts: dict[str, int]) -> None:
    assert not any("/" in level for _, level, _ in compared(by_religion(**counts), Disclosure(7, 5)))


def test_levels_with_an_order_are_not_taken_together() -> None:
    ages = {("age", band, "A"): (2, 5) for band in ("Under 1", "16 and over")}
    more = {("age", band, "A"): (50, 100) for band in ("1 to 4", "5 to 9", "10 to 15")}
    found = compared({**ages, **more}, Disclosure(7, 5))
    assert {"Under 1", "16 and over"} < {level for _, level, _ in found}


def test_levels_of_need_are_not_taken_together() -> None:
    needs = {("need", name, "A"): (2, 5) for name in ("1", "4")}
    more = {("need", name, "A"): (50, 100) for name in ("2", "3", "5")}
    assert {"1", "4"} < {level for _, level, _ in compared({**needs, **more}, Disclosure(7, 5))}


def test_exact_numbers_are_taken_together_nowhere() -> None:
    assert {level for _, level, _ in compared(by_religion(none=300, sikh=5, jewish=4))} == {
        "none",
        "sikh",
        "jewish",
    }


def test_no_other_characteristic_is_crossed() -> None:
    found = compared({("age", "5 to 9", "A"): (50, 100), ("age", "1 to 4", "B"): (50, 100)})
    assert {ethnic_group for *_, ethnic_group in found} == {""}


def test_a_rate_per_child_year_is_compared_by_events_over_time() -> None:
    plan = MeasureFacts(
        "plan", "Plans started", "per_100_child_years", "lower", (Definition(1, dt.date(2009, 4, 1)),)
    )
    rows = pd.DataFrame(
        {
            "measure_id": "plan",
            "characteristic": "disability",
            "level": ["yes", "no"],
            "ethnic_group": "A",
            "events": [60, 100],
            "total": 0,
            "child_years": [300.0, 2000.0],
        }
    )
    (found,) = compare_characteristics(Cells(rows), [plan], RULES)
    assert (found.level, found.word) == ("yes", "behind")
    assert isinstance(found.gap.difference, Estimate)
    assert found.gap.difference.value == pytest.approx(15.0), "20 less 5 per 100 child-years"
