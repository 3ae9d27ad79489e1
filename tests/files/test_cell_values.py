"""Texts and what the contract makes of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.dates import Value
from pipeline.contract.groups.ethnicity import Classification, EthnicCode
from pipeline.contract.groups.ethnicity_spellings import load_vocabulary
from pipeline.contract.tables import load_table
from pipeline.contract.values import parse_text

EPISODES = load_table("episodes")
OUTCOMES = load_table("outcomes")


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("age", "9", 9),
        ("age", "009", 9),
        ("age", "+9", 9),
        ("referral_date", "2009-05-31", dt.date(2009, 5, 31)),
        ("sex", "Female", "female"),
        ("child_id", "0012", "0012"),
        ("area", "  Tilling ", "Tilling"),
        ("area", "NA", "NA"),
        ("area", "   ", None),
    ],
)
def test_a_text_becomes_the_value_it_says(column: str, text: str, value: Value | None) -> None:
    parsed = parse_text(text, EPISODES.field(column))
    assert (parsed.value, parsed.fault) == (value, None)


@pytest.mark.parametrize("text", ["1,200", "nan", "inf", "1e999", "0x10", "1_000", "١٢", "5-", "£5"])
def test_what_is_no_plain_number_is_a_fault(text: str) -> None:
    fault = parse_text(text, OUTCOMES.field("baseline_score")).fault
    assert fault is not None
    assert fault.rule == "cell.number"


@pytest.mark.parametrize(
    "text", ["20090531", "2009-W22-7", "2009-05-31T00:30", "31-05-2009", "٢٠٠٩-٠٥-٣١", "39964"]
)
def test_only_year_month_day_is_a_date(text: str) -> None:
    fault = parse_text(text, EPISODES.field("referral_date")).fault
    assert fault is not None
    assert fault.rule == "cell.date"


@pytest.mark.parametrize(
    "time",
    [
        " 00:00", " 00:00:00", "T00:00", "T00:00Z", "t00:00:00", "T00:00:00.000Z", "T00:00:00+01:00", " 0:00",
        " 0:00:00", "  00:00", " 12:00:00 AM", "\u00a000:00", "T00:00:00", "T00:00:00.000",
        " 00:00:00.000000", "T00:00:00Z", "T00:00:00+00:00",
    ],
)  # fmt: skip
def test_midnight_behind_a_date_is_left_out_and_said(time: str) -> None:
    field = EPISODES.field("referral_date")
    parsed = parse_text(f"2011-05-16{time}", field)
    assert (parsed.value, parsed.normalised) == (dt.date(2011, 5, 16), "time of day left out of a date")
    assert parse_text(f"16/05/2011{time}", field, "%d/%m/%Y").value == dt.date(2011, 5, 16)


@pytest.mark.parametrize(
    "text", ["2011-05-16 00:00:01", "2011-05-16 12:00", "2011-05-16T00:00:00.001", "2011-02-30 00:00"]
)
def test_any_other_time_is_no_date(text: str) -> None:
    assert parse_text(text, EPISODES.field("referral_date")).fault


NO_DATES = [
    *("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-00", "1904-01-01", "1970-01-01"),
    *("2099-12-31", "2999-12-31", "9999-12-31", "0000-00-00", "9999-12-31 23:59:59", "1900-01-01T00:00", "00:00:00"),
    *("0", "01/01/0001", "00/01/1900", "30/12/1899", "31/12/9999", "00/00/0000", "01/01/1900 0:00"),
]  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_a_sign_of_an_empty_date_is_no_date(text: str) -> None:
    date_format = "%d/%m/%Y" if "/" in text else "%Y-%m-%d"
    blank = parse_text(text, EPISODES.field("end_date"), date_format)
    needed = parse_text(text, EPISODES.field("referral_date"), date_format)
    assert blank.fault
    assert needed.fault
    assert (blank.value, blank.fault.rule, needed.fault.rule) == (None, "cell.no_date", "cell.date")
    assert blank.fault.fix == "leave the cell empty if the date is not known"


@pytest.mark.parametrize(
    ("text", "date_format", "rule"),
    [
        ("01/01/00", "%d/%m/%y", "cell.no_date"),
        ("31/12/99", "%d/%m/%y", "cell.no_date"),
        ("02/01/00", "%d/%m/%y", ""),
        ("2000-01-01", "%Y-%m-%d", ""),
        ("1970-01-02", "%Y-%m-%d", ""),
        ("2098-12-31", "%Y-%m-%d", ""),
        ("1905-01-01", "%Y-%m-%d", ""),
        ("1900-02-28", "%Y-%m-%d", "cell.date"),
        ("1904-01-02", "%Y-%m-%d", "cell.date"),
        ("1012-05-03", "%Y-%m-%d", "cell.date"),
        ("2012-05-00", "%Y-%m-%d", "cell.date"),
        ("60", "%Y-%m-%d", "cell.date"),
    ],
)
def test_what_stands_beside_the_signs_of_an_empty_date(text: str, date_format: str, rule: str) -> None:
    fault = parse_text(text, EPISODES.field("end_date"), date_format).fault
    assert (fault.rule if fault else "") == rule


@pytest.mark.parametrize(
    ("text", "value"), [("10.0", 10), ("10.00", 10), (" 9.0", 9), ("0.0", 0), ("010.0", 10)]
)
def test_a_whole_number_with_noughts_behind_the_point_is_tidied(text: str, value: int) -> None:
    parsed = parse_text(text, EPISODES.field("age"))
    assert (parsed.value, parsed.fault) == (value, None)
    assert parsed.normalised.endswith("decimals .0 left out of a whole number")


@pytest.mark.parametrize("text", ["10.5", "10.05", "10.", ".0", "10,0", "26.0"])
def test_any_other_fraction_is_a_fault(text: str) -> None:
    assert parse_text(text, EPISODES.field("age")).fault


@pytest.mark.parametrize("sign", ["\0", "\x01", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f"])
@pytest.mark.parametrize("column", ["child_id", "area", "age", "start_date", "ethnicity"])
def test_a_control_character_anywhere_is_a_fault(column: str, sign: str) -> None:
    for text in (f"9{sign}", f"{sign}9", f"1{sign}0", sign):
        fault = parse_text(text, EPISODES.field(column)).fault
        assert fault is not None
        assert fault.rule == "cell.control"


def test_a_date_format_of_the_mapping_reads_day_before_month() -> None:
    parsed = parse_text("01/02/2009", EPISODES.field("referral_date"), "%d/%m/%Y")
    assert parsed.value == dt.date(2009, 2, 1)


def test_a_label_that_two_codes_share_stands_for_neither() -> None:
    codes = tuple(EthnicCode(code, "Other", code, code) for code in ("A", "B"))
    vocabulary = load_vocabulary(Classification("two", codes))
    field = EPISODES.field("ethnicity")
    assert parse_text("Other", field, vocabulary=vocabulary).fault is not None
    assert parse_text("b", field, vocabulary=vocabulary).value == "B"


@given(st.dates(dt.date(1970, 1, 2), dt.date(2098, 12, 31)))
def test_every_date_survives_being_written_and_read(date: dt.date) -> None:
    assert parse_text(date.isoformat(), EPISODES.field("referral_date")).value == date


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives_being_written_and_read(number: float) -> None:
    assert parse_text(repr(number), OUTCOMES.field("baseline_score")).value == number
