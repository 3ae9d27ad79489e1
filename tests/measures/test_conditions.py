"""The catalogue's conditions: every form that can be written, and what is said of the others."""

import pytest
from measure_tables import day, table

from pipeline.measures.conditions import Condition, ConditionError, Term, load_condition
from pipeline.measures.predicates import predicate

COLUMNS = ("achieved", "baseline_date", "review_date")
DATES = ("baseline_date", "review_date")
HOW = (
    "is not a condition; write 'column is given', 'column is blank', 'column = value or value', "
    "'date within 28 days of date', joined by ' and ', or the word 'all'."
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("all", ()),
        (" all ", ()),
        ("review_date is given", (Term("review_date", "given"),)),
        ("review_date is blank", (Term("review_date", "blank"),)),
        ("achieved = fully", (Term("achieved", "one_of", ("fully",)),)),
        ("achieved = fully or partly", (Term("achieved", "one_of", ("fully", "partly")),)),
        ("review_date is given and achieved = no",
            (Term("review_date", "given"), Term("achieved", "one_of", ("no",)))),
        ("review_date within 90 days of baseline_date",
            (Term("review_date", "within", days=90, since="baseline_date"),)),
        ("review_date within 1 day of baseline_date",
            (Term("review_date", "within", days=1, since="baseline_date"),)),
    ],
)  # fmt: skip
def test_every_form_of_a_condition_is_read(text: str, terms: tuple[Term, ...]) -> None:
    assert load_condition(text, COLUMNS, DATES) == Condition(terms)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"'' {HOW}"),
        ("achieved", f"'achieved' {HOW}"),
        ("achieved > 3", f"'achieved > 3' {HOW}"),
        ("Achieved is given", f"'Achieved is given' {HOW}"),
        ("achieved is given and", f"'achieved is given and' {HOW}"),
        ("achieved is given or review_date is given", f"'achieved is given or review_date is given' {HOW}"),
        ("all and achieved is given", f"'all' {HOW}"),
        ("goal is given", "'goal' is not a column of this table; it has achieved, baseline_date, review_date."),
        ("review_date within 28 days of start",
            "'start' is not a column of this table; it has achieved, baseline_date, review_date."),
        (
            "achieved within 28 days of review_date",
            "'achieved within 28 days of review_date': 'achieved' is not a date column of this table; "
            "those are baseline_date, review_date.",
        ),
        ("review_date within 0 days of review_date",
            "'review_date within 0 days of review_date' compares 'review_date' with itself; name two date columns."),
        ("review_date within -1 days of baseline_date", f"'review_date within -1 days of baseline_date' {HOW}"),
        ("review_date within 4 weeks of baseline_date", f"'review_date within 4 weeks of baseline_date' {HOW}"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_read_says_what_can_be_written(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as error:
        load_condition(text, COLUMNS, DATES)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("all", {"yes", "no", "blank"}),
        ("achieved is given", {"yes", "no"}),
        ("achieved is blank", {"blank"}),
        ("achieved = fully or partly", {"yes"}),
        ("achieved is given and achieved = no", {"no"}),
        ("achieved is blank and achieved = no", set()),
    ],
)
def test_a_condition_holds_for_the_rows_it_names_and_is_never_in_between(text: str, holds: set[str]) -> None:
    outcomes = [
        {"outcome": "yes", "achieved": "fully"},
        {"outcome": "no", "achieved": "no"},
        {"outcome": "blank"},
    ]
    rows = table("outcomes", outcomes, episode_id="1", scale="wellbeing")
    answered = (
        rows.mutate(holds=predicate(load_condition(text, COLUMNS, DATES), rows)).to_pyarrow().to_pandas()
    )
    assert set(answered.loc[answered["holds"], "outcome"]) == holds
    assert answered["holds"].notna().all()


@pytest.mark.parametrize(
    ("review", "days", "holds"),
    [
        ("2009-06-29", 28, True),
        ("2009-06-30", 28, False),
        ("2009-06-01", 0, True),
        ("2009-06-02", 0, False),
        ("2009-05-01", 0, True),
        ("2010-06-01", 365, True),
        (None, 28, False),
    ],
)
def test_days_are_counted_from_one_date_to_the_other(review: str | None, days: int, holds: bool) -> None:
    dates = {"baseline_date": day("2009-06-01"), "review_date": day(review) if review else None}
    other = {"baseline_date": None, "review_date": day("2009-06-01")}
    rows = table("outcomes", [{"outcome": "told", **dates}, {"outcome": "no date", **other}], episode_id="1")
    condition = load_condition(f"review_date within {days} days of baseline_date", COLUMNS, DATES)
    answered = rows.mutate(holds=predicate(condition, rows)).to_pyarrow().to_pandas()
    assert answered.set_index("outcome")["holds"].to_dict() == {"told": holds, "no date": False}
