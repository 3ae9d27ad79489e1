"""Three tiers a service, each with a word of its own and what it rests on."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from small_slice import SERVICE, make_measures, make_page, make_scores, with_facts, with_tables, words

from pipeline.analysis.performance.tiers import list_tiers
from pipeline.contract.services import Met, Standard
from pipeline.present.page import Page
from pipeline.present.performance.contract_service_children import show_tiers

MINIMUM = 10


def with_standards(page: Page, *found: Met) -> Page:
    day = dt.date(2010, 3, 31)
    standards = tuple(
        Standard("S01", f"Standard {place}", met, None, None if met == "not_checked" else day, None)
        for place, met in enumerate(found)
    )
    return with_facts(page, standards=standards)


def test_a_service_of_few_children_without_scores_says_so_in_its_tiers() -> None:
    said = words(show_tiers(make_page(6), MINIMUM))
    assert "Contract partly met No standards recorded. Returns: 0 missing, 0 late, of 0." in said
    assert (
        "Service too few to say Getting better: none. Getting worse: none. No clear change in 0 of 1 measures"
        in said
    )
    assert "Children too few to say too few to say (descriptive)" in said
    assert " 6 " not in said


@pytest.mark.parametrize(
    ("found", "word", "rests"),
    [
        (("yes", "yes"), "met", "2 of 2 standards met."),
        (("yes", "no"), "not met", "1 of 2 standards met."),
        (("not_checked", "not_checked"), "not checked", "None of 2 standards has been checked yet."),
    ],
)
def test_the_contract_s_word_stands_with_its_standards(found: tuple[Met, ...], word: str, rests: str) -> None:
    assert f"Contract {word} {rests}" in words(show_tiers(with_standards(make_page(120), *found), MINIMUM))


def test_a_tier_does_not_make_up_for_another() -> None:
    page = with_standards(make_page(120, scores=make_scores(30, 3)), "no")
    (tiers,) = list_tiers(page, MINIMUM)
    assert (tiers.contract.word, tiers.measures, tiers.children) == ("not met", "too few to say", "better")
    assert "no score adds them up" in words(show_tiers(page, MINIMUM))


def test_over_all_services_each_has_a_row_with_its_own_measures() -> None:
    page = make_page(200, scores=make_scores(30, 3), groups={"Black": (10, 30)})
    other = replace(SERVICE, service_id="S02", name="Mentoring")
    own, more = make_measures({"Black": (10, 30)}), make_measures({"White": (20, 40)})
    told = with_facts(page, service=None, services=(SERVICE, other))
    every = with_tables(told, measures=pd.concat([own, more.assign(service_id="S02")]))
    said = words(show_tiers(every, MINIMUM))
    assert "S01 Young carers not checked more than commissioned too few to say better" in said
    assert "S02 Mentoring partly met fewer than commissioned too few to say too few to say" in said
