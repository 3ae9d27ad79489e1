"""The data-quality page: the answer first, and what each shortfall does to the findings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from small_slice import DATASET, SERVICE, words

from pipeline.analysis.finding_columns import Row, as_frame
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.frames import SCHEMAS
from pipeline.present.published import Published
from pipeline.present.quality.columns import unreviewed_words
from pipeline.present.quality.completeness import change_words
from pipeline.present.quality.data import QualityData
from pipeline.present.quality.quality_page import show_quality
from pipeline.present.quality.returns import provisional_words
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Sum
from pipeline.stats.results import Counts

DOOR = Door(Disclosure(7, 5), None, "quality")
FIRST_YEAR = ("2009-q2", "2009-q3", "2009-q4", "2010-q1")
IN = {
    "provider": "harbour",
    "status": "received",
    "version": 1,
    "received": "",
    "revised": "",
    "due": "",
    "late": "",
}


def sent(period: str, **told: Any) -> dict[str, Any]:
    """A line of received.csv."""
    return {**IN, "remarks": "", "period": period, **told}


def rule(name: str, title: str, severity: str, checked: int, failed: int) -> dict[str, Any]:
    place = {"table": "episodes", "provider": "harbour", "period": "2009-q2"}
    return {"rule": name, "title": title, "severity": severity, "checked": checked, "failed": failed, **place}


def _known(episodes: int, *periods: str) -> list[dict[str, Any]]:
    """Lines of completeness.csv: so many of 200 episodes with a known ethnic group, in each of the periods."""
    line = {"service_id": "S01", "characteristic": "ethnicity"}
    states = {"known": episodes, "refused": 200 - episodes}
    return [
        {**line, "period": period, "state": state, "episodes": number}
        for period in periods
        for state, number in states.items()
    ]


def quality(lines: int = 103, known: int = 95) -> QualityData:
    fates = {"lines": lines, "accepted": 98, "superseded": 0, "set_aside": 5, "out_of_scope": 0}
    states = {"known": known, "not_stated": 0, "refused": 0, "not_yet_asked": 0, "missing": 100 - known}
    return QualityData(
        dataset=DATASET,
        services=[SERVICE],
        returns=[{"provider": "harbour", "period": "2009-q2", "table": "episodes", **fates}],
        rules=[
            rule("cell.date", "Dates are dates", "set aside", 60, 3),
            rule("cell.date", "Dates are dates", "set aside", 43, 2),
            rule("cell.code", "Codes are known", "set aside", 103, 0),
            rule("episode.one_sex", "A child has one sex", "warn", 98, 11),
        ],
        ethnicity=[{"service_id": "S01", **states, "total": 100, "reached": str(known >= 90)}],
        provider_names={"harbour": "Harbour Youth"},
        minimum_known=0.9,
        maximum_unknown=0.3,
        completeness=_known(160, *FIRST_YEAR) + _known(190, "2010-q2"),
        received=[sent("2009-q2"), sent("2009-q3", status="missing", version=0, due="2009-10-30")],
        files=[{"provider": "harbour", "period": "2009-q2", "normalised": 31}],
    )  # fmt: skip


def said(data: QualityData, rule: Disclosure = DOOR.rule) -> str:
    return words(show_quality(replace(DOOR, rule=rule), data))


def published(findings: Mapping[str, Sequence[Row]]) -> Published:
    """Findings of other pages, by page and name."""

    def finding(page: str, name: str) -> pd.DataFrame:
        return as_frame(findings.get(f"{page}/{name}", ()), SCHEMAS[name])

    return Published(finding)


def test_rows_set_aside_are_told_as_they_are_and_lines_rounded() -> None:
    page = said(quality())
    assert re.search(r"Of about (100|105) lines that were sent, 5 could not be used\.", page)
    assert re.search(r"Dates are dates episodes (100|105) 5 ", page)
    assert "Codes are known" not in page


def test_lines_out_of_scope_are_not_said_to_be_used() -> None:
    (line,) = quality().returns
    beside = {**line, "lines": 203, "out_of_scope": 100}
    assert line["out_of_scope"] == 0
    assert re.search(
        r"Of about (200|205) lines that were sent, 100 are out of this report's scope; of the others, "
        r"5 could not be used\.",
        said(replace(quality(), returns=[beside])),
    )


def test_rows_are_told_by_provider_and_by_period_with_warnings_and_what_was_tidied() -> None:
    page = said(quality())
    assert re.search(r"Harbour Youth (100|105) (95|100) 5 0 11 31 ", page)
    assert re.search(r"2009-q2 (100|105) (95|100) 5 0 11 31 ", page)


def test_warnings_stand_apart_from_what_was_not_used_and_are_told_as_they_are() -> None:
    unused, _, odd = said(quality()).partition("What was odd, but accepted")
    assert "A child has one sex" not in unused
    assert re.search(r"A child has one sex episodes (95|100) 11 ", odd)
    assert "Dates are dates" not in odd


@pytest.mark.parametrize(("known", "verdict"), [(90, "met"), (85, "not met")])
def test_completeness_stands_with_whether_the_minimum_is_reached(known: int, verdict: str) -> None:
    assert f"S01 {SERVICE.name} {verdict} {known}%" in said(quality(known=known))


def test_a_page_whose_lines_do_not_add_up_is_not_made() -> None:
    with pytest.raises(ValueError, match="not the sum of accepted, set aside and out of scope"):
        show_quality(DOOR, quality(lines=104))


def test_the_first_words_say_how_many_returns_are_in() -> None:
    assert said(quality()).startswith("1 of 2 returns are in: 1 missing.")


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
    assert f"Harbour Youth 2009-q3 {story}" in said(replace(quality(), received=[line]), EXACT)


@pytest.mark.parametrize("late", ["yes", ""])
def test_the_public_is_not_told_which_return_was_sent_again(late: str) -> None:
    again = sent("2009-q3", status="revised", version=2, revised="2009-12-01", late=late, due="2009-10-30")
    first = {**again, "status": "late" if late else "received", "version": 1, "revised": ""}
    told = [said(replace(quality(), received=[line | {"received": "2009-11-01"}])) for line in (again, first)]
    assert told[0] == told[1]


def test_returns_that_are_all_in_are_said_to_be() -> None:
    page = said(replace(quality(), received=[sent("2009-q2")]))
    assert page.startswith("1 of 1 returns are in.")
    assert "Every return came as expected." in page
    assert "provisional for" not in page


def test_figures_of_a_period_without_all_returns_are_provisional() -> None:
    missing = [sent("2009-q3", status="missing"), sent("2009-q3", status="missing", provider="umoja")]
    data = replace(quality(), received=[*missing, sent("2009-q4", status="missing")])
    assert provisional_words(data) == (
        "Figures are provisional for 2009-q3 (2 returns missing) and 2009-q4 (1 return missing)."
    )
    assert provisional_words(replace(data, received=[sent("2009-q2")])) == ""


def correction(name: str, state: str, remark: str = "") -> dict[str, Any]:
    place = {"provider": "harbour", "period": "2009-q2", "table": "episodes", "column": "age"}
    return {
        "correction": name,
        "state": state,
        "remark": remark,
        "why": "They said so.",
        "until": "2009-12-31",
        **place,
    }


def test_a_correction_that_expired_stands_in_the_first_words() -> None:
    gone = "the return no longer has the value that it was to correct"
    data = replace(quality(), corrections=[correction("K1", "applied"), correction("K2", "expired", gone)])
    first, _, rest = said(data, EXACT).partition("What this does to the findings")
    assert "Correction K2 is not applied any more" in first
    why = "Harbour Youth age in the episodes of 2009-q2 31 December 2009"
    assert f"K1 applied {why}" in rest
    assert f"K2 expired {why}; not applied: {gone}" in rest
    assert "They said so" not in rest


def test_the_public_is_told_how_many_values_are_corrected_and_not_whose() -> None:
    page = said(replace(quality(), corrections=[correction("K1", "applied"), correction("K3", "applied")]))
    assert "2 values that providers had wrong are corrected." in page
    assert "age in the episodes" not in page


def test_without_corrections_there_is_no_section_of_them() -> None:
    assert "What the commissioner corrected" not in said(quality())


def test_each_characteristic_has_its_share_by_year_its_change_and_the_minimum() -> None:
    assert "Ethnic group 80% 95% up 15 points met" in said(quality())


def test_returns_of_another_census_are_named_with_what_that_means() -> None:
    told = {"ethnic_classification": "ons_2001", "ethnic_remark": "Arab was not a choice"}
    rows = [sent(period, **told) for period in ("2009-q2", "2009-q3")]
    page = said(replace(quality(), received=[*rows, sent("2009-q4")]))
    assert "Harbour Youth 2009-q2 and 2009-q3 Census 2001 Arab was not a choice" in page
    assert "coded by another census" not in said(quality())


def test_a_characteristic_that_no_return_holds_is_not_collected_and_not_missing() -> None:
    line = {"service_id": "S01", "period": "2009-q2", "episodes": 200}
    blank = {**line, "characteristic": "religion", "state": "missing"}
    asked = {**line, "characteristic": "need", "state": "known"}
    page = said(replace(quality(), completeness=[*quality().completeness, blank, asked]))
    assert "Level of need 100%" in page
    assert "Religion 0%" not in page
    (words_,) = [line for line in page.split(". ") if "Not collected, in any return:" in line]
    assert "Religion" in words_
    assert "Level of need" not in words_.partition("Not collected")[2]


def test_ethnicity_that_no_return_holds_is_missing() -> None:
    line = {"service_id": "S01", "characteristic": "ethnicity", "period": "2009-q2"}
    page = said(replace(quality(), completeness=[{**line, "state": "missing", "episodes": 200}]))
    assert "Ethnic group 0%" in page


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (Counts(400, 500), Counts(450, 500), "up 10 points"),
        (Counts(450, 500), Counts(400, 500), "down 10 points"),
        (Counts(400, 500), Counts(405, 500), "steady"),
        (Counts(16, 20), Counts(20, 20), "steady"),
        (Counts(5, 7), Counts(450, 500), "too few to say"),
    ],
    ids=["up", "down", "steady", "no more than rounding could do", "hidden"],
)
def test_a_change_is_told_from_rounded_counts(first: Counts, last: Counts, expected: str) -> None:
    sums = (Sum(counts.events, counts.total) for counts in (first, last))
    assert change_words(DOOR, *sums) == expected


JOURNEY: list[Row] = [
    {"step": "referred", "episodes": 100},
    {"step": "review", "episodes": 40, "estimate": 0.412},
]
UNKNOWN: list[Row] = [
    {"measure": "Outcomes achieved", "estimate": 0.314},
    {"measure": "Completed", "estimate": 0.12},
    {"measure": "Took part"},
]


def test_what_a_shortfall_does_is_told_from_what_other_pages_have_published() -> None:
    tables = {"services/S01/journey": JOURNEY, "equality/S01/unknown": UNKNOWN}
    service = replace(SERVICE, provider_id="harbour")
    page = show_quality(DOOR, replace(quality(), services=[service], published=published(tables)))
    effects = words(page).partition("What this does to the findings")[2].partition("Which returns are in")[0]
    assert "gaps cannot be told for 1 measure, as ethnicity is unknown for up to 31%" in effects
    assert "its change rests on 41% of its episodes" in effects
    assert "provisional for 2009-q3, as the return is missing" in effects
    assert "cannot be told for: Outcomes achieved (unknown for 31%)" in effects
    assert "(equality/S01.ipynb)" in page


def test_where_nothing_is_short_the_findings_stand() -> None:
    page = said(replace(quality(), received=[sent("2009-q2")]))
    assert "Nothing that is missing keeps a finding from being told." in page
    assert "nothing to work it out from" in page


def _remark(rule: str, provider: str, period: str) -> dict[str, str]:
    place = {"provider": provider, "period": period, "table": "outcomes"}
    return {"rule": rule, "message": "no row has a review date", **place}


@pytest.mark.parametrize(
    ("remarks", "said"),
    [
        ([], {}),
        ([("column.near", "harbour", "2009-q2")], {}),
        ([("column.no_review", "harbour", "2009-q2")], {"Harbour Youth": "2009-q2"}),
        ([("column.no_review", "harbour", "2009-q2")] * 2, {"Harbour Youth": "2009-q2"}),
        (
            [("column.no_review", "harbour", period) for period in FIRST_YEAR],
            {"Harbour Youth": "2009-q2 to 2010-q1 (4 returns)"},
        ),
        (
            [("column.no_review", "umoja", "2009-q3"), ("column.no_review", "", "2009-q2")],
            {"a folder of no provider": "2009-q3", "all providers in one file": "2009-q2"},
        ),
    ],
)
def test_the_overview_is_told_whose_outcomes_have_no_review_date(
    remarks: list[tuple[str, str, str]], said: Mapping[str, str]
) -> None:
    found = unreviewed_words(replace(quality(), columns=[_remark(*each) for each in remarks]))
    assert list(found) == list(said)
    assert [
        words.startswith(f"the outcomes sent for {said[name]} have no review date")
        for name, words in found.items()
    ] == [True] * len(said)


def test_which_way_rows_are_rounded_cannot_be_told_without_the_dataset_s_key() -> None:
    pages = {show_quality(DOOR, replace(quality(), key=bytes([number]) * 32)) for number in range(8)}
    assert len(pages) > 1
    assert show_quality(DOOR, replace(quality(), key=b"a")) == show_quality(
        DOOR, replace(quality(), key=b"a")
    )
