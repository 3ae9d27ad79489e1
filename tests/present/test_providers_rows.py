"""The page for providers: their returns, and what could not be used, with the reason and the fix."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sent_quality import DOOR, quality, sent
from small_slice import words

from pipeline.contract.rules import BY_NAME
from pipeline.present.quality.data import QualityData
from pipeline.present.quality.quality_page import show_provider_details, show_providers, show_quality
from pipeline.protect.rounding import EXACT, Disclosure


def said(data: QualityData, rule: Disclosure = DOOR.rule) -> str:
    """The generated parts of the page, one after the other."""
    told = replace(data, door=replace(DOOR, rule=rule))
    return f"{words(show_providers(told))} {words(show_provider_details(told))}"


def test_rows_set_aside_are_counted_as_they_are_with_what_was_found_and_how_to_fix_it() -> None:
    page = said(quality())
    rule = BY_NAME["cell.date"]
    found = f"{rule.message[0].upper()}{rule.message[1:]} {rule.fix[0].upper()}{rule.fix[1:]}"
    assert re.search(rf"{rule.title} episodes (100|105) 5 {re.escape(found)} ", page)
    assert BY_NAME["cell.code"].title not in page


def test_what_providers_can_fix_stands_on_their_page_alone() -> None:
    other = words(show_quality(quality()))
    assert BY_NAME["cell.date"].title not in other
    assert BY_NAME["episode.one_sex"].title not in other
    assert "for providers" in other


def test_rows_are_told_by_provider_and_by_period_with_warnings_and_what_was_tidied() -> None:
    page = said(quality())
    assert re.search(r"Harbour Youth (100|105) (95|100) 5 0 (10|15) 31 ", page)
    assert re.search(r"2009-q2 (100|105) (95|100) 5 0 (10|15) 31 ", page)


def test_warnings_stand_apart_from_what_was_not_used_and_are_rounded_as_rows_in_use_are() -> None:
    _, _, odd = said(quality()).partition("What was odd, but accepted")
    title = BY_NAME["episode.one_sex"].title
    assert re.search(rf"{title} episodes (95|100) (10|15) ", odd)
    assert BY_NAME["cell.date"].title not in odd


def test_a_year_of_returns_is_one_cell_that_names_what_is_not_plainly_in() -> None:
    data = replace(
        quality(), received=[*quality().received, sent("2009-q4", status="late", late="no"), sent("2010-q1")]
    )
    assert "Harbour Youth 2 of 3; q3 missing; q4 late 1 of 1" in said(data)


STORIES = {
    "missing": (
        sent("2009-q3", status="missing", version=0, due="2009-10-30"),
        "missing was due on 30 October 2009",
    ),
    "nobody said when": (sent("2009-q3", status="missing", version=0), "missing has not come"),
    "empty": (
        sent("2009-q3", status="missing", remarks="the files hold no row"),
        "missing the files hold no row",
    ),
    "late": (
        sent("2009-q3", status="late", late="yes", received="2009-10-31", due="2009-10-30"),
        "late came on 31 October 2009, 1 day late",
    ),
    "revised": (
        sent("2009-q3", status="revised", version=2, revised="2009-12-01"),
        "revised version 2, which came on 1 December 2009, stands in place of the earlier one",
    ),
    "overtaken": (
        sent("2009-q3", status="revised", received="2010-02-01"),
        "revised came on 1 February 2010, after the return for a later period",
    ),
    "nil": (sent("2009-q3", status="nil"), "nil return the provider says that there is nothing to report"),
    "remark": (sent("2009-q3", remarks="version 2 is not here"), "received version 2 is not here"),
}


@pytest.mark.parametrize(("line", "story"), STORIES.values(), ids=STORIES)
def test_what_happened_to_a_return_is_told_in_words(line: dict[str, Any], story: str) -> None:
    assert f"Harbour Youth Jul–Sep 2009 {story}" in said(replace(quality(), received=[line]), EXACT)


@pytest.mark.parametrize("late", ["yes", ""])
def test_the_public_is_not_told_which_return_was_sent_again(late: str) -> None:
    again = sent("2009-q3", status="revised", version=2, revised="2009-12-01", late=late, due="2009-10-30")
    first = {**again, "status": "late" if late else "received", "version": 1, "revised": ""}
    told = [said(replace(quality(), received=[line | {"received": "2009-11-01"}])) for line in (again, first)]
    assert told[0] == told[1]


def test_returns_that_all_came_as_expected_are_said_to() -> None:
    assert "Every return came as expected." in said(replace(quality(), received=[sent("2009-q2")]))


def test_which_way_rows_are_rounded_cannot_be_told_without_the_dataset_s_key() -> None:
    pages = {show_providers(replace(quality(), key=bytes([number]) * 32)) for number in range(8)}
    assert len(pages) > 1
    one, same = (replace(quality(), key=b"a") for _ in range(2))
    assert show_providers(one) == show_providers(same)
