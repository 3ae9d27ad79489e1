"""What a page says of rounded figures and of breaks in the population."""

from dataclasses import replace

import pandas as pd
from small_slice import TARGET, make_page, rules_of, words

from pipeline.present.equality.representation import show_representation
from pipeline.present.equality.target_cards import show_targets
from pipeline.present.equality.targets import targets_table
from pipeline.present.page import Page


def shown(page: Page, population: pd.DataFrame | None = None, breaks: pd.DataFrame | None = None) -> str:
    whole = page.slice
    population = whole.population if population is None else population
    breaks = whole.breaks if breaks is None else breaks
    told = replace(page, slice=replace(whole, population=population, breaks=breaks))
    return words(show_representation(told, rules_of(told)))


def test_rounded_figures_say_between_what_their_share_lies() -> None:
    page = make_page(100)
    exact = shown(page)
    rounded = shown(page, population=page.slice.population.assign(off_by=5.0))
    assert "Between" not in exact
    assert "Between" in rounded
    assert "70% 69.5 to 70.5%" in rounded
    assert "where figures counted were rounded by their publisher" in rounded
    assert "Reached for each one expected" in exact


def test_a_break_in_the_figures_is_said_of_the_people_it_is_about() -> None:
    rows = [("children", "Black", 2008, 2009, 0.14, 0.012), ("someone else", "White", 2008, 2009, -0.2, 0.0)]
    columns = ["counted", "ethnic_group", "before", "year", "growth", "others_growth"]
    text = shown(make_page(100), breaks=pd.DataFrame(rows, columns=columns))
    assert (
        "Black: from 2008 to 2009 the number counted rose by 14%, while that of all others rose by 1%."
        in text
    )
    assert "White: from" not in text
    black = replace(TARGET, kind="representation", measure_id=None, comparator="population")
    page = make_page(
        100, targets=(black, replace(black, ethnic_group="BAFR"), replace(black, ethnic_group="White"))
    )
    page = replace(page, slice=replace(page.slice, breaks=pd.DataFrame(rows[:1], columns=columns)))
    told = targets_table(page, rules_of(page)).values("whom")
    assert [str(whom).endswith("; its number counted breaks off in 2009") for whom in told] == [
        True,
        True,
        False,
    ]
    assert words(show_targets(page, rules_of(page))).count("breaks off in 2009") == 2
    off = page.slice.population.assign(off_by=40.0)
    assert (
        words(
            show_representation(replace(page, slice=replace(page.slice, population=off)), rules_of(page))
        ).count("%; its number counted breaks off in 2009")
        == 1
    )
