"""From service to programme to strategy, and by tier and contract: what stands behind each, children counted once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pipeline.analysis.cycle.coverage import Known, cited_by, tell_verdicts
from pipeline.analysis.finding_columns import Row

Record = Mapping[str, Any]
ORDER = ("pilot", "programme", "mainstream")


def count_once(own: Collection[str], children: Mapping[str, int], whole: int) -> tuple[int, int]:
    """Return the fewest and the most children whom these services can have reached, each counted once.

    Of each service, and of all together, it is published how many were reached. No more than the services' sum were,
    and no more than all; no fewer than the largest service, and than all less what the other services reached.

    >>> count_once(["A", "B"], {"A": 60, "B": 50, "C": 40}, 120)
    (80, 110)
    """
    inside = [number for service, number in children.items() if service in own]
    outside = sum(number for service, number in children.items() if service not in own)
    most = min(sum(inside), whole)
    # Each number is rounded by itself, so the ends may cross by what rounding leaves open.
    return min(max([0, whole - outside, *inside]), most), most


def _parts(
    services: Sequence[Record], priorities: Sequence[Record]
) -> Iterator[tuple[str, str, list[Record]]]:
    plans = {row["priority_id"]: row["plan"] for row in priorities}
    for by in ("programme", "plan", "tier", "contract_type"):
        parts: dict[str, list[Record]] = {}
        for row in services:
            cited = [plans[name] for name in cited_by(row) if name in plans]
            for name in dict.fromkeys(cited) if by == "plan" else [row[by]]:
                parts.setdefault(name, []).append(row)
        yield from ((by, name, own) for name, own in parts.items())
    yield "all", "", [*services]


def roll_up(
    services: Sequence[Record],
    priorities: Sequence[Record],
    known: Known,
    contracts: Mapping[str, str],
    ready: Collection[str],
    whole: int,
) -> Iterator[Row]:
    """Yield a row a programme, plan, tier and contract type, and one of all (columns of ROLLED_UP).

    `contracts` are verdicts on contracts by service, `ready` the services that have shown what their stage asks for,
    `whole` the children whom all services reached, each counted once.
    """
    for by, name, own in _parts(services, priorities):
        names = [row["service_id"] for row in own]
        stages = Counter(row["stage"] for row in own)
        least, most = count_once(names, known.children, whole)
        value = int(sum(row["annual_value"] or 0 for row in own))
        yield {
            "by": by,
            "name": name,
            "services": ", ".join(names),
            "number": len(own),
            "providers": len({row["provider_id"] for row in own}),
            "stages": ", ".join(f"{stage} {stages[stage]}" for stage in ORDER if stages[stage]),
            "ready": ", ".join(each for each in names if each in ready),
            "least_children": least,
            "most_children": most,
            "annual_value": value,
            "priorities": ", ".join(dict.fromkeys(each for row in own for each in cited_by(row))),
            "contracts": tell_verdicts([contracts[each] for each in names if each in contracts]),
            "outcomes": tell_verdicts([word for each in names for word in known.verdicts.get(each, ())]),
        }
