"""What works: over all services, what may be said of each outcome, by the outcomes of Every Child Matters."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.analysis.impact.designs import Finding
from pipeline.analysis.impact.outcomes import all_findings, is_shown, verdict_on
from pipeline.contract.services import OUTCOMES, ServiceFacts
from pipeline.present.chart import interval_chart
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable
from pipeline.present.impact.check_words import name_check
from pipeline.present.impact.claims import effect_cells, tell_level, unit_of
from pipeline.present.impact.staggered import show_staggered
from pipeline.present.page import Page, fold, headline, join_words, named_service, paragraph, stack
from pipeline.present.sentences import say

_SURE, _MOST_ASKED = 2, 3
_TOLD, _TOLD_UNITS = (1, 3, 4, 5, 8), (1, 3, 4, 5, 6, 8)
"""Of the columns of what works: service, verdict, evidence, effect, its unit where they differ, checks that failed."""

Evaluated = tuple[ServiceFacts, Finding]


def list_evaluated(page: Page, minimum_pairs: int) -> list[Evaluated]:
    """Every outcome of every service, by outcome of Every Child Matters and then as the register has them."""
    order = list(OUTCOMES)
    services = sorted(page.context.services, key=lambda service: order.index(service.ecm_outcome))
    return [
        (service, finding) for service in services for finding in all_findings(page, service, minimum_pairs)
    ]


def _row(page: Page, service: ServiceFacts, finding: Finding) -> dict[str, Any]:
    shown = is_shown(page, finding)
    return {
        "ecm": OUTCOMES[service.ecm_outcome],
        **named_service(service),
        "outcome": page.context.outcome_title(finding.outcome),
        "claim": verdict_on(page, finding),
        "evidence": tell_level(finding) if shown else "",
        "unit": unit_of(finding) if shown else "",
        "estimate": finding.estimate,
        "failed": "; ".join(name_check(check) for check in finding.failed) if shown else "",
        **effect_cells(finding),
    }


def what_works_table(page: Page, minimum_pairs: int) -> PublishedTable:
    """All that was evaluated, side by side."""
    rows = [_row(page, service, finding) for service, finding in list_evaluated(page, minimum_pairs)]
    return page.table("what_works", rows)


def show_what_works(page: Page, minimum_pairs: int) -> str:
    """What may be said in two sentences, and where all of it is shown; nothing on a service's own page.

    What the page of what works shows is published here, with the other files of the index.
    """
    found = [] if page.service else list_evaluated(page, minimum_pairs)
    if not found:
        return ""
    what_works_table(page, minimum_pairs)
    show_staggered(page, minimum_pairs)
    return f"{paragraph(_tell_sure(page, found))} [{say('what works link')}](what_works.ipynb)."


def show_works_headline(page: Page, minimum_pairs: int) -> str:
    """What is better, or worse, by more than before and after."""
    return headline(_tell_sure(page, list_evaluated(page, minimum_pairs)))


def _tell_sure(page: Page, found: Sequence[Evaluated]) -> str:
    named = {way: [*_name_sure(page, found, way)] for way in ("better", "worse")}
    words = [say(f"what works {way}", named=join_words(names)) for way, names in named.items() if names]
    words = [*words, say("what works page")] if words else [say("what works none")]
    return " ".join(words)


def show_shared(page: Page, minimum_pairs: int) -> str:
    """Each outcome that several services share, drawn together, with whom to ask."""
    table = what_works_table(page, minimum_pairs)
    evaluated = list_evaluated(page, minimum_pairs)
    counted = Counter(finding.outcome for _, finding in evaluated)
    parts = [
        _show_outcome(page, table, [each for each in evaluated if each[1].outcome == outcome])
        for outcome, number in counted.items()
        if number > 1
    ]
    return stack(*parts) or paragraph(say("works none shared"))


def _show_outcome(page: Page, table: PublishedTable, found: Sequence[Evaluated]) -> str:
    title = page.context.outcome_title(found[0][1].outcome)
    rows = zip(table.cells, table.values("outcome"), table.values("unit"), strict=True)
    mine = [(cells, str(unit)) for cells, outcome, unit in rows if outcome == title]
    units = sorted({unit for _, unit in mine} - {""})
    told_columns = _TOLD if len(units) < 2 else _TOLD_UNITS
    cut = table.with_rows(title, (cells for cells, _ in mine)).with_columns(told_columns)
    better = _better(page, found)
    told = {"better": len(better), "sure": sum(finding.claim.level > _SURE for _, finding in better)}
    message = say("works together", outcome=title, services=len(found), **told)
    alike = len(units) == 1 and "times" not in units[0]
    chart = interval_chart(cut, "effect", title, units[0], 0.0, message=message) if alike else None
    said = paragraph(_tell_whom(page, found) if chart else f"{message}. {_tell_whom(page, found)}")
    folded = fold(say("table folded", title=title), page.format(cut, in_view=MOST_ROWS))
    return stack(f"### {paragraph(title)}", chart or "", folded, said)


def _better(page: Page, found: Sequence[Evaluated]) -> list[Evaluated]:
    """Those of which better may be said, the surest first."""
    clear = [each for each in found if verdict_on(page, each[1]) == "better"]
    return sorted(clear, key=lambda each: -each[1].claim.level)


def _tell_whom(page: Page, found: Sequence[Evaluated]) -> str:
    """Who may be asked how it was done: the providers of the services that are best known to be better."""
    asked = [f"{service.provider} ({service.name})" for service, _ in _better(page, found)[:_MOST_ASKED]]
    return say("works ask", who=join_words(asked)) if asked else say("works nobody")


def show_everything(page: Page, minimum_pairs: int) -> str:
    """All that was evaluated, folded, and services that started the same thing at different times."""
    table = page.format(what_works_table(page, minimum_pairs), in_view=MOST_ROWS)
    return stack(fold(say("works all"), table), show_staggered(page, minimum_pairs))


def _name_sure(page: Page, found: Sequence[Evaluated], way: str) -> Iterator[str]:
    """Outcomes that are better, or worse, by more than before and after."""
    for service, finding in found:
        claim = finding.claim
        if is_shown(page, finding) and claim.verdict == way and claim.level > _SURE:
            title = page.context.outcome_title(finding.outcome)
            yield say("impact in", outcome_title=title, name=service.name)
