"""One change of a valid dataset a case: what is set aside, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_dataset import EPISODES, FEEDBACK, FILES, OUTCOMES, change_file, take_in, write_dataset, write_file

SHORT = "either the last cell is missing, or one before it is and those after it belong further right"
LONG = "either the last cell is one too many, or one before it is and those after it belong further left"
ROW_CASES = {
    "ragged row, short": (
        EPISODES,
        "E2,S01,C2,2009-04-12,2009-05-26,2009-06-20,10,WBRI",
        "E2,S01,C2,2009-04-12",
        ("3", "start_date", "row.ragged", f"4 cells, but the header has 8: {SHORT}"),
        "give every column one cell; put a text that holds a comma in quotation marks",
    ),
    "ragged row, long": (
        EPISODES,
        "10,WBRI",
        "10,WBRI,x",
        ("3", "ethnicity", "row.ragged", f"9 cells, but the header has 8: {LONG}"),
        "give every column one cell; put a text that holds a comma in quotation marks",
    ),
    "text after a closing quotation mark": (
        EPISODES,
        "10,WBRI",
        '10,"WB"RI',
        ("3", "episode_id", "row.unreadable", "a quotation mark in this row is not closed properly"),
        "close the quotation mark, write one inside a cell twice, or save the file as XLSX",
    ),
    "unknown code of the contract": (
        FEEDBACK,
        "child,",
        "chld,",
        ("2", "who", "cell.code", "not one of the choices for who; did you mean 'child'?"),
        "use one of child, parent, other_family, practitioner",
    ),
    "date in another order": (
        EPISODES,
        "2009-06-20",
        "20/06/2009",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31"),
        "write the date as 2009-05-31",
    ),
    "date that is not in the calendar": (
        EPISODES,
        "2009-06-20",
        "2009-06-31",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31"),
        "write the date as 2009-05-31",
    ),
    "date without leading noughts": (
        EPISODES,
        "2009-06-20",
        "2009-6-20",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31"),
        "write the date as 2009-05-31",
    ),
    "score in words": (
        OUTCOMES,
        ",20,",
        ",twenty,",
        ("3", "baseline_score", "cell.number", "not a number"),
        "write a number in digits only, such as 17",
    ),
    "score without end": (
        OUTCOMES,
        ",20,",
        ",1e999,",
        ("3", "baseline_score", "cell.number", "not a number"),
        "write a number in digits only, such as 17",
    ),
    "age with a fraction": (
        EPISODES,
        ",10,",
        ",10.5,",
        ("3", "age", "cell.number", "not a whole number"),
        "write a whole number in digits only, such as 9",
    ),
    "age above the limit": (
        EPISODES,
        ",10,",
        ",112,",
        ("3", "age", "cell.range", "more than 25, the highest allowed"),
        "check the number, and correct it",
    ),
    "age below the limit": (
        EPISODES,
        ",10,",
        ",-1,",
        ("3", "age", "cell.range", "less than 0, the lowest allowed"),
        "check the number, and correct it",
    ),
    "required cell blank": (
        EPISODES,
        "C2",
        " ",
        ("3", "child_id", "cell.required", "blank, but every row needs a value here"),
        "fill in child_id",
    ),
    "pseudonym with a space": (
        EPISODES,
        "C2",
        "Jo Bloggs",
        ("3", "child_id", "cell.pattern", "not written like the example 'C20931'"),
        "begin with a letter or digit; use letters, digits, '_', '.' and '-' only, 40 at most",
    ),
    "two faults in one row": (
        EPISODES,
        "2009-06-20,10",
        "soon,ten",
        ("3", "end_date", "cell.date", "not a date such as 2009-05-31; age: not a whole number"),
        "write the date as 2009-05-31",
    ),
}


@pytest.mark.parametrize("case", ROW_CASES)
def test_a_bad_row_is_set_aside_with_its_place_and_mend_and_the_rest_goes_on(
    tmp_path: Path, case: str
) -> None:
    file, old, new, expected, mend = ROW_CASES[case]
    folder = write_dataset(tmp_path / "data")
    change_file(folder, file, old, new)
    summary, _, aside = take_in(folder)
    (entry,) = aside
    assert entry["file"] == file
    assert (entry["row"], entry["column"], entry["rule"], entry["message"]) == expected
    assert entry["mend"] == mend
    assert (summary.lines, summary.read, summary.set_aside, summary.refused) == (6, 5, 1, 0)


FILE_CASES: dict[str, tuple[str | bytes, str, int]] = {
    "missing column": (
        FILES[EPISODES].replace("child_id", "child"),
        "the column 'child_id' is missing; did you mean 'child'?",
        3,
    ),
    "column named twice": (
        FILES[EPISODES].replace("start_date", "referral_date"),
        "columns 4 and 5 have the same name",
        3,
    ),
    "NUL bytes": (
        FILES[EPISODES].replace("C2", "C\0\0").encode(),
        "the file holds signs that are not text, so it may be damaged",
        3,
    ),
    "UTF-16 without its mark": (
        FILES[EPISODES].encode("utf-16-le"),
        "the file holds signs that are not text, so it may be damaged",
        3,
    ),
    "another encoding": (
        FILES[EPISODES].encode().replace(b"C2", b"C\x81"),
        "row 3 holds letters that were saved in a way that is not known",
        3,
    ),
    "empty file": (b"", "the file is empty", 0),
    "byte order mark only": (b"\xef\xbb\xbf", "the file is empty", 0),
    "blank header": (b",,\n,,\n", "row 1 does not hold the column names", 1),
    "quotation mark never closed": (
        FILES[EPISODES].replace("C2", '"C2'),
        "a quotation mark opened in row 3 is not closed properly",
        3,
    ),
}


@pytest.mark.parametrize("case", FILE_CASES)
def test_a_file_that_cannot_be_used_is_refused_with_all_its_lines(tmp_path: Path, case: str) -> None:
    content, message, lines = FILE_CASES[case]
    folder = write_dataset(tmp_path / "data")
    write_file(folder, EPISODES, content)
    _, files, aside = take_in(folder)
    ledger = {line["file"]: line for line in files}
    assert ledger[EPISODES]["refused"] == message
    assert (ledger[EPISODES]["lines"], ledger[EPISODES]["set_aside"]) == (str(lines), str(lines))
    assert [(entry["row"], entry["message"]) for entry in aside] == [("", message)]
    assert ledger[OUTCOMES]["read"] == "2"


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
    assert aside[0]["mend"] == "send the episodes with the rest of the return"


def test_hidden_files_and_notes_are_no_returns(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    write_file(folder, "returns/.gitignore", "STAR.csv\n")
    write_file(folder, "returns/harbour/README.md", "Hello\n")
    summary, _, _ = take_in(folder)
    assert (summary.files, summary.refused) == (3, 0)
