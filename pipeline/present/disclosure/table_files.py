"""The file of a publishable table, with what it is about: text of CSV."""

import csv
import io
from collections.abc import Iterator

from pipeline.contract.values import defuse
from pipeline.present.disclosure.rounding import NOT_APPLICABLE, NOT_FOR_PUBLICATION
from pipeline.present.disclosure.table import PublishedTable

ABOUT = "table_"
"""Before the name of each column that says what a table is about."""


def format_csv(*tables: PublishedTable) -> str:
    """Tables of one file as CSV: shown values only, each row with the measure and what the table is about.

    Where tables have different columns, those that a row lacks do not apply to it. Text that a spreadsheet would run
    as a formula is made plain by an apostrophe.
    """
    names = list_all_columns(*tables)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for table in tables:
        # The rows of a table have the same columns, so that each writes over the one before.
        told = {**dict.fromkeys(names, NOT_APPLICABLE), **list_about(table)}
        line = {name: _csv_value(text) for name, text in told.items()}
        for values in _csv_rows(table):
            line.update(values)
            writer.writerow(line.values())
    return out.getvalue()


def list_columns(table: PublishedTable) -> list[str]:
    """The columns of values in a table; ValueError where it has no rows."""
    if not table.cells:
        raise ValueError(f"the table '{table.name}' has no rows, so there is nothing to write")
    return list(dict.fromkeys(name for cell in table.cells[0] for name in cell.values))


def list_all_columns(*tables: PublishedTable) -> list[str]:
    """The columns of a file of tables: what they are about stands last, but for the measure, which stands first."""
    names = dict.fromkeys(name for table in tables for name in (*list_about(table), *list_columns(table)))
    return sorted(names, key=lambda name: name.startswith(ABOUT))


def list_about(table: PublishedTable) -> dict[str, str]:
    """What stands in every row of a table, by its column."""
    about = {"population": table.population, "period": table.period, "source": table.source}
    if table.exact:
        about["edition"] = NOT_FOR_PUBLICATION
    measure = {"measure": table.measure} if table.measure else {}
    return measure | {f"{ABOUT}{key}": text for key, text in about.items()}


def _csv_rows(table: PublishedTable) -> Iterator[dict[str, str | int | float]]:
    columns = list_columns(table)
    for row in table.cells:
        values = {name: _csv_value(value) for cell in row for name, value in cell.values.items()}
        if list(values) != columns:
            raise ValueError(f"the table '{table.name}' has rows with different columns")
        yield values


def _csv_value(value: str | int | float) -> str | int | float:
    return defuse(" ".join(value.split())) if isinstance(value, str) else value
