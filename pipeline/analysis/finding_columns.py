"""Findings as tables: their columns, as `contract/findings.yaml` declares them, and figures as entries of a row."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipeline.contract.published import FINDINGS, GROUPS_OF_COLUMNS
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate, NotEstimable, Result

Schema = Mapping[str, str]
Row = dict[str, Any]


def _columns(parts: Iterable[Mapping[str, str]], groups: Mapping[str, Schema]) -> Schema:
    """The columns of a declaration in their order, each with its kind."""
    found: dict[str, str] = {}
    for kind, names in (entry for part in parts for entry in part.items()):
        for name in names.split():
            match kind:
                case "like":
                    (group,) = (each for each in groups if name.endswith(each))
                    before = name.removesuffix(group)
                    found |= {f"{before}{column}": of for column, of in groups[group].items()}
                case "three":
                    found |= dict.fromkeys((name, f"{name}_lower", f"{name}_upper"), "float64")
                case _:
                    found[name] = kind
    return found


_GROUPS = {name: _columns(parts, {}) for name, parts in GROUPS_OF_COLUMNS.items()}
ESTIMATE = _GROUPS["estimate"]
SCHEMAS: Mapping[str, Schema] = {name: _columns(said["columns"], _GROUPS) for name, said in FINDINGS.items()}
"""The columns of every finding, by its name."""


def as_frame(rows: Iterable[Row], name: str) -> pd.DataFrame:
    """Return the rows with exactly the columns of a finding, in its types; ValueError for another column."""
    listed, schema = [*rows], SCHEMAS[name]
    for row in listed:
        if strangers := row.keys() - schema.keys():
            raise ValueError(f"{', '.join(sorted(strangers))}: not among the columns of this finding")
    frame = pd.DataFrame({column: [row.get(column) for row in listed] for column in schema}, dtype=object)
    blanks = {column: frame[column].fillna("") for column, kind in schema.items() if kind == "str"}
    return frame.assign(**blanks).astype(dict(schema))


def list_rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a finding, typed."""
    return frame.to_dict("records")  # type: ignore[return-value]


def estimate_columns(result: Result, prefix: str = "") -> Row:
    """Return an estimate's columns; of none the reason stands where the method would."""
    if isinstance(result, NotEstimable):
        return {f"{prefix}method": result.reason}
    told = vars(result)
    return {f"{prefix}{name}": told["value" if name == "estimate" else name] for name in ESTIMATE}


def taken(found: object, *names: str) -> Row:
    """Return fields of a record under their own names."""
    return {name: getattr(found, name) for name in names}


def figures(name: str, found: Result | Between | None) -> Row:
    """Return a figure and its limits, as `three` declares them; nothing where there is none."""
    if not isinstance(found, Estimate | Between):
        return {}
    return {name: found.value, f"{name}_lower": found.lower, f"{name}_upper": found.upper}


def side_columns(tally: Tally | None, prefix: str = "") -> Row:
    """Return what was counted; nothing where few stand behind it."""
    if tally is None or tally.few:
        return {}
    rate = bool(tally.child_years)
    return {
        f"{prefix}events": int(tally.events),
        f"{prefix}total": None if rate else int(tally.total),
        f"{prefix}child_years": tally.child_years if rate else None,
        f"{prefix}effect": tally.design_effect,
    }


def read_estimate(row: Row) -> Result:
    """Return the estimate that `estimate_columns` put into a row, or why there is none."""
    if pd.isna(row["estimate"]):
        return NotEstimable(row["method"])
    figures = (row[name] for name in ("estimate", "lower", "upper"))
    return Estimate(*figures, row["confidence_level"], method=row["method"], unit=row["unit"])
