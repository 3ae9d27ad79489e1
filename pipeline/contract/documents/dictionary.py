"""Generate the data dictionary, and CSV templates to fill in."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.contract.documents.csvw import format_csvw
from pipeline.contract.documents.rules_page import format_rules
from pipeline.contract.groups.ethnicity import OFFICIAL, load_classification
from pipeline.contract.tables import (
    CYCLE_TABLES,
    OPTIONAL_TABLES,
    REFERENCE_TABLES,
    RETURN_TABLES,
    Field,
    Table,
    load_table,
    read_part,
)
from pipeline.contract.values import PATTERN_WORDS

_TYPES = {"string": "text", "integer": "whole number", "number": "number", "date": "date, like 2009-05-31"}
_FILLED_IN = ("areas", "corrections", "evaluation_plan", "standards", "curves", *CYCLE_TABLES)
"""The optional tables that people fill in; the others are written by `outturn freeze`."""


class TemplatesError(ValueError):
    """Templates that would overwrite files which may have been filled in."""


def _code(words: str) -> str:
    return f"`{words}`"


def _limits(field: Field) -> str:
    match field.minimum, field.maximum:
        case None, None:
            return ""
        case low, None:
            return f"{low:g} or more"
        case None, high:
            return f"{high:g} or less"
        case low, high:
            return f"{low:g} to {high:g}"


def _allowed(field: Field, table: Table) -> str:
    links = [
        f"`{key.target_column}` of [{title}](#{title.lower().replace(' ', '-')})"
        for key in table.foreign_keys
        if key.column == field.name
        for title in [load_table(key.target).title]
    ]
    codes = "a code or label of the [ethnic classification](#ethnic-classifications)" if field.codes else ""
    pattern = PATTERN_WORDS[field.pattern] if field.pattern and not links else ""
    choices = ", ".join(map(_code, field.enum))
    return "; ".join(filter(None, (choices, codes, *links, pattern, _limits(field))))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([_line(head), _line("---" for _ in head), *map(_line, rows)])


def _field_row(field: Field, table: Table) -> tuple[str, ...]:
    return (
        _code(field.name),
        field.title,
        _TYPES[field.type],
        "yes" if field.required else "no",
        _allowed(field, table),
        field.description,
        _code(field.example) if field.example else "",
    )


def _table_section(table: Table) -> str:
    place = "reference" if table.role == "reference" else "returns/<provider>/<period>"
    key = " and ".join(map(_code, table.primary_key))
    where = "No two rows" if table.role == "reference" else "No two rows of a return"
    head = ("Column", "Title", "Kind", "Needed", "Allowed", "Meaning", "Example")
    told = f"### {table.title}\n\n`{place}/{table.name}.csv`. {table.description}\n\n{where} have the same {key}.\n\n"
    return told + _grid(head, [_field_row(field, table) for field in table.fields])


def _classification_section(name: str) -> str:
    codes = load_classification(name, Path()).codes
    rows = [(_code(entry.code), entry.label, entry.broad_group, entry.broad_group_title) for entry in codes]
    return f"### {name}\n\n" + _grid(("Code", "Label", "Broad group", "Its full name"), rows)


def format_dictionary() -> str:
    """Return every table, column and ethnic classification as Markdown."""
    parts = [
        read_part("documents", "data-dictionary.md"),
        "## Reference tables\n",
        *(_table_section(load_table(name)) + "\n" for name in (*REFERENCE_TABLES, *OPTIONAL_TABLES)),
        "## Returns\n",
        *(_table_section(load_table(name)) + "\n" for name in RETURN_TABLES),
        read_part("documents", "classifications.md"),
        *(_classification_section(name) + "\n" for name in OFFICIAL),
    ]
    return "\n".join(parts)


def _format_csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def format_templates() -> Mapping[str, str]:
    """Return the text of each template by its path: blank ones, and `examples/` with one row each.

    Two are not blank: dataset.yaml, whose values are to be replaced, and the catalogue of measures to choose from.
    """
    tables = [load_table(name) for name in (*REFERENCE_TABLES, *_FILLED_IN, *RETURN_TABLES)]
    places = {table.name: "reference" if table.role == "reference" else "returns" for table in tables}
    blank = {f"{places[table.name]}/{table.name}.csv": _format_csv([table.columns]) for table in tables}
    # A line of benchmarks.csv requires the file that it names.
    examples = [table for table in tables if table.name != "benchmarks"]
    filled = {
        f"examples/{places[table.name]}/{table.name}.csv": _format_csv(
            [table.columns, list(list_examples(table).values())]
        )
        for table in examples
    }
    catalogue = {"reference/measures.csv": read_part("measures.csv")}
    return {
        "dataset.yaml": read_part("documents", "dataset.yaml"),
        **blank,
        **catalogue,
        "csvw.json": format_csvw(),
        **filled,
    }


def write_contract(folder: Path) -> None:
    """Write the data dictionary, the page of rules and the CSVW metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "data-dictionary.md": format_dictionary(),
        "rules.md": format_rules(),
        "csvw.json": format_csvw(),
    }
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def write_templates(folder: Path, workbooks: Mapping[str, bytes] | None = None) -> tuple[str, ...]:
    """Write the templates and return their paths; TemplatesError, with nothing written, if one exists."""
    texts = {name: text.encode("utf-8") for name, text in format_templates().items()}
    templates = {**texts, **(workbooks or {})}
    there = next((name for name in templates if (folder / name).exists()), None)
    if there:
        place = (folder / there).as_posix()
        raise TemplatesError(f"{place} is there already and may be filled in; name another folder.")
    for name, content in templates.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(templates)


def list_examples(table: Table) -> dict[str, str]:
    """Return the example of each column: one row of the table."""
    return {field.name: field.example for field in table.fields}
