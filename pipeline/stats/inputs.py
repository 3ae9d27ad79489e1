"""What statistics are given: complete numbers, small enough to be squared and divided, and confidence levels.

scipy is imported where a quantile is asked for: what only counts and checks need not wait for it.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
LARGEST = 1e50
"""No number that people count or measure is further from 0, nor nearer without being 0 than one over it."""
_MOST_FREEDOM = 1e18


def check_number(name: str, value: float, lowest: float = -LARGEST) -> float:
    """Return the number; ValueError unless it is finite and lies from `lowest` to 10^50.

    >>> check_number("sd", float("nan"))
    Traceback (most recent call last):
    ValueError: sd is nan, expected a number from -1e+50 to 1e+50
    """
    if not lowest <= value <= LARGEST:
        raise ValueError(f"{name} is {value!r}, expected a number from {lowest:g} to {LARGEST:g}")
    return 0.0 if abs(value) < 1 / LARGEST else float(value)


def complete_numbers(name: str, values: ArrayLike, lowest: float = -LARGEST) -> NDArray[np.float64]:
    """Return a copy of one list of numbers, each finite and from `lowest` to 10^50, else ValueError.

    The message holds no number. What is nearer to 0 than 10^-50 is 0.

    >>> complete_numbers("time", [2, 1e-60], lowest=0).tolist()
    [2.0, 0.0]
    """
    numbers = np.array(values, dtype=np.float64)
    if numbers.ndim != 1 or not ((numbers >= lowest) & (numbers <= LARGEST)).all():
        raise ValueError(
            f"{name} hold a missing or infinite value, or one not from {lowest:g} to {LARGEST:g}, "
            "expected one list of complete numbers"
        )
    numbers[np.abs(numbers) < 1 / LARGEST] = 0.0
    return numbers


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
