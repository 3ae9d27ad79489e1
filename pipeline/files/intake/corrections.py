"""Corrections known to the commissioner: applied to the text that was sent, or said to have expired."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.contract.dataset import Dataset
from pipeline.contract.names import find_same, fold
from pipeline.contract.periods import deny_period, is_period, tidy_period
from pipeline.contract.tables import load_table
from pipeline.contract.values import suggest
from pipeline.files.commissioner.reference import ReferenceTableError
from pipeline.files.formats.text import Mask, TextColumn
from pipeline.files.intake.ledger import CorrectionLine
from pipeline.files.intake.read_returns import ReadReturn

APPLIED, EXPIRED, NO_ROW = "applied", "expired", "no such row"
_TEXTS = [name for name in load_table("corrections").columns if name not in ("who", "until")]


@dataclass(frozen=True)
class Correction:
    """One line of reference/corrections.csv; `was` and `now` are blank where nothing stands there."""

    row: int
    correction_id: str
    provider_id: str
    period: str
    table: str
    episode_id: str
    outcome: str
    column: str
    was: str
    now: str
    why: str
    until: dt.date


def load_corrections(dataset: Dataset, rows: Iterable[Mapping[str, object]]) -> tuple[Correction, ...]:
    """The lines of reference/corrections.csv; ReferenceTableError, which says no value, at the first fault."""
    found = []
    for row in rows:
        number, until = row["row"], row["until"]
        assert isinstance(number, int)
        assert isinstance(until, dt.date)
        texts = {name: str(row[name] or "") for name in _TEXTS}
        texts["period"] = tidy_period(texts["period"])
        texts["column"] = find_same(texts["column"], load_table(texts["table"]).columns) or texts["column"]
        found.append(Correction(row=number, until=until, **texts))
        _check(found[-1], dataset)
    return tuple(found)


def _check(correction: Correction, dataset: Dataset) -> None:
    table = load_table(correction.table)
    place = f"{(dataset.folder / 'reference' / 'corrections.csv').as_posix()}, row {correction.row}"
    if not is_period(correction.period, dataset.period):
        fix = deny_period(correction.period, dataset.period)[1]
        raise ReferenceTableError(f"{place}, period: not the name of a {dataset.period}; {fix}.")
    if correction.column not in table.columns or correction.column in table.primary_key:
        able = [name for name in table.columns if name not in table.primary_key]
        hint = suggest(correction.column, able) or f"; use one of {', '.join(able)}."
        raise ReferenceTableError(
            f"{place}, column: not a column of {table.name} that may be corrected{hint}"
        )
    if (correction.table == "outcomes") != bool(correction.outcome):
        fix = "fill it in" if correction.table == "outcomes" else "leave it blank for episodes"
        raise ReferenceTableError(f"{place}, outcome: needed for outcomes, and for them only; {fix}.")


def apply_corrections(
    readings: Sequence[ReadReturn], corrections: Sequence[Correction], complete_to: dt.date
) -> tuple[list[ReadReturn], list[CorrectionLine]]:
    """The readings with what is corrected, and what became of each correction."""
    places: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, reading in enumerate(readings):
        if reading.shaped:
            source = reading.source
            places[source.provider, source.period, source.table].append(place)
    changed, lines = list(readings), []
    for correction in corrections:
        state, remark = EXPIRED, f"it applied until {correction.until} only"
        if correction.until >= complete_to:
            held = places[correction.provider_id, correction.period, correction.table]
            state, remark = _apply(changed, held, correction)
        lines.append(_line(correction, state, remark))
    return changed, lines


def _apply(readings: list[ReadReturn], places: Sequence[int], correction: Correction) -> tuple[str, str]:
    """Change the rows that say what is to be corrected; what became of it, and why."""
    state, remark = NO_ROW, "the return holds no row of that number"
    for place in places:
        shaped = readings[place].shaped
        if shaped is None or not (rows := _rows_of(shaped.columns, correction)).any():
            continue
        blank = TextColumn(np.zeros(len(rows), dtype=np.int32), [""])
        column = shaped.columns.get(correction.column, blank)
        wrong = rows & column.where(lambda text: fold(text) == fold(correction.was))
        if not wrong.any():
            if state != APPLIED:
                state, remark = EXPIRED, "the return no longer has the value that it was to correct"
            continue
        corrected = {**shaped.columns, correction.column: _put(column, wrong, correction.now)}
        readings[place] = replace(readings[place], shaped=replace(shaped, columns=corrected))
        state, remark = APPLIED, ""
    return state, remark


def _rows_of(columns: Mapping[str, TextColumn], correction: Correction) -> Mask:
    rows = columns["episode_id"].where(lambda text: fold(text) == fold(correction.episode_id))
    if correction.outcome:
        rows = rows & columns["outcome"].where(lambda text: fold(text) == fold(correction.outcome))
    return rows


def _put(column: TextColumn, rows: Mask, text: str) -> TextColumn:
    codes = np.where(rows, np.int32(len(column.distinct)), column.codes)
    return TextColumn(codes.astype(np.int32), [*column.distinct, text])


def _line(correction: Correction, state: str, remark: str) -> CorrectionLine:
    said = {name: getattr(correction, name) for name in ("period", "table", "column", "why")}
    whose = {"correction": correction.correction_id, "provider": correction.provider_id}
    return CorrectionLine(**said, **whose, state=state, remark=remark, until=correction.until.isoformat())
