"""The feedback files: from what intake and validate found to a page and a CSV for each provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from pipeline.files.intake.ledger import ColumnName, FaultLine, ReturnLine
from pipeline.files.records import read_records, write_records
from pipeline.returns.checked import Place
from pipeline.returns.feedback import NOBODY, Heard, list_feedback
from pipeline.returns.feedback_page import format_page


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
