"""Which services answer to which priority: gaps, overlaps, and services that answer to none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pipeline.analysis.finding_columns import Row

Record = Mapping[str, Any]
CoverageVerdict = Literal["no service", "overlap", "one provider", "served", "no priority"]
MANY_ALIKE = 3
"""So many services of one tier for one priority may do the same work twice."""


def _judge(services: Sequence[Record]) -> CoverageVerdict:
    if not services:
        return "no service"
    if max(Counter(row["tier"] for row in services).values()) >= MANY_ALIKE:
        return "overlap"
    return "one provider" if len({row["provider_id"] for row in services}) == 1 else "served"


def _row(priority_id: str, title: str, own: Sequence[Record], verdict: CoverageVerdict) -> Row:
    tiers = Counter(row["tier"] for row in own)
    return {
        "priority_id": priority_id,
        "priority": title,
        "services": ", ".join(row["service_id"] for row in own),
        "number": len(own),
        "providers": len({row["provider_id"] for row in own}),
        "tiers": ", ".join(f"{tier} {number}" for tier, number in sorted(tiers.items())),
        "annual_value": int(sum(row["annual_value"] or 0 for row in own)),
        "verdict": verdict,
    }


def map_priorities(priorities: Sequence[Record], services: Sequence[Record]) -> Iterator[Row]:
    """Yield a row a priority (columns of COVERAGE).

    Services that cite none come first, then priorities without a service.
    """
    if without := [row for row in services if row["priority_id"] is None]:
        yield _row("", "", without, "no priority")
    rows = []
    for each in priorities:
        own = [row for row in services if row["priority_id"] == each["priority_id"]]
        rows.append(_row(each["priority_id"], each["title"], own, _judge(own)))
    yield from sorted(rows, key=lambda row: row["verdict"] != "no service")
