"""What is shown together of people who are cut in several ways, told by trying all numbers that it could be of."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from pipeline.protect.cells import Cells
from pipeline.protect.rounding import MONTHS, Disclosure, round_count
from pipeline.protect.tally import Sum
from pipeline.protect.wholes import hold_wholes

RULE = Disclosure(7, 5)
MOST = 10
COLUMNS = ["measure_id", "service_id", "ethnic_group", "ethnicity", "period", "characteristic", "level"]
People = Sequence[tuple[str, ...]]
BESIDE_EACH_OTHER: People = [
    ("started", "S01", "Asian", "AIND", "2011-q1", "deprivation", "2"),
    ("started", "S01", "White", "WBRI", "2011-q1", "deprivation", "4"),
    ("started", "S01", "White", "WBRI", "2011-q1", "deprivation", "5"),
    ("started", "S01", "Not known", "", "2011-q1", "deprivation", "1"),
]
"""Four who had not started: a group, those of no known group, and two levels within another group."""
IN_QUARTERS: People = [
    ("started", "S01", "White", "WBRI", f"2011-q{at}", "sex", "male") for at in range(1, 5)
]


def telling(fewest: int = 3) -> Iterator[int]:
    """Draws of four children's keys by which they are shown as 0, and so many of them each as 5."""
    for seed in range(1500):
        own = np.random.default_rng(seed).integers(1, 2**31, 4).tolist()
        if (
            round_count(4, sum(own), RULE) == 0
            and sum(round_count(1, each, RULE) == 5 for each in own) >= fewest
        ):
            yield seed


TELLING = [*telling()][:5]


def tables(people: People, seed: int, **numbers: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a child, of whom none had the event, as `measure` counts it: by month, and by characteristic."""
    key = np.random.default_rng(seed).integers(1, 2**31, len(people))
    rows = pd.DataFrame(people, columns=COLUMNS).assign(version=1, events=0, total=1, child_years=0.0)
    rows = rows.assign(events_key=0, size_key=key).assign(**numbers)
    return rows.drop(columns=["characteristic", "level"]), rows.drop(columns=["version", "period"])


def hold(people: People, seed: int) -> tuple[Disclosure, dict[str, Disclosure]]:
    measures, levels = tables(people, seed)
    return hold_wholes(measures, (levels, levels), {"started": 1}, RULE)


def shown(people: People, seed: int, rule: Disclosure) -> Iterator[tuple[list[bool], int]]:
    """Who is counted in each cell of the tables that pages show, and what is shown of them."""
    measures, levels = tables(people, seed)
    cuts: Mapping[str, tuple[pd.DataFrame, Sequence[str]]] = {
        "all": (measures, ["measure_id"]),
        "groups": (measures, ["ethnic_group"]),
        "codes": (measures, ["ethnic_group", "ethnicity"]),
        "quarters": (measures, ["period"]),
        "services": (measures, ["service_id"]),
        "levels": (levels, ["level"]),
        "levels within groups": (levels, ["level", "ethnic_group"]),
    }
    for rows, columns in cuts.values():
        for names, own in Cells(rows, rule).sums_by(columns).items():
            counted = (rows[columns] == list(names)).all(axis=1)
            yield counted.tolist(), own.complement().counted(rule)


def fewest_values(people: People, seed: int, rule: Disclosure) -> int:
    """Of all numbers of such children that what is shown may be of: how many values the narrowest cell may have."""
    each = np.indices((MOST,) * len(people)).reshape(len(people), -1)
    cells = [(np.array(who) @ each, number) for who, number in shown(people, seed, rule)]
    possible = np.all([abs(count - number) <= rule.off_by for count, number in cells], axis=0)
    assert possible.any()
    return min(len(np.unique(count[possible])) for count, _ in cells)


@pytest.mark.parametrize("people", [BESIDE_EACH_OTHER, IN_QUARTERS], ids=["groups and levels", "quarters"])
def test_tables_that_each_leave_room_leave_it_together(people: People) -> None:
    """By its key alone the whole would now and then be 0 where three parts of it, from two tables, are shown as 5."""
    for seed in TELLING:
        assert fewest_values(people, seed, RULE) < RULE.least_values
        assert fewest_values(people, seed, hold(people, seed)[0]) >= RULE.least_values


def test_a_service_is_held_on_its_own_page_as_over_all() -> None:
    elsewhere = [("started", "S02", *row[2:]) for row in BESIDE_EACH_OTHER]
    for seed in TELLING:
        of_one, own = hold(BESIDE_EACH_OTHER, seed)
        # The same children, as the first rows have the same keys.
        over_all, beside = hold([*BESIDE_EACH_OTHER, *elsewhere], seed)
        assert of_one.held
        assert own["S01"].held == of_one.held == beside["S01"].held
        assert own["S01"].held.items() <= over_all.held.items()


def test_what_is_held_is_off_by_no_more_than_rounding_and_shown_wherever_it_is_counted() -> None:
    for seed in TELLING:
        rule, _ = hold(BESIDE_EACH_OTHER, seed)
        assert rule.held
        for (count, key), number in rule.held.items():
            assert abs(number - count) <= rule.off_by
            assert number % rule.round_to == 0
            assert round_count(count, key, rule) == number != round_count(count, key, RULE)


def test_a_measure_is_held_by_those_that_are_out_of_its_events() -> None:
    """Who started is who started in time and who did not: four children, each of another group."""
    groups = [("started", "S01", name, name, "2011-q1", "sex", "male") for name in "ABCD"]
    started, levels = tables(groups, 0)
    for seed in TELLING:
        keys = np.random.default_rng(seed).integers(1, 2**31, 4)
        started = started.assign(events=1, events_key=keys, size_key=keys)
        in_time = started.assign(measure_id="in_time", events=[1, 1, 0, 0], events_key=keys * [1, 1, 0, 0])
        both = pd.concat([started, in_time])
        rule = hold_wholes(both, (levels.iloc[:0], levels.iloc[:0]), {}, RULE)[1]["S01"]
        all_started = Sum(4, 4, events_key=int(keys.sum()), size_key=int(keys.sum())).counted(rule)
        parts = [Cells(in_time, rule).where("ethnic_group", name).sum() for name in "ABCD"]
        least = sum(max(own.counted(rule) + own.complement().counted(rule) - RULE.off_by, 0) for own in parts)
        assert least >= 3
        assert all_started + RULE.off_by - least >= RULE.least_values - 1


def test_time_of_groups_is_held_as_counts_are() -> None:
    groups = [("plans", "S01", name, name, "2011-q1", "sex", "male") for name in "ABCD"]
    for seed in TELLING:
        measures, levels = tables(groups, seed, total=0, child_years=1 / MONTHS)
        rule = hold_wholes(measures, (levels.iloc[:0], levels.iloc[:0]), {}, RULE)[1]["S01"]
        cells = Cells(measures, rule)
        least = sum(
            max(own.child_years * MONTHS - RULE.off_by, 0) for own in cells.tally_by("ethnic_group").values()
        )
        assert cells.add_up().child_years * MONTHS + RULE.off_by - least >= RULE.least_values - 1.001
        assert rule.held
