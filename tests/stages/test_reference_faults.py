"""A fault in the commissioner's own tables stops the run with one sentence.

What must hold between the columns of plans and targets is in tests/files; here stands that it is asked.
"""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pyarrow.compute as pc
import pytest
from small_dataset import change_file, load, write_dataset, write_file

from pipeline.files.commissioner.reference import ReferenceTableError, read_reference

MORE = {
    "baselines": "target_id,version,frozen_on,first_day,last_day,value,lower,upper,fingerprint\n"
    f"T1,1,2009-11-02,2009-04-01,2009-09-30,-14.2,-21.6,-6.3,{'0' * 64}\n",
    "evaluation_plan": "plan_id,version,service_id,outcome,design,comparison,start,first_day,last_day,covariates,why,"
    "agreed_with,agreed_on\nP1,1,S01,wellbeing,comparison_group,comparison arm,2009-04-01,2009-04-01,2012-03-31,,"
    "Like children.,Parents,2009-03-20\n",
    "frozen_plans": f"plan_id,version,frozen_on,fingerprint\nP1,1,2009-03-31,{'0' * 64}\n",
    "standards": "service_id,standard,met,evidence,checked_on,next_check\n"
    "S01,Safeguarding,yes,Visit,2011-10-12,2012-10-12\n",
    "curves": "curve_id,ecm_outcome,kind,measure_id,service_id,action,action_on,target,due,agreed_on\n"
    "C1,be_healthy,better_off,completed,S01,Sessions after school,2009-07-01,75,2012-03-31,2009-06-01\n",
}
"""Tables that may be left out, each without a fault; a target with a frozen baseline states none."""
CASES = [
    ("services", "umoja,Youth", "umja,Youth",
        "row 3, provider_id: 'umja' is not in reference/providers.csv; did you mean 'umoja'?"),
    ("services", "2012-03-31", "2008-03-31",
        "row 2, end: 2008-03-31 is before start (2009-04-01); correct one of them."),
    ("services", "S02", "S01", "row 3, service_id: 'S01' is in row 2 already; keep one of the two rows."),
    ("services", ",pilot,60", ",pillot,60",
        "row 2, stage: 'pillot' is not one of the choices for stage; did you mean 'pilot'?; use one of pilot, "
        "programme, mainstream."),
    ("services", "tier,", "teir,", "the column 'tier' is missing; did you mean 'teir'?"),
    ("services", "S02,Mentoring", "S02,Mentoring,new", "row 3, commissioned_volume: 13 cells, but the header has 12"),
    ("providers", "sector", "sectr", "'sectr' is not a column; did you mean 'sector'?"),
    ("scales", "7,35,higher", "7,35,", "row 2, direction: '' is blank"),
    ("scales", "7,35", "35,7", "row 2, maximum: 7.0 is before minimum (35.0); correct one of them."),
    ("scales", "direction\nwellbeing,Wellbeing,7,35,higher",
        "direction,kind\nwellbeing,Wellbeing,7,35,higher,goal_attainment",
        "row 2, kind: goals are scored from -2 to 2, more being better; correct that, or write 'score'."),
    ("scales", "direction\nwellbeing,Wellbeing,7,35,higher",
        "direction,clinical_cutoff\nwellbeing,Wellbeing,7,35,higher,36",
        "row 2, clinical_cutoff: 36 is no score from 7 to 35; correct one of them."),
    ("scales", "direction\nwellbeing,Wellbeing,7,35,higher",
        "direction,reliability\nwellbeing,Wellbeing,7,35,higher,84", "row 2, reliability: '84' is more than 0.99"),
    ("targets", "Black", "Blck",
        "row 2, ethnic_group: 'Blck' is not a broad group, code or label of ons_2001; did you mean 'Black'?"),
    ("targets", "completed", "complete",
        "row 2, measure_id: 'complete' is not in reference/measures.csv; did you mean"),
    ("targets", "S01", "S9",
        "row 2, service_id: 'S9' is not in reference/services.csv; check its spelling, or add it there."),
    ("population", "WBRI", "WBRO",
        "row 2, ethnic_group: 'WBRO' is not a code, label or broad group of ons_2001; did you mean"),
    ("population", "2009,21450", "2009,-1",
        "row 2, population: '-1' is less than 0, the lowest allowed; check the number, and correct it."),
    ("measures", "2009-04-01,\n",
        "2009-04-01,2010-03-31\ncompleted,2,completed,percent,episodes,end_date,all,all,higher,,2010-03-31,\n",
        "row 3, start: version 2 begins before version 1 ends; let it begin on the first day of a month, and end the "
        "earlier one the day before."),
    ("baselines", "T1,1", "T1,2", "row 2, version: 'T1' has no version 2 in targets.csv; put its row back."),
    ("baselines", "T1", "T9", "row 2, target_id: 'T9' is not in reference/targets.csv"),
    ("baselines", "2009-04-01", "April", "row 2, first_day: 'April' is not a date"),
    ("baselines", "0" * 64, "abc", "row 2, fingerprint: 'abc' is not written like"),
    ("evaluation_plan", "wellbeing", "welbeing", "row 2, outcome: 'welbeing' is neither a measure"),
    ("evaluation_plan", "P1,1,S01", "P1,1,S09",
        "row 2, service_id: 'S09' is not in reference/services.csv; did you mean"),
    ("evaluation_plan", "comparison_group", "comparison",
        "row 2, design: 'comparison' is not one of the choices for design; did you mean"),
    ("evaluation_plan", ",2009-03-20", ",", "row 2, agreed_on: '' is blank"),
    ("frozen_plans", "P1,1", "P1,2", "row 2, version: 'P1' has no version 2"),
    ("standards", "S01", "S9", "row 2, service_id: 'S9' is not in reference/services.csv"),
    ("standards", "yes", "mostly", "row 2, met: 'mostly' is not one of the choices for met"),
    ("standards", "2011-10-12", "",
        "row 2, checked_on: this is blank, but the standard is 'yes'; give the day, or write 'not_checked'."),
    ("standards", "yes", "not_checked",
        "row 2, checked_on: this says 2011-10-12, but the standard is 'not_checked'; say what was found, or"),
    ("standards", "2012-10-12", "2011-10-12",
        "row 2, next_check: 2011-10-12 is not after the last check (2011-10-12); correct one of them."),
    ("standards", "2012-10-12\n", "2012-10-12\nS01,Safeguarding,yes,Visit,2011-10-12,\n",
        "row 3, service_id: 'S01, Safeguarding' is in row 2 already; keep one of the two rows."),
    ("curves", "completed", "complete",
        "row 2, measure_id: 'complete' is not in reference/measures.csv; did you mean"),
    ("curves", "S01", "S9", "row 2, service_id: 'S9' is not in reference/services.csv"),
    ("curves", "better_off", "better", "row 2, kind: 'better' is not one of the choices for kind; did you mean"),
    ("curves", "2009-07-01", "2009-04-01",
        "row 2, action_on: 2009-04-01 is not after the first day of the data of 'completed' (2009-04-01); choose a "
        "later day, or leave the curve out."),
    ("curves", "2009-07-01", "2009-10-01",
        "row 2, action_on: 2009-10-01 is after the last day of the data (2009-09-30); correct the day"),
    ("curves", "2012-03-31", "2009-07-01",
        "row 2, due: the target is due on 2009-07-01, not after the action (2009-07-01); choose a later day."),
    ("curves", "2009-06-01", "2012-04-01", "row 2, agreed_on: 2012-04-01 is after the target was due (2012-03-31)"),
    ("curves", ",75,", ",175,", "row 2, target: 175 is more than 100 per cent; correct it."),
    ("curves", ",75,", ",-1,", "row 2, target: -1 is less than 0; correct it."),
    ("curves", "2009-06-01\n",
        "2009-06-01\nC1,be_healthy,better_off,completed,,Walks,2009-07-01,75,2012-03-31,2009-06-01\n",
        "row 3, curve_id: 'C1' is in row 2 already; keep one of the two rows."),
]  # fmt: skip


def write_whole(folder: Path) -> Path:
    """The small dataset with every table that may be left out."""
    write_dataset(folder)
    change_file(folder, "reference/targets.csv", "at_least,-14,", "at_least,,")
    for name, text in MORE.items():
        write_file(folder, f"reference/{name}.csv", text)
    return folder


@pytest.mark.parametrize(("table", "old", "new", "message"), CASES)
def test_a_fault_is_named_by_file_row_column_and_fix(
    tmp_path: Path, table: str, old: str, new: str, message: str
) -> None:
    folder = write_whole(tmp_path)
    change_file(folder, f"reference/{table}.csv", old, new)
    with pytest.raises(ReferenceTableError) as caught:
        read_reference(load(folder))
    assert message in str(caught.value)
    assert str(caught.value).startswith((folder / "reference" / f"{table}.csv").as_posix())


def test_a_target_that_states_its_baseline_has_no_frozen_one(tmp_path: Path) -> None:
    folder = write_whole(tmp_path)
    change_file(folder, "reference/targets.csv", "at_least,,", "at_least,-14,")
    with pytest.raises(
        ReferenceTableError, match=r"'T1' states its baseline in targets\.csv; delete this row"
    ):
        read_reference(load(folder))


def test_all_six_tables_must_be_there(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    (folder / "reference/scales.csv").unlink()
    with pytest.raises(ReferenceTableError, match=r"scales\.csv: the file is missing"):
        read_reference(load(folder))


def test_tables_come_typed_and_known_by_their_ids(tmp_path: Path) -> None:
    reference = read_reference(load(write_whole(tmp_path)))
    assert reference.ids("services") == {"S01", "S02", "S03"}
    assert pc.sum(reference.tables["services"]["annual_value"]).as_py() == 125_000
    (frozen,), (standard,) = reference.optional["baselines"], reference.optional["standards"]
    assert (frozen["target_id"], frozen["version"], frozen["value"]) == ("T1", 1, -14.2)
    assert (standard["met"], str(standard["next_check"])) == ("yes", "2012-10-12")
    (curve,) = reference.declared()["curves"].to_pylist()
    assert (curve["curve_id"], curve["action_on"].isoformat(), curve["target"]) == ("C1", "2009-07-01", 75.0)


def test_tables_that_may_be_left_out_are_without_rows(tmp_path: Path) -> None:
    reference = read_reference(load(write_dataset(tmp_path)))
    assert {table.num_rows for table in reference.declared().values()} == {0}


CYCLE = {
    "priorities": "priority_id,title,ecm_outcome,plan,agreed_on\nR1,Children sleep,be_healthy,The plan,2009-02-12\n",
    "bids": "tender,closed_on,bidder,size,sector,bme_led,role,asked,awarded\n"
    "Lot,2009-01-16,Harbour,small,voluntary,no,alone,8000,8000\n",
    "funding": "paid_by,year,amount,pooled\nCouncil,2009,520000,yes\n",
    "coproduction": "service_id,assessed_on,rung,designed_by,delivered_by,assessed_by,evidence\n"
    "S01,2009-08-16,consulting,professionals,professionals,Officer,Notes\n",
    "joint_working": "aspect,assessed_on,approach\npurpose,2009-08-15,parallel\n",
    "criteria": "stage,criterion,at_least,agreed_on\npilot,evidence,1,2009-03-20\n",
    "evidence": "evidence_id,said_on,kind,service_id,says,found_in\nE1,2009-06-20,families,S01,Sundays.,A letter\n",
}
"""Tables on planning and doing, each without a fault."""


def _ask(folder: Path, table: str, content: str | bytes) -> list[dict[str, object]]:
    """The rows of one table on planning and doing, written so, without what only tells where they stood."""
    write_file(folder, f"reference/{table}.csv", content)
    rows = read_reference(load(folder)).optional[table]
    return [{name: value for name, value in row.items() if name != "row"} for row in rows]


@pytest.mark.parametrize("table", CYCLE)
def test_however_a_spreadsheet_saves_a_table_on_planning_its_rows_are_the_same(
    tmp_path: Path, table: str
) -> None:
    folder, text = write_dataset(tmp_path), CYCLE[table]
    head, row, _ = text.split("\n")
    rows = _ask(folder, table, text)
    assert len(rows) == 1
    assert _ask(folder, table, b"\xef\xbb\xbf" + text.replace(",", ";").encode()) == rows
    assert _ask(folder, table, text.replace(",", "\t").encode("utf-16")) == rows
    assert _ask(folder, table, f"{head.replace('_', ' ').upper()}\n{row}\n\n,,\n") == rows
    assert _ask(folder, table, f"{head}\n") == []


@pytest.mark.parametrize("table", CYCLE)
def test_a_row_that_stands_twice_is_told_and_so_is_a_workbook(tmp_path: Path, table: str) -> None:
    folder, text = write_dataset(tmp_path), CYCLE[table]
    row = text.split("\n")[1]
    with pytest.raises(ReferenceTableError, match=r"row 3, .*is in row 2 already; keep one of the two rows"):
        _ask(folder, table, f"{text}{row}\n")
    (folder / "reference" / f"{table}.csv").rename(folder / "reference" / f"{table.title()}.xlsx")
    with pytest.raises(
        ReferenceTableError, match=rf"xlsx: it is not read; save it as CSV, and call it {table}"
    ):
        read_reference(load(folder))


def test_a_workbook_that_is_called_csv_is_to_be_saved_as_one(tmp_path: Path) -> None:
    sent = BytesIO()
    with zipfile.ZipFile(sent, "w") as workbook:
        workbook.writestr("xl/workbook.xml", "")
    with pytest.raises(ReferenceTableError, match=r"Excel workbook .*; open it .* and save it as CSV"):
        _ask(write_dataset(tmp_path), "bids", sent.getvalue())


def test_a_note_about_a_service_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        ReferenceTableError, match=r"row 2, service_id: 'S9' is not in reference/services\.csv"
    ):
        _ask(write_dataset(tmp_path), "evidence", CYCLE["evidence"].replace("S01", "S9"))


def test_an_area_is_one_however_each_service_spells_it(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    for old, new in (
        ("commissioned_volume\n", "commissioned_volume,areas\n"), ("pilot,60\n", "pilot,60,Marsh End; Quayside\n"),
        ("pilot,30\n", "pilot,30,quayside;marsh-end\n"), ("pilot,\n", "pilot,,\n"),
    ):  # fmt: skip
        change_file(folder, "reference/services.csv", old, new)
    areas = read_reference(load(folder)).tables["services"]["areas"].to_pylist()
    assert areas == ["Marsh End; Quayside", "Quayside; Marsh End", None]


@pytest.mark.parametrize("table", ["services", "scales", "measures", "targets", "population"])
def test_without_a_return_what_is_left_out_has_no_row_and_with_one_it_is_asked_for(
    tmp_path: Path, table: str
) -> None:
    folder = write_dataset(tmp_path)
    for name in (table, "targets"):
        (folder / "reference" / f"{name}.csv").unlink(missing_ok=True)
    with pytest.raises(ReferenceTableError, match=r"\.csv: the file is missing"):
        read_reference(load(folder))
    shutil.rmtree(folder / "returns")
    assert read_reference(load(folder)).tables[table].num_rows == 0
