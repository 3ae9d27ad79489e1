"""`outturn map` on workbooks of several sheets: every sheet told of, scales asked for, nothing called needless."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from small_dataset_names import HELD, HELD_OWN

from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.mapping.mapping_file import read_mapping
from pipeline.files.mapping.propose import Asked, Held, Proposal, ProposalError, write_proposal

CASES = ["Case ref", "Child ref", "Project", "Referral date"], ["U1", "C1", "Young carers", "23/04/2009"]
STARS = (
    ["Case ref", "Goal area", "Tool", "First score", "Latest score", "First date", "Latest date"],
    ["U1", "sleep", "Outcome star", "3", "7", "23/04/2009", "23/07/2009"],
)
COVER = ["Umoja Families"], ["Spring 2009"]


def propose(
    folder: Path, sheets: dict[str, Sequence[Sequence[str]]], held: Held = HELD, *asked: str
) -> Proposal:
    path = folder / "Caseload 2009-q2.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
    return write_proposal(path, held, Asked(sheets=asked))[1]


def test_every_sheet_is_a_block_or_is_named(tmp_path: Path) -> None:
    proposal = propose(tmp_path, {"Cover": COVER, "Cases": CASES, "Stars": STARS, "Notes": COVER})
    assert (
        "# Not read: Caseload 2009-q2.xlsx, sheet 'Cover': no column of this file has a name that is known"
        in proposal.text
    )
    filled = proposal.text.replace('"Outcome star":', '"Outcome star": wellbeing')
    (tmp_path / "mapping.yaml").write_text(filled, encoding="utf-8")
    cases, stars = read_mapping(tmp_path / "mapping.yaml", "mapping.yaml")
    assert (cases.file, cases.sheet, cases.table.name) == ("Caseload *.xlsx", "Cases", "episodes")
    assert (stars.file, stars.sheet, stars.table.name) == ("Caseload *.xlsx", "Stars", "outcomes")
    assert (stars.columns["baseline_date"], stars.columns["review_date"]) == ("First date", "Latest date")
    assert stars.date_formats == {"baseline_date": "%d/%m/%Y", "review_date": "%d/%m/%Y"}


def test_two_sheets_of_one_table_have_names_of_their_own(tmp_path: Path) -> None:
    proposal = propose(tmp_path, {"North": CASES, "South": CASES})
    (tmp_path / "mapping.yaml").write_text(proposal.text, encoding="utf-8")
    found = read_mapping(tmp_path / "mapping.yaml", "mapping.yaml")
    assert [(block.name, block.sheet) for block in found] == [("episodes", "North"), ("episodes 2", "South")]


def test_of_the_sheets_those_that_are_asked_for_are_read(tmp_path: Path) -> None:
    proposal = propose(tmp_path, {"Cover": COVER, "Cases": CASES, "Stars": STARS}, HELD, "Stars")
    assert ("Cases" in proposal.text, "Cover" in proposal.text) == (False, False)
    (tmp_path / "mapping.yaml").unlink()
    with pytest.raises(ProposalError, match="there is no sheet 'Star'; did you mean 'Stars'"):
        propose(tmp_path, {"Cases": CASES, "Stars": STARS}, HELD, "Star")


def test_a_workbook_of_covers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProposalError, match="no column of this file has a name that is known"):
        propose(tmp_path, {"Cover": COVER, "Front": COVER})


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("Outcome star", '"Outcome star":  # fill in: one of wellbeing, sdq'),
        ("SDQ", '"SDQ": sdq'),
        ("Wellbeing of the child", '"Wellbeing of the child": wellbeing'),
        ("wellbeing", ""),
        ("WELLBEING", '"WELLBEING": wellbeing'),
    ],
)
def test_a_scale_is_known_by_its_name_or_title_and_else_asked_for(
    tmp_path: Path, tool: str, line: str
) -> None:
    rows = [*STARS[:1], [tool if cell == "Outcome star" else cell for cell in STARS[1]]]
    text = propose(tmp_path, {"Stars": rows}, HELD_OWN).text
    assert [each.strip() for each in text.splitlines() if f'"{tool}"' in each] == ([line] if line else [])


def test_a_service_is_known_by_its_name_where_the_dataset_is_at_hand(tmp_path: Path) -> None:
    assert '        "Young carers": S01' in propose(tmp_path, {"Cases": CASES}, HELD_OWN).text.splitlines()


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("First date", "baseline_date"),
        ("Latest date", "review_date"),
        ("Last date", "review_date"),
        ("Date of first star", "baseline_date"),
        ("Star before, on", "baseline_date"),
        ("Score after: when", "review_date"),
        ("Most recent date", "review_date"),
        ("Date of initial assessment", "baseline_date"),
        ("Follow-up on", "review_date"),
    ],
)
def test_the_first_and_the_latest_date_are_those_of_the_scores(
    tmp_path: Path, header: str, column: str
) -> None:
    rows = [[*STARS[0][:5], header], STARS[1][:6]]
    lines = propose(tmp_path, {"Stars": rows}).text.splitlines()
    assert [line for line in lines if line.startswith(f'      {column}: "{header}"')]


@pytest.mark.parametrize("table", RETURN_TABLES)
def test_no_column_is_called_needless_and_what_nothing_fills_is_listed(tmp_path: Path, table: str) -> None:
    own = load_table(table)
    rows = [[*own.required, "Seen by", "When"], ["x"] * (len(own.required) + 2)]
    text = propose(tmp_path, {"One": rows}).text
    assert "needs" not in text
    assert '# Not read: "Seen by", "When".' in text
    listed = text.partition(f"# Nothing fills these columns of {table}: ")[2]
    assert all(name in listed for name in own.columns if name not in own.required)


def test_columns_of_another_table_are_told_with_the_way_to_read_them(tmp_path: Path) -> None:
    rows = [[*CASES[0], "Latest score"], [*CASES[1], "7"]]
    text = propose(tmp_path, {"Cases": rows}).text
    assert '# "Latest score" may be review_score of outcomes; to read them too, say --table outcomes.' in text
