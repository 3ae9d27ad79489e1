"""The contract as metadata of the W3C's "CSV on the Web" (Metadata Vocabulary for Tabular Data)."""

import json
import re
from typing import Any

from pipeline.contract.tables import REFERENCE_TABLES, RETURN_TABLES, Field, Table, load_table

_BASES = {"string": "string", "integer": "integer", "number": "double", "date": "date"}


def _place(table: Table) -> str:
    """Return the table's path among the templates."""
    return f"{'reference' if table.role == 'reference' else 'returns'}/{table.name}.csv"


def _datatype(field: Field) -> dict[str, Any]:
    datatype: dict[str, Any] = {"base": _BASES[field.type]}
    if field.type == "date":
        datatype["format"] = "yyyy-MM-dd"
    elif field.enum:
        datatype["format"] = "|".join(re.escape(code) for code in field.enum)
    elif field.pattern:
        datatype["format"] = field.pattern
    limits = {"minimum": field.minimum, "maximum": field.maximum}
    return datatype | {name: limit for name, limit in limits.items() if limit is not None}


def _column(field: Field) -> dict[str, Any]:
    """Return a column's description; `titles` is the header in row 1, by which a validator matches the column."""
    return {
        "name": field.name,
        "titles": field.name,
        "dc:title": field.title,
        "dc:description": field.description,
        "datatype": _datatype(field),
        "required": field.required,
    }


def _foreign_keys(table: Table) -> list[dict[str, Any]]:
    """Return the foreign keys to a whole primary key: the vocabulary requires exactly one row at the other end."""
    return [
        {
            "columnReference": [key.column],
            "reference": {"resource": _place(target), "columnReference": [key.target_column]},
        }
        for key in table.foreign_keys
        for target in [load_table(key.target)]
        if target.primary_key == (key.target_column,)
    ]


def _table(table: Table) -> dict[str, Any]:
    return {
        "url": _place(table),
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": {
            "columns": [_column(field) for field in table.fields],
            "primaryKey": list(table.primary_key),
            "foreignKeys": _foreign_keys(table),
        },
    }


def format_csvw() -> str:
    """Return the tables of returns and of the commissioner as one table group, by their paths among the templates."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@type": "TableGroup",
        "dc:title": "What Outturn reads: the commissioner's tables and a provider's return",
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "null": [""],
        "tables": [_table(load_table(name)) for name in (*REFERENCE_TABLES, *RETURN_TABLES)],
    }
    return json.dumps(group, indent=2, ensure_ascii=False) + "\n"
