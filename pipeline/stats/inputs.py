"""What statistics are given: complete numbers, small enough to be squared, multiplied and divided without overflow."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST = 1e50
"""No number that people count or measure is further from 0, nor nearer without being 0 than one over it."""


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
