"""Dates that no return can mean: years ago, before birth, before the service, or the signs of an empty cell."""

from __future__ import annotations

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
)

from pipeline.files.records import read_records
from pipeline.stages.validate import run_validate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


def _warned(folder: Path) -> set[tuple[str, str]]:
    return {(line["row"], line["rule"]) for line in read_records(folder.parent / "validate" / "warnings.csv")}


@pytest.mark.parametrize(
    ("table", "old", "new", "rule"),
    [
        (EPISODES, "2009-04-13", "{}", "episode.dates_not_long_ago"),
        (OUTCOMES, "26,,", "26,,\nE3,sleep,wellbeing,9,{},,", "outcome.dates_not_long_ago"),
        (FEEDBACK, "2009-06-16", "{}", "feedback.date_not_long_ago"),
    ],
)
@pytest.mark.parametrize(("day", "years", "aside"), [
    ("2004-03-31", 5, True), ("2004-04-01", 5, False), ("2006-03-31", 3, True), ("2006-04-01", 3, False),
    ("1912-04-13", 99, False),
])  # fmt: skip
def test_a_date_may_lie_as_many_years_before_the_period_as_is_declared(
    folder: Path, table: str, old: str, new: str, rule: str, day: str, years: int, aside: bool
) -> None:
    change_file(folder, table, old, new.format(day))
    take_in(folder)
    run_validate(load(folder), folder.parent / "intake", folder.parent / "validate", maximum_years_back=years)
    found = {
        line["rule"]: line["message"] for line in read_records(folder.parent / "validate" / "set_aside.csv")
    }
    assert (rule in found) == aside
    assert f"({years} years)" in found.get(rule, f"({years} years)")


@pytest.mark.parametrize(("day", "warned"), [("2009-03-31", True), ("2009-04-01", False)])
def test_a_referral_before_the_service_began_is_warned_of(folder: Path, day: str, warned: bool) -> None:
    change_file(folder, EPISODES, "2009-04-13", day)
    check(folder)
    assert (("4", "episode.under_contract") in _warned(folder)) == warned


@pytest.mark.parametrize(
    ("age", "day", "warned"),
    [(2, "2005-07-07", True), (2, "2005-07-08", False), (4, "2005-07-06", False), ("", "2004-07-06", False)],
)
def test_a_referral_before_a_child_was_born_is_warned_of(
    folder: Path, age: object, day: str, warned: bool
) -> None:
    """Three years (and nine months, as unborn children are referred too) before a referral at two years of age."""
    change_file(folder, EPISODES, "2009-04-13,,,11,", f"2009-04-13,,,{age},\nE4,S02,C3,{day},{day},,,")
    change_file(folder, "reference/services.csv", "S02,Mentoring,umoja", "S02,Mentoring,harbour")
    check(folder)
    assert (("5", "episode.born_before") in _warned(folder)) == warned


@pytest.mark.parametrize("sign", ["1900-01-01", "9999-12-31", "1900-01-00", "1899-12-30 00:00:00"])
def test_an_optional_date_that_is_none_counts_as_missing_and_is_said(folder: Path, sign: str) -> None:
    change_file(folder, EPISODES, "2009-05-25,,9", f"2009-05-25,{sign},9")
    summary, _, aside = check(folder)
    assert (summary.set_aside, aside) == (0, [])
    assert ("2", "cell.no_date") in _warned(folder)
    rules = read_records(folder.parent / "validate" / "rules.csv")
    (counted,) = (line for line in rules if (line["rule"], line["table"]) == ("cell.no_date", "episodes"))
    assert (counted["checked"], counted["failed"]) == ("3", "1")


@pytest.mark.parametrize("name", ["2009-Q2", "Q2 2009", "2009q2", "2009 Q2", "2009_Quarter 2"])
def test_a_folder_named_after_a_quarter_in_another_way_is_read_and_said(folder: Path, name: str) -> None:
    (folder / RETURN).rename(folder / "returns" / "harbour" / name)
    summary, files, _ = take_in(folder)
    assert (summary.read, {line["period"] for line in files}) == (6, {"2009-q2"})
    said = {line["what"] for line in read_records(folder.parent / "intake" / "normalised.csv")}
    assert f"the folder's name '{name}' read as '2009-q2'" in said


def test_a_folder_of_a_financial_years_quarter_is_refused_with_its_right_name(folder: Path) -> None:
    (folder / RETURN).rename(folder / "returns" / "harbour" / "2009-10 Q1")
    _, files, aside = take_in(folder)
    assert all(line["refused"] for line in files)
    assert {line["mend"] for line in aside} == {"write 2009-q2"}


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        ("2010-03-31", ""),
        ("2010-04-01", "episode.dates_not_ahead"),
        ("2004-04-01", ""),
        ("2004-03-31", "episode.dates_not_long_ago"),
    ],
)
def test_a_financial_year_is_the_period_of_its_dates(folder: Path, day: str, rule: str) -> None:
    change_file(
        folder,
        "dataset.yaml",
        "period: quarter\ncomplete_to: 2009-09-30",
        "period: financial year\ncomplete_to: 2010-03-31",
    )
    (folder / RETURN).rename(folder / "returns" / "harbour" / "2009-10")
    change_file(folder, "returns/harbour/2009-10/episodes.csv", "2009-04-13", day)
    _, _, aside = check(folder)
    assert [line["rule"] for line in aside] == [rule] * bool(rule)
