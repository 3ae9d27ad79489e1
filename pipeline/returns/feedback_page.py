"""One provider's feedback as a self-contained page, for e-mail, browser and paper."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from pipeline.contract.rules import BY_NAME
from pipeline.contract.tables import load_table
from pipeline.files.intake.ledger import ColumnName, FaultLine, ReturnLine
from pipeline.files.records import read_records, write_records
from pipeline.returns.checked import Place
from pipeline.returns.feedback import NOBODY, Feedback, StageOutput, list_feedback

SHOWN = 100
"""The number of places that the page lists under one rule; the CSV file has all."""
_WORDS = {
    "Lines": "rows below the header in what you sent; blank ones are not counted.",
    "Accepted": "rows that are used.",
    "Set aside": "rows that are not used until they are fixed. The rest of your return is used.",
    "Out of scope": "rows that your mapping says are not meant for this return.",
    "Warned": "rows that are used, but look odd. Look at them; if they are right, leave them.",
    "Tidied": "cells that were read in another way than they were written, such as spaces taken off.",
}

_COUNTS = {name: name.lower().replace(" ", "_") for name in _WORDS}


@cache
def _template() -> Callable[..., str]:
    # Imported with the first page: the check before sending writes none.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("pipeline.returns", "")
    page = Environment(loader=loader, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    page.filters |= {"e": lambda text: escape(str(text)), "number": "{:,}".format}
    return page.get_template("feedback.html").render


def format_page(feedback: Feedback) -> str:
    """Return the page as HTML."""
    style = files("pipeline.returns").joinpath("feedback.css").read_text(encoding="utf-8")
    counts = {
        name: count for name, count in _COUNTS.items() if count != "out_of_scope" or feedback.total(count)
    }
    verdict, kind, told = _summary(feedback)
    page = _template()(
        feedback=feedback,
        name=feedback.provider or NOBODY,
        style=style,
        digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        verdict=verdict,
        kind=kind,
        told=told,
        to_fix=[*_by_rule(feedback.to_fix)],
        odd=[*_by_rule(feedback.odd)],
        counts=[*counts],
        received=[
            (line.period, load_table(line.table).title, *(getattr(line, count) for count in counts.values()))
            for line in feedback.received
        ],
        noted=_noted(feedback),
        tidied=[
            (line.file, line.column or "(the file)", line.what, line.cells or "") for line in feedback.tidied
        ],
        words=_WORDS,
    )
    return f"{page}\n"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _summary(feedback: Feedback) -> tuple[str, str, list[str]]:
    """Return what to do, the verdict's kind, and counts of lines in a few words."""
    lines, aside, warned = (feedback.total(name) for name in ("lines", "set_aside", "warned"))
    refused = sum(1 for fault in feedback.faults if fault.severity == "refuse")
    clauses = [f"{feedback.total('accepted'):,} of {_counted(lines, 'line', 'lines')} accepted"]
    clauses += [f"{aside:,} set aside"] if aside else []
    clauses += [f"{_counted(refused, 'file', 'files')} refused or missing"] if refused else []
    clauses += [f"{warned:,} odd, but used"] if warned else []
    if feedback.to_fix:
        return "Please fix what is listed below and send it again.", "fix", clauses
    if any(fault.rule.startswith("column.") for fault in feedback.odd):
        return "No row was kept out, but please look at the columns that are odd below.", "fix", clauses
    return "Nothing needs fixing.", "well", clauses


def _by_rule(faults: Sequence[FaultLine]) -> Iterator[dict[str, object]]:
    """Yield each broken rule in the contract's order, with an invented example and the places where it fails."""
    order = {rule: place for place, rule in enumerate(BY_NAME)}
    by_rule = sorted(faults, key=lambda fault: order[fault.rule])
    for name, group in groupby(by_rule, key=lambda fault: fault.rule):
        of_rule = [*group]
        rows = [
            (fault.period, fault.file, str(fault.row or ""), fault.column, fault.message, fault.fix)
            for fault in of_rule[:SHOWN]
        ]
        places = _counted(len(of_rule), "place", "places")
        yield {"rule": BY_NAME[name], "places": places, "rows": rows, "more": len(of_rule) - len(rows)}


def _noted(feedback: Feedback) -> list[tuple[str, ...]]:
    """Return the columns or sheets not used, or missing, once each with their periods."""
    periods_of: dict[tuple[str, str, str], list[str]] = {}
    for fault in sorted(feedback.noted, key=lambda fault: (fault.table, fault.rule, fault.column)):
        periods_of.setdefault((load_table(fault.table).title, fault.message, fault.fix), []).append(
            fault.period
        )
    return [(table, message, _span(periods), fix) for (table, message, fix), periods in periods_of.items()]


def _span(periods: Sequence[str]) -> str:
    """Return the periods in a few words."""
    ordered = sorted(set(periods))
    return (
        ", ".join(ordered) if len(ordered) <= 3 else f"{ordered[0]} to {ordered[-1]} ({len(ordered)} returns)"
    )


def map_names(columns: Iterable[ColumnName]) -> dict[Place, dict[str, str]]:
    """Return, by place, the sender's names for the contract's columns; blocks of a file may use different ones."""
    names: dict[Place, dict[str, str]] = {}
    for line in columns:
        of_file = names.setdefault((line.file, line.table, line.period), {})
        earlier = of_file.get(line.column, line.theirs)
        of_file[line.column] = (
            earlier if line.theirs in earlier.split(" or ") else f"{earlier} or {line.theirs}"
        )
    return names


def read_names(intake: Path) -> dict[Place, dict[str, str]]:
    """Read the column names that intake wrote."""
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
    """Write a page and a CSV file for each provider that sent anything; `told` are the faults from `validate`."""
    heard = StageOutput(
        returns=returns,
        faults=[*_read_faults(intake), *told],
        files=read_records(intake / "files.csv"),
        tidied=read_records(intake / "normalised.csv"),
        names=read_names(intake),
    )
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()  # of a provider that is no longer there
    for feedback in list_feedback(heard, providers, dataset):
        name = feedback.provider or NOBODY
        faults = [fault for fault in feedback.faults if fault.severity != "note"]
        write_records(folder / f"{name}.csv", FaultLine, faults)
        (folder / f"{name}.html").write_text(format_page(feedback), encoding="utf-8", newline="\n")
