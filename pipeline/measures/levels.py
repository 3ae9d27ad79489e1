"""Levels of a child's other characteristics, as pages name them; and the rows that evaluation plans use."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.plans import AGAINST_ARM, COMPARISON_ARM, EvaluationPlan, PlanError, split_names
from pipeline.contract.tables import AGE_BANDS, OLDEST, Field, list_declared, load_table

Levels = Mapping[str, tuple[str, ...]]
"""Levels by characteristic, in their order, 'Not known' last."""
_ETHNICITY = "ethnicity"


def _list_characteristics(columns: Sequence[str]) -> list[Field]:
    fields = load_table("episodes").fields
    return [field for field in fields if field.characteristic and not field.codes and field.name in columns]


def find_levels(episodes: Table) -> Levels:
    """Return the characteristics that are filled in any of these rows, with their levels."""
    fields = _list_characteristics(episodes.columns)
    aggregates = {
        field.name: column.count() if list_declared(field) else column.collect(distinct=True)
        for field in fields
        for column in [episodes[field.name]]
    }
    (found,) = episodes.aggregate(**aggregates).to_pyarrow().to_pylist()
    return {
        field.name: (*(list_declared(field) or map(str, sorted(found[field.name]))), NOT_KNOWN)
        for field in fields
        if found[field.name]
    }


def level_columns(episodes: Table, levels: Levels) -> dict[str, Any]:
    """Return an expression for the level of each characteristic, by name."""
    return {name: _level(episodes[name], name, known) for name, known in levels.items()}


def _level(column: Any, name: str, known: Sequence[str]) -> Any:
    if name == "age":
        bands = [(column <= highest, band) for band, highest in AGE_BANDS.items()]
        return ibis.cases(*bands, (column.notnull(), OLDEST), else_=NOT_KNOWN)
    text = column.cast("string").nullif("")
    return text.isin([*known]).ifelse(text, NOT_KNOWN).fill_null(NOT_KNOWN)


def check_arms(plans: pd.DataFrame, arms_of: pd.DataFrame, file: str) -> None:
    """PlanError for a plan that compares with an arm without children in `arms_of` (columns service_id and arm)."""
    arms = arms_of.groupby("service_id")["arm"].agg(set)
    against = plans[plans["design"].isin(AGAINST_ARM) & plans["service_id"].isin(arms.index)]
    for row, service in zip(against["row"], against["service_id"], strict=True):
        if "comparison" not in arms[service]:
            problem = f"no child of '{service}' stands in the {COMPARISON_ARM} (column arm of episodes); "
            fix = "choose another design, or ask for their returns."
            raise PlanError(f"{file}, row {row}, comparison: {problem}{fix}")


def list_covariates(plans: pd.DataFrame, levels: Levels, file: str) -> list[str]:
    """Return the covariates of the plans except ethnicity; PlanError for one that no row has."""
    found: dict[str, None] = {}
    declared = plans.dropna(subset=["covariates"])
    for row, text in zip(declared["row"], declared["covariates"], strict=True):
        for name in split_names(text):
            if name not in (*levels, _ETHNICITY):
                reason = f"'{name}' stands in no row of any return, so it cannot be held fixed; leave it out."
                raise PlanError(f"{file}, row {row}, covariates: {reason}")
            found[name] = None
    return [name for name in found if name != _ETHNICITY]


def rows_compared(measures: pd.DataFrame, plans: Sequence[EvaluationPlan]) -> pd.DataFrame:
    """Return the measures' rows of the services that plans compare with, for the plans' outcomes."""
    services_by_outcome: dict[str, set[str]] = {}
    for plan in plans:
        services_by_outcome.setdefault(plan.outcome, set()).update(plan.compared_services)
    if not any(services_by_outcome.values()):
        return measures.iloc[:0]
    kept = pd.Series(False, index=measures.index)
    for outcome, services in services_by_outcome.items():
        kept |= (measures["measure_id"] == outcome) & measures["service_id"].isin(services)
    return measures[kept].reset_index(drop=True)
