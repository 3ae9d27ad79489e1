"""Stage `measure`: accepted rows to tidy measures, one slice a service and one over all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table

from pipeline.analysis.peers import list_peers
from pipeline.contract.context import Context
from pipeline.contract.dataset import Dataset
from pipeline.contract.tables import DECLARED_TABLES, REFERENCE_TABLES, RETURN_TABLES
from pipeline.files.slices import PEERS, scores_path, write_peers, write_slice
from pipeline.measures.case_mix import tabulate_case_mix
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.child_time import child_time
from pipeline.measures.children import count_children, count_newcomers, follow_children
from pipeline.measures.facts import context_of, describe_context, load_records
from pipeline.measures.maturity import find_maturity
from pipeline.measures.plans import check_arms, list_digits, rows_compared
from pipeline.measures.population import group_population
from pipeline.measures.profile_counts import count_profiles
from pipeline.measures.profiles import list_profiles
from pipeline.measures.results import count_results
from pipeline.measures.rows import (
    Rows,
    follow_journey,
    join_rows,
    list_scores,
    number_cells,
)
from pipeline.measures.strata import tabulate_characteristics, tabulate_strata
from pipeline.measures.tabulate import tabulate_measures
from pipeline.measures.waits import count_waits

_MEMORY = "1400MB"
_MOST_THREADS = 4


def _tabulate(rows: Rows, services: Table, catalogue: Sequence[Measure], dataset: Dataset) -> pd.DataFrame:
    last = dataset.complete_to
    opens = rows.episodes.start_date.min().to_pyarrow().as_py() or last
    months = (opens.year * 12 + opens.month - 1, last.year * 12 + last.month - 1)
    time = child_time(rows.episodes, services, *months, ibis.literal(last))
    return tabulate_measures(_by_name(rows), services, catalogue, time, dataset.period)


def _by_name(rows: Rows) -> dict[str, Table]:
    return {name: getattr(rows, name) for name in RETURN_TABLES}


def _as_views(connection: Any, rows: Rows) -> Rows:
    """The same rows under names, so that a statement about them need not spell out again how they were joined."""
    views = {name: connection.create_view(name, getattr(rows, name)) for name in (*RETURN_TABLES, "children")}
    return replace(rows, **views)


def count_all(
    connection: Any, rows: Rows, services: Table, catalogue: Sequence[Measure], dataset: Dataset
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """The tables of counts of the treated, over all services, and what their strata rest on."""
    treated = _as_views(connection, rows.treated())
    found = follow_children(treated.children, dataset.classification)
    profiled = count_profiles(_by_name(treated), catalogue, rows.profiles, dataset.complete_to)
    journey: pd.DataFrame = follow_journey(treated).to_pyarrow().to_pandas()
    tables = {
        "measures": _tabulate(treated, services, catalogue, dataset),
        "children": count_children(found, dataset.classification),
        "newcomers": count_newcomers(found, dataset.classification),
        "journey": journey.sort_values(["service_id", "ethnic_group"], ignore_index=True),
        "waits": count_waits(treated, dataset.complete_to),
        "results": count_results(treated),
        "characteristics": tabulate_characteristics(profiled),
        "strata": tabulate_strata(profiled),
        "case_mix": tabulate_case_mix(profiled),
    }
    return tables, profiled.adjusted_for


def _cut(table: pd.DataFrame, services: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The rows of each service; the whole of a table that tells no services apart."""
    if "service_id" not in table:
        return dict.fromkeys(services, table)
    found = {str(name): rows for name, rows in table.groupby("service_id")}
    return {name: found.get(name, table.iloc[:0]).reset_index(drop=True) for name in services}


def _read_reference(reference: Path) -> dict[str, pd.DataFrame]:
    names = (*REFERENCE_TABLES, *DECLARED_TABLES)
    return {name: pd.read_parquet(reference / f"{name}.parquet") for name in names}


def _write_scores(connection: Any, cells: pd.DataFrame, path: Path) -> None:
    """Rows go from engine to file, cells counted from the service's first; they are too many to pass through here."""
    first, last = (int(cells["cell"].min()), int(cells["cell"].max())) if len(cells) else (0, -1)
    own = f"SELECT * EXCLUDE (position) REPLACE (cell - {first} AS cell) FROM scores"
    place = path.as_posix().replace("'", "''")
    with connection.con.cursor() as cursor:
        cursor.execute(
            f"COPY ({own} WHERE cell BETWEEN {first} AND {last} ORDER BY position) TO '{place}' (COMPRESSION snappy)"
        )


def _write_services(
    connection: Any,
    context: Context,
    tables: Mapping[str, pd.DataFrame],
    adjusted_for: Sequence[str],
    cells: pd.DataFrame,
    output: Path,
) -> None:
    """Each service's slice; its scores side by side with others', as a service's rows do not keep two threads busy."""
    names = [service.service_id for service in context.services]
    cuts = {name: _cut(table, names) for name, table in tables.items()}
    with ThreadPoolExecutor(_threads()) as pool:
        writing = []
        for service in context.services:
            name, folder = service.service_id, output / service.service_id
            own_context = context_of(context, service)
            own_tables = {key: cut[name] for key, cut in cuts.items()}
            own_tables["compared"] = rows_compared(tables["measures"], own_context.plans)
            write_slice(folder, own_context, own_tables, adjusted_for)
            own = cells[cells["service_id"] == name]
            writing.append(pool.submit(_write_scores, connection, own, scores_path(folder)))
        for written in writing:
            written.result()


def _threads() -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1)


@contextmanager
def open_engine() -> Iterator[Any]:
    """DuckDB within fixed bounds of memory; what does not fit goes to a temporary folder, deleted after."""
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        # The order of rows is nobody's concern until something is written, and that is sorted.
        yield ibis.duckdb.connect(
            memory_limit=_MEMORY, threads=_threads(), temp_directory=folder, preserve_insertion_order=False
        )


def _read_accepted(connection: Any, validate: Path) -> dict[str, Table]:
    return {name: connection.read_parquet(validate / f"{name}.parquet") for name in RETURN_TABLES}


def read_rows(
    connection: Any, dataset: Dataset, validate: Path, scales: pd.DataFrame, catalogue: Sequence[Measure]
) -> Rows:
    """Accepted rows, joined."""
    tables = _read_accepted(connection, validate)
    cells = number_cells(tables["episodes"], dataset.classification)
    numbered = scales[["scale"]].assign(scale_number=scales.index.astype("int8"))
    small = {"cells": pa.Table.from_pandas(cells), "scales": pa.Table.from_pandas(numbered)}
    known = {name: connection.create_table(name, table) for name, table in small.items()}
    profiles = list_profiles(tables["episodes"])
    return join_rows(**tables, **known, profiles=profiles, catalogue=catalogue, keep=connection.create_table)


def run_measure(
    dataset: Dataset,
    validate: Path,
    reference: Path,
    output: Path,
    received: Sequence[Mapping[str, str]] = (),
    frozen: Sequence[Mapping[str, str]] = (),
) -> dict[str, int]:
    """Read accepted rows, write `overall/` and `services/<id>/`; returns the counts for the log.

    `received` are the lines of intake's received.csv, `frozen` those of its reference/baselines.csv.
    """
    frames, place = _read_reference(reference), dataset.folder / "reference" / "evaluation_plan.csv"
    catalogue = load_catalogue(load_records(frames["measures"]))
    with open_engine() as connection:
        rows = read_rows(connection, dataset, validate, frames["scales"], catalogue)
        cells: pd.DataFrame = rows.cells.to_pyarrow().to_pandas()
        plans = frames["evaluation_plan"]
        check_arms(plans, cells, place.as_posix())
        digits = list_digits(plans, rows.profiles, place.as_posix())
        services = connection.read_parquet(reference / "services.parquet")
        tables, adjusted_for = count_all(connection, rows, services, catalogue, dataset)
        maturity = find_maturity(
            _read_accepted(connection, validate), catalogue, dataset.complete_to, dataset.period
        )
        context = describe_context(dataset, frames, catalogue, tables["journey"], received, frozen, maturity)
        peers = list_peers(tables.pop("case_mix"), tables["measures"], context.measures, adjusted_for)
        tables["cells"] = cells[["service_id", "provider_id", "ethnic_group", "ethnicity", "arm"]]
        tables["population"] = group_population(frames["population"], dataset.classification)
        tables["compared"] = rows_compared(tables["measures"], ())
        write_slice(output / "overall", context, tables, adjusted_for)
        write_peers(output / PEERS, peers)
        connection.create_view("scores", list_scores(rows.outcomes, digits))
        _write_services(connection, context, tables, adjusted_for, cells, output / "services")
    return {"rows_out": len(tables["measures"]), "services": len(context.services)}
