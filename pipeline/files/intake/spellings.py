"""How names in returns are spelt: as the commissioner's tables have them, else as most rows do; and what is no name."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from pipeline.contract.dataset import Dataset
from pipeline.contract.names import fold, strip_unseen
from pipeline.contract.tables import read_rows
from pipeline.contract.values import Fault, Vocabulary, list_names
from pipeline.files.commissioner.reference import Reference, read_lists
from pipeline.files.formats.text import TextColumn
from pipeline.files.intake.read_returns import ReadReturn

_LISTED = {"service_id": "services", "provider_id": "providers", "scale": "scales"}
_ONE_CHILD = Fault(
    "cell.area",
    "is given for one child only, and looks like an address, a name or a number",
    "write the ward or neighbourhood; where this is one, the commissioner may list it in reference/areas.csv",
)
_NUMBER = re.compile(r"[^\W_]?\W*[0-9][0-9\W]*")
_MANY_DIGITS = re.compile(r"(?:[0-9][ ()/.-]?){6,}")
_OFFICIAL_AREA = re.compile(r"[EKNSWL][0-9]{8}")  # a code of the Office for National Statistics
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}$", re.IGNORECASE)
_HOUSE = re.compile(
    r"([0-9]+[A-Z]?,?|(flat|unit|house|room|apartment|apt)\.? ?[0-9]+[A-Z]?,?)\s+\S*[^\W\d_]{2}.*", re.I
)
_TITLED = re.compile(r"(mr|mrs|ms|miss|mx|dr|rev|sir|master)\.?\s+\S.*", re.IGNORECASE)
_INITIALS = re.compile(
    r"([^\W\d_a-z]\.\s?)+[^\W\d_a-z][\w'\u2019-]+|[^\W\d_a-z][\w'\u2019-]+,?\s([^\W\d_a-z]\.\s?)+"
)
_WORDS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_MOST_WORDS = 3
# Words that make a place of a name: Victoria Park, St John's Wood, Stanley Road.
_PLACES = frozenset({
    "abbey", "area", "avenue", "bay", "bridge", "brook", "castle", "central", "centre", "church", "close",
    "common", "court", "cross", "dale", "district", "east", "end", "estate", "farm", "field", "fields",
    "ford", "garden", "gardens", "gate", "grange", "green", "grove", "hall", "ham", "heath", "hill",
    "hills", "house", "island", "lane", "lea", "locality", "lodge", "manor", "mead", "mills", "moor",
    "mount", "neighbourhood", "north", "park", "parish", "place", "point", "pond", "quarter", "quay",
    "rise", "river", "road", "saint", "sands", "side", "south", "square", "st", "station", "street", "town",
    "vale", "valley", "view", "village", "walk", "ward", "water", "way", "well", "west", "wharf", "wood",
    "woods", "yard",
})  # fmt: skip
_TITLES = {
    "service_id": ("services", "name"),
    "scale": ("scales", "title"),
    "provider_id": ("providers", "name"),
}
Names = Mapping[str, Mapping[str, str]]


def find_spellings(readings: Sequence[ReadReturn], reference: Reference | None) -> Mapping[str, Vocabulary]:
    """Return, by column, how its names are spelt; `reference` are the commissioner's tables, if they are at hand."""
    tables = reference.tables if reference else {}
    listed = {
        column: list_names(tables[table][column].to_pylist())
        for column, table in _LISTED.items()
        if table in tables
    }
    areas = _list_areas(reference.optional["areas"]) if reference else None
    outcomes = _find_common(readings, "outcomes", "outcome")
    return {**listed, "outcome": outcomes, "area": areas or _find_areas(readings)}


def _list_areas(areas: Sequence[Mapping[str, object]]) -> Vocabulary | None:
    """The commissioner's areas, by their short names and their titles; None where there is no such list."""
    spellings: dict[str, str] = {}
    for area in areas:
        for text in (area["title"], area["area"]):
            if text:
                spellings[str(text).casefold()] = str(area["area"])
    codes = tuple(str(area["area"]) for area in areas)
    return Vocabulary("the areas in reference/areas.csv", spellings, codes) if areas else None


def _columns(
    readings: Sequence[ReadReturn], table: str, column: str
) -> Iterable[tuple[ReadReturn, TextColumn]]:
    for reading in readings:
        if reading.shaped and reading.source.table == table and column in reading.shaped.columns:
            yield reading, reading.shaped.columns[column]


def _find_common(readings: Sequence[ReadReturn], table: str, column: str) -> Vocabulary:
    """The spelling that most rows have of each name; of two that are as common, the first in order."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for _, held in _columns(readings, table, column):
        counts = np.bincount(held.codes, minlength=len(held.distinct))
        for place in np.flatnonzero(counts):
            text = strip_unseen(held.distinct[int(place)])
            rows[fold(text)][text] += int(counts[place])
    spellings = {
        key: min(times, key=lambda text: (-times[text], text))
        for key, times in rows.items()
        if len(times) > 1
    }
    return Vocabulary("", spellings, (), open=True)


def _find_areas(readings: Sequence[ReadReturn]) -> Vocabulary:
    """Areas as most rows spell them; what stands for one child and looks like an address, name or number is none."""
    children: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for reading, held in _columns(readings, "episodes", "area"):
        assert reading.shaped
        odd = held.where(looks_like_one_child)
        child = reading.shaped.columns["child_id"]
        for place in np.flatnonzero(odd):
            key = fold(held.cell(int(place)))
            children[key].add((reading.source.provider, fold(child.cell(int(place)))))
    unfit = {key: _ONE_CHILD for key, seen in children.items() if len(seen) == 1}
    return replace(_find_common(readings, "episodes", "area"), unfit=unfit)


@cache
def _first_names() -> frozenset[str]:
    return frozenset(row["name"].casefold() for row in read_rows("first_names.csv"))


def looks_like_one_child(text: str) -> bool:
    """Return whether a text that should be a neighbourhood looks like an address, a name or a number.

    >>> [looks_like_one_child(text) for text in ("12 Quay Street", "Aisha Khan", "020 7946 0958", "Victoria Park")]
    [True, True, True, False]
    """
    plain = " ".join(strip_unseen(text).split())
    if not plain or _OFFICIAL_AREA.fullmatch(plain):
        return False
    if "@" in plain or any(form.fullmatch(plain) for form in (_NUMBER, _HOUSE, _TITLED, _INITIALS)):
        return True
    return bool(_MANY_DIGITS.search(plain) or _POSTCODE.search(plain)) or _is_name(plain)


def _is_name(text: str) -> bool:
    """A first name among a few words, none of which makes a place of it."""
    words = [word.casefold() for word in _WORDS.findall(text)]
    return (
        0 < len(words) <= _MOST_WORDS
        and not _PLACES.intersection(words)
        and not _first_names().isdisjoint(words)
    )


def read_names(dataset: Dataset) -> Names:
    """Return, for each column of returns that refers to a reference table, the names there and their titles."""
    tables = read_lists(dataset).tables
    return {
        column: {row[column]: row[title] for row in tables[table].to_pylist()}
        for column, (table, title) in _TITLES.items()
    }
