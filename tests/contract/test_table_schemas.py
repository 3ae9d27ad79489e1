"""The JSON files of the contract are Frictionless Table Schemas, and agree with one another."""

import json
import re
from importlib.resources import files
from typing import Any

import pytest

from pipeline.contract.tables import OPTIONAL_TABLES, REFERENCE_TABLES, RETURN_TABLES, Field, load_table
from pipeline.contract.values import PATTERN_WORDS, parse_text

TABLES = (*REFERENCE_TABLES, *OPTIONAL_TABLES, *RETURN_TABLES)
SCHEMA_KEYS = {"name", "title", "description", "primaryKey", "foreignKeys", "missingValues", "fields"}
FIELD_KEYS = {"name", "title", "type", "format", "description", "example", "constraints"}
CONSTRAINTS = {
    "string": {"required", "enum", "pattern"},
    "integer": {"required", "minimum", "maximum"},
    "number": {"required", "minimum", "maximum"},
    "date": {"required"},
}
OURS = {"outturn:role", "outturn:characteristic", "outturn:codes", "outturn:ordered", "outturn:without"}
FIELDS = [
    pytest.param(field, id=f"{name}.{field.name}") for name in TABLES for field in load_table(name).fields
]


def read_schema(name: str) -> dict[str, Any]:
    text = files("pipeline.contract").joinpath("tables", f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def test_every_schema_file_is_a_table_of_the_contract() -> None:
    folder = files("pipeline.contract").joinpath("tables")
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{name}.json" for name in TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_schema_has_the_keys_of_the_specification_and_ours_marked_as_ours(name: str) -> None:
    schema = read_schema(name)
    assert set(schema) == SCHEMA_KEYS | {"outturn:role"}
    assert schema["name"] == name
    assert schema["missingValues"] == [""]
    assert schema["outturn:role"] == ("return" if name in RETURN_TABLES else "reference")


@pytest.mark.parametrize("name", TABLES)
def test_a_field_has_the_keys_of_the_specification_and_constraints_that_its_type_allows(name: str) -> None:
    for field in read_schema(name)["fields"]:
        assert set(field) <= FIELD_KEYS | OURS
        assert {"name", "title", "type", "description"} <= set(field)
        assert set(field.get("constraints", {})) <= CONSTRAINTS[field["type"]]
        assert field.get("format") == ("%Y-%m-%d" if field["type"] == "date" else None)


@pytest.mark.parametrize("name", TABLES)
def test_column_names_are_unique_and_plain(name: str) -> None:
    columns = load_table(name).columns
    assert len(set(columns)) == len(columns)
    assert all(re.fullmatch(r"[a-z][a-z_]*", column) for column in columns)


@pytest.mark.parametrize("name", TABLES)
def test_a_primary_key_is_made_of_needed_columns(name: str) -> None:
    table = load_table(name)
    # A blank says who lives in the area there.
    stated = {"counted"} if name.startswith("population") else set()
    assert table.primary_key
    assert set(table.primary_key) - stated <= set(table.required)


@pytest.mark.parametrize("name", TABLES)
def test_a_foreign_key_points_to_a_column_of_the_same_type_in_a_key(name: str) -> None:
    table = load_table(name)
    for key in table.foreign_keys:
        target = load_table(key.target)
        assert key.target_column in target.primary_key
        assert table.field(key.column).type == target.field(key.target_column).type


@pytest.mark.parametrize("name", REFERENCE_TABLES)
def test_reference_tables_do_not_depend_on_returns(name: str) -> None:
    assert {key.target for key in load_table(name).foreign_keys} <= set(REFERENCE_TABLES)


@pytest.mark.parametrize("field", FIELDS)
def test_an_example_is_what_its_own_column_accepts(field: Field) -> None:
    parsed = parse_text(field.example or "", field)
    assert parsed.fault is None or (field.required is False and not field.example)
    assert not parsed.normalised


@pytest.mark.parametrize("field", FIELDS)
def test_every_needed_column_has_an_example(field: Field) -> None:
    assert field.example or not field.required


@pytest.mark.parametrize("field", FIELDS)
def test_a_pattern_is_a_regular_expression_with_words_of_its_own(field: Field) -> None:
    assert field.pattern is None or re.fullmatch(field.pattern, field.example)
    assert field.pattern is None or field.pattern in PATTERN_WORDS


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="episodes has no column surname"):
        load_table("episodes").field("surname")


def test_no_column_asks_for_what_names_a_child() -> None:
    asked = {column for name in RETURN_TABLES for column in load_table(name).columns}
    assert not asked & {"name", "surname", "first_name", "date_of_birth", "postcode", "address", "nhs_number"}
