"""From pilot to programme to mainstream: what was agreed to ask, and whether the data show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.contract.context import Context

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


def _evidence(shown: Shown, at_least: float) -> tuple[str, StageVerdict]:
    words = {row["verdict"] for row in shown.outcomes}
    if "worse" in words:
        return "an outcome is worse", "not met"
    levels = [
        int(row["claim_level"])
        for row in shown.outcomes
        if row["verdict"] == "better" and pd.notna(row["claim_level"])
    ]
    if levels:
        best = max(levels)
        return f"better, rung {best}", "met" if best >= at_least else "not met"
    if words & {"no clear change"}:
        return "no clear change", "not met"
    return "cannot tell yet", "cannot tell yet"


def _children(shown: Shown, at_least: float) -> tuple[str, StageVerdict]:
    if shown.children is None:
        return "not told", "cannot tell yet"
    # So few may only be so few as yet.
    return f"{shown.children}", "met" if shown.children >= at_least else "cannot tell yet"


def _contract(shown: Shown) -> tuple[str, StageVerdict]:
    verdicts: Mapping[str, StageVerdict] = {"met": "met", "not met": "not met", "partly met": "not met"}
    return shown.contract or "not told", verdicts.get(shown.contract, "cannot tell yet")


def _equality(shown: Shown) -> tuple[str, StageVerdict]:
    if not shown.targets:
        return "no target of its own", "met"
    if missed := [word for word in shown.targets if word in _MISSED]:
        return f"{len(missed)} of {len(shown.targets)} missed", "not met"
    if all(word in _SURE for word in shown.targets):
        return "none missed", "met"
    return "cannot tell yet", "cannot tell yet"


def _judge(criterion: Mapping[str, Any], shown: Shown) -> tuple[str, StageVerdict]:
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
    """Yield a row a criterion, then one for the whole (columns of MOVING_ON), of each service whose stage has any."""
    for service in context.services:
        own = [each for each in criteria if each["stage"] == service.stage]
        verdicts = []
        for each in own:
            found, verdict = _judge(each, shown[service.service_id])
            verdicts.append(verdict)
            asked = "" if each["at_least"] is None else f"{each['at_least']:g}"
            yield {
                "service_id": service.service_id,
                "stage": service.stage,
                "criterion": each["criterion"],
                "asked": asked,
                "found": found,
                "verdict": verdict,
            }
        if own:
            whole = _whole(verdicts)
            yield {
                "service_id": service.service_id,
                "stage": service.stage,
                "criterion": ALL,
                "verdict": whole,
            }
