"""What plans ask of counted rows: characteristics to hold fixed, and the rows of services compared with."""

import pandas as pd
import pytest

from pipeline.contract.plans import PlanError
from pipeline.measures.levels import list_held

LEVELS = {"age": ("young", "old"), "sex": ("female", "male"), "need": ("1", "2", "3")}


def plans(covariates: str | None) -> pd.DataFrame:
    return pd.DataFrame({"row": [2, 3], "covariates": [None, covariates]})


def test_what_plans_hold_fixed_is_listed_but_for_ethnicity() -> None:
    assert list_held(plans("sex; need; ethnicity"), LEVELS, "plan.csv") == ["sex", "need"]
    assert list_held(plans(None), LEVELS, "plan.csv") == []


def test_a_characteristic_that_nobody_recorded_stops_the_run() -> None:
    with pytest.raises(PlanError) as caught:
        list_held(plans("religion"), LEVELS, "reference/evaluation_plan.csv")
    assert str(caught.value) == (
        "reference/evaluation_plan.csv, row 3, covariates: 'religion' stands in no row of any return, so it cannot be "
        "held fixed; leave it out."
    )
