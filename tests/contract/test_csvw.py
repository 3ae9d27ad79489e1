"""The CSV on the Web metadata is current, keeps the vocabulary's rules, and fits the templates' examples.

The rules are those of the W3C Recommendation "Metadata Vocabulary for Tabular Data" (17 December 2015), as far as they
can be checked without the network.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from csvw_vocabulary import BASES, NUMERIC, OF_DATATYPE, list_unknown

from pipeline.contract.documents.csvw import format_csvw
from pipeline.contract.documents.dictionary import format_templates
from pipeline.contract.tables import REFERENCE_TABLES, RETURN_TABLES, load_table

ROOT = Path(__file__).parents[2]
GROUP: dict[str, Any] = json.loads(format_csvw())
TABLES: dict[str, dict[str, Any]] = {table["url"]: table for table in GROUP["tables"]}


def test_the_committed_metadata_is_what_the_contract_says() -> None:
    committed = (ROOT / "docs" / "csvw.json").read_text(encoding="utf-8")
    assert committed == format_csvw(), "run 'outturn dictionary'"


def test_the_group_names_its_context_and_holds_every_table_once() -> None:
    assert GROUP["@context"][0] == "http://www.w3.org/ns/csvw"
    assert GROUP["@type"] == "TableGroup"
    assert list(list_unknown(GROUP)) == []
    assert [Path(url).stem for url in TABLES] == [*REFERENCE_TABLES, *RETURN_TABLES]
    assert len(TABLES) == len(GROUP["tables"])


@pytest.mark.parametrize("url", TABLES)
def test_a_table_has_the_columns_of_its_contract(url: str) -> None:
    schema = TABLES[url]["tableSchema"]
    assert all(type(column["required"]) is bool for column in schema["columns"])
    names = [column["name"] for column in schema["columns"]]
    assert names == list(load_table(Path(url).stem).columns)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("url", TABLES)
def test_datatypes_are_built_in_and_their_facets_fit_them(url: str) -> None:
    for column in TABLES[url]["tableSchema"]["columns"]:
        datatype = column["datatype"]
        assert set(datatype) <= OF_DATATYPE
        assert datatype["base"] in BASES
        if {"minimum", "maximum"} & set(datatype):
            assert datatype["base"] in NUMERIC
        if datatype["base"] == "date":
            assert datatype["format"] == "yyyy-MM-dd"
        elif "format" in datatype:
            assert datatype["base"] == "string"
            re.compile(datatype["format"])


@pytest.mark.parametrize("url", TABLES)
def test_keys_name_columns_and_foreign_keys_point_to_one_row(url: str) -> None:
    schema = TABLES[url]["tableSchema"]
    names = {column["name"] for column in schema["columns"]}
    assert set(schema["primaryKey"]) <= names
    for key in schema["foreignKeys"]:
        assert set(key) == {"columnReference", "reference"}
        assert set(key["columnReference"]) <= names
        assert set(key["reference"]) == {"resource", "columnReference"}
        assert (
            key["reference"]["columnReference"]
            == TABLES[key["reference"]["resource"]]["tableSchema"]["primaryKey"]
        )


def test_an_outcome_points_to_its_episode_and_an_episode_to_its_service() -> None:
    pointed = {
        (url, key["columnReference"][0], key["reference"]["resource"])
        for url, table in TABLES.items()
        for key in table["tableSchema"]["foreignKeys"]
    }
    assert ("returns/outcomes.csv", "episode_id", "returns/episodes.csv") in pointed
    assert ("returns/episodes.csv", "service_id", "reference/services.csv") in pointed


def _fits(cell: str, column: dict[str, Any]) -> bool:
    datatype = column["datatype"]
    if cell in GROUP["null"]:
        return not column["required"]
    if datatype["base"] in NUMERIC:
        number = int(cell) if datatype["base"] == "integer" else float(cell)
        return bool(datatype.get("minimum", number) <= number <= datatype.get("maximum", number))
    if datatype["base"] == "date":
        return re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell) is not None
    return re.fullmatch(datatype.get("format", ".*"), cell) is not None


@pytest.mark.parametrize("url", TABLES)
def test_the_examples_are_valid_against_the_metadata(url: str) -> None:
    header, *rows = csv.reader(io.StringIO(format_templates()[f"examples/{url}"]))
    columns = TABLES[url]["tableSchema"]["columns"]
    assert header == [column["titles"] for column in columns]
    assert rows
    for row in rows:
        assert [
            column["name"] for column, cell in zip(columns, row, strict=True) if not _fits(cell, column)
        ] == []


def test_the_metadata_lies_beside_the_templates_that_it_describes() -> None:
    templates = format_templates()
    assert templates["csvw.json"] == format_csvw()
    assert set(TABLES) <= set(templates)
