"""What a rule may look at: the rows of one table, what they refer to, and what earlier returns said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.analysis.numbering import Numbers, find_distinct, number_rows
from pipeline.contract.tables import load_table

RETURN = ("return_provider", "period")
EPISODE_FACTS = ("service_id", "referral_date")
REFERRAL = ("child_id", "service_id", "arm", "referral_date")
Mask = pd.Series  # of bool: True where a row fails
Places = Numbers


@dataclass(frozen=True)
class Known:
    """What rows may refer to.

    Services with their provider ('' where several deliver it) and with the first and last day of their contract,
    providers, scales with their lowest and highest score, codes that say ethnicity is not known, and of each
    accepted episode the facts of its latest row, by sender and number.
    """

    services: Mapping[str, str]
    providers: frozenset[str]
    scales: Mapping[str, tuple[float, float]]
    contracts: Mapping[str, tuple[dt.date, dt.date | None]] = field(default_factory=dict)
    ethnicity_unknown: frozenset[str] = frozenset()
    episodes: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["return_provider", "episode_id", *EPISODE_FACTS])
    )


@dataclass(frozen=True)
class Given:
    """Rows of one table with what is worked out once for all rules."""

    rows: pd.DataFrame
    table: str
    known: Known

    @cached_property
    def period_days(self) -> pd.DataFrame:
        """The `first` and `last` day of each row's period."""
        codes, periods = pd.factorize(self.rows["period"])
        spans = [period_span(period) for period in periods]
        days = {name: [span[at] for span in spans] for at, name in enumerate(("first", "last"))}
        return pd.DataFrame(
            {name: pd.DatetimeIndex(each).take(codes) for name, each in days.items()}, index=self.rows.index
        )

    @cached_property
    def episode(self) -> pd.DataFrame:
        """The accepted episode that each row names: its facts, all missing where there is none."""
        keys = ["return_provider", "episode_id"]
        facts = self.known.episodes.assign(found=True)
        joined = self.rows[keys].merge(facts, how="left", on=keys)
        return joined.drop(columns=keys).set_axis(self.rows.index)

    @cached_property
    def follows(self) -> dict[tuple[str, str], str]:
        """Of each return, by provider and period, the period of the last one that its provider sent before."""
        sent = self.rows[list(RETURN)].drop_duplicates().sort_values(list(RETURN))
        before = sent.groupby("return_provider")["period"].shift()
        pairs = zip(sent["return_provider"], sent["period"], before, strict=True)
        return {(provider, period): last for provider, period, last in pairs if isinstance(last, str)}

    @cached_property
    def next_period(self) -> pd.Series:
        """The period after the row's, where its provider sent a return for it; missing where none was sent."""
        number = self.number(RETURN)
        sent = self.rows[list(RETURN)].iloc[find_distinct(number)[0]]
        pairs = list(zip(sent["return_provider"], sent["period"], strict=True))
        known = set(pairs)
        after = [(provider, period_after(period)) for provider, period in pairs]
        following = pd.Series([pair[1] if pair in known else None for pair in after], dtype="str")
        return pd.Series(following.array.take(number), index=self.rows.index)

    def number(self, columns: Sequence[str]) -> Numbers:
        """The same number for rows that hold the same in these columns; what stands first is numbered once for all."""
        key = tuple(columns)
        if key not in self._numbers:
            before = [pd.Series(self.number(key[:-1]))] if len(key) > 1 else []
            self._numbers[key] = number_rows([*before, self.rows[key[-1]]])
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[tuple[str, ...], Numbers]:
        return {}

    def repeated(self, columns: Sequence[str]) -> Mask:
        """Whether another row holds the same in these columns."""
        number = self.number(columns)
        return pd.Series(np.bincount(number)[number] > 1, index=self.rows.index)

    @cached_property
    def earlier(self) -> Places:
        """Where the row of the same key in the nearest earlier return stands; -1 where there is none."""
        return find_earlier(self.rows, ("return_provider", *load_table(self.table).primary_key))

    def was(self, column: str) -> pd.Series:
        """What the nearest earlier return said in that column; missing where it had no such row."""
        values = self.rows[column].array.take(self.earlier, allow_fill=True)
        return pd.Series(values, index=self.rows.index)

    def changed(self, column: str) -> Mask:
        """Whether the nearest earlier return gave a value that is now another, or gone."""
        was, now = self.was(column), self.rows[column]
        return was.notna() & (now.isna() | differ(was, now))


Fails = Mapping[str, Callable[[Given], Mask]]


def differ(one: pd.Series, other: pd.Series) -> Mask:
    """Whether two values are both there and not the same."""
    return one.notna() & other.notna() & (one != other).fillna(False).astype(bool)


def period_span(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a quarter (2009-q2) or a year (2009)."""
    span = pd.Period(period.replace("-", "").upper(), freq="Q" if "-" in period else "Y")
    return span.start_time, span.end_time.normalize()


def period_after(period: str) -> str:
    """2009-q3 after 2009-q2, 2010 after 2009."""
    following = period_span(period)[1] + pd.Timedelta(days=1)
    return f"{following.year}-q{following.quarter}" if "-" in period else str(following.year)


def find_earlier(rows: pd.DataFrame, key: tuple[str, ...]) -> Places:
    """Where the row with the same key in the nearest earlier period stands; -1 where there is none.

    Of several rows with the key in that period the last counts; a blank in the key is a value like others.
    """
    group = number_rows([rows[name] for name in key])
    period, periods = pd.factorize(rows["period"], sort=True)
    order = np.argsort(group * len(periods) + period, kind="stable")
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (group[order][1:] != group[order][:-1]) | (period[order][1:] != period[order][:-1])
    before = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0)) - 1
    found = np.full(len(order), -1, dtype=np.int64)
    same = (before >= 0) & (group[order] == group[order[before]])
    found[order[same]] = order[before[same]]
    return found
