"""Which services answer to which priority: gaps, work that may be done twice, areas with one provider."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

from pipeline.analysis.finding_columns import Row
from pipeline.contract.plans import cited_by, split_names

Record = Mapping[str, Any]
CoverageVerdict = Literal["no service", "overlap", "one provider", "served", "no priority"]
_OLDEST = 25


@dataclass(frozen=True)
class Known:
    """What is published, by service: the measures of its outcomes, and their verdicts.

    `once` are children reached by services together, each counted once, by what draws them together and its name.
    `needs` are words for the need behind a priority and where it is heading, by priority.
    """

    measures: Mapping[str, Collection[str]] = field(default_factory=dict)
    verdicts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    once: Mapping[tuple[str, str], int] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def join_verdict_counts(verdicts: Sequence[str]) -> str:
    """How many outcomes have each verdict: 'better 3, no clear change 1'."""
    return ", ".join(f"{word} {number}" for word, number in sorted(Counter(verdicts).items()))


def _meet(one: Record, other: Record) -> bool:
    """Whether two services are for children of the same ages in the same area."""
    (low, high), (from_, to) = (
        (row["age_from"] or 0, _OLDEST if row["age_to"] is None else row["age_to"]) for row in (one, other)
    )
    areas = [{*split_names(row["areas"])} for row in (one, other)]
    return low <= to and from_ <= high and (not all(areas) or bool(areas[0] & areas[1]))


def find_overlapping_services(services: Sequence[Record], known: Known) -> list[str]:
    """Return the services that may do the work of another of these.

    They are of one tier, judged by the same measure, and for children of the same ages in the same area.
    """
    alike: set[str] = set()
    for one, other in combinations(services, 2):
        names = one["service_id"], other["service_id"]
        measured = [{*known.measures.get(name, ())} for name in names]
        if one["tier"] == other["tier"] and measured[0] & measured[1] and _meet(one, other):
            alike |= {*names}
    return [row["service_id"] for row in services if row["service_id"] in alike]


def _judge(services: Sequence[Record], alike: Sequence[str]) -> CoverageVerdict:
    if not services:
        return "no service"
    if alike:
        return "overlap"
    return "one provider" if len({row["provider_id"] for row in services}) == 1 else "served"


def _row(priority_id: str, title: str, own: Sequence[Record], known: Known) -> Row:
    names, alike = (
        [row["service_id"] for row in own],
        find_overlapping_services(own, known) if priority_id else [],
    )
    tiers = Counter(row["tier"] for row in own)
    need, state = known.needs.get(priority_id, ("", ""))
    verdicts = [word for name in names for word in known.verdicts.get(name, ())]
    return {
        "priority_id": priority_id,
        "priority": title,
        "need": need,
        "need_verdict": state,
        "services": ", ".join(names),
        "alike": ", ".join(alike),
        "number": len(own),
        "providers": len({row["provider_id"] for row in own}),
        "tiers": ", ".join(f"{tier} {number}" for tier, number in sorted(tiers.items())),
        "outcomes": join_verdict_counts(verdicts),
        "children": known.once.get(("priority", priority_id)),
        "annual_value": _value(own),
        "alike_value": _value(row for row in own if row["service_id"] in alike),
        "verdict": _judge(own, alike) if priority_id else "no priority",
    }


def _value(rows: Iterator[Record] | Sequence[Record]) -> int:
    return int(sum(row["annual_value"] or 0 for row in rows))


def map_priorities(priorities: Sequence[Record], services: Sequence[Record], known: Known) -> Iterator[Row]:
    """Yield a row a priority (columns of `coverage`).

    Services that cite none come first, then priorities without a service. A service that answers to several stands,
    with its whole value and its children, under each.
    """
    if without := [row for row in services if not cited_by(row)]:
        yield _row("", "", without, known)
    rows = [
        _row(own, each["title"], [row for row in services if own in cited_by(row)], known)
        for each in priorities
        for own in (each["priority_id"],)
    ]
    yield from sorted(rows, key=lambda row: row["verdict"] != "no service")


def map_areas(priorities: Sequence[Record], services: Sequence[Record]) -> Iterator[Row]:
    """Yield a row a priority and area with one provider or none (columns of `one_provider`).

    Areas are all that services name. A priority with one provider in all or none stands in the map of priorities.
    """
    areas = dict.fromkeys(area for row in services for area in split_names(row["areas"]))
    for each in priorities:
        own = [row for row in services if each["priority_id"] in cited_by(row)]
        if len({row["provider_id"] for row in own}) < 2:
            continue
        for area in sorted(areas):
            here = [row for row in own if not row["areas"] or area in split_names(row["areas"])]
            providers = {row["provider_id"] for row in here}
            if len(providers) < 2:
                yield {
                    "priority_id": each["priority_id"],
                    "priority": each["title"],
                    "area": area,
                    "services": ", ".join(row["service_id"] for row in here),
                    "verdict": "one provider" if providers else "no service",
                }
