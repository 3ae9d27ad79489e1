"""Texts that look as if they were about one child: an address, a name, a postcode, a telephone or other number."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from pipeline.contract.names import strip_unseen

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


@cache
def _first_names() -> frozenset[str]:
    text = files("pipeline.contract").joinpath("first_names.csv").read_text(encoding="utf-8")
    return frozenset(row["name"].casefold() for row in csv.DictReader(text.splitlines()))


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
