"""What the race-equality page says, with and without targets."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from small_slice import SERVICE, TARGET, make_page, make_scores, rules_of, with_facts, words

from pipeline.present.equality import equality_page
from pipeline.present.equality.gaps import show_gaps
from pipeline.present.equality.target_cards import show_targets
from pipeline.present.equality.targets import targets_table

WIDE_GAP = {"Black": (100, 400), "White": (300, 400)}
NO_GAP = {"Black": (600, 800), "White": (600, 800)}
FEW = {"Black": (0, 5), "White": (300, 400)}


def verdict(groups: dict[str, tuple[int, int]]) -> str:
    page = make_page(groups=groups, targets=(TARGET,))
    (word,) = targets_table(page, rules_of(page)).values("verdict")
    return str(word)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [(NO_GAP, "met"), (WIDE_GAP, "not met"), (FEW, "too few to say"), ({}, "too few to say")],
)
def test_a_target_past_its_date_is_judged_on_the_evidence_there_is(
    groups: dict[str, tuple[int, int]], expected: str
) -> None:
    assert verdict(groups) == expected


def test_where_too_many_groups_are_not_known_no_verdict_is_given() -> None:
    assert verdict({**WIDE_GAP, "Not known": (300, 800)}) not in ("met", "not met")


def test_the_headline_counts_targets_by_verdict() -> None:
    second = replace(TARGET, target_id="T2", target=-90.0)
    page = make_page(groups=WIDE_GAP, targets=(TARGET, second))
    assert "Of 2 race-equality targets: 1 not met, 1 met." in words(
        equality_page.show_headline(page, rules_of(page), 13)
    )


def test_a_target_stands_with_its_reason_and_with_whom_it_was_agreed_as_plain_words() -> None:
    shown = show_targets(*(page := make_page(groups=WIDE_GAP, targets=(TARGET,)), rules_of(page)))
    told = words(shown.replace("&#60;", "&lt;"))
    assert "Why it is needed Families said <b>so</b>." in told
    assert "Agreed with Parents' forum on 30 June 2009." in told
    assert "<b>so" not in shown


def test_a_small_group_s_gap_is_hidden() -> None:
    page = make_page(groups=FEW)
    said = words(show_gaps(page, rules_of(page)))
    assert "Black too few to say 5 [c] [c] [c]" in said


def test_a_group_s_level_difference_and_what_being_equal_takes_stand_beside_one_another() -> None:
    page = make_page(groups=WIDE_GAP)
    said = words(show_gaps(page, rules_of(page)))
    assert "Black behind 400 25% (21 to 30) −50 (−56 to −44) 200 (174 to 223)" in said


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (NO_GAP, "No group is clearly behind everyone else in any measure."),
        (FEW, "There are too few children to say whether any group is ahead of or behind everyone else."),
        (WIDE_GAP, "Completed, 25% of Black children against 75% of other children."),
    ],
)
def test_the_headline_says_who_is_behind_or_that_nobody_is_or_that_it_cannot_be_told(
    groups: dict[str, tuple[int, int]], said: str
) -> None:
    page = make_page(groups=groups)
    assert said in words(equality_page.show_headline(page, rules_of(page), 13))


def test_with_figures_of_one_month_it_cannot_be_told_whether_a_gap_moved() -> None:
    page = make_page(groups=WIDE_GAP)
    said = words(equality_page.show_headline(page, rules_of(page), 13))
    assert "We cannot tell yet whether any group's gap to everyone else has moved." in said


@pytest.mark.parametrize(("services", "links"), [(6, 0), (7, 7)])
def test_gaps_in_scores_of_many_services_stand_on_their_own_pages(services: int, links: int) -> None:
    names = [f"S{number:02d}" for number in range(1, services + 1)]
    both = [make_scores(30, 3.0), make_scores(30, 1.0, arm="comparison", first=30)]
    scores = pd.concat([part.assign(service_id=name) for name in names for part in both], ignore_index=True)
    page = make_page(scores=scores)
    known = tuple(replace(SERVICE, service_id=name) for name in names)
    shown = equality_page.show_score_gaps(with_facts(page, services=known, service=None), 13)
    assert len(re.findall(r'<a href="S\d\d\.ipynb">', shown)) == links
    assert shown.count("<table") == (0 if links else 2 * services)
