"""What an ODS says of its cells besides their values: how far they reach, how they are shown, and what is none."""

import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipeline.files.formats import ods_facts
from pipeline.files.formats.sheet_facts import BookFacts, SheetFacts

sys.path.append(str(Path(__file__).parents[1] / "bad_files"))
from writers import write_ods

P = "<text:p>{}</text:p></table:table-cell>"
STRING = '<table:table-cell office:value-type="string">' + P.format("E1")
FLOAT = '<table:table-cell office:value-type="float" office:value="{}" calcext:value-type="float">' + P
CELLS = {
    "texts": STRING * 3,
    "blanks at the end": STRING
    + "<table:table-cell/>" * 3
    + '<table:table-cell table:number-columns-repeated="900"/>',
    "a text repeated": STRING.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="4"'),
    "repeated behind its value": STRING.replace('"string"', '"string" table:number-columns-repeated="4"') + STRING,
    "a covered cell": STRING + '<table:covered-table-cell table:number-columns-repeated="2"/>' + STRING,
    "a number as it is": FLOAT.format("12", "12"),
    "a number with noughts": FLOAT.format("12", "0012"),
    "a number with letters, repeated": FLOAT.format("12", "NB12").replace(" office",
        ' table:number-columns-repeated="3" office', 1),
    "a price": '<table:table-cell office:value-type="currency" office:currency="GBP" office:value="85">'
    + P.format("£85.00"),
    "a share": '<table:table-cell office:value-type="percentage" office:value="0.07">' + P.format("7%"),
    "a rounded number": FLOAT.format("17.456", "17,5"),
    "thousands": FLOAT.format("12345", "12,345"),
    "thousands left out": FLOAT.format("12345", "12"),
    "a number of a telephone": FLOAT.format("4505577104", "450 557 7104"),
    "a day": '<table:table-cell office:value-type="date" office:date-value="2009-05-26">' + P.format("26/05/09"),
    "a day that hides its time": '<table:table-cell office:value-type="date" office:date-value="2009-05-26T12:30:00">'
    + P.format("26/05/09"),
    "a day with its time": '<table:table-cell office:value-type="date" office:date-value="2009-05-26T12:30:00">'
    + P.format("26/05/09 12:30"),
    "a formula": '<table:table-cell table:formula="of:=[.A1]&gt;3" office:value-type="float" office:value="1">'
    + P.format(1),
    "a formula without its result": '<table:table-cell table:formula="of:=9"/>',
    "a formula of a text": '<table:table-cell table:formula="of:=&quot;a&quot;" office:value-type="string">'
    + P.format("a"),
    "a formula of nothing": '<table:table-cell table:formula="of:=A1" office:value-type="string">' + P.format(""),
    "an error in a text": '<table:table-cell table:formula="of:=9" office:value-type="string" '
    'office:string-value="">' + P.format("#REF!"),
    "an error in letters of their own": '<table:table-cell table:formula="of:=9" office:value-type="string">'
    + P.format("<text:span>Err:502</text:span>"),
    "an error": '<table:table-cell table:formula="of:=1" office:value-type="string" calcext:value-type="error">'
    + P.format("#N/A"),
    "a note": "<table:table-cell><office:annotation><text:p>see</text:p></office:annotation></table:table-cell>"
    + STRING,
    "two lines": STRING.replace("<text:p>E1", "<text:p>a</text:p><text:p>b<text:s/>"),
    "joined cells": STRING.replace("<table:table-cell", '<table:table-cell table:number-columns-spanned="2"'),
    "a comment": f"<!-- {STRING} -->{STRING}",
    "a sign in a text": STRING.replace("E1", "a='b' &lt;table:table-row>"),
}  # fmt: skip


def _facts(rows: str) -> BookFacts:
    return ods_facts.read_ods_facts(ZipFile(BytesIO(write_ods({"A&B": rows, "hidden": rows}, ["hidden"]))))


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ("<table:table-row>{}</table:table-row>", 9004),
        ('<table:table-row table:number-rows-repeated="3">{}</table:table-row>', 9006),
        ("<table:table-row-group><table:table-row>{}</table:table-row></table:table-row-group>", 9004),
    ],
)
def test_a_sheet_reaches_to_its_last_filled_cell_and_says_whether_it_is_hidden(rows: str, last: int) -> None:
    plain = f"<table:table-row>{STRING}</table:table-row><table:table-row/>"
    blank = '<table:table-row table:number-rows-repeated="9000"/>'
    sheets = _facts(plain + rows.format(STRING * 3) + blank + plain).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("A&B", False), ("hidden", True)]
    assert (sheets[0].rows, sheets[0].columns) == (last, 3)


def _only(cell: str) -> SheetFacts:
    return _facts(f"<table:table-row>{CELLS[cell]}</table:table-row>").sheets[0]


@pytest.mark.parametrize("cell", CELLS)
def test_a_row_reaches_to_its_last_cell_that_holds_something(cell: str) -> None:
    columns = {"texts": 3, "a text repeated": 4, "repeated behind its value": 5, "a covered cell": 4}
    columns |= {"a number with letters, repeated": 3, "a note": 2}
    assert _only(cell).columns == columns.get(cell, 1)


@pytest.mark.parametrize(
    ("cell", "errors", "unstored"),
    [
        ("a formula", {}, set()),
        ("a formula of a text", {}, set()),
        ("a formula of nothing", {}, set()),
        ("a formula without its result", {}, {(1, 1)}),
        ("an error", {(1, 1): "#N/A"}, set()),
        ("an error in a text", {(1, 1): "#REF!"}, set()),
        ("an error in letters of their own", {(1, 1): "Err:502"}, set()),
    ],
)
def test_errors_and_formulas_without_a_result_are_told(
    cell: str, errors: dict[tuple[int, int], str], unstored: set[tuple[int, int]]
) -> None:
    facts = _only(cell)
    assert (facts.errors, facts.unstored) == (errors, unstored)


def test_joined_cells_are_told() -> None:
    assert _only("joined cells").merged == ["A1:B1"]


@pytest.mark.parametrize(
    ("cell", "shown"),
    {
        "a number with noughts": {(1, 1): "0012"},
        "a number with letters, repeated": {(1, 1): "NB12", (1, 2): "NB12", (1, 3): "NB12"},
        "a share": {(1, 1): "7%"},
        "a number of a telephone": {(1, 1): "450 557 7104"},
        "a price": {},
        "a rounded number": {},
        "thousands": {},
        "a number as it is": {},
        "a formula": {},
    }.items(),
)
def test_a_number_is_taken_as_it_is_shown(cell: str, shown: dict[tuple[int, int], str]) -> None:
    facts = _only(cell)
    assert (facts.shown, facts.misshown) == (shown, set())


def test_what_is_shown_otherwise_than_stored_is_told() -> None:
    assert _only("thousands left out").misshown == {(1, 1)}
    assert _only("a day that hides its time").days == {(1, 1)}
    assert _only("a day with its time").days == _only("a day").days == set()


def _count_steps(row: str, times: int) -> int:
    """How many functions are called to find the facts of a sheet of that many rows."""
    raw = ZipFile(BytesIO(write_ods({"episodes": row * times})))
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        ods_facts.read_ods_facts(raw)
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("cell", ["texts", "a number with noughts"])
@pytest.mark.parametrize("how", ["", ' table:visibility="filter"'])
def test_each_row_takes_as_many_steps_as_the_one_before(cell: str, how: str) -> None:
    row = f"<table:table-row{how}>{STRING * 10}{CELLS[cell]}</table:table-row>"
    few, more, many = (_count_steps(row, times) for times in (50, 100, 200))
    assert many - more <= 2.1 * (more - few)
