"""A service's page: questions for the contract meeting, and for whom its scores changed."""

import html
from dataclasses import replace

import pytest
from small_slice import TARGET, make_page, make_scores, rules_of, with_facts, words

from pipeline.analysis.matter_rules import RULES
from pipeline.analysis.matters import TO_DECIDE
from pipeline.present.decide.decisions import show_questions
from pipeline.present.impact.impact_page import show_for_whom
from pipeline.present.sentences import SENTENCES

MINIMUM = 13
GAP = {"Black": (100, 400), "White": (300, 400)}


def test_a_missed_target_is_asked_about_with_whom_it_was_agreed() -> None:
    page = make_page(42, groups=GAP, targets=(TARGET,))
    said = words(show_questions(page, MINIMUM, rules_of(page)))
    assert said.startswith(
        "## For the contract meeting 1. Race-equality target T1 not met for Black children."
    )
    assert "Parents' forum" in said


def test_at_most_three_questions_are_asked() -> None:
    targets = tuple(replace(TARGET, target_id=f"T{number}", ethnic_group="Black") for number in range(1, 3))
    page = make_page(42, groups=GAP, targets=targets, scores=make_scores(40, 0))
    said = show_questions(page, MINIMUM, rules_of(page))
    assert "4. " not in said
    assert "T1 and T2" in said


def test_the_step_at_which_most_are_lost_is_asked_about_with_its_interval() -> None:
    page = make_page(42, scores=make_scores(40, 3))
    said = words(show_questions(page, MINIMUM, rules_of(page)))
    assert "% (" in said
    assert "What happens to the others" in said


@pytest.mark.parametrize(("kind", "rule"), [(kind, rule) for kind, rule, _ in RULES])
def test_every_rule_has_its_words(kind: str, rule: str) -> None:
    assert f"ask {rule}" in SENTENCES
    if kind != "to ask":
        assert f"found {rule}" in SENTENCES
    if kind in TO_DECIDE:
        assert {f"decide {rule}", f"decide {kind}"} & SENTENCES.keys()
        assert f"kind {kind}" in SENTENCES


def test_over_all_services_there_is_no_meeting_and_no_one_group_of_children() -> None:
    page = make_page(42, scores=make_scores(40, 3))
    whole = with_facts(page, service=None)
    assert show_questions(whole, MINIMUM, rules_of(whole)) == ""
    assert show_for_whom(whole, MINIMUM) == ""


def test_the_message_names_those_who_gained_by_group() -> None:
    page = make_page(42, scores=make_scores(60, 3))
    shown = show_for_whom(page, MINIMUM)
    assert shown.startswith("## For whom did it change?")
    assert "Wellbeing: Black and White children gained" in html.unescape(shown)
    assert "image/svg" in shown


def test_where_nothing_can_be_said_of_any_group_there_is_no_chart() -> None:
    assert show_for_whom(make_page(42, scores=make_scores(9, 3)), MINIMUM) == ""
