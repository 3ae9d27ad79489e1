"""What became of all that was read, line by line for the ledger; and every fault, in the names of whoever sent it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.contract.names import find_same
from pipeline.contract.periods import find_word, split_version
from pipeline.contract.rules import BY_NAME
from pipeline.contract.values import OTHER_CENSUS, Fault
from pipeline.files.formats.text import Tidied
from pipeline.files.intake.cells import Typed
from pipeline.files.intake.ledger import ColumnName, FaultLine, FileLine, NormalisedLine, SetAside, set_aside
from pipeline.files.intake.read_returns import ReadReturn
from pipeline.files.intake.source import Source

Told = tuple[FaultLine, str]  # a fault, and the value that only the sender may see
_COLUMN_SAID = r"(?<=fill in )|(?<=the choices for )"


def list_set_aside(readings: Sequence[ReadReturn], typed: Iterable[Typed]) -> list[tuple[int, SetAside]]:
    """Refused files and bad rows in the order of files and rows, each with its place in `readings`."""
    found = [(place, entry) for place, reading in enumerate(readings) for entry in _unread(reading)]
    found += [
        (bad.source, set_aside(readings[bad.source].source.file, bad.row, bad.column, bad.fault, bad.value))
        for part in typed
        for bad in part.bad
    ]
    return sorted(found, key=lambda item: (item[0], item[1].row or 0))


def _unread(reading: ReadReturn) -> Iterator[SetAside]:
    file = reading.source.file
    if reading.refused:
        yield set_aside(file, None, reading.column, reading.refused)
    for bad in reading.unreadable:
        yield set_aside(file, bad.row, bad.column, bad.fault, bad.value)


def list_files(readings: Sequence[ReadReturn], typed: Sequence[Typed]) -> list[FileLine]:
    """The ledger: what became of the lines of each reading."""
    read = Counter(place for part in typed for place in part.rows["source"].to_pylist())
    bad = Counter(bad.source for part in typed for bad in part.bad)
    tidied = Counter[int]()
    for place, entry in _tidied(readings, typed):
        tidied[place] += entry.cells
    return [
        _file_line(reading, read[place], bad[place], tidied[place]) for place, reading in enumerate(readings)
    ]


def _tidied(readings: Sequence[ReadReturn], typed: Iterable[Typed]) -> Iterator[tuple[int, Tidied]]:
    for place, reading in enumerate(readings):
        yield from ((place, entry) for entry in (*_list_respelt(reading.source), *reading.tidied))
    for part in typed:
        yield from part.tidied


def _list_respelt(source: Source) -> Iterator[Tidied]:
    """Yield which folders' names are read as those of a provider or period in another spelling."""
    folders = source.file.partition(f"/{source.path.name}")[0].split("/")
    version = f"-v{source.version}" if source.version > 1 else ""
    for spelt, name in zip(folders[1:], (source.provider, f"{source.period}{version}"), strict=False):
        same = find_same(spelt, [name]) or split_version(spelt) == (source.period, source.version)
        if folders[0] == "returns" and same and spelt != name:
            yield Tidied("", f"the folder's name '{spelt}' read as '{name}'", 1)
    word = find_word(source.path.stem)
    if split_version(word) == (source.period, source.version) and word != f"{source.period}{version}":
        yield Tidied("", f"'{word}' in the file's name read as '{source.period}{version}'", 1)


def list_normalised(readings: Sequence[ReadReturn], typed: Iterable[Typed]) -> list[NormalisedLine]:
    """What was tidied in each reading: on reading the file first, then in its cells."""
    found = sorted(_tidied(readings, typed), key=lambda item: item[0])
    return [
        NormalisedLine(about["file"], about["block"], entry.column, entry.what, entry.cells)
        for place, entry in found
        for about in [readings[place].source.about]
    ]


def find_mixed(readings: Sequence[ReadReturn], typed: Iterable[Typed]) -> set[tuple[str, str]]:
    """Provider and period of each return with groups that only another census has."""
    sources = (
        readings[place].source for place, entry in _tidied(readings, typed) if OTHER_CENSUS in entry.what
    )
    return {(source.provider, source.period) for source in sources}


def _file_line(reading: ReadReturn, read: int, bad: int, tidied: int) -> FileLine:
    source, shaped = reading.source, reading.shaped
    return FileLine(
        **source.about,
        lines=reading.lines,
        read=read,
        set_aside=bad + len(reading.unreadable) if shaped else reading.lines,
        out_of_scope=shaped.out_of_scope if shaped else 0,
        refused=reading.refused.message if reading.refused else "",
        normalised=tidied,
        ignored_columns=shaped.ignored_columns if shaped else 0,
    )


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
    message, fix = fault.message, fault.fix
    for ours, theirs in names.items():
        said = re.compile(rf"(?:{_COLUMN_SAID}){re.escape(ours)}\b" if "_" not in ours else rf"\b{ours}\b")
        message = said.sub(lambda _, theirs=theirs: theirs, message)  # type: ignore[misc]
        fix = said.sub(lambda _, theirs=theirs: theirs, fix)  # type: ignore[misc]
    return replace(fault, column=", ".join(dict.fromkeys(columns)), message=message, fix=fix)


def list_faults(readings: Sequence[ReadReturn], typed: Iterable[Typed]) -> list[Told]:
    """Each refused file, each unreadable row and each bad cell, in the order of files and rows."""
    found = [(place, told) for place, reading in enumerate(readings) for told in _tell_unread(reading)]
    for part in typed:
        for bad in (*part.bad, *part.odd):
            source = readings[bad.source].source
            names = _names(source)
            # What only warns is as lost as the rest where another cell sets the row aside.
            severity = BY_NAME[bad.fault.rule].severity
            for cell in bad.cells:
                line = replace(_line(source, bad.row, cell.column, cell.fault), severity=severity)
                found.append((bad.source, (name_own(line, names), cell.value)))
    return [told for _, told in sorted(found, key=lambda item: (item[0], item[1][0].row or 0))]


def _tell_unread(reading: ReadReturn) -> Iterator[Told]:
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
    return FaultLine(*where, row, column, severity, fault.rule, fault.message, fault.fix)
