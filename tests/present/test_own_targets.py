"""A service's page names its own race-equality targets, what is missed first."""

from dataclasses import replace

import pytest
from small_slice import TARGET, make_page, rules_of, words

from pipeline.present.equality.targets import show_own_targets, target_verdicts_sentence
from pipeline.present.impact.impact_page import show_headline
from pipeline.present.performance.contracts import show_service

GAP = {"Black": (100, 400), "White": (300, 400)}
NO_GAP = {"Black": (600, 800), "White": (600, 800)}
FEW = {"Black": (4, 9), "White": (300, 400)}


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (GAP, "1 not met (T1 Completed)."),
        (NO_GAP, "1 met (T1 Completed)."),
        (FEW, "1 too few to say (T1 Completed)."),
    ],
)
def test_the_headline_names_each_target_with_its_verdict(
    groups: dict[str, tuple[int, int]], said: str
) -> None:
    page = make_page(groups=groups, targets=(TARGET,))
    sentence = f"Race-equality targets of this service: {said}"
    assert target_verdicts_sentence(page, rules_of(page)) == sentence
    assert sentence in words(show_headline(page, 13, rules_of(page)))


def test_what_is_missed_comes_first() -> None:
    easy = replace(TARGET, target_id="T0", target=-90.0)
    page = make_page(groups=GAP, targets=(easy, TARGET))
    assert "1 not met (T1 Completed); 1 met (T0 Completed)." in target_verdicts_sentence(page, rules_of(page))


def test_the_targets_stand_under_a_heading_of_their_own_with_a_way_to_the_reasons() -> None:
    page = make_page(groups=GAP, targets=(TARGET,))
    shown = show_own_targets(page, rules_of(page))
    assert shown.startswith("## Are its race-equality targets being met?")
    assert "(../equality/S01.ipynb)" in shown
    assert "not met" in words(shown)


def test_without_targets_nothing_is_said() -> None:
    page = make_page(groups=GAP)
    assert (target_verdicts_sentence(page, rules_of(page)), show_own_targets(page, rules_of(page))) == (
        "",
        "",
    )


@pytest.mark.parametrize(("children", "gathered"), [(20, True), (100, False)])
def test_the_terms_of_a_small_service_gather_all_that_follows_and_its_targets(
    children: int, gathered: bool
) -> None:
    page = make_page(children, groups=GAP, targets=(TARGET,))
    above, terms = (show(page, rules_of(page)) for show in (show_own_targets, show_service))
    assert terms.partition("\n")[0].endswith("{.gathered}") == gathered
    assert ("being met?" in terms, "being met?" in above) == (gathered, not gathered)
