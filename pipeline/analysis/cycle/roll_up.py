"""From service to programme to strategy, and by tier, level and contract: what stands behind each."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pipeline.analysis.cycle.coverage import Known, join_verdict_counts
from pipeline.analysis.finding_columns import Row
from pipeline.contract.plans import cited_by
from pipeline.contract.services import LEVELS, TIERS

Record = Mapping[str, Any]
ORDER = ("pilot", "programme", "mainstream")
PARTS = ("programme", "plan", "priority", "tier", "level", "contract_type")


def list_parts(
    services: Sequence[Record], priorities: Sequence[Record]
) -> Iterator[tuple[str, str, list[Record]]]:
    """Yield by what services are drawn together, the name of each part, and its services, which may be in several.

    Services that answer to no priority are under the blank one.
    """
    plans = {row["priority_id"]: row["plan"] for row in priorities}
    for by in PARTS:
        parts: dict[str, list[Record]] = {}
        for row in services:
            cited = [name for name in cited_by(row) if name in plans]
            without = [""] if plans and not cited else []
            named = {"priority": cited or without, "plan": [plans[name] for name in cited]}.get(
                by, [row.get(by)]
            )
            for name in dict.fromkeys(named):
                if name is not None:
                    parts.setdefault(name, []).append(row)
        order = {"tier": TIERS, "level": LEVELS}.get(by, [*parts])
        yield from ((by, name, parts[name]) for name in sorted(parts, key=order.index))


def roll_up(
    services: Sequence[Record],
    priorities: Sequence[Record],
    known: Known,
    contracts: Mapping[str, str],
    ready: Collection[str],
) -> Iterator[Row]:
    """Yield a row a programme, plan, tier, level and contract type, and one of all (columns of `rolled_up`).

    `contracts` are verdicts on contracts by service, `ready` the services that have shown what their stage asks for.
    """
    parts = [part for part in list_parts(services, priorities) if part[0] != "priority"]
    for by, name, own in [*parts, ("all", "", services)]:
        names = [row["service_id"] for row in own]
        stages = Counter(row["stage"] for row in own)
        value = int(sum(row["annual_value"] or 0 for row in own))
        yield {
            "by": by,
            "name": name,
            "services": ", ".join(names),
            "number": len(own),
            "providers": len({row["provider_id"] for row in own}),
            "stages": ", ".join(f"{stage} {stages[stage]}" for stage in ORDER if stages[stage]),
            "ready": ", ".join(each for each in names if each in ready),
            "children": known.once.get((by, name)),
            "annual_value": value,
            "priorities": ", ".join(sorted({each for row in own for each in cited_by(row)})),
            "contracts": join_verdict_counts([contracts[each] for each in names if each in contracts]),
            "outcomes": join_verdict_counts(
                [word for each in names for word in known.verdicts.get(each, ())]
            ),
        }
