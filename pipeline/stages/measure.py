"""Stage `measure`: accepted rows to tidy measures, one slice a service and one over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.context import Context, DatasetFacts, MeasureFacts, ScaleFacts, ServiceFacts, Target
from pipeline.contract.dataset import Dataset
from pipeline.contract.ethnicity import Classification
from pipeline.contract.tables import load_table
from pipeline.files.slices import Slice, write_slice
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.rows import JOURNEY_STEPS, Rows, count_children, follow_journey, join_rows, list_scores
from pipeline.measures.tabulate import KEYS, child_time, tabulate_measures

_SCALE_COLUMNS = load_table("scales").columns
_TARGET_COLUMNS = load_table("targets").columns
_SCORE_ORDER = ["service_id", "child", "outcome", "baseline_date", "review_date", "arm", "provider_id"]


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
    frame: pd.DataFrame = table.to_pandas()
    return frame.sort_values(list(order), kind="stable", ignore_index=True)


def _measure_all(rows: Rows, services: Table, catalogue: Sequence[Measure], dataset: Dataset) -> pd.DataFrame:
    treated = rows.treated()
    last = dataset.complete_to
    earliest = (
        treated.episodes.aggregate(first=treated.episodes.start_date.min()).to_pandas()["first"].iloc[0]
    )
    opens = last if pd.isna(earliest) else pd.Timestamp(earliest).date()
    months = (opens.year * 12 + opens.month - 1, last.year * 12 + last.month - 1)
    time = child_time(treated.episodes, services, *months, ibis.literal(last)).cache()
    tables = {"episodes": treated.episodes, "outcomes": treated.outcomes, "feedback": treated.feedback}
    tidy = tabulate_measures(tables, services, catalogue, time, dataset.period)
    return _collect(tidy, ["measure_id", "version", *KEYS])


def _number_children(scores: pd.DataFrame) -> pd.DataFrame:
    """Children numbered within the table, so that a child who joins another service moves no number here."""
    return scores.assign(child=scores["child"].rank(method="dense").astype("int64"))


def _of_service(content: Slice, service: ServiceFacts) -> Slice:
    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["service_id"] == service.service_id].reset_index(drop=True)

    targets = tuple(t for t in content.context.targets if t.service_id == service.service_id)
    return replace(
        content,
        context=replace(content.context, service=service, services=(service,), targets=targets),
        measures=only(content.measures),
        children=only(content.children),
        journey=only(content.journey),
        scores=_number_children(only(content.scores)),
    )


def build_slice(connection: Any, dataset: Dataset, validate: Path, reference: Path) -> Slice:
    """All services' measures, as one slice."""
    tables = {
        name: connection.read_parquet(validate / f"{name}.parquet")
        for name in ("episodes", "outcomes", "feedback")
    }
    frames = {
        name: pd.read_parquet(reference / f"{name}.parquet")
        for name in ("services", "providers", "scales", "measures", "targets", "population")
    }
    services = connection.read_parquet(reference / "services.parquet")
    scales = connection.read_parquet(reference / "scales.parquet")
    catalogue = load_catalogue(load_records(frames["measures"]))
    rows = join_rows(**tables, classification=dataset.classification)
    described = describe_services(load_records(frames["services"]), load_records(frames["providers"]))
    treated = rows.treated()
    journey = _collect(follow_journey(treated), ["service_id", "ethnic_group"])
    context = Context(
        dataset=describe_dataset(dataset),
        service=None,
        services=described,
        measures=describe_measures(catalogue),
        scales=tuple(ScaleFacts(**row) for row in load_records(frames["scales"][list(_SCALE_COLUMNS)])),
        targets=tuple(Target(**row) for row in load_records(frames["targets"][list(_TARGET_COLUMNS)])),
        steps=tuple(step for step in JOURNEY_STEPS if journey[step].any()),
    )
    return Slice(
        context=context,
        measures=_measure_all(rows, services, catalogue, dataset),
        children=_collect(count_children(treated.episodes), ["service_id", "ethnic_group"]),
        journey=journey,
        scores=_collect(list_scores(rows.outcomes, scales), _SCORE_ORDER),
        population=group_population(frames["population"], dataset.classification),
    )


def run_measure(dataset: Dataset, validate: Path, reference: Path, output: Path) -> dict[str, int]:
    """Read accepted rows, write `overall/` and `services/<id>/`; returns the counts for the log."""
    connection = ibis.duckdb.connect()
    content = build_slice(connection, dataset, validate, reference)
    write_slice(output / "overall", content)
    for service in content.context.services:
        write_slice(output / "services" / service.service_id, _of_service(content, service))
    return {"rows_out": len(content.measures), "services": len(content.context.services)}
