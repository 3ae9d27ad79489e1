"""A comma too many or too few, anywhere: a row is read as it was meant, or not at all, and both readings are named."""

from collections.abc import Iterator, Sequence

import pytest

from pipeline.contract.tables import load_table
from pipeline.files.formats.delimited import read_csv
from pipeline.files.formats.text import RefusedFileError, TextTable

KNOWN = load_table("episodes").columns
HEADER = [
    "episode_id", "service_id", "child_id", "referral_date", "start_date", "end_date", "age", "ethnicity",
    "area",
]  # fmt: skip
BLANK_AREA = [
    ["E1", "S01", "C1", "2009-04-11", "2009-05-25", "", "9", "BAFR", ""],
    ["E2", "S01", "C2", "2009-04-12", "", "", "10", "WBRI", ""],
    ["E3", "S02", "C3", "2009-04-13", "2009-06-01", "2009-06-20", "11", "", ""],
    ["E4", "S01", "C4", "2009-04-14", "2009-06-02", "", "", "", ""],
    ["E5", "S02", "C5", "2009-04-15", "", "", "", "WIRI", ""],
]
SOME_AREA = [
    [*row[:-1], area] for row, area in zip(BLANK_AREA, ["Quay", "", "Mill", "Quay", ""], strict=True)
]
EVERY_AREA = [[*row[:-1], "Tilling Hill"] for row in BLANK_AREA]
LEAN = [
    ["E1", "S01", "C1", "2009-04-11"],
    ["E2", "S01", "C2", "2009-04-12"],
    ["E3", "S02", "C3", "2009-04-13"],
]
THEIRS = [[f"K{n}", f"{n}/4/2009", "", f"word {n}", ["", "more"][n % 2], ""] for n in range(1, 6)]
TABLES = {
    "no area at all": [HEADER, *BLANK_AREA],
    "some areas": [HEADER, *SOME_AREA],
    "an area in every row": [HEADER, *EVERY_AREA],
    "needed columns only": [HEADER[:4], *LEAN],
    "a column nobody asked for": [[*HEADER, "note"], *([*row, ""] for row in SOME_AREA)],
    "without ethnicity": [[*HEADER[:7], "area"], *([*row[:7], row[8]] for row in BLANK_AREA)],
    "no contract's names": [["case", "came", "left", "words", "more", "last"], *THEIRS],
}
ENDINGS = {
    "none": ("", ""),
    "everywhere": (",", ","),
    "in rows only": ("", ","),
    "in the header only": (",", ""),
}


def _lines(table: Sequence[Sequence[str]], endings: tuple[str, str]) -> list[str]:
    head, *rows = [",".join(row) for row in table]
    return [head + endings[0], *(row + endings[1] for row in rows)]


def _polluted(lines: Sequence[str]) -> Iterator[list[str]]:
    """The file with one comma more, and one less, at each place of each line."""
    for place, line in enumerate(lines):
        for at, sign in enumerate(line):
            if sign == ",":
                for changed in (f"{line[:at]},{line[at:]}", line[:at] + line[at + 1 :]):
                    yield [*lines[:place], changed, *lines[place + 1 :]]


def _read(lines: Sequence[str], known: Sequence[str]) -> TextTable | RefusedFileError:
    try:
        return read_csv("\n".join(lines).encode(), known)
    except RefusedFileError as refusal:
        return refusal


def _rows(table: TextTable) -> list[dict[str, str]]:
    """The rows as the contract's reader sees them: what stands under each known name, blanks left out."""
    columns = dict(zip(table.header, (column.texts() for column in table.columns), strict=True))
    return [
        {name: cells[place].strip() for name, cells in columns.items() if name and cells[place].strip()}
        for place in range(len(table.row_numbers))
    ]


def _meant(table: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    header, *rows = table
    return [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in rows]


def _known_of(name: str) -> Sequence[str]:
    return TABLES[name][0] if name == "no contract's names" else KNOWN


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("no area at all", "everywhere"),
        ("some areas", "none"),
        ("some areas", "in rows only"),
        ("an area in every row", "in the header only"),
        ("needed columns only", "none"),
        ("no contract's names", "none"),
    ],
)
def test_no_comma_too_many_or_too_few_moves_a_cell(name: str, ending: str) -> None:
    table, known = TABLES[name], _known_of(name)
    meant = _meant(table)
    for lines in _polluted(_lines(table, ENDINGS[ending])):
        read = _read(lines, known)
        if isinstance(read, TextTable):
            rows = [{key: cell for key, cell in row.items() if key in known} for row in _rows(read)]
            named = [{key: cell for key, cell in row.items() if key in read.header} for row in meant]
            assert [row for row in rows if row not in named] == [], "\n".join(lines)
            assert read.lines == len(table) - 1


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", TABLES)
def test_a_comma_at_the_end_of_every_line_moves_no_cell_and_loses_no_row(name: str, ending: str) -> None:
    read = _read(_lines(TABLES[name], ENDINGS[ending]), _known_of(name))
    assert isinstance(read, TextTable)
    rows, lost = _rows(read), [bad.row for bad in read.faults]
    assert rows == [row for number, row in enumerate(_meant(TABLES[name]), 2) if number not in lost]
    commas = {"none": 0, "everywhere": len(TABLES[name]), "in rows only": len(rows), "in the header only": 1}
    assert sum(entry.cells for entry in read.tidied) == commas[ending]


SAID = {
    "E3,S02,C3,2009-04-13,2009-06-01,2009-06-20,11,,Mill, north": (
        "10 cells, but the header has 9: either the last cell is one too many, "
        "or one before it is and those after it belong further left"
    ),
    "E3,S02,C3,2009-04-13,,2009-06-01,2009-06-20,11,,": (
        "10 cells, but the header has 9: either the blank cell at the end is one too many, "
        "or one before it is, because what stands under 'age' does not fit there"
    ),
    "E3,,S02,C3,2009-04-13,,,,,": (
        "10 cells, but the header has 9: either the blank cell at the end is one too many, "
        "or the blank one under 'service_id' is and those after it belong further left"
    ),
    "E3,S02,C3,2009-04-13,,2009-06-01,,,,": (
        "10 cells, but the header has 9: either the blank cell at the end is one too many, "
        "or the blank one under 'start_date' is and those after it belong further left"
    ),
    "E3,S02C3,2009-04-13,2009-06-01,2009-06-20,11,,Mill": (
        "8 cells, but the header has 9: either the last cell is missing, "
        "or one before it is and those after it belong further right"
    ),
}


@pytest.mark.parametrize("row", SAID)
def test_both_readings_of_a_row_are_named_without_a_value_of_it(row: str) -> None:
    lines = [",".join(HEADER), *(",".join(cells) for cells in SOME_AREA), row]
    read = _read(lines, KNOWN)
    assert isinstance(read, TextTable)
    assert [(bad.row, bad.fault.rule, bad.fault.message) for bad in read.faults] == [
        (7, "row.ragged", SAID[row])
    ]
    assert len(read.row_numbers) == len(SOME_AREA)
