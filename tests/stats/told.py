"""A result as the numbers that tests compare, where a reason in place of one fails the test; and counts to try."""

from hypothesis import strategies as st

from pipeline.stats.results import Counts, Estimate, Result


@st.composite
def counts(draw: st.DrawFn, most: int, fewest: int = 1) -> Counts:
    total = draw(st.integers(fewest, most))
    return Counts(draw(st.integers(0, total)), total)


def estimated(result: Result) -> Estimate:
    assert isinstance(result, Estimate), result
    return result


def limits(result: Result) -> tuple[float, float]:
    found = estimated(result)
    return found.lower, found.upper


def triple(result: Result) -> tuple[float, float, float]:
    return estimated(result).value, *limits(result)
