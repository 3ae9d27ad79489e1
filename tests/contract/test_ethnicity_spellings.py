"""Spellings of ethnic groups: read where they name one group, set aside where they do not, never guessed."""

import csv
import re
import string
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.groups.ethnicity import NOT_KNOWN, OFFICIAL, Classification, load_classification
from pipeline.contract.groups.ethnicity_censuses import load_holders
from pipeline.contract.groups.ethnicity_spellings import load_vocabulary
from pipeline.contract.tables import load_table
from pipeline.contract.values import (
    OTHER_CENSUS,
    RESPELT,
    SAYS_UNKNOWN,
    Parsed,
    Vocabulary,
    parse_text,
    spelling_key,
)

ROOT = Path(__file__).parents[2]
SPELLINGS = ROOT / "pipeline" / "contract" / "ethnicity" / "spellings.csv"
REAL = ROOT.parent / "shared" / "data" / "ethnicity_standardiser" / "classification_lookup.csv"
FIELD = load_table("episodes").field("ethnicity")
BROAD = "a broad group, where {name} asks for one of the groups within it"
SEVERAL = "could be more than one group of {name}, so it counts as none"
ABSENT = "names a group that {name} does not have"


@cache
def official(name: str) -> tuple[Classification, Vocabulary]:
    classification = load_classification(name, Path())
    return classification, load_vocabulary(classification)


def read(text: str, name: str) -> Parsed:
    return parse_text(text, FIELD, vocabulary=official(name)[1])


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(SPELLINGS.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("White - British", "WBRI WBRI WBRI White White"),
        ("white british", "WBRI WBRI WBRI White White"),
        ("WBRI", "WBRI WBRI WBRI White White"),
        ("wbri", "WBRI WBRI WBRI White White"),
        ("White: English, Welsh, Scottish, Northern Irish or British", "WBRI WBRI WBRI White White"),
        ("Black or Black British: Caribbean", "BCRB BCRB BCRB Black Black"),
        ("Black/African/Caribbean/Black British - African", "BAFR BAFR BAFR Black Black"),
        ("B1", "BCRB BCRB BCRB Black Black"),
        ("Black other", "BOTH BOTH BOTH Black Black"),
        ("Other Black", "BOTH BOTH BOTH Black Black"),
        ("White other", "WOTH WOTH WOTH White White"),
        ("Other white", "WOTH WOTH WOTH White White"),
        ("Mixed White/Black African", "MWBA MWBA MWBA Mixed Mixed"),
        ("White & Asian", "MWAS MWAS MWAS Mixed Mixed"),
        # Chinese was counted with Other in 2001 and with Asian from 2011.
        ("Chinese", "CHNE CHNE CHNE Other Asian"),
        ("Asian/Asian British: Chinese", "CHNE CHNE CHNE Other Asian"),
        ("Other Chinese", "CHNE CHNE CHNE Other Asian"),
        ("Any other ethnic group", "OOTH OOTH OOTH Other Other"),
        ("Information not yet obtained", "NOBT NOBT NOBT NOBT NOBT"),
        ("Prefer not to say", "REFU REFU REFU REFU REFU"),
        ("Not stated", "NSTA NSTA NSTA NSTA NSTA"),
    ],
)
def test_a_spelling_of_one_group_is_read_as_its_code(text: str, codes: str) -> None:
    parsed = [read(text, name) for name in OFFICIAL]
    assert [(each.value, each.fault) for each in parsed] == [(code, None) for code in codes.split()]
    assert [each.normalised for each in parsed] == [RESPELT if code != text else "" for code in codes.split()]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("Asian", "ons_2001", BROAD),
        ("Black", "ons_2011", BROAD),
        ("Black/Black British", "ons_2011", BROAD),
        ("mixed race", "ons_2021", BROAD),
        ("Other", "ons_2011", BROAD),
        ("Chinese or other", "ons_2001", BROAD),
        ("Chinese or other", "ons_2011", SEVERAL),
        ("Chinese or other", "ons_2011_five", SEVERAL),
        ("Pakistani/Bangladeshi", "ons_2021", SEVERAL),
        ("Mixed White/Black", "ons_2011", SEVERAL),
        ("Afro-Caribbean", "ons_2001", SEVERAL),
        ("Gypsy/Roma", "ons_2011", SEVERAL),
        ("Gypsy/Roma", "ons_2021", SEVERAL),
        ("W3", "ons_2001", ABSENT),
        ("O1", "ons_2011", ABSENT),
        ("British", "ons_2011", "not one of the choices for {name}"),
        ("Not known / prefer not to say", "ons_2011", SEVERAL),
        ("Unclassified", "ons_2011", SEVERAL),
        ("Whit British", "ons_2011", "not one of the choices for {name}; did you mean 'WBRI'?"),
        ("West Indian", "ons_2011", "not one of the choices for {name}"),
        ("non-white", "ons_2011", "not one of the choices for {name}"),
        ("A", "ons_2001", "not one of the choices for {name}"),
        ("Asian, Black", "ons_2011_five", "not one of the choices for {name}"),
        ("?", "ons_2011", "not one of the choices for {name}"),
    ],
)
def test_what_names_no_single_group_is_set_aside_with_the_reason(text: str, name: str, message: str) -> None:
    parsed = read(text, name)
    assert parsed.fault is not None
    assert (parsed.value, parsed.fault.rule) == (None, "cell.code")
    assert parsed.fault.message == message.format(name=name)


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        ("WIRT|Irish Traveller", "WOTH WIRT WIRT White White"),
        ("WROM|Roma", "WOTH WOTH WROM White White"),
        ("ARAB|Arab|Other ethnic group: Arab", "OOTH ARAB ARAB Other Other"),
    ],
)
def test_a_group_that_only_another_census_has_is_read_as_the_one_that_holds_it(
    texts: str, codes: str
) -> None:
    for text in texts.split("|"):
        parsed = [read(text, name) for name in OFFICIAL]
        assert [each.value for each in parsed] == codes.split()
        code = codes.split()[2]
        held = [code in load_holders(name.removesuffix("_five")) for name in OFFICIAL]
        assert [each.normalised == OTHER_CENSUS for each in parsed] == held


def test_gypsy_or_roma_is_one_group_only_before_there_was_a_choice_between_them() -> None:
    assert [read("Gypsy/Roma", name).value for name in OFFICIAL] == ["WOTH", None, None, "White", "White"]


SAID = [
    ("British", "ons_2001", "ons_2011", "WBRI", RESPELT),
    ("Any other ethnic group", "ons_2001", "ons_2011", "OOTH", RESPELT),
    ("O1", "ons_2001", "ons_2011", "CHNE", RESPELT),
    ("A4", "ons_2021", "ons_2001", "CHNE", RESPELT),
    ("W3", "ons_2011", "ons_2001", "WOTH", OTHER_CENSUS),
    ("WROM", "ons_2021", "ons_2011", "WOTH", OTHER_CENSUS),
    ("WBRI", "ons_2001", "ons_2021", "WBRI", ""),
    ("Chinese", "ons_2001", "ons_2011_five", "Asian", RESPELT),
    ("Chinese", "ons_2021", "ons_2001_five", "Other", RESPELT),
    ("Asian", "ons_2001", "ons_2011_five", "Asian", ""),
    # Written although the census said has no such group: what the child is, is not lost for it.
    ("Arab", "ons_2001", "ons_2011", "ARAB", RESPELT),
    ("Unknown", "ons_2001", "ons_2011", None, SAYS_UNKNOWN),
]


@pytest.mark.parametrize(("text", "said", "name", "code", "tidied"), SAID)
def test_a_text_is_read_in_the_sense_of_the_census_that_was_said(
    text: str, said: str, name: str, code: str | None, tidied: str
) -> None:
    vocabulary = load_vocabulary(official(name)[0], said)
    assert parse_text(text, FIELD, vocabulary=vocabulary) == Parsed(code, None, tidied)


@pytest.mark.parametrize(
    ("text", "said", "name", "message"),
    [
        # In 2001 Chinese children stood with Other, from 2011 with Asian.
        ("Other", "ons_2001", "ons_2011_five", SEVERAL.format(name="ons_2011_five")),
        ("Asian", "ons_2011", "ons_2001_five", SEVERAL.format(name="ons_2001_five")),
        ("Asian", "ons_2001", "ons_2011", BROAD.format(name="ons_2011")),
        ("A4", "ons_2001", "ons_2011", ABSENT.format(name="ons_2011")),
        ("Whit British", "ons_2001", "ons_2011", "not one of the choices for ons_2001; did you mean 'WBRI'?"),
    ],
)
def test_what_the_census_that_was_said_leaves_open_is_set_aside(
    text: str, said: str, name: str, message: str
) -> None:
    fault = parse_text(text, FIELD, vocabulary=load_vocabulary(official(name)[0], said)).fault
    assert fault is not None
    assert fault.message == message


@pytest.mark.parametrize("said", OFFICIAL[:3])
@pytest.mark.parametrize("name", OFFICIAL)
def test_every_code_and_label_of_every_census_is_read_in_every_report(said: str, name: str) -> None:
    vocabulary = load_vocabulary(official(name)[0], said)
    for entry in official(said)[0].codes:
        by_code = parse_text(entry.code, FIELD, vocabulary=vocabulary)
        assert by_code.fault is None
        assert parse_text(entry.label, FIELD, vocabulary=vocabulary).value == by_code.value
        broad = official(name)[0].by_code[str(by_code.value)].broad_group
        moved = {entry.broad_group, broad} == {"Asian", "Other"} and entry.code == "CHNE"
        assert broad == entry.broad_group or moved


@pytest.mark.parametrize("name", OFFICIAL)
def test_four_ways_of_not_knowing_stay_four_things(name: str) -> None:
    texts = ["not stated", "REFUSED", "Not yet asked", "", "Unknown"]
    assert [read(text, name).value for text in texts] == ["NSTA", "REFU", "NOBT", None, None]
    # "Unknown" gives no reason, so it says what a blank says; that it was written is counted.
    assert [read(text, name).normalised for text in texts[-2:]] == ["", SAYS_UNKNOWN]


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_code_and_its_label_stand_for_the_code(name: str) -> None:
    for entry in official(name)[0].codes:
        assert read(entry.code, name) == Parsed(entry.code)
        assert read(entry.label.upper(), name).value == entry.code


def test_every_listed_spelling_stands_once_and_says_what_it_names() -> None:
    listed = rows()
    keys = [spelling_key(row["spelling"]) for row in listed]
    assert len(keys) == len(set(keys))
    for name in OFFICIAL[:3]:
        codes = set(official(name)[0].by_code)
        groups = set(official(name)[0].known_groups)
        for row in listed:
            meanings = row[name].split()
            assert set(meanings) <= codes | {"missing"} or (len(meanings) == 1 and meanings[0] in groups), row


@pytest.mark.parametrize("name", OFFICIAL[:3])
def test_no_spelling_contradicts_a_code_or_label(name: str) -> None:
    own = {
        spelling_key(text): entry.code
        for entry in official(name)[0].codes
        for text in (entry.code, entry.label)
    }
    listed = {spelling_key(row["spelling"]): row[name] for row in rows()}
    assert {key: listed[key] for key in own if key in listed} == {
        key: code for key, code in own.items() if key in listed
    }


LISTED = st.sampled_from([row["spelling"] for row in rows()])
GAPS = st.lists(st.sampled_from([" ", "-", " - ", ": ", "_", ", ", "–", " ("]), min_size=20, max_size=20)


@settings(deadline=None)
@given(LISTED, GAPS, st.sampled_from([str.upper, str.title, str.lower]), st.sampled_from(OFFICIAL))
def test_case_spaces_and_punctuation_make_no_difference(
    spelling: str, gaps: list[str], change: Callable[[str], str], name: str
) -> None:
    words = spelling_key(spelling).split()
    written = "".join(gap + change(word) for gap, word in zip(gaps, words, strict=False))
    assert (read(written, name).value, read(written, name).fault) == (
        read(spelling, name).value,
        read(spelling, name).fault,
    )


@settings(deadline=None)
@given(st.text(string.printable) | LISTED, st.sampled_from(OFFICIAL))
def test_what_was_read_once_is_read_again_as_itself(text: str, name: str) -> None:
    value = read(text, name).value
    assert value is None or read(str(value), name) == Parsed(value)
    assert value is None or value in official(name)[0].by_code


@pytest.mark.long
@settings(deadline=None, max_examples=30)
@given(st.text())
def test_a_spelling_is_tidied_once(text: str) -> None:
    assert spelling_key(spelling_key(text)) == spelling_key(text)


def test_no_message_tells_the_value() -> None:
    classification, vocabulary = official("ons_2011")
    said = {f"{fault.message} {fault.fix}" for fault in vocabulary.unfit.values()}
    assert len(said) == 3
    assert not [entry for entry in classification.codes for text in said if entry.code in text.split()]


STANDARD = {
    "Any other": "OOTH",
    "Arab": "ARAB",
    "Asian other": "AOTH",
    "Bangladeshi": "ABAN",
    "Black African": "BAFR",
    "Black Caribbean": "BCRB",
    "Black other": "BOTH",
    "Chinese": "CHNE",
    "Indian": "AIND",
    "Mixed other": "MOTH",
    "Mixed White/Asian": "MWAS",
    "Mixed White/Black African": "MWBA",
    "Mixed White/Black Caribbean": "MWBC",
    "Pakistani": "APKN",
    "White British": "WBRI",
    "White Irish": "WIRI",
    "White other": "WOTH",
    "White Gypsy/Traveller": "WIRT",
    "Irish Traveller": "WIRT",
}
# Headings of published statistics ("Ethnicity_Minor_Indian", "Indian total") are no child's answer.
HEADING = ("ethnicity_minor_", "ethnicity_major_")
# Groups of a later census that the Census of 2001 (or, of Roma, that of 2011) counts in another.
HELD = {"WOTH": "gypsy|roma|traveller", "OOTH": "arab"}
NOT_UNDERSTOOD = {"mixed ethnic groups", "mixed/ multiple ethnic groups", "white non-british"}


def real_spellings() -> list[tuple[str, str]]:
    if not REAL.is_file():
        pytest.skip(f"{REAL.as_posix()} is not here")
    with REAL.open(encoding="utf-8-sig", newline="") as stream:
        return [(row["Ethnicity"], row["Standard Ethnicity"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize(
    ("name", "understood", "of"), [("ons_2001", 135, 162), ("ons_2011", 152, 180), ("ons_2021", 152, 180)]
)
def test_real_spellings_of_a_census_are_understood_and_none_wrongly(
    name: str, understood: int, of: int
) -> None:
    codes = official(name)[0].by_code
    belonging = [(text, STANDARD[form]) for text, form in real_spellings() if STANDARD.get(form) in codes]
    missed = {text for text, code in belonging if read(text, name).value is None}
    assert (len(belonging), len(belonging) - sum(text in missed for text, _ in belonging)) == (of, understood)
    assert [text for text, code in belonging if read(text, name).value not in (code, None)] == []
    assert {text for text in missed if not text.startswith(HEADING) and not text.endswith(" total")} == (
        NOT_UNDERSTOOD
    )


@pytest.mark.parametrize("name", OFFICIAL[:3])
def test_real_spellings_of_anything_else_are_never_read_as_a_group(name: str) -> None:
    classification = official(name)[0]
    groups = {entry.code for entry in classification.codes if entry.broad_group != NOT_KNOWN}
    others = [text for text, form in real_spellings() if STANDARD.get(form) not in classification.by_code]
    held = {
        text: HELD.get(str(read(text, name).value)) for text in others if read(text, name).value in groups
    }
    assert [text for text, words in held.items() if not (words and re.search(words, text))] == []
    others = [text for text in others if text not in held]
    assert {text: read(text, name).value for text in others if read(text, name).value} == {
        "not stated": "NSTA"
    }


@pytest.mark.parametrize(("name", "understood"), [("ons_2001_five", 166), ("ons_2011_five", 177)])
def test_real_spellings_add_up_to_the_five_groups(name: str, understood: int) -> None:
    census = official(name.removesuffix("_five"))[0]
    broad = {
        form: census.by_code[code].broad_group for form, code in STANDARD.items() if code in census.by_code
    }
    expected = {form: form for form in census.known_groups} | broad
    read_as = [(form, read(text, name).value) for text, form in real_spellings() if form in expected]
    assert [(form, value) for form, value in read_as if value not in (expected[form], None)] == []
    assert sum(value is not None for _, value in read_as) == understood
