"""The workbook's explanations: how to fill it in, how to send it, and what each word and column means."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from pipeline.contract.tables import RETURN_TABLES, Field, load_table

Line = tuple[str, str]
COVER_SHEET = "Return"
COVER_NOTES = {
    "nil": "Choose 'yes' where there is nothing to report this quarter; leave it blank otherwise.",
    "ethnic_classification": (
        "Choose the census whose ethnic groups your system has, where they are not those of the list in this workbook: "
        "'Any other ethnic group' of 2001 is not that of 2011. Leave it blank otherwise."
    ),
    "note": "A remark for your commissioner, if you like. It is kept and not published. No names.",
}
_KINDS = {
    "string": "text",
    "integer": "a whole number, in digits only",
    "number": "a number, in digits only",
    "date": "a date: year-month-day, like 2009-05-31",
}


@dataclass(frozen=True)
class Notes:
    """A title, and sections of terms with their explanations."""

    title: str
    sections: tuple[tuple[str, tuple[Line, ...]], ...]


def explain_column(field: Field) -> str:
    """Return the comment on a column's name."""
    parts = [
        f"{field.title}: {field.description}",
        "Must be filled in every row." if field.required else "May be blank.",
        f"It is {_KINDS[field.type]}.",
    ]
    parts += [f"Choose from: {', '.join(field.enum)}."] if field.enum else []
    parts += ["Choose a group from the list."] if field.codes else []
    parts += [f"Example: {field.example}"] if field.example else []
    return "\n".join(parts)


def column_notes(title: str) -> Notes:
    """Return the contents of the sheet Notes; `title` names the dataset."""
    tables = tuple(
        (f"Sheet {name}", (("A row", load_table(name).description), *map(_about, load_table(name).fields)))
        for name in RETURN_TABLES
    )
    cover = (f"Sheet {COVER_SHEET}", tuple(COVER_NOTES.items()))
    return Notes(f"Return for {title}", (*_read_sections(), *tables, cover))


def _read_sections() -> Iterator[tuple[str, tuple[Line, ...]]]:
    text = files("pipeline.returns").joinpath("notes.csv").read_text(encoding="utf-8")
    for heading, lines in groupby(csv.DictReader(text.splitlines()), key=lambda line: line["section"]):
        yield heading, tuple((line["term"], line["said"]) for line in lines)


def _about(field: Field) -> Line:
    return field.name, explain_column(field).replace("\n", " ")
