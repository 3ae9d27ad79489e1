"""Slices: the folder of measures that one notebook reads, written by `measure`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pandas as pd
from pydantic import TypeAdapter

from pipeline.contract.context import Context, ScaleFacts
from pipeline.protect.cells import Cells, Slice
from pipeline.protect.levels import merge_levels
from pipeline.protect.room import hold_sum
from pipeline.protect.rounding import Disclosure, round_count
from pipeline.protect.wholes import hold_wholes

if TYPE_CHECKING:
    import pyarrow as pa

PEERS = "peers.json"
"""Every service beside the others: one file beside the slices, for the pages that compare."""
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
_QUARTILES = ("lower_quartile", "median", "upper_quartile")
_NUMBERS = ("child_years", "expected", "variance", *_QUARTILES, "off_by", "growth", "others_growth", "effect")


@cache
def _context_type() -> TypeAdapter[Context]:
    """What reads and writes a context, put together once."""
    return TypeAdapter(Context)


def scores_path(folder: Path) -> Path:
    """Where a service's scores lie; their rows are written by the engine that lists them."""
    return folder / "scores.parquet"


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _as_arrow(table: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pandas(table, preserve_index=False)


def cut(table: pd.DataFrame, services: Sequence[str]) -> dict[str, pa.Table]:
    """The rows of each service, in their order; the whole of a table that tells no services apart."""
    if "service_id" not in table:
        return dict.fromkeys(services, _as_arrow(table))
    # Looked through once, not once a service.
    own = table.groupby("service_id").indices
    return {service: _as_arrow(table.iloc[own.get(service, [])]) for service in services}


def write_peers(path: Path, peers: pd.DataFrame) -> None:
    """Write what each service was to be expected to reach, always the same bytes."""
    _write_json(path, _as_arrow(peers).to_pydict())


def write_context(folder: Path, context: Context) -> None:
    """Write `context.json`, which is all there is where no provider has sent a return."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "context.json", _context_type().dump_python(context, mode="json"))


def write_slice(
    folder: Path,
    context: Context,
    tables: Mapping[str, pd.DataFrame] | Mapping[str, pa.Table],
    adjusted_for: Sequence[str],
) -> None:
    """Write a slice but for its scores, always the same bytes: `context.json`, `counts.json`, and long tables.

    The tables of counts are a few rows each, of texts and whole numbers.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    write_context(folder, context)
    arrow = {
        name: table if isinstance(table, pa.Table) else _as_arrow(table) for name, table in tables.items()
    }
    # Arrow knows a blank as None, which JSON can say.
    counts = {name: arrow[name].to_pydict() for name in COUNTS}
    _write_json(folder / "counts.json", {**counts, "adjusted_for": list(adjusted_for)})
    for name in LONG:
        pq.write_table(arrow[name], folder / f"{name}.parquet")


def read_context(folder: Path) -> Context:
    """Return a slice's context alone; FileNotFoundError says what to do where there is none."""
    path = folder / "context.json"
    if not path.is_file():
        others = sorted(each.parent.name for each in folder.parent.glob("*/context.json"))
        mend = f"choose one of {', '.join(others)}" if others else "run 'dvc repro measure' first"
        raise FileNotFoundError(f"{path.as_posix()} is missing; {mend}.")
    return _context_type().validate_json(path.read_bytes())


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


def _round_waits(waits: pd.DataFrame, rule: Disclosure) -> pd.DataFrame:
    """Whom a step was counted of, rounded; who took it in time, and who not, each by itself.

    Days are whole ones, as a quarter of a day would tell how many were counted; and none where a quarter of the
    children may be as few as no figure may rest on, as a quartile of few is one child's wait.
    """
    late = waits.assign(
        late=waits["followed"] - waits["within"], late_key=waits["followed_key"] - waits["within_key"]
    )
    for name in ("taken", "within", "waiting", "late"):
        pairs = zip(late[name], late[f"{name}_key"], strict=True)
        late[name] = [round_count(count, key, rule) for count, key in pairs]
        told = [*zip(late["service_id"], late["step"], late[name], strict=True)]
        of_services = {step: [each for own, of, each in told if own and of == step] for step in late["step"]}
        late[name] = [shown if own else hold_sum(shown, of_services[step], rule) for own, step, shown in told]
    late["followed"] = late["within"] + late["late"]
    if not rule.exact:
        enough = late["taken"] - rule.round_to >= (len(_QUARTILES) + 1) * rule.hide_up_to
        for name in late.columns.intersection([*_QUARTILES]):
            late[name] = (late[name] + 0.5).floordiv(1).where(enough)
    return late.drop(columns=["late", *(name for name in late if str(name).endswith("_key"))])


def read_slice(folder: Path, rule: Disclosure, peers: Path | None = None) -> Slice:
    """Read a slice, that over all with the scores of each service; FileNotFoundError says what to run without one.

    Counts leave its tables rounded by `rule`. `peers` is the file of all services beside one another, for pages that
    compare them.
    """
    context = read_context(folder)
    counts = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    adjusted_for = tuple(counts.pop("adjusted_for"))
    folders = [
        folder if context.service else folder.parent / "services" / service.service_id
        for service in context.services
    ]
    frames = {
        name: _read_arrow(folder / f"{name}.parquet").to_pandas(date_as_object=False) for name in LONG
    } | {name: _read_frame(columns) for name, columns in counts.items()}
    versions = {each.measure_id: each.version for each in context.measures}
    by_level = frames["characteristics"]
    rule = hold_wholes(frames["measures"], by_level, versions, context.service is None, rule)
    frames["characteristics"] = merge_levels(by_level, rule)
    scored = _read_scores(folders, context.scales)
    beside = _read_frame(json.loads(peers.read_text(encoding="utf-8"))) if peers else None
    names = [] if context.service or rule.exact else [service.service_id for service in context.services]
    tables: dict[str, Any] = {
        name: Cells.over(table, rule, names) if names and name in _BESIDE_SERVICES else Cells(table, rule)
        for name, table in frames.items()
        if _TYPES[name] is Cells
    }
    tables = frames | tables
    tables["waits"] = _round_waits(frames["waits"], rule)
    return Slice(context=context, **tables, scores=scored, adjusted_for=adjusted_for, rule=rule, peers=beside)
