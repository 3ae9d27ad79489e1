"""List every number that changed since a release, with the reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.files.records import parse_records
from pipeline.releases.manifest import Manifest

Why = Literal["new data", "revision", "method", "definition", "revision or method"]
_FOUND = frozenset(
    {"verdict", "reason", "remark", "state", "method", "what", "what_it_rests_on", "word", "why"}
)
"""Text columns that hold findings, so that they cannot identify a row."""
Row = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One changed value; `table` is its file in the site, `row` the texts that identify its row."""

    table: str
    row: str
    column: str
    before: str
    now: str
    why: Why


def _is_number(text: str) -> bool:
    return text.lstrip("-\N{MINUS SIGN}+").replace(",", "").replace(".", "", 1).rstrip("%").isdigit()


def _naming_columns(tables: Sequence[Sequence[Row]]) -> list[str]:
    """Return the columns that identify a row: no numbers, no findings, nothing constant about the table."""
    rows = [row for table in tables for row in table]
    columns = [name for name in rows[0] if name not in _FOUND and not name.startswith("table_")]
    return [
        name
        for name in columns
        if not any(_is_number(row.get(name, "")) or row.get(name, "")[:1] == "[" for row in rows)
    ]


def _by_name(rows: Sequence[Row], names: Sequence[str]) -> dict[tuple[str, ...], Row]:
    """Return rows by their identifying texts; rows with equal texts are numbered."""
    found: dict[tuple[str, ...], Row] = {}
    repeats: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        words = tuple(row.get(name, "") for name in names)
        found[*words, str(repeats[words] or "")] = row
        repeats[words] += 1
    return found


def compare_tables(
    before: Mapping[str, str], now: Mapping[str, str], earlier: Manifest, later: Manifest
) -> Iterator[Change]:
    """Yield every value that changed in tables present in both, in their order; texts are CSV."""
    for table in (name for name in now if name in before):
        if before[table] != now[table]:
            yield from _compare_one(
                table, parse_records(before[table]), parse_records(now[table]), earlier, later
            )


def _compare_one(
    table: str, before: Sequence[Row], now: Sequence[Row], earlier: Manifest, later: Manifest
) -> Iterator[Change]:
    if not before or not now:
        return
    names = _naming_columns([before, now])
    old, periods = _by_name(before, names), {row.get("period", "") for row in before}
    for place, row in _by_name(now, names).items():
        was = old.get(place, {})
        for column, value in row.items():
            if column.startswith("table_") or value == was.get(column, ""):
                continue
            why = _classify(row, periods, earlier, later)
            yield Change(table, ", ".join(filter(None, place)), column, was.get(column, ""), value, why)


def _classify(row: Row, periods: set[str], earlier: Manifest, later: Manifest) -> Why:
    measure = row.get("measure_id", row.get("measure", ""))
    if earlier.measures.get(measure) != later.measures.get(measure):
        return "definition"
    if later.complete_to > earlier.complete_to and ("period" not in row or row["period"] not in periods):
        return "new data"
    # Settings of 'audit' (accepted leaks) change no number.
    made_otherwise = earlier.code != later.code or earlier.parameters | {"audit": 0} != later.parameters | {
        "audit": 0
    }
    if earlier.data == later.data:
        return "method"
    return "revision or method" if made_otherwise else "revision"
