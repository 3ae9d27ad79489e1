"""From pilot to programme to mainstream: what was agreed to ask, and whether the data show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.contract.context import Context
from pipeline.contract.services import ServiceFacts

ALL = "all"
StageVerdict = Literal["met", "not met", "cannot tell yet"]
_MISSED = ("not met", "off track")
_SURE = ("met", "on track")


@dataclass(frozen=True)
class Shown:
    """What is published of one service: its outcomes, children reached (None where not told), contract, targets."""

    outcomes: Sequence[Row]
    children: int | None
    contract: str
    targets: Sequence[str]


def _evidence(shown: Shown, at_least: float) -> tuple[Row, StageVerdict]:
    words = {row["verdict"] for row in shown.outcomes}
    if "worse" in words:
        return {"found": "worse"}, "not met"
    levels = [
        int(row["claim_level"])
        for row in shown.outcomes
        if row["verdict"] == "better" and pd.notna(row["claim_level"])
    ]
    if levels:
        best = max(levels)
        return {"found": "better", "level": best}, "met" if best >= at_least else "not met"
    if words & {"no clear change"}:
        return {"found": "no clear change"}, "not met"
    return {"found": "cannot tell yet"}, "cannot tell yet"


def _children(shown: Shown, at_least: float) -> tuple[Row, StageVerdict]:
    if shown.children is None:
        return {"found": "not told"}, "cannot tell yet"
    # So few may only be so few as yet.
    verdict: StageVerdict = "met" if shown.children >= at_least else "cannot tell yet"
    return {"found": "reached", "children": shown.children}, verdict


def _contract(shown: Shown) -> tuple[Row, StageVerdict]:
    verdicts: Mapping[str, StageVerdict] = {"met": "met", "not met": "not met", "partly met": "not met"}
    return {"found": shown.contract or "not told"}, verdicts.get(shown.contract, "cannot tell yet")


def _equality(shown: Shown) -> tuple[Row, StageVerdict]:
    if not shown.targets:
        return {"found": "no target"}, "met"
    if missed := sum(word in _MISSED for word in shown.targets):
        return {"found": "missed", "missed": missed, "out_of": len(shown.targets)}, "not met"
    if all(word in _SURE for word in shown.targets):
        return {"found": "none missed"}, "met"
    return {"found": "cannot tell yet"}, "cannot tell yet"


def _judge(criterion: Mapping[str, Any], shown: Shown) -> tuple[Row, StageVerdict]:
    match criterion["criterion"]:
        case "evidence":
            return _evidence(shown, criterion["at_least"])
        case "children":
            return _children(shown, criterion["at_least"])
        case "contract":
            return _contract(shown)
        case _:
            return _equality(shown)


def _whole(verdicts: Sequence[StageVerdict]) -> StageVerdict:
    """One that is not met decides; else one that cannot be told."""
    return next((word for word in ("not met", "cannot tell yet") if word in verdicts), "met")


def judge_stages(
    context: Context, criteria: Sequence[Mapping[str, Any]], shown: Mapping[str, Shown]
) -> Iterator[Row]:
    """Yield a row a criterion, then one for the whole (columns of `moving_on`), of each service whose stage has any.

    A criterion that was agreed after the service began is told, and decides nothing.
    """
    for service in context.services:
        own = [each for each in criteria if each["stage"] == service.stage]
        rows = [_row(service, each, shown[service.service_id]) for each in own]
        yield from rows
        if own:
            whole = _whole([row["verdict"] for row in rows])
            yield {**_names(service), "criterion": ALL, "verdict": whole}


def _names(service: ServiceFacts) -> Row:
    return {"service_id": service.service_id, "stage": service.stage}


def _row(service: ServiceFacts, criterion: Mapping[str, Any], shown: Shown) -> Row:
    found, verdict = _judge(criterion, shown)
    # As of evaluation plans: what is agreed once the service runs can be chosen for what it has shown.
    late = criterion["agreed_on"] > service.start
    return {
        **_names(service),
        "criterion": criterion["criterion"],
        "asked": "" if criterion["at_least"] is None else f"{criterion['at_least']:g}",
        "agreed_on": f"{criterion['agreed_on']}",
        "declared": "late" if late else "first",
        **found,
        "verdict": "cannot tell yet" if late else verdict,
    }
