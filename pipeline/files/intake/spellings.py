"""How names in returns are spelt: as the commissioner's tables have them, else as most rows do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.contract.names import fold, strip_unseen
from pipeline.contract.values import Fault, Vocabulary, list_names
from pipeline.files.commissioner.reference import Reference
from pipeline.files.formats.text import TextColumn
from pipeline.files.intake.personal import looks_like_one_child
from pipeline.files.intake.read_returns import ReadReturn

_LISTED = {"service_id": "services", "provider_id": "providers", "scale": "scales"}
_ONE_CHILD = Fault(
    "cell.area",
    "is given for one child only, and looks like an address, a name or a number",
    "write the ward or neighbourhood; where this is one, the commissioner may list it in reference/areas.csv",
)


def find_spellings(readings: Sequence[ReadReturn], reference: Reference | None) -> Mapping[str, Vocabulary]:
    """Return, by column, how its names are spelt; `reference` are the commissioner's tables, if they are at hand."""
    tables = reference.tables if reference else {}
    listed = {
        column: list_names(tables[table][column].to_pylist())
        for column, table in _LISTED.items()
        if table in tables
    }
    areas = _list_areas(reference.areas) if reference else None
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
