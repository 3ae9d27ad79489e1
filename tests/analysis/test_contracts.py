"""Whether a contract was kept: one row at, just inside and just outside each boundary."""

import datetime as dt

import pytest

from pipeline.analysis.performance.contracts import (
    ContractWord,
    Delivery,
    Timeliness,
    count_returns,
    count_standards,
    is_overdue,
    judge_contract,
    judge_delivery,
)
from pipeline.contract.services import Met, ReturnFacts, Standard
from pipeline.stats.results import Estimate, NotEstimable, Result

IN_TIME = Timeliness(12, (), (), 0)
NEXT = dt.date(2012, 3, 31)


def delivered(lower: float, upper: float) -> Estimate:
    return Estimate((lower + upper) / 2, lower, upper, 0.95, "Byar", "children per 100 commissioned")


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (delivered(100.1, 120.0), "more"),
        (delivered(100.0, 120.0), "no clear difference"),
        (delivered(99.9, 120.0), "no clear difference"),
        (delivered(80.0, 100.0), "no clear difference"),
        (delivered(80.0, 99.9), "fewer"),
        (None, "too few to say"),
        (NotEstimable("nothing agreed"), "not agreed"),
    ],
)
def test_more_or_fewer_is_said_only_where_the_whole_interval_lies_there(
    result: Result | None, word: Delivery
) -> None:
    assert judge_delivery(result) == word


@pytest.mark.parametrize(
    ("found", "returns", "volume", "word"),
    [
        (("yes", "yes"), IN_TIME, "no clear difference", "met"),
        (("yes", "yes"), IN_TIME, "more", "met"),
        (("yes", "yes"), IN_TIME, "not agreed", "met"),
        (("yes", "not_checked"), IN_TIME, "no clear difference", "met as far as checked"),
        (("not_checked",), IN_TIME, "no clear difference", "not checked"),
        ((), IN_TIME, "no clear difference", "not checked"),
        (("yes", "partly"), IN_TIME, "no clear difference", "partly met"),
        (("yes",), Timeliness(12, ("2010-q1",), (), 0), "no clear difference", "partly met"),
        (("yes",), Timeliness(12, (), ("2010-q1",), 0), "no clear difference", "partly met"),
        ((), Timeliness(12, (), ("2010-q1",), 0), "no clear difference", "partly met"),
        (("yes",), Timeliness(12, (), (), 12), "no clear difference", "met"),
        (("yes",), IN_TIME, "fewer", "partly met"),
        (("no", "yes"), IN_TIME, "more", "not met"),
    ],
)
def test_the_first_tier_is_never_better_than_the_worst_that_was_found(
    found: tuple[Met, ...], returns: Timeliness, volume: Delivery, word: ContractWord
) -> None:
    assert judge_contract(found, returns, volume) == word


def test_returns_are_counted_by_how_they_came() -> None:
    returns = [
        ReturnFacts("harbour", "2009-q2", "received", late=False),
        ReturnFacts("harbour", "2009-q3", "received"),
        ReturnFacts("harbour", "2009-q4", "revised", late=True),
        ReturnFacts("harbour", "2010-q1", "late", late=True),
        ReturnFacts("harbour", "2010-q2", "missing"),
        ReturnFacts("harbour", "2010-q3", "missing", late=True),
        ReturnFacts("harbour", "2010-q4", "nil", late=False),
    ]
    assert count_returns(returns) == Timeliness(7, ("2010-q2", "2010-q3"), ("2009-q4", "2010-q1"), 1)


def test_standards_are_counted_by_what_was_found() -> None:
    found: tuple[Met, ...] = ("yes", "no", "yes")
    standards = [Standard("S01", str(place), met, None, None, None) for place, met in enumerate(found)]
    assert count_standards(standards) == {"yes": 2, "partly": 0, "no": 1, "not_checked": 0}


@pytest.mark.parametrize(
    ("next_check", "overdue"), [(NEXT, True), (NEXT + dt.timedelta(days=1), False), (None, False)]
)
def test_a_check_is_overdue_from_its_day_on(next_check: dt.date | None, overdue: bool) -> None:
    assert is_overdue(Standard("S01", "Training", "yes", None, None, next_check), NEXT) is overdue
