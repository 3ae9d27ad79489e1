"""The feedback of one provider as a page that needs nothing beside it: in an e-mail, in any browser, on paper."""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from pipeline.contract.rules import BY_NAME, Rule
from pipeline.contract.tables import load_table
from pipeline.files.intake.ledger import ColumnName, FaultLine, ReturnLine
from pipeline.files.records import read_records, write_records
from pipeline.returns.checked import Place
from pipeline.returns.feedback import NOBODY, Feedback, Heard, list_feedback

SHOWN = 100
"""Places that the page lists under one rule; the CSV file holds all."""
_WORDS = {
    "Lines": "rows below the header in what you sent; blank ones are not counted.",
    "Accepted": "rows that are used.",
    "Set aside": "rows that are not used until they are fixed. The rest of your return is used.",
    "Out of scope": "rows that your mapping says are not meant for this return.",
    "Warned": "rows that are used, but look odd. Look at them; if they are right, leave them.",
    "Tidied": "cells that were read in another way than they were written, such as spaces taken off.",
}

_COUNTS = {name: name.lower().replace(" ", "_") for name in _WORDS}


def format_page(feedback: Feedback) -> str:
    """The page as HTML."""
    style = files("pipeline.returns").joinpath("feedback.css").read_text(encoding="utf-8")
    title = f"Feedback for {feedback.name}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="only">For {escape(feedback.name)} only. It holds row numbers, columns and exact counts of what you '
        "sent, and no value of any row. Please do not publish it or send it on.</p>",
        _summary(feedback),
        *_faults("To fix", "These are not used until they are fixed.", feedback.to_mend, feedback),
        *_mending(feedback),
        *_faults("Odd, but used", "Look at these. If they are right, leave them.", feedback.odd, feedback),
        _received(feedback),
        *_noted(feedback),
        *_tidied(feedback),
        _words(),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"{_policy(style)}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _policy(style: str) -> str:
    """What a browser may do with the page: show it in this style, and neither run nor load anything."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    allowed = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _summary(feedback: Feedback) -> str:
    lines, aside, warned = (feedback.total(name) for name in ("lines", "set_aside", "warned"))
    refused = sum(1 for fault in feedback.faults if fault.severity == "refuse")
    told = [f"{feedback.total('accepted'):,} of {_counted(lines, 'line', 'lines')} accepted"]
    told += [f"{aside:,} set aside"] if aside else []
    told += [f"{_counted(refused, 'file', 'files')} refused or missing"] if refused else []
    told += [f"{warned:,} odd, but used"] if warned else []
    verdict, kind = "Nothing needs fixing.", "well"
    if feedback.to_mend:
        verdict, kind = "Please fix what is listed below and send it again.", "mend"
    elif any(fault.rule.startswith("column.") for fault in feedback.odd):
        verdict, kind = "No row was kept out, but please look at the columns that are odd below.", "mend"
    return f'<p class="{kind}"><strong>{verdict}</strong> {escape(feedback.dataset)}: {", ".join(told)}.</p>'


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    """A table; whole numbers stand to the right."""
    body = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    names = "".join(
        f'<th scope="col"{_side(cell)}>{escape(name)}</th>' for name, cell in zip(head, rows[0], strict=True)
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
        "</table>\n</div>"
    )


def _side(cell: str | int) -> str:
    return ' class="number"' if isinstance(cell, int) else ""


def _cell(cell: str | int) -> str:
    return f"<td{_side(cell)}>{cell:,}</td>" if isinstance(cell, int) else f"<td>{escape(cell)}</td>"


def _received(feedback: Feedback) -> str:
    counts = {
        name: count for name, count in _COUNTS.items() if count != "out_of_scope" or feedback.total(count)
    }
    rows = [
        (line.period, load_table(line.table).title, *(getattr(line, count) for count in counts.values()))
        for line in feedback.received
    ]
    if not rows:
        return "<h2>What was received</h2>\n<p>No file could be read as a table of the contract.</p>"
    return "<h2>What was received</h2>\n" + _table(
        "Each table of each return, the latest first", ("Period", "Table", *counts), rows
    )


def _faults(title: str, lead: str, faults: Sequence[FaultLine], feedback: Feedback) -> list[str]:
    if not faults:
        return []
    order = {rule: place for place, rule in enumerate(BY_NAME)}
    by_rule = sorted(faults, key=lambda fault: order[fault.rule])
    sections = [
        _section(BY_NAME[name], list(group), feedback)
        for name, group in groupby(by_rule, key=lambda fault: fault.rule)
    ]
    return [f"<h2>{escape(title)}</h2>", f"<p>{escape(lead)}</p>", *sections]


def _section(rule: Rule, faults: Sequence[FaultLine], feedback: Feedback) -> str:
    """One rule: an invented example of its mend, and the places where it fails."""
    rows = [
        (each.period, each.file, str(each.row or ""), each.column, each.message, each.mend)
        for each in faults[:SHOWN]
    ]
    places = _counted(len(faults), "place", "places")
    more = len(faults) - len(rows)
    rest = f"<p>And {more:,} more: {feedback.provider or NOBODY}.csv lists them all.</p>" if more else ""
    head = ("Period", "File", "Row", "Column", "What is wrong", "How to fix it")
    return (
        f"<h3>{escape(rule.title)}: broken in {places}</h3>\n"
        f"<p>An invented example: <code>{escape(rule.before)}</code> becomes <code>{escape(rule.after)}</code>. "
        f'<span class="rule">Rule {escape(rule.rule)}</span></p>\n'
        + _table(f"Where “{rule.title}” fails", head, rows)
        + rest
    )


def _noted(feedback: Feedback) -> list[str]:
    """Columns or sheets not used, or missing: once for each, with the periods."""
    if not feedback.noted:
        return []
    told: dict[tuple[str, str, str], list[str]] = {}
    for fault in sorted(feedback.noted, key=lambda fault: (fault.table, fault.rule, fault.column)):
        told.setdefault((load_table(fault.table).title, fault.message, fault.mend), []).append(fault.period)
    rows = [(table, message, _span(periods), mend) for (table, message, mend), periods in told.items()]
    title, head = "Columns or sheets not used, or missing", ("Table", "What was found", "In the returns for")
    table = _table(title, (*head, "What to do"), rows)
    return [f"<h2>{title}</h2>", "<p>Nothing to do if that is right.</p>", table]


def _span(periods: Sequence[str]) -> str:
    """The periods in a few words."""
    each = sorted(set(periods))
    return ", ".join(each) if len(each) <= 3 else f"{each[0]} to {each[-1]} ({len(each)} returns)"


def _mending(feedback: Feedback) -> list[str]:
    if not feedback.to_mend:
        return []
    return [
        "<h2>How to send it again</h2>",
        "<p>Fix the rows in your own file, and send the whole return again for the same period, its name ending in "
        "-v2 (then -v3): it replaces the one before. Row 1 is the row with the column names, as your spreadsheet "
        "counts. A row of outcomes or feedback whose episode was set aside is used once the episode is "
        "fixed. A fixed row is checked by all rules again, so a second fault may be found; "
        "<code>outturn check</code> tells you before you send, on your own computer, with the values.</p>",
    ]


def _tidied(feedback: Feedback) -> list[str]:
    if not feedback.tidied:
        return []
    rows = [(line.file, line.column or "(the file)", line.what, line.cells or "") for line in feedback.tidied]
    lead = "<p>Nothing to do: this is how cells were read that were written in another way.</p>"
    table = _table("Cells tidied, by file and column", ("File", "Column", "What was done", "Cells"), rows)
    return ["<h2>Tidied on reading</h2>", lead, table]


def _words() -> str:
    told = "\n".join(f"<dt>{escape(word)}</dt><dd>{escape(said)}</dd>" for word, said in _WORDS.items())
    return f"<h2>What the words mean</h2>\n<dl>\n{told}\n</dl>"


def map_names(columns: Iterable[ColumnName]) -> dict[Place, dict[str, str]]:
    """By place, what its sender calls the contract's columns; several blocks of a file may call one differently."""
    names: dict[Place, dict[str, str]] = {}
    for line in columns:
        own = names.setdefault((line.file, line.table, line.period), {})
        earlier = own.get(line.column, line.theirs)
        own[line.column] = earlier if line.theirs in earlier.split(" or ") else f"{earlier} or {line.theirs}"
    return names


def read_names(intake: Path) -> dict[Place, dict[str, str]]:
    """The names that intake wrote."""
    return map_names(ColumnName(**line) for line in read_records(intake / "columns.csv"))


def _read_faults(intake: Path) -> list[FaultLine]:
    texts = [field.name for field in fields(FaultLine) if field.name != "row"]
    return [
        FaultLine(**{name: line[name] for name in texts}, row=int(line["row"]) if line["row"] else None)
        for line in read_records(intake / "faults.csv")
    ]


def write_feedback(
    folder: Path,
    intake: Path,
    returns: Sequence[ReturnLine],
    told: Iterable[FaultLine],
    providers: Mapping[str, str],
    dataset: str,
) -> None:
    """A page and a CSV file for each provider that sent anything; `told` is what `validate` found."""
    heard = Heard(
        returns=returns,
        faults=[*_read_faults(intake), *told],
        files=read_records(intake / "files.csv"),
        tidied=read_records(intake / "normalised.csv"),
        names=read_names(intake),
    )
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()  # of a provider that is no longer there
    for each in list_feedback(heard, providers, dataset):
        name = each.provider or NOBODY
        faults = [fault for fault in each.faults if fault.severity != "note"]
        write_records(folder / f"{name}.csv", FaultLine, faults)
        (folder / f"{name}.html").write_text(format_page(each), encoding="utf-8", newline="\n")
