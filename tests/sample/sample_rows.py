"""The committed sample read with nothing but the standard library and the contract's declarations."""

import csv
import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from packed_returns import in_force

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.contract.tables import Field, load_table

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "raw" / "sample"
TRUTHS_FILE = Path(__file__).with_name("truths.yaml")
Record = Mapping[str, str]


@cache
def truths() -> Mapping[str, Any]:
    """What is planted."""
    loaded: Mapping[str, Any] = yaml.safe_load(TRUTHS_FILE.read_text(encoding="utf-8"))
    return loaded


def lines(path: Path) -> list[list[str]]:
    """All rows of a CSV file, the header first."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@cache
def records(table: str) -> list[Record]:
    """Rows of a reference table."""
    header, *rows = lines(SAMPLE / "reference" / f"{table}.csv")
    return [dict(zip(header, row, strict=True)) for row in rows]


def planted_rows() -> set[tuple[str, int]]:
    """File and row of every planted fault."""
    return {(fault["file"], fault["row"]) for fault in truths()["faults"]}


@cache
def standing(table: str) -> tuple[Record, ...]:
    """Sound rows, of every key the one of the latest period."""
    contract, latest = load_table(table), {}
    found = [sent for sent in in_force() if sent.table == table]
    for sent in sorted(found, key=lambda sent: (sent.period, sent.place)):
        for number, row in enumerate(sent.lines[1:], start=2):
            if (sent.place, number) not in planted_rows():
                filled = dict(zip(sent.lines[0], row, strict=True))
                record = {column: filled.get(column, "") for column in contract.columns}
                latest[tuple(record[column] for column in contract.primary_key)] = record
    return tuple(latest.values())


@cache
def _codes() -> frozenset[str]:
    """Those of the newest census, which holds the other two's."""
    return frozenset(load_classification("ons_2021", SAMPLE).by_code)


def _parses(field: Field, value: str) -> bool:
    try:
        if field.type == "date":
            dt.datetime.strptime(value, "%Y-%m-%d")
        elif field.type != "string":
            number = float(value) if field.type == "number" else int(value)
            low, high = field.minimum, field.maximum
            return (low is None or number >= low) and (high is None or number <= high)
    except ValueError:
        return False
    return True


def _cell_is_sound(field: Field, value: str) -> bool:
    if not value:
        return not field.required
    allowed = not field.enum or value in field.enum
    shaped = field.pattern is None or re.fullmatch(field.pattern, value) is not None
    coded = field.codes is None or value in _codes()
    return allowed and shaped and coded and _parses(field, value)


def conforms(table: str, header: list[str], row: list[str]) -> bool:
    """Whether a row has a cell for each column of the header, filled as the contract asks."""
    fields = [load_table(table).field(name) for name in header]
    return len(row) == len(fields) and all(map(_cell_is_sound, fields, row))


def _score_is_on_scale(record: Record) -> bool:
    scale = next(each for each in records("scales") if each["scale"] == record["scale"])
    scores = [float(record[name]) for name in ("baseline_score", "review_score", "goal") if record[name]]
    return all(float(scale["minimum"]) <= score <= float(scale["maximum"]) for score in scores)


def agrees_with_itself(table: str, record: Record, provider_id: str) -> bool:
    """Whether dates follow one another, scores lie on their scale, and the service is the provider's own."""
    if table == "outcomes":
        baseline, review = record["baseline_date"], record["review_date"]
        return _score_is_on_scale(record) and not (baseline and review and review < baseline)
    mine = {each["service_id"] for each in records("services") if each["provider_id"] == provider_id}
    if table == "feedback":
        return record["service_id"] in mine
    days = [record[name] for name in ("referral_date", "start_date", "end_date") if record[name]]
    return record["service_id"] in mine and days == sorted(days)


def unsound_rows() -> set[tuple[str, int]]:
    """File and row of every row of the returns that breaks the contract or contradicts itself."""
    found = set()
    for sent in in_force():
        contract, seen = load_table(sent.table), set()
        header, *rows = sent.lines
        for number, row in enumerate(rows, start=2):
            key = tuple(row[: len(contract.primary_key)])
            sound = conforms(sent.table, header, row) and key not in seen
            record = dict(zip(header, row, strict=False))
            if not sound or not agrees_with_itself(sent.table, record, sent.provider_id):
                found.add((sent.place, number))
            seen.add(key)
    return found
