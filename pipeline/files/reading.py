"""Reading sources, and typing all rows of a table together: many small files cost as much as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contract.ethnicity import Classification
from pipeline.contract.ethnicity_spellings import load_vocabulary
from pipeline.contract.tables import load_table
from pipeline.contract.values import OTHER_CENSUS, Fault
from pipeline.files.cells import ARROW_TYPES, Cells, Typed, parse_cells
from pipeline.files.kinds import Part, SentFile, open_sent
from pipeline.files.ledger import FileLine, NormalisedLine, SetAside, set_aside
from pipeline.files.plain import read_plain
from pipeline.files.returns import TOO_LARGE, Source
from pipeline.files.shape import Shaped, shape_mapped, shape_own, visible_faults
from pipeline.files.text import (
    RefusedFileError,
    RowFault,
    TextTable,
    Tidied,
    collector_paused,
    constant_column,
    join_columns,
)


@dataclass(frozen=True)
class Reading:
    """One source as read: its rows as text, or (`shaped` is None) why it was refused.

    `coded_in` is the census in whose sense ethnic groups are to be read, blank where nobody said.
    """

    source: Source
    lines: int
    shaped: Shaped | None = None
    unreadable: tuple[RowFault, ...] = ()
    tidied: tuple[Tidied, ...] = ()
    refused: Fault | None = None
    column: str = ""
    coded_in: str = ""


@collector_paused()
def read_sources(sources: Iterable[Source]) -> list[Reading]:
    """Read each source; a file is read from disk once for all that it holds, and a table once for all its blocks."""
    found = list(sources)
    plain = read_plain(found)
    readings: list[Reading] = []
    for path, group in groupby(found, key=lambda source: source.path):
        within = list(group)
        if path in plain:
            readings += [_read_source(source, plain[path]) for source in within]
            continue
        file = _open(within[0])
        for part, shared in groupby(within, key=lambda source: source.part):
            readings += _read_part(file, part, list(shared))
    return readings


def _open(source: Source) -> SentFile | RefusedFileError:
    if source.refused and source.refused.rule == TOO_LARGE:
        return RefusedFileError(source.refused)
    try:
        return open_sent(source.path)
    except RefusedFileError as refusal:
        return refusal


def _read_part(file: SentFile | RefusedFileError, part: Part, sources: list[Source]) -> Iterator[Reading]:
    known = {name for source in sources for name in _columns_of(source)}
    try:
        text = file.read(part, known) if isinstance(file, SentFile) else file
    except RefusedFileError as refusal:
        text = refusal
    return (_read_source(source, text) for source in sources)


def _columns_of(source: Source) -> tuple[str, ...]:
    if source.block:
        return source.block.their_columns
    return load_table(source.table).columns if source.table else ()


def _read_source(source: Source, text: TextTable | RefusedFileError) -> Reading:
    if source.refused:
        return Reading(source, text.lines, refused=source.refused)
    try:
        if isinstance(text, RefusedFileError):
            raise text
        shaped = (
            shape_mapped(text, source.block) if source.block else shape_own(text, load_table(source.table))
        )
    except RefusedFileError as refusal:
        return Reading(source, refusal.lines, refused=refusal.fault, column=refusal.column)
    return Reading(source, text.lines, shaped, visible_faults(text, source.block), text.tidied)


@collector_paused()
def type_readings(readings: Sequence[Reading], table: str, classification: Classification) -> list[Typed]:
    """All readings of `table` typed; `source` in the results is the place in `readings`.

    Files in the contract's own shape make one batch for each census they are coded in; a mapped block may have its own
    date formats.
    """
    own: dict[str, list[int]] = {"": []}
    mapped: list[tuple[str, list[int]]] = []
    for place, reading in enumerate(readings):
        if reading.shaped and reading.source.table == table:
            if reading.source.block:
                mapped.append((reading.coded_in, [place]))
            else:
                own.setdefault(reading.coded_in, []).append(place)
    vocabularies = {
        coded_in: load_vocabulary(classification, coded_in)
        for coded_in in {*own, *(said for said, _ in mapped)}
    }
    return [
        parse_cells(_gather(readings, table, places), {"ethnicity": vocabularies[coded_in]})
        for coded_in, places in [*own.items(), *mapped]
        if places
    ]


def _gather(readings: Sequence[Reading], table: str, places: Sequence[int]) -> Cells:
    """The rows of the readings at `places`; a column that a file lacks is blank there."""
    parts = [part for place in places if (part := readings[place].shaped)]
    sizes = [len(part.row_numbers) for part in parts]
    columns = {
        name: join_columns(
            [part.columns.get(name) or constant_column("", len(part.row_numbers)) for part in parts]
        )
        for name in load_table(table).columns
        if any(name in part.columns for part in parts)
    }
    block = readings[places[0]].source.block
    return Cells(
        table=load_table(table),
        columns=columns,
        source=np.repeat(np.array(places, dtype=np.int64), sizes),
        row=np.concatenate([part.row_numbers for part in parts]),
        date_formats=block.date_formats if block else {},
    )


def assemble(readings: Sequence[Reading], table: str, typed: Sequence[Typed]) -> pa.Table:
    """The good rows in the order of the files, each with its return and place."""
    names = load_table(table).columns
    rows = pa.concat_tables([part.rows for part in typed]) if typed else _no_rows(table)
    if len(typed) > 1:
        rows = rows.take(pa.array(np.argsort(rows["source"].to_numpy(), kind="stable"))).combine_chunks()
    place = rows["source"]
    facts = {
        "return_provider": [reading.source.provider for reading in readings],
        "period": [reading.source.period for reading in readings],
        "file": [reading.source.file for reading in readings],
    }
    place_columns = {name: pa.array(values, pa.string()).take(place) for name, values in facts.items()}
    columns = {name: rows[name] for name in names}
    if "provider_id" in columns:
        sender = place_columns["return_provider"]
        named = pc.if_else(pc.equal(sender, ""), pa.scalar(None, pa.string()), sender)
        columns["provider_id"] = pc.coalesce(columns["provider_id"], named)
    return pa.table({**columns, **place_columns, "row": rows["row"]})


def _no_rows(table: str) -> pa.Table:
    types = {field.name: ARROW_TYPES[field.type] for field in load_table(table).fields}
    return pa.schema({**types, "source": pa.int64(), "row": pa.int64()}.items()).empty_table()


def list_set_aside(readings: Sequence[Reading], typed: Iterable[Typed]) -> list[tuple[int, SetAside]]:
    """Refused files and bad rows in the order of files and rows, each with its place in `readings`."""
    found = [(place, entry) for place, reading in enumerate(readings) for entry in _unread(reading)]
    found += [
        (bad.source, set_aside(readings[bad.source].source.file, bad.row, bad.column, bad.fault, bad.value))
        for part in typed
        for bad in part.bad
    ]
    return sorted(found, key=lambda item: (item[0], item[1].row or 0))


def _unread(reading: Reading) -> Iterator[SetAside]:
    file = reading.source.file
    if reading.refused:
        yield set_aside(file, None, reading.column, reading.refused)
    for bad in reading.unreadable:
        yield set_aside(file, bad.row, bad.column, bad.fault, bad.value)


def list_files(readings: Sequence[Reading], typed: Sequence[Typed]) -> list[FileLine]:
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


def _tidied(readings: Sequence[Reading], typed: Iterable[Typed]) -> Iterator[tuple[int, Tidied]]:
    for place, reading in enumerate(readings):
        yield from ((place, entry) for entry in reading.tidied)
    for part in typed:
        yield from part.tidied


def list_normalised(readings: Sequence[Reading], typed: Iterable[Typed]) -> list[NormalisedLine]:
    """What was tidied in each reading: on reading the file first, then in its cells."""
    found = sorted(_tidied(readings, typed), key=lambda item: item[0])
    return [
        NormalisedLine(
            source.file, source.block.name if source.block else "", entry.column, entry.what, entry.cells
        )
        for place, entry in found
        for source in [readings[place].source]
    ]


def find_mixed(readings: Sequence[Reading], typed: Iterable[Typed]) -> set[tuple[str, str]]:
    """Provider and period of each return with groups that only another census has."""
    sources = (
        readings[place].source for place, entry in _tidied(readings, typed) if OTHER_CENSUS in entry.what
    )
    return {(source.provider, source.period) for source in sources}


def _file_line(reading: Reading, read: int, bad: int, tidied: int) -> FileLine:
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
