"""What becomes of a text: a value of the contract, or a fault that says what was expected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

Value = str | int | float | dt.date


@dataclass(frozen=True)
class Fault:
    """Why something cannot be used. Neither sentence holds the value: both may reach a log."""

    rule: str
    message: str
    mend: str


@dataclass(frozen=True)
class Parsed:
    """A cell's value (None where blank) or its fault; `normalised` says how the text was tidied on the way."""

    value: Value | None = None
    fault: Fault | None = None
    normalised: str = ""
