"""Where the reader draws a line between a header, rows, totals and a second table: at it, and to both sides of it."""

from collections.abc import Sequence

import pytest

from pipeline.contract.values import Fault
from pipeline.files.formats.grid import build_table
from pipeline.files.formats.table_rows import CellFault, Record
from pipeline.files.formats.text import RefusedFileError, TextTable

KNOWN = ("one", "two", "three", "four", "five", "six")
BAD = Fault("cell.error", "the cell shows an error", "fix it")


def _build(rows: Sequence[str], *faults: tuple[int, CellFault], known: Sequence[str] = KNOWN) -> TextTable:
    """The table in rows whose cells are separated by commas; faults by the row's number."""
    records: list[Record] = [
        (number, row.split(","), [fault for place, fault in faults if place == number])
        for number, row in enumerate(rows, 1)
    ]
    return build_table(records, len(rows) - 1, known, in_sheet=True)


@pytest.mark.parametrize("above", [1, 48, 49])
def test_a_header_is_found_below_as_many_as_49_titles(above: int) -> None:
    table = _build([*["Spring,,"] * above, "one,two,three", "1,2,3"])
    assert (table.header, table.header_row, table.lines) == (("one", "two", "three"), above + 1, 1)
    assert [(entry.what, entry.cells) for entry in table.tidied] == [
        ("title rows above the column names left out", above)
    ]


def test_a_header_below_50_titles_is_not_looked_for() -> None:
    assert _build([*["Spring,,"] * 50, "one,two,three", "1,2,3"]).header == ("Spring",)


@pytest.mark.parametrize(
    ("first", "second", "header_row"),
    [
        ("a,b,c,d,e", "one,b,c,d,e", 1),
        ("Spring,,,,", "one,two,c,d,e", 2),
        ("Spring,,,,", "one,b,c,d,e", 1),
        ("one,two,a,b,c", "one,two,three,four,b", 1),
        ("one,a,b,c,d", "one,two,a,b,c", 1),
    ],
)
def test_the_header_is_the_row_with_more_than_twice_the_names_of_the_first_and_two_at_least(
    first: str, second: str, header_row: int
) -> None:
    try:
        assert _build([first, second, "1,2,3,4,5"]).header_row == header_row
    except RefusedFileError as refusal:
        assert header_row == 1
        assert refusal.fault.rule in ("file.tables", "file.header")


@pytest.mark.parametrize(
    "above",
    ["1,2,,,", "one,,,,", "one,two,1,2,3", "1,2,3,4,5"],
    ids=["a title", "a name", "two names", "a row of data"],
)
def test_only_titles_are_left_out_above_the_header(above: str) -> None:
    rows = [above, "one,two,three,four,five", "1,2,3,4,5"]
    if above == "1,2,,,":
        assert _build(rows).lines == 1
        return
    with pytest.raises(RefusedFileError) as caught:
        _build(rows)
    assert caught.value.fault == Fault(
        "file.preamble",
        "the column names seem to be in row 2, below other rows",
        "delete the rows above the column names, or write header_row: 2 in mapping.yaml",
    )


@pytest.mark.parametrize(
    ("row", "is_second"),
    [
        ("one,two,1,2", True),
        ("one,two,,", True),
        ("one,two,1,2,3", False),
        ("one,1,2,3", False),
        ("one,,,", False),
    ],
)
def test_a_second_table_begins_where_two_names_make_half_of_what_is_filled(row: str, is_second: bool) -> None:
    """The names that count are those of each cell's own column, and the contract's."""
    names = ["one", "two", "three", "four", "five"][: row.count(",") + 1]
    rows = [",".join(names), ",".join("12345"[: len(names)]), row]
    if is_second:
        with pytest.raises(RefusedFileError, match="row 3 holds column names again"):
            _build(rows)
    else:
        assert _build(rows).lines == 2


@pytest.mark.parametrize(
    ("row", "is_total"),
    [
        ("Total,,30", True),
        (",Grand total:,30", True),
        (" ,,SUM", True),
        ("E4,Total,30", False),
        ("E4,,total", False),
        ("Totals of all,,30", False),
    ],
)
def test_a_total_is_told_by_the_first_filled_cell_alone(row: str, is_total: bool) -> None:
    table = _build(["one,two,three", "1,2,3", row])
    assert [bad.fault.rule for bad in table.faults] == (["row.total"] if is_total else [])
    assert table.lines == 2


@pytest.mark.parametrize(
    ("known", "place", "is_used"),
    [
        (("one", "two"), 2, True),
        (("one", "two"), 1, False),
        (("one", "two"), 3, True),
        (("one", "two"), None, False),
        ((), 2, False),
    ],
)
def test_a_bad_cell_sets_its_row_aside_where_its_column_is_asked_for(
    known: Sequence[str], place: int | None, is_used: bool
) -> None:
    table = _build(["one,two,three,", "1,2,3,", "4,5,6,"], (3, CellFault(place, BAD)), known=known)
    assert table.row_numbers.tolist() == ([2, 3] if is_used else [2])
    assert [bad.row for bad in table.faults] == ([] if is_used else [3])
