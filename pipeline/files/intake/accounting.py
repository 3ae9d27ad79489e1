"""What became of all that was read, line by line for the ledger: files, rows set aside, and cells tidied."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from pipeline.contract.names import find_same
from pipeline.contract.periods import find_word, split_version
from pipeline.contract.values import OTHER_CENSUS
from pipeline.files.formats.text import Tidied
from pipeline.files.intake.cells import Typed
from pipeline.files.intake.ledger import FileLine, NormalisedLine, SetAside, set_aside
from pipeline.files.intake.read_returns import ReadReturn
from pipeline.files.intake.source import Source


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
    size = len(readings)
    none = np.empty(0, dtype=np.int64)
    read = np.bincount(
        np.concatenate([none, *(part.rows["source"].to_numpy() for part in typed)]), minlength=size
    )
    bad = np.bincount(
        np.array([bad.source for part in typed for bad in part.bad], dtype=np.int64), minlength=size
    )
    tidied = Counter[int]()
    for place, entry in _tidied(readings, typed):
        tidied[place] += entry.cells
    return [
        _file_line(reading, int(read[place]), int(bad[place]), tidied[place])
        for place, reading in enumerate(readings)
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
        NormalisedLine(
            source.file, source.block.name if source.block else "", entry.column, entry.what, entry.cells
        )
        for place, entry in found
        for source in [readings[place].source]
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
        file=source.file,
        provider=source.provider,
        period=source.period,
        table=source.table,
        block=source.block.name if source.block else "",
        lines=reading.lines,
        read=read,
        set_aside=bad + len(reading.unreadable) if shaped else reading.lines,
        out_of_scope=shaped.out_of_scope if shaped else 0,
        refused=reading.refused.message if reading.refused else "",
        normalised=tidied,
        ignored_columns=shaped.ignored_columns if shaped else 0,
    )
