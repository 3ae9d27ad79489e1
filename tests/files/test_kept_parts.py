"""What files hold is kept by their bytes: opened once, and never taken for what another file holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from pipeline.files import kept_parts
from pipeline.files.kept_parts import KeptParts
from pipeline.files.kinds import SentFile, open_sent
from pipeline.files.text import RefusedFileError

NAMES = ("child_id", "age")


def write_workbook(path: Path, rows: int = 3, merged: str = "") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("episodes")
        book.add_worksheet("feedback").hide()
        for number in range(rows):
            sheet.write_row(number, 0, NAMES if number == 0 else (f"secret{number}", number))
        if merged:
            sheet.merge_range(merged, "together")
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return write_workbook(tmp_path / "sent.xlsx")


def keep(tmp_path: Path, *paths: Path, code: str = "code") -> KeptParts:
    kept = KeptParts(tmp_path / "parts.json", code)
    for path in paths:
        kept.list_parts(path)
    kept.save()
    return KeptParts(tmp_path / "parts.json", code)


def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are opened from now on."""
    found: list[Path] = []

    def open_and_tell(path: Path) -> SentFile:
        found.append(path)
        return open_sent(path)

    monkeypatch.setattr(kept_parts, "open_sent", open_and_tell)
    return found


def test_a_file_that_was_opened_in_the_last_run_is_told_without_opening_it(
    tmp_path: Path, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "sent.zip"
    with ZipFile(archive, "w") as packed:
        packed.write(workbook, "inside/theirs.xlsx")
        packed.writestr("outcomes.csv", "a,b\n1,2\n")
    kept = keep(tmp_path, workbook, archive)
    found = opened(monkeypatch)
    for path in (workbook, archive):
        parts, new = kept.list_parts(path), open_sent(path).parts()
        assert [(part, part.book) for part in parts] == [(part, part.book) for part in new]
        assert open_sent(path).read(parts[0], NAMES).header == NAMES
    assert found == []


CHANGES: dict[str, Callable[[Path], Path]] = {
    "bytes": lambda path: write_workbook(path, rows=4),
    "name's ending": lambda path: path.rename(path.with_suffix(".ods")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changed_is_opened_again(
    tmp_path: Path, workbook: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(tmp_path, workbook)
    path = CHANGES[change](workbook)
    found = opened(monkeypatch)
    if change == "bytes":
        assert [part.book and part.book.sheets[0].rows for part in kept.list_parts(path)] == [4]
    else:
        with pytest.raises(RefusedFileError, match=r"ends in \.ods"):
            kept.list_parts(path)
    assert found == [path]


@pytest.mark.parametrize("damage", ["other code", "no JSON", "another shape", "gone"])
def test_what_other_code_found_or_nobody_can_read_is_not_used(
    tmp_path: Path, workbook: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, workbook)
    place = tmp_path / "parts.json"
    if damage in ("no JSON", "another shape"):
        place.write_text("{" if damage == "no JSON" else "[1]", encoding="utf-8")
    elif damage == "gone":
        place.unlink()
    kept = KeptParts(place, "newer" if damage == "other code" else "code")
    found = opened(monkeypatch)
    assert len(kept.list_parts(workbook)) == 1
    assert found == [workbook]


def test_of_a_file_with_more_than_plain_cells_nothing_is_kept_nor_of_one_that_cannot_be_opened(
    tmp_path: Path, workbook: Path
) -> None:
    odd = write_workbook(tmp_path / "odd.xlsx", merged="D5:E6")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(workbook.read_bytes()[:400])
    kept = KeptParts(tmp_path / "parts.json", "code")
    assert [part.book and part.book.sheets[0].merged for part in kept.list_parts(odd)] == [["D5:E6"]]
    with pytest.raises(RefusedFileError):
        kept.list_parts(broken)
    with pytest.raises(RefusedFileError):
        kept.list_parts(tmp_path / "nowhere.xlsx")
    kept.save()
    assert json.loads((tmp_path / "parts.json").read_text(encoding="utf-8"))["files"] == {}


def test_no_cell_is_kept_and_files_that_are_gone_are_forgotten(tmp_path: Path, workbook: Path) -> None:
    keep(tmp_path, workbook)
    assert "secret" not in (tmp_path / "parts.json").read_text(encoding="utf-8")
    other = write_workbook(tmp_path / "other.xlsx", rows=7)
    keep(tmp_path, other)
    assert len(json.loads((tmp_path / "parts.json").read_text(encoding="utf-8"))["files"]) == 1
