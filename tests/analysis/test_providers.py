"""Services beside one another: who stands apart, who does not, and that equal services do not."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.performance.expected_from_case_mix import list_peers
from pipeline.analysis.performance.providers import Comparison, ServicePlace, compare_services
from pipeline.contract.context import Definition, MeasureFacts
from pipeline.contract.record_keys import KEYS
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.stats.monitoring.funnel import Funnel
from pipeline.stats.results import Estimate, NotEstimable

SINCE = (Definition(1, dt.date(2009, 4, 1)),)
ACHIEVED = MeasureFacts("achieved", "Achieved", "percent", "higher", SINCE)
PLANS = MeasureFacts("plans", "Plans", "per_100_child_years", "lower", SINCE)
RULE = Disclosure(hide_up_to=7, round_to=5)
NO_RATES = pd.DataFrame(
    {name: [] for name in ("measure_id", "version", "service_id", "events", "child_years", *KEYS)}
)


def with_keys(cells: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """The cells as those of other children in each."""
    random = np.random.default_rng(seed)
    return cells.assign(**{name: random.integers(2**31, size=len(cells)) for name in KEYS})


def shares(*counts: tuple[int, int]) -> pd.DataFrame:
    """Services S01, S02, ... of children who are all alike."""
    cells = pd.DataFrame(counts, columns=["events", "total"])
    cells = cells.assign(measure_id="achieved", service_id=[f"S{n + 1:02d}" for n in range(len(counts))])
    return list_peers(with_keys(cells), NO_RATES, (ACHIEVED,), [])


def compare(peers: pd.DataFrame, measure: MeasureFacts = ACHIEVED, rule: Disclosure = EXACT) -> Comparison:
    order = [f"S{n + 1:02d}" for n in range(60)]
    return compare_services(peers, measure, order, 13, rule, 0.95)


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
    about = compare_services(peers, ACHIEVED, order, 13, EXACT, 0.95, "S04")
    assert place(about, "S04") == place(compare(peers), "S04")
    assert place(about, "S04").places is not None
    assert [each.name for each in about.places if each.places] == ["S04"]


def test_services_stand_in_the_order_of_the_register_with_rounded_counts() -> None:
    comparison = compare(shares((41, 72), *USUAL).sample(frac=1, random_state=1), rule=RULE)
    assert [each.name for each in comparison.places] == [f"S{n + 1:02d}" for n in range(10)]
    tallies = [each.tally for each in comparison.places]
    assert {count % 5 for tally in tallies for count in (tally.events, tally.total)} == {0}
    assert isinstance(comparison.funnel, Funnel)
    centre = sum(tally.events for tally in tallies) / sum(tally.total for tally in tallies)
    assert comparison.funnel.centre == pytest.approx(centre)


def test_what_is_expected_of_a_service_grows_with_its_rounded_count() -> None:
    """All children are alike, so the share to be expected stays the same whatever its counts are rounded to."""
    peers = shares((41, 72), *USUAL)
    exact, rounded = (place(compare(peers, rule=rule), "S01") for rule in (EXACT, RULE))
    assert exact.tally.total != rounded.tally.total
    assert exact.expected == pytest.approx(rounded.expected)


def test_a_service_of_few_children_is_not_compared() -> None:
    comparison = compare(shares(*USUAL, (8, 12), (0, 1)))
    for service_id in ("S10", "S11"):
        left_out = place(comparison, service_id)
        assert left_out.verdict == "too few to say"
        assert left_out.placed is None
        assert left_out.expected is None
        assert isinstance(left_out.shrunk, NotEstimable)


@pytest.mark.long
def test_a_service_that_rounding_may_have_put_outside_does_not_stand_apart() -> None:
    """The same counts, exact and where each may be off by up to four."""
    exact, rounded = (
        {
            (events, total)
            for total in range(15, 60, 5)
            for events in range(0, total + 1, 5)
            if place(compare(shares(*[(60, 100)] * 9, (events, total)), rule=rule), "S10").verdict
            != "not distinguishable"
        }
        for rule in (EXACT, RULE)
    )
    assert rounded < exact
    assert rounded, "what lies far outside is told all the same"


def test_whom_a_service_serves_is_taken_into_account() -> None:
    """Half of all children are harder to reach; S10 serves only them, as well as anybody else does."""
    rows = [(f"S{n + 1:02d}", need, events, 60) for n in range(9) for need, events in ((0, 48), (1, 18))]
    rows.append(("S10", 1, 36, 120))
    cells = pd.DataFrame(rows, columns=["service_id", "need", "events", "total"]).assign(
        measure_id="achieved"
    )
    adjusted = compare(list_peers(with_keys(cells), NO_RATES, (ACHIEVED,), ["need"]))
    bare = compare(list_peers(with_keys(cells), NO_RATES, (ACHIEVED,), []))
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
    none = pd.DataFrame({name: [] for name in ("measure_id", "service_id", "events", "total", *KEYS)})
    comparison = compare(list_peers(none, with_keys(rates), (PLANS,), []), PLANS)
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
        peers = list_peers(with_keys(cells, seed), NO_RATES, (ACHIEVED,), ["need"])
        comparison = compare(peers, rule=RULE)
        apart = sum(each.verdict in ("above", "below") for each in comparison.places)
        compared += sum(each.verdict != "too few to say" for each in comparison.places)
        told, some = told + apart, some + (apart > 0)
    print(
        f"{services} services near {share}: {100 * told / compared:.3f} % told apart, any {100 * some / draws:.1f} %"
    )
    assert told / compared <= 0.002
