"""Scores by the design that was declared: what is estimated, by which design, and which checks weaken it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from score_rows import RULES, SCALE, make_arms, make_plan

from pipeline.analysis.impact.design_checks import Check
from pipeline.analysis.impact.designs import Finding, assess_scores
from pipeline.contract.plans import EvaluationPlan
from pipeline.stats.results import Estimate, NotEstimable
from pipeline.stats.scores.comparison import adjusted_difference


def check(finding: Finding, name: str) -> Check:
    return next(check for check in finding.checks if check.name == name)


def assess(scores: pd.DataFrame, plan: EvaluationPlan | None) -> Finding:
    return assess_scores(scores, SCALE, plan, RULES)


def test_without_a_plan_it_is_before_and_after_whatever_else_the_data_hold() -> None:
    found = assess(make_arms(0.0, growth=2.0), None)
    assert (found.strength, found.verdict, found.plan) == ("before and after", "better", None)
    assert check(found, "declared first").reason == "not declared"
    assert (found.claim.verdict, found.claim.rung) == ("better", "descriptive")


@pytest.mark.parametrize(
    ("plan", "strength", "verdict"),
    [
        (make_plan("comparison_group"), "comparison group", "no clear change"),
        (make_plan("randomised"), "randomised comparison", "no clear change"),
        (make_plan("before_and_after"), "before and after", "better"),
    ],
)
def test_growth_that_both_arms_share_is_no_effect_where_a_comparison_was_declared(
    plan: EvaluationPlan, strength: str, verdict: str
) -> None:
    found = assess(make_arms(0.0, seed=3), plan)
    assert (found.strength, found.verdict) == (strength, verdict)


def test_a_planted_effect_is_found_in_points_and_in_standard_deviations() -> None:
    scores = make_arms(2.5)
    found = assess(scores, make_plan("randomised"))
    assert isinstance(found.effect, Estimate)
    assert isinstance(found.estimate, Estimate)
    assert found.effect.contains(2.5)
    assert found.estimate.value == pytest.approx(found.effect.value / scores["baseline_score"].std(ddof=1))
    assert (found.claim.verdict, found.claim.rung) == ("better", "randomised comparison")


def test_only_reviews_within_the_window_count() -> None:
    late = make_arms(-20.0, seed=2).assign(review_date=pd.Timestamp("2012-04-01"))
    late["child"] += 1000
    found = assess(pd.concat([make_arms(2.5), late]), make_plan())
    alone = assess(make_arms(2.5), make_plan())
    assert found.effect == alone.effect


def test_a_covariate_is_held_fixed() -> None:
    draw = np.random.default_rng(5)
    scores = make_arms(0.0, seed=5)
    # Of one level there are many more among the treated, and it gains 6 points by itself.
    likely = np.where(scores["arm"] == "treated", 0.8, 0.2)
    scores["sex"] = (draw.random(len(scores)) < likely).astype(int)
    scores["review_score"] += 6.0 * scores["sex"]
    crude, held = assess(scores, make_plan()), assess(scores, make_plan(covariates="sex"))
    assert (crude.by_interval, held.by_interval) == ("better", "no clear change")
    by_hand = adjusted_difference(
        scores["review_score"],
        scores["arm"] == "treated",
        pd.DataFrame({"start": scores["baseline_score"], "sex": scores["sex"].astype(float)}),
        None,
        scores["child"],
    )
    assert isinstance(held.effect, Estimate)
    assert isinstance(by_hand, Estimate)
    assert held.effect.value == pytest.approx(by_hand.value)


def test_too_few_children_on_one_side_are_too_few_to_say() -> None:
    scores = make_arms(2.5)
    few = pd.concat([scores[scores["arm"] == "treated"], scores[scores["arm"] == "comparison"].head(12)])
    found = assess(few, make_plan())
    assert (found.verdict, found.size) == ("too few to say", 12)
    assert found.effect == NotEstimable("fewer than 13 children with both scores in one of the two groups")


@pytest.mark.parametrize(
    ("plan", "outcome"),
    [(None, "fail"), (make_plan(agreed_on=dt.date(2009, 4, 2)), "fail"), (make_plan(), "pass")],
)
def test_what_was_declared_late_or_not_at_all_fails(plan: EvaluationPlan | None, outcome: str) -> None:
    assert check(assess(make_arms(2.5), plan), "declared first").outcome == outcome


def test_that_no_change_is_clear_is_no_weaker_for_having_been_looked_at_late() -> None:
    late = make_plan(agreed_on=dt.date(2011, 1, 1))
    assert assess(make_arms(0.0, seed=3), late).claim.verdict == "no clear change"


def test_a_few_lost_move_no_mean_by_much_however_they_began() -> None:
    scores = make_arms(2.5)
    order = scores.query("arm == 'treated'")["baseline_score"].rank()
    for lost, reason in ((10, "few"), (14, "unlike")):
        rows = lose(scores, order.reindex(scores.index) <= lost)
        assert check(assess(rows, make_plan()), "attrition").reason == reason


def lose(scores: pd.DataFrame, lost: pd.Series) -> pd.DataFrame:
    return scores.assign(review_score=scores["review_score"].mask(lost))


def test_attrition_fails_where_too_many_are_lost_or_those_lost_began_otherwise() -> None:
    scores = make_arms(2.5)
    treated = scores["arm"] == "treated"
    every_other = scores["child"] % 2 == 0
    assert check(assess(scores, make_plan()), "attrition").reason == "few"
    half = lose(scores, treated & every_other)
    assert check(assess(half, make_plan()), "attrition").reason == "alike"
    more = lose(scores, treated & (every_other | (scores["child"] == 1)))
    assert check(assess(more, make_plan()), "attrition").reason == "many"
    low = lose(scores, treated & (scores["baseline_score"] < 18))
    assert check(assess(low, make_plan()), "attrition").reason == "unlike"


@pytest.mark.parametrize(("apart", "outcome"), [(1.2, "pass"), (1.3, "fail")])
def test_arms_that_start_more_than_a_quarter_of_a_standard_deviation_apart_do_not_overlap_enough(
    apart: float, outcome: str
) -> None:
    scores = make_arms(2.5)
    for arm in ("treated", "comparison"):
        own = scores["arm"] == arm
        start = scores.loc[own, "baseline_score"]
        scores.loc[own, "baseline_score"] = 20 + 5 * (start - start.mean()) / start.std(ddof=1)
    scores.loc[scores["arm"] == "treated", "baseline_score"] += apart
    assert check(assess(scores, make_plan()), "overlap").outcome == outcome


def test_a_difference_at_the_start_is_an_effect_where_there_can_be_none() -> None:
    scores = make_arms(2.5)
    assert check(assess(scores, make_plan("randomised")), "placebo outcome").outcome == "pass"
    scores.loc[scores["arm"] == "treated", ["baseline_score", "review_score"]] += 3.0
    found = assess(scores, make_plan("randomised"))
    assert check(found, "placebo outcome").outcome == "fail"
    assert found.claim.rung != "randomised comparison"


@pytest.mark.parametrize(
    ("gain", "outcome", "reason"),
    # (1 - 0.8)(30 - 20) = 2 points are to be expected of children at 20 on a scale whose norm is 30.
    [(0.0, "not possible", "no improvement"), (2.2, "fail", "expected"), (4.0, "pass", "expected")],
)
def test_an_improvement_no_larger_than_regression_to_the_mean_fails(
    gain: float, outcome: str, reason: str
) -> None:
    scores = make_arms(gain, growth=0.0, pairs=200).query("arm == 'treated'")
    scale = replace(SCALE, reliability=0.8, norm_mean=30.0)
    found = check(
        assess_scores(scores, scale, make_plan("before_and_after"), RULES), "regression to the mean"
    )
    assert (found.outcome, found.reason) == (outcome, reason)
    if reason == "expected":
        start = scores["baseline_score"].mean()
        assert found.figures["expected"] == pytest.approx(0.2 * (30 - start))


def test_regression_to_the_mean_works_towards_lower_scores_where_lower_is_better() -> None:
    scores = make_arms(-3.0, growth=0.0).query("arm == 'treated'").assign(sign=-1.0)
    scores["improvement"] = -scores["improvement"]
    scale = replace(SCALE, direction="lower", reliability=0.8, norm_mean=10.0)
    found = check(
        assess_scores(scores, scale, make_plan("before_and_after"), RULES), "regression to the mean"
    )
    assert found.figures["expected"] == pytest.approx(0.2 * (scores["baseline_score"].mean() - 10))


def test_without_reliability_or_norm_regression_to_the_mean_is_not_checked() -> None:
    found = assess(make_arms(3.0), make_plan("before_and_after"))
    assert check(found, "regression to the mean").outcome == "not possible"


def test_a_verdict_that_hangs_on_one_site_fails() -> None:
    twelve = [f"p{number:02}" for number in range(12)]
    sound = assess(make_arms(3.0, pairs=240, providers=twelve), make_plan())
    assert check(sound, "dropping a site").outcome == "pass"
    assert check(sound, "few clusters").reason == "many sites"
    scores = make_arms(0.0, pairs=240, providers=twelve)
    one = (scores["provider_id"] == "p03") & (scores["arm"] == "treated")
    scores.loc[one, "review_score"] += 40.0
    assert check(assess(scores, make_plan("before_and_after")), "dropping a site").outcome == "fail"


def test_one_provider_is_no_site_to_leave_out() -> None:
    assert check(assess(make_arms(3.0), make_plan()), "dropping a site").outcome == "not possible"
    assert check(assess(make_arms(3.0), make_plan()), "few clusters").reason == "children"


def test_with_few_sites_the_wild_bootstrap_decides() -> None:
    few = assess(make_arms(3.0, pairs=240, providers=("a", "b", "c")), make_plan())
    assert check(few, "few clusters").reason == "too few sites"
    assert (few.by_interval, few.verdict) == ("no clear change", "cannot tell yet")
    enough = assess(make_arms(4.0, pairs=240, providers=tuple("abcdefghi")), make_plan())
    assert check(enough, "few clusters").reason == "few sites"
    assert check(enough, "few clusters").outcome == "pass"
    assert enough.verdict == "better"


def test_arguments_are_left_untouched() -> None:
    scores = make_arms(1.0)
    before = scores.copy(deep=True)
    for plan in (None, make_plan(), make_plan("before_and_after")):
        assess(scores, plan)
    pd.testing.assert_frame_equal(scores, before)
