"""One mapping in a provider's folder, for all its quarters and sheets; one that is not used is said."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
import xlsxwriter
from small_dataset import FILES, take_in, write_dataset, write_file

from pipeline.cli import FAILED, REFUSED, main
from pipeline.files.records import read_records
from pipeline.files.writer import read_table

MAPPING = """\
blocks:
  - name: cases
    file: "Caseload *.xlsx"
    sheet: Cases
    table: episodes
    set: {service_id: S02}
    columns: {episode_id: number, child_id: child, referral_date: seen}
  - name: stars
    file: "Caseload *.xlsx"
    sheet: Stars
    table: outcomes
    set: {scale: wellbeing}
    columns: {episode_id: number, outcome: goal, baseline_score: first, review_date: again}
"""
FOLDER = "returns/umoja"
Q2, Q3 = "2009-05-02", "2009-08-03"


ONE, BOTH = (
    "sheet {} was not used: mapping.yaml does not name it",
    "sheets {} were not used: mapping.yaml does not name them",
)


def write_book(
    folder: Path,
    name: str,
    seen: str,
    number: str = "U1",
    score: str = "17",
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write a workbook with the sheets that the mapping names, and `more` of them with one cell each."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(folder / name)) as book:
        for sheet, rows in {
            "Cases": [["number", "child", "seen"], [number, f"C-{number}", seen]],
            "Stars": [["number", "goal", "first", "again"], [number, "sleep", score, ""]],
        }.items():
            page = book.add_worksheet(sheet)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
        for sheet, cell in more.items():
            page = book.add_worksheet(sheet)
            page.write(0, 0, cell)
            if cell == "hidden":
                page.hide()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = write_dataset(tmp_path / "data")
    write_file(found, f"{FOLDER}/mapping.yaml", MAPPING)
    return found


def read(folder: Path) -> dict[str, tuple[str, str, str, str]]:
    """File, then period, block, lines read, and why it was refused, of umoja's files."""
    _, files, _ = take_in(folder)
    return {
        line["file"].removeprefix(f"{FOLDER}/"): (
            line["period"],
            line["block"],
            line["read"],
            line["refused"],
        )
        for line in files
        if line["provider"] == "umoja" or line["file"].startswith(FOLDER)
    }


def episodes(folder: Path) -> Mapping[str, str]:
    rows = read_table(folder.parent / "intake" / "episodes.parquet").to_pylist()
    return {row["episode_id"]: row["period"] for row in rows if row["return_provider"] == "umoja"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Caseload 2009-q2.xlsx", "Caseload 2009-q3.xlsx"),
        ("caseload 2009-Q2.xlsx", "CASELOAD umoja 2009-Q3.xlsx"),
        ("2009-q2/Caseload spring.xlsx", "2009-q3/Caseload summer.xlsx"),
        ("2009-q2/Caseload 1.xlsx", "Caseload_2009-q3.xlsx"),
        ("2009-q2/Caseload 2009-q9.xlsx", "2009-q3/Caseload 2009-q3.xlsx"),
    ],
)
def test_one_mapping_reads_every_quarter_and_sheet(folder: Path, first: str, second: str) -> None:
    if "_" in second:
        write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING.replace("Caseload *", "Caseload?*"))
    write_book(folder / FOLDER, first, Q2, "U1")
    write_book(folder / FOLDER, second, Q3, "U2")
    found = read(folder)
    assert found == {
        f"{first}, sheet 'Cases'": ("2009-q2", "cases", "1", ""),
        f"{first}, sheet 'Stars'": ("2009-q2", "stars", "1", ""),
        f"{second}, sheet 'Cases'": ("2009-q3", "cases", "1", ""),
        f"{second}, sheet 'Stars'": ("2009-q3", "stars", "1", ""),
    }
    assert episodes(folder) == {"U1": "2009-q2", "U2": "2009-q3"}


def test_a_plain_name_is_looked_for_in_every_quarter_too(folder: Path) -> None:
    write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING.replace('"Caseload *.xlsx"', "cases.xlsx"))
    write_book(folder / FOLDER, "2009-q2/cases.xlsx", Q2, "U1")
    write_book(folder / FOLDER, "2009-q3/cases.xlsx", Q3, "U2")
    read(folder)
    assert episodes(folder) == {"U1": "2009-q2", "U2": "2009-q3"}


def test_two_files_of_a_quarter_are_both_read_and_a_version_replaces_the_one_before(folder: Path) -> None:
    write_book(folder / FOLDER, "Caseload north 2009-q2.xlsx", Q2, "U1")
    write_book(folder / FOLDER, "Caseload south 2009-q2.xlsx", Q2, "U2")
    read(folder)
    assert episodes(folder) == {"U1": "2009-q2", "U2": "2009-q2"}
    write_book(folder / FOLDER, "Caseload 2009-q2-v2.xlsx", Q2, "U3")
    read(folder)
    assert episodes(folder) == {"U3": "2009-q2"}


def test_the_same_files_sent_again_change_nothing(folder: Path) -> None:
    for version in ("", "-v2"):
        write_book(folder / FOLDER, f"Caseload north 2009-q2{version}.xlsx", Q2, "U1")
        write_book(folder / FOLDER, f"Caseload south 2009-q2{version}.xlsx", Q2, "U2")
    found = read(folder)
    assert [place for place in found if "-v2" in place] == []
    write_book(folder / FOLDER, "Caseload south 2009-q2-v2.xlsx", Q2, "U2", "18")
    assert [place for place in read(folder) if "-v2" not in place] == []


def test_a_quarter_s_own_mapping_comes_first(folder: Path) -> None:
    write_book(folder / FOLDER, "2009-q2/Caseload.xlsx", Q2, "U1")
    write_book(folder / FOLDER, "Caseload 2009-q3.xlsx", Q3, "U2")
    own = MAPPING.split("  - name: stars")[0].replace("name: cases", "name: own").replace(" *", "")
    write_file(folder, f"{FOLDER}/2009-q2/mapping.yaml", own)
    found = read(folder)
    assert found["2009-q2/Caseload.xlsx, sheet 'Cases'"][1:] == ("own", "1", "")
    assert found["Caseload 2009-q3.xlsx, sheet 'Stars'"][1:] == ("stars", "1", "")
    assert len(found) == 3


def test_files_of_the_contract_s_shape_may_lie_beside_mapped_ones(folder: Path) -> None:
    write_book(folder / FOLDER, "2009-q2/Caseload.xlsx", Q2)
    write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING.replace("Caseload *", "Caseload*"))
    feedback = FILES["returns/harbour/2009-q2/feedback.csv"].replace("S01", "S02").replace("E1", "U1")
    write_file(folder, f"{FOLDER}/2009-q2/feedback.csv", feedback)
    assert {refused for *_, refused in read(folder).values()} == {""}


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("nothing", "Caseload *.xlsx, sheet 'Cases'", "the file is missing, and block 'cases' of mapping.yaml is not"),
        ("Case load 2009-q2.xlsx", "Caseload *.xlsx, sheet 'Stars'", "the file is missing, and block 'stars'"),
        ("Case load 2009-q2.xlsx", "Case load 2009-q2.xlsx", "no block of mapping.yaml names this file"),
        ("Caseload spring.xlsx", "Caseload spring.xlsx, sheet 'Cases'", "the quarter that the file is for"),
        ("Caseload Q2 2009-10.xlsx", "Caseload Q2 2009-10.xlsx, sheet 'Cases'", "'Caseload Q2 2009-10' is a quarter"),
        ("Caseload 2009.xlsx", "Caseload 2009.xlsx, sheet 'Cases'", "the quarter that the file is for"),
        (
            "Caseload 2009-q1 2009-q2.xlsx",
            "Caseload 2009-q1 2009-q2.xlsx, sheet 'Cases'",
            "the quarter that the file is for is not given anywhere",
        ),
    ],
)  # fmt: skip
def test_what_is_not_used_is_said(folder: Path, name: str, place: str, said: str) -> None:
    if name != "nothing":
        write_book(folder / FOLDER, name, Q2)
    assert read(folder)[place][3].startswith(said)


@pytest.mark.parametrize("name", ["mapping.yml", "Mapping.yaml", "mapping (2).yaml", "mapping_umoja.yaml"])
@pytest.mark.parametrize("where", ["", "2009-q2/"])
def test_a_mapping_of_another_name_is_said_to_be_none(folder: Path, where: str, name: str) -> None:
    write_book(folder / FOLDER, "Caseload 2009-q2.xlsx", Q2)
    write_file(folder, f"{FOLDER}/{where}{name}", MAPPING)
    assert read(folder)[f"{where}{name}"][3] == "not used, because a mapping must be called mapping.yaml"


def test_a_period_that_is_set_and_another_that_the_folder_names_are_refused(folder: Path) -> None:
    write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING.replace("S02}", "S02, period: 2009-q2}"))
    write_book(folder / FOLDER, "2009-q3/Caseload x.xlsx", Q3)
    found = read(folder)["2009-q3/Caseload x.xlsx, sheet 'Cases'"]
    assert found[3] == "mapping.yaml sets the period 2009-q2, but its folder is called 2009-q3"


def test_a_broken_mapping_spoils_what_it_may_be_for_and_nothing_else(folder: Path) -> None:
    write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING.replace("columns", "colums"))
    write_book(folder / FOLDER, "2009-q3/Caseload.xlsx", Q3)
    episode = "episode_id,service_id,child_id,referral_date\nU9,S02,C9,2009-05-02\n"
    write_file(folder, f"{FOLDER}/2009-q2/episodes.csv", episode)
    found = read(folder)
    assert found["2009-q3/Caseload.xlsx"][3] == "mapping.yaml in the folder above cannot be used"
    assert found["2009-q2/episodes.csv"] == ("2009-q2", "", "1", "")


def test_a_mapping_in_returns_itself_reaches_no_provider_s_files(folder: Path) -> None:
    write_file(folder, "returns/mapping.yaml", MAPPING.replace("S02", "S03, period: 2009-q2"))
    write_book(folder / FOLDER, "Caseload 2009-q2.xlsx", Q2)
    assert {block for _, block, *_ in read(folder).values()} == {"cases", "stars"}
    _, files, _ = take_in(folder)
    assert [line["refused"][:19] for line in files if line["file"].startswith("returns/Caseload")] == [
        "the file is missing"
    ] * 2


def check(folder: Path, *names: str) -> int:
    paths = [str(folder / FOLDER / name) for name in names]
    return main(["check", *paths, "--dataset", str(folder), "--provider", "umoja"])


@pytest.mark.parametrize("name", ["Caseload 2009-q2.xlsx", "2009-q2"])
def test_the_check_uses_the_provider_s_mapping_as_intake_does(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    book = f"{name}/Caseload y.xlsx" if name == "2009-q2" else name
    write_book(folder / FOLDER, "Caseload 2009-q3.xlsx", Q3)
    columns = "{feedback_id: a, service_id: b, date: c, who: d, positive: e}"
    block = f"  - {{name: other, file: feedback.csv, table: feedback, columns: {columns}}}\n"
    write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING + block)
    write_book(folder / FOLDER, book, Q2, "U1", "99", more={"Notes": "x"})
    assert check(folder, name) == FAILED
    said = capsys.readouterr().out
    assert said.startswith("Return of umoja for 2009-q2")
    assert all(words in said for words in ("sheet 'Stars', row 2", "first '99.0'")), said
    assert ONE.format("'Notes'") in said.partition("Columns or sheets not used, or missing")[2]


def test_the_check_says_that_a_mapping_is_not_used(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_book(folder / FOLDER, "Case load 2009-q2.xlsx", Q2)
    assert check(folder, "Case load 2009-q2.xlsx") == REFUSED
    assert "block 'cases' of mapping.yaml is not used" in capsys.readouterr().out


MANY = {f"Q{number}": "x" for number in range(12)}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Notes": "x"}, [ONE.format("'Notes'")]),
        ({"Front page": "x", "Cases 2": "number"}, [BOTH.format("'Front page', 'Cases 2'")]),
        ({"Codes": "hidden"}, [ONE.format("'Codes'")]),
        ({"Blank": ""}, []),
        ({}, []),
        (MANY, [BOTH.format(", ".join(f"'Q{number}'" for number in range(10)) + " and 2 more")]),
    ],
)
def test_sheets_that_no_block_names_are_said(folder: Path, more: Mapping[str, str], said: list[str]) -> None:
    write_file(folder, f"{FOLDER}/mapping.yaml", MAPPING.replace("sheet: Cases", "sheet: cases"))
    write_book(folder / FOLDER, "Caseload 2009-q2.xlsx", Q2, more=more)
    take_in(folder)
    faults = read_records(folder.parent / "intake" / "faults.csv")
    assert [(line["severity"], line["message"]) for line in faults if line["rule"] == "sheet.unused"] == [
        ("note", message) for message in said
    ]


def test_of_a_workbook_with_one_table_the_other_sheets_are_said_too(folder: Path) -> None:
    mapping = MAPPING.split("  - name: stars")[0].replace("    sheet: Cases\n", "")
    write_file(folder, f"{FOLDER}/mapping.yaml", mapping)
    with xlsxwriter.Workbook(str(folder / FOLDER / "Caseload 2009-q2.xlsx")) as book:
        for sheet, rows in {"2009": ["number", "child", "seen"], "Notes": ["Ours"]}.items():
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, rows)
        book.worksheets()[0].write_row(1, 0, ["U1", "C1", Q2])
    assert [period for period, *_ in read(folder).values()] == ["2009-q2"]
    faults = read_records(folder.parent / "intake" / "faults.csv")
    assert [line["message"] for line in faults if line["rule"] == "sheet.unused"] == [ONE.format("'Notes'")]
