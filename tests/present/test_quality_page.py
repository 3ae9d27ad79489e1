"""The data-quality page: the answer first, and what each shortfall does to the findings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from sent_quality import DOOR, FIRST_YEAR, quality, sent
from small_slice import SERVICE, words

from pipeline.analysis.finding_columns import Row, as_frame
from pipeline.present.disclosure.frames import Published
from pipeline.present.quality.completeness import (
    ETHNICITY_STATES,
    change_words,
    completeness_table,
    ethnicity_table,
)
from pipeline.present.quality.data import QualityData
from pipeline.present.quality.quality_page import show_quality
from pipeline.present.quality.returns import provisional_words
from pipeline.present.quality.rows import unreviewed_words
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Tally


def said(data: QualityData, rule: Disclosure = DOOR.rule) -> str:
    return words(show_quality(replace(data, door=replace(DOOR, rule=rule))))


def published(findings: Mapping[str, Sequence[Row]]) -> Published:
    """Findings of other pages, by page and name."""

    def finding(page: str, name: str) -> pd.DataFrame:
        return as_frame(findings.get(f"{page}/{name}", ()), name)

    return Published(finding)


def test_rows_set_aside_are_told_as_they_are_and_lines_rounded() -> None:
    page = said(quality())
    assert re.search(r"Of about (100|105) lines that were sent, 5 could not be used\.", page)


def test_lines_out_of_scope_are_not_said_to_be_used() -> None:
    (line,) = quality().returns
    beside = {**line, "lines": 203, "out_of_scope": 100}
    assert line["out_of_scope"] == 0
    assert re.search(
        r"Of about (200|205) lines that were sent, 100 are out of this report's scope; of the others, "
        r"5 could not be used\.",
        said(replace(quality(), returns=[beside])),
    )


@pytest.mark.parametrize(("known", "verdict"), [(90, "met"), (85, "not met")])
def test_completeness_stands_with_whether_the_minimum_is_reached(known: int, verdict: str) -> None:
    assert f"S01 {SERVICE.name} {verdict} {known}%" in said(quality(known=known))


def test_each_table_says_whose_rows_it_counts() -> None:
    captions = re.findall(
        r"<caption>.*?[.?] (.*?), Apr–Jun 2009 to Jul–Sep 2009\.</caption>", show_quality(quality())
    )
    assert captions == [
        "Episodes of each service",
        "Episodes as they stood in each return",
        "Episodes by their latest return",
        "Episodes as they stood in each return",
    ]


def test_a_page_whose_lines_do_not_add_up_is_not_made() -> None:
    with pytest.raises(ValueError, match="not the sum of accepted, set aside and out of scope"):
        show_quality(quality(lines=104))


def test_the_first_words_say_how_many_returns_are_in() -> None:
    assert said(quality()).startswith("1 of 2 returns are in: 1 missing.")


def test_returns_that_are_all_in_are_said_to_be() -> None:
    page = said(replace(quality(), received=[sent("2009-q2")]))
    assert page.startswith("1 of 1 returns are in.")
    assert "no figure is provisional" in page
    assert "Figures are provisional for" not in page


def test_figures_of_a_period_without_all_returns_are_provisional() -> None:
    missing = [sent("2009-q3", status="missing"), sent("2009-q3", status="missing", provider="umoja")]
    data = replace(quality(), received=[*missing, sent("2009-q4", status="missing")])
    assert provisional_words(data) == (
        "Figures are provisional for Jul–Sep 2009 (2 returns missing) and Oct–Dec 2009 (1 return missing)."
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


@pytest.mark.parametrize("rule", [DOOR.rule, EXACT])
def test_a_correction_that_expired_is_told_among_the_corrections(rule: Disclosure) -> None:
    gone = "the return no longer has the value that it was to correct"
    data = replace(quality(), corrections=[correction("K1", "applied"), correction("K2", "expired", gone)])
    first, _, rest = said(data, rule).partition("What the commissioner corrected")
    assert "Correction K2" not in first
    assert "Correction K2 is not applied any more" in rest
    assert "They said so" not in rest
    if rule.exact:
        why = "Harbour Youth age in the episodes of 2009-q2 31 December 2009"
        assert f"K1 applied {why}" in rest
        assert f"K2 expired {why}; not applied: {gone}" in rest


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
    assert "Harbour Youth Apr–Jun 2009 and Jul–Sep 2009 Census 2001 Arab was not a choice" in page
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
        ((400, 500), (450, 500), "up 10 points"),
        ((450, 500), (400, 500), "down 10 points"),
        ((400, 500), (405, 500), "steady"),
        ((15, 20), (20, 20), "steady"),
        ((5, 5), (450, 500), "too few to say"),
    ],
    ids=["up", "down", "steady", "no more than rounding could do", "hidden"],
)
def test_a_change_is_told_from_rounded_counts(
    first: tuple[int, int], last: tuple[int, int], expected: str
) -> None:
    one, other = (Tally(known, of, 0.0, rule=DOOR.rule) for known, of in (first, last))
    assert change_words(DOOR.rule, one, other) == expected


def test_all_characteristics_of_a_year_are_out_of_one_shown_number_of_episodes() -> None:
    """Rounded again for each of them, a number of episodes would be told by so many roundings."""
    names = ("sex", "religion", "disability", "area", "need")
    lines = [
        {
            "service_id": "S01",
            "characteristic": name,
            "period": "2009-q2",
            "state": state,
            "episodes": episodes,
        }
        for unknown, name in enumerate(names, start=2)
        for state, episodes in {"known": 13 - unknown, "missing": unknown}.items()
    ]
    totals = set()
    for key in range(12):
        data = replace(quality(), completeness=lines, key=bytes([key]) * 32)
        shares = [float(each) for each in completeness_table(data).values("known_1") if each != "[x]"]
        assert len(shares) == len(names)
        parts = {total: [total * each / 500 for each in shares] for total in (10, 15)}
        fitting = [of for of, each in parts.items() if all(abs(part - round(part)) < 0.01 for part in each)]
        assert fitting
        totals.add(fitting[0])
    assert len(totals) == 2


def test_ways_of_not_knowing_ethnicity_and_those_known_are_out_of_their_sum() -> None:
    table = ethnicity_table(quality(known=93))
    (whole,) = table.values("episodes")
    shares = [float(table.values(state)[0]) for state in ETHNICITY_STATES]
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert all(
        abs(each * float(whole) / 100 / 5 - round(each * float(whole) / 100 / 5)) < 0.02 for each in shares
    )


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
    page = show_quality(replace(quality(), services=[service], published=published(tables)))
    effects = words(page).partition("What this does to the findings")[2].partition("How complete are")[0]
    assert (
        "we cannot tell yet whether there is a gap in 1 measure, as ethnicity is unknown for up to 31%"
        in effects
    )
    assert "only 41% of its episodes have both scores" in effects
    assert "provisional for Jul–Sep 2009, as the return is missing" in effects
    assert "cannot tell yet for: Outcomes achieved (unknown for 31%)" in effects
    assert "(equality/S01.ipynb)" in page


def test_of_many_services_with_a_shortfall_twelve_stand_in_view() -> None:
    services = [
        replace(SERVICE, service_id=f"S{number:02}", provider_id="harbour") for number in range(1, 21)
    ]
    page = show_quality(replace(quality(), services=services))
    in_view, _, folded = page.partition("<summary>8 other services</summary>")
    lines = [part.count("as the return is missing") for part in (in_view, folded.partition("</details>")[0])]
    assert lines == [12, 8]


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
