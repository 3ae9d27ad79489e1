"""How returns were sent: date and version, and what the commissioner had to correct."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.contract.periods import period_days
from pipeline.contract.tables import load_table
from pipeline.sample.borough import contract_year, quarters
from pipeline.sample.returns import Return, Row
from pipeline.sample.truths import PLANTED, coded_in

DUE_DAYS = 30
CAME_AFTER: Mapping[tuple[str, str], int] = {
    ("ubuntu_youth", "2012-q1"): 51,
    **{
        ("kestrel_sports", quarter.name): days
        for quarter, days in zip(quarters(), (21, 25, 28, 30, 26, 41, 29, 55, 38, 27, 62, 30), strict=True)
    },
}
"""Days from the quarter's end to the arrival of returns that state it: one late provider, and one late return."""
LATE = tuple(key for key, days in CAME_AFTER.items() if days > DUE_DAYS)
NIL = ("withy_hall", "2012-q2", dt.date(2012, 7, 9), "the contract ended on 31 March 2012")
REPLACED = ("sangam_parents", "2010-q4", dt.date(2011, 1, 20), dt.date(2011, 3, 2))

LEFT_OUT = 6
"""Episodes that the first version of the replaced return lacks."""

_WHY_APPLIED = (
    "The ward was misspelt; the provider confirmed it by telephone and fixes it with its next export."
)
_WHY_EXPIRED = "One referral came with last year's date; the provider sends the return again."
_UNTIL = dt.date(2012, 12, 31)


@dataclass(frozen=True)
class Sending:
    """A return as sent: its rows, the name of its version, and its covering statement."""

    provider_id: str
    name: str
    tables: Mapping[str, tuple[Row, ...]]
    cover: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CorrectedCell:
    """A cell of the returns that the commissioner corrects: its value and the correct one."""

    correction_id: str
    provider_id: str
    period: str
    column: str
    was: str
    now: str
    why: str
    episode_id: str = ""


MISSPELT = CorrectedCell("K1", "northbrook", "2011-q2", "area", "Nortbrook", "Northbrook", _WHY_APPLIED)
MENDED = CorrectedCell("K2", *REPLACED[:2], "referral_date", "", "", _WHY_EXPIRED)


def _put(row: Row, column: str, text: str) -> Row:
    place = load_table("episodes").columns.index(column)
    return (*row[:place], text, *row[place + 1 :])


def _cell(row: Row, column: str) -> str:
    return row[load_table("episodes").columns.index(column)]


def _misspell(sound: Return) -> tuple[Return, CorrectedCell]:
    """Misspell the ward of the first episode in it; return the return and the cell."""
    episodes = sound.tables["episodes"]
    place = next(at for at, row in enumerate(episodes) if _cell(row, MISSPELT.column) == MISSPELT.now)
    spoilt = _put(episodes[place], MISSPELT.column, MISSPELT.was)
    tables = {**sound.tables, "episodes": (*episodes[:place], spoilt, *episodes[place + 1 :])}
    return replace(sound, tables=tables), replace(MISSPELT, episode_id=episodes[place][0])


def _first_version(sound: Return) -> tuple[Sending, CorrectedCell]:
    """Return the return without its last episodes and with its first referral a year early, and the cell."""
    first, *others = sound.tables["episodes"][:-LEFT_OUT]
    right = _cell(first, MENDED.column)
    wrong = f"{int(right[:4]) - 1}{right[4:]}"
    kept = (_put(first, MENDED.column, wrong), *others)
    numbers = {row[0] for row in kept}
    outcomes = tuple(row for row in sound.tables["outcomes"] if row[0] in numbers)
    tables = {**sound.tables, "episodes": kept, "outcomes": outcomes}
    corrected = replace(MENDED, episode_id=first[0], was=wrong, now=right)
    return Sending(sound.provider_id, sound.period, tables, {"received": REPLACED[2]}), corrected


def census_said(provider_id: str, period: str) -> dict[str, object]:
    """Return a return's statement of the census of its ethnic groups; empty for most."""
    census = coded_in(provider_id, contract_year(period_days(period)[1]))
    coded = PLANTED["coded_by"].get(provider_id)
    says_so = coded and coded["says_so"] and coded["census"] == census
    return {"ethnic_classification": census} if says_so else {}


def _send(sound: Return) -> Iterator[tuple[Sending, CorrectedCell | None]]:
    key, name = (sound.provider_id, sound.period), sound.period
    cover: dict[str, object] = {}
    corrected = None
    if key == (MISSPELT.provider_id, MISSPELT.period):
        sound, corrected = _misspell(sound)
    if key == REPLACED[:2]:
        yield _first_version(sound)
        name, cover = (
            f"{sound.period}-v2",
            {"received": REPLACED[3], "note": "six children had been left out"},
        )
    if key in CAME_AFTER:
        cover = {"received": period_days(sound.period)[1] + dt.timedelta(days=CAME_AFTER[key])}
    cover = census_said(sound.provider_id, sound.period) or cover
    yield Sending(sound.provider_id, name, sound.tables, cover), corrected


def send(returns: Sequence[Return]) -> tuple[tuple[Sending, ...], tuple[CorrectedCell, ...]]:
    """Return every return as sent, a nil return after them, and what the commissioner corrects."""
    pairs = [pair for each in returns for pair in _send(each)]
    nil = Sending(*NIL[:2], {}, {"received": NIL[2], "nil": True, "note": NIL[3]})
    corrected = tuple(cell for _, cell in pairs if cell)
    return (*(sending for sending, _ in pairs), nil), corrected


def list_corrections(corrected: Sequence[CorrectedCell]) -> list[tuple[str, ...]]:
    """Return the rows of reference/corrections.csv."""
    return sorted(
        (
            *(cell.correction_id, cell.provider_id, cell.period, "episodes", cell.episode_id, ""),
            *(cell.column, cell.was, cell.now, cell.why, "T. Fielding, commissioning", _UNTIL.isoformat()),
        )
        for cell in corrected
    )
