"""`mapping.yaml`: how files of anybody's own shape become tables of the contract, without code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.contract.names import find_same
from pipeline.contract.tables import RETURN_TABLES, Table, load_table
from pipeline.contract.values import suggest
from pipeline.files.mapping import mapping_keys as declared
from pipeline.files.mapping.convert import Affine, AgeFrom
from pipeline.files.mapping.marked_yaml import MappingError as MappingError
from pipeline.files.mapping.marked_yaml import Marked, read_marked

KEYS = (
    "name", "file", "sheet", "table", "header_row", "missing", "in_scope", "needs", "set", "columns", "values", "codes",
    "prefix", "date_formats", "units", "scales", "age_from", "ethnic_classification",
)  # fmt: skip
_NEEDED = ("file", "table", "columns")
_PERIOD = "period"
_A_LIST = "[small, regular]"


@dataclass(frozen=True)
class Block:
    """One reading of one file as one table of the contract; texts as they stand in mapping.yaml.

    `values` holds what code lists say too; `lines` says where their columns are named, and the period. `coded_in` is
    the census whose ethnic groups it is coded in, blank where it is not said.
    """

    name: str
    file: str
    sheet: str
    table: Table
    header_row: int
    missing: frozenset[str]
    in_scope: Mapping[str, frozenset[str]]
    needs: tuple[str, ...]
    constants: Mapping[str, str]
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    prefix: Mapping[str, str]
    date_formats: Mapping[str, str]
    units: Mapping[str, str]
    scales: Mapping[str, Affine]
    age_from: AgeFrom | None
    coded_in: str
    lines: Mapping[str, int]
    period_line: int

    @property
    def their_columns(self) -> tuple[str, ...]:
        """Every column of their file that the block reads."""
        return tuple(self.lines)

    @property
    def fills(self) -> frozenset[str]:
        """The contract's columns that the block fills."""
        return frozenset((*self.columns, *self.constants, *(["age"] if self.age_from else [])))


def read_mapping(path: Path, place: str, official: bool = True) -> tuple[Block, ...]:
    """The blocks of the mapping in `path`; `place` is what messages call it.

    `official`: whether the dataset has the ethnic groups of a census.
    """
    whole = read_marked(path, place)
    entries = whole.entries()
    if set(entries) != {"blocks"}:
        stranger = next((entry for name, entry in entries.items() if name != "blocks"), whole)
        raise stranger.named().fault("write one key, 'blocks', with a list of blocks under it.")
    blocks: list[Block] = []
    for number, part in enumerate(entries["blocks"].elements("- file: theirs.csv"), 1):
        block = _load_block(part.named(f"block {number}"), official)
        if any(block.name == other.name for other in blocks):
            raise part.named(f"block {number}").fault(
                f"an earlier block is called '{block.name}' too; give each its own name."
            )
        same = (other for other in blocks if (other.file, other.sheet) == (block.file, block.sheet))
        if any(block.header_row != other.header_row for other in same):
            raise part.named(f"block {number}").fault(
                f"an earlier block reads '{block.file}' with another header_row; a file has one."
            )
        blocks.append(block)
    return tuple(blocks)


def _load_block(part: Marked, official: bool) -> Block:
    entries = part.entries()
    if "name" in entries:
        part = part.named(f"{part.path[0]} ({entries['name'].text()})")
        entries = part.entries()
    _check_keys(part, entries)
    table = _load_table(entries["table"])
    keys = _Keys(entries, table)
    columns = keys.texts("columns", table.columns, lambda entry: entry.text())
    constants = keys.texts("set", (*table.columns, _PERIOD), lambda one: declared.load_constant(one, table))
    age_from = declared.load_age_from(entries["age_from"], table) if "age_from" in entries else None
    needs = entries["needs"].elements(_A_LIST) if "needs" in entries else []
    filled = tuple(columns)
    block = Block(
        name=part.path[0] if "name" not in entries else entries["name"].text(),
        file=_load_file(entries["file"]),
        sheet=entries["sheet"].text() if "sheet" in entries else "",
        table=table,
        header_row=declared.load_header_row(entries["header_row"]) if "header_row" in entries else 0,
        missing=frozenset({"", *(_texts(entries["missing"]) if "missing" in entries else ())}),
        in_scope={column: _texts(entry) for column, entry in keys.under("in_scope").items()},
        needs=tuple(element.text() for element in needs),
        constants=constants,
        columns=columns,
        values=_load_values(keys, filled),
        prefix=keys.texts("prefix", filled, lambda entry: entry.text()),
        date_formats=keys.texts("date_formats", filled, lambda one: declared.load_date_format(one, table)),
        units=keys.texts("units", filled, declared.load_unit),
        scales={name: declared.load_scale(entry, table) for name, entry in keys.under("scales").items()},
        age_from=age_from,
        coded_in=declared.load_census(entries["ethnic_classification"], filled, official)
        if "ethnic_classification" in entries
        else "",
        lines=_lines(entries, needs, age_from),
        period_line=keys.under("set").get(_PERIOD, part).line,
    )
    _check_filled(part, keys, block)
    _check_age(entries, block)
    return block


@dataclass(frozen=True)
class _Keys:
    """The keys of one block, and what may stand under them."""

    entries: Mapping[str, Marked]
    table: Table

    def under(self, key: str) -> dict[str, Marked]:
        return self.entries[key].entries() if key in self.entries else {}

    def of_columns(self, key: str, allowed: tuple[str, ...]) -> dict[str, Marked]:
        """What stands under `key`, each of it said of a column that is `allowed`."""
        found = self.under(key)
        for column, entry in found.items():
            if column not in allowed:
                contract = allowed[: len(self.table.columns)] == self.table.columns
                where = f"of {self.table.name}" if contract else "filled under 'columns'"
                hint = suggest(column, allowed) or "; correct it, or take it out."
                raise entry.named(*entry.path[:-1]).fault(f"'{column}' is not a column {where}{hint}")
        return found

    def texts(self, key: str, allowed: tuple[str, ...], load: Callable[[Marked], str]) -> dict[str, str]:
        return {column: load(entry) for column, entry in self.of_columns(key, allowed).items()}


def _check_keys(part: Marked, entries: Mapping[str, Marked]) -> None:
    for key, entry in entries.items():
        if key not in KEYS:
            raise entry.named(*part.path).fault(
                f"'{key}' is not a key{suggest(key, KEYS) or '; take it out.'}"
            )
    for key in _NEEDED:
        if key not in entries:
            raise part.fault(f"the key '{key}' is missing.")


def _load_table(entry: Marked) -> Table:
    name = entry.text()
    if not find_same(name, RETURN_TABLES):
        hint = suggest(name, RETURN_TABLES) or f"; the tables are {', '.join(RETURN_TABLES)}."
        raise entry.fault(f"'{name}' is not a table{hint}")
    return load_table(find_same(name, RETURN_TABLES))


def _load_file(entry: Marked) -> str:
    name = entry.text()
    if Path(name).name != name or "\\" in name:
        raise entry.fault(f"'{name}' must be the name of a file in the mapping's own folder, without a path.")
    return name


def _texts(entry: Marked) -> frozenset[str]:
    return frozenset(element.text() for element in entry.elements(_A_LIST))


def _load_values(keys: _Keys, filled: tuple[str, ...]) -> dict[str, Mapping[str, str]]:
    """Their codes and what they stand for: those of a code list first, which `values` may change."""
    listed = {
        column: declared.load_code_list(entry, keys.table.field(column))
        for column, entry in keys.of_columns("codes", filled).items()
    }
    own = {
        column: {
            theirs: declared.load_code(target, keys.table.field(column))
            for theirs, target in entry.entries().items()
        }
        for column, entry in keys.of_columns("values", filled).items()
    }
    return {column: {**listed.get(column, {}), **own.get(column, {})} for column in (*listed, *own)}


def _lines(entries: Mapping[str, Marked], needs: list[Marked], age_from: AgeFrom | None) -> dict[str, int]:
    lines = {entry.text(): entry.line for entry in reversed(entries["columns"].entries().values())}
    if "in_scope" in entries:
        lines |= {column: entry.line for column, entry in entries["in_scope"].entries().items()}
    lines |= {element.text(): element.line for element in needs}
    if age_from:
        lines[age_from.column] = entries["age_from"].line
    return lines


def _check_filled(part: Marked, keys: _Keys, block: Block) -> None:
    """Every column that is needed is filled, and none twice."""
    for column in (*block.table.required, *block.columns):
        if (column in block.columns) == (column in block.constants):
            fault = "filled twice" if column in block.columns else "not filled"
            place = keys.under("set").get(column, part).named(*part.path)
            raise place.fault(f"the column '{column}' is {fault}; name it in 'columns' or in 'set'.")
    only = block.constants.get("scale")
    for scale, entry in keys.under("scales").items():
        if only not in (None, scale):
            raise entry.fault(f"'set' fills another scale, '{only}'; name that one here.")


def _check_age(entries: Mapping[str, Marked], block: Block) -> None:
    """The age is filled once, at a date that is filled, and the date of birth fills nothing else."""
    if not block.age_from:
        return
    part = entries["age_from"]
    if "age" in block.columns or "age" in block.constants:
        raise part.fault("the column 'age' is filled twice; take it out of 'columns' and 'set'.")
    if block.age_from.at not in block.fills:
        raise part.fault(f"'{block.age_from.at}' is not filled; name it in 'columns' or in 'set'.")
    other = next((ours for ours, theirs in block.columns.items() if theirs == block.age_from.column), None)
    if other:
        raise part.fault(f"the date of birth also fills '{other}'; it may only give the age.")
