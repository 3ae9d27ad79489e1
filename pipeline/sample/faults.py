"""Deliberate faults in a few rows of the returns, each in a row that a later return sends again without it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.contract.tables import load_table
from pipeline.sample.packing import address
from pipeline.sample.returns import Return, Row

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Spoilt:
    """A fault to plant in the first fitting row of one file.

    `needs` are the columns that the row must have filled; a repeated row is added at the end of the file.
    """

    kind: str
    provider_id: str
    period: str
    table: str
    column: str
    spoil: Callable[[Cells, str], Row]
    needs: tuple[str, ...] = ()
    repeats: bool = False


@dataclass(frozen=True)
class Planted:
    """A fault, the number of its row (the header being row 1), and the row before the fault."""

    fault: Spoilt
    row: int
    made_from: int

    @property
    def file(self) -> str:
        """The file's path inside the dataset."""
        return address(self.fault.provider_id, self.fault.period, self.fault.table)


def _put(value: str) -> Callable[[Cells, str], Row]:
    return lambda cells, column: tuple({**cells, column: value}.values())


def _month_before_baseline(cells: Cells, column: str) -> Row:
    early = dt.date.fromisoformat(cells["baseline_date"]) - dt.timedelta(days=30)
    return tuple({**cells, column: early.isoformat()}.values())


def _a_cell_short(cells: Cells, _: str) -> Row:
    return tuple(cells.values())[:-1]


def _a_cell_long(cells: Cells, _: str) -> Row:
    return (*cells.values(), "see letter")


_START, _PAIR = ("start_date",), ("baseline_score", "review_score")

FAULTS = (
    Spoilt("unknown ethnicity code", "northbrook", "2009-q4", "episodes", "ethnicity", _put("WHTE")),
    Spoilt("unknown ethnicity code", "kestrel_sports", "2010-q2", "episodes", "ethnicity", _put("BAF")),
    Spoilt("unknown ethnicity code", "withy_hall", "2011-q1", "episodes", "ethnicity", _put("ZZZZ")),
    Spoilt("not a date", "homefire", "2009-q3", "episodes", "start_date", _put("31/06/2009"), _START),
    Spoilt("not a date", "quayside", "2010-q4", "episodes", "referral_date", _put("last Tuesday")),
    Spoilt("not a date", "umoja_families", "2011-q2", "outcomes", "baseline_date", _put("2011-02-30"),
          ("baseline_date",)),
    Spoilt("not a date", "lantern_fathers", "2011-q3", "feedback", "date", _put("n/k")),
    Spoilt("review before its baseline", "steady_minds", "2010-q2", "outcomes", "review_date",
          _month_before_baseline, _PAIR),
    Spoilt("review before its baseline", "harbour_street", "2011-q1", "outcomes", "review_date",
          _month_before_baseline, _PAIR),
    Spoilt("score off the scale", "oak_and_anchor", "2009-q4", "outcomes", "baseline_score", _put("99"), _PAIR[:1]),
    Spoilt("score off the scale", "tilling_carers", "2010-q3", "outcomes", "baseline_score", _put("3"), _PAIR[:1]),
    Spoilt("score off the scale", "sangam_parents", "2011-q2", "outcomes", "baseline_score", _put("46"), _PAIR[:1]),
    Spoilt("age out of range", "oak_and_anchor", "2010-q4", "episodes", "age", _put("112")),
    Spoilt("ragged row", "good_table", "2010-q1", "episodes", "", _a_cell_short),
    Spoilt("ragged row", "riverside_play", "2011-q1", "outcomes", "", _a_cell_long),
    Spoilt("service of another provider", "ubuntu_youth", "2009-q4", "episodes", "service_id", _put("S04")),
    Spoilt("service of another provider", "quayside", "2011-q2", "episodes", "service_id", _put("S06")),
    Spoilt("repeated key", "kestrel_sports", "2011-q1", "episodes", "area", _put("Tilling"), repeats=True),
    Spoilt("repeated key", "steady_minds", "2011-q3", "outcomes", "goal", _put("30"), _PAIR[:1], repeats=True),
)  # fmt: skip


def _sent_again(returns: Sequence[Return], fault: Spoilt) -> set[Row]:
    """Return the keys of the fault's table that its provider sends again in a later quarter."""
    width = len(load_table(fault.table).primary_key)
    return {
        row[:width]
        for each in returns
        if each.provider_id == fault.provider_id and each.period > fault.period
        for row in each.tables[fault.table]
    }


def _find(rows: Sequence[Row], fault: Spoilt, sent_again: set[Row]) -> int:
    """Return the index of the first row that fits the fault; feedback is never sent again."""
    contract = load_table(fault.table)
    for place, row in enumerate(rows):
        cells = dict(zip(contract.columns, row, strict=True))
        again = fault.table == "feedback" or row[: len(contract.primary_key)] in sent_again
        if again and all(cells[column] for column in fault.needs):
            return place
    raise LookupError(
        f"no row of {fault.provider_id}, {fault.period}, {fault.table} can carry '{fault.kind}'"
    )


def _plant(returns: Sequence[Return], fault: Spoilt) -> tuple[tuple[Return, ...], Planted]:
    index = next(
        at
        for at, each in enumerate(returns)
        if (each.provider_id, each.period) == (fault.provider_id, fault.period)
    )
    table = load_table(fault.table)
    rows = returns[index].tables[fault.table]
    place = made_from = _find(rows, fault, _sent_again(returns, fault))
    cells = dict(zip(table.columns, rows[place], strict=True))
    spoilt = fault.spoil(cells, fault.column)
    if fault.repeats:
        place, rows = len(rows), (*rows, spoilt)
    else:
        rows = (*rows[:place], spoilt, *rows[place + 1 :])
    changed = replace(returns[index], tables={**returns[index].tables, fault.table: rows})
    return (*returns[:index], changed, *returns[index + 1 :]), Planted(fault, place + 2, made_from + 2)


def plant_faults(returns: Sequence[Return]) -> tuple[tuple[Return, ...], tuple[Planted, ...]]:
    """Return the returns with all faults, and the place of each."""
    spoilt, planted = tuple(returns), []
    for fault in FAULTS:
        spoilt, where = _plant(spoilt, fault)
        planted.append(where)
    return spoilt, tuple(planted)
