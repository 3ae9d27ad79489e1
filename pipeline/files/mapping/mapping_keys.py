"""What the keys of a block in mapping.yaml may say, each checked where it stands."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from fractions import Fraction

from pipeline.contract.groups.ethnicity_censuses import CENSUSES, NO_CENSUS
from pipeline.contract.groups.ethnicity_spellings import load_code_lists
from pipeline.contract.tables import Field, Table
from pipeline.contract.values import ISO_DATE, parse_text, suggest
from pipeline.files.mapping.convert import UNITS, Affine, AgeFrom
from pipeline.files.mapping.marked_yaml import Marked

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_ROW = re.compile(r"[1-9][0-9]{0,3}")
_AGE_KEYS = ("column", "date_format", "at")
_AGE_AT = ("referral_date", "start_date")


def load_constant(entry: Marked, table: Table) -> str:
    """A value that is the same in every row; the contract must accept it."""
    column, text = entry.path[-1], entry.text()
    if column in table.columns and not table.field(column).codes:
        fault = parse_text(text, table.field(column)).fault
        if fault:
            raise entry.fault(f"'{text}' is {fault.message}; {fault.fix}.")
    return text


def load_code(entry: Marked, field: Field) -> str:
    """What one of their codes stands for: blank, or a code of the contract."""
    text = entry.text()
    fault = parse_text(text, field).fault if text and field.enum else None
    if fault:
        raise entry.fault(f"'{text}' is {fault.message}; {fault.fix}.")
    return text


def load_code_list(entry: Marked, field: Field) -> Mapping[str, str]:
    """The codes of a list that `codes` names, and what each stands for."""
    lists = load_code_lists() if field.codes else {}
    if entry.text() not in lists:
        known = f"; the lists are {', '.join(lists)}." if lists else "; this column has none."
        raise entry.fault(
            f"'{entry.text()}' is not a list of codes{suggest(entry.text(), tuple(lists)) or known}"
        )
    return lists[entry.text()]


def load_census(entry: Marked, filled: Collection[str], official: bool) -> str:
    """The census that ethnic groups are coded in."""
    name = entry.text()
    if name not in CENSUSES:
        known = suggest(name, CENSUSES) or f"; these are {', '.join(CENSUSES)}."
        raise entry.fault(f"'{name}' is not a census whose groups are known{known}")
    if not official:
        raise entry.fault(f"{NO_CENSUS}; take it out.")
    if "ethnicity" not in filled:
        raise entry.fault("the block fills no ethnicity; name its column in 'columns', or take this out.")
    return name


def load_date_format(entry: Marked, table: Table) -> str:
    """A date format such as %d/%m/%Y, of a column of dates."""
    column = entry.path[-1]
    if table.field(column).type != "date":
        raise entry.named(*entry.path[:-1]).fault(f"'{column}' is not a date.")
    return _check_format(entry)


def _check_format(entry: Marked) -> str:
    form, day = entry.text(), dt.datetime(2009, 5, 31)
    try:
        kept = dt.datetime.strptime(day.strftime(form), form) == day
    except ValueError:
        kept = False
    if not kept:
        raise entry.fault(
            f"'{form}' does not give day, month and year; write it like '%d/%m/%Y', for 31/05/2009."
        )
    return form


def load_unit(entry: Marked) -> str:
    """The unit of a column, where it is not the contract's."""
    name, column = entry.text(), entry.path[-1]
    if name not in UNITS:
        hint = suggest(name, tuple(UNITS)) or f"; the units are {', '.join(UNITS)}."
        raise entry.fault(f"'{name}' is not a unit{hint}")
    if column not in UNITS[name].columns:
        raise entry.fault(f"{name} is a unit of {', '.join(UNITS[name].columns)} only.")
    return name


def load_scale(entry: Marked, table: Table) -> Affine:
    """From the lowest and highest of their scale to those that they stand for on the contract's scale."""
    if "scale" not in table.columns:
        raise entry.fault(f"{table.name} has no scores; scales belong to a block of outcomes.")
    ends = entry.entries()
    if set(ends) != {"from", "to"}:
        raise entry.fault("expected 'from' and 'to', such as {from: [0, 100], to: [7, 35]}.")
    return Affine(*_ends(ends["from"]), *_ends(ends["to"]))


def _ends(entry: Marked) -> tuple[Fraction, Fraction]:
    texts = entry.texts("[0, 100]")
    if len(texts) != 2 or not all(map(_NUMBER.fullmatch, texts)) or Fraction(texts[0]) == Fraction(texts[1]):
        raise entry.fault("expected two different numbers, such as [0, 100].")
    return Fraction(texts[0]), Fraction(texts[1])


def load_header_row(entry: Marked) -> int:
    """The row, as a spreadsheet counts them, in which the column names stand."""
    if not _ROW.fullmatch(entry.text()):
        raise entry.fault(f"'{entry.text()}' is not a row number such as 4.")
    return int(entry.text())


def load_age_from(entry: Marked, table: Table) -> AgeFrom:
    """Their column with the date of birth, its date format, and the date at which the age is wanted."""
    if "age" not in table.columns:
        raise entry.fault(f"{table.name} has no column 'age'.")
    parts = entry.entries()
    for key, part in parts.items():
        if key not in _AGE_KEYS:
            raise part.named(*entry.path).fault(
                f"'{key}' is not a key{suggest(key, _AGE_KEYS) or '; take it out.'}"
            )
    if "column" not in parts:
        raise entry.fault("the key 'column' is missing: their column with the date of birth.")
    at = parts["at"].text() if "at" in parts else _AGE_AT[0]
    if at not in _AGE_AT:
        raise parts["at"].fault(f"'{at}' is neither {' nor '.join(_AGE_AT)}.")
    form = _check_format(parts["date_format"]) if "date_format" in parts else ISO_DATE
    return AgeFrom(parts["column"].text(), form, at)
