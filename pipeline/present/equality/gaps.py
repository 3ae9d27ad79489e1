"""Gaps between ethnic groups on a page: what is clear, every measure by group, and whether the differences hold."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.analysis.equality.gaps import GroupGap, MeasureGaps, find_gaps, gap_words
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import MeasureFacts
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.present.chart import interval_chart
from pipeline.present.dates import format_window
from pipeline.present.disclosure.columns import Chosen, Verdict
from pipeline.present.disclosure.estimates import level_cells
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.equality.adjusted_gap_columns import alike_in, alike_words
from pipeline.present.equality.gap_checks import check_tables, detail_tables, show_detail
from pipeline.present.equality.gap_columns import COMPARATOR, OPEN, count_heading, gap_row
from pipeline.present.equality.targets import children_of
from pipeline.present.messages import together_words, verdict_message
from pipeline.present.page import Page, fold, paragraph, stack
from pipeline.present.sentences import say, verdict_word
from pipeline.protect.tally import Tally
from pipeline.stats.results import Estimate, NotEstimable

MOST_TOLD = 3
"""How many differences, or changes of one, the first words of a page name."""
CLEAR = ("behind", "ahead")
_PER_CENT = 100


def gap_table(page: Page, found: MeasureGaps, rules: JudgementRules) -> PublishedTable:
    """Every broad group of one measure: level, difference, what being equal takes, relative chances."""
    measure, words = found.measure, gap_words(page, rules)
    rows = [gap_row(page, measure, gap, words) for gap in found.gaps]
    if found.unknown.size:
        nothing = NotEstimable("not a group")
        itself = GroupGap(NOT_KNOWN, found.unknown, None, nothing, nothing)
        rows.append({**gap_row(page, measure, itself, {}), "word": "not a group"})
    better = verdict_word("more" if measure.direction == "higher" else "less")
    note = say("gap note" if measure.unit == "percent" else "gap rate note", better=better)
    told = {"total": count_heading(measure), "comparator": page.dataset.comparator}
    declared = "gap" if measure.unit == "percent" else "gap, rate"
    return page.table(declared, rows, note, told=told, measure=measure.title)


def draw_gaps(page: Page, found: MeasureGaps, rules: JudgementRules, *, drawn: bool = True) -> str:
    """One measure's groups in a table, and drawn."""
    table, measure = gap_table(page, found, rules), found.measure
    title, axis = say("gap title", title=measure.title), say(f"unit {measure.unit}").strip()
    words = {
        group: word for (key, group), word in gap_words(page, rules).items() if key == measure.measure_id
    }
    comparator = page.dataset.comparator
    known = any(word in (*CLEAR, "not clear") for word in words.values())
    told = verdict_message("chart gap", words, CLEAR, comparator=comparator)
    message = told or say(f"chart {'none' if known else 'open'} gap", comparator=comparator)
    chart = interval_chart(table, "level", title, axis, message=message) if drawn else None
    return page.format(table.with_columns(OPEN), chart)


def _by_group_table(page: Page, rules: JudgementRules) -> PublishedTable:
    """A row a measure and a column a group, with the word for its difference; over all, each leads to its page."""
    words, dataset = gap_words(page, rules), page.dataset
    rows = [
        {
            "measure_id": measure.measure_id,
            "measure": measure.title,
            "measure_link": f"{measure.measure_id}.ipynb",
            **{group: words.get((measure.measure_id, group), COMPARATOR) for group in dataset.known_groups},
        }
        for measure in page.context.measures
    ]
    declared = "by_group" if page.service else "by_group, linked"
    groups = [Verdict(group, group) for group in dataset.known_groups]
    note, told = chance_words(rules).rstrip("."), {"comparator": dataset.comparator}
    return page.table(declared, rows, note, told=told, more=groups)


def show_gaps(page: Page, rules: JudgementRules) -> str:
    """Every measure by group in one table, with what it is read with; over all, each measure has its own page.

    A service has no such pages: its measures are folded below the table, drawn where a difference is clear or a target
    is set.
    """
    context, found = page.context, find_gaps(page)
    where = say("gaps where", period=format_window(page.whole), comparator=context.dataset.comparator)
    own_page = "" if page.service else f" {say('gaps own page')}"
    parts = [paragraph(where + own_page), page.format(_by_group_table(page, rules))]
    if page.service is None:
        return stack(*parts, _link_files(page, found, rules))
    words = gap_words(page, rules)
    worth_drawing = {measure_id for (measure_id, _), word in words.items() if word in CLEAR}
    worth_drawing |= {target.measure_id for target in context.targets if target.measure_id}
    for each in found:
        drawn = each.measure.measure_id in worth_drawing
        shown = draw_gaps(page, each, rules, drawn=drawn)
        checks = [page.format(checked) for checked in check_tables(page, each, rules.minimum_total)]
        parts.append(fold(each.measure.title, shown, *checks, show_detail(page, each, rules)))
    return stack(*parts, paragraph(together_words(page)))


def _link_files(page: Page, found: Sequence[MeasureGaps], rules: JudgementRules) -> str:
    """The tables of all measures' pages as files, one a kind of table; folded."""
    published: dict[str, PublishedTable] = {}
    for each in found:
        tables = [gap_table(page, each, rules), *check_tables(page, each, rules.minimum_total)]
        for table in (*tables, *detail_tables(page, each, rules)):
            published.setdefault(table.name, table)
    links = [
        page.door.link_to(replace(table, title=say(f"file {name}"))) for name, table in published.items()
    ]
    return fold(say("gaps files"), *links)


def list_clear(page: Page, rules: JudgementRules) -> list[tuple[MeasureFacts, GroupGap]]:
    """Every clear difference of the page, the largest first; rates per child-year after percentages."""
    words = gap_words(page, rules)
    found = [
        (each.measure, gap)
        for each in find_gaps(page)
        for gap in each.gaps
        if words.get((each.measure.measure_id, gap.ethnic_group)) in CLEAR
    ]

    return sorted(found, key=lambda pair: by_size(*pair))


def by_size(measure: MeasureFacts, gap: GroupGap) -> tuple[bool, float]:
    """What puts the largest difference first: percentages before rates, which have another unit."""
    size = abs(gap.difference.value) if isinstance(gap.difference, Estimate) else 0.0
    return measure.unit != "percent", -size


def chance_words(rules: JudgementRules) -> str:
    """What is looked at together, and how many of the differences called clear may be chance."""
    rate = f"{rules.false_discovery_rate * _PER_CENT:g}%"
    return say("gaps chance", family=say(f"family {rules.family}"), rate=rate)


def tell_difference(page: Page, measure: MeasureFacts, gap: GroupGap) -> str:
    """Return both sides of one difference in words, and whether it goes once like children are compared."""
    dataset, unit = page.dataset, measure.unit
    assert gap.reference is not None
    own, other = (tell_level(page, tally, measure) for tally in (gap.tally, gap.reference))
    told = say(
        f"gap told {unit}",
        own=own,
        group=children_of(gap.ethnic_group, dataset),
        other=other,
        others=children_of(dataset.comparator, dataset),
    )
    if alike_words(page, measure, gap) != say("adjusted gone"):
        return told
    return say("gap explained", told=told, alike=alike_in(page))


def tell_level(page: Page, tally: Tally, measure: MeasureFacts) -> str:
    """Return the level of a group as tables have it, without its interval."""
    cells = level_cells("level", tally, measure, page.confidence_level)
    return Chosen("level", "").cell(cells, page.rule).text.partition(" (")[0]


def say_clear(
    page: Page, rules: JudgementRules, ways: Sequence[str] = CLEAR, *, measure_id: str = "", most: int = 0
) -> list[str]:
    """Where a group fares worse, then where one fares better, a sentence each, the largest difference first.

    Of one measure where it is named; `most` differences at most, and how many more there are, where it is not 0.
    """
    words = gap_words(page, rules)
    told: dict[str, list[str]] = {}
    for measure, gap in list_clear(page, rules):
        if measure_id in ("", measure.measure_id):
            word = words[measure.measure_id, gap.ethnic_group]
            found = tell_difference(page, measure, gap)
            whole = found if measure_id else say("gap of", measure=measure.title, told=found)
            told.setdefault(word, []).append(whole)
    for listed in told.values():
        if most and len(listed) > most:
            listed[most:] = [say("gaps more", number=len(listed) - most)]
    period = format_window(page.whole)
    return [say(f"gaps {way}", period=period, found="; ".join(told[way])) for way in ways if way in told]


def say_none_clear(page: Page, rules: JudgementRules) -> str:
    """That no group is clearly behind, or that there are too few children to say of any."""
    judged = set(gap_words(page, rules).values()) & {*CLEAR, "not clear"}
    key = "gaps none" if judged else "gaps open"
    return say(key, comparator=page.dataset.comparator)


def show_clear(page: Page, rules: JudgementRules) -> str:
    """The clear differences in a table, the largest first, folded; that there is none, where there is none."""
    words = gap_words(page, rules)
    rows = [
        {**gap_row(page, measure, gap, words), "alike": alike_words(page, measure, gap)}
        for measure, gap in list_clear(page, rules)
    ]
    if not rows:
        return paragraph(say_none_clear(page, rules))
    note = chance_words(rules).rstrip(".")
    return page.fold(page.table("clear", rows, note, told={"comparator": page.dataset.comparator}))
