"""The committed returns of the sample as rows of text, whatever each provider packs them in, by none of our readers."""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

RETURNS = Path(__file__).resolve().parents[2] / "data" / "raw" / "sample" / "returns"
_VERSION = re.compile(r"-v(\d+)$")
Lines = list[list[str]]


@dataclass(frozen=True)
class Sent:
    """One table of one return: its place as messages name it, and its lines, the header first."""

    provider_id: str
    period: str
    version: int
    table: str
    place: str
    lines: Lines


def _from_csv(text: str) -> Lines:
    return list(csv.reader(StringIO(text, newline="")))


def _text(cell: object) -> str:
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _tables(path: Path) -> Iterator[tuple[str, str, Lines]]:
    """Table, what follows the file's name in messages, and lines."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield name, f", sheet '{name}'", [[_text(cell) for cell in row] for row in rows]
    elif path.suffix == ".zip":
        with ZipFile(path) as archive:
            for name in archive.namelist():
                yield Path(name).stem, f", file '{name}'", _from_csv(archive.read(name).decode("utf-8"))
    elif path.suffix == ".csv":
        yield path.stem, "", _from_csv(path.read_text(encoding="utf-8"))


@cache
def all_sent() -> tuple[Sent, ...]:
    """Every table of every version of every return."""
    found = []
    for path in sorted(path for path in RETURNS.rglob("*") if path.is_file()):
        provider_id, name = path.relative_to(RETURNS).parts[:2]
        name = name.removesuffix(path.suffix)
        version = _VERSION.search(name)
        number = int(version[1]) if version else 1
        for table, after, lines in _tables(path):
            place = path.relative_to(RETURNS.parent).as_posix() + after
            found.append(Sent(provider_id, _VERSION.sub("", name), number, table, place, lines))
    return tuple(found)


def in_force() -> tuple[Sent, ...]:
    """The tables of the highest version of each return."""
    highest: dict[tuple[str, str], int] = {}
    for sent in all_sent():
        key = (sent.provider_id, sent.period)
        highest[key] = max(highest.get(key, 1), sent.version)
    return tuple(sent for sent in all_sent() if sent.version == highest[sent.provider_id, sent.period])
