"""Every fault of what was read, one by one, in the column names of whoever sent it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.contract.rules import BY_NAME
from pipeline.contract.values import Fault
from pipeline.files.intake.cells import Typed
from pipeline.files.intake.find_returns import Source
from pipeline.files.intake.ledger import ColumnName, FaultLine
from pipeline.files.intake.read_returns import ReadReturn

Told = tuple[FaultLine, str]  # a fault, and the value that only the sender may see
_COLUMN_SAID = r"(?<=fill in )|(?<=the choices for )"


def list_names(sources: Iterable[Source]) -> list[ColumnName]:
    """What each mapped file calls the contract's columns."""
    return [
        ColumnName(source.file, source.table, source.period, ours, theirs)
        for source in sources
        if source.block and not source.refused
        for ours, theirs in _names(source).items()
    ]


def _names(source: Source) -> Mapping[str, str]:
    block = source.block
    if block is None:
        return {}
    constant = {ours: f"{ours} (set in mapping.yaml)" for ours in block.constants}
    born = {"age": block.age_from.column} if block.age_from else {}
    return {**constant, **block.columns, **born}


def name_own(fault: FaultLine, names: Mapping[str, str]) -> FaultLine:
    """The fault with the contract's columns called as its sender calls them, also in its sentences."""
    columns = [names.get(column, column) for column in fault.column.split(", ")]
    message, mend = fault.message, fault.mend
    for ours, theirs in names.items():
        said = re.compile(rf"(?:{_COLUMN_SAID}){re.escape(ours)}\b" if "_" not in ours else rf"\b{ours}\b")
        message = said.sub(lambda _, theirs=theirs: theirs, message)  # type: ignore[misc]
        mend = said.sub(lambda _, theirs=theirs: theirs, mend)  # type: ignore[misc]
    return replace(fault, column=", ".join(dict.fromkeys(columns)), message=message, mend=mend)


def list_faults(readings: Sequence[ReadReturn], typed: Iterable[Typed]) -> list[Told]:
    """Each refused file, each unreadable row and each bad cell, in the order of files and rows."""
    found = [(place, told) for place, reading in enumerate(readings) for told in _unread(reading)]
    for part in typed:
        for bad in (*part.bad, *part.odd):
            source = readings[bad.source].source
            names = _names(source)
            found += [
                (
                    bad.source,
                    (
                        name_own(
                            replace(
                                _line(source, bad.row, cell.column, cell.fault),
                                # What only warns is as lost as the rest where another cell sets the row aside.
                                severity=BY_NAME[bad.fault.rule].severity,
                            ),
                            names,
                        ),
                        cell.value,
                    ),
                )
                for cell in bad.cells
            ]
    return [told for _, told in sorted(found, key=lambda item: (item[0], item[1][0].row or 0))]


def _unread(reading: ReadReturn) -> Iterator[Told]:
    if reading.refused:
        yield _line(reading.source, None, reading.column, reading.refused), ""
    for bad in reading.unreadable:
        yield _line(reading.source, bad.row, bad.column, bad.fault), bad.value


def list_remarks(readings: Sequence[ReadReturn]) -> list[FaultLine]:
    """Return what is said of columns as a whole, in the order of the files."""
    return [
        _line(reading.source, None, remark.column, remark.fault)
        for reading in readings
        for remark in reading.remarks
    ]


def _line(source: Source, row: int | None, column: str, fault: Fault) -> FaultLine:
    severity = BY_NAME[fault.rule].severity
    where = (source.provider, source.period, source.table, source.file)
    return FaultLine(*where, row, column, severity, fault.rule, fault.message, fault.mend)
