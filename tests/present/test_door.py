"""The one door: the CSV it writes, and the words around a table."""

from __future__ import annotations

from pathlib import Path

import pytest
from shown_tables import NHS, make_rows, make_table, publish

from pipeline.present.door import Door, show
from pipeline.present.table import format_csv
from pipeline.stats.results import Counts

ROWS = make_rows([Counts(63, 98), Counts(3, 98)])


def test_the_door_writes_exactly_the_protected_table(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "S01"
    published = Door(NHS, folder, "S01").publish(make_table(ROWS))
    assert [file.name for file in folder.iterdir()] == ["reached.csv"]
    assert (folder / "reached.csv").read_bytes() == format_csv(published).encode("utf-8")
    assert published == publish(ROWS)


def test_the_same_table_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Door(NHS, tmp_path / name, "S01").publish(make_table(ROWS))
    assert (tmp_path / "one/reached.csv").read_bytes() == (tmp_path / "two/reached.csv").read_bytes()


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Door(NHS, None, "S01").publish(make_table(ROWS))
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_followed_by_its_notes_its_source_and_its_download() -> None:
    shown = Door(NHS, None, "S01").format(publish(ROWS, note="Each child once"))
    table, notes, downloads = shown.split("\n\n")
    assert table.startswith("<table")
    assert notes == (
        '<p class="notes">Each child once; &#91;c&#93; hidden, because it rests on a small number of children.</p>'
    )
    assert 'href="S01/reached.csv"' in downloads
    assert "Source&#58; a test" in downloads


def test_a_chart_stands_before_its_table() -> None:
    shown = Door(NHS, None, "S01").format(publish(ROWS), "![a chart](x)")
    assert shown.startswith("![a chart](x)\n\n<table")


def test_show_hands_markdown_to_the_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    show("**words**")
    assert "Markdown" in capsys.readouterr().out
