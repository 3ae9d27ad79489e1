"""Where targets start from, on a page: measured, frozen, what hangs on six months, and what luck alone would bring."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.analysis.equality.baselines import OTHER_LENGTHS
from pipeline.analysis.equality.targets import TargetEvidence, assess_targets
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.months import first_day
from pipeline.contract.context import FrozenBaseline
from pipeline.present.dates import format_day, format_short_window
from pipeline.present.disclosure.estimates import Read, figure_numbers
from pipeline.present.disclosure.rounding import HIDDEN, format_number
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable
from pipeline.present.equality.targets import describe_group
from pipeline.present.page import Page, fold, paragraph
from pipeline.present.sentences import retell, say
from pipeline.stats.results import NotEstimable

_PER_CENT = 100
_MORE = tuple(sorted((0, *OTHER_LENGTHS)))
_ANY_LEVEL = 0.95
"""Whether there is a figure hangs on no level of confidence."""


def is_withheld(evidence: TargetEvidence) -> bool:
    """Return whether a target has no starting figure, for too few children were counted in those months."""
    reading = evidence.baseline.reading
    return reading is not None and isinstance(reading.result(_ANY_LEVEL), NotEstimable)


def describe_state(evidence: TargetEvidence) -> str:
    """Return whether a measured baseline is frozen, and whether it still holds."""
    baseline = evidence.baseline
    if baseline.frozen is None:
        return say("baseline none" if is_withheld(evidence) else "baseline open")
    date = format_day(baseline.frozen.frozen_on)
    if baseline.changed:
        return say("baseline changed", date=date, value=_frozen_words(baseline.frozen))
    return say("baseline frozen few" if is_withheld(evidence) else "baseline frozen", date=date)


def _frozen_words(frozen: FrozenBaseline) -> str:
    numbers = [value for value in (frozen.value, frozen.lower, frozen.upper) if value is not None]
    if len(numbers) < 3:
        return HIDDEN
    middle, lower, upper = (format_number(value, 1) for value in numbers)
    return say("interval", value=middle, lower=lower, upper=upper)


def _regression_words(evidence: TargetEvidence) -> str:
    """What the figure would be expected to move by if nothing changed at all."""
    moved = evidence.baseline.regression
    if isinstance(moved, NotEstimable):
        return say("regression none")
    if evidence.measure.unit == "per_100_child_years":
        return say("regression rate", rate=format_number(moved, 1, sign=True))
    return say("regression", points=format_number(moved * _PER_CENT, 1, sign=True))


def _name(evidence: TargetEvidence, page: Page) -> str:
    whom = describe_group(evidence.target, page.context)
    return f"{evidence.target.target_id} {retell(evidence.measure.title)}: {whom}"


def _row(evidence: TargetEvidence, page: Page) -> dict[str, Any]:
    baseline = evidence.baseline
    assert baseline.reading is not None
    assert baseline.window is not None
    return {
        "target": _name(evidence, page),
        "window": format_short_window(baseline.window),
        "size": baseline.reading.size,
        "baseline": baseline.reading,
        "regression": _regression_words(evidence),
        "state": describe_state(evidence),
    }


def lengths_table(page: Page, measured: Sequence[TargetEvidence], months: int) -> PublishedTable:
    """The same baselines, had they been measured in fewer or in more months."""
    rows = []
    level, lengths = page.confidence_level, [months + more for more in _MORE]
    for each in measured:
        readings = {months: each.baseline.reading, **dict(each.baseline.others)}
        found = {f"with{length}": readings.get(length) or say("baseline forming") for length in lengths}
        rows.append({"target": _name(each, page), **found})
    columns = [Read(f"with{length}", say("heading months", value=length), level) for length in lengths]
    return page.table("baseline_lengths", rows, more=columns)


def show_baselines(page: Page, rules: JudgementRules) -> str:
    """The measured baselines, and what hangs on their months, folded; a word where there is none."""
    measured = [each for each in assess_targets(page, rules) if each.baseline.kind == "first months"]
    if not measured:
        return paragraph(say("baselines none"))
    whole = page.table("baselines", [_row(each, page) for each in measured])
    lengths = lengths_table(page, measured, rules.baseline_months)
    return fold(whole.title, *(page.format(table, in_view=MOST_ROWS) for table in (whole, lengths)))


def freeze_baseline(evidence: TargetEvidence, page: Page, day: dt.date) -> FrozenBaseline:
    """One measured baseline, its figures as a page shows them; None where they are hidden."""
    baseline, target = evidence.baseline, evidence.target
    assert baseline.window is not None
    assert baseline.reading is not None
    value, lower, upper = figure_numbers(baseline.reading, page.confidence_level, page.rule) or (
        None,
        None,
        None,
    )
    return FrozenBaseline(
        target.target_id,
        target.version,
        day,
        first_day(baseline.window.first),
        first_day(baseline.window.last + 1) - dt.timedelta(days=1),
        value,
        lower,
        upper,
        baseline.fingerprint,
    )


def freeze_baselines(page: Page, rules: JudgementRules, day: dt.date) -> Iterator[FrozenBaseline]:
    """Every baseline of the page's targets whose months are over and that is not frozen yet."""
    for evidence in assess_targets(page, rules):
        if evidence.baseline.kind == "first months" and evidence.baseline.frozen is None:
            yield freeze_baseline(evidence, page, day)
