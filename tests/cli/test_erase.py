"""A child or a provider is taken out of everything that is kept, and every byte is searched for it."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from cli_project import write_project

from pipeline.cli import main
from pipeline.commands.erasure import find_left
from pipeline.files.key import read_key
from pipeline.releases.moved import fingerprint_children, forget, rows_path

CHILD, EPISODE, OTHER = "CH-Erased1", "EP-Erased1", "CH-Stays1"
RETURNS = "data/raw/mine/returns/harbour_youth"
TABLES = ("episodes", "outcomes", "feedback")


def _tables(folder: Path) -> dict[str, list[list[str]]]:
    """The example's tables, each row once for the child to be erased and once for another."""
    found = {}
    for name in TABLES:
        header, row = csv.reader(io.StringIO((folder / f"{name}.csv").read_text(encoding="utf-8")))
        rows = [
            [
                {"child_id": child, "episode_id": episode, "feedback_id": f"F-{child}"}.get(column, text)
                for column, text in zip(header, row, strict=True)
            ]
            for child, episode in ((CHILD, EPISODE), (OTHER, "EP-Stays1"))
        ]
        found[name] = [header, *rows]
    return found


def _text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The child in files of three kinds, in two versions of one return, in what stages made and in DVC's cache."""
    root = write_project(tmp_path, "data/raw/mine")
    monkeypatch.chdir(root)
    tables = _tables(root / RETURNS / "2009-q4")
    for name, rows in tables.items():
        (root / RETURNS / f"2009-q4/{name}.csv").write_bytes(_text(rows).encode("utf-8-sig"))
    with zipfile.ZipFile(root / RETURNS / "2009-q3.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", _text(rows))
    with xlsxwriter.Workbook(root / RETURNS / "2009-q4-v2.xlsx") as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    assert main(["stage", "intake"]) == 0
    cached = root / ".dvc/cache/files/md5/aa/bb"
    cached.parent.mkdir(parents=True)
    cached.write_text(f"{CHILD},2009-10-01\n")
    return root


def test_a_child_is_in_no_byte_that_is_kept_and_the_others_stay(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = find_left(project, CHILD)
    assert {Path(place).parts[1] for place in before} == {"raw", "processed", "cache"}
    assert main(["erase", CHILD]) == 0
    assert [find_left(project, name) for name in (CHILD, EPISODE, f"F-{CHILD}")] == [[], [], []]
    assert "STILL IN" not in capsys.readouterr().out
    kept = [
        project / RETURNS / name
        for name in ("2009-q4/episodes.csv", "2009-q3.zip", "2009-q4-v2/episodes.csv")
    ]
    assert {path.relative_to(project).as_posix() for path in kept} <= set(find_left(project, OTHER))
    assert main(["stage", "intake"]) == 0
    assert find_left(project, CHILD) == []


def test_a_child_typed_in_another_way_is_taken_out_of_releases_too(project: Path) -> None:
    assert main(["stage", "validate"]) == 0
    kept, key = rows_path(project, "R1"), read_key(project / "data/raw/mine")
    kept.parent.mkdir(parents=True)
    fingerprint_children(project / "data/processed/validate", key).to_parquet(kept)
    assert main(["erase", f" {CHILD.lower()} "]) == 0
    assert not forget(kept, {CHILD}, "", key)
    assert forget(kept, {OTHER}, "", key)


def test_a_provider_goes_with_its_returns_services_and_name(project: Path) -> None:
    assert main(["erase", "harbour_youth"]) == 0
    assert not (project / RETURNS).exists()
    assert [find_left(project, name) for name in ("harbour_youth", CHILD, OTHER)] == [[], [], []]


def test_a_child_that_is_nowhere_is_said_and_nothing_is_touched(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert main(["erase", "nobody"]) == 2
    assert "write the id as it stands in the returns" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_mapped_workbook_is_left_and_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project / RETURNS / "2009-q2"
    folder.mkdir()
    with xlsxwriter.Workbook(folder / "cases.xlsx") as book:
        book.add_worksheet("Cases").write_row(0, 0, ["number", "child", "seen"])
        book.get_worksheet_by_name("Cases").write_row(1, 0, ["7", CHILD, "2009-05-01"])
    (folder / "mapping.yaml").write_text(
        "blocks:\n  - name: cases\n    file: cases.xlsx\n    table: episodes\n    set: {service_id: S01}\n"
        "    columns: {episode_id: number, child_id: child, referral_date: seen}\n"
    )
    assert main(["erase", CHILD]) == 1
    said = capsys.readouterr().out
    assert "NOT ERASED returns/harbour_youth/2009-q2/cases.xlsx" in said
    assert f"STILL IN {RETURNS}/2009-q2/cases.xlsx" in said
