"""Services beside one another: who stands apart, who does not, and that equal services do not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.performance.expected_from_case_mix import list_peers
from pipeline.analysis.performance.providers import Comparison, ServicePlace, compare_services
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.present.disclosure.protection import protect_count
from pipeline.settings import Disclosure
from pipeline.stats.monitoring.funnel import Funnel
from pipeline.stats.results import Estimate, NotEstimable

SINCE = (Definition(1, dt.date(2009, 4, 1)),)
ACHIEVED = MeasureFacts("achieved", "Achieved", "percent", "higher", SINCE)
PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", SINCE)
RULE = Disclosure(hide_up_to=7, round_to=5)
NO_RATES = pd.DataFrame({"measure_id": [], "version": [], "service_id": [], "events": [], "child_years": []})


def protect(count: int) -> int | None:
    return protect_count(count, RULE)


def shares(*counts: tuple[int, int]) -> pd.DataFrame:
    """Services S01, S02, ... of children who are all alike."""
    cells = pd.DataFrame(counts, columns=["events", "total"])
    cells = cells.assign(measure_id="achieved", service_id=[f"S{n + 1:02d}" for n in range(len(counts))])
    return list_peers(cells, NO_RATES, (ACHIEVED,), [])


def compare(peers: pd.DataFrame, measure: MeasureFacts = ACHIEVED) -> Comparison:
    order = [f"S{n + 1:02d}" for n in range(60)]
    return compare_services(peers, measure, order, 13, protect, 0.95)


def place(comparison: Comparison, service_id: str) -> ServicePlace:
    found = comparison.of(service_id)
    assert found is not None
    return found


USUAL = [(60, 100), (55, 95), (90, 150), (40, 70), (66, 105), (35, 60), (120, 200), (70, 115), (50, 85)]


def test_a_service_far_from_the_rest_stands_apart_on_its_side_and_the_rest_do_not() -> None:
    comparison = compare(shares(*USUAL, (20, 100)))
    assert [each.verdict for each in comparison.places] == ["not distinguishable"] * 9 + ["below"]
    assert place(compare(shares(*USUAL, (98, 100))), "S10").verdict == "above"
    last = place(comparison, "S10").places
    assert last is not None
    assert (last.lowest, last.highest, last.units) == (1, 1, 10)


def test_where_one_service_stands_is_told_as_it_is_among_all() -> None:
    peers, order = shares(*USUAL, (20, 100)), [f"S{n + 1:02d}" for n in range(60)]
    about = compare_services(peers, ACHIEVED, order, 13, protect, 0.95, "S04")
    assert place(about, "S04") == place(compare(peers), "S04")
    assert place(about, "S04").places is not None
    assert [each.service_id for each in about.places if each.places] == ["S04"]


def test_services_stand_in_the_order_of_the_register_and_what_is_shown_are_protected_counts() -> None:
    comparison = compare(shares((41, 72), *USUAL).sample(frac=1, random_state=1))
    assert [each.service_id for each in comparison.places] == [f"S{n + 1:02d}" for n in range(10)]
    shown = place(comparison, "S01").shown
    assert shown is not None
    assert (shown.events, shown.total) == (40, 70)
    assert isinstance(comparison.funnel, Funnel)
    centre = sum((c.shown.events if c.shown else 0) for c in comparison.places) / sum(
        (c.shown.total if c.shown else 0) for c in comparison.places
    )
    assert comparison.funnel.centre == pytest.approx(centre)


def test_a_service_of_few_children_or_with_a_small_count_is_not_compared() -> None:
    comparison = compare(shares(*USUAL, (8, 12), (7, 40), (0, 1)))
    for service_id in ("S10", "S11", "S12"):
        left_out = place(comparison, service_id)
        assert left_out.verdict == "too few to say"
        assert left_out.placed is None
        assert left_out.expected is None
        assert isinstance(left_out.shrunk, NotEstimable)


def test_a_service_whose_protected_counts_alone_lie_outside_does_not_stand_apart() -> None:
    exact = [(60, 100)] * 9
    told = {
        (events, total): place(compare(shares(*exact, (events, total))), "S10")
        for total in (23, 28, 33)
        for events in range(8, total)
    }
    disagreeing = [
        found
        for found in told.values()
        if found.verdict == "not distinguishable"
        and found.placed
        and found.placed.distinguishable != found.verdict
    ]
    assert disagreeing, "else the case that both must agree is not met"


def test_whom_a_service_serves_is_taken_into_account() -> None:
    """Half of all children are harder to reach; S10 serves only them, as well as anybody else does."""
    rows = [(f"S{n + 1:02d}", need, events, 60) for n in range(9) for need, events in ((0, 48), (1, 18))]
    rows.append(("S10", 1, 36, 120))
    cells = pd.DataFrame(rows, columns=["service_id", "need", "events", "total"]).assign(
        measure_id="achieved"
    )
    adjusted = compare(list_peers(cells, NO_RATES, (ACHIEVED,), ["need"]))
    bare = compare(list_peers(cells, NO_RATES, (ACHIEVED,), []))
    assert place(bare, "S10").verdict == "below"
    assert place(adjusted, "S10").verdict == "not distinguishable"
    assert place(adjusted, "S10").expected == pytest.approx(0.3, abs=0.01)


def test_a_small_service_is_drawn_further_to_the_others() -> None:
    comparison = compare(shares(*USUAL, (14, 15), (140, 150)))
    small, large = place(comparison, "S10").shrunk, place(comparison, "S11").shrunk
    assert isinstance(small, Estimate)
    assert isinstance(large, Estimate)
    assert small.value < large.value < 0.95


def test_rates_are_compared_by_the_time_spent() -> None:
    rates = pd.DataFrame(
        {
            "measure_id": "plans",
            "version": 1,
            "service_id": [f"S{n + 1:02d}" for n in range(6)],
            "events": [10, 12, 20, 9, 60, 3],
            "child_years": [100.0, 110.0, 210.0, 90.0, 100.0, 20.0],
        }
    )
    none = pd.DataFrame({"measure_id": [], "service_id": [], "events": [], "total": []})
    comparison = compare(list_peers(none, rates, (PLANS,), []), PLANS)
    assert [each.verdict for each in comparison.places][5] == "too few to say"
    first = place(comparison, "S01")
    assert first.expected == pytest.approx(100 * 114 / 630)
    assert first.placed is not None
    assert isinstance(first.shrunk, NotEstimable)
    assert first.places is None


def test_two_services_or_none_with_the_event_are_not_compared() -> None:
    assert isinstance(compare(shares((20, 40), (30, 40))).funnel, NotEstimable)
    nobody = compare(shares((0, 40), (0, 50), (0, 30)))
    assert nobody.places == ()


@pytest.mark.slow
@pytest.mark.parametrize("services", [8, 20])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.85])
def test_equal_services_with_unequal_children_come_out_as_not_distinguishable(
    share: float, services: int
) -> None:
    """Figures in docs/methods.md: the whole way, from children through case mix and disclosure control."""
    told = some = compared = 0
    draws = 500
    for seed in range(draws):
        random = np.random.default_rng(seed)
        rows = []
        for n in range(services):
            size = int(max(13, random.lognormal(4.3, 0.7)))
            hard = random.random(size) < random.beta(2, 2)
            achieved = random.random(size) < share - 0.2 * hard + 0.1
            rows += [
                (f"S{n + 1:02d}", int(h), int(achieved[hard == h].sum()), int((hard == h).sum()))
                for h in (0, 1)
            ]
        cells = pd.DataFrame(rows, columns=["service_id", "need", "events", "total"])
        cells = cells[cells["total"] > 0].assign(measure_id="achieved")
        comparison = compare(list_peers(cells, NO_RATES, (ACHIEVED,), ["need"]))
        apart = sum(each.verdict in ("above", "below") for each in comparison.places)
        compared += sum(each.verdict != "too few to say" for each in comparison.places)
        told, some = told + apart, some + (apart > 0)
    print(
        f"{services} services near {share}: {100 * told / compared:.3f} % told apart, any {100 * some / draws:.1f} %"
    )
    assert told / compared <= 0.002
