"""What a rule may look at: the rows of one table, what they refer to, and what earlier returns said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.analysis.validation.coded_columns import (
    AnyNumbers,
    CodedRows,
    Codes,
    FrameRows,
    Numbers,
    find_distinct,
)
from pipeline.contract.periods import next_period, period_days
from pipeline.contract.tables import load_table

RETURN = ("return_provider", "period")
EPISODE_FACTS = ("service_id", "referral_date")
REFERRAL = ("child_id", "service_id", "arm", "referral_date")
YEARS_BACK = 5
"""Unless params.yaml says otherwise: longer ago is more often a wrong year than a child's long stay."""
Mask = pd.Series  # of bool: True where a row fails


@dataclass(frozen=True)
class Known:
    """What rows may refer to.

    Services with their provider ('' where several deliver it) and with the first and last day of their contract,
    providers, scales with their lowest and highest score, codes that say ethnicity is not known, and of each
    accepted episode the facts of its latest row, by sender and number. No date may lie more than `years_back` years
    before its return's period.
    """

    services: Mapping[str, str]
    providers: frozenset[str]
    scales: Mapping[str, tuple[float, float]]
    contracts: Mapping[str, tuple[dt.date, dt.date | None]] = field(default_factory=dict)
    ethnicity_unknown: frozenset[str] = frozenset()
    years_back: int = YEARS_BACK
    episodes: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["return_provider", "episode_id", *EPISODE_FACTS])
    )


@dataclass(frozen=True)
class Given:
    """Rows of one table with what is worked out once for all rules."""

    rows: CodedRows
    table: str
    known: Known

    def told(self, found: npt.NDArray[Any]) -> Mask:
        """What was found row by row, as a mask over the rows."""
        return pd.Series(found, index=self.rows.index)

    @cached_property
    def period_days(self) -> pd.DataFrame:
        """The `first` and `last` day of each row's period."""
        periods = self.rows.codes("period")
        spans = [period_days(period) for period in periods.distinct]
        days = {name: [span[at] for span in spans] for at, name in enumerate(("first", "last"))}
        return pd.DataFrame(
            {name: pd.DatetimeIndex(each).take(periods.number) for name, each in days.items()},
            index=self.rows.index,
        )

    @cached_property
    def episode(self) -> pd.DataFrame:
        """The accepted episode that each row names: its facts, all missing where there is none."""
        facts = self.known.episodes
        there = FrameRows(facts)
        sender, number = there.codes("return_provider"), there.codes("episode_id")
        size = np.int64(len(number.distinct))
        who = match(self.rows.codes("return_provider"), sender)
        which = match(self.rows.codes("episode_id"), number)
        named = pd.Index(np.where((who >= 0) & (which >= 0), who * size + which, -1))
        places = pd.Index(sender.number * size + number.number).get_indexer(named)
        columns = {name: facts[name].array.take(places, allow_fill=True) for name in EPISODE_FACTS}
        return pd.DataFrame(columns, index=self.rows.index).assign(found=places >= 0)

    def first_of(self, columns: Sequence[str]) -> pd.DataFrame:
        """What rows hold in these columns, each once, in the order of their number."""
        first, _ = find_distinct(self.rows.number(columns))
        return pd.DataFrame({name: self.rows[name].array.take(first) for name in columns})

    @cached_property
    def follows(self) -> dict[tuple[str, str], str]:
        """Of each return, by provider and period, the period of the last one that its provider sent before."""
        sent = self.first_of(RETURN).sort_values(list(RETURN))
        before = sent.groupby("return_provider")["period"].shift()
        pairs = zip(sent["return_provider"], sent["period"], before, strict=True)
        return {(provider, period): last for provider, period, last in pairs if isinstance(last, str)}

    @cached_property
    def following(self) -> Numbers:
        """The number of the period after the row's, where its provider sent a return for it; -1 where none was sent."""
        sent = self.first_of(RETURN)
        pairs = list(zip(sent["return_provider"], sent["period"], strict=True))
        known = set(pairs)
        after = [(provider, next_period(period)) for provider, period in pairs]
        following = pd.Index([pair[1] if pair in known else None for pair in after], dtype="str")
        periods = self.rows.codes("period").distinct
        return periods.get_indexer(following).astype(np.int32)[self.rows.number(RETURN)]

    def repeated(self, columns: Sequence[str]) -> Mask:
        """Whether another row holds the same in these columns."""
        number = self.rows.number(columns)
        return self.told(np.bincount(number)[number] > 1)

    @cached_property
    def earlier(self) -> Numbers:
        """Where the row of the same key in the nearest earlier return stands; -1 where there is none."""
        return self.rows.find_earlier(("return_provider", *load_table(self.table).primary_key))

    def holds(self, column: str) -> Mask:
        """Whether each row says anything in that column."""
        return self.told(self.now(column) >= 0)

    def now(self, column: str) -> AnyNumbers:
        """What each row says in that column, by number; -1 where nothing."""
        return self.rows.codes(column).number

    def was(self, column: str) -> AnyNumbers:
        """What the nearest earlier return said there, by number; -1 where nothing, or where it had no such row."""
        return np.where(self.earlier >= 0, self.now(column)[self.earlier], np.int32(-1))

    def changed(self, column: str) -> Mask:
        """Whether the nearest earlier return gave a value that is now another, or gone."""
        was = self.was(column)
        return self.told((was >= 0) & (was != self.now(column)))


Fails = Mapping[str, Callable[[Given], Mask]]


def match(values: Codes, others: Codes) -> Numbers:
    """What each row holds by the number that it has in another column; -1 where it is not there, or blank."""
    found = others.distinct.get_indexer(values.distinct)
    return np.append(found, -1).astype(np.int32).take(values.number, mode="wrap")


def both_differ(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether two values by number are both there and not the same."""
    found: npt.NDArray[np.bool_] = (one >= 0) & (other >= 0) & (one != other)
    return found


def differ(one: pd.Series, other: pd.Series) -> Mask:
    """Whether two values are both there and not the same."""
    return one.notna() & other.notna() & (one != other).fillna(False).astype(bool)
