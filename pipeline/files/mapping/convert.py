"""Conversions that a mapping declares: another scale or unit to the contract's, and age from the date of birth."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self

import numpy as np

from pipeline.contract.tables import Field, Table
from pipeline.contract.values import Fault, find_hidden, parse_text
from pipeline.files.formats.text import TextColumn

SCORES = ("baseline_score", "review_score", "goal")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_MONTHS = re.compile(r"[0-9]{1,4}")
_OFF_SCALE = Fault(
    "cell.range",
    "not between the lowest and highest score that mapping.yaml gives",
    "check the score, and 'from' under scales in mapping.yaml",
)
_SMALL_PERCENT = Fault(
    "cell.number",
    "1 or less without a % sign, so it may mean a per cent or a share",
    "write the % sign in the cell",
)
_CORRECT_DATE = "correct the date that is wrong"
_NOT_NUMBER = Fault("cell.number", "not a number", "write a number in digits only, such as 17.5")
_NOT_MONTHS = Fault("cell.number", "not a whole number of months", "write whole months in digits only")


class Refusal(str):
    """A text that no conversion can read: why, and what may be shown of it. It equals no text of a file."""

    fault: Fault
    shown: str

    def __new__(cls, fault: Fault, shown: str = "") -> Self:
        refusal = super().__new__(cls, f"\0{fault.rule}\0{fault.message}\0{shown}")
        refusal.fault = fault
        refusal.shown = shown
        return refusal


@dataclass(frozen=True)
class Affine:
    """From one scale to another, lowest to lowest and highest to highest, worked out in whole fractions.

    >>> Affine(Fraction(0), Fraction(100), Fraction(0), Fraction(40)).convert("32.5")
    '13.0'
    """

    from_low: Fraction
    from_high: Fraction
    to_low: Fraction
    to_high: Fraction

    def convert(self, text: str) -> str:
        """The score on the other scale; blank stays blank."""
        if not text.strip():
            return text
        number = _exact(text)
        if number is None:
            return Refusal(_NOT_NUMBER, text)
        if not min(self.from_low, self.from_high) <= number <= max(self.from_low, self.from_high):
            return Refusal(_OFF_SCALE, text)
        share = (number - self.from_low) / (self.from_high - self.from_low)
        return repr(float(self.to_low + share * (self.to_high - self.to_low)))


@dataclass(frozen=True)
class AgeFrom:
    """Age in whole years on the day of `at`, from a column with the date of birth, which goes no further."""

    column: str
    date_format: str
    at: str

    def read_birth(self, text: str, at: Field) -> dt.date | Refusal | None:
        """The date of birth; None where the cell is blank."""
        if not text.strip() and not find_hidden(text):
            return None
        birth = parse_text(text, replace(at, required=False), self.date_format)
        if fault := birth.fault:
            verb = "" if fault.rule == "cell.control" else "is "
            return Refusal(replace(fault, message=f"the date of birth {verb}{fault.message}"))
        return birth.value if isinstance(birth.value, dt.date) else None

    def age(self, birth: dt.date | Refusal | None, day: dt.date | None, field: Field) -> str:
        """The age as text; blank where one of the dates is, or where the contract refuses the day itself."""
        if isinstance(birth, Refusal):
            return birth
        if birth is None or day is None:
            return ""
        if birth > day:
            return Refusal(Fault("cell.range", f"the date of birth is after {self.at}", _CORRECT_DATE))
        years = str(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))
        fault = parse_text(years, field).fault
        if fault:
            message = f"the age from the date of birth is {fault.message}"
            return Refusal(Fault(fault.rule, message, _CORRECT_DATE))
        return years


def _exact(text: str) -> Fraction | None:
    """The number as it is written; None where it is none, or has more digits than any score."""
    trimmed = text.strip()
    return Fraction(trimmed) if len(trimmed) <= 40 and _NUMBER.fullmatch(trimmed) else None


def _from_percent(text: str) -> str:
    trimmed = text.strip()
    number = _exact(trimmed.removesuffix("%"))
    if number is None:
        return Refusal(_NOT_NUMBER, text)
    if not trimmed.endswith("%") and 0 < abs(number) <= 1:
        return Refusal(_SMALL_PERCENT, text)
    return repr(float(number / 100))


def _from_months(text: str) -> str:
    trimmed = text.strip()
    return str(int(trimmed) // 12) if _MONTHS.fullmatch(trimmed) else Refusal(_NOT_MONTHS, text)


@dataclass(frozen=True)
class Unit:
    """What a cell is in, how it becomes the contract's, and the columns it may stand in."""

    convert: Callable[[str], str]
    columns: tuple[str, ...]


UNITS: Mapping[str, Unit] = {"percent": Unit(_from_percent, SCORES), "months": Unit(_from_months, ("age",))}


def combine(first: TextColumn, second: TextColumn, join: Callable[[str, str], str]) -> TextColumn:
    """What `join` makes of two columns row by row; each distinct pair is worked out once."""
    pairs = first.codes.astype(np.int64) * max(1, len(second.distinct)) + second.codes
    distinct, codes = np.unique(pairs, return_inverse=True)
    texts = [
        join(first.distinct[one], second.distinct[other])
        for one, other in (divmod(int(pair), max(1, len(second.distinct))) for pair in distinct)
    ]
    return TextColumn(codes.astype(np.int32), texts)


def to_scales(scores: TextColumn, scale: TextColumn, scales: Mapping[str, Affine]) -> TextColumn:
    """Scores on the contract's scales; those whose scale has no rule stay as they are."""

    def convert(score: str, name: str) -> str:
        rule = scales.get(name.strip())
        return rule.convert(score) if rule and not isinstance(score, Refusal) else score

    return combine(scores, scale, convert)


def to_age(born: TextColumn, day: TextColumn, rule: AgeFrom, day_format: str, table: Table) -> TextColumn:
    """Ages from dates of birth and the days at which they are wanted, in one of the table's date formats."""
    at = table.field(rule.at)
    births = {text: rule.read_birth(text, at) for text in born.distinct}
    days = {text: _date(text, at, day_format) for text in day.distinct}
    return combine(born, day, lambda birth, other: rule.age(births[birth], days[other], table.field("age")))


def _date(text: str, field: Field, date_format: str) -> dt.date | None:
    value = parse_text(text, field, date_format).value
    return value if isinstance(value, dt.date) else None
