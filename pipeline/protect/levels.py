"""Levels of few children, taken together before anything is worked out."""

from __future__ import annotations

import pandas as pd

from pipeline.contract.dataset import MERGED
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.tables import load_table
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure

LEVEL = ("characteristic", "level")


def _find_small(rows: pd.DataFrame, rule: Disclosure) -> dict[tuple[str, str], str]:
    """Return which levels (characteristic, level) are taken together, and under what name; not all of them."""
    few: dict[str, dict[str, list[bool]]] = {}
    for (_, characteristic, level), shown in Cells(rows, rule).sum_by(["measure_id", *LEVEL]).items():
        few.setdefault(characteristic, {}).setdefault(level, []).append(shown.few or not shown.size)
    found: dict[tuple[str, str], str] = {}
    for characteristic, levels in few.items():
        known = levels.keys() - {NOT_KNOWN}
        small = sorted(name for name in known if 2 * sum(levels[name]) > len(levels[name]))
        ordered = load_table("episodes").field(characteristic).ordered
        if not ordered and 1 < len(small) < len(known):
            found |= {(characteristic, name): MERGED.join(small) for name in small}
    return found


def merge_levels(rows: pd.DataFrame, rule: Disclosure) -> pd.DataFrame:
    """Return rows by characteristic with levels of few children taken together ('jewish / sikh').

    They are those of which most measures could show no figure, so that they are the same in every measure.
    """
    small = {} if rule.exact else _find_small(rows, rule)
    if not small:
        return rows
    pairs = zip(*(rows[name] for name in LEVEL), strict=True)
    return rows.assign(level=[small.get(pair, pair[1]) for pair in pairs])
