"""Tables of counts to be cut and added up, and what one notebook reads: what comes out is rounded, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.contract.context import Context, MeasureFacts
from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.periods import MONTHS_IN, period_length
from pipeline.contract.record_keys import ACROSS, KEYS, WHOLE, excess_within
from pipeline.protect.by_service import ByService
from pipeline.protect.rounding import EXACT, Disclosure, ShownCount
from pipeline.protect.tally import Sum, Tally

Mask = npt.NDArray[np.bool_]
"""Of which rows something holds."""
_DECIMALS = 6
_SERVICE = "service_number"
_SUMMED = ("events", "total", "child_years", WHOLE, *KEYS)


def has(rows: pd.DataFrame, column: str, value: str) -> Mask:
    """Return which rows have this value."""
    held = rows[column]
    # Texts of scores are objects, which numpy compares at once; those of the other tables stay with Arrow.
    return np.asarray((held.to_numpy() if held.dtype == object else held) == value, dtype=bool)


def in_group(rows: pd.DataFrame, group: str) -> Mask:
    """Return whose rows are of a group: a broad group, or a code of the classification."""
    return has(rows, "ethnic_group", group) | has(rows, "ethnicity", group)


def in_comparator(rows: pd.DataFrame, group: str, comparator: str) -> Mask:
    """Return whose rows are of the comparator: a named group, or everyone else of known ethnicity; never the group."""
    others = ~in_group(rows, group) & ~has(rows, "ethnic_group", NOT_KNOWN)
    return others if comparator == EVERYONE_ELSE else others & in_group(rows, comparator)


def fingerprint_rows(rows: pd.DataFrame) -> str:
    """Return the SHA-256 of the sums by month and ethnic group: any change of what a baseline rests on changes it."""
    keys = ["month", "ethnic_group", "ethnicity"]
    payload = [name for name in ("events", "total", "child_years", "improvement") if name in rows]
    summed = rows.groupby(keys, sort=True)[payload].agg(["sum", "count"]).round(_DECIMALS)
    lines = "\n".join(repr(line) for line in summed.reset_index().to_numpy().tolist())
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows of a tidy table of counts, and the rule that what is added up of them is rounded by.

    Cutting returns other cells; adding up returns tallies and counts as they may be shown. Two cuts of the same rows
    add up to the same. They may be of several `services`, whose own pages show what is added up here.
    """

    _rows: pd.DataFrame
    rule: Disclosure = EXACT
    services: int = 0

    @classmethod
    def over(cls, rows: pd.DataFrame, rule: Disclosure, services: Sequence[str]) -> Cells:
        """Return cells of these services together."""
        numbers = {name: at for at, name in enumerate(services)}
        return cls(
            rows.assign(**{_SERVICE: rows["service_id"].map(numbers).astype("int64")}), rule, len(services)
        )

    def _cut(self, rows: pd.DataFrame) -> Cells:
        return replace(self, _rows=rows)

    def exact(self) -> Cells:
        """Return the same not rounded: for a model alone, which shows none of its cells."""
        return replace(self, rule=EXACT)

    @property
    def empty(self) -> bool:
        """Whether there is no row."""
        return self._rows.empty

    def values(self, column: str) -> list[Any]:
        """Return the values of a column that tells cells apart, each once, in their order of appearance."""
        if column in _SUMMED:
            raise ValueError(f"'{column}' is counted, and leaves these cells only when it is added up")
        return self._rows[column].drop_duplicates().tolist()

    def where(self, column: str, *values: str) -> Cells:
        """Return the cells that have one of these values."""
        own = has(self._rows, column, values[0]) if len(values) == 1 else self._rows[column].isin(values)
        return self._cut(self._rows[own])

    def without(self, column: str, value: str) -> Cells:
        """Return the cells that have another value."""
        return self._cut(self._rows[~has(self._rows, column, value)])

    def of_measure(self, measure: MeasureFacts) -> Cells:
        """Return those of one measure under its latest definition: no figure adds up two definitions."""
        rows = self._rows
        return self._cut(
            rows[(rows["measure_id"] == measure.measure_id) & (rows["version"] == measure.version)]
        )

    def of_group(self, group: str) -> Cells:
        """Return those of a broad group or of a code of the classification."""
        return self._cut(self._rows[in_group(self._rows, group)])

    def of_comparator(self, group: str, comparator: str) -> Cells:
        """Return those whom a group is compared with; never the group's own."""
        return self._cut(self._rows[in_comparator(self._rows, group, comparator)])

    def beside(self, other: Cells) -> Cells:
        """Return these cells and others of the same table."""
        return self._cut(pd.concat([self._rows, other._rows], ignore_index=True))

    def known(self) -> Cells:
        """Return those whose ethnic group is known."""
        return self.without("ethnic_group", NOT_KNOWN)

    def name(self, column: str, of: str, names: Mapping[Any, Any]) -> Cells:
        """Return the cells with a further column: what each value of another one belongs to."""
        return self._cut(self._rows.assign(**{column: self._rows[of].map(names)}))

    def in_months(self, first: int, last: int) -> Cells:
        """Return those of the months from `first` to `last`, both included."""
        months = self._rows["month"].to_numpy()
        return self._cut(self._rows[(months >= first) & (months <= last)])

    def between(self, first: int, last: int) -> Cells:
        """Return the same with the excess that they have when they are looked at together."""
        return self.in_months(first, last).looked_at(last - first + 1)

    def looked_at(self, months: int) -> Cells:
        """Return the cells with the excess of such as are looked at together within so many months."""
        name, rows = excess_within(months), self._rows
        return self if name == WHOLE or name not in rows else self._cut(rows.assign(**{WHOLE: rows[name]}))

    def over_services(self) -> Cells:
        """Return the cells with the excess of such as are looked at together whatever their service."""
        rows = self._rows
        both = {own: rows[own] + rows[more] for own, more in ACROSS.items() if more in rows}
        return self._cut(rows.assign(**both))

    def within_periods(self) -> Cells:
        """Return the cells with the excess of such as are looked at together within a period."""
        rows = self._rows
        length = period_length(rows["period"].iloc[0]) if len(rows) else None
        return self if length is None else self.looked_at(MONTHS_IN[length])

    def _columns(self) -> list[npt.NDArray[Any]]:
        """What is added up. Rows without an excess are all of different children."""
        rows = self._rows
        return [rows[name].to_numpy() if name in rows else np.zeros(len(rows), np.int64) for name in _SUMMED]

    def sum(self) -> Sum:
        """Return all cells added up, for what is added to before it is rounded."""
        columns = self._columns()
        (services,) = self._by_service(columns, np.zeros(len(self._rows), np.int64), 1)
        return replace(Sum(*(numbers.sum().item() for numbers in columns)), services=services)

    def _by_service(
        self, columns: Sequence[npt.NDArray[Any]], places: npt.NDArray[np.integer[Any]], number: int
    ) -> Iterable[ByService | None]:
        """What the rows at each of so many places hold, by service; None where they are not of several."""
        if not self.services:
            return repeat(None, number)
        events, total, years, _, *keys = columns
        at = places * self.services + self._rows[_SERVICE].to_numpy()
        counts = np.zeros((number * self.services, 2 + len(keys)), np.int64)
        time = np.zeros(number * self.services)
        np.add.at(counts, at, np.column_stack([events, total, *keys]))
        np.add.at(time, at, years)
        shape = (number, self.services)
        return map(ByService, counts.reshape(*shape, -1), time.reshape(shape))

    def add_up(self) -> Tally:
        """Return all cells added up and rounded."""
        return self.sum().tally(self.rule)

    def count(self) -> ShownCount:
        """Return how many people there are, rounded."""
        return self.sum().count(self.rule)

    def sums_by(self, columns: Sequence[str]) -> dict[tuple[Any, ...], Sum]:
        """Return the sum of each combination of the columns' values that has any rows, in their order."""
        if self._rows.empty:
            return {}
        counted = self._columns()
        named = pd.DataFrame(dict(zip(_SUMMED, counted, strict=True)))
        grouped = named.groupby([self._rows[name].to_numpy() for name in columns])
        summed = grouped.sum()
        keys = summed.index if len(columns) > 1 else ((key,) for key in summed.index)
        services = self._by_service(counted, grouped.ngroup().to_numpy(), len(summed))
        return {
            tuple(key): replace(Sum(*values), services=own)
            for key, values, own in zip(keys, summed.itertuples(index=False), services, strict=True)
        }

    def sum_by(self, columns: Sequence[str]) -> dict[tuple[Any, ...], Tally]:
        """Return the tally of each combination of the columns' values that has any rows, in their order."""
        return {key: found.tally(self.rule) for key, found in self.sums_by(columns).items()}

    def tally_by(self, column: str) -> dict[str, Tally]:
        """Return the tally of each value of a column that has any rows."""
        return {str(name): tally for (name,), tally in self.sum_by([column]).items()}

    def fingerprint(self) -> str:
        """Return the fingerprint of what stands here, which the commissioner keeps and no page shows."""
        return fingerprint_rows(self._rows)


@dataclass(frozen=True, eq=False)
class Slice:
    """What one notebook reads: the context and its tables (see docs/data.md)."""

    context: Context
    measures: Cells
    children: Cells
    parts: Cells
    newcomers: Cells
    journey: Cells
    waits: pd.DataFrame
    results: Cells
    together: pd.DataFrame
    scores: pd.DataFrame
    population: pd.DataFrame
    breaks: pd.DataFrame
    characteristics: Cells
    strata: pd.DataFrame
    compared: Cells
    adjusted_for: tuple[str, ...]
    rule: Disclosure
    peers: pd.DataFrame | None = None
