"""Nothing that points to a child leaves: no id, no kept value and no small count in what is published or logged."""

import base64
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packed_returns import all_sent
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)

IDS = {"episodes": ("child_id", "episode_id"), "outcomes": ("episode_id",), "feedback": ("feedback_id",)}
SHAPE_OF_AN_ID = re.compile(r"(?=((?<![A-Z0-9])(?:[A-Z]\d{5}|[A-Z]{2}\d{4}|[A-Z]{2}-\d{4}-q\d-\d+)(?!\d)))")
DRAWING = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
WHOLE_NUMBER = re.compile(r"-?\d+")
SHORTEST_TELLING_VALUE = 4
EXACT_COLUMNS = ("set_aside", "out_of_scope", "failed", "warned", "tidied", "lines")
"""Of rows that are no children, and `lines`, which are accepted rows, rounded, and the others."""
OF_ORGANISATIONS = ("reports/_site/cycle/tables/market-award", "reports/_site/cycle/tables/needs-area_")
"""Bids, and published statistics of other areas by year."""


def _ids_sent() -> set[str]:
    return {
        row[sent.lines[0].index(column)]
        for sent in all_sent()
        for row in sent.lines[1:]
        for column in IDS[sent.table]
    }


def _is_open(path: Path, root: Path) -> bool:
    place = path.relative_to(root).as_posix()
    published = place.startswith("reports/") and path.suffix in {
        ".html",
        ".csv",
        ".ipynb",
        ".json",
        ".md",
        ".svg",
    }
    return published or place.startswith("data/processed/log/")


def _texts(path: Path) -> Iterator[str]:
    """The file's text without drawings, then each drawing in it as text."""
    text = path.read_text(encoding="utf-8")
    yield DRAWING.sub("", text)
    yield from (base64.b64decode(drawing).decode("utf-8") for drawing in DRAWING.findall(text))


@pytest.fixture(scope="module")
def shown(run: Copy) -> dict[str, list[str]]:
    """All that is published or logged, by file."""
    files = [*(run.root / "reports").rglob("*"), *(run.root / "data/processed/log").rglob("*")]
    return {
        run.name(path): list(_texts(path)) for path in files if path.is_file() and _is_open(path, run.root)
    }


def test_what_is_searched_holds_pages_drawings_tables_notebooks_and_logs(shown: dict[str, list[str]]) -> None:
    endings = {Path(name).suffix for name in shown}
    assert endings >= {".html", ".csv", ".ipynb", ".json", ".jsonl"}
    assert sum(len(texts) - 1 for texts in shown.values()) > 100


def test_no_child_episode_or_feedback_id_of_the_sample_is_shown(shown: dict[str, list[str]]) -> None:
    sent = _ids_sent()
    assert [value for value in sent if not SHAPE_OF_AN_ID.match(value)] == []
    leaks = {
        name
        for name, texts in shown.items()
        for text in texts
        if not sent.isdisjoint(SHAPE_OF_AN_ID.findall(text))
    }
    assert leaks == set()


def test_no_value_that_was_set_aside_is_shown(run: Copy, shown: dict[str, list[str]]) -> None:
    kept = {
        row["value"]
        for stage in ("intake", "validate")
        for row in run.rows(f"data/processed/{stage}/set_aside.csv")
        if len(row["value"]) >= SHORTEST_TELLING_VALUE
    }
    assert len(kept) > 10
    leaks = {
        (name, len(value))
        for value in kept
        for name, texts in shown.items()
        for text in texts
        if value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)
    }
    assert leaks == set()


def _published_tables(run: Copy) -> Iterator[tuple[str, list[list[str]]]]:
    for path in sorted((run.root / "reports").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            yield run.name(path), list(csv.reader(stream))


def test_every_published_table_has_a_header_and_as_many_cells_in_every_row(run: Copy) -> None:
    uneven = [
        name
        for name, rows in _published_tables(run)
        if not rows or {len(row) for row in rows} != {len(rows[0])}
    ]
    assert uneven == []


def test_no_published_count_of_children_is_unrounded(run: Copy) -> None:
    """Counts stand in published tables as whole numbers; all other numbers have a decimal point.

    Rows that could not be used, and what was odd about rows, are no children; findings have columns of their own; what
    is told of columns is no count.
    """
    numbers = [
        (name, column, int(cell))
        for name, rows in _published_tables(run)
        if not name.endswith(".meta.csv") and not name.startswith(OF_ORGANISATIONS)
        for row in rows[1:]
        for column, cell in zip(rows[0], row, strict=True)
        if WHOLE_NUMBER.fullmatch(cell) and column not in EXACT_COLUMNS
        if not ("finding_" in name or name == "reports/trend.csv")
        or column.endswith(("events", "total", "size"))
    ]
    assert len(numbers) > 1000
    assert {(name, column) for name, column, number in numbers if number % 5} == set()


@pytest.mark.parametrize("table", ["providers", "periods", "returns"])
def test_lines_tell_no_more_than_the_rounded_rows_that_they_hold(run: Copy, table: str) -> None:
    for row in run.rows(f"reports/quality/{table}.csv"):
        lines, accepted, *others = (
            float(row[name]) for name in ("lines", "accepted", "set_aside", "out_of_scope")
        )
        assert lines == accepted + sum(others)
        assert accepted % 5 == 0
