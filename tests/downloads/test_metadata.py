"""A file's columns as explore-education-statistics and "CSV on the Web" have them."""

import csv
import io
import json

import pytest
from csvw_vocabulary import list_unknown
from taken_away import REACHED, TEXT

from pipeline.downloads.declared import DeclaredColumn, DeclaredFile, format_declared, read_declared
from pipeline.downloads.metadata import META_COLUMNS, format_csvw, format_meta, meta_name


def _meta(file: DeclaredFile = REACHED, text: str = TEXT) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(format_meta(file, text)), strict=True)
    assert rows.fieldnames == list(META_COLUMNS)
    return {row["col_name"]: row for row in rows}


def test_what_is_declared_is_read_back_and_the_later_of_two_lines_counts() -> None:
    older = DeclaredFile("reached.csv", "Old", "", "", "", "", ())
    assert read_declared(format_declared(older) + format_declared(REACHED)) == {"reached.csv": REACHED}


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x1e", "é"])
def test_a_sign_in_a_name_ends_no_line(sign: str) -> None:
    file = DeclaredFile("x.csv", f"One{sign}two", "", "", "", "", ())
    assert read_declared(format_declared(file) * 2) == {"x.csv": file}


def test_every_column_has_a_row_in_its_order_but_for_what_is_the_same_in_every_row() -> None:
    assert [*_meta(), "table_period"] == TEXT.splitlines()[0].split(",")
    assert list(_meta(text=TEXT.replace("Asian,met,40,61.5,50.2,2009", "Asian,met,40,61.5,50.2,2008"))) == (
        TEXT.splitlines()[0].split(",")
    )
    assert meta_name("tables/S01-reached.csv") == "tables/S01-reached.meta.csv"


def test_what_tells_rows_apart_is_a_filter_and_a_verdict_is_none() -> None:
    types = {name: row["col_type"] for name, row in _meta().items()}
    assert types == {
        "group": "Filter",
        "verdict": "Indicator",
        "children": "Indicator",
        "share": "Indicator",
        "share_lower": "Indicator",
    }


def test_two_columns_are_filters_where_it_takes_two_to_tell_rows_apart() -> None:
    twice = TEXT + TEXT.splitlines()[1].replace("met", "not met") + "\n"
    filters = [name for name, row in _meta(text=twice).items() if row["col_type"] == "Filter"]
    assert filters == ["group", "verdict"]


@pytest.mark.parametrize("column", ["indicator_grouping", "indicator_unit", "indicator_dp"])
def test_what_is_said_of_indicators_is_blank_for_filters(column: str) -> None:
    assert {row[column] for row in _meta().values() if row["col_type"] == "Filter"} == {""}


def test_units_and_decimals_are_those_that_the_screener_allows() -> None:
    rows = [row for row in _meta().values() if row["col_type"] == "Indicator"]
    assert {row["indicator_unit"] for row in rows} == {"", "%"}
    assert all(row["indicator_dp"].isdigit() for row in rows)
    assert {row["filter_hint"] + row["filter_grouping_column"] for row in rows} == {""}


def test_the_metadata_of_a_folder_keeps_the_vocabulary_and_fits_its_tables() -> None:
    group = json.loads(format_csvw({"S01-reached.csv": REACHED}, "A site", "en-GB"))
    assert list(list_unknown(group)) == []
    (table,) = group["tables"]
    header, *rows = csv.reader(io.StringIO(TEXT))
    columns = table["tableSchema"]["columns"]
    assert header == [column["titles"] for column in columns]
    numbers = {"integer": int, "double": float}
    for row in rows:
        for cell, column in zip(row, columns, strict=True):
            if cell not in group["null"]:
                assert numbers.get(column["datatype"], str)(cell) is not None
    assert (table["url"], table["dc:title"]) == ("S01-reached.csv", "Who was reached")


def test_a_column_of_numbers_is_told_apart_from_one_of_counts() -> None:
    datatypes = {"count": "integer", "number": "double", "text": "string"}
    for kind, datatype in datatypes.items():
        file = DeclaredFile("x.csv", "", "", "", "", "", (DeclaredColumn("x", "X", kind),))  # type: ignore[arg-type]
        group = json.loads(format_csvw({"x.csv": file}, "", "en"))
        assert group["tables"][0]["tableSchema"]["columns"][0]["datatype"] == datatype
