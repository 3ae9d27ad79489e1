"""Checks of a measure followed over months. Each can only weaken a claim; none can strengthen it."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.analysis.impact.change import ChangeVerdict, judge_against
from pipeline.analysis.impact.claims import CheckOutcome
from pipeline.analysis.impact.comparison_services import (
    Side,
    chance_of_rank,
    compare_moves,
    compare_sides,
    put_side,
    slope_of,
)
from pipeline.analysis.impact.design_checks import Check, CheckRules, Shown
from pipeline.analysis.impact.monthly import Months, interrupt
from pipeline.contract.context import Unit
from pipeline.protect.cells import Cells
from pipeline.stats.designs.interrupted_series import InterruptedSeries, SeriesModel
from pipeline.stats.results import Estimate, NotEstimable

_PLACEBO_POINTS = 6
_SEASON_MONTHS, _ANY_SEASON_MONTHS = 24, 30
_MONTH_BY_MONTH = SeriesModel(slopes=False, harmonics=6)
_UNUSUAL = 0.1
"""A service that stands out by less than this share of all of them may as well be one of the others."""


def check_autocorrelation(series: InterruptedSeries, rules: CheckRules) -> Check:
    """Whether months lean on one another beyond what the model allows for."""
    found = series.autocorrelation
    if isinstance(found, NotEstimable):
        return Check("autocorrelation", "not possible", "few months", {"why": found.reason})
    outcome: CheckOutcome = "pass" if found.value > 1 - rules.confidence_level else "fail"
    return Check("autocorrelation", outcome, "leans", {"chance": found})


def tells_season(months: Months) -> bool:
    """Whether there are months enough for the model to know a season."""
    return _told(months) >= _SEASON_MONTHS


def check_season(months: Months, series: InterruptedSeries, level: float) -> Check:
    """Whether there are months enough to know a season, and what is clear is not one of a shape of its own.

    Two years tell one wave a year from a step, and no other season: there the same months of the year, before the start
    and after it, must show the step as well.
    """
    told = _told(months)
    if not tells_season(months):
        return Check("season", "fail", "few months", {"months": told, "needed": _SEASON_MONTHS})
    if told >= _ANY_SEASON_MONTHS or not _direction(series):
        return Check("season", "pass", "modelled", {"months": told})
    borne_out = _direction(interrupt(months, _MONTH_BY_MONTH, level)) == _direction(series)
    figures: dict[str, Shown] = {"months": told, "needed": _ANY_SEASON_MONTHS}
    return Check("season", *(("pass", "same months") if borne_out else ("fail", "own shape")), figures)


def _told(months: Months) -> int:
    """How many months have figures."""
    return sum(size > 0 for size in months.sizes)


def _direction(series: InterruptedSeries | NotEstimable) -> int:
    """1 for a clear rise at the start, -1 for a clear fall, 0 where none is clear."""
    step = series.level_change if isinstance(series, InterruptedSeries) else series
    return 0 if isinstance(step, NotEstimable) else int(step.lower > 1) - int(step.upper < 1)


def check_placebo_dates(months: Months, model: SeriesModel, rules: CheckRules) -> Check:
    """Whether a step shows at days on which nothing began: a third, half and two thirds into the months before."""
    before = months.before
    told = replace(model, minimum_points=_PLACEBO_POINTS)
    days = sorted({months.first + len(before.sums) * part // 6 for part in (2, 3, 4)})
    found = [interrupt(replace(before, start=day), told, rules.confidence_level) for day in days]
    steps = [each.level_change for each in found if isinstance(each, InterruptedSeries)]
    known = [step for step in steps if isinstance(step, Estimate)]
    if not known:
        return Check("placebo dates", "not possible", "few months before")
    # Each at the level of all together, so that looking at three days does not fail a sound series more often.
    level = 1 - (1 - rules.confidence_level) / len(known)
    again = [interrupt(replace(before, start=day), told, level) for day in days]
    clear = sum(map(abs, map(_direction, again)))
    return Check("placebo dates", "fail" if clear else "pass", "steps", {"days": len(known), "clear": clear})


def check_pre_trend(
    measures: Cells, own: Side, others: Sequence[Side], before: Sequence[int], unit: Unit, level: float
) -> Check:
    """Whether the service was on another course than the others before the start."""
    slope = slope_of(measures, own.service_id, before, unit)
    slopes = [slope_of(measures, other.service_id, before, unit) for other in others]
    known = [each for each in slopes if each is not None]
    apart = NotEstimable("too few months") if slope is None else compare_moves(slope, known, level)
    if isinstance(apart, NotEstimable):
        return Check("pre-trend", "not possible", "few months before")
    return Check("pre-trend", "pass" if apart.contains(0.0) else "fail", "slopes", {"difference": apart})


def check_placebo_start(
    measures: Cells, own: Side, others: Sequence[Side], before: Sequence[int], unit: Unit, level: float
) -> Check:
    """Whether the service seems to have moved more than the others half-way through the months before."""
    middle = before[len(before) // 2]
    halves = [put_side(measures, side.service_id, before[0], middle, before[-1]) for side in (own, *others)]
    told = [half for half in halves if half.size]
    if len(told) < len(halves):
        return Check("placebo dates", "not possible", "few months before")
    apart = compare_sides(told[0], told[1:], unit, level)
    if isinstance(apart, NotEstimable):
        return Check("placebo dates", "not possible", "few months before")
    outcome: CheckOutcome = "pass" if apart.contains(0.0) else "fail"
    return Check("placebo dates", outcome, "half-way", {"difference": apart})


def check_placebo_groups(own: Side, others: Sequence[Side], unit: Unit, verdict: ChangeVerdict) -> Check:
    """Whether services in which nothing began stand out as far as the one in which something did."""
    chance = chance_of_rank(own.moved(unit), [other.moved(unit) for other in others])
    figures: dict[str, Shown] = {"services": len(others) + 1, "chance": chance}
    if verdict not in ("better", "worse"):
        return Check("placebo groups", "not possible", "nothing stands out")
    return Check("placebo groups", "fail" if chance > _UNUSUAL else "pass", "rank", figures)


def check_few_services(own: Side, others: Sequence[Side], unit: Unit, rules: CheckRules) -> Check:
    """With few services in all, randomisation inference decides."""
    number = len(others) + 1
    if number >= rules.few_clusters:
        return Check("few clusters", "pass", "many services", {"services": number})
    chance = chance_of_rank(own.moved(unit), [other.moved(unit) for other in others])
    outcome: CheckOutcome = "fail" if chance > 1 - rules.confidence_level else "pass"
    return Check("few clusters", outcome, "few services", {"services": number, "chance": chance})


def check_services(
    own: Side, others: Sequence[Side], unit: Unit, verdict: ChangeVerdict, higher: bool, level: float
) -> Check:
    """Whether the verdict hangs on one of the services compared with: the estimate again without each in turn."""
    if len(others) < 4:
        return Check("dropping a site", "not possible", "few services")
    turned = 0
    for left_out in others:
        kept = [other for other in others if other is not left_out]
        turned += judge_against(compare_sides(own, kept, unit, level), 0.0, higher) != verdict
    figures: dict[str, Shown] = {"sites": len(others), "turned": turned}
    return Check("dropping a site", "fail" if turned else "pass", "services", figures)
