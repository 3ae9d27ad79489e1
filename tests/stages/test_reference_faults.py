"""A fault in the commissioner's own tables stops the run with one sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest
from small_dataset import change_file, load, write_dataset

from pipeline.files.commissioner.reference import ReferenceTableError, read_reference

CASES = {
    "services.csv": [
        (
            "umoja,Youth",
            "umja,Youth",
            "row 3, provider_id: 'umja' is not in reference/providers.csv; did you mean 'umoja'?",
        ),
        (
            "2012-03-31",
            "2008-03-31",
            "row 2, end: 2008-03-31 is before start (2009-04-01); correct one of them.",
        ),
        ("S02", "S01", "row 3, service_id: 'S01' is in row 2 already; keep one of the two rows."),
        (
            ",pilot,60",
            ",pillot,60",
            "row 2, stage: 'pillot' is not one of the choices for stage; did you mean 'pilot'?; "
            "use one of pilot, programme, mainstream.",
        ),
        ("tier,", "teir,", "the column 'tier' is missing; did you mean 'teir'?"),
        ("S02,Mentoring", "S02,Mentoring,new", "row 3, commissioned_volume: 13 cells, but the header has 12"),
    ],
    "providers.csv": [("sector", "sectr", "'sectr' is not a column; did you mean 'sector'?")],
    "scales.csv": [
        ("7,35", "35,7", "row 2, maximum: 7.0 is before minimum (35.0); correct one of them."),
        (
            "direction\nwellbeing,Wellbeing,7,35,higher",
            "direction,kind\nwellbeing,Wellbeing,7,35,higher,goal_attainment",
            "row 2, kind: goals are scored from -2 to 2, more being better; correct that, or write 'score'.",
        ),
        (
            "direction\nwellbeing,Wellbeing,7,35,higher",
            "direction,clinical_cutoff\nwellbeing,Wellbeing,7,35,higher,36",
            "row 2, clinical_cutoff: 36 is no score from 7 to 35; correct one of them.",
        ),
        (
            "direction\nwellbeing,Wellbeing,7,35,higher",
            "direction,reliability\nwellbeing,Wellbeing,7,35,higher,84",
            "row 2, reliability: '84' is more than 0.99",
        ),
    ],
    "targets.csv": [
        (
            "Black",
            "Blck",
            "row 2, ethnic_group: 'Blck' is not a broad group, code or label of ons_2001; did you mean 'Black'?",
        ),
        (
            "everyone else",
            "everybody",
            "row 2, comparator: 'everybody' is not a broad group, code or label of ons_2001; use one of Asian,",
        ),
        (
            "completed",
            "complete",
            "row 2, measure_id: 'complete' is not in reference/measures.csv; did you mean",
        ),
        (
            "S01",
            "S9",
            "row 2, service_id: 'S9' is not in reference/services.csv; check its spelling, or add it there.",
        ),
    ],
    "population.csv": [
        (
            "WBRI",
            "WBRO",
            "row 2, ethnic_group: 'WBRO' is not a code, label or broad group of ons_2001; did you mean",
        ),
        (
            "2009,21450",
            "2009,-1",
            "row 2, population: '-1' is less than 0, the lowest allowed; check the number, and correct it.",
        ),
    ],
    "measures.csv": [
        (
            "2009-04-01,\n",
            "2009-04-01,2010-03-31\ncompleted,2,completed,percent,episodes,end_date,all,all,higher,,2010-03-31,\n",
            "row 3, start: version 2 begins before version 1 ends; "
            "let it begin on the first day of a month, and end the earlier one the day before.",
        )
    ],
}


@pytest.mark.parametrize(
    ("table", "old", "new", "message"), [(table, *case) for table, cases in CASES.items() for case in cases]
)
def test_a_fault_is_named_by_file_row_column_and_mend(
    tmp_path: Path, table: str, old: str, new: str, message: str
) -> None:
    folder = write_dataset(tmp_path)
    change_file(folder, f"reference/{table}", old, new)
    with pytest.raises(ReferenceTableError) as caught:
        read_reference(load(folder))
    assert message in str(caught.value)
    assert str(caught.value).startswith((folder / "reference" / table).as_posix())


def test_all_six_tables_must_be_there(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    (folder / "reference/scales.csv").unlink()
    with pytest.raises(ReferenceTableError, match=r"scales\.csv: the file is missing"):
        read_reference(load(folder))


def test_tables_come_typed_and_known_by_their_ids(tmp_path: Path) -> None:
    reference = read_reference(load(write_dataset(tmp_path)))
    assert reference.ids("services") == {"S01", "S02", "S03"}
    assert pc.sum(reference.tables["services"]["annual_value"]).as_py() == 125_000


FROZEN = "target_id,version,frozen_on,first_day,last_day,value,lower,upper,fingerprint\n"
LINE = f"T1,1,2009-11-02,2009-04-01,2009-09-30,-14.2,-21.6,-6.3,{'0' * 64}\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (LINE, "row 2, target_id: 'T1' states its baseline in targets.csv; delete this row or that figure."),
        (
            LINE.replace("T1,1", "T1,2"),
            "row 2, version: 'T1' has no version 2 in targets.csv; put its row back.",
        ),
        (LINE.replace("T1", "T9"), "row 2, target_id: 'T9' is not in reference/targets.csv"),
        (LINE.replace("2009-04-01", "April"), "row 2, first_day: 'April' is not a date"),
        (LINE.replace("0" * 64, "abc"), "row 2, fingerprint: 'abc' is not written like"),
    ],
)
def test_a_frozen_baseline_belongs_to_a_target_that_states_none(
    tmp_path: Path, line: str, message: str
) -> None:
    folder = write_dataset(tmp_path)
    (folder / "reference/baselines.csv").write_text(FROZEN + line, encoding="utf-8")
    with pytest.raises(ReferenceTableError) as caught:
        read_reference(load(folder))
    assert f"baselines.csv, {message}" in str(caught.value)


def test_a_frozen_baseline_is_read_with_its_figures(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    change_file(folder, "reference/targets.csv", "at_least,-14,", "at_least,,")
    (folder / "reference/baselines.csv").write_text(FROZEN + LINE, encoding="utf-8")
    (row,) = read_reference(load(folder)).baselines
    assert (row["target_id"], row["version"], row["value"]) == ("T1", 1, -14.2)


PLAN = (
    "plan_id,version,service_id,outcome,design,comparison,start,first_day,last_day,covariates,why,agreed_with,agreed_on\n"
    "P1,1,S01,wellbeing,comparison_group,comparison arm,2009-04-01,2009-04-01,2012-03-31,,"
    "Like children.,Parents,2009-03-20\n"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("wellbeing", "welbeing", "row 2, outcome: 'welbeing' is neither a measure"),
        ("P1,1,S01", "P1,1,S09", "row 2, service_id: 'S09' is not in reference/services.csv; did you mean"),
        ("comparison arm", "", "row 2, comparison: this is blank; comparison_group is compared with"),
        ("2012-03-31", "2020-03-31", "row 2, last_day: 2020-03-31 is after 'S01' ended (2012-03-31)"),
        (
            "comparison_group",
            "comparison",
            "row 2, design: 'comparison' is not one of the choices for design; did you mean",
        ),
        (",2009-03-20", ",", "row 2, agreed_on: '' is blank"),
    ],
)
def test_a_fault_of_an_evaluation_plan_stops_the_run(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    folder = write_dataset(tmp_path)
    (folder / "reference/evaluation_plan.csv").write_text(PLAN, encoding="utf-8")
    assert len(read_reference(load(folder)).evaluation_plan) == 1
    change_file(folder, "reference/evaluation_plan.csv", old, new)
    with pytest.raises(ReferenceTableError) as caught:
        read_reference(load(folder))
    assert f"evaluation_plan.csv, {message}" in str(caught.value)


def test_a_scale_without_a_direction_stops_the_run(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    change_file(folder, "reference/scales.csv", "7,35,higher", "7,35,")
    with pytest.raises(ReferenceTableError, match=r"scales\.csv, row 2, direction: '' is blank"):
        read_reference(load(folder))


def test_a_frozen_plan_without_its_plan_stops_the_run(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    (folder / "reference/evaluation_plan.csv").write_text(PLAN, encoding="utf-8")
    frozen = f"plan_id,version,frozen_on,fingerprint\nP1,2,2009-03-31,{'0' * 64}\n"
    (folder / "reference/frozen_plans.csv").write_text(frozen, encoding="utf-8")
    with pytest.raises(
        ReferenceTableError, match=r"frozen_plans\.csv, row 2, version: 'P1' has no version 2"
    ):
        read_reference(load(folder))


STANDARDS = "service_id,standard,met,evidence,checked_on,next_check\n"
KEPT = "S01,Safeguarding,yes,Visit,2011-10-12,2012-10-12\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (KEPT.replace("S01", "S9"), "row 2, service_id: 'S9' is not in reference/services.csv"),
        (KEPT.replace("yes", "mostly"), "row 2, met: 'mostly' is not one of the choices for met"),
        (KEPT.replace("2011-10-12", ""),
            "row 2, checked_on: this is blank, but the standard is 'yes'; give the day, or write 'not_checked'."),
        (KEPT.replace("yes", "not_checked"),
            "row 2, checked_on: this says 2011-10-12, but the standard is 'not_checked'; say what was found, or"),
        (KEPT.replace("2012-10-12", "2011-10-12"),
            "row 2, next_check: 2011-10-12 is not after the last check (2011-10-12); correct one of them."),
        (KEPT + KEPT, "row 3, service_id: 'S01, Safeguarding' is in row 2 already; keep one of the two rows."),
    ],
)  # fmt: skip
def test_a_fault_among_the_standards_stops_the_run(tmp_path: Path, line: str, message: str) -> None:
    folder = write_dataset(tmp_path)
    (folder / "reference/standards.csv").write_text(STANDARDS + line, encoding="utf-8")
    with pytest.raises(ReferenceTableError) as caught:
        read_reference(load(folder))
    assert f"standards.csv, {message}" in str(caught.value)


def test_standards_are_read_typed_and_may_be_left_out(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    assert read_reference(load(folder)).standards == ()
    (folder / "reference/standards.csv").write_text(STANDARDS + KEPT, encoding="utf-8")
    (standard,) = read_reference(load(folder)).standards
    assert (standard["met"], str(standard["next_check"])) == ("yes", "2012-10-12")


CURVES = "curve_id,ecm_outcome,kind,measure_id,service_id,action,action_on,target,due,agreed_on\n"
CURVE = "C1,be_healthy,better_off,completed,S01,Sessions after school,2009-07-01,75,2012-03-31,2009-06-01\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("completed", "complete", "row 2, measure_id: 'complete' is not in reference/measures.csv; did you mean"),
        ("S01", "S9", "row 2, service_id: 'S9' is not in reference/services.csv"),
        ("better_off", "better", "row 2, kind: 'better' is not one of the choices for kind; did you mean"),
        (
            "2009-07-01",
            "2009-04-01",
            "row 2, action_on: 2009-04-01 is not after the first day of the data of 'completed' (2009-04-01); "
            "choose a later day, or leave the curve out.",
        ),
        ("2009-07-01", "2009-10-01",
            "row 2, action_on: 2009-10-01 is after the last day of the data (2009-09-30); correct the day"),
        ("2012-03-31", "2009-07-01",
            "row 2, due: the target is due on 2009-07-01, not after the action (2009-07-01); choose a later day."),
        ("2009-06-01", "2012-04-01", "row 2, agreed_on: 2012-04-01 is after the target was due (2012-03-31)"),
        (",75,", ",175,", "row 2, target: 175 is more than 100 per cent; correct it."),
        (",75,", ",-1,", "row 2, target: -1 is less than 0; correct it."),
        (CURVE, CURVE + CURVE, "row 3, curve_id: 'C1' is in row 2 already; keep one of the two rows."),
    ],
)  # fmt: skip
def test_a_curve_that_cannot_be_drawn_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = write_dataset(tmp_path)
    assert old in CURVE
    (folder / "reference/curves.csv").write_text(CURVES + CURVE.replace(old, new), encoding="utf-8")
    with pytest.raises(ReferenceTableError) as caught:
        read_reference(load(folder))
    assert f"curves.csv, {message}" in str(caught.value)


def test_curves_are_read_with_their_days_and_may_be_left_out(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    assert read_reference(load(folder)).declared()["curves"].num_rows == 0
    (folder / "reference/curves.csv").write_text(CURVES + CURVE, encoding="utf-8")
    (row,) = read_reference(load(folder)).declared()["curves"].to_pylist()
    assert (row["curve_id"], row["action_on"].isoformat(), row["target"]) == ("C1", "2009-07-01", 75.0)
