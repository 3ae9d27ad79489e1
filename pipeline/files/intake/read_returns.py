"""Reading sources, and typing all rows of a table together: many small files cost as much as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.groups.ethnicity_spellings import load_vocabulary
from pipeline.contract.names import fold_name
from pipeline.contract.tables import load_table
from pipeline.contract.values import Fault, Vocabulary
from pipeline.files.formats.file_types import WORKBOOKS, Part, SentFile, open_sent
from pipeline.files.formats.text import (
    RefusedFileError,
    RowFault,
    TextTable,
    Tidied,
    constant_column,
    join_columns,
)
from pipeline.files.intake.cells import ARROW_TYPES, Cells, Typed, parse_cells
from pipeline.files.intake.find_returns import TOO_LARGE, Source
from pipeline.files.intake.headings import Remark, remark_mapped, remark_reviews, remark_sheets
from pipeline.files.mapping.contract_shape import Shaped, shape_mapped, shape_own, visible_faults
from pipeline.files.progress import at_work, now_at


@dataclass(frozen=True)
class ReadReturn:
    """One source as read: its rows as text, or (`shaped` is None) why it was refused.

    `coded_in` is the census in whose sense ethnic groups are to be read, blank where nobody said. `remarks` are said
    of the file, or of columns, as a whole.
    """

    source: Source
    lines: int
    shaped: Shaped | None = None
    unreadable: tuple[RowFault, ...] = ()
    tidied: tuple[Tidied, ...] = ()
    refused: Fault | None = None
    column: str = ""
    coded_in: str = ""
    remarks: tuple[Remark, ...] = ()


def read_sources(sources: Iterable[Source]) -> list[ReadReturn]:
    """Read each source; a file is read from disk once for all that it holds, and a table once for all its blocks."""
    readings: list[ReadReturn] = []
    groups = [list(group) for _, group in groupby(sources, key=lambda source: source.path)]
    for within in at_work("Reading", groups, lambda group: group[0].sent_as):
        file = _open(within[0])
        parts = groupby(within, key=lambda source: source.part)
        read = [reading for part, shared in parts for reading in _read_part(file, part, list(shared))]
        readings += _say_once(read, remark_sheets(_list_unused(file, read)))
    return readings


def _list_unused(file: SentFile | RefusedFileError, readings: Sequence[ReadReturn]) -> list[str]:
    """The sheets of a workbook that no block reads, blank ones left out; none where no mapping reads it at all."""
    used = [reading.source for reading in readings if reading.source.block and reading.shaped]
    if not used or isinstance(file, RefusedFileError) or file.kind not in WORKBOOKS:
        return []
    book = file.workbook()
    named = {fold_name(reading.source.part.sheet or book.sheets()[0].name) for reading in readings}
    filled = [sheet.name for sheet in book.facts.sheets if sheet.rows * sheet.columns]
    return [name for name in filled if fold_name(name) not in named]


def _say_once(readings: list[ReadReturn], remarks: tuple[Remark, ...]) -> list[ReadReturn]:
    """Put what is said of a whole file or sheet to the first of its readings that is used."""
    first = next((place for place, reading in enumerate(readings) if reading.shaped), None)
    if not remarks or first is None:
        return readings
    said = replace(readings[first], remarks=(*remarks, *readings[first].remarks))
    return [*readings[:first], said, *readings[first + 1 :]]


def _open(source: Source) -> SentFile | RefusedFileError:
    if source.refused and source.refused.rule == TOO_LARGE:
        return RefusedFileError(source.refused)
    try:
        return open_sent(source.path)
    except RefusedFileError as refusal:
        return refusal


def _read_part(file: SentFile | RefusedFileError, part: Part, sources: list[Source]) -> list[ReadReturn]:
    known = {name for source in sources for name in _columns_of(source)}
    try:
        text = file.read(part, known) if isinstance(file, SentFile) else file
    except RefusedFileError as refusal:
        text = refusal
    readings = [_read_source(source, text) for source in sources]
    if isinstance(text, TextTable):
        readings = _say_once(readings, tuple(Remark("", fault) for fault in text.odd))
    blocks = [source.block for source in sources if source.block]
    if isinstance(text, TextTable) and len(blocks) == len(sources):
        said = zip(readings, remark_mapped(text, blocks), strict=True)
        return [
            replace(reading, remarks=(*remarks, *reading.remarks)) if reading.shaped else reading
            for reading, remarks in said
        ]
    return readings


def _columns_of(source: Source) -> tuple[str, ...]:
    if source.block:
        return source.block.their_columns
    return load_table(source.table).columns if source.table else ()


def _read_source(source: Source, text: TextTable | RefusedFileError) -> ReadReturn:
    if source.refused:
        return ReadReturn(source, text.lines, refused=source.refused)
    remarks: tuple[Remark, ...] = ()
    try:
        if isinstance(text, RefusedFileError):
            raise text
        if source.block:
            shaped = shape_mapped(text, source.block)
        else:
            shaped, remarks = shape_own(text, load_table(source.table))
    except RefusedFileError as refusal:
        return ReadReturn(source, refusal.lines, refused=refusal.fault, column=refusal.column)
    unreadable = visible_faults(text, source.block)
    remarks = (*remarks, *remark_reviews(load_table(source.table), shaped.columns))
    return ReadReturn(source, text.lines, shaped, unreadable, shaped.tidied, remarks=remarks)


def type_readings(
    readings: Sequence[ReadReturn],
    table: str,
    classification: Classification,
    spellings: Mapping[str, Vocabulary],
) -> list[Typed]:
    """All readings of `table` typed; `source` in the results is the place in `readings`.

    `spellings` says how the names in a column are spelt.

    Files in the contract's own shape make one batch for each census they are coded in; a mapped block may have its own
    date formats.
    """
    now_at(f"Reading the cells of {table}")
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
        parse_cells(_gather(readings, table, places), {**spellings, "ethnicity": vocabularies[coded_in]})
        for coded_in, places in [*own.items(), *mapped]
        if places
    ]


def _gather(readings: Sequence[ReadReturn], table: str, places: Sequence[int]) -> Cells:
    """The rows of the readings at `places`; a column that a file lacks is blank there."""
    parts = [part for place in places if (part := readings[place].shaped)]
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
        source=np.repeat(np.array(places, dtype=np.int64), [len(part.row_numbers) for part in parts]),
        row=np.concatenate([part.row_numbers for part in parts]),
        date_formats=block.date_formats if block else {},
    )


def assemble(readings: Sequence[ReadReturn], table: str, typed: Sequence[Typed]) -> pa.Table:
    """The good rows in the order of the files, each with its return and place."""
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
    columns = {name: rows[name] for name in load_table(table).columns}
    if "provider_id" in columns:
        sender = place_columns["return_provider"]
        named = pc.if_else(pc.equal(sender, ""), pa.scalar(None, pa.string()), sender)
        columns["provider_id"] = pc.coalesce(columns["provider_id"], named)
    return pa.table({**columns, **place_columns, "row": rows["row"]})


def _no_rows(table: str) -> pa.Table:
    types = {field.name: ARROW_TYPES[field.type] for field in load_table(table).fields}
    return pa.schema({**types, "source": pa.int64(), "row": pa.int64()}.items()).empty_table()
