"""The overview: the answer for a director with ten minutes, put together from what other pages have published."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.analysis.group_counts import FEW
from pipeline.analysis.impact.claims import LADDER
from pipeline.contract.context import Context, DatasetFacts
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.rounding import round_half_up
from pipeline.present.disclosure.table import escape
from pipeline.present.equality.target_words import describe_group
from pipeline.present.page import join_words, paragraph
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure

_UNCLEAR = {
    "worse": "scores got worse",
    "no clear change": "no clear change",
    "cannot tell yet": "cannot tell yet whether scores changed",
}
_LEFT_OUT = ("worse", "no clear change")
_DELIVERED = ("more", "fewer")
_MEASURES = {"worse": "measures got worse", "mixed": "some measures got better and some worse"}
_BEFORE_AND_AFTER = 1 + LADDER.index("before and after")
_MISSED = ("not met", "off track")
_ADDRESS = re.compile(r'href="(?![#/]|[a-z]+:)')
_WHERE_TARGETS_ARE_EXPLAINED = (
    "Why each target exists, and what would settle those that cannot be told yet, stands on the page on "
    "[race equality](equality/index.ipynb)."
)
_WHERE_RETURNS_ARE_LISTED = "Which returns are in stands on the page on [data quality](quality.qmd)."
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Published:
    """What executed notebooks have published, by page ("services/index") and name.

    `part` is what the cells of one tag show, to be shown again; `finding` is a frame with its declared columns,
    without rows where the page has none.
    """

    part: Callable[[str, str], str]
    finding: Callable[[str, str], pd.DataFrame]

    def rows(self, page: str, name: str) -> Iterator[Row]:
        """Yield the rows of a finding, typed."""
        yield from self.finding(page, name).to_dict("records")  # type: ignore[misc]


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


def _left_out(finding: Row, published: Published, known: Sequence[str]) -> list[str]:
    """Ethnic groups for which the design that speaks for the service shows no improvement."""
    design = "before and after" if finding["strength"] == "before and after" else "comparison"
    return [
        row["ethnic_group"]
        for row in published.rows(f"services/{finding['service_id']}", "score_changes")
        if (row["scale"], row["design"]) == (finding["outcome"], design)
        and row["ethnic_group"] in known
        and row["verdict"] in _LEFT_OUT
    ]


def _score_words(finding: Row, published: Published, known: Sequence[str]) -> Iterator[str]:
    """What asks for a closer look on one scale: no improvement at all, or none for one group."""
    if finding["verdict"] in _UNCLEAR:
        yield f"{_UNCLEAR[finding['verdict']]} (evidence: {finding['strength']})"
    elif finding["verdict"] == "better" and (groups := _left_out(finding, published, known)):
        yield f"better over all, but not clearly for {join_words(groups)} children"


def _claim_words(finding: Row, context: Context) -> Iterator[str]:
    """What is worse where more than before and after was looked at."""
    if finding["verdict"] == "worse" and finding["claim_level"] > _BEFORE_AND_AFTER:
        evidence = say("evaluation level", level=finding["claim_level"], levels=len(LADDER))
        yield f"{context.outcome_title(finding['outcome'])}: worse (evidence {evidence})"


def _contract_words(row: Row) -> Iterator[str]:
    """What asks for a closer look in one service's contract and in its measures over time."""
    if row["contract"] == "not met":
        yield "contract not met"
    if row["volume"] in _DELIVERED:
        yield f"reached {row['volume']} children than commissioned"
    if row["measures"] in _MEASURES:
        yield _MEASURES[row["measures"]]


def _service_words(service_id: str, context: Context, published: Published) -> Iterator[str]:
    own = [row for row in published.rows("services/index", "outcomes") if row["service_id"] == service_id]
    scales = {scale.scale for scale in context.scales}
    for row in own:
        if row["outcome"] in scales:
            yield from _score_words(row, published, context.dataset.known_groups)
    for row in own:
        yield from _claim_words(row, context)
    for row in published.rows("services/index", "contracts"):
        if row["service_id"] == service_id:
            yield from _contract_words(row)


def _target_line(row: Row, context: Context) -> str:
    target = next(each for each in context.targets if each.target_id == row["target_id"])
    year: int | None = None if pd.isna(row["population_breaks"]) else row["population_breaks"]
    name = f"Target {row['target_id']} {row['measure']}"
    words = f"{describe_group(target, context, year)}: {row['verdict']}"
    return f"- [{escape(name)}](equality/index.ipynb): {escape(words)}."


def show_attention(context: Context, published: Published, unreviewed: Mapping[str, str] = NOTHING) -> str:
    """What to look at first: services without a clear improvement, groups left out, contracts and targets missed.

    And by provider what is said of its outcomes if they were never reviewed.
    """
    lines = []
    for service in context.services:
        words = "; ".join(_service_words(service.service_id, context, published))
        name = escape(f"{service.service_id} {service.name}")
        lines += [f"- [{name}](services/{service.service_id}.ipynb): {escape(words)}."] if words else []
    lines += [
        _target_line(row, context)
        for row in published.rows("equality/index", "targets")
        if row["verdict"] in _MISSED
    ]
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
    if len(published.finding("equality/index", "targets")):
        parts.append(_WHERE_TARGETS_ARE_EXPLAINED)
    return "\n\n".join(parts) + "\n"


def _tally_words(words: Iterable[str]) -> dict[str, int]:
    counted = Counter(words)
    return {word.replace(" ", "_"): counted[word] for word in sorted(counted)}


def _level(row: Row) -> float | str:
    """A measure's level in its unit, in the digits that are told; a symbol where there is none."""
    if math.isnan(row["estimate"]):
        return HIDDEN if row["method"] == FEW.reason else NOT_AVAILABLE
    return round_half_up(100 * row["estimate"], 1) if row["unit"] == "proportion" else float(row["estimate"])


def headline_metrics(published: Published) -> dict[str, Any]:
    """The figures of `dvc metrics show`: counts of services and targets, and protected levels."""
    contracts, targets = (
        published.rows(page, name)
        for page, name in (("services/index", "contracts"), ("equality/index", "targets"))
    )
    return {
        "services": _tally_words(row["children"] for row in contracts),
        "targets": _tally_words(row["verdict"] for row in targets),
        "measures": {
            f"{row['measure_id']} v{row['version']}": _level(row)
            for row in published.rows("services/index", "kpis")
        },
    }
