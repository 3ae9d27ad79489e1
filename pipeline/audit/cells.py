"""Published tables as cells: whose count each number is, and between which ends the true one lies."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.audit.tables import NO_SHARE, Tables
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.protect.rounding import Disclosure

ALL, WHOLE = "all", "whole"
UNKNOWN = ("group", "Not known")
EVENTS, OTHERS, MONTHS = "events", "non-events", "child-months"
_PER_CENT = 100
_TAKEN_APART = 3
HALF_STEP = 0.0501
"""Half of the last digit that a percentage is told in."""


class Cell(NamedTuple):
    """A set of people (or their time): what is counted of whom, where, and in which months."""

    release: str
    what: str
    role: str
    place: str
    window: str
    who: tuple[str, ...]

    def __str__(self) -> str:
        who, release = ", ".join(self.who), f" ({self.release})" if self.release else ""
        return f"{self.place}{release}: {self.what}, {self.role}, {self.window}, {who}"


class Relation(NamedTuple):
    """The wholes less the parts lie between two ends."""

    wholes: tuple[Cell, ...]
    parts: tuple[Cell, ...]
    least: float = 0.0
    most: float = 0.0

    @property
    def places(self) -> int:
        """On how many pages its cells stand."""
        return len({cell.place for cell in (*self.wholes, *self.parts)})

    @property
    def releases(self) -> int:
        """In how many releases its cells stand."""
        return len({cell.release for cell in (*self.wholes, *self.parts)})


@dataclass(frozen=True)
class Links:
    """How the dataset's measures hang together, by their definitions.

    `nested` names measures ('started_in_time v1') with the one whose events they are out of ('started v1'); `steps`
    names steps of the journey, and the result 'outcome_achieved', with the measure whose events they are ('started').
    Of measures named in `later` the event may still come to whoever has it not ('started v1').
    """

    nested: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    later: frozenset[str] = frozenset()


@dataclass
class Known:
    """What the tables tell: the ends of each cell, the table it stands in first, and how cells hang together.

    A count is told where fewer than `least_values` are possible; `relations` are those that readers of tables found.
    """

    least_values: int
    links: Links = field(default_factory=Links)
    ends: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    tables: dict[Cell, str] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def relate(
        self, wholes: Iterable[Cell], parts: Iterable[Cell], least: float = 0.0, most: float = 0.0
    ) -> None:
        """The wholes less the parts lie between two ends: the parts make them up, unless more is said."""
        self.relations.append(Relation((*wholes,), (*parts,), least, most))

    def see(self, cell: Cell, shown: float, off: float, table: str) -> None:
        """A number told, which may be off by so much either way; of what is told twice, both hold."""
        lower, upper = self.ends.get(cell, (0.0, math.inf))
        self.ends[cell] = (max(lower, shown - off), min(upper, shown + off))
        self.tables.setdefault(cell, table)


def number_in(row: Mapping[str, str], name: str) -> float | None:
    """Return the number in a column of a row; None where there is none."""
    try:
        return float(row.get(name, ""))
    except ValueError:
        return None


@dataclass
class Reader:
    """Reads the tables of one release into what is known.

    `services` are those that have a page, `measured` a page's cells of a measure over all.
    """

    known: Known
    rule: Disclosure
    main: str
    release: str = ""
    services: frozenset[str] = frozenset()
    rates: set[str] = field(default_factory=set)
    measured: dict[tuple[str, str], list[Cell]] = field(default_factory=lambda: defaultdict(list))

    def read(self, tables: Tables) -> None:
        """Every table of groups, levels and periods."""
        pages = (page.split("/") for page in tables)
        self.services = frozenset(name for folder, name in pages if folder == "services") - {"index"}
        titles = {
            row["measure"]: row["version"] for page in tables.values() for row in page.get("measures", ())
        }
        self.rates = {
            row["version"]
            for page in tables.values()
            for row in page.get("measures", ())
            if row["unit"] != "%"
        }
        for page, named in tables.items():
            curves = {
                f"curve_{row['curve_id']}": row["measure_id"] for row in named.get("finding_curves", ())
            }
            for name, rows in named.items():
                place = page.split("/")[-1]
                series = curves.get(name, name.partition("_")[2] or self.main)
                for row in rows:
                    for who, window, prefix in _whom(name, row):
                        own = row.get("service_id") or place
                        if name.startswith(("curve_", "course_")):  # of a programme, or of other periods
                            own = f"{place} {name}"
                        key = (_what(row, titles, series), own, window, who)
                        self._counts(f"{page}: {name}", key, row, prefix)

    def _events_of(self, share: float, total: float) -> tuple[float, float]:
        """The least and the most of the rounded numbers that have this share: of a large total there are several."""
        base, bases = self.rule.round_to, total / _PER_CENT / self.rule.round_to
        least = base * math.ceil((share - HALF_STEP) * bases)
        most = base * math.floor((share + HALF_STEP) * bases)
        return max(0, least), min(total, most)

    def _counts(
        self, table: str, key: tuple[str, str, str, tuple[str, ...]], row: Mapping[str, str], prefix: str
    ) -> None:
        what, place, window, who = key
        base = self.rule.round_to
        # Everyone else is all less the group and the unknown, as shown, so that three roundings are in it.
        off = self.rule.off_by * (_TAKEN_APART if who[0] == "not" else 1)
        events, total = (number_in(row, f"{prefix}{name}") for name in ("events", "total"))
        years, level = number_in(row, f"{prefix}child_years"), number_in(row, "level")
        one, other, time = (
            Cell(self.release, what, role, place, window, who) for role in (EVENTS, OTHERS, MONTHS)
        )
        if what in self.rates and years is None:
            return
        if (window, who) == (WHOLE, (ALL,)) and total is not None:
            self.measured[place, what.partition(" v")[0]] = [one, other]
        if years is not None and events is not None:
            self.known.see(one, events, off, table)
            self.known.see(time, base * round(12 * years / base), off + 1, table)
        elif total is not None and (events is not None or level is not None):
            fewest, most = (events, events) if events is not None else self._events_of(level or 0.0, total)
            if fewest > most:
                self.known.faults.append((table, str(one), NO_SHARE))
                return
            found, wide = (fewest + most) / 2, off + (most - fewest) / 2
            self.known.see(one, found, wide, table)
            self.known.see(other, total - found, wide, table)
        elif total is not None and "level" in row:
            for cell in (one, other):
                self.known.ends.setdefault(cell, (0.0, math.inf))
                self.known.tables.setdefault(cell, table)
            self.known.relate([one, other], [], max(total - 2 * off, 0), total + 2 * off)


def _what(row: Mapping[str, str], titles: Mapping[str, str], series: str) -> str:
    """The measure that a row counts, with its version: `series` of a table over time, which does not name it."""
    if "measure" in row:
        return titles.get(row["measure"], row["measure"])
    if "measure_id" in row:
        return f"{row['measure_id']} v{row['version']}"
    if row.get("definition"):
        return f"{series} {row['definition']}"
    return next((version for version in titles.values() if version.split(" ")[0] == series), series)


def _beside(row: Mapping[str, str]) -> tuple[str, ...]:
    """Whom a group is compared with: a group of its own, or everyone else of known ethnicity."""
    named = row["comparator"] not in ("", EVERYONE_ELSE)
    return ("group", row["comparator"]) if named else ("not", row["ethnic_group"])


def _whom(name: str, row: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Whom a row of this table counts, in which months, and what the names of its columns begin with."""
    match name:
        case "measures" | "finding_kpis":
            yield (ALL,), WHOLE, ""
        case "gap":
            yield ("group", row["group"]), WHOLE, ""
        case "finding_gaps" | "finding_targets":
            window = f"{row['first_month']} to {row['last_month']}" if "first_month" in row else WHOLE
            yield ("group", row["ethnic_group"]), window, ""
            yield _beside(row), window, "other_"
        case "finding_gap_changes":
            for window in ("first", "last"):
                yield ("group", row["ethnic_group"]), f"{window} year", f"{window}_"
                yield _beside(row), f"{window} year", f"{window}_other_"
        case "detail":
            yield ("detail", *row["group"].split(": ", 1)), WHOLE, ""
        case "characteristics" | "stand_out":
            kind, _, level = row["who"].rpartition(": ")
            group, comma, rest = kind.partition(", ")
            crossed = (rest.capitalize(), level, group) if comma else (kind, level)
            yield ("level", *crossed), WHOLE, ""
        case "finding_kpi_periods":
            yield (ALL,), row["period"], ""
        case _ if name.startswith(("trend", "curve_", "course_")):
            yield (ALL,), row["period"] if "period" in row else row["from"], ""
