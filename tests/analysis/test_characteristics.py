"""Every measure by every characteristic, on hand-made counts."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.equality.characteristics import CROSSED, LevelComparison, compare_characteristics
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.protect.cells import Cells
from pipeline.protect.room import leave_room
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Tally
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
    found = compare_characteristics(Cells(rows, rule), [MEASURE], RULES, crossed)
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


def crossed_by_chance(seed: int) -> tuple[Cells, dict[str, Tally]]:
    """One event of ten in each of four levels for one ethnic group, many for another; the first as they are shown."""
    places = [("started", "deprivation", f"{at}", group) for at in range(1, 5) for group in ("A", "B")]
    rows = pd.DataFrame(places, columns=["measure_id", "characteristic", "level", "ethnic_group"])
    of_a = rows["ethnic_group"] == "A"
    keys = np.random.default_rng(seed).integers(1, 2**31, (2, len(rows)))
    rows = rows.assign(events=of_a.map({True: 1, False: 40}), total=of_a.map({True: 10, False: 80}))
    rows = rows.assign(child_years=0.0, events_key=keys[0], size_key=keys.sum(axis=0))
    cells = Cells(rows, Disclosure(7, 5))
    return cells, {"": cells.where("ethnic_group", "A").add_up()} | cells.where("ethnic_group", "A").tally_by(
        "level"
    )


def test_a_crossing_that_would_tell_beside_its_ethnic_group_is_left_out() -> None:
    """Four levels that are all shown as 5 beside a group that is shown as 0 would be told."""
    left_out = 0
    for seed in range(400):
        cells, shown = crossed_by_chance(seed)
        found = compare_characteristics(cells, [MEASURE], RULES)
        told = [each for each in found if each.ethnic_group == "A"]
        room = leave_room(shown.pop(""), [*shown.values()])
        assert room or not told
        left_out += not room
    assert left_out
