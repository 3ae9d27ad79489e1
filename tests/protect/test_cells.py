"""Cells: what may be cut, what comes out rounded, and that the same people come out alike."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.protect.cells import Cells
from pipeline.protect.room import leave_room
from pipeline.protect.rounding import EXACT, Disclosure
from pipeline.protect.tally import Sum, Tally, with_effect
from pipeline.stats.proportions.one_group import event_rate, wilson_interval
from pipeline.stats.results import Estimate

RULE = Disclosure(7, 5)
CODES = {"WBRI": "White", "BAFR": "Black", "BCRB": "Black", "": "Not known"}


def rows(seed: int = 3) -> pd.DataFrame:
    """A row a cell of service, code and month, with the keys of its children."""
    source = np.random.default_rng(seed)
    places = [(s, c, m) for s in ("S01", "S02") for c in CODES for m in range(24120, 24144)]
    frame = pd.DataFrame(places, columns=["service_id", "ethnicity", "month"])
    total = source.integers(0, 9, len(frame))
    events = source.binomial(total, 0.6)
    events_key = [int(source.integers(1, 2**31, number).sum()) for number in events]
    rest_key = [int(source.integers(1, 2**31, number).sum()) for number in total - events]
    return frame.assign(
        ethnic_group=frame["ethnicity"].map(CODES),
        events=events,
        total=total,
        child_years=0.0,
        excess=0.0,
        events_key=events_key,
        size_key=np.add(events_key, rest_key),
    )


def test_exact_cells_add_up_to_the_sums_of_their_rows() -> None:
    frame = rows()
    black = frame[frame["ethnic_group"] == "Black"]
    tally = Cells(frame, EXACT).of_group("Black").add_up()
    assert (tally.events, tally.total) == (black["events"].sum(), black["total"].sum())
    by_service = Cells(frame, EXACT).tally_by("service_id")
    assert {name: each.total for name, each in by_service.items()} == frame.groupby("service_id")[
        "total"
    ].sum().to_dict()


def test_two_ways_of_cutting_the_same_people_come_out_alike() -> None:
    cells = Cells(rows(), RULE)
    one = cells.where("service_id", "S01").of_group("Black").between(24120, 24131).add_up()
    other = (
        cells.between(24120, 24131).known().of_comparator("White", EVERYONE_ELSE).where("service_id", "S01")
    )
    assert one == other.add_up()
    assert (
        one
        == cells.where("service_id", "S01")
        .of_group("Black")
        .between(24120, 24131)
        .sum_by(["ethnic_group"])[("Black",)]
    )


def test_those_with_the_event_and_those_without_are_rounded_each_by_itself() -> None:
    """A share of all or none must not tell that it is so."""
    source = np.random.default_rng(1)
    shown = [
        Sum(12, 12, events_key=(key := int(source.integers(1, 2**40))), size_key=key).tally(RULE)
        for _ in range(200)
    ]
    assert {(tally.events, tally.total) for tally in shown} == {(10, 10), (15, 15)}
    nearly = [
        Sum(
            12,
            13,
            events_key=int(source.integers(1, 2**40)),
            size_key=int(source.integers(2**41, 2**42)),
        ).tally(RULE)
        for _ in range(400)
    ]
    # One child without it looks like none four times of five.
    assert sum(tally.events == tally.total for tally in nearly) == pytest.approx(320, abs=40)


def test_counted_columns_never_leave_the_cells_by_themselves() -> None:
    cells = Cells(rows(), RULE)
    assert cells.values("service_id") == ["S01", "S02"]
    for name in ("events", "total", "size_key"):
        with pytest.raises(ValueError, match="is counted"):
            cells.values(name)


def test_a_part_and_the_rest_are_of_the_same_people_however_they_are_found() -> None:
    cells = Cells(rows(), EXACT)
    whole, part = cells.sum(), cells.of_group("White").sum()
    assert whole.without(part) == cells.without("ethnic_group", "White").sum()
    assert part.among(whole).tally(EXACT).total == whole.total
    assert part.complement().events == part.total - part.events


@pytest.mark.parametrize(("share", "number"), [(0.5, 40), (0.1, 60), (0.02, 80), (0.9, 300)])
def test_intervals_from_rounded_counts_hold_the_truth_as_often_as_they_say(share: float, number: int) -> None:
    source, held = np.random.default_rng(7), 0
    for _ in range(1500):
        events = int(source.binomial(number, share))
        own = Sum(
            events,
            number,
            events_key=int(source.integers(1, 2**40)),
            size_key=int(source.integers(2**41, 2**42)),
        )
        found = wilson_interval(own.tally(RULE).counts(), 0.95)
        held += isinstance(found, Estimate) and found.contains(share)
    assert held / 1500 >= 0.93


@pytest.mark.parametrize(("rate", "years"), [(0.5, 60.0), (0.05, 200.0), (3.0, 30.0)])
def test_intervals_of_rates_hold_the_truth_too(rate: float, years: float) -> None:
    source, held = np.random.default_rng(9), 0
    for _ in range(1500):
        keys = source.integers(1, 2**40, 2).tolist()
        tally = Sum(int(source.poisson(rate * years)), 0, years, events_key=keys[0], size_key=keys[1]).tally(
            RULE
        )
        found = event_rate(tally.events, tally.child_years, 1, 0.95, tally.design_effect, tally.off_by)
        held += isinstance(found, Estimate) and found.contains(rate)
    assert held / 1500 >= 0.93


def test_intervals_widen_little_where_there_are_fifty() -> None:
    wide = []
    for number in (50, 100, 400):
        for share in (0.2, 0.5, 0.8):
            events = int(number * share)
            exact, shown = (
                wilson_interval(Tally(events, number, 0.0, rule=rule).counts(), 0.95)
                for rule in (EXACT, RULE)
            )
            assert isinstance(exact, Estimate)
            assert isinstance(shown, Estimate)
            wide.append((shown.upper - shown.lower) / (exact.upper - exact.lower))
    assert np.mean(wide) < 1.15
    assert max(wide) < 1.4


def test_a_design_effect_is_told_to_one_decimal() -> None:
    """By more it would count the children who come twice."""
    tally = Sum(30, 60, 0.0, excess=2.7, events_key=1, size_key=9).tally(RULE)
    assert tally.design_effect == pytest.approx(1.0)
    assert with_effect(tally, 1.5).design_effect == pytest.approx(1.5)


def lonely(services: int, event: bool, draws: int = 1, seed: int = 0) -> Cells:
    """One child in each service, with the event or without, drawn so many times."""
    keys = np.random.default_rng(seed).integers(1, 2**31, services * draws)
    names = [f"S{at}" for at in range(services)]
    frame = pd.DataFrame({"service_id": names * draws, "total": 1, "size_key": keys, "child_years": 0.0})
    drawn = np.repeat([f"draw {at}" for at in range(draws)], services)
    return Cells.over(frame.assign(draw=drawn, events=int(event), events_key=keys * event), RULE, names)


@pytest.mark.parametrize("event", [True, False])
@pytest.mark.parametrize("services", [2, 3, 4])
def test_services_of_one_child_are_not_told_by_what_is_shown_of_all(services: int, event: bool) -> None:
    """Rounded by itself, a sum of three would now and then be 0 where each of them is shown as 5."""
    cells = lonely(services, event, draws=600)
    own = cells.sums_by(["draw", "service_id"])
    told, unheld = 0, 0
    for (draw,), whole in cells.sums_by(["draw"]).items():
        each = [own[draw, name] for name in cells.values("service_id")]
        shown, parts = whole.tally(RULE), [part.tally(RULE) for part in each]
        assert shown == cells.where("draw", draw).add_up() == sum(each, Sum()).tally(RULE)
        told += not leave_room(shown, parts)
        unheld += not leave_room(replace(whole, services=None).tally(RULE), parts)
    assert told == 0
    assert (unheld > 0) == (services > 2)


def test_time_over_services_is_held_as_counts_are() -> None:
    for seed in range(200):
        keys = np.random.default_rng(seed).integers(1, 2**31, 4)
        frame = pd.DataFrame({"service_id": [*"ABCD"], "child_years": 1 / 12, "size_key": keys})
        frame = frame.assign(events=0, total=0, events_key=0)
        cells = Cells.over(frame, RULE, [*"ABCD"])
        assert leave_room(cells.add_up(), [*cells.tally_by("service_id").values()])


def by_service(cell: Sum) -> list[list[int]]:
    """Events and total of each service."""
    assert cell.services
    told: list[list[int]] = cell.services.counts[:, :2].tolist()
    return told


def test_a_cell_over_services_knows_them_whatever_is_done_to_it() -> None:
    with_event, without = lonely(3, event=True, seed=1).sum(), lonely(3, event=False, seed=2).sum()
    whole = with_event + without
    assert by_service(whole) == by_service(whole + Sum()) == [[1, 2]] * 3
    assert by_service(whole.without(without)) == by_service(with_event) == [[1, 1]] * 3
    assert by_service(whole.complement()) == [[1, 2]] * 3
    assert by_service(with_event.rest(with_event)) == [[-1, 1]] * 3
    assert by_service(with_event.whole.among(whole)) == [[1, 2]] * 3
    assert by_service(whole.whole) == [[0, 2]] * 3
    assert (whole + Sum(1, 1)).services is None  # nobody knows of which service that is
