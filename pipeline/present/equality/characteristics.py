"""The comparison by age, sex, disability, religion, area and whatever else is recorded, on a page.

Where deprivation is, every measure along its scale too.
"""

from functools import cache
from typing import Any

from pipeline.analysis.equality.characteristics import LevelComparison, compare_characteristics
from pipeline.analysis.equality.gradients import Gradient, assess_gradients
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.scope import characteristics_of
from pipeline.contract.dataset import MERGED
from pipeline.contract.tables import load_table
from pipeline.present.disclosure.estimates import difference_kind, gap_cells, level_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.gaps import CLEAR, by_size, chance_words
from pipeline.present.page import Page, fold, join_words, paragraph, stack
from pipeline.present.sentences import say
from pipeline.protect.rounding import ShownCount
from pipeline.protect.wholes import CROSSED


def _title(characteristic: str) -> str:
    return load_table("episodes").field(characteristic).title


def _who(found: LevelComparison) -> str:
    level = found.level.replace("_", " ")
    named = f"{_title(found.characteristic)}: {level}"
    return f"{found.ethnic_group}, {named[0].lower()}{named[1:]}" if found.ethnic_group else named


def _row(found: LevelComparison, confidence: float) -> dict[str, Any]:
    own, others, measure = found.gap.tally, found.gap.reference, found.measure
    assert others is not None
    return {
        "who": _who(found),
        "measure": measure.title,
        "word": found.word,
        "total": own.size,
        **level_cells("level", own, measure, confidence),
        **level_cells("others", others, measure, confidence),
        **gap_cells("gap", own, others, measure, confidence),
    }


@cache
def _compared(page: Page, rules: JudgementRules) -> tuple[LevelComparison, ...]:
    crossed = () if page.service else CROSSED
    return compare_characteristics(characteristics_of(page), page.context.measures, rules, crossed)


def _table(page: Page, name: str, found: list[LevelComparison], note: str) -> PublishedTable:
    return page.table(name, [_row(each, page.confidence_level) for each in found], note)


def show_characteristics(page: Page, rules: JudgementRules) -> str:
    """Which groups stand out, in words and in a table; every comparison as a file."""
    found = _compared(page, rules)
    if not found:
        return paragraph(say("characteristics none"))
    names = list(dict.fromkeys(_title(each.characteristic).lower() for each in found))
    told = {each.characteristic for each in found if each.ethnic_group}
    crossed = [_title(name).lower() for name in CROSSED if name in told]
    within = say("characteristics of a service")
    if crossed:
        within = say("characteristics within", crossed=join_words(crossed))
    looked_at = say("characteristics looked at", names=join_words(names), within=within)
    if any(MERGED in each.level for each in found):
        looked_at += f" {say('characteristics merged')}"
    chance = chance_words(rules)
    whole = _table(page, "characteristics", list(found), chance)
    clear = sorted(
        (each for each in found if each.word in CLEAR), key=lambda each: by_size(each.measure, each.gap)
    )
    shown = [paragraph(f"{looked_at} {chance}")]
    if clear:
        shown.append(page.format(_table(page, "stand_out", clear, "")))
    words = say("stands out", number=len(clear)) if clear else say("stands out none")
    folded = fold(say("characteristics title"), *shown, page.door.link_to(whole))
    return stack(paragraph(words), folded, show_gradients(page, rules))


def _gradient_row(page: Page, found: Gradient) -> dict[str, Any]:
    return {
        "measure": found.measure.title,
        "word": found.word,
        "total": ShownCount(sum(tally.size for tally in found.levels)),
        "slope": found.slope(page.confidence_level),
        "slope_kind": difference_kind("slope", found.measure),
        "ratio": found.ratio(page.confidence_level),
    }


def show_gradients(page: Page, rules: JudgementRules) -> str:
    """The slope and the relative index of each measure; nothing where deprivation is not recorded."""
    found = assess_gradients(characteristics_of(page), page.context.measures, rules)
    rows = [_gradient_row(page, each) for each in found]
    table = page.table("deprivation", rows)
    return page.fold(table)
