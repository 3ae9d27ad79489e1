"""The overview says what the pages have published, and sends the reader to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from small_slice import DATASET, MEASURE, SCALE, SERVICE, TARGET, words

from pipeline.analysis.finding_columns import Row, as_frame
from pipeline.analysis.group_counts import FEW
from pipeline.contract.context import Context
from pipeline.present.disclosure.frames import SCHEMAS
from pipeline.present.overview import Published, headline_metrics, show_attention, show_overview

CONTEXT = Context(
    DATASET,
    None,
    (SERVICE, replace(SERVICE, service_id="S02", name="Play")),
    (MEASURE,),
    (SCALE, replace(SCALE, scale="conduct", title="Conduct")),
    (TARGET,),
    (),
)
Rows = Sequence[Row]
PARTS = {
    ("services/index", "headline"): "Two services.",
    ("services/index", "services"): '<a href="S01.ipynb">S01</a> <a href="index/services.csv">CSV</a>',
    ("equality/index", "headline"): 'One target. <a href="#top">Top</a>',
    (
        "equality/index",
        "targets",
    ): '<a href="/methods.qmd">How</a> <a href="https://www.example.org/">Why</a>',
}
MISSED = {"target_id": "T1", "measure": "Completed", "version": 1, "verdict": "not met"}


def finding(
    verdict: str, strength: str = "before and after", service_id: str = "S01", outcome: str = "wellbeing"
) -> Row:
    return {
        "service_id": service_id,
        "outcome": outcome,
        "verdict": verdict,
        "strength": strength,
        "claim_level": 2,
    }


def groups(design: str, **verdicts: str) -> list[Row]:
    return [
        {"scale": "wellbeing", "design": design, "ethnic_group": group.replace("_", " "), "verdict": verdict}
        for group, verdict in {"All_children": "better", **verdicts}.items()
    ]


def published(
    *findings: Row, targets: Rows = (), contracts: Rows = (), kpis: Rows = (), changes: Rows = ()
) -> Published:
    rows = {
        ("services/index", "outcomes"): findings,
        ("services/index", "contracts"): contracts,
        ("services/index", "kpis"): kpis,
        ("services/S01", "score_changes"): changes,
        ("equality/index", "targets"): targets,
    }
    return Published(
        lambda page, tag: PARTS[page, tag],
        lambda page, name: as_frame(rows.get((page, name), ()), SCHEMAS[name]),
    )


def attention(*findings: Row, targets: Rows = (), contracts: Rows = (), changes: Rows = ()) -> str:
    shown = published(*findings, targets=targets, contracts=contracts, changes=changes)
    return words(show_attention(CONTEXT, shown))


def contract(children: str = "better", **words_of: str) -> Row:
    counts = dict.fromkeys(("standards", "standards_met", "standards_partly", "standards_not_met"), 0)
    returns = dict.fromkeys(("returns_due", "returns_missing", "returns_late"), 0)
    return {"service_id": "S01", "children": children, **counts, **returns, **words_of}


@pytest.mark.parametrize(
    ("verdict", "said"), [("worse", "scores got worse"), ("no clear change", "no clear change")]
)
def test_a_service_without_improvement_asks_for_a_closer_look(verdict: str, said: str) -> None:
    line = f"- [S01 Young carers](services/S01.ipynb): {said} (evidence: before and after)."
    assert attention(finding(verdict)) == line


@pytest.mark.parametrize("verdict", ["better", "too few to say"])
def test_where_nothing_asks_for_a_closer_look_that_is_said(verdict: str) -> None:
    met = {**MISSED, "verdict": "met"}
    assert attention(finding(verdict), targets=[met]).startswith("No service is without a clear improvement")


@pytest.mark.parametrize(
    ("tiers", "said"),
    [
        (("met", "no clear difference", "better"), ""),
        (("partly met", "not agreed", "no clear change"), ""),
        (("not met", "no clear difference", "better"), "contract not met"),
        (("met", "more", "better"), "reached more children than commissioned"),
        (("met", "fewer", "better"), "reached fewer children than commissioned"),
        (("met", "no clear difference", "worse"), "measures got worse"),
        (("met", "no clear difference", "mixed"), "some measures got better and some worse"),
    ],
)
def test_a_contract_or_measures_that_ask_for_a_closer_look_are_named(
    tiers: tuple[str, str, str], said: str
) -> None:
    row = contract(**dict(zip(("contract", "volume", "measures"), tiers, strict=True)))
    found = attention(finding("better"), contracts=[row])
    expected = f"- [S01 Young carers](services/S01.ipynb): {said}." if said else "No service is without"
    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("claim", "level", "named"), [("worse", 3, True), ("worse", 2, False), ("better", 4, False)]
)
def test_a_measure_that_is_worse_by_more_than_before_and_after_is_named(
    claim: str, level: int, named: bool
) -> None:
    row = {**finding(claim, outcome="completed"), "claim_level": level}
    assert (f"Completed: worse (evidence {level} of 5)" in attention(finding("better"), row)) is named


def test_groups_that_were_left_out_of_an_improvement_are_named_and_children_of_no_known_group_are_not() -> (
    None
):
    table = groups("before and after", Black="no clear change", White="worse", Not_known="no clear change")
    said = attention(finding("better"), changes=table)
    assert "better over all, but not clearly for Black and White children" in said


@pytest.mark.parametrize("strength", ["comparison group", "randomised comparison"])
def test_groups_are_judged_by_the_design_that_speaks_for_the_service(strength: str) -> None:
    said = attention(
        finding("better", strength),
        changes=[
            *groups("before and after", Black="no clear change", White="better"),
            *groups("comparison", Black="better", White="no clear change"),
        ],
    )
    assert "not clearly for White children" in said


def test_a_service_is_named_once_for_all_its_scales() -> None:
    said = attention(finding("worse"), finding("no clear change", outcome="conduct"))
    assert said.count("S01 Young carers") == 1
    assert "scores got worse (evidence: before and after); no clear change" in said


@pytest.mark.parametrize("verdict", ["not met", "off track"])
def test_a_missed_target_stands_with_whom_it_is_for(verdict: str) -> None:
    said = attention(targets=[{**MISSED, "verdict": verdict}])
    assert (
        said
        == f"- [Target T1 Completed](equality/index.ipynb): Black, compared with everyone else: {verdict}."
    )


def test_outcomes_that_were_never_reviewed_are_said_beside_what_else_asks_for_a_look() -> None:
    said = words(
        show_overview(CONTEXT, published(targets=[MISSED]), unreviewed={"Harbour & Co": "no review"})
    )
    assert (
        "- [Target T1 Completed](equality/index.ipynb): Black, compared with everyone else: not met." in said
    )
    assert "- [Harbour & Co](quality.qmd): no review." in said
    assert "Look closer at these" in said.partition("no review")[0]
    assert "No service is without a clear improvement" not in said
    assert "quality.qmd" not in show_overview(CONTEXT, published())


def test_links_of_a_page_lead_to_the_same_places_from_the_overview() -> None:
    shown = show_overview(CONTEXT, published())
    for address in ("services/S01.ipynb", "services/index/services.csv", "#top", "/methods.qmd"):
        assert f'href="{address}"' in shown
    assert 'href="https://www.example.org/"' in shown


def test_where_targets_are_explained_is_said_only_where_there_are_some() -> None:
    assert "Why each target exists" in show_overview(CONTEXT, published(targets=[MISSED]))
    assert "Why each target exists" not in show_overview(CONTEXT, published())


def test_metrics_count_services_by_one_word_each_and_targets_by_verdict() -> None:
    services = [contract("mixed"), {**contract("too few to say"), "service_id": "S02"}]
    metrics = headline_metrics(published(contracts=services, targets=[MISSED, MISSED]))
    assert metrics["services"] == {"mixed": 1, "too_few_to_say": 1}
    assert metrics["targets"] == {"not_met": 2}


def test_metrics_hold_published_levels_in_their_unit_and_symbols_where_there_is_none() -> None:
    some = {"version": 1, "periods": 0}
    kpis = [
        {"measure_id": "started", "estimate": 0.86, "unit": "proportion", **some},
        {"measure_id": "plans", "estimate": 4.81, "unit": "events per 100 person-years", **some},
        {"measure_id": "ended", "method": FEW.reason, **some},
    ]
    found = headline_metrics(published(kpis=kpis))["measures"]
    assert found == {"started v1": 86.0, "plans v1": 4.81, "ended v1": "[c]"}
