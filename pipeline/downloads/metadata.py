"""Column metadata for programs: explore-education-statistics and the W3C's "CSV on the Web"."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from pipeline.downloads.declared import SYMBOLS, DeclaredColumn, DeclaredFile

META_COLUMNS = (
    *("col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp"),
    *("filter_hint", "filter_grouping_column"),
)
"""In the order required by the Department for Education's data screener."""
_DATATYPES = {"text": "string", "count": "integer", "number": "double"}
FOUND_BESIDE = "csv-metadata.json"
"""The name under which the standard looks for the metadata of a CSV file, in the same folder."""


def read_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text)))


def meta_name(name: str) -> str:
    """Return the name of the metadata of a CSV file: 'reached.meta.csv'."""
    return f"{name.removesuffix('.csv')}.meta.csv"


def format_meta(file: DeclaredFile, text: str) -> str:
    """Return a file's columns in the layout of explore-education-statistics, one row per column of the CSV `text`.

    Columns that identify rows or state the subject are filters; all others are indicators. A filter with one value in
    every row is left out, as the screener requires.
    """
    rows = read_rows(text)
    filters = set(file.identifying_columns(rows))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(META_COLUMNS)
    for column in file.columns:
        is_filter = column.constant or column.name in filters
        if not is_filter or len({row[column.name] for row in rows}) > 1:
            writer.writerow(_meta_row(column, is_filter=is_filter))
    return out.getvalue()


def _meta_row(column: DeclaredColumn, *, is_filter: bool) -> tuple[str, ...]:
    if is_filter:
        return (column.name, "Filter", column.label, "", "", "", "", "")
    return (column.name, "Indicator", column.label, column.part_of, column.unit, str(column.decimals), "", "")


def format_csvw(files: Mapping[str, DeclaredFile], title: str, language: str) -> str:
    """Return the metadata of all CSV files of a folder, by name, for validators and other programs."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "@type": "TableGroup",
        "dc:title": title,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "null": [*SYMBOLS, ""],
        "tables": [_table(name, file) for name, file in files.items()],
    }
    return json.dumps(group, ensure_ascii=False) + "\n"


def _table(name: str, file: DeclaredFile) -> dict[str, Any]:
    about = {
        "dc:title": file.title,
        "dc:description": file.note,
        "dc:subject": file.population,
        "dc:temporal": file.period,
        "dc:source": file.source,
    }
    texts = {key: words for key, words in about.items() if words}
    return {"url": name, **texts, "tableSchema": {"columns": [_column(column) for column in file.columns]}}


def _column(column: DeclaredColumn) -> dict[str, str]:
    """Return a column's description; `titles` is the header in row 1, by which a validator matches the column."""
    return {
        "name": column.name,
        "titles": column.name,
        "dc:title": column.label,
        "datatype": _DATATYPES[column.kind],
    }
