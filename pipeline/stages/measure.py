"""Stage `measure`: accepted rows to tidy measures, one slice a service and one over all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pandas as pd
import pyarrow.parquet as pq

from pipeline.analysis.performance.expected_from_case_mix import list_peers
from pipeline.contract.context import Context
from pipeline.contract.dataset import Dataset
from pipeline.contract.tables import DECLARED_TABLES, REFERENCE_TABLES, RETURN_TABLES
from pipeline.files.key import read_key
from pipeline.files.slices import PEERS, cut, scores_path, write_peers, write_slice
from pipeline.measures.breaks import list_breaks
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.child_time import list_spell_months
from pipeline.measures.children import count_children, count_newcomers
from pipeline.measures.clusters import ask_alikeness, ask_company, count_clusters, look_at_windows
from pipeline.measures.compared_rows import check_arms, list_held, rows_compared
from pipeline.measures.excess import add_excess
from pipeline.measures.facts import context_of, describe_context, load_records
from pipeline.measures.journey import count_journey, count_results, follow_scored
from pipeline.measures.levels import find_levels
from pipeline.measures.maturity import find_maturity
from pipeline.measures.population import group_population
from pipeline.measures.rows import Keep, Rows, fetch, join_rows, list_scores
from pipeline.measures.strata import (
    count_levels,
    tabulate_case_mix,
    tabulate_characteristics,
    tabulate_strata,
)
from pipeline.measures.tabulate import tabulate_measures
from pipeline.measures.together import sum_together, tell_together
from pipeline.measures.waits import count_waits

_MEMORY = "1400MB"
_MOST_THREADS = 4


def count_all(
    rows: Rows, catalogue: Sequence[Measure], dataset: Dataset, keep: Keep
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables of counts of the treated, over all services, and what their strata rest on."""
    until = dataset.complete_to
    spell_months = keep("spell_months", list_spell_months(rows, until))
    scored = keep("scored_episodes", follow_scored(rows))
    clustered = keep("clustered", count_clusters(rows, spell_months, catalogue))
    windowed = keep("windowed", look_at_windows(clustered, until))
    levels = count_levels(rows, spell_months, catalogue)
    tables = {
        "measures": tabulate_measures(rows, spell_months, catalogue, dataset.period),
        "children": count_children(rows),
        "newcomers": count_newcomers(rows),
        "journey": count_journey(rows, scored),
        "waits": count_waits(rows, scored, until),
        "results": count_results(rows),
        "characteristics": tabulate_characteristics(levels),
        "strata": tabulate_strata(levels),
        "case_mix": tabulate_case_mix(levels),
        "together": tell_together(sum_together(rows, scored, dataset.classification.known_groups, until)),
    }
    company, alike = fetch(ask_company(windowed, rows.levels)), fetch(ask_alikeness(windowed, clustered))
    return tables | add_excess(tables, company, alike, catalogue, rows.levels), levels.adjusted_for


def read_tables(reference: Path) -> dict[str, pd.DataFrame]:
    """The commissioner's tables, as intake left them."""
    names = (*REFERENCE_TABLES, *DECLARED_TABLES)
    return {name: pd.read_parquet(reference / f"{name}.parquet") for name in names}


def _write_scores(scores: pd.DataFrame, services: Sequence[str], output: Path) -> None:
    for service_id, own in cut(scores, services).items():
        folder = output / service_id
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(own, scores_path(folder))


def _write_slices(
    context: Context, tables: Mapping[str, pd.DataFrame], adjusted_for: Sequence[str], output: Path
) -> None:
    """The slice over all and each service's."""
    names = [service.service_id for service in context.services]
    cuts = {name: cut(table, names) for name, table in tables.items() if name != "compared"}
    write_slice(output / "overall", context, tables, adjusted_for)
    for service in context.services:
        own_context = context_of(context, service)
        own = {name: parts[service.service_id] for name, parts in cuts.items()}
        compared = rows_compared(tables["measures"], own_context.plans)
        folder = output / "services" / service.service_id
        write_slice(folder, own_context, {**own, "compared": compared}, adjusted_for)


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


def read_rows(
    connection: Any,
    dataset: Dataset,
    validate: Path,
    services: pd.DataFrame,
    catalogue: Sequence[Measure],
) -> Rows:
    """Return the accepted rows, joined."""
    tables = {name: connection.read_parquet(validate / f"{name}.parquet") for name in RETURN_TABLES}
    starts = dict(zip(services["service_id"], services["start"], strict=True))
    levels = find_levels(tables["episodes"])
    key = read_key(dataset.folder)
    return join_rows(tables, starts, dataset.classification, levels, catalogue, connection.create_table, key)


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
    frames, place = read_tables(reference), dataset.folder / "reference" / "evaluation_plan.csv"
    catalogue = load_catalogue(load_records(frames["measures"]))
    with open_engine() as connection:
        rows = read_rows(connection, dataset, validate, frames["services"], catalogue)
        plans = frames["evaluation_plan"]
        check_arms(plans, fetch(rows.episodes.select("service_id", "arm").distinct()), place.as_posix())
        scores = list_scores(
            rows, frames["scales"]["scale"].tolist(), list_held(plans, rows.levels, place.as_posix())
        )
        _write_scores(fetch(scores), frames["services"]["service_id"].tolist(), output / "services")
        tables, adjusted_for = count_all(rows, catalogue, dataset, connection.create_table)
        maturity = find_maturity(rows, catalogue, dataset.complete_to, dataset.period)
    context = describe_context(dataset, frames, catalogue, tables["journey"], received, frozen, maturity)
    peers = list_peers(tables.pop("case_mix"), tables["measures"], context.measures, adjusted_for)
    tables["breaks"] = list_breaks(frames["population"], dataset.classification)
    tables["population"] = group_population(frames["population"], dataset.classification, tables["breaks"])
    tables["compared"] = rows_compared(tables["measures"], ())
    _write_slices(context, tables, adjusted_for, output)
    write_peers(output / PEERS, peers)
    return {"rows_out": len(tables["measures"]), "services": len(context.services)}
