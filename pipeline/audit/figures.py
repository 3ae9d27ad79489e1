"""What a figure tells of the number that it rests on: by where it is left out, its digits, its limits and its word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

from pipeline.audit.alone import UNFOUNDED
from pipeline.audit.cells import number_in
from pipeline.audit.tables import FRAME, Tables, find_entry, name_row
from pipeline.contract.open_words import OPEN_WORDS
from pipeline.contract.published import FINDINGS, PAGE_TABLES
from pipeline.protect.rounding import Disclosure, mean_decimals
from pipeline.stats.results import Estimate
from pipeline.stats.scores.paired import effect_size

BLANK = "shown of some and not of others of whom the same number is shown"
DIGITS = "a mean in more digits than any mean of so many has"
LIMITS = "limits that do not follow from the numbers shown"
_ENDS = ("", "_lower", "_upper")
_KINDS = ("scale", "what", "outcome", "design", "comparator")
"""What a row is about, besides whom: what cannot be told of one scale may be told of another."""
_ALIKE, _NOBODY = "all values are the same", ("nobody", "no time")
_OPEN = OPEN_WORDS | {"compared with", "not a group"}
_DECIMALS = 4
_STEP, _HUNDREDTH, _CLOSE = 1e-3, 1e-2, 1e-9
"""The last digit in which a multiple of the SD and its limits are told."""
Row = Mapping[str, str]


@dataclass(frozen=True)
class Declared:
    """What the two files of the contract say of a table's figures.

    `rests` names, of each figure, the numbers of people that it rests on, `means` those of each in points; of `alike`
    none is told where all values are the same. `judged` is the figure that each word follows from, and `limits` names a
    multiple of the SD with the change that it is of and the number by which the SD is known.
    """

    rests: Mapping[str, Sequence[str]]
    means: Mapping[str, Sequence[str]]
    alike: Sequence[str] = ()
    judged: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Sequence[str]] = field(default_factory=dict)


@cache
def _declared(entry: str) -> Declared:
    if entry.startswith(FRAME):
        rests = FINDINGS[entry.removeprefix(FRAME)].get("rests", {})
        of_told, of_points = (
            dict.fromkeys(rests.get(name, ()), rests.get("of", ())) for name in ("told", "points")
        )
        return Declared(of_told, of_points)
    variants = [said for name, said in PAGE_TABLES.items() if name.partition(",")[0] == entry.rstrip("_")]
    said: dict[str, Any] = dict(chain.from_iterable(each.items() for each in variants))
    sized = {
        column: how
        for column, how in said.items()
        if isinstance(how, dict) and "size" in how and how.keys() & {"mean", "measured"}
    }
    sizes = said.get("_sizes", {})
    rests = {column: sizes.get(how["size"], [how["size"]]) for column, how in sized.items()}
    return Declared(
        rests,
        {f"{name}{end}": on for name, on in rests.items() if "decimals" not in sized[name] for end in _ENDS},
        said.get("_alike", ()),
        said.get("_judged", {"word": "gap"}),
        said.get("_limits", {}),
    )


def find_by_figures(tables: Tables, rule: Disclosure) -> Iterator[tuple[str, str, str]]:
    """Yield table, place and why of each figure that tells more of a number than what is shown of it."""
    seen: dict[tuple[str, ...], set[str]] = {}
    level = _confidence(tables)
    for page, named in tables.items():
        for name, rows in named.items():
            table, declared = f"{page}: {name}", _declared(find_entry(name, page))
            for row in rows:
                found = [
                    *((BLANK, column) for column in _find_blanks(name, row, declared, seen)),
                    *((DIGITS, column) for column in _find_digits(row, declared, rule)),
                    *((LIMITS, column) for column in _find_limits(row, declared, level)),
                    *((UNFOUNDED, column) for column in _find_words(row, declared)),
                ]
                yield from ((table, f"{column} of {name_row(row)}", why) for why, column in found)


def _confidence(tables: Tables) -> float:
    """The level of all intervals, as findings name it."""
    rows = chain.from_iterable(chain.from_iterable(named.values() for named in tables.values()))
    return next((float(row["confidence_level"]) for row in rows if row.get("confidence_level")), 0.95)


def _shown(row: Row, on: Sequence[str]) -> list[str]:
    """The numbers of people that a figure rests on, as they stand in its row."""
    return [row[name] for name in on if row.get(name, "").isdigit()]


def _find_blanks(
    name: str, row: Row, declared: Declared, seen: dict[tuple[str, ...], set[str]]
) -> Iterator[str]:
    """Yield what is told here, and was not of as many in a row before, on any page, or the other way about."""
    for column, on in declared.rests.items():
        text = row.get(column)
        shown = _shown(row, on)
        if text is None or not shown:
            continue
        why = row.get("method", "") if text == "" and column == "estimate" else text
        told = number_in(row, column) is not None
        if why.startswith(_ALIKE) or (column in declared.alike and text == "[x]"):
            continue
        kinds = [row[each] for each in _KINDS if each in row]
        ways = seen.setdefault((name, column, *kinds, *(f"{each}={row.get(each)}" for each in on)), set())
        # What is not there for want of children or of time says so of all alike.
        way = "" if told else "none" if why.startswith(_NOBODY) else why or "blank"
        if ways and way not in ways:
            yield column
        ways.add(way)


def _find_digits(row: Row, declared: Declared, rule: Disclosure) -> Iterator[str]:
    for column, on in declared.means.items():
        shown = _shown(row, on)
        if shown and row.get("unit", "points") in ("points", "") and number_in(row, column) is not None:
            most = mean_decimals(min(map(int, shown)), rule, _DECIMALS)
            if len(row[column].partition(".")[2].rstrip("0")) > most:
                yield column


def _find_limits(row: Row, declared: Declared, level: float) -> Iterator[str]:
    """Yield a change over the SD whose limits are not those by the number that is shown of those whose SD it is."""
    for column, (change, known) in declared.limits.items():
        ends = [number_in(row, f"{name}{end}") for name in (change, column) for end in _ENDS]
        middle, lower, upper, told, *limits = (0.0 if each is None else each for each in ends)
        number = number_in(row, known)
        if None in ends or number is None or not middle or not told:
            continue
        of_change = Estimate(middle, lower, upper, level, "", "")
        found = effect_size(of_change, middle / told, int(number))
        # A change in hundredths may stand there a last digit less (`round_for_file`).
        fine = any(len(row[f"{change}{end}"].partition(".")[2]) > 1 for end in _ENDS)
        off = _STEP + fine * _HUNDREDTH * abs(told / middle)
        if not isinstance(found, Estimate) or any(
            abs(own - limit) > off * (1 + abs(own / told)) + _CLOSE
            for own, limit in zip(found.numbers[1:], limits, strict=True)
        ):
            yield column


def _find_words(row: Row, declared: Declared) -> Iterator[str]:
    """Yield clear words beside an interval that holds no difference, or beside none."""
    for word, figure in declared.judged.items():
        lower, upper = (number_in(row, f"{figure}{end}") for end in _ENDS[1:])
        clear = lower is not None and upper is not None and (lower >= 0 or upper <= 0)
        if row.get(word, "") not in _OPEN and f"{figure}_lower" in row and not clear:
            yield word
