"""What must hold of evaluation plans beyond their columns, with row and fix; frozen plans and baselines."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from pipeline.contract.context import FrozenBaseline
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
from pipeline.files.commissioner.register_table import RegisterFault, check_versions
from pipeline.files.records import write_records

Row = Mapping[str, Any]
Typed = TypeVar("Typed", EvaluationPlan, FrozenPlan, FrozenBaseline)


def _list_typed(kind: type[Typed], rows: Iterable[Row]) -> list[Typed]:
    """The rows as records of this kind, without what they hold besides."""
    names = [field.name for field in fields(kind)]
    return [kind(**{name: row[name] for name in names}) for row in rows]


def list_plans(rows: Sequence[Row]) -> list[EvaluationPlan]:
    """The typed rows of evaluation_plan.csv."""
    return _list_typed(EvaluationPlan, rows)


def add_frozen_plans(path: Path, before: Sequence[Row], added: Sequence[FrozenPlan]) -> None:
    """Write frozen_plans.csv anew with what is added; what stands in it stays as it is."""
    write_records(path, FrozenPlan, [*_list_typed(FrozenPlan, before), *added])


def check_plans(
    plans: Sequence[Row],
    services: Sequence[Row],
    measures: Sequence[Row],
    scales: Sequence[Row],
    frozen: Sequence[Row] = (),
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
    yield from _check_once(plans, {(row["plan_id"], row["version"]) for row in frozen})


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
        hint = suggest(outcome, sorted({*measures, *scales})) or "; check its spelling, or add it there."
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
    if names and row["design"] not in AGAINST_ARM | AGAINST_SERVICES:
        said = f"{row['design']} holds no characteristics fixed; leave this blank."
        yield _fault(row, "covariates", said)
        return
    known = [field.name for field in load_table("episodes").fields if field.characteristic]
    for name in names:
        if name not in known:
            hint = suggest(name, known) or f"; use some of {', '.join(known)}."
            yield _fault(row, "covariates", f"'{name}' is not a characteristic of episodes{hint}")


def _check_window(row: Row, service: Row, since: Mapping[str, dt.date]) -> Iterator[RegisterFault]:
    """Yield the faults of the three days: each within the data that there can be, then in order.

    A day outside the data is told first: until it is moved, nothing can be said of the days beside it.
    """
    outcome, name, ends = row["outcome"], service["service_id"], service["end"]
    opens, because = service["start"], f"'{name}' was commissioned"
    if since.get(outcome, opens) > opens:
        opens, because = since[outcome], f"'{outcome}' was defined as it is"
    if ends is not None and ends <= opens:
        said = f"there are no data, as '{name}' ended on {ends} and {because} on {opens}"
        yield _fault(row, "outcome", f"{said}; choose another outcome or service.")
        return
    outside = list(_list_days_outside(row, opens, because, ends))
    yield from outside or _check_order(row, opens, because, outcome in since)


def _list_days_outside(
    row: Row, opens: dt.date, because: str, ends: dt.date | None
) -> Iterator[RegisterFault]:
    first, start, last, name = row["first_day"], row["start"], row["last_day"], row["service_id"]
    if first < opens:
        said = f"{first} is before {because} ({opens}), so there are no data; begin on that day or later."
        yield _fault(row, "first_day", said)
    if start < opens:
        said = f"{start} is before {because} ({opens}), so nothing is known of that day; choose a later one."
        yield _fault(row, "start", said)
    if last <= opens:
        said = f"{last} is not after {because} ({opens}), so there are no data; choose a later day."
        yield _fault(row, "last_day", said)
    if ends is None:
        return
    for column, day in (("first_day", first), ("start", start)):
        if day >= ends:
            said = f"{day} is not before '{name}' ended ({ends}); choose an earlier day."
            yield _fault(row, column, said)
    if last > ends:
        said = (
            f"{last} is after '{name}' ended ({ends}), so there will be no data; end on that day or earlier."
        )
        yield _fault(row, "last_day", said)


def _check_order(row: Row, opens: dt.date, because: str, followed: bool) -> Iterator[RegisterFault]:
    """A measure is followed from before the start, so there must be days before it; a scale has its first scores."""
    first, start, last = row["first_day"], row["start"], row["last_day"]
    if followed and start == opens:
        otherwise = ", or a scale as the outcome" if row["design"] in OF_SCORES & OF_MEASURES else ""
        said = f"there is no day before {start} to set against those after it, as {because} on that day"
        yield _fault(row, "start", f"{said}; choose a later day, on which something changed{otherwise}.")
    elif last <= first:
        said = f"{last} is not after first_day ({first}); correct one of them."
        yield _fault(row, "last_day", said)
    elif followed and start == first:
        said = f"there is no day before {start} to set against those after it; let first_day be earlier"
        yield _fault(row, "start", f"{said}, from {opens} on.")
    elif not first <= start <= last:
        least = "after" if followed else "on or after"
        said = f"{start} is not {least} first_day ({first}) and by last_day ({last}); correct one of them."
        yield _fault(row, "start", said)


def _check_comparison(row: Row, services: Mapping[str, Row]) -> Iterator[RegisterFault]:
    design, comparison = row["design"], row["comparison"]
    if design in AGAINST_ARM:
        if comparison != COMPARISON_ARM:
            stands = f"this says '{comparison}'" if comparison else "this is blank"
            said = f"{stands}; {design} is compared with the '{COMPARISON_ARM}' of the same service."
            yield _fault(row, "comparison", said)
    elif design in AGAINST_SERVICES:
        yield from _check_compared_services(row, services)
    elif comparison is not None:
        said = f"{design} has no comparison, but this says '{comparison}'; leave it blank."
        yield _fault(row, "comparison", said)


def _check_compared_services(row: Row, services: Mapping[str, Row]) -> Iterator[RegisterFault]:
    others = {name: other for name, other in services.items() if name != row["service_id"]}
    able = [name for name, other in others.items() if _lacks_members(row, other) is None]
    names, start = split_names(row["comparison"]), row["start"]
    if not able:
        said = f"no other service ran both before {start} and after it, so there is nothing to compare with"
        yield _fault(row, "design", f"{said}; choose another design.")
        return
    offered = f"name some of {', '.join(able)}."
    fix = "leave it out." if set(names) & set(able) else offered
    if not names:
        said = f"this is blank; {row['design']} needs services to compare with, with ';' between them"
        yield _fault(row, "comparison", f"{said}; {offered}")
    for name in names:
        if name == row["service_id"]:
            yield _fault(row, "comparison", f"'{name}' is the service itself; {fix}")
        elif name not in services:
            hint = suggest(name, able) or f"; {fix}"
            yield _fault(row, "comparison", f"'{name}' is not in reference/services.csv{hint}")
        elif lack := _lacks_members(row, others[name]):
            yield _fault(row, "comparison", f"{lack}; {fix}")


def _lacks_members(row: Row, other: Row) -> str | None:
    """Say why a service cannot be compared with: it was not commissioned both before the start and after it."""
    begins, ends, start = other["start"], other["end"], row["start"]
    if begins >= start:
        return f"'{other['service_id']}' began on {begins}, so it has no members before {start}"
    if ends is not None and ends < start:
        return f"'{other['service_id']}' ended on {ends}, so it has no members after {start}"
    return None


def _check_once(plans: Sequence[Row], frozen: Collection[tuple[str, int]]) -> Iterator[RegisterFault]:
    """Yield a fault where two plans are in force for an outcome of a service: the better result could be chosen.

    A frozen plan comes first, whatever its row: it may not be deleted.
    """
    latest = {row["plan_id"]: row for row in sorted(plans, key=lambda row: int(row["version"]))}
    seen: dict[tuple[str, str], Row] = {}
    fixed = {plan_id: (plan_id, row["version"]) in frozen for plan_id, row in latest.items()}
    for row in sorted(latest.values(), key=lambda row: (not fixed[row["plan_id"]], int(row["row"]))):
        first = seen.setdefault((row["service_id"], row["outcome"]), row)
        if first is not row:
            fix = f"make this the next version of '{first['plan_id']}' or delete it."
            if fixed[row["plan_id"]]:
                fix = f"this plan is frozen, so agree its version {row['version'] + 1} about something else."
            said = f"'{row['service_id']}' has a plan for '{row['outcome']}' in row {first['row']} already; "
            yield _fault(row, "outcome", said + fix)


def list_frozen(rows: Iterable[Mapping[str, object]]) -> list[FrozenBaseline]:
    """The typed rows of the register."""
    return _list_typed(FrozenBaseline, rows)


def add_frozen(path: Path, before: Sequence[FrozenBaseline], added: Sequence[FrozenBaseline]) -> None:
    """Write the register anew with what is added; what stands in it stays as it is."""
    write_records(path, FrozenBaseline, [*before, *added])
