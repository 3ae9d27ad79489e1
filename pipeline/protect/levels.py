"""Levels of few children, taken together before anything is worked out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contract.dataset import MERGED
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.tables import load_table
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure

LEVEL = ("characteristic", "level")
Key = tuple[str, ...]


def _find_small(rows: pd.DataFrame, rule: Disclosure, place: Sequence[str]) -> dict[Key, str]:
    """Return which levels (of a place, a characteristic) are taken together, and under what name; not all of them."""
    few: dict[Key, dict[str, list[bool]]] = {}
    for (_, *of, level), shown in Cells(rows, rule).sum_by(["measure_id", *place, *LEVEL]).items():
        few.setdefault((*of,), {}).setdefault(level, []).append(shown.few or not shown.size)
    found: dict[Key, str] = {}
    for of_place, levels in few.items():
        known = levels.keys() - {NOT_KNOWN}
        small = sorted(name for name in known if 2 * sum(levels[name]) > len(levels[name]))
        ordered = load_table("episodes").field(of_place[-1]).ordered
        if not ordered and 1 < len(small) < len(known):
            found |= {(*of_place, name): MERGED.join(small) for name in small}
    return found


def merge_levels(rows: pd.DataFrame, rule: Disclosure, *place: str) -> pd.DataFrame:
    """Return rows by characteristic with levels of few children taken together ('jewish / sikh'), place by place.

    They are those of which most measures could show no figure, so that they are the same in every measure.
    """
    small = {} if rule.exact else _find_small(rows, rule, place)
    if not small:
        return rows
    keys = zip(*(rows[name] for name in (*place, *LEVEL)), strict=True)
    return rows.assign(level=[small.get(key, key[-1]) for key in keys])
