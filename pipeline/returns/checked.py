"""Typed rows checked against the rules: which fail, which are accepted and current, and the faults for the sender."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.analysis.validation.batches import EPISODE_FACTS, YEARS_BACK, Known
from pipeline.analysis.validation.results import COUNTED_NEXT, Failing, find_failing
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.rules import Rule, rules_of
from pipeline.contract.tables import RETURN_TABLES
from pipeline.contract.values import suggest
from pipeline.files.intake.accounting import Told, name_own
from pipeline.files.intake.ledger import FaultLine, SetAside, Warned
from pipeline.files.intake.row_counts import Placed, Return, place_rows
from pipeline.files.writer import to_frame

Place = tuple[str, str, str]  # file, table, period
_PLACE = ("return_provider", "period", "file", "row")


@dataclass(frozen=True)
class Checked:
    """One table's rows, the rules that each fails, and which rows are accepted and current."""

    name: str
    stored: pa.Table
    rows: pd.DataFrame
    failing: Failing

    @property
    def accepted(self) -> pd.Series:
        """Rows that no rule sets aside."""
        return self.failing.accepted

    @property
    def current(self) -> pd.Series:
        """Accepted rows that no later return replaces."""
        return self.failing.current

    def count(self, chosen: pd.Series) -> dict[Return, int]:
        """Count the chosen rows by return."""
        named = zip(self.placed.returns, self.placed.count(chosen.to_numpy()), strict=True)
        return {(*where, self.name): int(count) for where, count in named if count}

    @cached_property
    def placed(self) -> Placed:
        """The return of each row."""
        return self.place(self.rows["period"])

    def place(self, period: pd.Series) -> Placed:
        """Return the return of each row, with this period instead of its own."""
        return place_rows(self.rows["return_provider"], period)


def load_known(
    reference: Mapping[str, pa.Table], classification: Classification, years_back: int = YEARS_BACK
) -> Known:
    """Return the ids that rows may refer to, from the commissioner's tables; no episodes yet."""
    services = reference["services"].to_pylist()
    scales = reference["scales"].to_pylist()
    return Known(
        services={row["service_id"]: row["provider_id"] or "" for row in services},
        providers=frozenset(reference["providers"]["provider_id"].to_pylist()),
        scales={row["scale"]: (row["minimum"], row["maximum"]) for row in scales},
        contracts={row["service_id"]: (row["start"], row["end"]) for row in services},
        ethnicity_unknown=frozenset(
            entry.code for entry in classification.codes if entry.broad_group == NOT_KNOWN
        ),
        years_back=years_back,
    )


def blank_provider(rows: pa.Table) -> pa.Table:
    """Return the rows with a blank provider where none is given, so that rules about providers skip them."""
    if "provider_id" not in rows.column_names:
        return rows
    place = rows.column_names.index("provider_id")
    return rows.set_column(place, "provider_id", pc.fill_null(rows["provider_id"], ""))


def check_tables(read: Callable[[str], pa.Table], known: Known) -> Iterator[Checked]:
    """Apply the rules of every table; outcomes and feedback may refer to accepted episodes only.

    Each table is read when it is reached: a caller that drops each result has one table in memory at a time.
    """
    for name in RETURN_TABLES:
        checked = _check_table(name, read(name), known)
        if name == "episodes":
            facts = ["return_provider", "episode_id", *EPISODE_FACTS]
            known = replace(known, episodes=checked.rows.loc[checked.current, facts])
        yield checked
        del checked


def _check_table(name: str, stored: pa.Table, known: Known) -> Checked:
    rows = to_frame(stored)
    return Checked(name, stored, rows, find_failing(rows, name, known))


def list_failing(part: Checked, known: Known) -> Iterator[SetAside]:
    """Yield one entry per failing row: the first rule that it fails, and the messages of all."""
    failing = np.flatnonzero(~part.accepted)
    rules = [rule for rule in rules_of(part.name) if rule.severity != "warn"]
    fails: dict[int, list[Rule]] = {place: [] for place in failing.tolist()}
    for rule in rules:
        for place in part.failing.places[rule.rule].tolist():
            fails[place].append(rule)
    rows = part.stored.take(pa.array(failing))
    values = {rule: _join_values(rows, rule) for rule in {first for first, *_ in fails.values()}}
    hint_of = _suggester(known)
    places = zip(rows["file"].to_pylist(), rows["row"].to_pylist(), fails.values(), strict=True)
    for index, (file, row, (first, *others)) in enumerate(places):
        value = values[first][index]
        message = first.message + hint_of(first)(value) + "".join(f"; {rule.message}" for rule in others)
        yield SetAside(file, row, ", ".join(first.columns), first.rule, message, first.fix, value)


def list_warned(part: Checked) -> Iterator[Warned]:
    """Yield one entry per row and warning, by file and row."""
    for rule in rules_of(part.name):
        if rule.severity == "warn":
            what = (", ".join(rule.columns), rule.rule, rule.message, rule.fix)
            _, places = _list_places(part, rule)
            for sender, _, file, row, counted in places:
                yield Warned(sender, counted, rule.table, file, row, *what)


def list_row_faults(part: Checked, known: Known, names: Mapping[Place, Mapping[str, str]]) -> Iterator[Told]:
    """Yield every rule that each row fails, warnings too, in its sender's column names."""
    hint_of = _suggester(known)
    for rule in rules_of(part.name):
        hint = hint_of(rule)
        columns = ", ".join(rule.columns)
        rows, places = _list_places(part, rule)
        for (sender, period, file, row, counted), value in zip(places, _join_values(rows, rule), strict=True):
            where = (sender, counted, rule.table, file, row)
            message = rule.message + hint(value)
            fault = FaultLine(*where, columns, rule.severity, rule.rule, message, rule.fix)
            their_names = names.get((file, rule.table, period))
            yield name_own(fault, their_names) if their_names else fault, value


def _list_places(part: Checked, rule: Rule) -> tuple[pa.Table, Iterator[tuple[str, str, str, int, str]]]:
    """Return rows that fail a rule, and for each its sender, period, file, row and the period it counts against."""
    places = part.failing.places[rule.rule]
    rows = part.stored.select([*_PLACE, *rule.columns]).take(pa.array(places))
    period = part.failing.following if rule.rule in COUNTED_NEXT else part.rows["period"]
    place = (rows[name].to_pylist() for name in _PLACE)
    return rows, zip(*place, period.iloc[places].tolist(), strict=True)


def _join_values(rows: pa.Table, rule: Rule) -> list[str]:
    """Return the values of each row in the columns of a rule."""
    texts = (
        ["" if value is None else str(value) for value in rows[name].to_pylist()] for name in rule.columns
    )
    return [" | ".join(values) for values in zip(*texts, strict=True)]


def _suggester(known: Known) -> Callable[[Rule], Callable[[str], str]]:
    """Return, for each rule, a cached lookup of the suggestion for a value or of the limit that it broke."""
    names = {
        "service_known": sorted(known.services),
        "provider_known": sorted(known.providers),
        "scale_known": sorted(known.scales),
    }

    @cache
    def hint_of(kind: str) -> Callable[[str], str]:
        if kind.endswith("not_long_ago"):
            return lambda value: f" ({known.years_back} years)"
        return cache(lambda value: suggest(value, names[kind])) if kind in names else lambda value: ""

    return lambda rule: hint_of(rule.rule.partition(".")[2])


class NothingAcceptedError(ValueError):
    """No episode was accepted, so later stages have no data."""
