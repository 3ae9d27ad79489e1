"""A target is a card: its number leads to it, it says what it takes, and says nothing that is not known."""

import re
from dataclasses import replace

import pytest
from small_slice import TARGET, make_page, rules_of, words

from pipeline.contract.context import MeasureFacts, Target
from pipeline.present.equality.target_cards import show_targets
from pipeline.present.equality.targets import children_of, goal_words

GAP = {"Black": (100, 400), "White": (300, 400)}
SOME = {"Black": (5, 10), "White": (300, 400)}
NOBODY = {"White": (300, 400)}


def cards(*targets: Target, groups: dict[str, tuple[int, int]] = GAP) -> str:
    page = make_page(groups=groups, targets=targets)
    return show_targets(page, rules_of(page))


def test_a_target_is_reached_by_its_number() -> None:
    assert re.findall(r'<article class="target" id="([^"]+)"', cards(TARGET)) == ["T1"]


def test_what_is_missed_comes_first_and_what_is_met_last() -> None:
    shown = cards(replace(TARGET, target_id="T0", target=-90.0), TARGET, replace(TARGET, target_id="T2"))
    assert re.findall(r"^### (.*)$", shown, re.MULTILINE) == ["Not met &#40;2&#41;", "Met &#40;1&#41;"]
    assert re.findall(r'id="([^"]+)"', shown) == ["T1", "T2", "T0"]


def test_of_many_targets_four_and_one_a_verdict_that_asks_stand_in_view_and_none_is_lost() -> None:
    missed = [replace(TARGET, target_id=f"T{number}") for number in range(11, 22)]
    shown = cards(*missed, *(replace(TARGET, target_id=f"M{number}", target=-90.0) for number in range(1, 4)))
    shown, _, met = shown.partition("### Met")
    in_view, _, folded = shown.partition("<summary>7 more</summary>")
    assert re.findall(r'id="([^"]+)"', in_view) == [f"T{number}" for number in range(11, 15)]
    assert re.findall(r'id="([^"]+)"', folded) == [f"T{number}" for number in range(15, 22)]
    assert met.index("<summary>3 more</summary>") < met.index('id="M1"'), "what is met need not stand in view"


def test_both_sides_stand_beside_the_gap_and_the_months_they_are_of() -> None:
    said = words(cards(TARGET))
    assert "25% of Black children, 75% of other children: a gap of −50 points (−56 to −44)." in said
    assert "No more than 5 points below, by 31 March 2011" in said


def test_a_missed_target_says_whom_to_ask_and_why_it_was_agreed() -> None:
    opened = words(cards(TARGET).partition("<details>")[0])
    assert "Ask the services concerned, and Parents' forum, what stands in the way." in opened
    assert "Why it is needed" in opened


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (
            SOME,
            "A verdict needs 20 children in each group within 12 months. At today's intake 24 months together",
        ),
        (NOBODY, "A verdict needs 20 children in each group within 12 months, and far fewer come."),
    ],
)
def test_where_there_are_too_few_it_says_how_many_it_takes(
    groups: dict[str, tuple[int, int]], said: str
) -> None:
    told = words(cards(TARGET, groups=groups))
    assert said in told
    assert "Parents' forum" in told


def test_a_target_without_a_starting_figure_says_so_and_calls_nothing_measured() -> None:
    said = words(cards(replace(TARGET, baseline=None)))
    assert "No starting figure: too few children were counted in April 2009 to September 2009." in said
    assert "not yet frozen" not in said


def test_what_is_being_done_stands_there_only_where_the_register_says_it() -> None:
    assert "What is being done" not in words(cards(TARGET))
    told = words(cards(replace(TARGET, action="Pupils rewrite it.", comparator_why="Pupils asked so.")))
    assert "What is being done Pupils rewrite it." in told
    assert "compared with other children. Pupils asked so." in told


@pytest.mark.parametrize(
    ("direction", "target", "said"),
    [
        ("at_least", -5.0, "no more than 5 points below"),
        ("at_least", -1.0, "no more than 1 point below"),
        ("at_least", 0.0, "level or above"),
        ("at_least", 2.5, "at least 2.5 points above"),
        ("at_most", -5.0, "at least 5 points below"),
        ("at_most", 0.0, "level or below"),
        ("at_most", 1.0, "no more than 1 point above"),
    ],
)
def test_a_goal_is_told_by_the_side_it_lies_on(direction: str, target: float, said: str) -> None:
    measure = MeasureFacts("completed", "Completed", "percent", "higher", ())
    assert goal_words(replace(TARGET, direction=direction, target=target), measure) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("Black", "Black children"),
        ("BAFR", "Black: African children"),
        ("everyone else", "other children"),
        ("Other", "children in the Other ethnic group"),
    ],
)
def test_no_group_is_called_other_children_but_everyone_else(group: str, said: str) -> None:
    assert children_of(group, make_page().slice.context.dataset) == said
