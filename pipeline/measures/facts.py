"""What pages show besides counts: names, titles and dates from the dataset, the commissioner's tables and intake."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.contract.context import (
    CHILDREN,
    Context,
    DatasetFacts,
    Definition,
    DetailedGroup,
    FrozenBaseline,
    MeasureFacts,
    ScaleFacts,
    Target,
)
from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification, find_group
from pipeline.contract.plans import Curve, EvaluationPlan, FrozenPlan, cited_by
from pipeline.contract.services import ReturnFacts, ServiceFacts, Standard, returns_of
from pipeline.contract.tables import load_table
from pipeline.measures.catalogue import Measure
from pipeline.measures.maturity import AT_ONCE, Maturity
from pipeline.measures.rows import JOURNEY_STEPS

_SCALE_COLUMNS = load_table("scales").columns
_TARGET_COLUMNS = load_table("targets").columns


def load_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as dictionaries, missing values as None."""
    tidy = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in tidy.to_dict("records")]


def _describe_dataset(dataset: Dataset, population: pd.DataFrame) -> DatasetFacts:
    """Return the dataset's title, dates and groups."""
    counted = population["counted"].fillna(CHILDREN).tolist()
    copied = ("title", "synthetic", "source", "period", "complete_to", "comparator")
    return DatasetFacts(
        **{name: getattr(dataset, name) for name in copied},
        groups=dataset.classification.broad_groups,
        population_counted=counted[0] if counted else CHILDREN,
        group_titles=dataset.classification.known_titles,
        detailed_groups=tuple(
            DetailedGroup(entry.code, entry.label, entry.broad_group)
            for entry in dataset.classification.codes
            if entry.broad_group != NOT_KNOWN
        ),
    )


def _describe_services(
    services: Sequence[Mapping[str, Any]],
    providers: Sequence[Mapping[str, Any]],
    priorities: Sequence[Mapping[str, Any]],
) -> tuple[ServiceFacts, ...]:
    """Return every service with its provider's name and the titles of its priorities."""
    titles = {row["priority_id"]: row["title"] for row in priorities}
    known_providers = {provider["provider_id"]: provider for provider in providers}
    facts = []
    for row in services:
        provider_id = row["provider_id"]
        known = {name: row[name] for name in ServiceFacts.__annotations__ if name in row}
        for name in ("commissioned_volume", "expected_referrals"):
            known[name] = None if row[name] is None else int(row[name])
        provider = known_providers.get(provider_id, {"name": "several providers", "size": None})
        cited = "; ".join(titles[priority_id] for priority_id in cited_by(row) if priority_id in titles)
        priority = cited if titles else None
        named = {"provider": provider["name"], "provider_size": provider["size"], "priority": priority}
        facts.append(ServiceFacts(**known, **named))
    return tuple(facts)


def _describe_measures(
    catalogue: Sequence[Measure], maturity: Mapping[str, Maturity]
) -> tuple[MeasureFacts, ...]:
    """Return each measure under the names of its latest version, in catalogue order, with all its definitions."""
    versions: dict[str, list[Measure]] = {}
    for measure in catalogue:
        versions.setdefault(measure.measure_id, []).append(measure)
    found = []
    for measure_id, listed in versions.items():
        ordered = sorted(listed, key=lambda measure: measure.version)
        latest, known = ordered[-1], maturity.get(measure_id, AT_ONCE)
        definitions = tuple(Definition(version.version, version.start) for version in ordered)
        named = (latest.title, latest.unit, latest.direction, definitions)
        found.append(MeasureFacts(measure_id, *named, known.settled_to, known.grown_months))
    return tuple(found)


def _describe_targets(rows: Sequence[Mapping[str, Any]], classification: Classification) -> list[Target]:
    """Return every version of every target, latest first, with groups as their broad name or code."""

    def group(name: str | None) -> str | None:
        return name if name is None else find_group(classification, name) or name

    named = [
        {**row, "ethnic_group": group(row["ethnic_group"]), "comparator": group(row["comparator"])}
        for row in rows
    ]
    return sorted((Target(**row) for row in named), key=lambda target: -target.version)


def _read_frozen(row: Mapping[str, str]) -> FrozenBaseline:
    """Parse a line of intake's baselines.csv."""
    numbers = {name: float(row[name]) if row[name] else None for name in ("value", "lower", "upper")}
    days = {name: dt.date.fromisoformat(row[name]) for name in ("frozen_on", "first_day", "last_day")}
    return FrozenBaseline(**{**row, "version": int(row["version"]), **days, **numbers})  # type: ignore[arg-type]


def _declared(frames: Mapping[str, pd.DataFrame], name: str) -> list[dict[str, Any]]:
    """Return the rows of an optional table, with its declared columns only."""
    return load_records(frames[name][list(load_table(name).columns)])


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def describe_returns(received: Iterable[Mapping[str, str]]) -> tuple[ReturnFacts, ...]:
    """Parse the lines of intake's received.csv."""
    is_late = {"yes": True, "no": False}
    return tuple(
        ReturnFacts(
            row["provider"], row["period"], row["status"], due, came, is_late.get(row.get("late", ""))
        )
        for row in received
        for due, came in [(_day(row.get("due", "")), _day(row.get("received", "")))]
    )


def describe_context(
    dataset: Dataset,
    frames: Mapping[str, pd.DataFrame],
    catalogue: Sequence[Measure],
    journey: pd.DataFrame,
    received: Sequence[Mapping[str, str]],
    frozen: Sequence[Mapping[str, str]],
    maturity: Mapping[str, Maturity],
) -> Context:
    """Return the context of the pages over all services."""
    versions = _describe_targets(
        load_records(frames["targets"][list(_TARGET_COLUMNS)]), dataset.classification
    )
    latest = {target.target_id: target for target in reversed(versions)}
    order = list(dict.fromkeys(frames["targets"]["target_id"]))
    return Context(
        dataset=_describe_dataset(dataset, frames["population"]),
        service=None,
        services=_describe_services(
            *(load_records(frames[name]) for name in ("services", "providers", "priorities"))
        ),
        measures=_describe_measures(catalogue, maturity),
        scales=tuple(ScaleFacts(**row) for row in load_records(frames["scales"][list(_SCALE_COLUMNS)])),
        targets=tuple(latest[target_id] for target_id in order),
        earlier_targets=tuple(target for target in versions if target != latest[target.target_id]),
        steps=tuple(step for step in JOURNEY_STEPS if (journey["step"] == step).any()),
        returns=describe_returns(received),
        frozen_baselines=tuple(_read_frozen(row) for row in frozen),
        plans=tuple(EvaluationPlan(**row) for row in _declared(frames, "evaluation_plan")),
        frozen_plans=tuple(FrozenPlan(**row) for row in _declared(frames, "frozen_plans")),
        standards=tuple(Standard(**row) for row in _declared(frames, "standards")),
        curves=tuple(Curve(**row) for row in _declared(frames, "curves")),
    )


def context_of(context: Context, service: ServiceFacts) -> Context:
    """Return the context of one service's pages."""
    of_service: dict[str, Any] = {
        name: tuple(row for row in getattr(context, name) if row.service_id == service.service_id)
        for name in ("targets", "earlier_targets", "plans", "standards", "curves")
    }
    returns = returns_of(context.returns, service, context.services)
    return replace(context, service=service, services=(service,), returns=returns, **of_service)
