"""What must hold of evaluation plans beyond their columns: each fault with its row and mend. And frozen plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline.contract.plans import (
    AGAINST_ARM,
    AGAINST_SERVICES,
    COMPARISON_ARM,
    OF_MEASURES,
    OF_SCORES,
    EvaluationPlan,
    FrozenPlan,
    split_names,
)
from pipeline.contract.tables import load_table
from pipeline.contract.values import suggest
from pipeline.files.records import write_records
from pipeline.files.register import RegisterFault, check_versions

Row = Mapping[str, Any]
_PLAN_COLUMNS = tuple(field.name for field in fields(EvaluationPlan))


def list_plans(rows: Sequence[Row]) -> list[EvaluationPlan]:
    """The typed rows of evaluation_plan.csv."""
    return [EvaluationPlan(**{name: row[name] for name in _PLAN_COLUMNS}) for row in rows]


def add_frozen_plans(path: Path, before: Sequence[Row], added: Sequence[FrozenPlan]) -> None:
    """Write frozen_plans.csv anew with what is added; what stands in it stays as it is."""
    names = [field.name for field in fields(FrozenPlan)]
    known = [FrozenPlan(**{name: row[name] for name in names}) for row in before]
    write_records(path, FrozenPlan, [*known, *added])


def check_plans(
    plans: Sequence[Row], services: Sequence[Row], measures: Sequence[Row], scales: Sequence[Row]
) -> Iterator[RegisterFault]:
    """Every fault of the plans, row by row, then those between rows; services are known already."""
    terms = {row["service_id"]: row for row in services}
    since = {row["measure_id"]: row["start"] for row in sorted(measures, key=lambda row: row["start"])}
    for row in plans:
        yield from _check_outcome(row, since, {scale["scale"] for scale in scales})
        yield from _check_covariates(row)
        yield from _check_window(row, terms[row["service_id"]], since)
        yield from _check_comparison(row, terms)
    yield from check_versions(plans, "plan_id")
    yield from _check_once(plans)


def check_frozen_plans(frozen: Sequence[Row], plans: Sequence[Row]) -> Iterator[RegisterFault]:
    """A frozen plan belongs to a version that stands in evaluation_plan.csv still."""
    known = {(row["plan_id"], row["version"]) for row in plans}
    for row in frozen:
        if (row["plan_id"], row["version"]) not in known:
            said = f"'{row['plan_id']}' has no version {row['version']} in evaluation_plan.csv; put its row back."
            yield RegisterFault(row["row"], "version", said)


def _fault(row: Row, column: str, said: str) -> RegisterFault:
    return RegisterFault(row["row"], column, said)


def _check_outcome(row: Row, measures: Collection[str], scales: Collection[str]) -> Iterator[RegisterFault]:
    outcome, design = row["outcome"], row["design"]
    if outcome not in measures and outcome not in scales:
        hint = suggest(outcome, sorted({*measures, *scales})) or "."
        said = (
            f"'{outcome}' is neither a measure in reference/measures.csv nor a scale in reference/scales.csv"
        )
        yield _fault(row, "outcome", said + hint)
    elif outcome in scales and design not in OF_SCORES:
        said = f"'{outcome}' is a scale, but {design} follows a measure month by month; name a measure"
        yield _fault(row, "outcome", f"{said} or choose one of {', '.join(sorted(OF_SCORES))}.")
    elif outcome not in scales and design not in OF_MEASURES:
        said = f"'{outcome}' is a measure, but {design} compares children's scores; name a scale"
        yield _fault(row, "outcome", f"{said} or choose one of {', '.join(sorted(OF_MEASURES))}.")


def _check_covariates(row: Row) -> Iterator[RegisterFault]:
    names = split_names(row["covariates"])
    if names and row["design"] not in AGAINST_ARM:
        said = f"{row['design']} holds no characteristics fixed; leave this blank."
        yield _fault(row, "covariates", said)
        return
    known = [field.name for field in load_table("episodes").fields if field.characteristic]
    for name in names:
        if name not in known:
            hint = suggest(name, known) or f"; use some of {', '.join(known)}."
            yield _fault(row, "covariates", f"'{name}' is not a characteristic of episodes{hint}")


def _check_window(row: Row, service: Row, since: Mapping[str, dt.date]) -> Iterator[RegisterFault]:
    """Days in order, within the service's contract and the measure's latest definition."""
    first, start, last = row["first_day"], row["start"], row["last_day"]
    begins, ends = service["start"], service["end"]
    if last <= first:
        yield _fault(row, "last_day", f"{last} is not after first_day ({first}); correct one of them.")
    elif not first <= start <= last:
        yield _fault(row, "start", f"{start} is not between first_day ({first}) and last_day ({last}).")
    elif row["outcome"] in since and start == first:
        said = f"there is no day before {start} to set against those after it; let first_day be earlier."
        yield _fault(row, "start", said)
    if first < begins:
        said = f"{first} is before '{row['service_id']}' was commissioned ({begins}), so there are no data"
        yield _fault(row, "first_day", f"{said}; begin on that day or later.")
    if ends is not None and last > ends:
        said = f"{last} is after '{row['service_id']}' ended ({ends}), so there will be no data"
        yield _fault(row, "last_day", f"{said}; end on that day or earlier.")
    if first < since.get(row["outcome"], first):
        defined = since[row["outcome"]]
        said = f"'{row['outcome']}' is defined as it is since {defined} only; begin on that day or later."
        yield _fault(row, "first_day", said)


def _check_comparison(row: Row, services: Mapping[str, Row]) -> Iterator[RegisterFault]:
    design, comparison = row["design"], row["comparison"]
    if design in AGAINST_ARM:
        if comparison != COMPARISON_ARM:
            stands = f"'{comparison}' stands here" if comparison else "this is blank"
            said = f"{stands}; {design} is compared with the '{COMPARISON_ARM}' of the same service."
            yield _fault(row, "comparison", said)
    elif design in AGAINST_SERVICES:
        yield from _check_compared_services(row, services)
    elif comparison is not None:
        said = f"{design} has no comparison, but '{comparison}' stands here; leave it blank."
        yield _fault(row, "comparison", said)


def _check_compared_services(row: Row, services: Mapping[str, Row]) -> Iterator[RegisterFault]:
    names = split_names(row["comparison"])
    if not names:
        said = f"this is blank; {row['design']} needs services to compare with, with ';' between them."
        yield _fault(row, "comparison", said)
    for name in names:
        if name not in services:
            hint = suggest(name, list(services)) or "."
            yield _fault(row, "comparison", f"'{name}' is not in reference/services.csv{hint}")
        elif name == row["service_id"]:
            yield _fault(row, "comparison", f"'{name}' is the service itself; name others.")
        else:
            yield from _check_has_members(row, services[name])


def _check_has_members(row: Row, other: Row) -> Iterator[RegisterFault]:
    """A service compared was commissioned before the start and after it."""
    begins, ends, start = other["start"], other["end"], row["start"]
    if begins >= start:
        said = (
            f"'{other['service_id']}' began on {begins}, so it has no members before {start}; leave it out."
        )
        yield _fault(row, "comparison", said)
    elif ends is not None and ends < start:
        said = f"'{other['service_id']}' ended on {ends}, so it has no members after {start}; leave it out."
        yield _fault(row, "comparison", said)


def _check_once(plans: Sequence[Row]) -> Iterator[RegisterFault]:
    """One plan in force for an outcome of a service: two would let the better result be chosen afterwards."""
    latest = {row["plan_id"]: row for row in sorted(plans, key=lambda row: int(row["version"]))}
    seen: dict[tuple[str, str], Row] = {}
    for row in sorted(latest.values(), key=lambda row: int(row["row"])):
        first = seen.setdefault((row["service_id"], row["outcome"]), row)
        if first is not row:
            said = f"'{row['service_id']}' has a plan for '{row['outcome']}' in row {first['row']} already; "
            yield _fault(
                row, "outcome", said + f"make this the next version of '{first['plan_id']}' or delete it."
            )
