"""`python -m benchmarks.verdicts`: verdicts changed by protection, each with its reason.

Make both editions of the sample's pages first: `run.py report`, then `run.py report --edition internal`. The output is
based on exact numbers: for a real dataset it must not be published.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean

from pipeline.audit.alone import no_difference
from pipeline.audit.cells import number_in
from pipeline.audit.tables import FRAME, Rows, Tables
from pipeline.commands.internal import FOLDER
from pipeline.contract.open_words import OPEN_WORDS
from pipeline.publishing.source import list_tables
from pipeline.stages.audit import arrange_tables

ROOT = Path(__file__).resolve().parents[1]
_KEYS = (
    "target_id", "curve_id", "service_id", "measure_id", "version", "outcome", "scale", "design", "ethnic_group",
    "comparator", "what", "months",
)  # fmt: skip
_FEW = ("too few to say", "baseline forming")
_MISSING = "the row is in one edition only: too few, or nobody, may stand behind it"
_FEWER = "what is shown may be of fewer than a verdict asks for"
_MORE = "what is shown is enough for a verdict, what was counted just is not"
_WIDER = "rounding's own width: the interval now holds no difference"
_MOVED = "rounding moved the estimate nearer to no difference"
_CLEARER = "rounding moved the estimate away from no difference"
_TOGETHER = "judged with others (false discoveries, signals of periods), whose numbers moved"
_LARGE = 50
_Row = Mapping[str, str]


def _by_key(rows: Rows) -> dict[tuple[str, ...], _Row]:
    return {tuple(row.get(name, "") for name in _KEYS): row for row in rows if "verdict" in row}


def pair_verdicts(exact: Tables, shown: Tables) -> Iterator[tuple[str, _Row | None, _Row | None]]:
    """Yield each finding with a verdict: its table, and its row by exact and by shown numbers; None for no row."""
    for page, named in shown.items():
        for name in (each for each in named if each.startswith(FRAME)):
            one, other = _by_key(exact[page].get(name, ())), _by_key(named[name])
            for key in dict.fromkeys((*one, *other)):
                yield f"{page}: {name}", one.get(key), other.get(key)


def _side(row: _Row, moved: float = 0.0) -> int:
    """Return the side of no difference, or of its goal, of a whole interval: 1, -1, or 0 where it contains that."""
    lower, upper, goal = (number_in(row, name) for name in ("lower", "upper", "goal"))
    if lower is None or upper is None:
        return 0
    none = no_difference(row.get("unit", "")) if goal is None else goal
    return int(lower + moved > none) - int(upper + moved < none)


def tell_reason(exact: _Row | None, shown: _Row | None) -> str:
    """Return why the verdicts of two rows differ."""
    if exact is None or shown is None:
        return _MISSING
    if shown["verdict"] in _FEW or exact["verdict"] in _FEW:
        return _FEWER if shown["verdict"] in _FEW else _MORE
    was, now = _side(exact), _side(shown)
    if was == now:
        return _TOGETHER
    if now:
        return _CLEARER
    moved = (number_in(shown, "estimate") or 0.0) - (number_in(exact, "estimate") or 0.0)
    return _WIDER if _side(exact, moved) == was else _MOVED


def _width(row: _Row | None) -> float | None:
    lower, upper = (number_in(row or {}, name) for name in ("lower", "upper"))
    return None if lower is None or upper is None else upper - lower


def list_widths(exact: Tables, shown: Tables) -> Iterator[tuple[str, float]]:
    """Yield, for each interval of a finding on 50 and more, its kind and its width as a multiple of the exact one."""
    for table, one, other in pair_verdicts(exact, shown):
        true, found = _width(one), _width(other)
        if true and found is not None and (number_in(one or {}, "total") or 0) >= _LARGE:
            yield table.partition(FRAME)[2], found / true


def main() -> None:
    """Print each claim in one edition that differs in the other, the number of them, and why.

    Then how much wider intervals are.
    """
    exact, shown = (arrange_tables(dict(list_tables(ROOT / name))) for name in (FOLDER, "reports"))
    claimed, changed = Counter[str](), Counter[tuple[str, str]]()
    for table, one, other in pair_verdicts(exact, shown):
        was, now = (row["verdict"] if row else "" for row in (one, other))
        if {was, now} <= OPEN_WORDS:
            continue
        kind = table.partition(FRAME)[2]
        claimed[kind] += 1
        if was != now:
            changed[kind, tell_reason(one, other)] += 1
            row = one or other or {}
            about = ", ".join(row[name] for name in _KEYS if row.get(name))
            print(f"{table}, {about}: {was or 'no row'} -> {now or 'no row'}; {tell_reason(one, other)}")
    for (kind, reason), number in sorted(changed.items()):
        print(f"| {kind} | {number} of {claimed[kind]} | {reason} |")
    print(f"| all | {changed.total()} of {claimed.total()} | |")
    widths = [*list_widths(exact, shown)]
    for kind in dict.fromkeys(name for name, _ in widths):
        own = [width for name, width in widths if name == kind]
        print(f"{kind}: {len(own)} intervals of {_LARGE} and more, {fmean(own):.2f} times as wide")
    print(f"all: {len(widths)}, {fmean(width for _, width in widths):.2f}")


if __name__ == "__main__":
    main()
