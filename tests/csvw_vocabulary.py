"""What the W3C Recommendation "Metadata Vocabulary for Tabular Data" (17 December 2015) knows, as far as we use it."""

import re
from collections.abc import Iterator
from typing import Any

# Sections 5.3 (table groups), 5.4 (tables), 5.5 (schemas), 5.6 (columns) and 5.11.2 (datatypes).
INHERITED = {
    *("aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl", "required", "separator"),
    *("textDirection", "valueUrl"),
}
OF_GROUP = {
    "@context",
    "@id",
    "@type",
    "tables",
    "dialect",
    "notes",
    "tableDirection",
    "tableSchema",
    "transformations",
}
OF_TABLE = (OF_GROUP - {"@context", "tables"}) | {"url", "suppressOutput"}
OF_SCHEMA = {"@id", "@type", "columns", "foreignKeys", "primaryKey", "rowTitles"}
OF_COLUMN = {"@id", "@type", "name", "titles", "suppressOutput", "virtual"}
OF_DATATYPE = {
    *("@id", "@type", "base", "format", "length", "minLength", "maxLength", "minimum", "maximum"),
    *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
}
OF_DIALECT = {
    *("@id", "@type", "commentPrefix", "delimiter", "doubleQuote", "encoding", "header", "headerRowCount"),
    *("lineTerminators", "quoteChar", "skipBlankRows", "skipColumns", "skipInitialSpace", "skipRows", "trim"),
}
NUMERIC = {"integer", "double", "decimal"}
BASES = NUMERIC | {"string", "date"}
_NAME = re.compile(
    r"(?!_)([A-Za-z0-9_]|%[0-9A-Fa-f]{2})(\.?([A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*"
)  # RFC 6570 varname


def _own(described: dict[str, Any]) -> set[str]:
    """Properties that the vocabulary must know: those of others have a prefix."""
    return {name for name in described if name.startswith("@") or ":" not in name}


def list_unknown(group: dict[str, Any]) -> Iterator[str]:
    """What stands in a group of tables, its tables, schemas and columns, and is no word of the vocabulary."""
    yield from _own(group) - OF_GROUP - INHERITED
    yield from set(group["dialect"]) - OF_DIALECT
    yield from set(group["@context"][1]) - {"@base", "@language"}
    for table in group["tables"]:
        yield from _own(table) - OF_TABLE - INHERITED
        yield from _own(table["tableSchema"]) - OF_SCHEMA - INHERITED
        for column in table["tableSchema"]["columns"]:
            yield from _own(column) - OF_COLUMN - INHERITED
            if not _NAME.fullmatch(column["name"]):
                yield column["name"]
