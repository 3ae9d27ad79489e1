"""How people write a quarter, and what the contract makes of it."""

from __future__ import annotations

import pytest

from pipeline.contract.periods import deny_period, find_period, split_version, tidy_period


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
