"""What a mapping converts: scales, units, lists of codes, and age from a date of birth that goes no further."""

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.contract.groups.ethnicity_spellings import load_vocabulary
from pipeline.contract.tables import load_table
from pipeline.files.formats.delimited import read_csv
from pipeline.files.intake.cells import Cells, Typed, parse_cells
from pipeline.files.mapping.contract_shape import shape_mapped, visible_faults
from pipeline.files.mapping.convert import Affine, AgeFrom, Refusal
from pipeline.files.mapping.mapping_file import MappingError, read_mapping

OUTCOMES = """\
blocks:
  - file: theirs.csv
    table: outcomes
    set: {outcome: wellbeing}
    columns: {episode_id: id, scale: tool, baseline_score: pre, review_score: post}
    values: {scale: {SDQ: difficulties, W: wellbeing}}
    scales:
      wellbeing: {from: [0, 100], to: [7, 35]}
      difficulties: {from: [0, 10], to: [40, 0]}
"""
EPISODES = """\
blocks:
  - file: theirs.csv
    table: episodes
    missing: [NA]
    set: {service_id: S01}
    columns: {episode_id: id, child_id: id, referral_date: seen, start_date: began, ethnicity: eth}
    codes: {ethnicity: nhs}
    values: {ethnicity: {S: ARAB}}
    date_formats: {referral_date: "%d/%m/%Y"}
    age_from: {column: DOB, date_format: "%d/%m/%Y"}
"""
AGE = load_table("episodes").field("age")
RULE = AgeFrom("DOB", "%Y-%m-%d", "referral_date")


def typed(folder: Path, mapping: str, theirs: str) -> Typed:
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (block,) = read_mapping(folder / "mapping.yaml", "m.yaml")
    text = read_csv(theirs.encode(), block.their_columns)
    shaped = shape_mapped(text, block)
    ones = shaped.row_numbers * 0
    cells = Cells(block.table, shaped.columns, ones, shaped.row_numbers, block.date_formats)
    return parse_cells(cells, {"ethnicity": load_vocabulary(load_classification("ons_2011", Path()))})


def refusal(folder: Path, mapping: str) -> str:
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mapping(folder / "mapping.yaml", "m.yaml")
    return str(caught.value)


def test_scores_are_put_on_the_contract_s_scale_each_by_its_own_rule(tmp_path: Path) -> None:
    result = typed(tmp_path, OUTCOMES, "id,tool,pre,post\n1,W,50,100\n2,SDQ,2.5,\n3,plain,50,0.5\n")
    assert result.rows["baseline_score"].to_pylist() == [21.0, 30.0, 50.0]
    assert result.rows["review_score"].to_pylist() == [35.0, None, 0.5]
    assert result.bad == ()


def test_a_score_off_their_scale_or_no_number_is_set_aside_as_it_was_sent(tmp_path: Path) -> None:
    result = typed(tmp_path, OUTCOMES, "id,tool,pre,post\n1,W,120,100\n2,W,1e1,5\n3,SDQ,1,ten\n")
    assert [(bad.row, bad.column, bad.fault.message, bad.value) for bad in result.bad] == [
        (2, "baseline_score", "not between the lowest and highest score that mapping.yaml gives", "120"),
        (3, "baseline_score", "not a number", "1e1"),
        (4, "review_score", "not a number", "ten"),
    ]


numbers = st.integers(-10_000, 10_000).map(lambda number: Fraction(number, 10))
tenths = st.integers(0, 1000).map(lambda number: Fraction(number, 10))


@settings(deadline=None)
@given(numbers, numbers, numbers, numbers)
def test_ends_of_a_scale_go_to_the_ends_of_the_other(
    a: Fraction, b: Fraction, c: Fraction, d: Fraction
) -> None:
    assume(a != b and c != d)
    rule = Affine(a, b, c, d)
    assert [float(rule.convert(str(float(end)))) for end in (a, b)] == [float(c), float(d)]


@settings(deadline=None)
@given(tenths)
def test_there_and_back_again_is_where_it_was(score: Fraction) -> None:
    there = Affine(Fraction(0), Fraction(100), Fraction(0), Fraction(40))
    back = Affine(Fraction(0), Fraction(40), Fraction(0), Fraction(100))
    assert float(back.convert(there.convert(str(float(score))))) == pytest.approx(float(score), abs=1e-12)


@pytest.mark.parametrize(
    ("text", "value"),
    [("50 %", 0.5), ("50%", 0.5), ("12.5", 0.125), ("0", 0.0), ("0 %", 0.0), ("0.5 %", 0.005), ("", None)],
)
def test_percentages_become_parts_of_one(tmp_path: Path, text: str, value: float | None) -> None:
    mapping = OUTCOMES[: OUTCOMES.index("    scales:")] + "    units: {baseline_score: percent}\n"
    result = typed(tmp_path, mapping, f"id,tool,pre,post\n1,W,{text},\n")
    assert result.rows["baseline_score"].to_pylist() == [value]


def test_a_small_percentage_without_its_sign_is_not_guessed(tmp_path: Path) -> None:
    mapping = OUTCOMES[: OUTCOMES.index("    scales:")] + "    units: {baseline_score: percent}\n"
    result = typed(tmp_path, mapping, "id,tool,pre,post\n1,W,0.5,\n2,W,half,\n")
    assert [(bad.fault.message, bad.value) for bad in result.bad] == [
        ("1 or less without a % sign, so it may mean a per cent or a share", "0.5"),
        ("not a number", "half"),
    ]


def test_months_become_completed_years(tmp_path: Path) -> None:
    mapping = EPISODES[: EPISODES.index("    age_from")].replace(
        "ethnicity: eth", "ethnicity: eth, age: months"
    )
    theirs = "id,seen,began,eth,months\n1,31/05/2009,,A,36\n2,31/05/2009,,A,35\n3,31/05/2009,,A,3.5\n"
    result = typed(tmp_path, mapping + "    units: {age: months}\n", theirs)
    assert result.rows["age"].to_pylist() == [3, 2]
    assert [(bad.fault.message, bad.value) for bad in result.bad] == [("not a whole number of months", "3.5")]


def test_a_list_of_codes_is_read_where_the_mapping_names_it(tmp_path: Path) -> None:
    theirs = "id,seen,began,eth,DOB\n" + "".join(
        f"{number},31/05/2009,,{code},\n" for number, code in enumerate(["A", "M", "Z", "99", "NA", "S", "R"])
    )
    result = typed(tmp_path, EPISODES, theirs)
    assert result.rows["ethnicity"].to_pylist() == ["WBRI", "BCRB", "NSTA", None, None, "ARAB", "CHNE"]


def test_age_comes_from_the_date_of_birth_and_the_date_goes_no_further(tmp_path: Path) -> None:
    theirs = (
        "id,seen,began,eth,DOB\n"
        "1,31/05/2009,,A,31/05/2000\n"
        "2,31/05/2009,,A,01/06/2000\n"
        "3,31/05/2009,,A,NA\n"
        "4,31/05/2009,,A,01/06/2009\n"
        "5,31/05/2009,,A,14/03/1971\n"
        "6,31/05/2009,,A,2000-03-14\n"
        "7,May,,A,14/03/2001\n"
        "8,31/05/2009,,A,14/03/2003,14/03/2003\n"
    )
    result = typed(tmp_path, EPISODES, theirs)
    assert result.rows["age"].to_pylist() == [9, 8, None]
    assert [(bad.row, bad.column, bad.fault.message, bad.value) for bad in result.bad] == [
        (5, "age", "the date of birth is after referral_date", ""),
        (6, "age", "the age from the date of birth is more than 25, the highest allowed", ""),
        (7, "age", "the date of birth is not a date such as 31/05/2009", ""),
        (8, "referral_date", "not a date such as 31/05/2009", "May"),
    ]
    told = f"{result.rows.to_pylist()} {result.bad}"
    assert [text for text in ("14/03", "2000-03-14", "1971", "2003") if text in told] == []


@pytest.mark.parametrize("sign", ["\x85", "\x80", "\x9f", "\x1c", "\0"])
@pytest.mark.parametrize("place", range(4))
def test_a_hidden_sign_at_the_edge_of_a_mapped_cell_is_a_fault(tmp_path: Path, sign: str, place: int) -> None:
    for ends in ((sign, ""), ("", sign)):
        cells = ["E1", "W", "50", "60"]
        cells[place] = cells[place].join(ends)
        (bad,) = typed(tmp_path, OUTCOMES, f"id,tool,pre,post\n{','.join(cells)}\n").bad
        assert (bad.fault.rule, bad.value) == ("cell.control", cells[place])


@pytest.mark.parametrize(
    ("birth", "rule"),
    [("\x85", "cell.control"), ("01/01/1900", "cell.no_date"), ("00/00/0000", "cell.no_date")],
)
def test_a_date_of_birth_that_is_none_leaves_no_age_and_is_said_without_it(
    tmp_path: Path, birth: str, rule: str
) -> None:
    found = typed(tmp_path, EPISODES, f"id,seen,began,eth,DOB\nE1,01/05/2009,,A,{birth}\n")
    ((cell,),) = ([*row.cells] for row in (*found.bad, *found.odd))
    assert (cell.column, cell.fault.rule, cell.value) == ("age", rule, "")
    assert found.rows["age"].to_pylist() == ([] if found.bad else [None])


def test_a_row_that_cannot_be_read_is_set_aside_without_its_cells_where_one_is_a_date_of_birth(
    tmp_path: Path,
) -> None:
    (tmp_path / "mapping.yaml").write_text(EPISODES, encoding="utf-8")
    (block,) = read_mapping(tmp_path / "mapping.yaml", "m.yaml")
    text = read_csv(b"id,seen,began,eth,DOB\n1,31/05/2009,,A,14/03/2003,x\n", block.their_columns)
    assert [bad.value for bad in text.faults] == ["1 | 31/05/2009 |  | A | 14/03/2003 | x"]
    assert [bad.value for bad in visible_faults(text, block)] == [""]
    assert visible_faults(text, None) == text.faults


@settings(deadline=None)
@given(st.dates(dt.date(1985, 1, 1), dt.date(2009, 1, 1)), st.integers(0, 25))
def test_a_child_is_as_old_as_birthdays_have_passed(born: dt.date, years: int) -> None:
    assume((born.month, born.day) != (2, 29))
    birthday = born.replace(year=born.year + years)
    eve = birthday - dt.timedelta(days=1)
    ages = [RULE.age(born, day, AGE) for day in (birthday, eve)]
    assert ages[0] == str(years)
    assert ages[1] == str(years - 1) if years else isinstance(ages[1], Refusal)


def test_a_child_born_on_a_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    days = (dt.date(2009, 2, 28), dt.date(2009, 3, 1), dt.date(2008, 2, 29))
    assert [RULE.age(dt.date(2004, 2, 29), day, AGE) for day in days] == ["4", "5", "4"]


FAULTS = {
    "a scale without ends": (OUTCOMES.replace("{from: [0, 100], to: [7, 35]}", "{from: [0, 100]}"),
        "line 8, block 1, scales, wellbeing: expected 'from' and 'to', such as {from: [0, 100], to: [7, 35]}."),
    "a scale of no width": (OUTCOMES.replace("[0, 100]", "[0, 0.0]"),
        "line 8, block 1, scales, wellbeing, from: expected two different numbers, such as [0, 100]."),
    "scales of a table without scores": (EPISODES + "    scales: {wellbeing: {from: [0, 1], to: [0, 2]}}\n",
        "line 11, block 1, scales, wellbeing: episodes has no scores; scales belong to a block of outcomes."),
    "scales of another scale than that of all rows": (
        OUTCOMES.replace("scale: tool, ", "")
        .replace("{outcome:", "{scale: goals, outcome:")
        .replace("    values: {scale: {SDQ: difficulties, W: wellbeing}}\n", ""),
        "line 7, block 1, scales, wellbeing: 'set' fills another scale, 'goals'; name that one here.",
    ),
    "an unknown unit": (OUTCOMES + "    units: {baseline_score: percents}\n",
        "line 10, block 1, units, baseline_score: 'percents' is not a unit; did you mean 'percent'?"),
    "a unit of another column": (OUTCOMES + "    units: {baseline_score: months}\n",
        "line 10, block 1, units, baseline_score: months is a unit of age only."),
    "an unknown list of codes": (EPISODES.replace("ethnicity: nhs", "ethnicity: nsh"),
        "line 7, block 1, codes, ethnicity: 'nsh' is not a list of codes; did you mean 'nhs'?"),
    "an age filled twice": (EPISODES.replace("ethnicity: eth}", "ethnicity: eth, age: years}"),
        "line 10, block 1, age_from: the column 'age' is filled twice; take it out of 'columns' and 'set'."),
    "an age at a date that is not filled": (
        EPISODES.replace("start_date: began, ", "").replace("DOB,", "DOB, at: start_date,"),
        "line 10, block 1, age_from: 'start_date' is not filled; name it in 'columns' or in 'set'.",
    ),
    "an age at another date": (EPISODES.replace("DOB,", "DOB, at: end_date,"),
        "line 10, block 1, age_from, at: 'end_date' is neither referral_date nor start_date."),
    "a date of birth that fills another column": (EPISODES.replace("ethnicity: eth}", "ethnicity: eth, area: DOB}"),
        "line 10, block 1, age_from: the date of birth also fills 'area'; it may only give the age."),
    "an unknown key of age_from": (EPISODES.replace('date_format: "', 'format: "'),
        "line 10, block 1, age_from: 'format' is not a key; did you mean 'date_format'?"),
    "an age in a table without one": (OUTCOMES + "    age_from: {column: DOB}\n",
        "line 10, block 1, age_from: outcomes has no column 'age'."),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_conversion_that_cannot_be_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    mapping, message = FAULTS[case]
    assert refusal(tmp_path, mapping) == f"m.yaml, {message}"
