"""A return is one provider, one period and a version: what counts, what is replaced, and what is said of it."""

import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sent_returns import TABLES, ledger, own_files, received, workbook
from small_dataset import (
    EPISODES,
    FEEDBACK,
    FILES,
    OUTCOMES,
    RETURN,
    change_file,
    take_in,
    write_dataset,
    write_file,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


def send_again(folder: Path, version: int = 2) -> str:
    """A copy of the first version under another number; its folder's name."""
    name = f"{RETURN}-v{version}"
    shutil.copytree(folder / RETURN, folder / name)
    return name


def tables(folder: Path) -> dict[str, bytes]:
    """What goes on to validate."""
    return {name: (folder.parent / "intake" / f"{name}.parquet").read_bytes() for name in TABLES}


def test_the_highest_version_replaces_the_whole_return_and_the_old_one_stays_in_the_ledger(
    folder: Path,
) -> None:
    again = send_again(folder)
    change_file(folder, f"{again}/episodes.csv", "E2,S01,C2,2009-04-12,2009-05-26,2009-06-20,10,WBRI\n", "")
    (folder / again / "outcomes.csv").unlink()
    take_in(folder)
    files = ledger(folder, "files")
    assert {line["file"] for line in files} == {f"{again}/episodes.csv", f"{again}/feedback.csv"}
    assert [
        (line["file"], line["version"], line["lines"], line["by_version"], line["identical"])
        for line in ledger(folder, "replaced")
    ] == [(EPISODES, "1", "3", "2", "no"), (FEEDBACK, "1", "1", "2", "no"), (OUTCOMES, "1", "2", "2", "no")]
    line = received(folder)
    assert (line["status"], line["version"]) == ("revised", "2")
    assert line["remarks"] == "version 2 holds no outcomes, which version 1 did; it replaces the whole return"


def test_a_version_that_is_the_same_changes_no_byte_of_what_is_accepted(folder: Path) -> None:
    take_in(folder)
    before = tables(folder)
    send_again(folder)
    take_in(folder)
    assert tables(folder) == before
    assert {(line["by_version"], line["identical"]) for line in ledger(folder, "replaced")} == {("1", "yes")}
    assert received(folder)["status"] == "received"
    assert received(folder)["remarks"] == "version 2 is the same as version 1, so nothing changes"


def test_the_same_rows_sent_again_as_a_workbook_or_a_zip_are_the_same(folder: Path) -> None:
    take_in(folder)
    before = tables(folder)
    workbook(folder, f"{RETURN}-v2.xlsx", own_files())
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for table, text in own_files().items():
            archive.writestr(f"{table}.csv", text)
    write_file(folder, f"{RETURN}-v3.zip", stream.getvalue())
    take_in(folder)
    assert tables(folder) == before
    assert received(folder)["version"] == "1"


def test_a_gap_in_the_versions_is_said(folder: Path) -> None:
    again = send_again(folder, 4)
    change_file(folder, f"{again}/episodes.csv", ",9,", ",8,")
    take_in(folder)
    assert received(folder)["version"] == "4"
    assert received(folder)["remarks"] == (
        "version 2 is not here, though version 4 is; version 3 is not here, though version 4 is"
    )


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"\x50\x4b\x03\x04 cut off"])
def test_a_version_that_cannot_be_read_replaces_nothing(folder: Path, content: bytes) -> None:
    take_in(folder)
    before = tables(folder)
    write_file(folder, f"{RETURN}-v2.xlsx", content)
    summary, files, _ = take_in(folder)
    assert tables(folder) == before
    assert received(folder)["remarks"] == "version 2 holds no row that can be read, so version 1 still counts"
    assert [line["file"] for line in files if line["refused"]] == [f"{RETURN}-v2.xlsx"]
    assert summary.replaced == 0


def test_headers_without_rows_replace_nothing_unless_nil_is_said(folder: Path) -> None:
    again = f"{RETURN}-v2"
    write_file(folder, f"{again}/episodes.csv", FILES[EPISODES].splitlines()[0] + "\n")
    take_in(folder)
    assert received(folder)["version"] == "1"
    write_file(folder, f"{again}/return.yaml", "nil: true\n")
    take_in(folder)
    assert (received(folder)["status"], received(folder)["version"]) == ("nil", "2")


@given(st.permutations([1, 2, 3]), st.lists(st.integers(0, 3), min_size=3, max_size=3))
@settings(max_examples=15, deadline=None)
def test_every_line_on_disk_is_in_one_ledger_or_the_other(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], rows: list[int]
) -> None:
    folder = write_dataset(tmp_path_factory.mktemp("versions") / "data")
    header, *lines = FILES[EPISODES].splitlines()
    for version, count in zip(order, rows, strict=True):
        text = "\n".join([header, *lines[:count]]) + "\n"
        name = RETURN if version == 1 else f"{RETURN}-v{version}"
        write_file(folder, f"{name}/episodes.csv", text)
    summary, files, _ = take_in(folder)
    on_disk = sum(
        path.read_text(encoding="utf-8").count("\n") - 1 for path in folder.glob("returns/*/*/*.csv")
    )
    assert summary.lines + summary.replaced == on_disk
    assert summary.lines == summary.read + summary.set_aside + summary.out_of_scope
    replaced = {line["file"] for line in ledger(folder, "replaced")}
    assert replaced.isdisjoint(line["file"] for line in files)
