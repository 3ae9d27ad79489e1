"""By what names and values are compared, and which headings look personal."""

import pytest

from pipeline.contract.names import find_near, find_same, fold, fold_name, looks_personal, strip_unseen
from pipeline.contract.tables import OPTIONAL_TABLES, REFERENCE_TABLES, RETURN_TABLES, load_table

SAME_HEADING = [
    "Ethnicity", "ETHNICITY ", "eth-nicity", "Eth_nicity", "e t h n i c i t y", "\ufeffethnicity", "eth\u200bnicity",
    "ethnicity\u00a0", "\u2007Ethnicity", "eth\u00adnicity", "\u200eethnicity\u200f", "\uff45thnicity",
    "ethnicity.", "eth\u2011nicity", "eth\u2013nicity", "ethni\u2060city", "ethnicity\ufe0f", "\u3164ethnicity",
    "ethnicity\n", "eth\tnicity",
]  # fmt: skip
OTHER_HEADING = ["etnicity", "ethnicity2", "ethnicity code", "ethn", "", "ethnicity*", "\u0435thnicity"]
PERSONAL = [
    "Name", "Child name", "ChildName", "child's name", "First_name", "SURNAME", "Forename(s)", "DOB", "D.O.B.",
    "Date of birth", "birth date", "date_born", "NHS number", "NHS No.", "nhs", "UPN", "Unique pupil number",
    "Pupil number", "Postcode", "Post code", "post-code", "E-mail", "email address", "Telephone", "Phone no", "Mobile",
    "Tel", "Contact number", "Home address", "Address line 1", "NI number (national insurance)", "Parent name",
    "Full\u00a0name", "Initials", "Carer name", "Child\u2019s name", "childDOB", "NHSNo",
]  # fmt: skip
PLAIN = [
    "Service name", "Scale name", "Ward name", "Notes", "Team", "Need", "Referrer", "Status", "Outcome name", "age",
    "School", "Number of sessions", "Worker", "Provider name", "Area name", "female", "Comments", "Programme name",
    "T\u0177 Gobaith", "Dob\u0177n", "Gr\u0175p",
]  # fmt: skip


@pytest.mark.parametrize("heading", SAME_HEADING)
def test_a_heading_is_the_same_name_however_it_is_spelt(heading: str) -> None:
    assert fold_name(heading) == "ethnicity"


@pytest.mark.parametrize("heading", OTHER_HEADING)
def test_another_name_stays_another_one(heading: str) -> None:
    assert fold_name(heading) != "ethnicity"


def test_values_keep_the_signs_between_their_letters() -> None:
    assert fold("S-01") != fold("S01")
    assert fold(" s 01\u200b") == fold("S01")


@pytest.mark.parametrize(
    "spelling",
    ["St John\u2019s\u2011Quay", "St John\u2018s\u2013Quay", "st john\u02bcs\u2010quay"],
)
def test_curly_apostrophes_and_other_hyphens_are_those_of_the_keyboard(spelling: str) -> None:
    assert fold(spelling) == fold("St John's-Quay")


def test_a_letter_is_the_same_whether_its_accent_is_a_sign_of_its_own_or_not() -> None:
    assert strip_unseen("Ty\u0302 Gobaith") == "T\u0177 Gobaith"
    assert fold("Ty\u0302 Gobaith") == fold("T\u0176 GOBAITH")


def test_no_two_columns_of_a_table_are_the_same_name() -> None:
    for table in (*REFERENCE_TABLES, *OPTIONAL_TABLES, *RETURN_TABLES):
        columns = load_table(table).columns
        assert len({fold_name(name) for name in columns}) == len(columns)


def test_unseen_signs_go_and_letters_stay() -> None:
    assert strip_unseen("\ufeff T\u0177 Ddewi\u200b ") == "T\u0177 Ddewi"


def test_a_name_spelt_just_so_goes_before_its_like_and_two_alike_are_none() -> None:
    assert find_same("s01", ["S01", "s01"]) == "s01"
    assert find_same("S-01", ["S01", "S02"]) == "S01"
    assert find_same("S 01", ["S01", "s01"]) == ""


@pytest.mark.parametrize("heading", ["Etnicity", "Ethnicty", "ethnicities", "Ethnic", "EthnicityX"])
def test_a_near_miss_is_near(heading: str) -> None:
    assert find_near(heading, {"ethnicity": "ethnicity", "age": "age"}) == "ethnicity"


@pytest.mark.parametrize("heading", PERSONAL)
def test_a_heading_that_tells_who_somebody_is_looks_personal(heading: str) -> None:
    assert looks_personal(heading)


@pytest.mark.parametrize("heading", PLAIN)
def test_other_headings_do_not(heading: str) -> None:
    assert not looks_personal(heading)


def test_no_column_of_a_return_looks_personal() -> None:
    columns = {name for table in RETURN_TABLES for name in load_table(table).columns}
    assert {name for name in columns if looks_personal(name)} == set()
