"""What a spreadsheet shows of a number by its format, as ECMA-376 (18.8.31) describes formats."""

import pytest

from pipeline.files.formats.number_formats import TEXT, read_format

SHOWN = {
    ('"NB"0000', "12"): "NB0012",
    ('"NB"0000', "123456"): "NB123456",
    ('"NB"0000', "12.5"): None,
    ('"NB"0000', "-3"): "-NB0003",
    (r"00\-000", "12345"): "12-345",
    (r"00\-000", "5"): "00-005",
    (r"00-000", "1234567"): "1234-567",
    ("0000000", "42"): "0000042",
    (r"\N\B0000", "12"): "NB0012",
    ('000" "000" "0000', "4505577104"): "450 557 7104",
    ("000 000 0000", "4505577104"): "450 557 7104",
    ('"C/"0', "7"): "C/7",
    ('0"/12"', "7"): "7/12",
    ('"NB"General', "12"): "NB12",
    ('General"A"', "12.5"): "12.5A",
    ('[Red]"NB"0000', "12"): "NB0012",
    ('"P"0000;"N"0000;"none"', "12"): "P0012",
    ('"P"0000;"N"0000;"none"', "-12"): "N0012",
    ('"P"0000;"N"0000;"none"', "0"): "none",
    ('[<100]"A"000;[>=100]"B"0000', "99"): "A099",
    ('[<100]"A"000;[>=100]"B"0000', "100"): "B0100",
    ('_-"NB"0000_-;*x', "12"): "NB0012",
    ('"NB"* 0000', "12"): "NB0012",
    ("0%", "0.5"): "50%",
    ("0%", "0.07"): "7%",
    ("0%", "0.12345"): "12.345%",
    ('"up "0%', "0.5"): None,
    ("00.00", "7.5"): "07.50",
    ("00.00", "7.123"): None,
    ("0,", "12345"): None,
    ('0.0,"k"', "12345"): None,
    ('"NB"#,##0', "12"): None,
    ("000###", "12"): "000012",
    ('"NB"###', "0"): "NB",
    ('"yes";"yes";"no"', "1"): "yes",
}
PLAIN = (
    "General", "0", "0.00", "#,##0", "#,##0.00", '"£"#,##0.00', "[$£-809]#,##0.00", "#,##0;[Red]-#,##0", "0.00E+00",
    '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "(#,##0)", "# ?/?", "@", "0;-0;;@", ";;;", "#",
    "$#,##0_);($#,##0)", "### ### ##0", "hh:mm", "[h]:mm:ss", "yyyy-mm-dd hh:mm", "d/m/yy h:mm AM/PM", "[mm]:ss",
)  # fmt: skip
DAYS = (
    "yyyy-mm-dd", "dd/mm/yy", "d-mmm", "[$-809]dd mmmm yyyy", 'd" of "mmmm', "mmm-yy", "dddd",
    "yyyy\\-mm\\-dd;@",
)  # fmt: skip


@pytest.mark.parametrize(("code", "stored"), SHOWN)
def test_a_number_is_read_as_it_is_shown(code: str, stored: str) -> None:
    found = read_format(code)
    assert found is not None
    assert found.show(stored) == SHOWN[code, stored]


@pytest.mark.parametrize("code", PLAIN)
def test_numbers_prices_and_times_are_read_as_they_are_stored(code: str) -> None:
    assert read_format(code) is None


@pytest.mark.parametrize("code", DAYS)
def test_a_format_of_days_shows_no_time(code: str) -> None:
    found = read_format(code)
    assert found is not None
    assert found.is_day


@pytest.mark.parametrize(
    ("code", "shown"),
    {
        '"NB"@': f"NB{TEXT}",
        '0;-0;0;"NB"@"x"': f"NB{TEXT}x",
        '"NB"0000': TEXT,
        '0;0;0;"hidden"': TEXT,
    }.items(),
)
def test_a_text_may_be_shown_with_more_text(code: str, shown: str) -> None:
    found = read_format(code)
    assert (found.show_text() if found else TEXT) == shown
