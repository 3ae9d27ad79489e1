"""Which column of a file is which of those asked for, and what is to be said of columns not used, or not there."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.contract.groups.synonyms import column_names
from pipeline.contract.names import LOOKS_PERSONAL, find_near, fold_name, looks_personal
from pipeline.contract.rules import BY_NAME
from pipeline.contract.tables import Table
from pipeline.contract.values import Fault
from pipeline.files.formats.text import RefusedFileError, TextColumn, TextTable, Tidied
from pipeline.files.mapping.mapping_file import Block

LOOKS_LIKE_VALUE = re.compile(rf"{LOOKS_PERSONAL.pattern}|^[\W\d_]*$")
_LONGEST = 60
_LISTED = 10
_REVIEWED = ("review_score", "achieved")
_MAP_IT = "name it under 'columns' in mapping.yaml if it is; else leave it"


@dataclass(frozen=True)
class Remark:
    """What is said of a whole column or sheet, under a rule of columns or sheets; the file is used all the same."""

    column: str
    fault: Fault


def place_columns(text: TextTable, names: Iterable[str], *, spelt: bool = False) -> dict[str, int]:
    """Return where the columns of these names stand; RefusedFileError where two headings are the same name.

    `spelt`: a heading spelt just so goes before others, because whoever wrote `names` had the file before them.
    """
    found = {}
    for name in names:
        places = [text.header.index(name)] if spelt and name in text.header else text.places(name)
        if len(places) > 1:
            first, second, *_ = places
            both = f"'{text.header[first]}' and '{text.header[second]}'"
            message = f"columns {first + 1} and {second + 1} ({both}) are both read as '{name}'"
            fix = "keep one of them, or give the other a name of its own"
            raise RefusedFileError(Fault("file.header", message, fix), text.lines, text.header[second])
        if places:
            found[name] = places[0]
    return found


def list_tidied(text: TextTable, places: Mapping[str, int]) -> tuple[Tidied, ...]:
    """Return what was tidied, under the names asked for, and which of these are spelt in another way."""
    names = {text.header[place]: name for name, place in places.items()}
    respelt = (
        Tidied(name, f"the column's name, written '{heading}'", 1)
        for heading, name in names.items()
        if heading != name
    )
    return (
        *(replace(entry, column=names.get(entry.column, entry.column)) for entry in text.tidied),
        *respelt,
    )


def find_meant(table: Table, missing: Collection[str], headings: Iterable[str]) -> dict[str, str]:
    """Return the column among the `missing` ones that each heading seems to mean, of those that seem to mean one."""
    names = {name: column for name, column in column_names(table).items() if column in missing}
    names |= {column: column for column in missing}
    return {heading: meant for heading in headings if (meant := find_near(heading, names))}


def remark_own(text: TextTable, table: Table, places: Mapping[str, int]) -> tuple[Remark, ...]:
    """Return what is to be said of the columns of a file in the contract's shape."""
    used = set(places.values())
    unused = {place: name for place, name in enumerate(text.header) if place not in used}
    missing = [name for name in table.columns if name not in places]
    meant = find_meant(table, missing, unused.values())
    said = [
        _unused(place, name, meant.get(name, ""), f": {table.name} has no column of that name")
        for place, name in unused.items()
        if name or not _is_blank(text.columns[place])
    ]
    return (*said, *_absent(table, missing))


def remark_mapped(text: TextTable, blocks: Sequence[Block]) -> list[tuple[Remark, ...]]:
    """Return, for each block that reads the file, what is to be said of columns; each is said at one block only."""
    used = {fold_name(name) for block in blocks for name in block.their_columns}
    unused = {place: name for place, name in enumerate(text.header) if name and fold_name(name) not in used}
    said: list[tuple[Remark, ...]] = []
    tables: set[str] = set()
    for table in (block.table for block in blocks):
        if table.name in tables:
            said.append(())
            continue
        tables.add(table.name)
        filled = {name for block in blocks if block.table == table for name in block.fills}
        missing = [name for name in table.columns if name not in filled]
        meant = find_meant(table, missing, unused.values())
        near = {place: name for place, name in unused.items() if name in meant}
        unused = {place: name for place, name in unused.items() if place not in near}
        found = (_unused(place, name, meant[name], fix=_MAP_IT) for place, name in near.items())
        said.append((*found, *_absent(table, missing)))
    said[0] = (*said[0], *_left_out(unused))
    return said


def remark_reviews(table: Table, columns: Mapping[str, TextColumn]) -> Iterator[Remark]:
    """Yield that outcomes have no review date at all, though something was reviewed or the column is not there."""
    if table.name != "outcomes" or not _is_blank(columns.get("review_date")) or not len(columns["outcome"]):
        return
    if "review_date" not in columns or not all(_is_blank(columns.get(name)) for name in _REVIEWED):
        message = "no row has a review date, so no outcome counts and no change can be worked out"
        yield _remark("column.no_review", "review_date", message)


def _left_out(unused: Mapping[int, str]) -> Iterator[Remark]:
    """What no block reads: personal columns each by itself, all others in one sentence."""
    rest = []
    for place, name in unused.items():
        if looks_personal(name):
            yield _unused(place, name)
        else:
            rest.append(_shown(place, name))
    if rest:
        yield _remark("column.unused", "", _not_named("column", rest))


def remark_sheets(unused: Sequence[str]) -> tuple[Remark, ...]:
    """Return what is to be said of the sheets of a mapped workbook that no block reads."""
    shown = [f"'{name}'" for name in unused]
    return (_remark("sheet.unused", "", _not_named("sheet", shown)),) if shown else ()


def _not_named(kind: str, shown: Sequence[str]) -> str:
    more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
    many = len(shown) > 1
    names = f"{kind}{'s' * many} {', '.join(shown[:_LISTED])}{more}"
    return (
        f"{names} {'were' if many else 'was'} not used: mapping.yaml does not name {'them' if many else 'it'}"
    )


def _remark(rule: str, column: str, message: str, fix: str = "") -> Remark:
    return Remark(column, Fault(rule, message, fix or BY_NAME[rule].fix))


def _unused(place: int, name: str, meant: str = "", why: str = "", fix: str = "") -> Remark:
    """What is said of one column that was not used: personal, nearly one of the contract's, or neither."""
    shown = _shown(place, name)
    message, column = f"column {shown} was not used", shown.strip("'") if "'" in shown else ""
    if looks_personal(name):
        return _remark("column.personal", column, f"{message}; it looks personal")
    if meant:
        return _remark("column.near", column, f"{message}; did you mean '{meant}'?", fix)
    return _remark("column.unused", column, message + (why if name else ""))


def _shown(place: int, name: str) -> str:
    """The heading as it may be shown: not where it looks like the value of a row."""
    if not name:
        return f"{place + 1} (without a name)"
    if LOOKS_LIKE_VALUE.search(name):
        return f"{place + 1} (its heading looks like a value)"
    return f"'{name[:_LONGEST]}'"


def _absent(table: Table, missing: Iterable[str]) -> Iterator[Remark]:
    """What cannot be told without each column that is not there; in one sentence for plain characteristics."""
    fields = [table.field(name) for name in missing]
    plain = [field.name for field in fields if field.characteristic and not field.without]
    for field in fields:
        if field.without:
            message = f"the column '{field.name}' is missing, so {field.without}"
            yield _remark("column.absent", field.name, message)
    if plain:
        names = " and ".join(f"'{name}'" for name in plain).replace(" and ", ", ", max(0, len(plain) - 2))
        said, them = ("columns {} are", "them") if len(plain) > 1 else ("column {} is", "it")
        message = f"the {said.format(names)} missing, so results cannot be broken down by {them}"
        yield _remark("column.absent", ", ".join(plain), message)


def _is_blank(column: TextColumn | None) -> bool:
    return column is None or not column.where(lambda text: bool(text.strip())).any()
