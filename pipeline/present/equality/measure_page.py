"""The page of one measure over all services: its groups, its gap over time, like children, who is missing, details."""

from pipeline.analysis.equality.gaps import MeasureGaps, find_gaps, gap_words
from pipeline.analysis.equality.target_evidence import measure_of
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import find_named
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.equality.gap_checks import alike_tables, show_detail, unknown_group_table
from pipeline.present.equality.gap_years import (
    moved_gaps_sentence,
    moved_message,
    show_periods,
    warn_of_framings,
    years_table,
)
from pipeline.present.equality.gaps import CLEAR, chance_words, draw_gaps, say_clear, say_none_clear
from pipeline.present.equality.targets import children_of, describe_group
from pipeline.present.page import Page, fold, headline, join_words, paragraph, stack
from pipeline.present.sentences import say, sentence_case, verdict_word

_PER_CENT = 100
_MOST_TARGETS = 4
"""Targets of the measure that stand in view."""
_ALIKE = slice(0, 4)
"""The columns of differences among like children, without ratios, which the file has."""
_YEARS = slice(1, 6)
"""The columns of the first year against the last, without the measure, which is this page's, and without ratios."""


def _find(page: Page, measure_id: str) -> MeasureGaps:
    return find_named(measure_id, {each.measure.measure_id: each for each in find_gaps(page)}, "measure")


def _untold(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Of which groups it is not clear, or cannot be told, whether they differ."""
    dataset, words = page.dataset, gap_words(page, rules)
    told: dict[str, list[str]] = {}
    for group in dataset.known_groups:
        word = words.get((measure_id, group))
        if word is not None and word not in CLEAR:
            told.setdefault(word, []).append(children_of(group, dataset))
    listed = "; ".join(
        say("gap untold", word=verdict_word(word), comparator=dataset.comparator, groups=join_words(groups))
        for word, groups in told.items()
    )
    return f"{sentence_case(listed)}." if listed else ""


def show_measure_headline(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """The answer for one measure: who fares worse, who better, of whom it is not clear, which gaps moved."""
    clear = say_clear(page, rules, measure_id=measure_id)
    told = [page.told(said, "finding_gaps", row=measure_id) for said in clear]
    moved = page.told(moved_gaps_sentence(page, rules, measure_id), "finding_gap_changes", row=measure_id)
    return headline(*told, _untold(page, rules, measure_id) or say_none_clear(page, rules), moved)


def show_measure_groups(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Its groups drawn and in a table, and the targets that are set for it."""
    context = page.context
    links = [
        f"[{escape(f'{each.target_id} {describe_group(each, context)}')}](index.ipynb#{each.target_id})"
        for each in sorted(context.targets, key=lambda target: target.target_id)
        if measure_of(each, context).measure_id == measure_id
    ]
    targets = f"{escape(say('measure targets'))} {'; '.join(links[:_MOST_TARGETS])}." if links else ""
    more = fold(say("targets more", number=len(links) - _MOST_TARGETS), "; ".join(links[_MOST_TARGETS:]))
    return stack(draw_gaps(page, _find(page, measure_id), rules), targets, more)


def show_measure_years(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Its gaps in the first year and in the last, and period by period."""
    measure = _find(page, measure_id).measure
    warnings = paragraph(" ".join(warn_of_framings(page, rules, measure_id)))
    table = years_table(page, rules, measure_id=measure_id).with_columns(_YEARS)
    years = page.format(table.saying(f"{moved_message(page, rules, measure_id)}."))
    return stack(warnings, years, show_periods(page, measure, rules) or paragraph(say("periods none")))


def show_measure_alike(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Whether its differences hold among like children."""
    tables = alike_tables(page, _find(page, measure_id), rules.minimum_total)
    return stack(*(page.format(table.with_columns(_ALIKE)) for table in tables))


def show_measure_unknown(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Of how many the group is not known, and what its differences would be whoever they are."""
    found = _find(page, measure_id)
    limit, share = (
        f"{format_number(_PER_CENT * each)}%" for each in (rules.maximum_unknown, found.unknown_share)
    )
    words = f"{say('measure unknown', share=share)} {say('unknown limit', limit=limit)}"
    table = unknown_group_table(page, found)
    return f"{page.told(words, 'finding_unknown', 'finding_gaps', row=measure_id)}\n\n{page.fold(table)}"


def show_measure_detail(page: Page, rules: JudgementRules, measure_id: str) -> str:
    """Its detailed groups, and how its verdicts are made."""
    detail = show_detail(page, _find(page, measure_id), rules)
    return f"{detail}\n\n{paragraph(chance_words(rules))}"
