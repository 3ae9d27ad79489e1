"""Every measure along the scale of deprivation, on the race-equality page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.analysis.equality.gradients import Gradient, assess_gradients
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import characteristics_of
from pipeline.present.disclosure.columns import Chosen, Count, Text, Verdict, headed
from pipeline.present.disclosure.estimates import Worked
from pipeline.present.page import Page, fold
from pipeline.present.sentences import say
from pipeline.protect.rounding import ShownCount
from pipeline.stats.results import Estimate, Result

_PER_CENT = 100


def _row(found: Gradient, page: Page) -> dict[str, Any]:
    percent = found.measure.unit == "percent"
    slope = found.slope(page.confidence_level)
    return {
        "measure": found.measure.title,
        "word": found.word,
        "total": ShownCount(sum(tally.size for tally in found.levels)),
        "slope": _scaled(slope, _PER_CENT) if percent else slope,
        "slope_kind": Worked("slope", "", decimals=0 if percent else 1, sign=True),
        "ratio": found.ratio(page.confidence_level),
        "ratio_kind": Worked("ratio", "", decimals=2),
    }


def _scaled(result: Result, scale: float) -> Result:
    if not isinstance(result, Estimate):
        return result
    value, lower, upper = (scale * number for number in (result.value, result.lower, result.upper))
    return replace(result, value=value, lower=lower, upper=upper, unit="percentage points")


def show_gradients(page: Page, rules: JudgementRules) -> str:
    """The slope and the relative index of each measure; nothing where deprivation is not recorded."""
    found = assess_gradients(characteristics_of(page), page.slice.context.measures, rules)
    columns = [
        Text("measure", say("heading measure")),
        Verdict("word", say("heading the most deprived")),
        Count("total", say("heading out of or counted")),
        *headed(Chosen, slope="most less least deprived", ratio="most over least deprived"),
    ]
    rows = [_row(each, page) for each in found]
    title = say("equality along the scale")
    table = page.table("deprivation", title, columns, rows, note=say("gradient note"))
    return fold(table.title, page.format(table)) if table.cells else ""
