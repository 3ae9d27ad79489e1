"""Dates that no return can mean: years ago, before birth, before the service, or the signs of an empty cell."""

from pathlib import Path

import pytest
from small_dataset import (
    EPISODES,
    FEEDBACK,
    OUTCOMES,
    RETURN,
    change_file,
    check,
    load,
    take_in,
    write_dataset,
    write_file,
)

from pipeline.files.records import read_records
from pipeline.stages.validate import run_validate

NO_DATES = ("1900-01-01", "9999-12-31", "1900-01-00", "1899-12-30 00:00:00")
BORN = (("2", "2005-07-07"), ("2", "2005-07-08"), ("4", "2005-07-06"), ("", "2004-07-06"))
"""Three years (and nine months, as unborn children are referred too) before a referral at two years of age, and not."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


def _warned(folder: Path) -> set[tuple[str, str]]:
    return {(line["row"], line["rule"]) for line in read_records(folder.parent / "validate" / "warnings.csv")}


def _add(folder: Path, name: str, *lines: str) -> None:
    write_file(
        folder, name, (folder / name).read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines)
    )


@pytest.mark.parametrize(("years", "too_long_ago"), [(5, 2), (99, 0)])
def test_a_date_may_lie_as_many_years_before_the_period_as_is_declared(
    folder: Path, years: int, too_long_ago: int
) -> None:
    days = ("1912-04-13", "2004-03-31", "2004-04-01", "2006-03-31", "2006-04-01")
    _add(folder, EPISODES, *(f"L{day},S03,L{day},{day},,,," for day in days))
    _add(folder, OUTCOMES, *(f"E3,day {day},wellbeing,9,{day},," for day in days))
    _add(folder, FEEDBACK, *(f"L{day},S01,,{day},child,yes,no" for day in days))
    take_in(folder)
    run_validate(load(folder), folder.parent / "intake", folder.parent / "validate", maximum_years_back=years)
    aside = read_records(folder.parent / "validate" / "set_aside.csv")
    rules = ("episode.dates_not_long_ago", "outcome.dates_not_long_ago", "feedback.date_not_long_ago")
    first_row_added = {EPISODES: 5, OUTCOMES: 4, FEEDBACK: 3}
    assert {(line["rule"], line["file"], int(line["row"])) for line in aside} == {
        (rule, file, row + number)
        for rule, (file, row) in zip(rules, first_row_added.items(), strict=True)
        for number in range(too_long_ago)
    }
    assert all(f"({years} years)" in line["message"] for line in aside)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with dates that are warned of, after a run; tests leave it as it is."""
    folder = write_dataset(tmp_path_factory.mktemp("odd") / "data")
    _add(folder, EPISODES, "E4,S03,C4,2009-03-31,,,,", "E5,S03,C5,2009-04-01,,,,")
    change_file(folder, "reference/services.csv", "S02,Mentoring,umoja", "S02,Mentoring,harbour")
    for number, (age, day) in enumerate(BORN):
        _add(folder, EPISODES, f"N{number},S03,N{number},2009-04-13,,,{age},")
        _add(folder, EPISODES, f"B{number},S02,N{number},{day},{day},,,")
    _add(
        folder,
        EPISODES,
        *(f"L{n},S03,L{n},2009-04-11,2009-05-25,{sign},9," for n, sign in enumerate(NO_DATES)),
    )
    check(folder)
    return folder


def test_a_referral_before_the_service_began_is_warned_of(odd: Path) -> None:
    early = {row for row, rule in _warned(odd) if rule == "episode.under_contract"}
    assert {"5"} <= early
    assert "6" not in early


def test_a_referral_before_a_child_was_born_is_warned_of(odd: Path) -> None:
    assert {row for row, rule in _warned(odd) if rule == "episode.born_before"} == {"8"}


def test_an_optional_date_that_is_none_counts_as_missing_and_is_said(odd: Path) -> None:
    assert read_records(odd.parent / "validate" / "set_aside.csv") == []
    assert {row for row, rule in _warned(odd) if rule == "cell.no_date"} == {"15", "16", "17", "18"}
    rules = read_records(odd.parent / "validate" / "rules.csv")
    (counted,) = (line for line in rules if (line["rule"], line["table"]) == ("cell.no_date", "episodes"))
    assert (counted["checked"], counted["failed"]) == ("17", "4")


def test_a_folder_of_a_financial_years_quarter_is_refused_with_its_right_name(folder: Path) -> None:
    (folder / RETURN).rename(folder / "returns" / "harbour" / "2009-10 Q1")
    _, files, aside = take_in(folder)
    assert all(line["refused"] for line in files)
    assert {line["fix"] for line in aside} == {"write 2009-q2"}


def test_a_financial_year_is_the_period_of_its_dates(folder: Path) -> None:
    change_file(
        folder,
        "dataset.yaml",
        "period: quarter\ncomplete_to: 2009-09-30",
        "period: financial year\ncomplete_to: 2010-03-31",
    )
    (folder / RETURN).rename(folder / "returns" / "harbour" / "2009-10")
    days = ("2010-03-31", "2010-04-01", "2004-04-01", "2004-03-31")
    _add(folder, "returns/harbour/2009-10/episodes.csv", *(f"L{day},S03,L{day},{day},,,," for day in days))
    _, _, aside = check(folder)
    assert [(line["row"], line["rule"]) for line in aside] == [
        ("6", "episode.dates_not_ahead"),
        ("8", "episode.dates_not_long_ago"),
    ]
