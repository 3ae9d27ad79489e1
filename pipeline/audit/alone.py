"""What a table tells by itself: numbers that are not rounded, shares and verdicts of numbers that nobody may see."""

from collections.abc import Iterator, Mapping

from pipeline.audit.cells import number_in
from pipeline.audit.tables import (
    FRAME,
    NO_SHARE,
    Rows,
    Tables,
    counts_nobody,
    find_entry,
    list_counts,
    name_row,
)
from pipeline.contract.open_words import OPEN_WORDS
from pipeline.protect.rounding import Disclosure

UNROUNDED = "a count that is not rounded"
UNREAD = "a table that the audit does not know"
COUNTED = "a number of people in a table that is said to hold none"
UNFOUNDED = "a verdict that does not follow from the numbers shown"
_OF_COURSE = "finding_kpis"
"""Its verdict is on the course of the periods, of which finding_kpi_periods has the numbers."""
_MONTHS, _SIXTH_DIGIT, _CLOSE = 12, 1e-5, 1e-9
_SHARES = (
    ("events", "total", "level"),
    ("events", "total", "estimate"),
    ("events", "total", "share"),
    ("before_events", "before_total", "before_estimate"),
)


def find_alone(tables: Tables, rule: Disclosure) -> Iterator[tuple[str, str, str]]:
    """Yield table, place and why of what no other table is needed for, and of tables that nobody thought of."""
    for page, named in tables.items():
        for name, rows in named.items():
            entry, table = find_entry(name, page), f"{page}: {name}"
            if not entry:
                yield table, "", UNREAD
            for place, count in list_counts(name, rows):
                if count % rule.round_to:
                    yield table, place, UNROUNDED
                elif counts_nobody(entry):
                    yield table, place, COUNTED
            yield from ((table, place, UNROUNDED) for place in _find_exact_time(name, rows, rule.round_to))
            yield from ((table, place, NO_SHARE) for place in _find_wrong_shares(name, rows))
            yield from ((table, place, UNFOUNDED) for place in _find_unfounded(name, rows))


def _find_exact_time(name: str, rows: Rows, base: int) -> Iterator[str]:
    """Yield where time is told that is no multiple of so many months of one child."""
    for row in rows if name.startswith(FRAME) else ():
        for column, text in row.items():
            if column.endswith("child_years") and text:
                months = _MONTHS * float(text)
                if abs(months - base * round(months / base)) > _SIXTH_DIGIT * max(months, 1):
                    yield f"{column} of {name_row(row)}"


def _find_wrong_shares(name: str, rows: Rows) -> Iterator[str]:
    """Yield where a share stands beside counts that it is not of: it was worked out from others."""
    whole, off = (1.0, 0.0005) if name.startswith(FRAME) else (100.0, 0.05)
    for row in rows:
        if row.get("unit", "") not in ("", "%", "proportion"):
            continue
        for events, total, share in _SHARES:
            told = [row.get(column, "") for column in (events, total, share)]
            of_one_group = share != "estimate" or "other_total" not in row
            if of_one_group and all(text[:1].isdigit() for text in told):
                counted, out_of, of_them = map(float, told)
                if out_of and abs(whole * counted / out_of - of_them) > off + _CLOSE:
                    yield f"{share} of {name_row(row)}"


def _find_unfounded(name: str, rows: Rows) -> Iterator[str]:
    """Yield where a frame of findings has a clear verdict beside no estimate, or beside an interval that is none."""
    for row in rows if name.startswith(FRAME) else ():
        verdict = row.get("verdict", "")
        if verdict not in OPEN_WORDS and "estimate" in row and not _follows(verdict, row, name):
            yield f"verdict of {name_row(row)}"


def _follows(verdict: str, row: Mapping[str, str], name: str) -> bool:
    lower, upper = number_in(row, "lower"), number_in(row, "upper")
    if number_in(row, "estimate") is None or lower is None or upper is None:
        return False
    if name == _OF_COURSE:
        return True
    goal = number_in(row, "goal") if "target_id" in row else None
    none = no_difference(row.get("unit", "")) if goal is None else goal
    above, below = lower >= none, upper <= none
    if goal is not None and verdict in ("met", "not met"):
        return above if (verdict == "met") == (row["direction"] == "at_least") else below
    return goal is not None or above or below


def no_difference(unit: str) -> float:
    """Return what an estimate is where there is no difference: of a ratio 1, of what came per 100 agreed 100."""
    return 1.0 if unit.endswith("ratio") else 100.0 if unit == "per 100 agreed" else 0.0
