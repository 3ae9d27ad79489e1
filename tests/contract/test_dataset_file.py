"""One change of a valid dataset.yaml a case, with what is said of it."""

import datetime as dt
from pathlib import Path

import pytest
from borough import BOROUGH

from pipeline.contract.dataset import DatasetError, read_dataset

VALID = BOROUGH["dataset.yaml"]
KEYS = (
    "title, synthetic, source, period, complete_to, ethnic_classification, comparator, "
    "returns_due_days, benchmark_files"
)
CASES = {
    "unknown key": ("title: A", "titel: A", f": 'titel' is not a key; the keys are {KEYS}."),
    "missing key": ("source: written for a test\n", "", ": the key 'source' is missing."),
    "blank title": ("title: A small borough", "title:", ", title: this is blank; write a text."),
    "spaces for a title": ("title: A small borough", "title: '  '", ", title: this is blank; write a text."),
    "number for a text": ("title: A small borough", "title: 2009", ", title: '2009' is not a text."),
    "list for a text": ("source: written for a test", "source: [a]", ", source: '['a']' is not a text."),
    "text for true or false": ("synthetic: true", "synthetic: maybe", ", synthetic: 'maybe' is not true or false."),
    "number for true or false": ("synthetic: true", "synthetic: 1", ", synthetic: '1' is not true or false."),
    "date in another order": ("2009-09-30", "30/09/2009",
        ", complete_to: '30/09/2009' is not a date such as 2012-03-31."),
    "date with a time": ("2009-09-30", "2009-09-30 10:00:00",
        ", complete_to: '2009-09-30 10:00:00' is not a date such as 2012-03-31."),
    "a date that is none": (
        "2009-09-30",
        "9999-12-31",
        ", complete_to: '9999-12-31' is a sign of an empty date, such as 1900-01-01 or 9999-12-31, not a date; "
        "write a date such as 2012-03-31.",
    ),
    "text for days": ("comparator: White", "comparator: White\nreturns_due_days: thirty",
        ", returns_due_days: 'thirty' is not a whole number of days such as 30."),
    "days before the period's end": ("comparator: White", "comparator: White\nreturns_due_days: -3",
        ", returns_due_days: a return is due after its period, not before."),
    "unknown period": ("quarter", "month",
        ", period: 'month' is not a choice; use one of quarter, year, financial year."),
    "comparator that is no group": ("comparator: White", "comparator: Whites",
        ", comparator: 'Whites' is not a group; use one of everyone else, Asian, Black, Mixed, White, Other."),
    "comparator not known": ("comparator: White", "comparator: Not known",
        ", comparator: 'Not known' is not a group; use one of everyone else, Asian, Black, Mixed, White, Other."),
    "a key twice": ("period: quarter", "period: quarter\nperiod: year",
        " is not written as YAML asks: the key 'period' is there twice in line 5, column 1; keep one of them."),
    "a day that is not in the calendar": ("2009-09-30", "2009-09-31",
        " is not written as YAML asks: day is out of range for month; correct it."),
    "a list": (VALID, "- title\n- source\n", ": write keys and values such as 'title: Our borough', one a line."),
    "empty": (VALID, "", ": write keys and values such as 'title: Our borough', one a line."),
}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    (folder / "dataset.yaml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        read_dataset(folder)
    return str(caught.value)


def test_a_valid_file_becomes_a_dataset(tmp_path: Path) -> None:
    dataset = read_dataset(write(tmp_path, VALID))
    assert (dataset.title, dataset.synthetic, dataset.period) == ("A small borough", True, "quarter")
    assert dataset.complete_to == dt.date(2009, 9, 30)
    assert dataset.classification.name == "ons_2001"
    assert dataset.folder == tmp_path


def test_everyone_else_may_be_the_comparator(tmp_path: Path) -> None:
    text = VALID.replace("comparator: White", "comparator: everyone else")
    assert read_dataset(write(tmp_path, text)).comparator == "everyone else"


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_file_key_and_value(case: str, tmp_path: Path) -> None:
    old, new, message = CASES[case]
    assert old in VALID
    said = refusal(write(tmp_path, VALID.replace(old, new)))
    assert said == f"{(tmp_path / 'dataset.yaml').as_posix()}{message}"


def test_a_missing_file_says_what_a_dataset_is(tmp_path: Path) -> None:
    place = (tmp_path / "dataset.yaml").as_posix()
    assert refusal(tmp_path) == (
        f"{place} is missing: a dataset is a folder with dataset.yaml, reference/ and returns/."
    )


def test_text_that_is_no_yaml_is_refused_in_one_line(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, VALID.replace("title: A", "title: [A")))
    assert said.startswith(f"{(tmp_path / 'dataset.yaml').as_posix()} is not written as YAML asks: ")
    assert "\n" not in said


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_bytes(VALID.replace("small", "sm\xe4ll").encode("latin-1"))
    place = (tmp_path / "dataset.yaml").as_posix()
    assert (
        refusal(tmp_path)
        == f"{place} cannot be read as text; save it in a text editor with the encoding UTF-8."
    )


def test_a_fault_in_the_classification_stops_the_dataset(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, VALID.replace("ons_2001", "groups.csv")))
    assert said == (
        "dataset.yaml, ethnic_classification: 'groups.csv' is neither one of ons_2001, ons_2011, ons_2021, "
        "ons_2001_five, ons_2011_five "
        f"nor a file in {tmp_path.as_posix()}."
    )


@pytest.mark.parametrize(
    ("name", "has"), [("README.md", False), (".gitkeep", False), ("one/2009-q3/episodes.csv", True)]
)
def test_notes_beside_returns_are_no_return(tmp_path: Path, name: str, has: bool) -> None:
    (tmp_path / "dataset.yaml").write_text(VALID, encoding="utf-8")
    path = tmp_path / "returns" / name
    path.parent.mkdir(parents=True)
    path.touch()
    assert read_dataset(tmp_path).has_returns is has
