"""A result as the numbers that tests compare; a reason in place of one fails the test."""

from pipeline.stats.results import Estimate, Result


def estimated(result: Result) -> Estimate:
    assert isinstance(result, Estimate), result
    return result


def limits(result: Result) -> tuple[float, float]:
    found = estimated(result)
    return found.lower, found.upper


def triple(result: Result) -> tuple[float, float, float]:
    return estimated(result).value, *limits(result)
