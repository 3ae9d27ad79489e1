"""Slices: the folder of measures that one notebook reads, written by `measure` and protected by `protect`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pandas as pd

from pipeline.contract.context import Context, ScaleFacts
from pipeline.files.context import read_context, write_context, write_json
from pipeline.protect.cells import Cells, Slice
from pipeline.protect.rounding import Disclosure
from pipeline.protect.waits import QUARTILES

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = Mapping[str, pd.DataFrame] | Mapping[str, pa.Table]

_COUNTS, _PROTECTED = "counts.json", "protected.json"
_TYPES = get_type_hints(Slice)
LONG = ("measures", "characteristics", "strata", "compared")
COUNTS = tuple(
    name for name, kind in _TYPES.items() if kind in (Cells, pd.DataFrame) and name not in (*LONG, "scores")
)
"""Tables of a slice: long ones, and those of a few rows."""
_BESIDE_SERVICES = ("measures", "journey", "results", "characteristics", "compared")
"""Of these each service shows what all of them add up to."""
_IDS = ("measure_id", "peer", "kind", "service_id", "provider_id", "arm")
_TEXTS = (
    *_IDS,
    *("ethnic_group", "ethnicity", "counted", "step", "result", "what", "by", "name", "services"),
)
_NUMBERS = ("child_years", "expected", "variance", *QUARTILES, "off_by", "growth", "others_growth", "effect")


def scores_path(folder: Path) -> Path:
    """Where a service's scores lie; their rows are written by the engine that lists them."""
    return folder / "scores.parquet"


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _as_arrow(table: pd.DataFrame | pa.Table) -> pa.Table:
    import pyarrow as pa

    return table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)


def cut(table: pd.DataFrame, services: Sequence[str]) -> dict[str, pa.Table]:
    """The rows of each service, in their order; the whole of a table that tells no services apart."""
    if "service_id" not in table:
        return dict.fromkeys(services, _as_arrow(table))
    # Looked through once, not once a service.
    own = table.groupby("service_id").indices
    return {service: _as_arrow(table.iloc[own.get(service, [])]) for service in services}


def write_peers(path: Path, peers: pd.DataFrame) -> None:
    """Write what each service was to be expected to reach, always the same bytes."""
    write_json(path, _as_arrow(peers).to_pydict())


def _write_tables(folder: Path, tables: Tables) -> None:
    """Write tables of a slice, anew where they are there already."""
    import pyarrow.parquet as pq

    arrow = {name: _as_arrow(table) for name, table in tables.items()}
    # Arrow knows a blank as None, which JSON can say.
    counts = {name: table.to_pydict() for name, table in arrow.items() if name in COUNTS}
    write_json(folder / _COUNTS, _read_json(folder / _COUNTS) | counts)
    for name in arrow.keys() - counts:
        pq.write_table(arrow[name], folder / f"{name}.parquet")


def write_slice(
    folder: Path,
    context: Context,
    tables: Tables,
    adjusted_for: Sequence[str],
) -> None:
    """Write a slice but for its scores, always the same bytes: `context.json`, `counts.json`, and long tables.

    The tables of counts are a few rows each, of texts and whole numbers.
    """
    write_context(folder, context)
    write_json(folder / _COUNTS, {"adjusted_for": list(adjusted_for)})
    _write_tables(folder, tables)


def _read_frame(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    # A figure of the population may be withheld.
    kinds = dict.fromkeys(_TEXTS, "str") | dict.fromkeys(_NUMBERS, "float64") | {"population": "Int64"}
    return pd.DataFrame(
        {name: pd.Series(values, dtype=kinds.get(name, "int64")) for name, values in columns.items()}
    )


def _read_arrow(path: Path) -> pa.Table:
    """One file by itself: pandas reads it as a data set, whose machinery every notebook would have to load."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return file.read(use_threads=False)


def _read_scores(folders: Sequence[Path], scales: Sequence[ScaleFacts]) -> pd.DataFrame:
    """A row a scored outcome, with the `sign` of its scale.

    `improvement` is turned so that more is better, whichever way the scale runs.
    """
    import pyarrow as pa

    tables = [_read_arrow(scores_path(folder)) for folder in folders]
    scores: pd.DataFrame = pa.concat_tables(tables, promote_options="default").to_pandas(date_as_object=False)
    # As objects all texts are one block, and rows are cut out of these tables hundreds of times a page.
    scores = scores.astype(dict.fromkeys(scores.select_dtypes("str").columns, object))
    signs = {scale.scale: 1.0 if scale.direction == "higher" else -1.0 for scale in scales}
    scores["sign"] = scores["scale"].map(signs).astype("float64")
    scores["improvement"] = (scores["review_score"] - scores["baseline_score"]) * scores["sign"]
    return scores.copy()


def read_tables(folder: Path, names: Collection[str]) -> dict[str, pd.DataFrame]:
    """Return these tables of a slice as they are written; none where no provider has sent a return."""
    counts = _read_json(folder / _COUNTS) if (folder / _COUNTS).is_file() else {}
    return {
        name: _read_frame(counts[name])
        if name in counts
        else _read_arrow(folder / f"{name}.parquet").to_pandas(date_as_object=False)
        for name in names
        if counts
    }


def protect_slice(folder: Path, tables: Tables, rule: Disclosure) -> None:
    """Write these tables of a slice anew, and by which rule its numbers are shown, with what is held."""
    _write_tables(folder, tables)
    held = sorted((*people, shown) for people, shown in rule.held.items())
    write_json(folder / _PROTECTED, {"hide_up_to": rule.hide_up_to, "round_to": rule.round_to, "held": held})


def _read_rule(folder: Path, rule: Disclosure) -> Disclosure:
    """The rule with what is held; FileNotFoundError or ValueError where the slice was not protected by it."""
    path = folder / _PROTECTED
    if rule.exact and not path.is_file():
        return rule
    if not path.is_file():
        raise FileNotFoundError(
            f"{path.as_posix()} is missing: these numbers are exact. Run 'dvc repro protect', and read what lies in "
            "data/processed/protect."
        )
    told = _read_json(path)
    if (told["hide_up_to"], told["round_to"]) != (rule.hide_up_to, rule.round_to):
        raise ValueError(
            f"{folder.as_posix()} is protected by hide_up_to = {told['hide_up_to']}, round_to = {told['round_to']}, "
            f"and was asked for by {rule.hide_up_to} and {rule.round_to}. Write the former into the notebook's second "
            "cell, or set `disclosure` in params.yaml and run 'dvc repro protect'; exact numbers lie in "
            "data/processed/measure."
        )
    return replace(rule, held={(count, key): shown for count, key, shown in told["held"]})


def read_slice(folder: Path, rule: Disclosure, peers: Path | None = None) -> Slice:
    """Read a slice, that over all with the scores of each service; FileNotFoundError says what to run without one.

    Counts leave its tables rounded by `rule`, which `protect` wrote it for; exact ones are read where `measure` wrote
    them. `peers` is the file of all services beside one another, for pages that compare them.
    """
    context = read_context(folder)
    rule = _read_rule(folder, rule)
    folders = [
        folder if context.service else folder.parent / "services" / service.service_id
        for service in context.services
    ]
    frames = read_tables(folder, (*LONG, *COUNTS))
    scored = _read_scores(folders, context.scales)
    beside = _read_frame(_read_json(peers)) if peers else None
    names = [] if context.service or rule.exact else [service.service_id for service in context.services]
    tables: dict[str, Any] = {
        name: Cells.over(table, rule, names) if names and name in _BESIDE_SERVICES else Cells(table, rule)
        for name, table in frames.items()
        if _TYPES[name] is Cells
    }
    adjusted_for = tuple(_read_json(folder / _COUNTS)["adjusted_for"])
    return Slice(
        context, **(frames | tables), scores=scored, adjusted_for=adjusted_for, rule=rule, peers=beside
    )
