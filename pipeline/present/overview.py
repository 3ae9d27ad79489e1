"""The overview: the answer for a director with ten minutes, put together from what other pages have published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pipeline.analysis.verdicts import judge_service
from pipeline.contract.context import Context, DatasetFacts
from pipeline.present.disclosure.table import escape
from pipeline.present.page import join_words, paragraph
from pipeline.protect.rounding import Disclosure

_UNCLEAR = {
    "worse": "scores got worse",
    "no clear change": "no clear change",
    "cannot tell yet": "cannot tell yet whether scores changed",
}
_LEFT_OUT = ("worse", "no clear change")
_DELIVERED = ("more than commissioned", "fewer than commissioned")
_MEASURES = {"worse": "measures got worse", "mixed": "some measures got better and some worse"}
_MORE_THAN_BEFORE_AND_AFTER = ("3 of 5", "4 of 5", "5 of 5")
_MISSED = ("not met", "off track")
_ADDRESS = re.compile(r'href="(?![#/]|[a-z]+:)')
_WHERE_TARGETS_ARE_EXPLAINED = (
    "Why each target exists, and what would settle those that cannot be told yet, stands on the page on "
    "[race equality](equality/index.ipynb)."
)
_WHERE_RETURNS_ARE_LISTED = "Which returns are in stands on the page on [data quality](quality.qmd)."
Rows = Sequence[Mapping[str, str]]
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Published:
    """What executed notebooks have published, by page ("services/index") and name.

    `part` is what the cells of one tag show, as Markdown; `rows` are a table's rows as its CSV has them, none
    where there is no such table.
    """

    part: Callable[[str, str], str]
    rows: Callable[[str, str], Rows]


def format_banner(dataset: DatasetFacts, rule: Disclosure) -> str:
    """What stands on top of every page: whose data these are, whether they are invented, and whether exact."""
    words = escape(dataset.title)
    if dataset.synthetic:
        invented = "is invented: no child, provider or number on this site is real."
        words = f"<strong>Synthetic data.</strong> {words} {invented}"
    if rule.exact:
        words = f"<strong>Not for publication.</strong> Internal edition, with exact numbers. {words}"
    kind = "banner" if dataset.synthetic or rule.exact else "dataset"
    return f'<div class="{kind}"><p>{words}</p></div>\n'


def format_footer(dataset: DatasetFacts, version: str) -> str:
    """What stands at the foot of every page."""
    day = f"{dataset.complete_to:%d %B %Y}".lstrip("0")
    made = f'Made with Outturn {version}: <a href="/methods.qmd">how the numbers are made</a>.'
    return f"<p>{escape('Source: ' + dataset.source)} Data complete to {day}. {made}</p>\n"


def _left_out(finding: Mapping[str, str], published: Published, known: Sequence[str]) -> list[str]:
    """Ethnic groups for which the design that speaks for the service shows no improvement."""
    design = "change" if finding["strength"] == "before and after" else "effect"
    groups = published.rows(f"services/{finding['service_id']}", f"{design}_{finding['scale']}")
    return [row["group"] for row in groups if row["group"] in known and row["verdict"] in _LEFT_OUT]


def _finding_words(
    findings: Iterable[Mapping[str, str]], published: Published, known: Sequence[str]
) -> Iterator[str]:
    """What asks for a closer look in one service: no improvement at all, or none for one group."""
    for finding in findings:
        if finding["verdict"] in _UNCLEAR:
            yield f"{_UNCLEAR[finding['verdict']]} (evidence: {finding['strength']})"
        elif finding["verdict"] == "better" and (groups := _left_out(finding, published, known)):
            yield f"better over all, but not clearly for {join_words(groups)} children"


def _tier_words(service_id: str, published: Published) -> Iterator[str]:
    """What asks for a closer look in one service's contract and in its measures over time."""
    for row in published.rows("services/index", "tiers"):
        if row["service_id"] == service_id:
            if row["contract"] == "not met":
                yield "contract not met"
            if row["volume"] in _DELIVERED:
                yield f"reached {row['volume'].replace(' than', ' children than')}"
            if row["measures"] in _MEASURES:
                yield _MEASURES[row["measures"]]


def _claim_words(name: str, published: Published) -> Iterator[str]:
    """Measures that are worse where more than before and after was looked at."""
    for row in published.rows("services/index", "what_works"):
        if (
            row["service"] == name
            and row["claim"] == "worse"
            and row["evidence"] in _MORE_THAN_BEFORE_AND_AFTER
        ):
            yield f"{row['outcome']}: worse (evidence {row['evidence']})"


def show_attention(context: Context, published: Published, unreviewed: Mapping[str, str] = NOTHING) -> str:
    """What to look at first: services without a clear improvement, groups left out, contracts and targets missed.

    And by provider what is said of its outcomes if they were never reviewed.
    """
    lines = []
    findings = published.rows("services/index", "services")
    for service in context.services:
        of_service = [row for row in findings if row["service_id"] == service.service_id]
        title = f"{service.service_id} {service.name}"
        found = [
            *_finding_words(of_service, published, context.dataset.known_groups),
            *_claim_words(title, published),
            *_tier_words(service.service_id, published),
        ]
        words, name = "; ".join(found), escape(title)
        lines += [f"- [{name}](services/{service.service_id}.ipynb): {escape(words)}."] if words else []
    for target in published.rows("equality/index", "targets"):
        if target["verdict"] in _MISSED:
            name, words = f"Target {target['target']}", f"{target['whom']}: {target['verdict']}"
            lines.append(f"- [{escape(name)}](equality/index.ipynb): {escape(words)}.")
    lines += [f"- [{escape(name)}](quality.qmd): {escape(words)}." for name, words in unreviewed.items()]
    if not lines:
        return paragraph(
            "No service is without a clear improvement, and no contract or target is missed, where it can be told."
        )
    return "\n".join(lines)


def show_overview(
    context: Context, published: Published, provisional: str = "", unreviewed: Mapping[str, str] = NOTHING
) -> str:
    """Both headlines, what is provisional, the services and the targets side by side, and where to read on."""

    def part(section: str, tag: str) -> str:
        """A part of a section's index page; its links lead to the same places from here."""
        return _ADDRESS.sub(f'href="{section}/', published.part(f"{section}/index", tag))

    parts = [
        part("services", "headline"),
        part("equality", "headline"),
        *([f"{escape(provisional)} {_WHERE_RETURNS_ARE_LISTED}"] if provisional else []),
        "## Look closer at these",
        show_attention(context, published, unreviewed),
        part("services", "services"),
        "## Are the race-equality targets being met?",
        part("equality", "targets"),
    ]
    if published.rows("equality/index", "targets"):
        parts.append(_WHERE_TARGETS_ARE_EXPLAINED)
    return "\n\n".join(parts) + "\n"


def _tally_words(words: Iterable[str]) -> dict[str, int]:
    counted = Counter(words)
    return {word.replace(" ", "_"): counted[word] for word in sorted(counted)}


def _value(text: str) -> str | float:
    """A published number, or the symbol that stands in its place."""
    try:
        return float(text)
    except ValueError:
        return text


def headline_metrics(published: Published) -> dict[str, Any]:
    """The figures of `dvc metrics show`: counts of services and targets, and protected shares."""
    verdicts: dict[str, set[str]] = {}
    for finding in published.rows("services/index", "services"):
        verdicts.setdefault(finding["service_id"], set()).add(finding["verdict"])
    measures = published.rows("services/index", "measures")
    return {
        "services": _tally_words(judge_service(words) for words in verdicts.values()),
        "targets": _tally_words(row["verdict"] for row in published.rows("equality/index", "targets")),
        "measures": {row["version"]: _value(row["level"]) for row in measures},
    }
