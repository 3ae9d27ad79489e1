"""Findings on delivery as tables, with the columns that contract/findings.yaml declares."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from pipeline.analysis.finding_columns import Row, as_frame, estimate_columns, figures, side_columns, taken
from pipeline.analysis.group_counts import level
from pipeline.analysis.impact.change import ALL_GROUPS
from pipeline.analysis.performance.curves import curve_scope, finding_of
from pipeline.analysis.performance.kpis import (
    figures_of,
    limits_of,
    periods_of,
    planned_verdicts,
    signals_of,
    target_of,
    variation_of,
    verdict_of,
)
from pipeline.analysis.performance.periods import PER_CENT
from pipeline.analysis.performance.reach import (
    contract_columns,
    count_children,
    list_reached,
    list_results,
    list_steps,
    list_waits,
)
from pipeline.analysis.scope import Scope, measure_rows
from pipeline.contract.context import MeasureFacts, Unit
from pipeline.contract.plans import Curve
from pipeline.protect.room import hold_union
from pipeline.protect.tally import Tally
from pipeline.stats.results import Estimate


def _scaled(value: float, measure: MeasureFacts) -> float:
    """A figure in per cent as the share that frames hold; a rate as it is."""
    return value / PER_CENT if measure.unit == "percent" else value


def _told(found: Estimate, measure: MeasureFacts) -> Estimate:
    """An estimate in per cent as one of a share."""
    unit = "proportion" if measure.unit == "percent" else found.unit
    return found.map(lambda number: _scaled(number, measure), unit)


def _limits(found: Estimate | None, measure: MeasureFacts) -> Row:
    if found is None:
        return {}
    told = _told(found, measure)
    return {"mean": told.value, "lower_limit": told.lower, "upper_limit": told.upper}


def _level(tally: Tally, scope: Scope, unit: Unit = "percent", prefix: str = "") -> Row:
    """What was counted, and the share or rate that it is."""
    found = level(tally, unit, scope.confidence_level)
    return {**side_columns(tally, prefix), **estimate_columns(found, prefix)}


def _signals(scope: Scope, measure: MeasureFacts) -> dict[str, tuple[str, ...]]:
    chart = verdict_of(scope, measure).chart
    return signals_of(figures_of(scope, measure), chart) if chart else {}


def _kpi(scope: Scope, measure: MeasureFacts, minimum_pairs: int) -> Row:
    found, aim = verdict_of(scope, measure), target_of(scope, measure)
    limits = [*limits_of(scope, measure).values()]
    planned = measure.measure_id in planned_verdicts(scope, minimum_pairs)
    return {
        **taken(measure, "measure_id", "version"),
        **_level(measure_rows(scope, measure).add_up(), scope, measure.unit),
        "better": measure.direction,
        "periods": sum(figure.judged for figure in figures_of(scope, measure)),
        **_limits(limits[-1] if limits else None, measure),
        "signals": "; ".join([*_signals(scope, measure).values()][-1]) if limits else "",
        "goal": _scaled(aim.target, measure) if aim else None,
        "assurance": found.assurance,
        "verdict": variation_of(scope, measure, minimum_pairs),
        "rests_on": "plan" if planned else "chart",
    }


def tabulate_kpis(scope: Scope, minimum_pairs: int) -> pd.DataFrame:
    """Judge every measure over time, by its plan or its control chart: one row each (columns of `kpis`)."""
    return as_frame((_kpi(scope, each, minimum_pairs) for each in scope.context.measures), "kpis")


def _periods(scope: Scope, measure: MeasureFacts, missing: Counter[str]) -> Iterator[Row]:
    limits, signals = limits_of(scope, measure), _signals(scope, measure)
    states = {figure.period: figure.state for figure in figures_of(scope, measure)}
    for period, version, tally in periods_of(scope, measure):
        row: Row = {
            "measure_id": measure.measure_id,
            "version": version,
            "period": period,
            **_level(tally, scope, measure.unit),
            "missing_returns": missing[period],
        }
        if version == measure.version:
            row |= _limits(limits.get(period), measure)
            row |= {"signals": "; ".join(signals.get(period, ())), "state": states.get(period)}
        yield row


def tabulate_kpi_periods(scope: Scope) -> pd.DataFrame:
    """Every measure by period, with the limits of its chart and what it signals (columns of `kpi_periods`)."""
    missing = Counter(each.period for each in scope.context.missing_returns)
    rows = (row for each in scope.context.measures for row in _periods(scope, each, missing))
    return as_frame(rows, "kpi_periods")


def _curves(scope: Scope) -> list[Curve]:
    """The curves about just these children; over all services those of each service too."""
    curves = scope.context.curves
    return [each for each in curves if not scope.service or each.service_id == scope.own]


def _curve(scope: Scope, curve: Curve) -> Row:
    found, measure = finding_of(scope, curve), scope.context.measure(curve.measure_id)
    row: Row = {
        **taken(curve, "curve_id", "measure_id", "ecm_outcome"),
        **taken(found, "before", "after", "verdict"),
        "service_id": curve.service_id or "",
        "question": curve.kind,
        "action_on": f"{curve.action_on}",
        "goal": _scaled(curve.target, measure),
        "due": f"{curve.due}",
        **found.past_errors,
    }
    judged = [each for each in figures_of(curve_scope(scope, curve), measure) if each.judged]
    latest = level(judged[-1].tally, measure.unit, scope.confidence_level) if judged else None
    if isinstance(latest, Estimate):
        row |= {"latest_period": judged[-1].period, **figures("latest", latest)}
    if found.departure is None:
        return row
    return {
        **row,
        **estimate_columns(_told(found.departure, measure)),
        "needed": _scaled(found.needed, measure),
        "seasonal": "yes" if found.seasonal else "no",
    }


def tabulate_curves(scope: Scope) -> pd.DataFrame:
    """Judge every curve against the forecast from before its action: one row each (columns of `curves`)."""
    return as_frame((_curve(scope, curve) for curve in _curves(scope)), "curves")


def tabulate_curve_periods(scope: Scope) -> pd.DataFrame:
    """What was to be expected of each period since a curve's action (columns of `curve_periods`)."""
    rows = (
        {
            "curve_id": curve.curve_id,
            "period": period,
            **figures("forecast", _told(told, scope.context.measure(curve.measure_id))),
        }
        for curve in _curves(scope)
        for period, told in finding_of(scope, curve).forecasts.items()
    )
    return as_frame(rows, "curve_periods")


def tabulate_reach(scope: Scope) -> pd.DataFrame:
    """Count the children reached, all and by ethnic group (columns of `reach`)."""
    own, service = scope.own, scope.service
    whole: Row = {
        "service_id": own,
        "ethnic_group": ALL_GROUPS,
        "children": int(count_children(scope, own)),
        **(contract_columns(scope, service) if service else {}),
    }
    groups = (
        {
            "service_id": own,
            "ethnic_group": each.ethnic_group,
            "children": int(each.children),
            **(_level(each.share, scope) if each.share else {}),
            "population_share": each.area,
        }
        for each in list_reached(scope)
    )
    return as_frame([whole, *groups], "reach")


def tabulate_parts(scope: Scope) -> pd.DataFrame:
    """Return children reached by several services together, each counted once, with the columns of `parts`."""
    keys = ("by", "name", "services")
    everyone = scope.slice.children.where("ethnic_group", "")
    of_each = {own: found.count(scope.rule) for (own,), found in everyone.sums_by(["service_id"]).items()}
    rows: list[Row] = []
    for key, found in scope.slice.parts.sums_by(keys).items():
        services = key[-1].split(", ")
        shown = hold_union(found.count(scope.rule), [of_each.get(own, 0) for own in services], scope.rule)
        rows.append({**dict(zip(keys, key, strict=True)), "children": shown})
    return as_frame(rows, "parts")


def tabulate_journey(scope: Scope) -> pd.DataFrame:
    """Follow episodes from referral to outcome: one row a step (columns of `journey`)."""
    rows = (
        {
            "service_id": scope.own,
            "step": each.step,
            "episodes": int(each.episodes),
            **(_level(each.of_referred, scope) if each.step != "referred" else {}),
            **(_level(each.of_before, scope, prefix="before_") if each.of_before else {}),
        }
        for each in list_steps(scope)
    )
    return as_frame(rows, "journey")


def tabulate_waits(scope: Scope, minimum: int) -> pd.DataFrame:
    """Time each step of the journey, with no days of fewer than `minimum` children (columns of `waits`)."""
    least = max(minimum, scope.rule.hide_up_to + 1)
    rows: list[Row] = []
    for each in list_waits(scope):
        told = {**vars(each)}
        within = told.pop("within")
        if each.taken < least:
            told |= dict.fromkeys(("lower_quartile", "median", "upper_quartile"))
        rows.append({**told, "service_id": scope.own, **_level(within, scope)})
    return as_frame(rows, "waits")


def tabulate_results(scope: Scope) -> pd.DataFrame:
    """Count what agreements and outcomes came to (columns of `results`)."""
    rows = (
        {"service_id": scope.own, "result": result, **_level(tally, scope)}
        for result, tally in list_results(scope)
    )
    return as_frame(rows, "results")
