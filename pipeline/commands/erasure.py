"""Erase a child or a provider from everything that Outturn keeps, and search every byte for remains."""

import csv
import io
import re
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.contract.dataset import Dataset
from pipeline.contract.names import fold, strip_unseen
from pipeline.contract.tables import load_table
from pipeline.files.commissioner.reference import read_reference
from pipeline.files.formats.file_types import WORKBOOKS, open_sent
from pipeline.files.intake.find_returns import COVER, Source, find_sources
from pipeline.files.intake.read_returns import ReadReturn, read_sources
from pipeline.files.key import read_key
from pipeline.releases.moved import forget
from pipeline.settings import PAGE_FOLDERS

_KEPT = ("data", "reports", ".dvc")
_MADE = (*PAGE_FOLDERS, "quality", "_generated", "_site", "metrics.json", "trend.csv")


class ErasureError(ValueError):
    """An erasure that is impossible, or an id that occurs nowhere; one sentence says what to do."""


@dataclass
class _Marks:
    """Rows to remove by file and part of it, and their episodes by provider.

    `spelled` are the spellings of the id in returns: the hashes kept of releases are found by them.
    """

    rows: dict[tuple[Path, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    episodes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    of_person: set[Path] = field(default_factory=set)
    spelled: set[str] = field(default_factory=set)


def erase(root: Path, dataset: Dataset, name: str, maximum_file_mb: int) -> Iterator[str]:
    """Erase a child or a provider by its id; yield a line for each change, and for each place where the id remains.

    Returns are rewritten, all their versions; what stages made, and DVC's cache, is deleted, to be made again.
    """
    providers = read_reference(dataset).ids("providers")
    sources = find_sources(dataset, providers, maximum_file_mb)
    readings = read_sources(source for source in sources if source.table != COVER)
    is_provider = name in providers
    marks = _mark(readings, "provider_id" if is_provider else "child_id", name)
    if not marks.rows and not is_provider:
        raise ErasureError(
            f"No return of {dataset.folder.as_posix()} holds this child, and no provider is called so; write the id as "
            "it stands in the returns."
        )
    if is_provider:
        shutil.rmtree(dataset.folder / "returns" / name, ignore_errors=True)
        yield f"returns/{name} is deleted, with every version of what was sent."
        yield from _drop_provider(dataset, name)
    yield from _take_rows_out(dataset, sources, marks)
    yield from _drop_corrections(dataset, marks.episodes)
    key = read_key(dataset.folder)
    for path in sorted((root / "data" / "releases").glob("*.parquet")):
        if forget(path, {name, *marks.spelled}, name if is_provider else "", key):
            yield f"{path.relative_to(root).as_posix()}: the hashes of its rows are taken out."
    yield from _delete_what_was_made(root)


def _mark(readings: Sequence[ReadReturn], column: str, name: str) -> _Marks:
    marks = _Marks()
    for reading in readings:
        if reading.shaped and column in reading.shaped.columns:
            found = reading.shaped.columns[column].where(lambda text: fold(text) == fold(name))
            _note(marks, reading, found.nonzero()[0])
            own = reading.shaped.columns[column].texts()
            marks.spelled.update(strip_unseen(own[at]) for at in found.nonzero()[0])
            if found.any() and "episode_id" in reading.shaped.columns:
                texts = reading.shaped.columns["episode_id"].texts()
                marks.episodes[reading.source.provider].update(fold(texts[at]) for at in found.nonzero()[0])
                marks.of_person.add(reading.source.path)
    for reading in readings:
        known = marks.episodes.get(reading.source.provider)
        if known and reading.shaped and "episode_id" in reading.shaped.columns:
            found = reading.shaped.columns["episode_id"].where(lambda text, known=known: fold(text) in known)  # type: ignore[misc]
            _note(marks, reading, found.nonzero()[0])
    return marks


def _note(marks: _Marks, reading: ReadReturn, places: Collection[int]) -> None:
    assert reading.shaped
    if len(places):
        key = reading.source.path, reading.source.part.name("")
        marks.rows[key].update(int(reading.shaped.row_numbers[at]) for at in places)


def _take_rows_out(dataset: Dataset, sources: Sequence[Source], marks: _Marks) -> Iterator[str]:
    """Rewrite each file; those that identify the episodes last, so that an interrupted run can be repeated."""
    for path in sorted({path for path, _ in marks.rows}, key=lambda path: (path in marks.of_person, path)):
        if not path.exists():
            continue
        rows = {part: numbers for (file, part), numbers in marks.rows.items() if file == path}
        place = path.relative_to(dataset.folder).as_posix()
        of_path = [source for source in sources if source.path == path]
        is_book, is_zip = path.suffix.lower() in WORKBOOKS, path.suffix.lower() == ".zip"
        if any(
            source.block if is_book else not source.part.member.lower().endswith(".csv") for source in of_path
        ) and (is_book or is_zip):
            yield f"NOT ERASED {place}: such a workbook is not rewritten. Delete its rows by hand, or the file."
            continue
        if is_zip:
            _rewrite_zip(path, of_path, rows)
        elif is_book:
            _spell_out_workbook(path, of_path, rows)
        else:
            _replace(path, _without_records(path.read_bytes(), rows[""]))
        yield f"{place}: {sum(map(len, rows.values()))} rows are taken out."


def _records(raw: bytes) -> list[bytes]:
    """Return the records of a CSV file as written; a quoted cell may contain line ends."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw = raw.decode("utf-16").encode()
    records, open_ = [b""], False
    for line in raw.splitlines(keepends=True):
        if not open_ and records[-1]:
            records.append(b"")
        records[-1] += line
        open_ ^= line.count(b'"') % 2 == 1
    return records


def _without_records(raw: bytes, numbers: Collection[int]) -> bytes:
    return b"".join(record for number, record in enumerate(_records(raw), 1) if number not in numbers)


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.part")
    fresh.write_bytes(content)
    fresh.replace(path)


def _rewrite_zip(path: Path, sources: Sequence[Source], rows: Mapping[str, Collection[int]]) -> None:
    numbers = {source.part.member: rows.get(source.part.name(""), ()) for source in sources}
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, _without_records(old.read(info), numbers.get(info.filename, ())))
    _replace(path, out.getvalue())


def _spell_out_workbook(path: Path, sources: Sequence[Source], rows: Mapping[str, Collection[int]]) -> None:
    """Replace a workbook by CSV files, because workbooks keep deleted texts; cells read the same in both."""
    book = open_sent(path)
    folder = path.parent if path.parent.parent.parent.name == "returns" else path.with_suffix("")
    for source in sources:
        if source.refused or not source.table:
            continue
        text = book.read(source.part, set(load_table(source.table).columns))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(text.header)
        gone = rows.get(source.part.name(""), ())
        columns = [column.texts() for column in text.columns]
        kept = [at for at, number in enumerate(text.row_numbers) if int(number) not in gone]
        writer.writerows([column[at] for column in columns] for at in kept)
        folder.mkdir(exist_ok=True)
        _replace(folder / f"{source.table}.csv", out.getvalue().encode())
    path.unlink()


def _drop_lines(path: Path, gone: Mapping[str, Collection[str]]) -> list[dict[str, str]]:
    """Remove from a commissioner's table the rows whose cells in all these columns are among those given."""
    records = _records(path.read_bytes())
    header, *rows = csv.reader(io.StringIO(b"".join(records).decode("utf-8-sig"), newline=""))
    named = [dict(zip(header, row, strict=False)) for row in rows]
    dropped = [
        at
        for at, row in enumerate(named)
        if all(fold(row.get(name, "")) in ids for name, ids in gone.items())
    ]
    if dropped:
        _replace(path, _without_records(b"".join(records), [at + 2 for at in dropped]))
    return [named[at] for at in dropped]


def _drop_provider(dataset: Dataset, provider: str) -> Iterator[str]:
    """Remove a provider, its services and all rows about them from the commissioner's tables."""
    tables = sorted((dataset.folder / "reference").glob("*.csv"))
    gone = {"provider_id": {fold(provider)}}
    services = {
        fold(row["service_id"]) for path in tables for row in _drop_lines(path, gone) if row.get("service_id")
    }
    lines = sum(len(_drop_lines(path, {"service_id": services})) for path in tables if services)
    yield f"reference: the provider, {len(services)} services and {lines} more rows about these are taken out."


def _drop_corrections(dataset: Dataset, episodes: Mapping[str, Collection[str]]) -> Iterator[str]:
    path = dataset.folder / "reference" / "corrections.csv"
    if path.is_file():
        for provider, ids in episodes.items():
            if dropped := _drop_lines(path, {"provider_id": {fold(provider)}, "episode_id": ids}):
                yield f"reference/corrections.csv: {len(dropped)} rows are taken out."


def _delete_what_was_made(root: Path) -> Iterator[str]:
    made = [path for path in (root / "data" / "processed").glob("*") if path.name != ".gitkeep"]
    made += [root / "reports" / name for name in _MADE]
    made += [root / "data" / "internal", root / ".dvc" / "cache", root / ".dvc" / "tmp"]
    for path in made:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    yield "What stages made and DVC's cache are deleted: 'python run.py report' makes the site anew."


def find_left(root: Path, name: str) -> list[str]:
    """Return the files of data, site and cache that still contain the name; packed files are opened."""
    word = re.compile(rb"(?<![0-9A-Za-z_])" + re.escape(name.encode()) + rb"(?![0-9A-Za-z_])", re.IGNORECASE)
    files = (path for folder in _KEPT for path in sorted((root / folder).rglob("*")) if path.is_file())
    return [path.relative_to(root).as_posix() for path in files if _holds(path, name, word)]


def _holds(path: Path, name: str, word: re.Pattern[bytes]) -> bool:
    raw = path.read_bytes()
    texts = [raw]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            texts += [archive.read(member) for member in archive.namelist()]
    named = word.search(path.name.encode()) is not None
    return named or any(word.search(text) or name.encode("utf-16-le") in text for text in texts)
