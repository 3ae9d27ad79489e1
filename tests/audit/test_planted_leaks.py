"""Five leaks of each kind, planted one at a time among tables that tell nothing: each is found, and nothing else."""

import base64
from typing import Any

import pytest

from pipeline.audit.attack import find_leaks
from pipeline.audit.texts import find_in_outputs
from pipeline.protect.rounding import Disclosure

RULE = Disclosure(7, 5)
Tables = dict[str, list[dict[str, str]]]


def row(**values: object) -> dict[str, str]:
    return {name: f"{value}" for name, value in values.items()}


def whole(events: int, total: int) -> dict[str, str]:
    return row(measure="Started", version="started v1", unit="%", events=events, total=total)


def gap(name: str, *numbers: int, **more: object) -> dict[str, str]:
    """A group beside everyone else: events and total of both."""
    sides = dict(zip(("events", "total", "other_events", "other_total"), numbers, strict=True))
    named = row(
        measure_id="started", version=1, ethnic_group=name, comparator="everyone else", child_years=""
    )
    return named | row(**sides, **more)


def years(name: str, *events: int) -> dict[str, str]:
    """The first and the last year of a group, of 20 each."""
    told = {
        f"{year}_{what}": n for year, n in zip(("first", "last"), events, strict=True) for what in ("events",)
    }
    named = row(measure_id="started", version=1, ethnic_group=name, comparator="White")
    return named | row(**told, first_total=20, last_total=20, first_child_years="", last_child_years="")


def level(who: str, events: int, total: int) -> dict[str, str]:
    return row(measure="Started", who=who, total=total, level=f"{100 * events / total:.1f}")


def code(group: str, events: int, total: int) -> dict[str, str]:
    return row(measure="Started", group=group, total=total, level=f"{100 * events / total:.1f}")


def scores(name: str, once: int, twice: int, **more: object) -> dict[str, str]:
    return row(scale="wellbeing", ethnic_group=name, with_baseline=once, total=twice, other_total="", **more)


def times(prefix: str, months: float, **more: object) -> dict[str, str]:
    named = row(
        measure_id="plans", version=1, ethnic_group="Black", comparator="everyone else", total="", **more
    )
    return named | row(**{f"{prefix}events": 0, f"{prefix}child_years": f"{months / 12:.6g}"})


def judged(verdict: str, estimate: float, lower: float, upper: float, **more: object) -> dict[str, str]:
    return row(verdict=verdict, estimate=estimate, lower=lower, upper=upper, **more)


def period(at: int, events: int) -> dict[str, str]:
    return row(measure_id="started", version=1, period=f"2010-q{at}", events=events, total=20)


def target(events: int, **more: object) -> dict[str, str]:
    named = row(target_id="T1", version=1, measure_id="started", measure="Started", service_id="S01")
    months = row(
        first_month="2010-04", last_month="2011-03", comparator="", ethnic_group="Black", child_years=""
    )
    return named | months | row(events=events, total=30, **more)


GROUPS = ("Black", "White", "Asian")
RATE = row(measure="Plans", version="plans v1", unit="per 100 child-years")
CLEAN: Tables = {
    "measures": [whole(30, 80), RATE],
    "finding_gaps": [gap("Black", 5, 20, 25, 60), gap("White", 20, 50, 10, 30)],
    "characteristics": [level("Sex: male", 15, 40), level("Sex: female", 15, 40)],
    "finding_kpi_periods": [period(at, 10) for at in (1, 2, 3)],
    "finding_score_changes": [scores("All children", 30, 20), scores("Black", 10, 5)],
    "finding_reach": [row(ethnic_group="All children", children=25), row(ethnic_group="Black", children=10)],
}
FEW_STARTED: Tables = {"measures": [whole(5, 80), RATE], "finding_gaps": [gap("Black", 5, 20, 5, 60)],
                       "characteristics": [], "finding_kpi_periods": []}  # fmt: skip
PLANTED: dict[str, list[Tables]] = {
    "margin": [
        FEW_STARTED | {"finding_gaps": [gap("Black", 5, 20, 10, 60), gap("White", 10, 40, 5, 40),
                                        gap("Asian", 5, 20, 10, 60)]},
        {"measures": [whole(60, 80)], "characteristics": [], "finding_gaps": [gap("Black", 5, 20, 5, 60)],
         "finding_unknown": [row(measure_id="started", events=0)]},
        {"finding_score_changes": [scores("All children", 30, 10), scores("Black", 30, 15), scores("White", 30, 5),
                                   scores("Not known", 30, 5)]},
        {"finding_reach": [row(ethnic_group="All children", children=5), row(ethnic_group="Black", children=15)]},
        FEW_STARTED | {"characteristics": [level("Religion: a", 10, 25), level("Religion: b", 5, 25),
                                           level("Religion: c", 5, 25)]},
    ],
    "sub-group": [
        {"finding_gaps": [gap("Black", 0, 20, 50, 90)], "measures": [whole(60, 130)],
         "detail": [code(f"Black: {name}", 5, 5) for name in "abcd"]},
        FEW_STARTED | {"characteristics": [level("Sex: female", 0, 40),
                                           *(level(f"{group}, sex: female", 5, 10) for group in GROUPS)]},
        {"finding_gaps": [gap("Black", 0, 20, 30, 60)],
         "characteristics": [level(f"Black, sex: {name}", 5, 10) for name in ("female", "male", "other")]},
        {"reliable_wellbeing": [row(group="Black", children=30, better=50, same=33.3, worse=16.7)]},
        {"finding_score_changes": [scores("All children", 30, 20), scores("Black", 5, 15)]},
    ],
    "period": [
        FEW_STARTED | {"trend": [row(period=f"2010-q{at}", total=20, level=share)
                                 for at, share in ((1, 50), (2, 25), (3, 25))]},
        FEW_STARTED | {"finding_kpi_periods": [period(1, 10), period(2, 5), period(3, 5)]},
        {"finding_gap_changes": [years("Black", 15, 5)]},
        {"finding_targets": [target(15)]},
        {"finding_delivery": [row(service_id="S01", what="reached", months=year, events=events)
                              for year, events in ((2009, 10), (2010, 10), (2011, 10), (2012, 15), ("all", 45))]},
    ],
    "percentage": [
        {"characteristics": [level("Sex: male", 11, 40)]},
        {"detail": [code("Black: African", 7, 20)]},
        {"measures": [whole(30, 80) | row(level=38.8), RATE]},
        {"finding_kpis": [period(1, 30) | row(total=80, estimate=0.388, lower=0.3, upper=0.5)]},
        {"reliable_wellbeing": [row(group="All children", children=20, better=35, same=55, worse=10)]},
    ],
    "time": [
        {"finding_gaps": [times("", 10) | times("other_", 10)], "finding_gap_changes": [times("first_", 20)]},
        {"finding_gaps": [times("", 12)]},
        {"finding_kpi_periods": [times("", 6, period="2010-q1")]},
        {"finding_targets": [target(0) | row(measure_id="plans", measure="Plans", total="", child_years=1.0)]},
        {"finding_kpis": [times("", 5)], "finding_kpi_periods": [times("", 10, period=f"2010-q{at}") for at in (1, 2)]},
    ],
    "verdict": [
        {"finding_gaps": [gap("Black", 5, 20, 25, 60, estimate="", lower="", upper="", unit="", verdict="behind")]},
        {"finding_gaps": [gap("Black", 5, 20, 25, 60) | judged("behind", -0.2, -0.3, 0.1, unit="proportion")]},
        {"finding_targets": [target(5) | judged("met", 0.2, 0.1, 0.4, goal=0.3, direction="at_least")]},
        {"finding_score_changes": [scores("All children", 30, 20) | judged("better", 1, -1, 3, unit="points")]},
        {"finding_delivery": [row(service_id="S02", what="reached", months="all", events=105, agreed=100)
                              | judged("more", 105, 90, 120, unit="per 100 agreed")]},
    ],
}  # fmt: skip
CASES = [(kind, at) for kind, each in PLANTED.items() for at in range(len(each))]


def attack(*releases: Tables) -> set[str]:
    """Why one service's page leaks, the last release first."""
    named = {f"release {at}" if at else "": {"services/S01": each} for at, each in enumerate(releases)}
    return {leak.why for leak in find_leaks(named, RULE, "started")}


def test_tables_without_a_leak_raise_no_alarm() -> None:
    assert attack(CLEAN) == attack({**CLEAN, **FEW_STARTED}) == set()


@pytest.mark.parametrize(("kind", "at"), CASES)
def test_a_planted_leak_is_found(kind: str, at: int) -> None:
    assert len(PLANTED[kind]) == 5
    assert attack({**CLEAN, **PLANTED[kind][at]})


LEVELS = [level(f"Religion: {name}", events, 25) for name, events in zip("abcd", (5, 5, 5, 10), strict=True)]
NOW_AND_THEN: list[tuple[Tables, Tables]] = [
    ({"measures": [whole(5, 80)]}, {"measures": [whole(10, 90)], "characteristics": LEVELS}),
    ({"finding_gaps": [gap("Black", 0, 20, 30, 60)]},
     {"measures": [whole(60, 130)], "detail": [code(f"Black: {name}", 5, 5) for name in "abcd"]}),
    ({"measures": [whole(5, 80)]}, {"finding_kpi_periods": [period(1, 10), period(2, 5), period(3, 5)]}),
    ({"finding_reach": [row(ethnic_group="All children", children=25)]}, PLANTED["period"][4]),
    ({"finding_score_changes": [scores("Black", 5, 5)]},
     {"reliable_wellbeing": [row(group="Black", children=20, better=50, same=25, worse=25)]}),
]  # fmt: skip


@pytest.mark.parametrize("pair", NOW_AND_THEN)
def test_what_two_releases_tell_together_is_found(pair: tuple[Tables, Tables]) -> None:
    assert len(NOW_AND_THEN) == 5
    now, then = pair
    assert attack(now) == attack(then) == set()
    assert attack(now, then)


def output(kind: str, text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {kind: text}}


def chart(inside: str, alternative: str = "") -> dict[str, Any]:
    drawn = base64.b64encode(f"<svg>{inside}</svg>".encode()).decode()
    return output("text/markdown", f'<img alt="{alternative}" src="data:image/svg+xml;base64,{drawn}">')


FRAME = '<table border="1" class="dataframe"><tr><th>what</th><th>{}</th></tr><tr><td>a</td><td>{}</td></tr></table>'
CHARTS = [
    chart("<title>12 children</title>"),
    chart("<text>1</text><text>child</text>"),
    chart("<desc>Of 43 girls</desc>"),
    chart('<path aria-label="3 boys"/>'),
    chart("<text>a</text>", alternative="Better: 4 families"),
]
NOTEBOOKS = [
    {"output_type": "stream", "name": "stdout", "text": "17"},
    {"output_type": "execute_result", "data": {"text/plain": "   events\n0      17"}},
    output("image/png", "iVBORw0KGgo="),
    output("text/html", FRAME.format("events", 17)),
    output("text/markdown", "It reached **83** children."),
]


@pytest.mark.parametrize("told", [*CHARTS, *NOTEBOOKS])
def test_what_a_chart_or_a_notebook_says_past_its_tables_is_found(told: dict[str, Any]) -> None:
    assert len(CHARTS) == len(NOTEBOOKS) == 5
    clean = [chart("<text>15 children</text>"), output("text/html", FRAME.format("median", 17))]
    clean += [{"output_type": "execute_result", "data": {"text/plain": "JudgementRules(minimum=13)"}}]
    assert list(find_in_outputs({"cells": [{"outputs": clean}]}, RULE, {7})) == []
    assert list(find_in_outputs({"cells": [{"outputs": [*clean, told]}]}, RULE, {7}))


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({"names": [row(child="C1")]}, "a table that the audit does not know"),
        (
            {"tiers": [row(tier="Contract", children=15)]},
            "a number of people in a table that is said to hold none",
        ),
        ({"checks": [row(group="Black", compared=17)]}, "a count that is not rounded"),
    ],
)
def test_a_table_that_nobody_thought_of_stops_the_run(tables: Tables, why: str) -> None:
    assert attack(tables) == {why}
