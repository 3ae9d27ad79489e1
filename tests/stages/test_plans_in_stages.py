"""Evaluation plans on their way: an arm without members stops the run, and freezing needs no data."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from small_dataset import load, write_dataset

from pipeline.commands.freeze import freeze
from pipeline.contract.plans import PlanError
from pipeline.files.commissioner.reference import read_reference
from pipeline.files.records import read_records
from pipeline.measures.levels import check_arms

PLAN = """\
plan_id,version,service_id,outcome,design,comparison,start,first_day,last_day,covariates,why,agreed_with,agreed_on
P1,1,S01,wellbeing,comparison_group,comparison arm,2009-04-01,2009-04-01,2012-03-31,,Why.,Parents,2009-03-20
"""
ROOT = Path(__file__).resolve().parents[2]


def plans(folder: Path) -> pd.DataFrame:
    (folder / "reference/evaluation_plan.csv").write_text(PLAN, encoding="utf-8")
    table: pd.DataFrame = read_reference(load(folder)).declared()["evaluation_plan"].to_pandas()
    return table


def cells(*arms: str, service: str = "S01") -> pd.DataFrame:
    return pd.DataFrame({"service_id": service, "arm": list(arms)})


def test_a_comparison_arm_without_a_child_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        check_arms(plans(write_dataset(tmp_path)), cells("treated"), "reference/evaluation_plan.csv")
    assert str(caught.value) == (
        "reference/evaluation_plan.csv, row 2, comparison: no child of 'S01' stands in the comparison arm (column "
        "arm of episodes); choose another design, or ask for their returns."
    )


@pytest.mark.parametrize("found", [cells("treated", "comparison"), cells("treated", service="S02")])
def test_an_arm_with_members_or_a_service_without_any_data_does_not(
    tmp_path: Path, found: pd.DataFrame
) -> None:
    check_arms(plans(write_dataset(tmp_path)), found, "evaluation_plan.csv")


def test_plans_are_frozen_before_there_are_data_and_stay_as_they_are(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data" / "raw" / "ours")
    plans(folder)
    settings = (ROOT / "params.yaml").read_text(encoding="utf-8")
    (tmp_path / "params.yaml").write_text(
        settings.replace("data/raw/sample", "data/raw/ours"), encoding="utf-8"
    )
    first = list(freeze(tmp_path, dt.date(2009, 3, 31)))
    kept = read_records(folder / "reference/frozen_plans.csv")
    assert first == [
        f"plan P1 version 1: frozen, {kept[0]['fingerprint'][:12]}",
        "1 plans frozen, 0 already.",
    ]
    assert list(freeze(tmp_path, dt.date(2010, 3, 31))) == ["0 plans frozen, 1 already."]
    assert read_records(folder / "reference/frozen_plans.csv") == kept
