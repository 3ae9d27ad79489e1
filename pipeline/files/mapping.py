"""`mapping.yaml`: how files of anybody's own shape become tables of the contract, without code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.contract.tables import RETURN_TABLES, Table, load_table
from pipeline.contract.values import ISO_DATE, parse_text, suggest

_KEYS = (
    "name", "file", "table", "missing", "in_scope", "needs", "set", "columns", "values", "prefix",
    "date_formats",
)  # fmt: skip
_NOT_IN_CONTRACT = ("period",)


class MappingError(ValueError):
    """A mapping that cannot be used; the message names file, block, key and mend."""


@dataclass(frozen=True)
class Block:
    """One reading of one file as one table of the contract; all texts as they stand in mapping.yaml."""

    name: str
    file: str
    table: Table
    missing: frozenset[str]
    in_scope: Mapping[str, frozenset[str]]
    needs: tuple[str, ...]
    constants: Mapping[str, str]
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    prefix: Mapping[str, str]
    date_formats: Mapping[str, str]

    @property
    def their_columns(self) -> tuple[str, ...]:
        """Every column of their file that the block reads."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.in_scope, *self.needs)))


class _StrictLoader(yaml.BaseLoader):
    """All scalars stay text (no: a code, not False; 0012 keeps its noughts) and a key may stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            line = node.start_mark.line + 1
            raise MappingError(f"the key '{repeated}' stands twice in the part that begins in line {line}.")
        return super().construct_mapping(node, deep=deep)


def read_mapping(path: Path, place: str) -> tuple[Block, ...]:
    """The blocks of the mapping in `path`; `place` is what messages call it."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_StrictLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{place} is not readable as YAML: {error}".replace("\n", " ")) from error
    except MappingError as error:
        raise MappingError(f"{place}: {error}") from error
    if not isinstance(raw, dict) or set(raw) != {"blocks"} or not isinstance(raw["blocks"], list):
        raise MappingError(f"{place}: expected one key, 'blocks', with a list of blocks under it.")
    blocks = tuple(_load_block(block, f"{place}, block {n}") for n, block in enumerate(raw["blocks"], 1))
    names = [block.name for block in blocks]
    if len(set(names)) < len(names):
        raise MappingError(f"{place}: two blocks have the same name; give each its own.")
    return blocks


def _load_block(raw: object, place: str) -> Block:
    if not isinstance(raw, dict):
        raise MappingError(f"{place}: expected keys and values such as 'file: theirs.csv'.")
    name = raw.get("name", place.rpartition(", ")[2])
    place = f"{place} ({name})" if "name" in raw else place
    _check_block_keys(raw, place)
    table = load_table(raw["table"])
    block = Block(
        name=name,
        file=raw["file"],
        table=table,
        missing=frozenset({"", *_texts(raw.get("missing", []), f"{place}, missing")}),
        in_scope={
            column: frozenset(_texts(values, f"{place}, in_scope, {column}"))
            for column, values in _part(raw, "in_scope", place).items()
        },
        needs=tuple(_texts(raw.get("needs", []), f"{place}, needs")),
        constants=_text_part(raw, "set", place),
        columns=_text_part(raw, "columns", place),
        values={
            column: _text_part(_part(raw, "values", place), column, f"{place}, values")
            for column in _part(raw, "values", place)
        },
        prefix=_text_part(raw, "prefix", place),
        date_formats=_text_part(raw, "date_formats", place),
    )
    _check_columns(block, place)
    _check_constants(block, place)
    _check_date_formats(block, place)
    return block


def _check_block_keys(raw: Mapping[str, Any], place: str) -> None:
    for key in raw:
        if key not in _KEYS:
            raise MappingError(f"{place}: '{key}' is not a key{suggest(key, _KEYS) or '.'}")
    for key in ("file", "table", "columns"):
        if key not in raw:
            raise MappingError(f"{place}: the key '{key}' is missing.")
    if not all(isinstance(raw.get(key, ""), str) for key in ("name", "file", "table")):
        raise MappingError(f"{place}: name, file and table each take one text.")
    if raw["table"] not in RETURN_TABLES:
        hint = suggest(raw["table"], RETURN_TABLES) or f"; the tables are {', '.join(RETURN_TABLES)}."
        raise MappingError(f"{place}, table: '{raw['table']}' is not a table{hint}")
    if Path(raw["file"]).name != raw["file"] or "\\" in raw["file"]:
        raise MappingError(f"{place}, file: '{raw['file']}' must be a file in the mapping's own folder.")


def _part(raw: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
    part = raw.get(key, {})
    if not isinstance(part, dict):
        raise MappingError(f"{place}, {key}: expected keys and values.")
    return part


def _text_part(raw: Mapping[str, Any], key: str, place: str) -> Mapping[str, str]:
    part = _part(raw, key, place)
    wrong = next((name for name, value in part.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise MappingError(f"{place}, {key}, {wrong}: expected one text.")
    return part


def _texts(raw: object, place: str) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise MappingError(f"{place}: expected a list such as [small, regular].")
    return raw


def _check_columns(block: Block, place: str) -> None:
    known = block.table.columns
    parts: Mapping[str, tuple[Mapping[str, object], tuple[str, ...]]] = {
        "set": (block.constants, (*known, *_NOT_IN_CONTRACT)),
        "columns": (block.columns, known),
        "values": (block.values, tuple(block.columns)),
        "prefix": (block.prefix, tuple(block.columns)),
        "date_formats": (block.date_formats, tuple(block.columns)),
    }
    for key, (part, allowed) in parts.items():
        for column in part:
            if column not in allowed:
                where = (
                    f"of {block.table.name}" if allowed[: len(known)] == known else "filled under 'columns'"
                )
                hint = suggest(column, allowed) or "."
                raise MappingError(f"{place}, {key}: '{column}' is not a column {where}{hint}")
    for column in (*block.table.required, *block.columns):
        if (column in block.columns) == (column in block.constants):
            fault = "filled twice" if column in block.columns else "not filled"
            raise MappingError(
                f"{place}: the column '{column}' is {fault}; name it in 'columns' or in 'set'."
            )


def _check_constants(block: Block, place: str) -> None:
    for column, text in block.constants.items():
        if column in _NOT_IN_CONTRACT or block.table.field(column).codes:
            continue
        fault = parse_text(text, block.table.field(column)).fault
        if fault:
            raise MappingError(f"{place}, set, {column}: '{text}' is {fault.message}; {fault.mend}.")


def _check_date_formats(block: Block, place: str) -> None:
    day = dt.datetime(2009, 5, 31)
    for column, form in block.date_formats.items():
        if block.table.field(column).type != "date":
            raise MappingError(f"{place}, date_formats: '{column}' is not a date.")
        try:
            kept = dt.datetime.strptime(day.strftime(form), form) == day
        except ValueError:
            kept = False
        if not kept:
            raise MappingError(
                f"{place}, date_formats, {column}: '{form}' does not give day, month and year, as {ISO_DATE} does."
            )
