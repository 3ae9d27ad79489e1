"""How people write a quarter or a financial year, and what the contract makes of it."""

import datetime as dt

import pytest

from pipeline.contract.dataset import PeriodLength
from pipeline.contract.periods import (
    deny_period,
    find_period,
    find_word,
    is_period,
    name_period,
    period_days,
    period_length,
    periods_within,
    split_version,
    tidy_period,
)

YEAR: PeriodLength = "financial year"


@pytest.mark.parametrize(
    "name",
    [
        *("2012-q1", "2012-Q1", "2012 Q1", "2012q1", "2012Q1", "Q1 2012", "q1-2012", "Q1_2012", "2012.Q1"),
        *("2012 Quarter 1", "Qtr 1 2012", " 2012-q1 ", "2012_q_1"),
    ],
)
def test_a_quarter_is_known_however_it_is_written(name: str) -> None:
    assert (split_version(name), tidy_period(name)) == (("2012-q1", 1), "2012-q1")
    assert split_version(f"{name.strip()}-v2") == split_version(f"{name.strip()} V2") == ("2012-q1", 2)
    assert find_period(f"Caseload {name.strip()} final", "quarter") == ("2012-q1", 1)


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        *(
            ("2012/13 Q1", "2012-q2"),
            ("2012-13 Q2", "2012-q3"),
            ("Q3 2012/13", "2012-q4"),
            ("2012/2013 Q4", "2013-q1"),
        ),
        *(("Q4 1999-00", "2000-q1"), ("12-13 Q1", "2012-q2"), ("2012 13 Qtr 1", "2012-q2")),
    ],
)
def test_a_quarter_of_a_financial_year_is_no_period_and_its_right_name_is_said(
    name: str, quarter: str
) -> None:
    assert tidy_period(name) == name
    assert find_period(f"Caseload {name}", "quarter") == ("", 1)
    assert deny_period(name, "quarter")[1] == f"write {quarter}"


@pytest.mark.parametrize(
    "name", ["2012 Q5", "2012", "Q1 12", "2012-13", "2012/14 Q1", "spring 2012", "2012-Q01", "q1"]
)
def test_what_names_no_quarter_stays_as_it_is(name: str) -> None:
    assert tidy_period(name) == name
    assert find_period(name, "quarter") == ("", 1)
    assert deny_period(name, "quarter") == (f"'{name}' is not a quarter such as 2009-q2", "write 2009-q2")


@pytest.mark.parametrize("name", ["Q1 2012 and Q2 2012", "2011-2012 Q1", "Q1 2012 13", "FAQ12012"])
def test_a_name_of_two_quarters_or_half_of_one_says_none(name: str) -> None:
    assert find_period(name, "quarter") == ("", 1)


@pytest.mark.parametrize(
    ("spelt", "period", "version"),
    [
        ("2009-10", "2009-10", 1),
        ("2009_10", "2009-10", 1),
        ("2009-2010", "2009-10", 1),
        ("2009-10-v2", "2009-10", 2),
        ("1999-2000", "1999-00", 1),
        ("2009-q2-v3", "2009-q2", 3),
        ("2009", "2009", 1),
    ],
)
def test_a_folder_is_called_after_its_period(spelt: str, period: str, version: int) -> None:
    assert split_version(spelt) == (period, version)
    assert period_length(period) is not None


@pytest.mark.parametrize("name", ["2009-11", "2009-09", "2009-2", "09-10", "2009-10-31", "2009-q5", "200910"])
def test_what_is_no_period_is_none(name: str) -> None:
    assert period_length(name) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Caseload 2009-10", ("2009-10", 1)),
        ("Caseload 2009-10-v2", ("2009-10", 2)),
        ("Caseload Q3 2009-10", ("", 1)),
        ("Caseload 2009-10-31", ("", 1)),
        ("Caseload 2009-11", ("", 1)),
        ("2008-09 and 2009-10", ("", 1)),
    ],
)
def test_a_file_tells_its_financial_year(name: str, found: tuple[str, int]) -> None:
    assert find_period(name, YEAR) == found


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2009-10", dt.date(2009, 4, 1), dt.date(2010, 3, 31)),
        ("1999-00", dt.date(1999, 4, 1), dt.date(2000, 3, 31)),
        ("2009", dt.date(2009, 1, 1), dt.date(2009, 12, 31)),
        ("2009-q4", dt.date(2009, 10, 1), dt.date(2009, 12, 31)),
    ],
)
def test_a_period_has_its_days(name: str, first: dt.date, last: dt.date) -> None:
    length = period_length(name)
    assert length is not None
    assert period_days(name) == (first, last)
    assert {name_period(day, length) for day in (first, last)} == {name}
    assert name not in {name_period(day, length) for day in (first - dt.timedelta(1), last + dt.timedelta(1))}


def test_financial_years_follow_one_another() -> None:
    assert periods_within(dt.date(2009, 3, 31), dt.date(2011, 3, 31), YEAR) == (
        "2008-09",
        "2009-10",
        "2010-11",
    )
    assert not is_period("2009-10", "quarter")
    assert not is_period("2009-q2", YEAR)


def test_what_a_file_of_a_financial_year_is_called_every_time() -> None:
    assert find_word("Caseload 2009-10") == "2009-10"
    assert deny_period("2009-11", YEAR) == (
        "'2009-11' is not a financial year such as 2009-10",
        "write 2009-10",
    )
