"""One change of a valid dataset a case: what is set aside, and what is said of it."""

from pathlib import Path

import pytest
from small_dataset import EPISODES, FEEDBACK, FILES, OUTCOMES, change_file, take_in, write_dataset, write_file

ROW_CASES = {
    "unknown code of the contract": (FEEDBACK, "child,", "chld,",
        ("2", "who", "cell.code", "not one of the choices for who; did you mean 'child'?"),
        "use one of child, parent, other_family, practitioner"),
    "date that is not in the calendar": (EPISODES, "2009-06-20", "2009-06-31",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31"), "write the date as 2009-05-31"),
    "date without leading noughts": (EPISODES, "2009-06-20", "2009-6-20",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31"), "write the date as 2009-05-31"),
    "score in words": (OUTCOMES, ",20,", ",twenty,", ("3", "baseline_score", "cell.number", "not a number"),
        "write a number in digits only, such as 17"),
    "score without end": (OUTCOMES, ",20,", ",1e999,", ("3", "baseline_score", "cell.number", "not a number"),
        "write a number in digits only, such as 17"),
    "age above the limit": (EPISODES, ",10,", ",112,",
        ("3", "age", "cell.range", "more than 25, the highest allowed"), "check the number, and correct it"),
    "age below the limit": (EPISODES, ",10,", ",-1,", ("3", "age", "cell.range", "less than 0, the lowest allowed"),
        "check the number, and correct it"),
    "required cell blank": (EPISODES, "C2", " ",
        ("3", "child_id", "cell.required", "blank, but every row needs a value here"), "fill in child_id"),
    "pseudonym with a space": (EPISODES, "C2", "Jo Bloggs",
        ("3", "child_id", "cell.pattern", "not written like the example 'C20931'"),
        "begin with a letter or digit; use letters, digits, '_', '.' and '-' only, 40 at most"),
    "two faults in one row": (EPISODES, "2009-06-20,10", "soon,ten",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31; age: not a whole number"),
        "write the date as 2009-05-31"),
}  # fmt: skip


@pytest.mark.parametrize("case", ROW_CASES)
def test_a_bad_row_is_set_aside_with_its_place_and_fix_and_the_rest_goes_on(
    tmp_path: Path, case: str
) -> None:
    file, old, new, expected, fix = ROW_CASES[case]
    folder = write_dataset(tmp_path / "data")
    change_file(folder, file, old, new)
    summary, _, aside = take_in(folder)
    (entry,) = aside
    assert entry["file"] == file
    assert (entry["row"], entry["column"], entry["rule"], entry["message"]) == expected
    assert entry["fix"] == fix
    assert (summary.lines, summary.read, summary.set_aside, summary.refused) == (6, 5, 1, 0)


PLACE = "its name is not that of a table"
PLACES = {
    "returns/harbor/2009-q2/episodes.csv": (
        "there is no provider 'harbor' in reference/providers.csv; did you mean 'harbour'?"
    ),
    "returns/harbour/2009-Q5/episodes.csv": "'2009-Q5' is not a quarter such as 2009-q2",
    "returns/harbour/2009-q3/episode.csv": (f"{PLACE}; did you mean 'episodes'?"),
    "returns/harbour/2009-q3/letter.csv": PLACE,
    "returns/harbour/2009-q3/episodes.docx": "it is plain text, and its name ends in .docx",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_file_in_the_wrong_place_is_refused_and_not_overlooked(tmp_path: Path, name: str) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, name, FILES[EPISODES])
    summary, files, _ = take_in(folder)
    assert {line["file"]: line["refused"] for line in files}[name] == PLACES[name]
    assert (summary.refused, summary.read) == (1, 6)


def test_a_return_without_its_episodes_is_said_to_lack_them(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    (folder / EPISODES).unlink()
    _, files, aside = take_in(folder)
    assert {line["file"]: line["refused"] for line in files}[EPISODES] == "the file is missing"
    assert aside[0]["fix"] == "send the episodes with the rest of the return"


def test_hidden_files_and_notes_are_no_returns(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, "returns/.gitignore", "STAR.csv\n")
    write_file(folder, "returns/harbour/README.md", "Hello\n")
    summary, _, _ = take_in(folder)
    assert (summary.files, summary.refused) == (3, 0)
