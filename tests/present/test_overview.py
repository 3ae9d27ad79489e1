"""The overview says what the pages have published: what to decide first, and every service by need of a decision."""

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from facts import MEASURE
from small_slice import DATASET, SCALE, SERVICE, TARGET

from pipeline.analysis.finding_columns import SCHEMAS, Row, as_frame
from pipeline.analysis.group_counts import FEW
from pipeline.analysis.impact.change import ALL_GROUPS
from pipeline.contract.context import Context
from pipeline.contract.services import Standard
from pipeline.present.decide.overview import open_overview, show_overview
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.frames import Published, headline_metrics
from pipeline.protect.rounding import Disclosure

PLAY = replace(SERVICE, service_id="S02", name="Play", annual_value=15_000.0)
EVERYWHERE = replace(TARGET, target_id="T2", service_id=None)
CERTIFICATES = Standard(
    "S02", "Safeguarding", "no", "Visit: certificates had run out", dt.date(2011, 1, 9), dt.date(2011, 4, 8)
)
CONTEXT = Context(
    DATASET, None, (SERVICE, PLAY), (MEASURE,), (SCALE,), (TARGET, EVERYWHERE), (), standards=(CERTIFICATES,)
)
DOOR = Door(Disclosure(7, 5), None, "quality/")
MISSED = {"target_id": "T1", "service_id": "S01", "version": 1, "ethnic_group": "Black", "due": "2011-03-31"}
MISSED |= {"measure": "Completed", "verdict": "not met"}
COUNTS = {name: 0 for name, kind in SCHEMAS["contracts"].items() if kind == "int64"}
Rows = Sequence[Row]


def contract(service_id: str, children: str) -> Row:
    return {
        "service_id": service_id,
        **COUNTS,
        "contract": "met",
        "volume": "not agreed",
        "children": children,
    }


def reached(children: int) -> list[Row]:
    return [{"ethnic_group": ALL_GROUPS, "children": children, "commissioned": 150}]


def published(contracts: Rows = (), targets: Rows = (), outcomes: Rows = (), kpis: Rows = ()) -> Published:
    rows: dict[tuple[str, str], Rows] = {
        ("services/index", "contracts"): contracts,
        ("services/index", "outcomes"): outcomes,
        ("services/index", "kpis"): kpis,
        ("services/index", "reach"): reached(360),
        ("services/S01", "reach"): reached(250),
        **{(f"services/S{number:02}", "reach"): reached(120) for number in range(2, 16)},
        ("equality/index", "targets"): targets,
    }
    return Published(lambda page, name: as_frame(rows.get((page, name), ()), name))


def show(shown: Published, **said: object) -> str:
    return plain(show_overview(open_overview(CONTEXT, shown), DOOR, **said))  # type: ignore[arg-type]


def plain(page: str) -> str:
    """A page without what its sentences know of their tables."""
    return html.unescape(re.sub(r"<span data-of=[^>]+>(.*?)</span>", r"\1", page))


BOTH = [contract("S01", "better"), contract("S02", "no clear change")]


def test_the_first_line_says_the_place_the_period_the_children_the_services_and_the_money() -> None:
    first = show(published()).splitlines()[0]
    assert (
        "A small borough, April 2009 to March 2011. About 360 children in 2 services. £100,000 a year"
        in first
    )


def test_decisions_come_first_each_with_what_was_found_what_to_do_and_by_when() -> None:
    lines = [
        line for line in show(published(targets=[MISSED])).splitlines() if line[:2] in ("1.", "2.", "3.")
    ]
    assert len(lines) == 2
    assert (
        "[S02 Play](services/S02.ipynb): safeguarding.** Not met. Visit: certificates had run out."
        in lines[0]
    )
    assert "by 8 April 2011" in lines[0]
    assert (
        "[S01 Young carers](services/S01.ipynb): race equality.** Race-equality target T1 not met" in lines[1]
    )
    assert "Parents' forum" in lines[1]


def test_at_most_three_decisions_come_first_and_none_of_all_services_is_lost() -> None:
    everywhere = [{**MISSED, "target_id": name, "service_id": ""} for name in ("T2", "T2", "T2")]
    context = replace(
        CONTEXT,
        targets=(TARGET, *(replace(EVERYWHERE, target_id=f"T{number}") for number in range(2, 6))),
    )
    missed = [MISSED, *({**row, "target_id": f"T{number}"} for number, row in enumerate(everywhere, 2))]
    said = plain(show_overview(open_overview(context, published(targets=missed)), DOOR))
    assert "3. " in said
    assert "4. " not in said.partition("##")[0]
    assert "- [T4 Completed](equality/index.ipynb#T4): not met, for Black children." in said


def test_the_whole_is_one_line() -> None:
    several = [{**MISSED, "verdict": word} for word in ("not met", "off track", "met", "too few to say")]
    said = show(published(BOTH, several))
    assert "In 1 of 2 services children's scores got better." in said
    assert "2 of 4 race-equality targets missed or off track; 1 have no verdict yet." in said


def test_what_goes_well_and_what_cannot_be_told_stand_by_themselves() -> None:
    both = [
        {**MISSED, "verdict": "met"},
        {**MISSED, "target_id": "T2", "service_id": "", "verdict": "too few to say", "reason": "few"},
    ]
    well, _, still = (
        show(published(targets=both))
        .partition("## What goes well")[2]
        .partition("## What we cannot tell yet")
    )
    assert "T1 met for Black children" in well
    assert (
        "[T2 Completed](equality/index.ipynb#T2): too few to say, for Black children; "
        "too few come, so judge it over more services; ask Parents' forum."
    ) in still


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (4, "about 4 more months would tell"),
        (120, "about 120 more months would tell"),
        (121, "it would take more than ten years"),
        (None, "more months alone will not tell"),
    ],
)
def test_what_cannot_be_told_says_what_it_would_take(months: int | None, said: str) -> None:
    row = {**MISSED, "verdict": "cannot tell yet", "reason": "across", "more_months": months}
    still = show(published(targets=[row])).partition("## What we cannot tell yet")[2]
    assert f"T1 (cannot tell yet) for Black children; {said}" in still


def test_services_stand_in_the_order_of_need_with_the_money_beside_what_it_changed() -> None:
    table = show(published(BOTH)).partition("## Every service")[2]
    assert table.index("S02 Play") < table.index("S01 Young carers")
    row = next(each for each in table.split("<tr>") if "S02 Play" in each)
    for cell in ("no clear change", "no target", "none yet", ">120<", ">250<"):
        assert cell in row


SCORED = {"service_id": "S01", "verdict": "better", "size": 60, "confidence_level": 0.95, "method": "t"}


def test_a_service_shows_the_size_of_its_change_and_the_evidence_it_rests_on_and_its_worst_target() -> None:
    figures = {"standardised": 0.41, "standardised_lower": 0.28, "standardised_upper": 0.55}
    outcomes = [
        {**SCORED, "outcome": MEASURE.measure_id, "claim_level": 5},
        {**SCORED, "outcome": SCALE.scale, "claim_level": 2, **figures},
    ]
    targets = [{**MISSED, "verdict": "met"}, MISSED]
    table = show(published(BOTH, targets, outcomes)).partition("## Every service")[2]
    row = next(each for each in table.split("<tr>") if "S01 Young carers" in each)
    assert "+0.4 (+0.3 to +0.6)" in row
    assert '<span class="evidence evidence-2">2 of 5</span>' in row
    assert ">not met<" in row


def test_decisions_on_further_services_are_folded_in_their_order() -> None:
    services = tuple(replace(PLAY, service_id=f"S0{number}", name=f"Play {number}") for number in range(2, 7))
    standards = tuple(replace(CERTIFICATES, service_id=each.service_id) for each in services)
    context = replace(CONTEXT, services=services, standards=standards, targets=())
    said = plain(show_overview(open_overview(context, published()), DOOR))
    folded = said.partition("<summary>Also to decide: 2 services</summary>")[2].partition("</details>")[0]
    assert folded.index("S05 Play 5") < folded.index("S06 Play 6")
    assert "certificates had run out" in folded


def test_outcomes_that_were_never_reviewed_and_what_is_provisional_are_said() -> None:
    said = show(published(), provisional="Provisional.", unreviewed={"Harbour & Co": "no review"})
    assert "- [Harbour & Co](quality.qmd): no review." in said
    assert "Provisional. See which returns we have" in said
    assert "quality.qmd" not in show(published())


def test_metrics_count_services_by_one_word_each_and_targets_by_verdict() -> None:
    metrics = headline_metrics(
        published([contract("S01", "mixed"), contract("S02", "too few to say")], [MISSED, MISSED])
    )
    assert metrics["services"] == {"mixed": 1, "too_few_to_say": 1}
    assert metrics["targets"] == {"not_met": 2}


def test_metrics_hold_published_levels_in_their_unit_and_symbols_where_there_is_none() -> None:
    some = {"version": 1, "periods": 0}
    kpis = [
        {"measure_id": "completed", "estimate": 0.86, "unit": "proportion", **some},
        {"measure_id": "plans", "estimate": 4.81, "unit": "events per 100 person-years", **some},
        {"measure_id": "ended", "method": FEW.reason, **some},
    ]
    found = headline_metrics(published(kpis=kpis))["measures"]
    assert found == {"completed v1": 86.0, "plans v1": 4.81, "ended v1": "[c]"}


def test_of_much_that_goes_well_the_first_stand_in_view_and_the_rest_are_folded() -> None:
    met = [
        {**MISSED, "target_id": f"T{number}", "service_id": "", "verdict": "met"} for number in range(2, 9)
    ]
    targets = tuple(replace(EVERYWHERE, target_id=f"T{number}") for number in range(2, 9))
    context = replace(CONTEXT, targets=targets)
    said = plain(show_overview(open_overview(context, published(targets=met)), DOOR))
    in_view, _, folded = said.partition("## What goes well")[2].partition("Also going well: 4")
    assert in_view.count(": met, for") == 3
    assert folded.partition("</details>")[0].count(": met, for") == 4


def test_of_many_services_nine_stand_in_view_by_need_of_a_decision() -> None:
    services = tuple(replace(SERVICE, service_id=f"S{number:02}") for number in range(1, 16))
    context = replace(CONTEXT, services=services, standards=(), targets=())
    rows = [contract(each.service_id, "better") for each in services]
    said = plain(show_overview(open_overview(context, published(rows)), DOOR))
    in_view, _, folded = said.partition("## Every service")[2].partition("6 other services")
    assert (in_view.count("<tr"), folded.count("<tr")) == (1 + 9, 1 + 6)
