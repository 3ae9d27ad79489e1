"""Published findings as cells: the journey, results, waits, who was reached, scores, and what was delivered."""

import math
from collections.abc import Callable, Mapping, Sequence

from pipeline.audit.cells import ALL, EVENTS, HALF_STEP, OTHERS, UNKNOWN, WHOLE, Cell, Reader, number_in
from pipeline.audit.tables import NO_SHARE, Rows, Tables, find_entry
from pipeline.contract.tables import load_table
from pipeline.protect.rounding import Disclosure

CHILDREN = "children"
"""Counted once however many services reached them, so services do not add up to all."""
_EVERYBODY = "All children"
_ONCE, _TWICE, NOT_AGAIN = "scored", "scored twice", "not scored again"
JOURNEY = "journey"
REFERRED, _ETHNICITY = "started", "ethnicity"
"""The measure that is out of all referred, and what ethnic groups are called among characteristics."""


def _cell(reader: Reader, place: str, what: str, *who: str, role: str = EVENTS) -> Cell:
    return Cell(reader.release, what, role, place, WHOLE, who)


def _see(reader: Reader, table: str, cell: Cell, shown: float | None, roundings: int = 1) -> None:
    if shown is not None:
        reader.known.see(cell, shown, reader.rule.off_by * roundings, table)


def _read_reach(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Children of a group are among all; the groups need not make up all, as a child may be recorded in two."""
    everyone = _cell(reader, place, CHILDREN, ALL)
    for row in rows:
        group = row["ethnic_group"]
        own = everyone if group == _EVERYBODY else _cell(reader, place, CHILDREN, "reached", group)
        _see(reader, table, own, number_in(row, "children"))
        if own != everyone:
            reader.known.relate([everyone], [own], most=math.inf)


def _read_together(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Children of several services, each counted once: no fewer than of any of them, no more than their sum.

    Of a part within another (a programme in a plan, anything in all) the same holds beside the services that it lacks.
    """
    of = [frozenset(row["services"].split(", ")) for row in rows]
    told = {reader.services.union(*of): _cell(reader, place, CHILDREN, ALL)}
    for services, row in zip(of, rows, strict=True):
        own = told.setdefault(services, _cell(reader, place, CHILDREN, "together", row["services"]))
        _see(reader, table, own, number_in(row, "children"))
    for more, own in told.items():
        singly = {frozenset([name]): _cell(reader, name, CHILDREN, ALL) for name in sorted(more)}
        reader.known.relate(singly.values(), [own], most=math.inf)
        for less, part in (singly | told).items():
            if less < more:
                reader.known.relate([own], [part], most=math.inf)
            if less < more and less in told:
                others = [cell for (name,), cell in singly.items() if name not in less]
                reader.known.relate([part, *others], [own], most=math.inf)


def _read_delivery(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Children newly reached, in each year of the contract; a service's last row is of all of it."""
    years = [row for row in rows if row["what"] == "reached" and row["service_id"] == place][:-1]
    if not years:
        return
    parts = [
        _cell(reader, place, CHILDREN, ALL)._replace(window=f"newly in {row['months']}") for row in years
    ]
    for cell, row in zip(parts, years, strict=True):
        _see(reader, table, cell, number_in(row, "events"))
    reader.known.relate([_cell(reader, place, CHILDREN, ALL)], parts)


def _read_results(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Outcomes achieved fully, partly and not make up those judged, and the first two those achieved."""
    by_name = {row["result"]: row for row in rows}
    named = [by_name.get(f"achieved_{name}") for name in ("fully", "partly")]
    fully, partly = (number_in(row, "events") if row else None for row in named)
    total = number_in(named[0], "total") if named[0] else None
    if fully is None or partly is None or total is None:
        return
    shown = {"fully": fully, "partly": partly, "neither": total - fully - partly}
    cells = {name: _cell(reader, place, "achieved", "part", name) for name in shown}
    for name, number in shown.items():
        _see(reader, table, cells[name], number)
    for cell in _measured_as(reader, place, "outcome_achieved"):
        parts = ("fully", "partly") if cell.role == EVENTS else ("neither",)
        reader.known.relate([cell], (cells[name] for name in parts))


def _measured_as(reader: Reader, place: str, step: str) -> list[Cell]:
    """Those who took a step, and those who did not, as a measure counts them; empty where none does."""
    return reader.measured[place, reader.known.links.steps.get(step, "")]


def _step(reader: Reader, place: str, step: str) -> Cell:
    """The episodes that took a step."""
    return next(iter(_measured_as(reader, place, step)), _cell(reader, place, JOURNEY, "step", step))


def _read_journey(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Whoever took a step took the one before; those referred are who started and who did not, as shown."""
    steps = [_step(reader, place, row["step"]) for row in rows]
    shown = [number_in(row, "episodes") for row in rows]
    for cell, number in zip(steps, shown, strict=True):
        _see(reader, table, cell, number, roundings=2 if cell == steps[0] else 1)
    for at, row in enumerate(rows[1:], start=1):
        first, own = shown[0], shown[at]
        if row["step"] == "started" and first is not None and own is not None:
            others = steps[at]._replace(role=OTHERS)
            _see(reader, table, others, first - own)
            reader.known.relate([steps[0]], [steps[at], others])
        for prefix, whole in (("", 0), ("before_", at - 1)):
            events, total = number_in(row, f"{prefix}events"), number_in(row, f"{prefix}total")
            if events is None or total is None:
                continue
            if (events, total) == (shown[at], shown[whole]):
                reader.known.relate([steps[whole]], [steps[at]], most=math.inf)
                continue
            rest = _cell(reader, place, JOURNEY, f"{prefix}not", row["step"], role=OTHERS)
            _see(reader, table, rest, total - events)
            reader.known.relate([steps[whole]], [steps[at], rest])


def _read_waits(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Who took a step in time is among those who took it."""
    for row in rows:
        taken, within, late = (
            _cell(reader, place, f"wait {row['step']}", "wait", name) for name in ("taken", "within", "late")
        )
        events, total = number_in(row, "events"), number_in(row, "total")
        _see(reader, table, taken, number_in(row, "taken"))
        _see(reader, table, within, events)
        if events is not None and total is not None:
            _see(reader, table, late, total - events)
        reader.known.relate([taken], [within], most=math.inf)


def _read_scores(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Who was scored twice is among those who were scored, group by group."""
    for row in rows:
        if number_in(row, "other_total") is not None:
            continue
        who = (ALL,) if row["ethnic_group"] == _EVERYBODY else ("group", row["ethnic_group"])
        once, twice = (_cell(reader, place, row["scale"], *who, role=role) for role in (_ONCE, _TWICE))
        _see(reader, table, once, number_in(row, "with_baseline"))
        _see(reader, table, twice, number_in(row, "total"))
        reader.known.relate([once], [twice], most=math.inf)


def _counts_of(shares: Sequence[float], near: float, rule: Disclosure) -> list[list[int]]:
    """The rounded numbers that these percentages of one sum may be of, where it is near a number that is told."""
    base, furthest = rule.round_to, len(shares) * rule.round_to
    sums = [whole for whole in range(int(near) - furthest, int(near) + furthest + 1, base) if whole > 0]
    fits = [[base * round(share * whole / 100 / base) for share in shares] for whole in sums]
    return [
        parts
        for whole, parts in zip(sums, fits, strict=True)
        if all(
            abs(100 * part / whole - share) <= HALF_STEP for part, share in zip(parts, shares, strict=True)
        )
    ]


def _read_parts(
    reader: Reader,
    table: str,
    place: str,
    row: Mapping[str, str],
    told: str,
    parts: Mapping[str, float | None],
) -> None:
    """Percentages that make up those who are told beside them, as cells; where several numbers fit, none is known."""
    near, shares = number_in(row, told), [share for share in parts.values() if share is not None]
    if near is None or len(shares) < len(parts):
        return
    scale = table.partition(": ")[2].partition("_")[2]
    who = (ALL,) if row["group"] == _EVERYBODY else ("group", row["group"])
    cells = {name: _cell(reader, place, scale, *who, role=name) for name in (*parts, _TWICE, _ONCE)}
    fitting = _counts_of(shares, near, reader.rule)
    if not fitting:
        reader.known.faults.append((table, str(cells[_TWICE]), NO_SHARE))
    elif len(fitting) == 1:
        for name, number in zip(parts, fitting[0], strict=True):
            _see(reader, table, cells[name], number)
        whole = cells[_ONCE if _TWICE in parts else _TWICE]
        reader.known.relate([whole], (cells[name] for name in parts))


def _read_reliable(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Who is better, the same and worse make up those with both scores."""
    for row in rows:
        parts = {name: number_in(row, name) for name in ("better", "same", "worse")}
        _read_parts(reader, table, place, row, "children", parts)


def _read_unmatched(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Who was scored twice and who was not make up those who were scored."""
    for row in rows:
        again = number_in(row, "matched")
        parts = {_TWICE: again, NOT_AGAIN: None if again is None else 100 - again}
        _read_parts(reader, table, place, row, "started", parts)


def _read_unknown(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """How many have no known group, of each measure, with the event or without."""
    off = reader.rule.off_by
    for row in rows:
        pair = [cell._replace(who=UNKNOWN) for cell in reader.measured[place, row["measure_id"]]]
        number = number_in(row, "events")
        if len(pair) == len((EVENTS, OTHERS)) and number is not None:
            reader.known.relate(pair, [], max(number - off, 0), number + off)


def _read_referrals(reader: Reader, table: str, place: str, rows: Rows) -> None:
    """Who was referred: who started and who did not, each rounded; of two levels that mirror each other both are told.

    Everyone else is all known less these, as shown.
    """
    off, known = 2 * reader.rule.off_by, reader.known
    for row in rows:
        kind, level, own, others = (row[name] for name in ("characteristic", "level", "total", "other_total"))
        title = "" if kind == _ETHNICITY else load_table("episodes").field(kind).title
        who = ("level", title, level.replace("_", " ")) if title else ("group", level)
        everyone = reader.measured[place, REFERRED]
        pair = [cell._replace(who=who) for cell in everyone]
        for cell in pair:
            known.ends.setdefault(cell, (0.0, math.inf))
            known.tables.setdefault(cell, table)
        if pair:
            known.relate(pair, [], max(float(own) - off, 0), float(own) + off)
            known.relate(everyone, pair, max(float(others) - 2 * off, 0), math.inf)


_READERS: Mapping[str, Callable[[Reader, str, str, Rows], None]] = {
    "finding_parts": _read_together,
    "finding_reach": _read_reach,
    "finding_referrals": _read_referrals,
    "finding_delivery": _read_delivery,
    "finding_results": _read_results,
    "finding_journey": _read_journey,
    "finding_waits": _read_waits,
    "finding_score_changes": _read_scores,
    "finding_unknown": _read_unknown,
    "reliable_": _read_reliable,
    "unmatched_": _read_unmatched,
}


def read_frames(reader: Reader, tables: Tables) -> None:
    """Read the findings among the tables of a release, after all others."""
    for page, named in tables.items():
        for name, rows in named.items():
            if rows and (entry := find_entry(name, page)) in _READERS:
                _READERS[entry](reader, f"{page}: {name}", page.split("/")[-1], rows)
