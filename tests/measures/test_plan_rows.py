"""What plans ask of counted rows: characteristics to hold fixed, and the rows of services compared with."""

from __future__ import annotations

import pandas as pd
import pytest
from measure_tables import IBIS_ON_DUCKDB
from measured_sample import Measured, measure_sample, rows_of

from pipeline.contract.plans import PlanError
from pipeline.files.slices import read_slice
from pipeline.measures.compared_rows import list_held, rows_compared
from pipeline.protect.rounding import EXACT

pytestmark = [IBIS_ON_DUCKDB, pytest.mark.long]

LEVELS = {"age": ("young", "old"), "sex": ("female", "male"), "need": ("1", "2", "3")}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measure_sample(tmp_path_factory.getbasetemp() / "measured")


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


def test_a_service_s_slice_holds_the_rows_of_those_its_plan_compares_with(measured: Measured) -> None:
    of_one = read_slice(measured.folder / "services" / "S05", EXACT)
    (plan,) = (plan for plan in of_one.context.plans if plan.compared_services)
    assert set(of_one.compared.values("service_id")) == set(plan.compared_services)
    assert set(of_one.compared.values("measure_id")) == {plan.outcome}
    expected = rows_compared(rows_of(measured.overall.measures), [plan])
    pd.testing.assert_frame_equal(rows_of(of_one.compared), expected)
    assert read_slice(measured.folder / "services" / "S04", EXACT).compared.empty


def test_the_scores_of_a_plan_know_what_it_holds_fixed(measured: Measured) -> None:
    scores = read_slice(measured.folder / "services" / "S01", EXACT).scores
    assert {"age", "sex"} <= set(scores.columns)
    assert scores["sex"].nunique() > 1
