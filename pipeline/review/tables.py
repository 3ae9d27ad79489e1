"""Compare the tables in two places of a release, or of two releases: each value that differs."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pipeline.releases.changes import Change, compare_tables
from pipeline.releases.manifest import TABLES
from pipeline.review.package import Package

_WORDS = 3
"""The number of words that name a row."""


def compare_copies(one: Mapping[str, str], other: Mapping[str, str], here: str, there: str) -> Iterator[str]:
    """Yield one line per difference between two sets of tables (CSV by path), named `here` and `there`."""
    for name in sorted(one.keys() | other.keys()):
        if name not in other:
            yield f"{name} is in {here} and not in {there}"
        elif name not in one:
            yield f"{name} is in {there} and not in {here}"
        elif one[name] != other[name]:
            yield from (f"{name}, {place}" for place in _compare_texts(one[name], other[name], here, there))


def _compare_texts(one: str, other: str, here: str, there: str) -> Iterator[str]:
    rows, others = (list(csv.reader(text.splitlines())) for text in (one, other))
    if len(rows) != len(others) or not rows:
        yield f"{len(rows)} lines in {here}, {len(others)} in {there}"
        return
    header = rows[0]
    for number, (row, same) in enumerate(zip(rows, others, strict=True), 1):
        if len(row) != len(same):
            yield f"line {number}: {len(row)} cells in {here}, {len(same)} in {there}"
            continue
        for column, (value, wanted) in enumerate(zip(row, same, strict=True)):
            if value != wanted:
                yield (
                    f"line {number} ({_name(row)}), column {_column(header, column)}: '{value}' in {here}, "
                    f"'{wanted}' in {there}"
                )


def _name(row: list[str]) -> str:
    words = [text for text in row if text and not text[0].isdigit()]
    return ", ".join(words[:_WORDS])


def _column(header: list[str], place: int) -> str:
    return header[place] if place < len(header) else str(place + 1)


def list_differences(before: Package, now: Package) -> Iterator[str]:
    """Yield one line per value that differs, by table and reason, after the number of each reason."""
    old, new = before.texts(TABLES), now.texts(TABLES)
    changes = list(compare_tables(old, new, before.manifest, now.manifest))
    yield f"From release {before.manifest.name} to release {now.manifest.name}: {_count(changes)}."
    yield from (f"only in {before.manifest.name}: {name}" for name in sorted(old.keys() - new.keys()))
    yield from (f"only in {now.manifest.name}: {name}" for name in sorted(new.keys() - old.keys()))
    table = ""
    for each in changes:
        if each.table != table:
            yield each.table
        table = each.table
        yield f"  {each.why}: {each.row}, {each.column}: {each.before or 'not there'} -> {each.now or 'not there'}"


def _count(changes: Sequence[Change]) -> str:
    if not changes:
        return "no value of a table that both have differs"
    whys = Counter(change.why for change in changes)
    return f"{len(changes):,} values differ: " + ", ".join(
        f"{number:,} {why}" for why, number in whys.most_common()
    )
