"""What pages know of contracts: how returns stand in the time of a contract."""

import datetime as dt
from dataclasses import replace

import facts

from pipeline.contract.services import ReturnFacts, returns_of
from pipeline.measures.facts import describe_returns

SERVICE = replace(facts.SERVICE, provider_id="harbour", start=dt.date(2010, 1, 1), end=dt.date(2010, 9, 30))
LINE = {"provider": "harbour", "period": "2010-q1", "status": "late", "due": "2010-04-30"}


def test_a_return_knows_when_it_was_due_when_it_came_and_whether_that_was_late() -> None:
    (known,) = describe_returns([{**LINE, "received": "2010-05-02", "late": "yes"}])
    assert known == ReturnFacts(
        "harbour", "2010-q1", "late", dt.date(2010, 4, 30), dt.date(2010, 5, 2), late=True
    )
    (unknown,) = describe_returns([{**LINE, "received": "", "late": ""}])
    assert (unknown.received, unknown.late) == (None, None)


def test_only_returns_in_the_time_of_the_contract_are_a_service_s_own() -> None:
    periods = ("2009-q4", "2010-q1", "2010-q3", "2010-q4")
    returns = [ReturnFacts("harbour", period, "received") for period in periods]
    assert [each.period for each in returns_of(returns, SERVICE, [SERVICE])] == ["2010-q1", "2010-q3"]
