"""What is recorded of a child besides its ethnicity, as pages name it; and which rows evaluation plans ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.plans import AGAINST_ARM, COMPARISON_ARM, EvaluationPlan, PlanError, split_names
from pipeline.contract.tables import AGE_BANDS, OLDEST, Field, list_declared, load_table

Levels = Mapping[str, tuple[str, ...]]
"""By characteristic its levels in their order, 'Not known' last."""
_ETHNICITY = "ethnicity"


def _list_characteristics(columns: Sequence[str]) -> list[Field]:
    fields = load_table("episodes").fields
    return [field for field in fields if field.characteristic and not field.codes and field.name in columns]


def find_levels(episodes: Table) -> Levels:
    """Return the characteristics that are filled in any of these rows, with their levels."""
    fields = _list_characteristics(episodes.columns)
    asked = {
        field.name: column.count() if list_declared(field) else column.collect(distinct=True)
        for field in fields
        for column in [episodes[field.name]]
    }
    (found,) = episodes.aggregate(**asked).to_pyarrow().to_pylist()
    return {
        field.name: (*(list_declared(field) or map(str, sorted(found[field.name]))), NOT_KNOWN)
        for field in fields
        if found[field.name]
    }


def level_columns(episodes: Table, levels: Levels) -> dict[str, Any]:
    """Return each characteristic as its level, by name."""
    return {name: _level(episodes[name], name, known) for name, known in levels.items()}


def _level(column: Any, name: str, known: Sequence[str]) -> Any:
    if name == "age":
        bands = [(column <= highest, band) for band, highest in AGE_BANDS.items()]
        return ibis.cases(*bands, (column.notnull(), OLDEST), else_=NOT_KNOWN)
    text = column.cast("string").nullif("")
    return text.isin([*known]).ifelse(text, NOT_KNOWN).fill_null(NOT_KNOWN)


def check_arms(plans: pd.DataFrame, arms_of: pd.DataFrame, file: str) -> None:
    """PlanError for a plan that compares with an arm in which the service's returns hold nobody; `arms_of` has both."""
    arms = arms_of.groupby("service_id")["arm"].agg(set)
    against = plans[plans["design"].isin(AGAINST_ARM) & plans["service_id"].isin(arms.index)]
    for row, service in zip(against["row"], against["service_id"], strict=True):
        if "comparison" not in arms[service]:
            said = f"no child of '{service}' stands in the {COMPARISON_ARM} (column arm of episodes); "
            mend = "choose another design, or ask for their returns."
            raise PlanError(f"{file}, row {row}, comparison: {said}{mend}")


def list_held(plans: pd.DataFrame, levels: Levels, file: str) -> list[str]:
    """Return the characteristics that plans hold fixed, but for ethnicity; PlanError for one that is in no row."""
    found: dict[str, None] = {}
    declared = plans.dropna(subset=["covariates"])
    for row, text in zip(declared["row"], declared["covariates"], strict=True):
        for name in split_names(text):
            if name not in (*levels, _ETHNICITY):
                said = f"'{name}' stands in no row of any return, so it cannot be held fixed; leave it out."
                raise PlanError(f"{file}, row {row}, covariates: {said}")
            found[name] = None
    return [name for name in found if name != _ETHNICITY]


def rows_compared(measures: pd.DataFrame, plans: Sequence[EvaluationPlan]) -> pd.DataFrame:
    """The rows of other services that these plans compare with, of the measures that they are about."""
    asked: dict[str, set[str]] = {}
    for plan in plans:
        asked.setdefault(plan.outcome, set()).update(plan.compared_services)
    if not any(asked.values()):
        return measures.iloc[:0]
    kept = pd.Series(False, index=measures.index)
    for outcome, services in asked.items():
        kept |= (measures["measure_id"] == outcome) & measures["service_id"].isin(services)
    return measures[kept].reset_index(drop=True)
