"""Mapped files within a dataset: what is missing or wrong is a refused line, and the rest goes on."""

from pathlib import Path

import pytest
import xlsxwriter
from small_dataset import take_in, write_dataset, write_file

from pipeline.files.mapping.propose import hold_against, write_proposal
from pipeline.files.writer import read_table

MAPPING = """\
blocks:
  - name: theirs
    file: theirs.csv
    table: episodes
    in_scope: {kind: [day]}
    set: {service_id: S03, period: 2009-q3}
    columns: {episode_id: number, child_id: child, referral_date: seen}
    date_formats: {referral_date: "%d/%m/%Y"}
"""
THEIRS = """\
number,child,seen,kind
1,C1,31/05/2009,day
2,C2,2009-05-31,day
3,C3,01/06/2009,night
4,C4,01/06/2009
"""
FILE = "returns/umoja/theirs.csv"


def _dataset(tmp_path: Path, mapping: str = MAPPING) -> Path:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, "returns/umoja/mapping.yaml", mapping)
    write_file(folder, FILE, THEIRS)
    return folder


def test_lines_are_read_set_aside_or_out_of_scope(tmp_path: Path) -> None:
    summary, files, aside = take_in(_dataset(tmp_path))
    line = next(line for line in files if line["file"] == FILE)
    assert (line["provider"], line["period"], line["block"]) == ("umoja", "2009-q3", "theirs")
    assert (line["lines"], line["read"], line["set_aside"], line["out_of_scope"]) == ("4", "1", "2", "1")
    assert [(entry["row"], entry["column"], entry["rule"]) for entry in aside] == [
        ("3", "referral_date", "cell.date"),
        ("5", "kind", "row.ragged"),
    ]
    assert aside[0]["message"] == "not a date such as 31/05/2009"
    row = read_table(tmp_path / "intake" / "episodes.parquet").to_pylist()[-1]
    assert (row["referral_date"].isoformat(), row["provider_id"], row["row"]) == ("2009-05-31", "umoja", 2)
    assert summary.refused == 0


def test_a_file_the_mapping_names_but_nobody_sent_is_a_refused_line(tmp_path: Path) -> None:
    folder = _dataset(tmp_path)
    (folder / FILE).unlink()
    summary, files, _ = take_in(folder)
    assert {line["file"]: line["refused"] for line in files}[FILE] == (
        "the file is missing, and block 'theirs' of mapping.yaml is not used"
    )
    assert (summary.refused, summary.read) == (1, 6)


def test_a_broken_mapping_refuses_its_own_folder_only(tmp_path: Path) -> None:
    summary, files, _ = take_in(_dataset(tmp_path, MAPPING.replace("in_scope", "inscope")))
    refused = {line["file"]: line["refused"] for line in files if line["refused"]}
    assert refused == {
        "returns/umoja/mapping.yaml": (
            "line 5, block 1 (theirs): 'inscope' is not a key; did you mean 'in_scope'?"
        ),
        FILE: "mapping.yaml in the same folder cannot be used",
    }
    assert summary.read == 6


def test_a_period_of_another_length_is_refused(tmp_path: Path) -> None:
    _, files, _ = take_in(_dataset(tmp_path, MAPPING.replace("2009-q3", "2009")))
    assert [line["refused"] for line in files if line["file"].endswith("mapping.yaml")] == [
        "line 6, block 'theirs', set, period: '2009' is not a quarter such as 2009-q2"
    ]


def test_rows_above_the_column_names_are_left_out_where_the_mapping_says_so(tmp_path: Path) -> None:
    folder = _dataset(tmp_path, MAPPING.replace("    table:", "    header_row: 4\n    table:"))
    write_file(folder, FILE, f"Umoja referrals\n\nQuarter,2009-q3\n{THEIRS}")
    _, files, aside = take_in(folder)
    line = next(line for line in files if line["file"] == FILE)
    assert (line["lines"], line["read"], line["set_aside"], line["out_of_scope"]) == ("4", "1", "2", "1")
    assert [(entry["row"], entry["column"]) for entry in aside] == [("6", "referral_date"), ("8", "kind")]


def test_a_header_row_that_holds_no_column_names_refuses_the_file(tmp_path: Path) -> None:
    said = []
    for row in (3, 9):
        folder = _dataset(
            tmp_path / str(row), MAPPING.replace("    table:", f"    header_row: {row}\n    table:")
        )
        write_file(folder, FILE, f"Umoja referrals\n\nQuarter,2009-q3\n{THEIRS}")
        _, _, aside = take_in(folder)
        said += [(entry["message"], entry["fix"]) for entry in aside if entry["file"] == FILE]
    assert said == [
        ("the column names seem to be in row 4, below other rows", "correct header_row in mapping.yaml"),
        ("row 9 does not hold the column names", "correct header_row in mapping.yaml"),
    ]


def test_of_a_date_of_birth_only_the_age_is_written_anywhere(tmp_path: Path) -> None:
    born = ["14/03/1999", "15/03/2010", "1999-03-16", "17/03/1999"]
    rows = "".join(f"{place},C{place},01/08/2009,day,{date}\n" for place, date in enumerate(born))
    mapping = MAPPING.replace(
        "    date_formats", '    age_from: {column: dob, date_format: "%d/%m/%Y"}\n    date_formats'
    )
    folder = _dataset(tmp_path, mapping)
    write_file(folder, FILE, f"number,child,seen,kind,dob\n{rows}9,C9,01/08/2009,day,18/03/1999,too much\n")
    _, files, aside = take_in(folder)
    line = next(line for line in files if line["file"] == FILE)
    assert (line["lines"], line["read"], line["set_aside"]) == ("5", "2", "3")
    assert [(entry["row"], entry["column"], entry["value"]) for entry in aside] == [
        ("3", "age", ""),
        ("4", "age", ""),
        ("6", "dob", ""),
    ]
    ages = [row["age"] for row in read_table(tmp_path / "intake" / "episodes.parquet").to_pylist()]
    assert ages[-2:] == [10, 10]
    written = b"".join(path.read_bytes() for path in (tmp_path / "intake").rglob("*") if path.is_file())
    texts = [text for date in [*born, "18/03/1999"] for text in (date, date.replace("/", "-"))]
    assert [text for text in texts if text.encode() in written] == []


def test_a_title_in_merged_cells_of_a_workbook_may_stand_above_the_header_row(tmp_path: Path) -> None:
    mapping = MAPPING.replace("theirs.csv", "theirs.xlsx\n    header_row: 2")
    folder = _dataset(tmp_path, mapping)
    path = folder / "returns" / "umoja" / "theirs.xlsx"
    (folder / FILE).unlink()
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("referrals")
        sheet.merge_range("A1:D1", "Umoja referrals")
        for number, record in enumerate(THEIRS.splitlines()[:4], 1):
            sheet.write_row(number, 0, record.split(","))
    _, files, _ = take_in(folder)
    line = next(line for line in files if line["file"].endswith("xlsx"))
    assert (line["refused"], line["lines"], line["read"]) == ("", "3", "1")


@pytest.mark.parametrize(
    ("sheet", "sheets", "refused"),
    [
        ("sheet: Cases", ("Cover", "Cases"), ""),
        ("missing: []", ("Cases", "notes"), ""),
        ("sheet: Case", ("Cases",), "there is no sheet 'Case'; did you mean 'Cases'?"),
        ("missing: []", ("Cover", "Cases"), "the workbook holds more than one sheet ('Cover', 'Cases')"),
    ],
)
def test_a_mapping_reads_the_sheet_that_it_names_or_the_only_one(
    tmp_path: Path, sheet: str, sheets: tuple[str, ...], refused: str
) -> None:
    folder = _dataset(tmp_path, MAPPING.replace("file: theirs.csv", f"file: theirs.xlsx\n    {sheet}"))
    (folder / FILE).unlink()
    with xlsxwriter.Workbook(str(folder / "returns" / "umoja" / "theirs.xlsx")) as book:
        for name in sheets:
            page = book.add_worksheet(name)
            for number, record in enumerate(THEIRS.splitlines()):
                page.write_row(number, 0, record.split(","))
    _, files, aside = take_in(folder)
    (line,) = (line for line in files if "theirs.xlsx" in line["file"])
    assert line["refused"] == refused
    if not refused:
        assert (line["lines"], line["read"], line["set_aside"], line["out_of_scope"]) == ("4", "1", "1", "2")
        assert aside[0]["row"] == "3"


def test_a_proposed_mapping_filled_in_by_a_person_brings_the_whole_file_in(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(
        folder,
        "returns/umoja/2009-q3/referrals.csv",
        "Client ID,Case ref,Referral date,DOB,Gender,Ethnic origin\n"
        "U1,R1,03/07/2009,01/02/2000,F,White - British\n"
        "U2,R2,05/07/2009,13/02/2001,X,Prefer not to say\n",
    )
    path, proposal = write_proposal(
        folder / "returns/umoja/2009-q3/referrals.csv", hold_against(None, "ons_2001")
    )
    gaps = [
        line.partition(":  # fill in")[0].strip()
        for line in proposal.text.splitlines()
        if "# fill in" in line
    ]
    assert gaps == ["service_id", '"X"', "referral_date"]
    answers = {"service_id:": "S03", '"X":': "not_known", "referral_date:": '"%d/%m/%Y"'}
    filled = "\n".join(
        f"{line.partition('  #')[0]} {answers[line.split()[0]]}" if "# fill in" in line else line
        for line in proposal.text.splitlines()
    )
    path.write_text(filled, encoding="utf-8")
    _, files, aside = take_in(folder)
    line = next(line for line in files if line["file"].endswith("referrals.csv"))
    assert (line["lines"], line["read"], line["refused"], aside) == ("2", "2", "", [])
    rows = read_table(tmp_path / "intake" / "episodes.parquet").to_pylist()[-2:]
    assert [(row["age"], row["sex"], row["ethnicity"], row["referral_date"].isoformat()) for row in rows] == [
        (9, "female", "WBRI", "2009-07-03"),
        (8, "not_known", "REFU", "2009-07-05"),
    ]
