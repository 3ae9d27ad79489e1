"""Plain CSV in the contract's shape, many files at once: read by Arrow where nothing is left to be judged.

Plain is UTF-8 with the contract's column names in the first line, separated by commas, and below it rows that all have
as many cells: without quotation marks, blank rows or cells, totals and second headers that would need a closer look.
Of whatever is not, nothing is said here: `delimited.py` reads it row by row.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from pipeline.contract.names import is_column_name
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.grid import says_total
from pipeline.files.kinds import WHOLE
from pipeline.files.returns import Source
from pipeline.files.text import Mask, TextColumn, Texts, TextTable

_BATCH_BYTES = 64_000_000
_OUT_OF_THE_PLAIN = (b'"', b"\0", b"\n\n")
_OTHER_DELIMITERS = (b";", b"\t")
_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class _Body:
    """A file's column names, and the rows below them, each closed by a line feed."""

    path: Path
    header: tuple[str, ...]
    rows: bytes
    size: int


def read_plain(sources: Iterable[Source]) -> dict[Path, TextTable]:
    """The tables of plain files, as `read_csv` would read them."""
    found: dict[Path, TextTable] = {}
    for batch in _gather_bodies(source for source in sources if _may_be_plain(source)):
        found.update(_read_batch(batch))
    return found


def _may_be_plain(source: Source) -> bool:
    is_own = source.table in RETURN_TABLES and not source.block and not source.refused
    return is_own and source.part == WHOLE and source.path.suffix.lower() == ".csv"


def _gather_bodies(sources: Iterable[Source]) -> Iterator[list[_Body]]:
    """Files with the same column names, as many at once as memory should hold."""
    waiting: dict[tuple[str, ...], list[_Body]] = {}
    for source in sources:
        body = _find_body(source.path, load_table(source.table).columns)
        if body is None:
            continue
        batch = waiting.setdefault(body.header, [])
        batch.append(body)
        if sum(len(each.rows) for each in batch) > _BATCH_BYTES:
            yield waiting.pop(body.header)
    yield from waiting.values()


def _find_body(path: Path, known: Collection[str]) -> _Body | None:
    """The file's rows, if its bytes give no reason for a closer look."""
    raw = path.read_bytes()
    if b"\r" in raw:
        if not raw.count(b"\r") == raw.count(b"\r\n") == raw.count(b"\n"):
            return None
        raw = raw.replace(b"\r\n", b"\n")
    line, _, rows = raw.partition(b"\n")
    header = tuple(line.decode("utf-8", "replace").split(","))
    if not rows or len(header) < 2 or len(set(header)) < len(header) or not set(header) <= set(known):
        return None
    if any(sign in raw for sign in _OUT_OF_THE_PLAIN) or any(sign in rows for sign in _OTHER_DELIMITERS):
        return None
    rows = rows if rows.endswith(b"\n") else rows + b"\n"
    size = rows.count(b"\n")
    if rows.startswith(b"\n") or rows.count(b",") != size * (len(header) - 1) or not _is_utf8(rows):
        return None
    return _Body(path, header, rows, size)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read_batch(bodies: Sequence[_Body]) -> Iterator[tuple[Path, TextTable]]:
    """The files of one header that are plain in their rows too."""
    header = bodies[0].header
    ends = np.cumsum([body.size for body in bodies])
    columns = _read_rows(header, b"".join(body.rows for body in bodies), int(ends[-1]))
    if not columns:
        return
    odd = set(np.searchsorted(ends, np.flatnonzero(_find_odd(columns)), side="right").tolist())
    for place, (body, end) in enumerate(zip(bodies, ends, strict=True)):
        if place not in odd:
            own = slice(end - body.size, end)
            cells = tuple(TextColumn(column.codes[own], column.distinct) for column in columns.values())
            yield body.path, TextTable(header, cells, np.arange(2, body.size + 2), ())


def _read_rows(header: Sequence[str], rows: bytes, size: int) -> Mapping[str, TextColumn]:
    """The columns; none where a row has too many or too few cells, or a cell is too long for Python's reader."""
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(rows),
            arrow_csv.ReadOptions(column_names=header, block_size=1 << 22),
            arrow_csv.ParseOptions(quote_char=False, double_quote=False, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, _TEXT), null_values=[]),
        )
    except pa.ArrowInvalid:
        return {}
    columns = {name: _column(table[name].unify_dictionaries()) for name in header}
    longest = max(pc.max(pc.binary_length(column.array)).as_py() for column in columns.values())
    return columns if table.num_rows == size and longest <= csv.field_size_limit() else {}


def _column(values: pa.ChunkedArray) -> TextColumn:
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in values.chunks])
    return TextColumn(codes, Texts(values.chunk(0).dictionary))


def _find_odd(columns: Mapping[str, TextColumn]) -> Mask:
    """Rows that begin with a blank cell or with what may be a total, or that hold two column names."""
    first, *_ = columns.values()
    names = np.zeros(len(first), dtype=np.int8)
    for column in columns.values():
        names += _rows_of(column, _find_names(column.array))
    blank = _rows_of(first, pc.equal(_trim(first), ""))
    return (names >= 2) | blank | _rows_of(first, _find_totals(first.array))


def _find_totals(texts: pa.Array) -> pa.Array:
    """Which of the texts say that their row is a total; only those that may are looked at one by one."""
    maybe = pc.or_(pc.invert(pc.string_is_ascii(texts)), pc.match_substring_regex(texts, "(?i)total|sum"))
    said = pa.array([says_total(text) for text in texts.filter(maybe).to_pylist()], pa.bool_())
    return pc.replace_with_mask(maybe, maybe, said)


def _find_names(texts: pa.Array) -> pa.Array:
    """Which of the texts are column names of the contract; only those that may be are looked at one by one."""
    maybe = pc.or_(
        pc.invert(pc.string_is_ascii(texts)), pc.match_substring_regex(texts, r"\A[A-Za-z_.\x00-\x20-]*\z")
    )
    said = pa.array([is_column_name(text) for text in texts.filter(maybe).to_pylist()], pa.bool_())
    return pc.replace_with_mask(maybe, maybe, said)


def _trim(column: TextColumn) -> pa.Array:
    return pc.utf8_trim_whitespace(column.array)


def _rows_of(column: TextColumn, chosen: pa.Array) -> Mask:
    passed: Mask = chosen.to_numpy(zero_copy_only=False)
    return passed[column.codes]
