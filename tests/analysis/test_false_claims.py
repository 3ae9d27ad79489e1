"""Simulated services: how often something is claimed where nothing is there, and how often intervals hold what is.

A claim is any word stronger than 'no clear change'. The figures stand in docs/methods.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

import month_rows
import numpy as np
import pandas as pd
import pytest
import score_rows
from month_rows import DATASET, draw_months, make_measure
from score_rows import RULES, SCALE

from pipeline.analysis.impact.designs import Finding, assess_scores
from pipeline.analysis.impact.series import assess_measure
from pipeline.contract.plans import Design
from pipeline.protect.cells import Cells
from pipeline.stats.results import Estimate

SERVICES = 500
DECLARED = 0.05
# One in a hundred sound designs would have more false claims than this by chance (normal approximation).
MOST = DECLARED + 2.33 * (DECLARED * (1 - DECLARED) / SERVICES) ** 0.5
FEWEST_HELD = 1 - DECLARED - 2.33 * (DECLARED * (1 - DECLARED) / SERVICES) ** 0.5

Simulate = Callable[[float, int], Finding]


@dataclass(frozen=True)
class Case:
    """A design on a kind of service; `truth` is what an effect of the size given comes to in the estimate."""

    name: str
    simulate: Simulate
    effect: float
    truth: float


def of_scores(design: Design, providers: int = 1, sites_differ: float = 0.0, pairs: int = 60) -> Simulate:
    """Children's scores, at several providers of which each does better or worse by itself."""
    names = tuple(f"p{number:02}" for number in range(providers))

    def simulate(effect: float, seed: int) -> Finding:
        growth = 0.0 if design == "before_and_after" else 1.0
        scores = score_rows.make_arms(effect, seed, pairs, growth, names)
        draw = np.random.default_rng(10_000 + seed)
        own = pd.Series(draw.normal(0, sites_differ, providers), index=list(names))
        treated = scores["arm"] == "treated"
        scores["review_score"] += scores["provider_id"].map(own).where(treated, 0.0)
        scores["improvement"] = scores["review_score"] - scores["baseline_score"]
        return assess_scores(scores, SCALE, score_rows.make_plan(design), RULES)

    return simulate


def of_months(
    design: Design, services: int = 1, size: int = 20, drift: float = 0.0, spread: float = 0.0
) -> Simulate:
    """A measure by month, in one service or in several that move by themselves."""
    names = [f"S{number:02}" for number in range(1, services + 1)]
    plan = month_rows.make_plan(design, comparison=";".join(names[1:]) or None)

    def simulate(effect: float, seed: int) -> Finding:
        draw = np.random.default_rng(seed)
        rows = draw_months(draw, names, {"S01": effect}, size, drift, spread)
        return assess_measure(Cells(rows), make_measure(), plan, DATASET, RULES)

    return simulate


ODDS = (0.7 / 0.3) / (0.5 / 0.5)
CASES = [
    Case("each child before and after", of_scores("before_and_after"), 1.0, 1.0),
    Case("comparison group, one provider", of_scores("comparison_group"), 1.0, 1.0),
    Case("comparison group, 15 providers that differ", of_scores("comparison_group", 15, 1.0, 150), 2.0, 2.0),
    Case("comparison group, 8 providers that differ", of_scores("comparison_group", 8, 1.0, 80), 2.0, 2.0),
    Case("randomised, one provider", of_scores("randomised"), 1.0, 1.0),
    Case("a measure before and after", of_months("before_and_after"), 0.1, 10.0),
    Case("interrupted series, 20 a month", of_months("interrupted_series"), 0.2, ODDS),
    Case("interrupted series, 8 a month", of_months("interrupted_series", size=8), 0.2, ODDS),
    Case("interrupted series that drifts", of_months("interrupted_series", drift=0.01), 0.0, 1.0),
    Case("beside 14 services", of_months("difference_in_differences", 15), 0.1, 10.0),
    Case("beside 14 services that move", of_months("difference_in_differences", 15, 20, 0, 0.05), 0.1, 10.0),
    Case("beside 7 services that move", of_months("difference_in_differences", 8, 20, 0, 0.05), 0.1, 10.0),
]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_where_nothing_is_there_no_more_is_claimed_than_the_declared_level(case: Case) -> None:
    claims = [case.simulate(0.0, seed).claim.verdict for seed in range(SERVICES)]
    claimed = sum(verdict in ("better", "worse") for verdict in claims) / SERVICES
    print(f"{case.name}: claimed {100 * claimed:.1f} %")
    assert claimed <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_where_an_effect_is_there_the_interval_holds_it(case: Case) -> None:
    found = [case.simulate(case.effect, seed) for seed in range(SERVICES)]
    effects = [each.effect for each in found if isinstance(each.effect, Estimate)]
    held = sum(effect.contains(case.truth) for effect in effects) / len(effects)
    seen = sum(each.claim.verdict == "better" for each in found) / SERVICES
    print(f"{case.name}: held {100 * held:.1f} % of {len(effects)}, claimed {100 * seen:.1f} %")
    assert len(effects) > 0.95 * SERVICES
    assert held >= FEWEST_HELD


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hardly_ever_is_the_wrong_direction_claimed(case: Case) -> None:
    wrong = sum(case.simulate(case.effect, seed).claim.verdict == "worse" for seed in range(SERVICES // 5))
    assert wrong <= (1 if case.effect else 5)
