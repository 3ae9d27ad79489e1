"""Outturn for a frame of your own: compare groups with everyone else, protected before anything is calculated.

No project is needed: no dataset, no settings, no notebook. `PROFILES` holds the disclosure rules of other bodies; the
statistics are in `pipeline.stats`, which knows no column and no rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from pipeline.analysis.group_counts import difference, level
from pipeline.contract.context import Unit
from pipeline.contract.record_keys import child_number
from pipeline.protect.rounding import PROFILES, Disclosure
from pipeline.protect.tally import Sum, Tally
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.proportions.two_groups import score_test
from pipeline.stats.results import Estimate, NotEstimable, PValue, Result

__all__ = ["PROFILES", "Disclosure", "compare_groups"]
Word = Literal["higher", "lower", "not clear", "too few to say"]
_PERCENT: Unit = "percent"


def compare_groups(
    frame: pd.DataFrame,
    group: str,
    event: str,
    child: str,
    key: bytes,
    rule: Disclosure = PROFILES["nhs"],
    minimum: int = 23,
    false_discovery_rate: float = 0.05,
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Return one row per group: its share with the event, and the difference from everyone else's, with intervals.

    `frame` has one row per child, `event` is true or false, `child` an id. Counts are rounded by `rule`, depending on
    who is counted and on `key`, 16 to 64 secret bytes that stay the same from one release to the next; shares,
    intervals and verdicts follow from the rounded counts, and may be shown. Shares are proportions: Wilson's interval,
    Newcombe's difference, both widened for the rounding. A group or rest of fewer than `minimum` is "too few to say";
    for the others a difference is reported where it holds at `false_discovery_rate` (Benjamini and Hochberg) among all
    groups.

    ValueError where a child has several rows, or a value is missing.
    """
    _check(frame, group, event, child, key)
    numbers = [child_number(str(each), key) for each in frame[child]]
    keyed = pd.DataFrame(
        {"group": frame[group].astype(str), "event": frame[event].astype(bool), "number": numbers}
    )
    whole = _count(keyed)
    parts = {name: _count(rows) for name, rows in keyed.groupby("group", sort=True)}
    tallies: dict[str, tuple[Tally, Tally]] = {
        str(name): (own.tally(rule), _others(whole, own, rule)) for name, own in parts.items()
    }
    clear = _judge(tallies, minimum, false_discovery_rate)
    return pd.DataFrame(
        [
            _describe_group(name, own, rest, clear.get(name), confidence_level)
            for name, (own, rest) in tallies.items()
        ]
    )


def _judge(
    tallies: Mapping[str, tuple[Tally, Tally]], minimum: int, false_discovery_rate: float
) -> dict[str, bool]:
    """Return whether a difference is reported, for each group with enough children on both sides."""
    enough = [name for name, sides in tallies.items() if min(side.worth for side in sides) >= minimum]
    tested = {name: score_test(*(side.counts() for side in tallies[name])) for name in enough}
    adjusted = adjust_by_name({name: p.value if isinstance(p, PValue) else 1.0 for name, p in tested.items()})
    return {name: value <= false_discovery_rate for name, value in adjusted.items()}


def _check(frame: pd.DataFrame, group: str, event: str, child: str, key: bytes) -> None:
    columns = [group, event, child]
    if frame[columns].isna().any().any():
        raise ValueError(f"a value is missing in {', '.join(columns)}: say what it counts as first")
    if frame[child].duplicated().any():
        raise ValueError(
            "a child stands in several rows: rows of one child are not independent, so make one of them"
        )
    if len(key) < 16 or len(key) > 64:
        raise ValueError("the key is too short or too long: take secrets.token_bytes(32), and keep it")


def _count(rows: pd.DataFrame) -> Sum:
    having = Sum.of_people(rows.loc[rows["event"], "number"])
    return having.among(Sum.of_people(rows["number"]))


def _others(whole: Sum, group: Sum, rule: Disclosure) -> Tally:
    return whole.tally(rule).without(group.tally(rule), whole.without(group))


def _limits(result: Result, name: str) -> Iterator[tuple[str, float | None]]:
    found = result if isinstance(result, Estimate) else None
    yield name, found.value if found else None
    yield f"{name}_lower", found.lower if found else None
    yield f"{name}_upper", found.upper if found else None


def _describe_group(
    name: str, group: Tally, rest: Tally, clear: bool | None, confidence_level: float
) -> dict[str, Any]:
    gap = difference(group, rest, _PERCENT, confidence_level)
    counts: Sequence[int | None] = (None, None) if group.few else (group.events, group.total)
    return {
        "group": name,
        "events": counts[0],
        "total": counts[1],
        **dict(_limits(level(group, _PERCENT, confidence_level), "share")),
        **dict(_limits(gap, "difference")),
        "verdict": _word(gap, clear),
    }


def _word(gap: Result, clear: bool | None) -> Word:
    """Return the verdict; `clear` is None where the group or the rest has too few children."""
    if clear is None or isinstance(gap, NotEstimable):
        return "too few to say"
    if not clear or gap.contains(0.0):
        return "not clear"
    return "higher" if gap.value > 0 else "lower"
