"""What is said of a return, and how each expected return stands."""

from pathlib import Path

import pytest
from sent_returns import KEY, ledger, own_files, received, workbook
from small_dataset import EPISODES, FILES, RETURN, change_file, take_in, write_dataset, write_file

LATER = "returns/harbour/2009-q3"
DUE = "returns_due_days: 30\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, "dataset.yaml", FILES["dataset.yaml"] + DUE)
    return folder


def refused(folder: Path) -> dict[str, str]:
    """Messages by the file that was refused."""
    _, files, aside = take_in(folder)
    assert {line["file"] for line in files if line["refused"]} == {
        line["file"] for line in aside if not line["row"]
    }
    return {line["file"]: line["message"] for line in aside}


def test_every_return_of_a_commissioned_service_is_expected(folder: Path) -> None:
    change_file(folder, "reference/services.csv", "S02,Mentoring,umoja,Youth,stay_safe,targeted,grant,2009-04-01,,",
                "S02,Mentoring,umoja,Youth,stay_safe,targeted,grant,2009-07-01,,")  # fmt: skip
    take_in(folder)
    stand = {(line["provider"], line["period"]): line["status"] for line in ledger(folder, "received")}
    assert stand == {
        ("harbour", "2009-q2"): "received",
        ("harbour", "2009-q3"): "missing",
        ("umoja", "2009-q3"): "missing",
    }


def test_nothing_is_expected_of_a_service_that_has_ended(folder: Path) -> None:
    change_file(
        folder, "reference/services.csv", "2009-04-01,2012-03-31,85000", "2009-04-01,2009-06-30,85000"
    )
    take_in(folder)
    assert {line["period"] for line in ledger(folder, "received") if line["provider"] == "harbour"} == {
        "2009-q2"
    }


def test_who_shares_a_service_is_expected_from_the_first_return_on(folder: Path) -> None:
    change_file(folder, "reference/services.csv", "S02,Mentoring,umoja,", "S02,Mentoring,,")
    write_file(folder, "returns/umoja/2009-q2/episodes.csv", FILES[EPISODES].replace("S01", "S03"))
    take_in(folder)
    assert [
        (line["period"], line["status"]) for line in ledger(folder, "received") if line["provider"] == "umoja"
    ] == [("2009-q2", "received"), ("2009-q3", "missing")]


@pytest.mark.parametrize(
    ("day", "status", "late"),
    [("2009-07-30", "received", "no"), ("2009-07-31", "late", "yes")],
    ids=["on the last day", "a day after"],
)
def test_a_return_is_late_from_the_day_after_it_is_due(
    folder: Path, day: str, status: str, late: str
) -> None:
    write_file(folder, f"{RETURN}/return.yaml", f"received: {day}\n")
    take_in(folder)
    line = received(folder)
    assert (line["status"], line["late"], line["due"], line["received"]) == (status, late, "2009-07-30", day)


def test_lateness_is_not_judged_where_no_days_are_agreed(folder: Path) -> None:
    change_file(folder, "dataset.yaml", DUE, "")
    write_file(folder, f"{RETURN}/return.yaml", "received: 2010-01-01\n")
    take_in(folder)
    assert (received(folder)["status"], received(folder)["late"], received(folder)["due"]) == (
        "received",
        "",
        "",
    )


def test_a_return_that_came_after_a_later_one_is_a_revision(folder: Path) -> None:
    write_file(folder, f"{RETURN}/return.yaml", "received: 2009-10-20\n")
    write_file(folder, f"{LATER}/episodes.csv", FILES[EPISODES])
    write_file(folder, f"{LATER}/return.yaml", "received: 2009-10-05\n")
    take_in(folder)
    assert (received(folder)["status"], received(folder)["late"]) == ("revised", "yes")


def test_lateness_is_that_of_the_first_version(folder: Path) -> None:
    write_file(folder, f"{RETURN}/return.yaml", "received: 2009-07-10\n")
    write_file(folder, f"{RETURN}-v2/episodes.csv", FILES[EPISODES].replace(",9,", ",8,"))
    write_file(folder, f"{RETURN}-v2/return.yaml", "received: 2009-09-10\n")
    take_in(folder)
    line = received(folder)
    assert (line["status"], line["late"], line["received"], line["revised"]) == (
        "revised", "no", "2009-07-10", "2009-09-10",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["returns/harbour/2009-q3/return.yaml", "returns/harbour/2009-q3.yaml"])
def test_a_nil_return_is_said_by_a_file_alone(folder: Path, name: str) -> None:
    write_file(folder, name, "nil: true\nnote: the centre was closed\n")
    summary, _, aside = take_in(folder)
    line = next(
        line
        for line in ledger(folder, "received")
        if line["period"] == "2009-q3" and line["provider"] == "harbour"
    )
    assert (line["status"], line["note"]) == ("nil", "the centre was closed")
    assert (summary.refused, aside) == (0, [])


def test_files_without_rows_are_no_nil_return(folder: Path) -> None:
    write_file(folder, f"{LATER}/episodes.csv", FILES[EPISODES].splitlines()[0] + "\n")
    take_in(folder)
    line = next(
        line
        for line in ledger(folder, "received")
        if line["period"] == "2009-q3" and line["provider"] == "harbour"
    )
    assert line["status"] == "missing"
    assert line["remarks"].endswith("write 'nil: true' in return.yaml")


def test_a_nil_return_that_holds_rows_is_refused_with_the_fix(folder: Path) -> None:
    write_file(folder, f"{RETURN}/return.yaml", "nil: true\n")
    summary, _, aside = take_in(folder)
    assert (summary.read, summary.set_aside) == (0, summary.lines)
    assert {(entry["message"], entry["fix"]) for entry in aside} == {
        ("a nil return, but the file holds rows", "take 'nil: true' out of return.yaml, or send no rows")
    }
    assert received(folder)["status"] == "missing"


def test_a_workbook_may_say_it_in_a_sheet(folder: Path) -> None:
    for table in own_files():
        (folder / RETURN / f"{table}.csv").unlink()
    workbook(folder, f"{RETURN}.xlsx", {**own_files(), "Return": "received,note\n2009-08-03,sent twice"})
    summary, _, aside = take_in(folder)
    assert (summary.read, aside) == (6, [])
    assert (received(folder)["status"], received(folder)["note"]) == ("late", "sent twice")


def test_what_stands_in_two_places_may_not_be_said_twice(folder: Path) -> None:
    write_file(folder, f"{RETURN}/return.csv", "received\n2009-08-03\n")
    write_file(folder, f"{RETURN}/return.yaml", "received: 2009-08-04\n")
    assert refused(folder) == {
        f"{RETURN}/return.yaml": "'received' is given in another file of this return too"
    }


FAULTS = {
    "unknown key": ("received: 2009-07-03\nnill: true\n", "line 2, 'nill' is not a key; did you mean 'nil'?"),
    "no date": ("received: 3 July\n", "line 1, received: not a date such as 2009-05-31"),
    "neither true nor false": (
        "nil: perhaps\n",
        "line 1, nil: not one of the choices for nil",
    ),
    "blank": ("nil:\n", "line 1, nil: nothing is filled in here; fill it in, or delete the line"),
    "twice": ("nil: true\nnil: true\n", "line 2, nil: this key is in line 1 already"),
    "a list": ("- nil\n", "line 1: write keys and values such as 'file: theirs.csv'"),
    "empty": ("", "return.yaml is empty"),
    "no text": ("\x00", "return.yaml is not written as YAML asks: "),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_return_yaml_is_said_with_its_line_and_the_rows_go_on(
    folder: Path, text: str, message: str
) -> None:
    write_file(folder, f"{RETURN}/return.yaml", text)
    said = refused(folder)
    assert said.keys() == {f"{RETURN}/return.yaml"}
    assert said[f"{RETURN}/return.yaml"].startswith(message)
    assert take_in(folder)[0].read == 6
    assert received(folder)["status"] == "received"


def test_the_key_of_the_test_is_the_return_of_the_small_dataset() -> None:
    assert f"returns/{KEY['provider']}/{KEY['period']}" == RETURN


def test_a_return_of_a_period_that_is_not_in_yet_is_counted_and_waits(folder: Path) -> None:
    early = "returns/harbour/2009-q4/episodes.csv"
    write_file(folder, early, FILES[EPISODES])
    write_file(folder, "returns/harbour/2009-q4/return.yaml", "received: 2009-12-30\n")
    assert refused(folder) == {early: "the return is of a period after the last day of the data"}
    change_file(folder, "dataset.yaml", "complete_to: 2009-09-30", "complete_to: 2009-12-31")
    assert refused(folder) == {}
