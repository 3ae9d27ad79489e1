"""What evaluation plans ask of the counted rows: members to compare with, and characteristics to hold fixed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contract.plans import AGAINST_ARM, COMPARISON_ARM, EvaluationPlan, PlanError, split_names
from pipeline.measures.levels import Levels

_ETHNICITY = "ethnicity"


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
