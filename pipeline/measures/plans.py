"""What evaluation plans ask of the counted rows: members of the arm that they compare with."""

from __future__ import annotations

import pandas as pd

from pipeline.contract.plans import AGAINST_ARM, COMPARISON_ARM, PlanError


def check_arms(plans: pd.DataFrame, cells: pd.DataFrame, file: str) -> None:
    """PlanError for a plan that compares with an arm in which the service's returns hold nobody."""
    arms = cells.groupby("service_id")["arm"].agg(set)
    against = plans[plans["design"].isin(AGAINST_ARM) & plans["service_id"].isin(arms.index)]
    for row, service in zip(against["row"], against["service_id"], strict=True):
        if "comparison" not in arms[service]:
            said = f"no child of '{service}' stands in the {COMPARISON_ARM} (column arm of episodes); "
            mend = "choose another design, or ask for their returns."
            raise PlanError(f"{file}, row {row}, comparison: {said}{mend}")
