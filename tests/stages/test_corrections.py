"""Corrections known to the commissioner: applied where the return says what they correct, else said to have expired."""

from pathlib import Path

import pytest
from small_dataset import EPISODES, change_file, load, take_in, write_dataset, write_file

from pipeline.files.commissioner.reference import ReferenceTableError
from pipeline.files.records import read_records
from pipeline.files.writer import read_table
from pipeline.stages.intake import IntakeSummary

HEADER = "correction_id,provider_id,period,table,episode_id,outcome,column,was,now,why,who,until\n"
AGE = "K1,harbour,2009-q2,episodes,E1,,age,9,8,The family told us.,J. Marsh,2009-12-31\n"
SECRET = "Zyx9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


def correct(folder: Path, *lines: str) -> tuple[IntakeSummary, list[tuple[str, str]]]:
    """The summary, and state and remark of each correction."""
    write_file(folder, "reference/corrections.csv", HEADER + "".join(lines))
    summary, _, _ = take_in(folder)
    ledger = read_records(folder.parent / "intake" / "corrections.csv")
    return summary, [(line["state"], line["remark"]) for line in ledger]


def values(folder: Path, table: str, column: str) -> list[object]:
    found: list[object] = read_table(folder.parent / "intake" / f"{table}.parquet")[column].to_pylist()
    return found


def test_a_correction_is_applied_where_the_return_says_what_was(folder: Path) -> None:
    summary, states = correct(folder, AGE)
    assert states == [("applied", "")]
    assert (summary.corrections_applied, summary.corrections_expired) == (1, 0)
    assert values(folder, "episodes", "age") == [8, 10, 11]


def test_a_row_that_could_not_be_read_is_read_once_it_is_corrected(folder: Path) -> None:
    change_file(folder, EPISODES, "2009-05-25", "31/06/2009")
    line = AGE.replace("age,9,8", "start_date,31/06/2009,2009-06-30")
    summary, states = correct(folder, line)
    assert states == [("applied", "")]
    assert (summary.read, summary.set_aside) == (6, 0)


def test_an_outcome_is_found_by_its_episode_and_name(folder: Path) -> None:
    line = "K1,harbour,2009-q2,outcomes,E1,confidence,review_score,23,24,They said so.,J. Marsh,2009-12-31\n"
    assert correct(folder, line)[1] == [("applied", "")]
    assert values(folder, "outcomes", "review_score") == [24.0, None]


def test_a_blank_may_be_filled_and_a_value_taken_out(folder: Path) -> None:
    filled = AGE.replace("E1,,age,9,8", "E3,,ethnicity,,WBRI")
    emptied = AGE.replace("K1", "K2").replace("E1,,age,9,8", "E2,,end_date,2009-06-20,")
    assert correct(folder, filled, emptied)[1] == [("applied", ""), ("applied", "")]
    assert values(folder, "episodes", "ethnicity") == ["BAFR", "WBRI", "WBRI"]
    assert values(folder, "episodes", "end_date") == [None, None, None]


def test_a_column_that_the_file_lacks_is_blank(folder: Path) -> None:
    assert correct(folder, AGE.replace("age,9,8", "area,,Tilling"))[1] == [("applied", "")]
    assert values(folder, "episodes", "area") == ["Tilling", None, None]


def test_a_correction_expires_once_the_source_is_fixed(folder: Path) -> None:
    change_file(folder, EPISODES, ",9,", ",8,")
    summary, states = correct(folder, AGE)
    assert states == [("expired", "the return no longer has the value that it was to correct")]
    assert (summary.corrections_applied, summary.corrections_expired) == (0, 1)


@pytest.mark.parametrize(
    ("until", "state"), [("2009-09-30", "applied"), ("2009-09-29", "expired")], ids=["last day", "day after"]
)
def test_a_correction_expires_after_its_last_day(folder: Path, until: str, state: str) -> None:
    ((found, remark),) = correct(folder, AGE.replace("2009-12-31", until))[1]
    assert found == state
    assert remark == ("" if state == "applied" else "it applied until 2009-09-29 only")
    assert values(folder, "episodes", "age")[0] == (8 if state == "applied" else 9)


@pytest.mark.parametrize("line", [AGE.replace("E1", "E99"), AGE.replace("2009-q2", "2009-q3")])
def test_a_correction_of_no_row_is_said(folder: Path, line: str) -> None:
    assert correct(folder, line)[1] == [("no such row", "the return holds no row of that number")]


def test_without_the_file_nothing_is_corrected(folder: Path) -> None:
    summary, _, _ = take_in(folder)
    assert (summary.corrections_applied, summary.corrections_expired) == (0, 0)


def test_a_corrected_return_is_compared_as_it_was_sent(folder: Path) -> None:
    write_file(
        folder, "returns/harbour/2009-q2-v2/episodes.csv", (folder / EPISODES).read_text(encoding="utf-8")
    )
    (folder / "returns/harbour/2009-q2/outcomes.csv").unlink()
    (folder / "returns/harbour/2009-q2/feedback.csv").unlink()
    assert correct(folder, AGE)[1] == [("applied", "")]
    (line,) = read_records(folder.parent / "intake" / "replaced.csv")
    assert line["identical"] == "yes"


FAULTS = {
    "a column that tells rows apart": ("age,", "episode_id,",
        ", row 2, column: not a column of episodes that may be"),
    "no column": ("age,", "agee,", "; did you mean 'age'?"),
    "no such provider": ("harbour", "harbor", ", row 2, provider_id: 'harbor' is not in reference/providers.csv"),
    "a period of another length": ("2009-q2", "2009", ", row 2, period: not the name of a quarter; write 2009-q2."),
    "an outcome of an episode": ("E1,,", f"E1,{SECRET},", ", row 2, outcome: needed for outcomes, and for them only"),
    "feedback": ("episodes", "feedback", ", row 2, table: 'feedback' is not one of the choices for table"),
    "no last day": ("2009-12-31", "soon", ", row 2, until: 'soon' is not a date"),
    "no reason": ("The family told us.", "", ", row 2, why: "),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_stops_the_run_and_tells_no_value_of_the_row(
    folder: Path, old: str, new: str, message: str
) -> None:
    line = AGE.replace(",9,8,", f",{SECRET},{SECRET},").replace(old, new, 1)
    write_file(folder, "reference/corrections.csv", HEADER + line)
    with pytest.raises(ReferenceTableError) as caught:
        take_in(folder)
    assert message in str(caught.value)
    assert "reference/corrections.csv" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_what_becomes_of_a_correction_holds_no_value_and_no_number_of_an_episode(folder: Path) -> None:
    correct(folder, AGE.replace(",9,8,", f",{SECRET},{SECRET},").replace("E1,", "E00731,"))
    text = (folder.parent / "intake" / "corrections.csv").read_text(encoding="utf-8")
    assert SECRET not in text
    assert "E00731" not in text
    assert load(folder).returns_due_days is None
