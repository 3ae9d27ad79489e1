"""What the impact page says of one service, for scores of every sort."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from small_slice import PLAN, make_page, make_scores, rules_of, words

from pipeline.present.impact import impact_page
from pipeline.present.impact.scores import show_change, show_effect, show_gap_effect
from pipeline.present.page import Page
from pipeline.present.performance.contracts import show_service
from pipeline.present.performance.reach import show_journey, show_reached

MINIMUM = 10


def headline(page: Page) -> str:
    return words(impact_page.show_headline(page, MINIMUM, rules_of(page)))


def both_arms(treated: float, comparison: float) -> pd.DataFrame:
    return pd.concat([make_scores(40, treated), make_scores(40, comparison, "comparison", first=40)])


def test_the_headline_begins_with_who_was_reached_against_what_was_bought() -> None:
    # 60 children a year over the 24 months from April 2009 to March 2011.
    assert headline(make_page(42)).startswith(
        "Young carers reached about 40 children from April 2009 to March 2011, against 120 commissioned"
    )


def test_the_number_reached_is_said_as_it_is_rounded() -> None:
    said = headline(make_page(6))
    assert "reached about 5 children" in said
    assert " 6 " not in said


def test_without_scores_nothing_is_said_to_have_changed() -> None:
    page = make_page()
    assert "No child has a score yet" in headline(page)
    assert "no change to show" in words(show_change(page, MINIMUM))
    assert show_effect(page, MINIMUM) == ""
    assert impact_page.service_verdicts(page, MINIMUM) == {"S01": "too few to say"}


@pytest.mark.parametrize("children", [1, 7, 9])
def test_few_children_are_too_few_to_say(children: int) -> None:
    page = make_page(scores=make_scores(children, 5))
    assert "too few children have both scores to say" in headline(page)
    assert impact_page.service_verdicts(page, MINIMUM) == {"S01": "too few to say"}


@pytest.mark.parametrize(
    ("improvement", "verdict", "said"),
    [
        (3, "better", "children were 3.0 points (2.7 to 3.3) better at review than at the start"),
        (-3, "worse", "children were 3.0 points (2.7 to 3.3) worse at review than at the start"),
        (0, "no clear change", "the range holds 0, so no change is clear"),
    ],
)
def test_a_change_is_said_with_its_size_and_the_strength_of_the_evidence(
    improvement: float, verdict: str, said: str
) -> None:
    page = make_page(scores=make_scores(30, improvement))
    assert said in headline(page)
    assert "(evidence: before and after, not declared beforehand)" in headline(page)
    assert impact_page.service_verdicts(page, MINIMUM) == {"S01": verdict}


def test_a_declared_comparison_group_speaks_before_a_change() -> None:
    page = make_page(scores=both_arms(4, 1), plans=(PLAN,))
    assert "in the service ended" in headline(page)
    assert "better off than children with the same start outside it" in headline(page)
    assert "(evidence: comparison group)" in headline(page)


def test_children_who_improve_no_more_than_those_outside_show_no_difference() -> None:
    page = make_page(scores=both_arms(3, 3), plans=(PLAN,))
    assert "the range holds 0, so no difference is clear" in headline(page)
    assert impact_page.service_verdicts(page, MINIMUM) == {"S01": "no clear change"}


def test_a_comparison_that_nobody_declared_is_shown_as_exploratory_and_not_claimed() -> None:
    page = make_page(scores=both_arms(4, 1))
    assert "(evidence: before and after, not declared beforehand)" in headline(page)
    assert "read it as exploratory" in words(show_effect(page, MINIMUM))
    declared = make_page(scores=both_arms(4, 1), plans=(PLAN,))
    assert "exploratory" not in words(show_effect(declared, MINIMUM))


def test_reach_and_journey_show_rounded_counts() -> None:
    page = make_page(42)
    assert "White 40 100%" in words(show_reached(page))
    assert "Referred 40 100%" in words(show_journey(page))


def test_the_terms_of_the_service_stand_on_its_page() -> None:
    said = words(show_service(make_page(), rules_of(make_page())))
    for fact in ("Harbour Youth (small)", "Be healthy", "Service contract", "£85,000", "no end agreed", "60"):
        assert fact in said


def test_every_csv_of_the_page_has_one_width_and_rounded_counts(tmp_path: Path) -> None:
    page = make_page(6, scores=make_scores(30, 3).iloc[:9], folder=tmp_path)
    impact_page.show_headline(page, MINIMUM, rules_of(page))
    for part in (show_change, impact_page.show_services):
        part(page, MINIMUM)
    show_reached(page)
    show_journey(page)
    files = sorted(tmp_path.glob("*.csv"))
    assert files
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream))
        assert len({len(line) for line in lines}) == 1
        counts = [lines[0].index(name) for name in ("children", "episodes", "with_both") if name in lines[0]]
        assert not {line[place] for line in lines[1:] for place in counts} & set("123467")


def test_a_comparison_is_shown_in_its_own_part() -> None:
    page = make_page(scores=both_arms(4, 1))
    assert "Difference, same start" in words(show_effect(page, MINIMUM))
    assert "did the service narrow gaps" in words(show_gap_effect(page, MINIMUM))
