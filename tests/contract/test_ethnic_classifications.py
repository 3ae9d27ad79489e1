"""The official ethnic classifications, and files with a classification of one's own."""

from pathlib import Path

import pytest

from pipeline.contract.groups.ethnicity import (
    NOT_KNOWN,
    OFFICIAL,
    Classification,
    ClassificationError,
    load_classification,
)

HEADER = "code,label,broad_group,broad_group_title\n"
OWN = HEADER + "w,White,White,White\nb,Black,Black,Black or Black British\n"


def official(name: str) -> Classification:
    return load_classification(name, Path())


def load_own(folder: Path, text: str) -> Classification:
    (folder / "own.csv").write_text(text, encoding="utf-8")
    return load_classification("own.csv", folder)


# 16 groups in the 2001 census of England and Wales, 18 in 2011 (Gypsy or Irish Traveller, Arab), 19 in 2021 (Roma).
@pytest.mark.parametrize(("name", "groups"), [("ons_2001", 16), ("ons_2011", 18), ("ons_2021", 19)])
def test_a_census_has_its_number_of_groups_and_three_ways_of_not_knowing(name: str, groups: int) -> None:
    codes = official(name).codes
    known = [entry for entry in codes if entry.broad_group != NOT_KNOWN]
    unknown = {entry.code for entry in codes if entry.broad_group == NOT_KNOWN}
    assert len(known) == groups
    assert unknown == {"NSTA", "REFU", "NOBT"}


@pytest.mark.parametrize("name", OFFICIAL)
def test_there_are_five_broad_groups_and_not_known_comes_last(name: str) -> None:
    classification = official(name)
    assert set(classification.known_groups) == {"Asian", "Black", "Mixed", "White", "Other"}
    assert len(classification.known_groups) == 5
    assert classification.broad_groups[-2:] == ("Other", NOT_KNOWN)


@pytest.mark.parametrize(
    ("name", "broad_group"), [("ons_2001", "Other"), ("ons_2011", "Asian"), ("ons_2021", "Asian")]
)
def test_chinese_moved_from_other_to_asian_in_2011(name: str, broad_group: str) -> None:
    assert official(name).by_code["CHNE"].broad_group == broad_group


def test_groups_that_later_censuses_added_are_those_of_the_office_for_national_statistics() -> None:
    codes = [set(official(name).by_code) for name in OFFICIAL]
    assert codes[1] - codes[0] == {"WIRT", "ARAB"}
    assert codes[2] - codes[1] == {"WROM"}
    assert codes[0] <= codes[1] <= codes[2]


@pytest.mark.parametrize("name", OFFICIAL)
def test_labels_and_the_full_names_of_broad_groups_are_told_apart(name: str) -> None:
    codes = official(name).codes
    assert len({entry.label.casefold() for entry in codes}) == len(codes)
    pairs = {(entry.broad_group, entry.broad_group_title) for entry in codes}
    assert len(pairs) == len({broad_group for broad_group, _ in pairs})


def test_a_classification_of_ones_own_is_read_from_beside_the_dataset(tmp_path: Path) -> None:
    own = load_own(tmp_path, OWN)
    assert own.name == "own.csv"
    assert own.known_groups == ("White", "Black")
    assert own.by_code["b"].broad_group_title == "Black or Black British"


def test_not_known_is_a_group_even_where_no_code_leads_to_it(tmp_path: Path) -> None:
    assert load_own(tmp_path, OWN).broad_groups == ("White", "Black", NOT_KNOWN)


def test_a_byte_order_mark_before_the_header_does_no_harm(tmp_path: Path) -> None:
    assert load_own(tmp_path, "\ufeff" + OWN).known_groups == ("White", "Black")


FAULTS = {
    "columns in another order": (OWN.replace("code,label", "label,code"),
        "{place}, row 1: the columns must be code, label, broad_group, broad_group_title."),
    "no row at all": ("", "{place}, row 1: the columns must be code, label, broad_group, broad_group_title."),
    "only a header": (HEADER, "{place}: there is no row under the column names; write one row for each code."),
    "a cell left blank": (OWN.replace("b,Black,", "b, ,"), "{place}, row 3: all four columns must be filled."),
    "a row too short": (OWN + "m,Mixed\n", "{place}, row 4: all four columns must be filled."),
    "a blank line before the fault": (OWN.replace("b,Black,", "\nb, ,"),
        "{place}, row 4: all four columns must be filled."),
    "a code twice": (OWN.replace("b,Black,", "w,Black,"),
        "{place}, row 3: the code 'w' is there twice, capitals or not; keep one of the two rows."),
    "a code twice in capitals": (OWN.replace("b,Black,", "W,Black,"),
        "{place}, row 3: the code 'W' is there twice, capitals or not; keep one of the two rows."),
    "a broad group with two full names": (
        OWN + "c,Caribbean,Black,Black British\n",
        "{place}, row 4: the broad group 'Black' is called 'Black or Black British' in an earlier row; "
        "a broad group has one full name.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_in_a_classification_is_named_with_its_place(case: str, tmp_path: Path) -> None:
    text, message = FAULTS[case]
    with pytest.raises(ClassificationError) as caught:
        load_own(tmp_path, text)
    assert str(caught.value) == message.format(place=(tmp_path / "own.csv").as_posix())


def test_a_classification_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(OWN.encode("utf-16"))
    with pytest.raises(ClassificationError) as caught:
        load_classification("own.csv", tmp_path)
    assert (
        str(caught.value)
        == f"{(tmp_path / 'own.csv').as_posix()} cannot be read as text; in Excel save it as 'CSV UTF-8'."
    )


def test_a_classification_that_is_nowhere_is_named_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(ClassificationError) as caught:
        load_classification("ons_2031", tmp_path)
    assert str(caught.value) == (
        "dataset.yaml, ethnic_classification: 'ons_2031' is neither one of ons_2001, ons_2011, ons_2021, "
        "ons_2001_five, ons_2011_five "
        f"nor a file in {tmp_path.as_posix()}."
    )
