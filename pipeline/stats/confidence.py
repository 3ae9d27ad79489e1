"""Confidence levels and the quantiles that belong to them.

scipy is imported where a quantile is asked for: what only counts and checks need not wait for it.
"""

_MOST_FREEDOM = 1e18


def check_confidence_level(confidence_level: float) -> None:
    """Raise ValueError unless the level is a share strictly between 0 and 1.

    >>> check_confidence_level(95)
    Traceback (most recent call last):
    ValueError: confidence_level is 95, expected a share between 0 and 1: for 95 % write 0.95
    """
    if 0 < confidence_level < 1:
        return
    is_percentage = 1 < confidence_level < 100
    hint = f": for {confidence_level:g} % write {confidence_level / 100:g}" if is_percentage else ""
    raise ValueError(f"confidence_level is {confidence_level:g}, expected a share between 0 and 1{hint}")


def upper_tail(confidence_level: float) -> float:
    """Half of what the level leaves out: the probability beyond each limit.

    >>> round(upper_tail(0.95), 6)
    0.025
    """
    check_confidence_level(confidence_level)
    return (1 - confidence_level) / 2


def normal_quantile(confidence_level: float) -> float:
    """The z of a two-sided normal interval.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    from scipy import special

    return -float(special.ndtri(upper_tail(confidence_level)))


def t_quantile(confidence_level: float, degrees_of_freedom: float) -> float:
    """The t of a two-sided Student interval; ValueError unless there are 1 to 10^18 degrees of freedom.

    >>> round(t_quantile(0.95, 9), 4)
    2.2622
    """
    from scipy import special

    if not 1 <= degrees_of_freedom <= _MOST_FREEDOM:
        raise ValueError(f"degrees_of_freedom is {degrees_of_freedom!r}, expected 1 or more")
    return -float(special.stdtrit(degrees_of_freedom, upper_tail(confidence_level)))
