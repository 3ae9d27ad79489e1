"""The overview: the answer for a director with ten minutes, and what every page carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pipeline.analysis.targets import JudgementRules
from pipeline.contract.context import DatasetFacts, ServiceFacts
from pipeline.present import equality_page, impact_page
from pipeline.present.catalogue import measures_table
from pipeline.present.page import Page, join_words, paragraph, split_services
from pipeline.present.table import PublishedTable, escape
from pipeline.present.targets import assess_targets, describe_group, targets_table

_LOOK = {"worse": "scores got worse", "no clear change": "no clear change"}


def format_banner(dataset: DatasetFacts) -> str:
    """What stands on top of every page: whose data these are, and whether they are invented."""
    words = escape(dataset.title)
    if dataset.synthetic:
        invented = "is invented: no child, provider or number on this site is real."
        words = f"<strong>Synthetic data.</strong> {words} {invented}"
    kind = "banner" if dataset.synthetic else "dataset"
    return f'<div class="{kind}"><p>{words}</p></div>\n'


def format_footer(dataset: DatasetFacts, version: str) -> str:
    """What stands at the foot of every page."""
    day = f"{dataset.complete_to:%d %B %Y}".lstrip("0")
    made = f'Made with Outturn {version}: <a href="/methods.qmd">how the numbers are made</a>.'
    return f"<p>{escape('Source: ' + dataset.source)} Data complete to {day}. {made}</p>\n"


def _service_words(part: Page, service: ServiceFacts, minimum_pairs: int) -> list[str]:
    """What asks for a closer look in one service: no improvement at all, or none for one group."""
    words = []
    for finding in impact_page.list_findings(part, service, minimum_pairs):
        if finding.verdict in ("worse", "no clear change"):
            words.append(f"{_LOOK[finding.verdict]} (evidence: {finding.strength})")
        elif finding.verdict == "better":
            verdicts = impact_page.group_verdicts(part, service, finding.scale, minimum_pairs)
            left_out = [group for group, word in verdicts.items() if word in ("worse", "no clear change")]
            if left_out:
                words.append(f"better over all, but not clearly for {join_words(left_out)} children")
    return words


def show_attention(impact: Page, equality: Page, minimum_pairs: int, rules: JudgementRules) -> str:
    """What to look at first: services without a clear improvement, groups left out of one, targets missed."""
    lines = []
    for part in split_services(impact):
        if part.service is not None:
            address = f"services/{part.service.service_id}.ipynb"
            name = escape(f"{part.service.service_id} {part.service.name}")
            words = "; ".join(_service_words(part, part.service, minimum_pairs))
            lines += [f"- [{name}]({address}): {escape(words)}."] if words else []
    for evidence in assess_targets(equality, rules):
        if evidence.verdict in ("not met", "off track"):
            name = f"Target {evidence.target.target_id}"
            words = f"{evidence.measure.title}, {describe_group(evidence.target)}: {evidence.verdict}"
            lines.append(f"- [{escape(name)}](equality/index.ipynb): {escape(words)}.")
    if not lines:
        return paragraph(
            "No service is without a clear improvement, and no target is missed, where either can be told."
        )
    return "\n".join(lines)


def show_overview(impact: Page, equality: Page, minimum_pairs: int, rules: JudgementRules) -> str:
    """Both headlines, the services and the targets side by side, and where to read on."""
    services = impact_page.services_table(impact, minimum_pairs, "services/")
    targets = targets_table(equality, rules)
    parts = [
        impact_page.show_headline(impact, minimum_pairs),
        equality_page.show_headline(equality, rules, minimum_pairs),
        "## Look closer at these",
        show_attention(impact, equality, minimum_pairs, rules),
        "## Services",
        impact.format(services, impact_page.services_chart(services)),
        "## Race-equality targets",
        *_format_targets(equality, targets),
    ]
    return "\n\n".join(parts) + "\n"


def _format_targets(equality: Page, targets: PublishedTable) -> list[str]:
    if not targets.cells:
        return [paragraph("No target is set in the register.")]
    return [
        equality.format(targets),
        "Why each target exists, and what would settle those that cannot be told yet, stands on the page on "
        "[race equality](equality/index.ipynb).",
    ]


def _tally_words(words: Iterable[object]) -> dict[str, int]:
    counted = Counter(map(str, words))
    return {word.replace(" ", "_"): counted[word] for word in sorted(counted)}


def headline_metrics(
    impact: Page, equality: Page, minimum_pairs: int, rules: JudgementRules
) -> dict[str, Any]:
    """The figures of `dvc metrics show`: counts of services and targets, and protected shares."""
    measures = measures_table(impact)
    return {
        "services": _tally_words(impact_page.service_verdicts(impact, minimum_pairs).values()),
        "targets": _tally_words(targets_table(equality, rules).values("verdict")),
        "measures": dict(zip(map(str, measures.values("version")), measures.values("level"), strict=True)),
    }
