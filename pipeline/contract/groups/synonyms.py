"""What providers call the contract's columns and codes: a mapping is proposed by these, and read by nobody else."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import StringIO

from pipeline.contract.tables import RETURN_TABLES, Table, load_table
from pipeline.contract.values import spelling_key

DATE_OF_BIRTH = "date_of_birth"


def _read(name: str) -> Sequence[Mapping[str, str]]:
    text = files("pipeline.contract").joinpath("synonyms", name).read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


@cache
def load_column_synonyms() -> Mapping[str, str]:
    """The contract's column (or the date of birth) by the tidied spelling of each name it goes by."""
    return {spelling_key(row["synonym"]): row["column"] for row in _read("columns.csv")}


@cache
def load_code_synonyms(column: str) -> Mapping[str, str]:
    """The contract's code by the tidied spelling of each word that stands for it in that column."""
    return {
        spelling_key(row["synonym"]): row["code"] for row in _read("codes.csv") if row["column"] == column
    }


def known_names() -> frozenset[str]:
    """Every name that a column may go by, as it is written: what a reader looks for to find the header."""
    tables = map(load_table, RETURN_TABLES)
    own = {text for table in tables for field in table.fields for text in (field.name, field.title)}
    return frozenset(own | {row["synonym"] for row in _read("columns.csv")})


def column_names(table: Table) -> Mapping[str, str]:
    """The column of `table` by its own name, its title and its synonyms, all tidied; its own names come first."""
    wanted = {*table.columns, *([DATE_OF_BIRTH] if "age" in table.columns else [])}
    listed = {key: column for key, column in load_column_synonyms().items() if column in wanted}
    titles = {spelling_key(field.title): field.name for field in table.fields}
    return {**listed, **titles, **{spelling_key(name): name for name in wanted}}
