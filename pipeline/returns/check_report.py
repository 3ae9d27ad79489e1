"""Format the check for a terminal: a summary, then each fault by row and column with its fix."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TextIO

from pipeline.contract.rules import BY_NAME
from pipeline.contract.tables import load_table
from pipeline.files.intake.accounting import Told
from pipeline.returns.check import CheckedReturn

SHOWN = 10
_LONGEST = 60
_RED, _YELLOW, _GREEN, _BOLD = "31", "33", "32", "1"
_COUNTS = ("lines", "accepted", "set_aside", "out_of_scope", "warned", "tidied")
_COLOURS = {"refuse": _RED, "set aside": _RED, "warn": _YELLOW, "note": "0"}
_NO_ROW = (
    "It holds no row. Where there is nothing to report, say so: choose 'yes' under nil in the sheet Return."
)
_NOT_REVIEWED = (
    "Every row would be accepted, but no outcome has a review date. Where nothing has been reviewed yet, send it as "
    "it is; else fill in review_date first: without it no outcome counts."
)
Paint = Callable[[str, str], str]
_TITLES = {
    "refuse": "Refused: the file is not used",
    "set aside": "Set aside until fixed",
    "warn": "Odd, but used",
    "note": "Columns or sheets not used, or missing: nothing to do if that is right",
}


def wants_colour(stream: TextIO) -> bool:
    """Return whether to colour `stream`: it is a terminal and NO_COLOR is unset (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def format_check(checked: CheckedReturn, colour: bool, shown: int = SHOWN) -> str:
    """Return the whole report as text, with at most `shown` places under each rule."""
    paint = _painter(colour)
    parts = ["\n".join(_introduction(checked)), _summary(checked, paint)]
    for severity in _TITLES:
        parts += _faults(
            [told for told in checked.faults if told[0].severity == severity], severity, shown, paint
        )
    parts += _tidied(checked)
    parts.append(_verdict(checked, paint))
    return "\n\n".join(parts) + "\n"


def _painter(colour: bool) -> Paint:
    """Return a function that colours text, or returns it unchanged."""
    return lambda text, code: f"\033[{code}m{text}\033[0m" if colour else text


def _introduction(checked: CheckedReturn) -> Iterator[str]:
    whose = f" of {checked.provider}" if checked.provider else ""
    when = f" for {', '.join(checked.periods)}" if checked.periods else ""
    yield f"Return{whose}{when}, checked against {checked.against}."
    if checked.earlier:
        yield f"Compared with earlier returns: {', '.join(checked.earlier)}."
    yield from (f"Not checked: {words}." for words in checked.not_checked)


def _summary(checked: CheckedReturn, paint: Paint) -> str:
    counts = [
        name
        for name in _COUNTS
        if name != "out_of_scope" or any(line.out_of_scope for line in checked.received)
    ]
    head = f"{'':20}" + "".join(f"{name.replace('_', ' '):>14}" for name in counts)
    several = len(checked.periods) > 1
    rows = [
        f"{load_table(line.table).title + (f' {line.period}' if several else ''):20}"
        + "".join(f"{getattr(line, name):>14,}" for name in counts)
        for line in checked.received
    ]
    return "\n".join([paint(head, _BOLD), *rows])


def _faults(faults: Sequence[Told], severity: str, shown: int, paint: Paint) -> list[str]:
    if not faults:
        return []
    rules = list(BY_NAME)
    by_rule = sorted(faults, key=lambda fault: rules.index(fault[0].rule))
    groups = groupby(by_rule, key=lambda fault: fault[0].rule)
    blocks = ["\n".join(_rule(name, list(group), shown)) for name, group in groups]
    return [paint(_TITLES[severity], f"{_COLOURS[severity]};{_BOLD}"), *blocks]


def _rule(name: str, faults: Sequence[Told], shown: int) -> Iterator[str]:
    rule = BY_NAME[name]
    places = f": broken in {_counted(len(faults), 'place')}"
    yield f"{rule.title}{'' if rule.severity == 'note' else places} ({name})"
    shown = len(faults) if rule.severity == "note" else shown  # there are few notes, each on another column
    fixes = dict.fromkeys(fault.fix for fault, _ in faults)
    for fault, value in faults[:shown]:
        row = "" if fault.row is None else f", row {fault.row}"
        # The message of a column fault names the column.
        column = "" if name.startswith("column.") else _format_values(fault.column, value)
        yield f"  {_plain(fault.file)}{row}{column}: {_plain(fault.message)}"
        if len(fixes) > 1:
            yield f"    to fix it: {_plain(fault.fix)}"
    if len(faults) > shown:
        yield f"  and {len(faults) - shown:,} more"
    if len(fixes) == 1:
        yield f"  To fix: {_plain(next(iter(fixes)))}"


def _format_values(column: str, value: str) -> str:
    """Return the columns with their values; blank ones are left out where others are filled."""
    columns, values = column.split(", "), value.split(" | ")
    filled = [text for text in values if text]
    if not filled or not column:
        return f", {_plain(column)}" if column else ""
    if len(columns) != len(values):
        return f", {_plain(column)} {_quoted(' | '.join(filled))}"
    pairs = zip(columns, values, strict=True)
    return ", " + ", ".join(f"{_plain(name)} {_quoted(text)}" for name, text in pairs if text)


def _quoted(value: str) -> str:
    return f"'{_plain(value if len(value) <= _LONGEST else f'{value[:_LONGEST]}...')}'"


def _plain(text: str) -> str:
    """Return one line without terminal control characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _tidied(checked: CheckedReturn) -> list[str]:
    if not checked.tidied:
        return []
    lines = []
    for line in checked.tidied:
        column = f", {line.column}" if line.column else ""
        count = _counted(line.cells, "cell") if line.column else f"{line.cells:,}"
        lines.append(
            f"  {_plain(line.file)}{_plain(column)}: {line.what}{f' ({count})' if line.cells else ''}"
        )
    return ["\n".join(["Tidied on reading; nothing to do", *lines])]


def _verdict(checked: CheckedReturn, paint: Paint) -> str:
    if checked.refused:
        return paint("Not ready to send: a file cannot be used.", _RED)
    if checked.set_aside:
        return paint("Not ready to send: rows would be set aside.", _RED)
    if checked.odd_columns:
        return paint("Not ready to send: look at the columns that are odd first.", _YELLOW)
    if checked.nil:
        return paint("Ready to send: a nil return.", _GREEN)
    if not any(line.lines for line in checked.received):
        return paint(_NO_ROW, _YELLOW)
    if checked.unreviewed:
        return paint(_NOT_REVIEWED, _YELLOW)
    return paint("Ready to send: every row would be accepted.", _GREEN)
