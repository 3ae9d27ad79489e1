"""The section on other services: words, table and chart from rounded counts."""

from dataclasses import replace

import pandas as pd
from small_slice import SERVICE, make_page, words

from pipeline.analysis.performance.expected_from_case_mix import list_peers
from pipeline.analysis.performance.providers import comparisons
from pipeline.present.disclosure.table import MOST_ROWS
from pipeline.present.page import Page
from pipeline.present.performance.providers import funnel_table, show_comparison

COUNTS = [(60, 100), (55, 95), (90, 150), (40, 70), (66, 105), (35, 60), (120, 200), (70, 115), (5, 12)]


def page_with(counts: list[tuple[int, int]], *, over_all: bool) -> Page:
    cells = pd.DataFrame(counts, columns=["events", "total"]).assign(
        measure_id="completed", events_key=0, size_key=0
    )
    cells["service_id"] = [f"S{n + 1:02d}" for n in range(len(counts))]
    page = make_page()
    names = ("measure_id", "version", "service_id", "events", "child_years", "events_key", "size_key")
    rates = pd.DataFrame({name: [] for name in names})
    peers = list_peers(cells, rates, page.slice.context.measures, [])
    services = tuple(
        replace(SERVICE, service_id=name, name=f"Service {name}") for name in cells["service_id"]
    )
    context = replace(page.slice.context, services=services, service=None if over_all else services[0])
    both = pd.concat([peers.assign(kind="service"), peers.assign(kind="area", peer="Ward " + peers["peer"])])
    return replace(page, slice=replace(page.slice, context=context, peers=both))


def test_equal_services_are_not_told_apart_over_all() -> None:
    shown = show_comparison(page_with(COUNTS, over_all=True), "completed", 13)
    assert "On no measure that can be compared (of 1) can any service be told from the others" in words(shown)
    assert "differ no more than chance would make them" in words(shown)
    assert shown.count("data:image/svg+xml") == 2
    assert "8 services, none outside the outer limits" in words(shown)
    assert "On no measure that can be compared (of 1) can any area be told from the others." in words(shown)
    assert "8 areas, none outside the outer limits" in words(shown)


def test_a_service_that_stands_apart_is_named_with_its_side() -> None:
    page = page_with([*COUNTS, (20, 120)], over_all=True)
    shown = words(show_comparison(page, "completed", 13))
    assert "Of all measures that can be compared (1), these stand apart from the others:" in shown
    assert "Completed: S10 Service S10 (below)." in shown
    assert "outside the outer limits: S10 Service S10" in shown
    assert "these areas stand apart from the others: Completed: Ward S10 (below)." in shown
    assert "10 areas" not in shown, "the area of few is not placed"
    assert "9 areas, outside the outer limits: Ward S10" in shown


def test_no_exact_count_is_shown_and_few_are_not_placed() -> None:
    page = page_with(COUNTS, over_all=True)
    table = funnel_table(page, comparisons(page, 13)[0])
    totals = [int(total) for total in table.values("total")]
    assert all(total % 5 == 0 for total in totals)
    assert all(abs(shown - total) < 2 * 5 for shown, (_, total) in zip(totals, COUNTS, strict=True))
    assert table.values("adjusted")[-1] == "[x]"
    assert table.values("places")[-1] == "cannot tell yet"
    assert all(isinstance(value, float) for value in table.values("adjusted")[:-1])


def test_a_services_own_page_shows_its_own_place_only() -> None:
    shown = words(show_comparison(page_with(COUNTS, over_all=False), "completed", 13))
    assert "On no measure compared (of 1) can this service be told from the others." in shown
    assert "S02" not in shown
    low = page_with([(20, 120), *COUNTS], over_all=False)
    assert "Below what the others would lead one to expect: Completed." in words(
        show_comparison(low, "completed", 13)
    )


def test_without_others_the_section_says_so() -> None:
    assert words(show_comparison(make_page(), "completed", 13)) == (
        "Too few services have enough children to compare."
    )
    alone = show_comparison(page_with([(60, 100)], over_all=False), "completed", 13)
    assert "Too few children here to compare this service with the others." in words(alone)


def test_of_many_services_only_the_main_measure_has_a_table_and_a_picture() -> None:
    page = page_with([*[(60, 100)] * MOST_ROWS, (20, 120)], over_all=True)
    services = page.slice.peers
    assert services is not None
    services = services[services["kind"] == "service"]
    (measure,) = page.slice.context.measures
    other = replace(measure, measure_id="other", title="Another")
    context = replace(page.slice.context, measures=(measure, other))
    both = pd.concat([services, services.assign(measure_id="other")])
    shown = show_comparison(
        replace(page, slice=replace(page.slice, context=context, peers=both)), "completed", 13
    )
    assert (shown.count("<table"), shown.count("data:image/svg+xml")) == (1, 1)
    assert "Another: S61 Service S61 (below)" in words(shown)
    assert shown.count('class="downloads"') == 2
