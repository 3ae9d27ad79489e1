"""The ratio among like children beside the difference, and whether it is the same in all strata."""

from dataclasses import replace

import pandas as pd
import pytest
from facts import MEASURE
from small_slice import KEYLESS, make_page, with_tables, words

from pipeline.analysis.equality.gaps import find_gaps
from pipeline.present.equality.gap_checks import check_tables
from pipeline.protect.rounding import EXACT, PROFILES, Disclosure

Cell = tuple[int, int]


def shown(*strata: tuple[Cell, Cell], rule: Disclosure = PROFILES["nhs"]) -> str:
    """What the page says of (events, total) of Black and of White children in each stratum."""
    rows = [
        ("completed", "S01", group, stratum, events, total, 0.0, 0, 0)
        for stratum, cells in enumerate(strata)
        for group, (events, total) in zip(("Black", "White"), cells, strict=True)
    ]
    names = ("measure_id", "service_id", "ethnic_group", "stratum", "events", "total", "child_years")
    columns = [*names, *KEYLESS]
    cells = dict(zip(("Black", "White"), zip(*strata, strict=True), strict=True))
    sums = {
        group: (sum(events), sum(total))
        for group, own in cells.items()
        for events, total in [zip(*own, strict=True)]
    }
    page = make_page(groups=sums, rule=rule)
    told = replace(page, slice=replace(page.slice, strata=pd.DataFrame(rows, columns=columns)))
    table, _ = check_tables(told, find_gaps(told)[0], 23)
    return words(told.format(table))


def test_the_ratio_of_odds_stands_beside_the_difference() -> None:
    # Rothman, Greenland and Lash 2008, table 15-1: 1.4031 at 90 % (.8411 to 2.3409), so at 95 % .76 to 2.58.
    strata = ((8, 106), (5, 120)), ((22, 98), (16, 85))
    assert "1.40 (0.76 to 2.58) nothing speaks against it" in shown(*strata, rule=EXACT)
    assert "nothing speaks against it" in shown(*strata)


@pytest.mark.parametrize(
    ("strata", "word"),
    [
        ([((60, 100), (30, 100)), ((30, 100), (60, 100))], "clearly not: one number for all hides that"),
        ([((90, 100), (30, 100)), ((50, 100), (50, 100))], "clearly not: one number for all hides that"),
        ([((60, 100), (30, 100)), ((30, 50), (15, 50))], "nothing speaks against it"),
        ([((60, 100), (30, 100)), ((45, 100), (30, 100))], "nothing speaks against it"),
        ([((60, 100), (30, 100))], "cannot tell yet"),
        ([((60, 100), (0, 100)), ((30, 100), (0, 100))], "cannot tell yet"),
        ([((2, 3), (1, 3)), ((1, 3), (2, 3))], "cannot tell yet"),
    ],
)
def test_that_the_ratio_differs_from_stratum_to_stratum_is_said_only_where_it_is_clear(
    strata: list[tuple[Cell, Cell]], word: str
) -> None:
    assert word in shown(*strata)


def rates(*groups: tuple[str, dict[str, tuple[int, float]]]) -> str:
    """What the page says of a rate, from each group's events and child-years by age."""
    rows = [
        ("completed", 1, "S01", group, "age", age, events, 0, years, 2011 * 12 + 2, "2011-q1", "")
        for group, ages in groups
        for age, (events, years) in ages.items()
    ]
    columns = "measure_id version service_id ethnic_group characteristic level events total child_years month period"
    frame = pd.DataFrame(rows, columns=[*columns.split(), "ethnicity"])
    page = make_page()
    facts = replace(MEASURE, unit="per_100_child_years")
    context = replace(page.slice.context, measures=(facts,))
    strata = frame.assign(stratum=0, **KEYLESS)
    told = replace(page, slice=replace(page.slice, context=context, strata=strata))
    told = with_tables(told, measures=frame, characteristics=frame)
    tables = check_tables(told, find_gaps(told)[0], 23)
    return " ".join(words(told.format(table)) for table in tables if table.name == "standardised")


YOUNG, OLD = (
    {"5 to 9": (160, 800.0), "10 to 15": (80, 200.0)},
    {"5 to 9": (40, 200.0), "10 to 15": (320, 800.0)},
)


def test_groups_of_other_ages_have_the_same_rate_standardised_for_age() -> None:
    said = rates(("Black", YOUNG), ("White", OLD))
    assert "Black 24.0 (21.0 to 27.3) 30.0 (" in said
    assert "White 36.0 (32.4 to 39.9) 30.0 (" in said
    assert "fewer than 23 events" in said
    unknown = {**YOUNG, "Not known": (50, 10.0)}
    assert "30.0 (" in rates(("Black", unknown), ("White", OLD)), "those of unknown age are left out"


def test_few_events_are_too_few_to_say_and_an_age_without_anybody_has_no_rate() -> None:
    assert "Black [c] too few to say" in rates(("Black", {"5 to 9": (3, 5.0)}), ("White", OLD))
    assert "Black [x]" not in rates(("Black", YOUNG), ("White", OLD))
    assert "[x]" in rates(("Black", {"5 to 9": (160, 800.0)}), ("White", OLD))
    assert rates(("Black", {"5 to 9": (3, 40.0)}), ("White", {"5 to 9": (12, 40.0)})) == ""


def test_few_with_a_counterpart_hide_the_ratio_as_they_hide_the_difference() -> None:
    assert "[c] cannot tell yet [c] cannot tell yet" in shown(((2, 3), (1, 3)), ((1, 3), (2, 3)))
