"""The catalogue's conditions: every form that can be written, and what is said of the others."""

from __future__ import annotations

import pytest
from measure_tables import table

from pipeline.measures.conditions import Condition, ConditionError, Term, load_condition
from pipeline.measures.predicates import predicate

COLUMNS = ("achieved", "review_date")
HOW = (
    "is not a condition; write 'column is given', 'column is blank', 'column = value or value', "
    "joined by ' and ', or the word 'all'."
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
        (
            "review_date is given and achieved = no",
            (Term("review_date", "given"), Term("achieved", "one_of", ("no",))),
        ),
    ],
)
def test_every_form_of_a_condition_is_read(text: str, terms: tuple[Term, ...]) -> None:
    assert load_condition(text, COLUMNS) == Condition(terms)


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
        ("goal is given", "'goal' is not a column of this table; it has achieved, review_date."),
    ],
)
def test_a_condition_that_cannot_be_read_says_what_can_be_written(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as error:
        load_condition(text, COLUMNS)
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
    answered = rows.mutate(holds=predicate(load_condition(text, ["achieved"]), rows)).to_pyarrow().to_pandas()
    assert set(answered.loc[answered["holds"], "outcome"]) == holds
    assert answered["holds"].notna().all()
