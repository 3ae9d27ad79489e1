"""Stage `measure`: accepted rows to tidy measures, one slice a service and one over all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.context import Context, DatasetFacts, MeasureFacts, ScaleFacts, ServiceFacts, Target
from pipeline.contract.dataset import Dataset
from pipeline.contract.ethnicity import Classification
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.slices import scores_path, write_slice
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.rows import (
    JOURNEY_STEPS,
    Rows,
    count_children,
    follow_journey,
    join_rows,
    list_scores,
    outcome_columns,
)
from pipeline.measures.tabulate import KEYS, child_time, tabulate_measures

_SCALE_COLUMNS = load_table("scales").columns
_TARGET_COLUMNS = load_table("targets").columns
_MEMORY = "1400MB"
_MOST_THREADS = 4


def load_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries, missing values as None."""
    tidy = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in tidy.to_dict("records")]


def describe_dataset(dataset: Dataset) -> DatasetFacts:
    """The dataset's facts as pages state them."""
    return DatasetFacts(
        title=dataset.title,
        synthetic=dataset.synthetic,
        source=dataset.source,
        period=dataset.period,
        complete_to=dataset.complete_to,
        comparator=dataset.comparator,
        groups=dataset.classification.broad_groups,
    )


def describe_services(
    services: Sequence[Mapping[str, Any]], providers: Sequence[Mapping[str, Any]]
) -> tuple[ServiceFacts, ...]:
    """Every service with its provider's name."""
    known_providers = {provider["provider_id"]: provider for provider in providers}
    facts = []
    for row in services:
        provider_id = row["provider_id"]
        volume = row["commissioned_volume"]
        known = {name: row[name] for name in ServiceFacts.__annotations__ if name in row}
        known["commissioned_volume"] = None if volume is None else int(volume)
        provider = known_providers.get(provider_id, {"name": "several providers", "size": None})
        facts.append(ServiceFacts(**known, provider=provider["name"], provider_size=provider["size"]))
    return tuple(facts)


def describe_measures(catalogue: Sequence[Measure]) -> tuple[MeasureFacts, ...]:
    """The latest version of each measure, in catalogue order."""
    latest = {measure.measure_id: measure for measure in sorted(catalogue, key=lambda m: m.version)}
    order = dict.fromkeys(measure.measure_id for measure in catalogue)
    return tuple(
        MeasureFacts(m.measure_id, m.version, m.title, m.unit, m.direction)
        for m in map(latest.__getitem__, order)
    )


def group_population(population: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Children in the area by broad ethnic group, in the latest year given."""
    broad = {entry.code: entry.broad_group for entry in classification.codes}
    broad |= {entry.label: entry.broad_group for entry in classification.codes}
    latest = population[population["year"] == population["year"].max()]
    groups = latest["ethnic_group"].map(lambda name: broad.get(name, name))
    counted: pd.DataFrame = (
        latest.assign(ethnic_group=groups).groupby("ethnic_group", as_index=False)[["population"]].sum()
    )
    return counted.astype({"population": "int64"})


def _collect(table: Table, order: Sequence[str]) -> pd.DataFrame:
    frame: pd.DataFrame = table.order_by(list(order)).to_pyarrow().to_pandas()
    return frame


def _tabulate(rows: Rows, services: Table, catalogue: Sequence[Measure], dataset: Dataset) -> pd.DataFrame:
    last = dataset.complete_to
    opens = rows.episodes.start_date.min().to_pyarrow().as_py() or last
    months = (opens.year * 12 + opens.month - 1, last.year * 12 + last.month - 1)
    time = child_time(rows.episodes, services, *months, ibis.literal(last))
    tables = {"episodes": rows.episodes, "outcomes": rows.outcomes, "feedback": rows.feedback}
    tidy = tabulate_measures(tables, services, catalogue, time, dataset.period)
    return _collect(tidy, ["measure_id", "version", *KEYS])


def count_all(
    rows: Rows, services: Table, catalogue: Sequence[Measure], dataset: Dataset
) -> dict[str, pd.DataFrame]:
    """Measures, children and journey of the treated, over all services."""
    treated = rows.treated()
    # Narrow, so that ten million joined outcomes fit into memory: they are counted several times.
    counted = replace(treated, outcomes=treated.outcomes.select(*outcome_columns(catalogue)).cache())
    return {
        "measures": _tabulate(counted, services, catalogue, dataset),
        "children": count_children(treated.episodes, dataset.classification.broad_groups),
        "journey": _collect(follow_journey(counted), ["service_id", "ethnic_group"]),
    }


def _of_service(tables: Mapping[str, pd.DataFrame], service_id: str) -> dict[str, pd.DataFrame]:
    return {
        name: table[table["service_id"] == service_id].reset_index(drop=True)
        if "service_id" in table
        else table
        for name, table in tables.items()
    }


def _context_of(context: Context, service: ServiceFacts) -> Context:
    targets = tuple(t for t in context.targets if t.service_id == service.service_id)
    return replace(context, service=service, services=(service,), targets=targets)


def _read_reference(reference: Path) -> dict[str, pd.DataFrame]:
    names = ("services", "providers", "scales", "measures", "targets", "population")
    return {name: pd.read_parquet(reference / f"{name}.parquet") for name in names}


def _describe(
    dataset: Dataset,
    frames: Mapping[str, pd.DataFrame],
    catalogue: Sequence[Measure],
    journey: pd.DataFrame,
) -> Context:
    return Context(
        dataset=describe_dataset(dataset),
        service=None,
        services=describe_services(load_records(frames["services"]), load_records(frames["providers"])),
        measures=describe_measures(catalogue),
        scales=tuple(ScaleFacts(**row) for row in load_records(frames["scales"][list(_SCALE_COLUMNS)])),
        targets=tuple(Target(**row) for row in load_records(frames["targets"][list(_TARGET_COLUMNS)])),
        steps=tuple(step for step in JOURNEY_STEPS if journey[step].any()),
    )


def _write_scores(connection: Any, scores: Table, output: Path, services: Sequence[str]) -> None:
    """Rows go from engine to file; they are too many to pass through here."""
    whole = scores_path(output / "overall")
    scores.to_parquet(whole, compression="zstd")
    written = connection.read_parquet(whole)
    for service_id in services:
        part = written.filter(written.service_id == service_id)
        part.to_parquet(scores_path(output / "services" / service_id), compression="zstd")


@contextmanager
def open_engine() -> Iterator[Any]:
    """DuckDB within fixed bounds of memory; what does not fit goes to a temporary folder, deleted after."""
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        yield ibis.duckdb.connect(memory_limit=_MEMORY, threads=threads, temp_directory=folder)


def read_rows(connection: Any, dataset: Dataset, validate: Path) -> Rows:
    """Accepted rows, joined; nothing is read until something is counted."""
    tables = {name: connection.read_parquet(validate / f"{name}.parquet") for name in RETURN_TABLES}
    return join_rows(**tables, classification=dataset.classification)


def run_measure(dataset: Dataset, validate: Path, reference: Path, output: Path) -> dict[str, int]:
    """Read accepted rows, write `overall/` and `services/<id>/`; returns the counts for the log."""
    frames = _read_reference(reference)
    catalogue = load_catalogue(load_records(frames["measures"]))
    with open_engine() as connection:
        rows = read_rows(connection, dataset, validate)
        services = connection.read_parquet(reference / "services.parquet")
        scales = connection.read_parquet(reference / "scales.parquet")
        tables = count_all(rows, services, catalogue, dataset)
        context = _describe(dataset, frames, catalogue, tables["journey"])
        tables["population"] = group_population(frames["population"], dataset.classification)
        write_slice(output / "overall", context, tables)
        for service in context.services:
            name = service.service_id
            write_slice(output / "services" / name, _context_of(context, service), _of_service(tables, name))
        names = [service.service_id for service in context.services]
        _write_scores(connection, list_scores(rows.outcomes, scales), output, names)
    return {"rows_out": len(tables["measures"]), "services": len(names)}
