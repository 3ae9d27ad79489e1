"""Stage `measure`: accepted rows to tidy measures, in one slice per service and one over all services."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import Table

from pipeline.analysis.cycle.roll_up import list_parts
from pipeline.analysis.performance.expected_from_case_mix import AREA, list_areas, list_peers
from pipeline.contract.context import Context
from pipeline.contract.dataset import Dataset
from pipeline.contract.tables import DECLARED_TABLES, REFERENCE_TABLES, RETURN_TABLES
from pipeline.engines import OPEN, OpenEngine
from pipeline.files.context import PEERS, write_context
from pipeline.files.key import read_key
from pipeline.files.slices import cut, scores_path, write_peers, write_slice
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.child_time import list_spell_months, list_spells
from pipeline.measures.clusters import (
    count_pairs_of_levels,
    estimate_cell_levels,
    list_cluster_rows,
    pairs_by_level,
    pairs_by_month,
    sum_covariances,
    sum_pairs,
)
from pipeline.measures.excess import add_excess
from pipeline.measures.facts import context_of, describe_context, load_records
from pipeline.measures.journey import (
    count_children,
    count_children_across,
    count_journey,
    count_newcomers,
    count_results,
    count_waits,
    follow_scored,
)
from pipeline.measures.levels import check_arms, find_levels, list_covariates, rows_compared
from pipeline.measures.maturity import find_maturity
from pipeline.measures.population import group_population, list_breaks
from pipeline.measures.rows import Rows, fetch, join_rows, list_scores
from pipeline.measures.strata import (
    count_levels,
    tabulate_case_mix,
    tabulate_characteristics,
    tabulate_strata,
)
from pipeline.measures.tabulate import tabulate_measures
from pipeline.measures.together import estimate_design_effects, sum_over_clusters

_ROWS_AT_ONCE = 3_000_000
"""Rows of all measures that are counted at a time, in a few hundred MB."""
_OVER_ALL = ("compared", "parts")
"""Tables that are not cut by service: a service's slice has other rows of them, or none."""


def count_all(
    rows: Rows, catalogue: Sequence[Measure], dataset: Dataset, engine: OpenEngine
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables of counts of treated children over all services, and the columns that define strata."""
    until = dataset.complete_to
    spells = list_spells(rows, until)
    scored = engine.keep("scored_episodes", follow_scored(rows))
    levels = count_levels(rows, spells, catalogue, engine)
    tables = {
        "measures": tabulate_measures(rows, list_spell_months(spells), catalogue, dataset.period),
        "children": count_children(rows),
        "newcomers": count_newcomers(rows),
        "journey": count_journey(rows, scored),
        "waits": count_waits(rows, scored, until),
        "results": count_results(rows),
        "characteristics": tabulate_characteristics(levels),
        "strata": tabulate_strata(levels),
        "case_mix": tabulate_case_mix(levels),
        "together": estimate_design_effects(
            sum_over_clusters(rows, scored, dataset.classification.known_groups, until)
        ),
    }
    return tables | _with_excess(rows, spells, tables, catalogue, until, engine), levels.adjusted_for


def _with_excess(
    rows: Rows,
    spells: Table,
    tables: Mapping[str, pd.DataFrame],
    catalogue: Sequence[Measure],
    until: dt.date,
    engine: OpenEngine,
) -> dict[str, pd.DataFrame]:
    """Return measures and characteristics with their excess for rows of the same child or family."""
    levels, (episodes,) = [*rows.levels], fetch(rows.episodes.aggregate(rows=rows.episodes.count()))["rows"]
    parts = [
        _count_pairs(list_cluster_rows(rows, spells, measures), levels, until, engine)
        for measures in _split(catalogue, episodes)
    ]
    by_month, alike, *by_level = (pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True))
    return add_excess(tables, by_month, by_level[0] if by_level else None, alike, catalogue)


def _split(catalogue: Sequence[Measure], episodes: int) -> list[dict[int, Measure]]:
    """Split the measures, keyed by position, into parts that fit in memory: with millions of episodes, one each."""
    numbered, size = [*enumerate(catalogue)], max(1, _ROWS_AT_ONCE // max(1, episodes))
    return [dict(numbered[at : at + size]) for at in range(0, len(numbered), size)]


def _count_pairs(
    cluster_rows: Table, levels: Sequence[str], until: dt.date, engine: OpenEngine
) -> list[pd.DataFrame]:
    """Return pairs by month, sums for the correlation and, with levels, pairs by level; drop what was stored."""
    clustered = engine.keep("clustered", cluster_rows)
    cells = engine.keep("cells", estimate_cell_levels(clustered))
    pairs = engine.keep("pairs", sum_pairs(clustered, cells, until))
    found = [fetch(pairs_by_month(pairs)), fetch(sum_covariances(pairs, clustered, cells, until))]
    if levels:
        of_levels = engine.keep("pairs_of_levels", count_pairs_of_levels(clustered, levels))
        found.append(fetch(pairs_by_level(of_levels, levels)))
        engine.drop("pairs_of_levels")
    for name in ("pairs", "cells", "clustered"):
        engine.drop(name)
    return found


def read_tables(reference: Path) -> dict[str, pd.DataFrame]:
    """Read the commissioner's tables as `intake` wrote them."""
    names = (*REFERENCE_TABLES, *DECLARED_TABLES)
    return {name: pd.read_parquet(reference / f"{name}.parquet") for name in names}


def _cut_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Split each batch by service; rows must be ordered by service."""
    for batch in batches:
        services = batch.column("service_id")
        for name in services.unique().to_pylist():
            yield name, batch.filter(pc.equal(services, name))


def write_scores(engine: OpenEngine, scores: Table, services: Sequence[str], output: Path) -> None:
    """Write each service's scores, with one service in memory at a time."""
    schema = scores.schema().to_pyarrow()
    without = dict.fromkeys(services)
    for name, pieces in groupby(_cut_batches(engine.batches(scores)), key=itemgetter(0)):
        if name in without:
            del without[name]
            table = pa.Table.from_batches([piece for _, piece in pieces]).cast(schema)
            _write_parquet(table, scores_path(output / name))
    for name in without:
        _write_parquet(schema.empty_table(), scores_path(output / name))


def _write_parquet(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def _write_slices(
    context: Context, tables: Mapping[str, pd.DataFrame], adjusted_for: Sequence[str], output: Path
) -> None:
    """Write the slice over all services and each service's slice."""
    names = [service.service_id for service in context.services]
    cuts = {name: cut(table, names) for name, table in tables.items() if name not in _OVER_ALL}
    write_slice(output / "overall", context, tables, adjusted_for)
    for service in context.services:
        own_context = context_of(context, service)
        of_service = {name: parts[service.service_id] for name, parts in cuts.items()}
        of_service["parts"] = cut(tables["parts"].iloc[:0], [""])[""]
        compared = rows_compared(tables["measures"], own_context.plans)
        folder = output / "services" / service.service_id
        write_slice(folder, own_context, {**of_service, "compared": compared}, adjusted_for)


def read_rows(
    engine: OpenEngine, dataset: Dataset, validate: Path, services: pd.DataFrame, catalogue: Sequence[Measure]
) -> Rows:
    """Read the accepted rows and join them."""
    tables = {name: engine.read(validate / f"{name}.parquet") for name in RETURN_TABLES}
    starts = dict(zip(services["service_id"], services["start"], strict=True))
    levels = find_levels(tables["episodes"])
    key = read_key(dataset.folder)
    return join_rows(tables, starts, dataset.classification, levels, catalogue, engine, key)


def _write_scores(
    engine: OpenEngine, rows: Rows, frames: Mapping[str, pd.DataFrame], place: Path, output: Path
) -> None:
    """Write each service's scores, after checking that the evaluation plans (file `place`) fit the returns."""
    plans, scales = frames["evaluation_plan"], frames["scales"]["scale"].tolist()
    check_arms(plans, fetch(rows.episodes.select("service_id", "arm").distinct()), place.as_posix())
    scores = list_scores(rows, scales, list_covariates(plans, rows.levels, place.as_posix()))
    write_scores(engine, scores, frames["services"]["service_id"].tolist(), output)


def _count_parts(rows: Rows, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count children once each over the services of a programme, plan, priority, tier and so on."""
    registered = [load_records(frames[name]) for name in ("services", "priorities")]
    parts = {
        (by, name): [row["service_id"] for row in services] for by, name, services in list_parts(*registered)
    }
    return count_children_across(rows, parts)


def _describe(
    dataset: Dataset,
    frames: Mapping[str, pd.DataFrame],
    catalogue: Sequence[Measure],
    received: Sequence[Mapping[str, str]],
    frozen: Sequence[Mapping[str, str]],
) -> Context:
    """Return the context from the commissioner's tables alone, for a dataset without returns."""
    return describe_context(dataset, frames, catalogue, pd.DataFrame({"step": []}), received, frozen, {})


def run_measure(
    dataset: Dataset,
    validate: Path,
    reference: Path,
    output: Path,
    received: Sequence[Mapping[str, str]] = (),
    frozen: Sequence[Mapping[str, str]] = (),
    engine: str = "duckdb",
) -> dict[str, int]:
    """Read accepted rows, write `overall/` and `services/<id>/`; return the counts for the log.

    `received` are the rows of intake's received.csv, `frozen` those of its reference/baselines.csv. Without returns,
    only the context from the commissioner's tables is written.
    """
    frames, place = read_tables(reference), dataset.folder / "reference" / "evaluation_plan.csv"
    catalogue = load_catalogue(load_records(frames["measures"]))
    if not dataset.has_returns:
        write_context(output / "overall", _describe(dataset, frames, catalogue, received, frozen))
        return {"rows_out": 0, "services": len(frames["services"])}
    with OPEN[engine]() as opened:
        rows = read_rows(opened, dataset, validate, frames["services"], catalogue)
        _write_scores(opened, rows, frames, place, output / "services")
        tables, adjusted_for = count_all(rows, catalogue, dataset, opened)
        tables["parts"] = _count_parts(rows, frames)
        maturity = find_maturity(rows, catalogue, dataset.complete_to, dataset.period)
    context = describe_context(dataset, frames, catalogue, tables["journey"], received, frozen, maturity)
    case_mix, facts = tables.pop("case_mix"), context.measures
    areas = list_areas(case_mix, tables["characteristics"], facts, adjusted_for, rows.levels.get(AREA, ()))
    services = list_peers(case_mix, tables["measures"], facts, adjusted_for)
    peers = pd.concat([services.assign(kind="service"), areas.assign(kind="area")])
    tables["breaks"] = list_breaks(frames["population"], dataset.classification)
    tables["population"] = group_population(frames["population"], dataset.classification, tables["breaks"])
    tables["compared"] = rows_compared(tables["measures"], ())
    _write_slices(context, tables, adjusted_for, output)
    write_peers(output / PEERS, peers)
    return {"rows_out": len(tables["measures"]), "services": len(context.services)}
