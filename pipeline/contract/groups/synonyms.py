"""Providers' names for the contract's columns and codes, used only to propose a mapping."""

from collections.abc import Mapping
from functools import cache

from pipeline.contract.tables import RETURN_TABLES, Table, load_table, read_rows
from pipeline.contract.values import spelling_key

DATE_OF_BIRTH = "date_of_birth"


@cache
def load_column_synonyms() -> Mapping[str, str]:
    """Return the contract's column (or the date of birth) by the tidied spelling of each synonym."""
    return {spelling_key(row["synonym"]): row["column"] for row in read_rows("synonyms", "columns.csv")}


@cache
def load_code_synonyms(column: str) -> Mapping[str, str]:
    """Return the contract's code by the tidied spelling of each synonym in that column."""
    rows = read_rows("synonyms", "codes.csv")
    return {spelling_key(row["synonym"]): row["code"] for row in rows if row["column"] == column}


def known_names() -> frozenset[str]:
    """Return every name that a column may have, as written: readers look for these to find the header."""
    tables = map(load_table, RETURN_TABLES)
    own = {text for table in tables for field in table.fields for text in (field.name, field.title)}
    return frozenset(own | {row["synonym"] for row in read_rows("synonyms", "columns.csv")})


def column_names(table: Table) -> Mapping[str, str]:
    """Return the column of `table` by its name, title and synonyms, all tidied; its own names take precedence."""
    wanted = {*table.columns, *([DATE_OF_BIRTH] if "age" in table.columns else [])}
    listed = {key: column for key, column in load_column_synonyms().items() if column in wanted}
    titles = {spelling_key(field.title): field.name for field in table.fields}
    return {**listed, **titles, **{spelling_key(name): name for name in wanted}}
