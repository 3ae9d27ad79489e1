"""Published columns that hold an estimate with its interval, each worked out from counts as they are shown."""

from dataclasses import dataclass
from typing import Any, Final

from pipeline.analysis.equality.target_figures import CountedFigure, Represented, Scored, TargetFigure
from pipeline.analysis.group_counts import FEW, difference, level, ratio
from pipeline.contract.context import MeasureFacts
from pipeline.present.disclosure.columns import Cell, Number, Row, Words, bare_symbol, counts_of, symbol_cell
from pipeline.present.disclosure.rounding import (
    HIDDEN,
    NOT_AVAILABLE,
    SPARE,
    format_number,
    round_for_file,
    round_half_up,
)
from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure, People, mean_decimals, rests_on_enough
from pipeline.protect.tally import Tally
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.results import Estimate, NotEstimable, Result

_RATE: Final = "per_100_child_years"
_PER_CENT = 100
_ITSELF = NotEstimable("the group the others are compared with")


def interval_cell(
    key: str,
    result: Result,
    decimals: int,
    sign: bool,
    suffix: str = "",
    scale: float = 1,
    most: int | None = None,
) -> Cell:
    """An estimate with its interval, in the CSV with a decimal more, `most` at most; a symbol for few or nobody."""
    if isinstance(result, NotEstimable):
        return symbol_cell(key, HIDDEN if result == FEW else NOT_AVAILABLE)
    numbers = result.map(lambda number: number * scale).numbers
    told, _ = _digits_of_file(decimals, scale, most)
    shown = _numbers_for_file(result, decimals, scale, most)
    middle, lower, upper = (format_number(value, min(decimals, told), sign=sign) for value in numbers)
    text = say("interval", value=f"{middle}{suffix}", lower=lower, upper=upper)
    return Cell(text, dict(zip((key, f"{key}_lower", f"{key}_upper"), shown, strict=True)))


def _digits_of_file(decimals: int, scale: float, most: int | None) -> tuple[int, int]:
    """Decimals of a number of a file, and how many more it may have where it would be rounded up to a last 5."""
    if most is None:
        return decimals + 1, SPARE if scale == _PER_CENT else 0
    told = min(decimals + 1, most)
    return told, min(SPARE, most - told)


def _numbers_for_file(
    result: Estimate, decimals: int, scale: float, most: int | None
) -> tuple[float, float, float]:
    """Return an estimate and its limits in the digits in which files have them, beside a page with so many decimals."""
    told, spare = _digits_of_file(decimals, scale, most)
    if told <= decimals:  # the page has all digits that the file may have
        return result.map(lambda number: round_half_up(number * scale, told)).numbers
    return result.map(lambda number: round_for_file(number * scale, told, spare)).numbers


def better_or_worse(difference: Result) -> str:
    """Return a difference in words: '2.7 points (1.4 to 4.0) better'."""
    if isinstance(difference, NotEstimable):
        raise ValueError(f"a difference that cannot be estimated cannot be told: {difference.reason}")
    worse = round_half_up(difference.value, 1) < 0
    limits = (-difference.upper, -difference.lower) if worse else (difference.lower, difference.upper)
    middle, lower, upper = (format_number(number, 1) for number in (abs(difference.value), *limits))
    way = "worse" if worse else "better"
    return say(f"interval of points {way}", value=middle, lower=lower, upper=upper)


@dataclass(frozen=True)
class Share(Number):
    """A percentage with its Wilson interval, worked out from the counts under `key`."""

    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        shown = counts_of(row[self.key], rule)
        result = FEW if rule.is_few(shown.total) else wilson_interval(shown, self.confidence_level)
        return interval_cell(self.key, result, 0, False, "%", 100)


@dataclass(frozen=True)
class Rate(Number):
    """Events per 100 child-years (Byar, exact below 10); the row holds a tally."""

    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        return interval_cell(self.key, level(row[self.key], _RATE, self.confidence_level), 1, False)


@dataclass(frozen=True)
class Measured(Number):
    """An estimate that is no share of counts: a mean, an effect; left out where `size` children are few.

    In points (one decimal) it has as many digits as a mean of so many may have (`mean_decimals`).
    """

    size: str
    decimals: int = 1
    sign: bool = True
    scale: float = 1

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        result = row[self.key]
        if isinstance(result, NotEstimable):
            return interval_cell(self.key, result, self.decimals, self.sign)
        if not rests_on_enough(row[self.size], rule):
            return symbol_cell(self.key, HIDDEN)
        points = self.decimals == 1
        finest = self.decimals + 1
        most = mean_decimals(row[self.size], rule, finest + SPARE) if points else finest
        return interval_cell(self.key, result, self.decimals, self.sign, scale=self.scale, most=most)


@dataclass(frozen=True)
class Mean(Number):
    """A mean without interval, beside a change that has one; left out where `size` children are few."""

    size: str
    decimals: int = 1

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        size = row[self.size]
        if (size.shown(rule) if isinstance(size, People) else size) == 0:
            return bare_symbol(self.key, NOT_AVAILABLE)
        if not rests_on_enough(size, rule):
            return bare_symbol(self.key, HIDDEN)
        value, decimals = float(row[self.key]), mean_decimals(row[self.size], rule, self.decimals)
        return Cell(format_number(value, decimals), {self.key: round_half_up(value, decimals)})


@dataclass(frozen=True)
class Worked(Number):
    """An estimate, multiplied by `scale` to be in the unit that it is shown in; words in its place."""

    decimals: int = 0
    sign: bool = False
    suffix: str = ""
    scale: float = 1

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        result: Result | str = row[self.key]
        if isinstance(result, str):
            return Words(self.key, self.label).cell(row, rule)
        return interval_cell(self.key, result, self.decimals, self.sign, self.suffix, self.scale)


def level_cells(key: str, tally: Tally, measure: MeasureFacts, confidence_level: float) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the level of one group."""
    return {key: level(tally, measure.unit, confidence_level), f"{key}_kind": level_kind(key, measure)}


def level_kind(key: str, measure: MeasureFacts, label: str = "") -> Worked:
    """The column of a level: in per cent, or in events per 100 child-years."""
    percent = measure.unit == "percent"
    return Worked(key, label, 0, suffix="%", scale=_PER_CENT) if percent else Worked(key, label, 1)


def difference_kind(key: str, measure: MeasureFacts) -> Worked:
    """The column of a difference: in points of per cent, or in events per 100 child-years."""
    percent = measure.unit == "percent"
    return Worked(key, "", 0 if percent else 1, sign=True, scale=_PER_CENT if percent else 1)


def gap_cells(
    key: str, group: Tally, reference: Tally | None, measure: MeasureFacts, confidence_level: float
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the difference to the comparator; none where there is no comparator."""
    found = difference(group, reference, measure.unit, confidence_level) if reference else _ITSELF
    return {key: found, f"{key}_kind": difference_kind(key, measure)}


def ratio_cells(
    group: Tally, reference: Tally | None, measure: MeasureFacts, confidence_level: float
) -> dict[str, Any]:
    """Row entries for a `Chosen` column: the ratio to the comparator; none where there is no comparator."""
    found = ratio(group, reference, measure.unit, confidence_level) if reference else _ITSELF
    return {"ratio": found, "ratio_kind": Worked("ratio", "", 2)}


@dataclass(frozen=True)
class Read(Number):
    """A target's figure with its interval, in the words of its unit; the row holds a reading, or words in its place."""

    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        reading: TargetFigure | str = row[self.key]
        if isinstance(reading, str):
            return Words(self.key, self.label).cell(row, rule)
        return interval_cell(
            self.key, reading.result(self.confidence_level), *_format(reading), most=_most(reading, rule)
        )


def figure_numbers(
    reading: TargetFigure, confidence_level: float, rule: Disclosure
) -> tuple[float, float, float] | None:
    """Return a target's figure and its limits in the digits in which files have them; None where there is none."""
    found = reading.result(confidence_level)
    if isinstance(found, NotEstimable):
        return None
    decimals, _, _, scale = _format(reading)
    return _numbers_for_file(found, decimals, scale, _most(reading, rule))


def _most(reading: TargetFigure, rule: Disclosure) -> int | None:
    """The most decimals of a mean of scores; None of what is of counts."""
    return mean_decimals(reading.size, rule, 2 + SPARE) if isinstance(reading, Scored) else None


def _format(reading: TargetFigure) -> tuple[int, bool, str, float]:
    """Decimals, whether a plus is shown, suffix and scale."""
    match reading:
        case CountedFigure(reference=None, unit="percent") | Represented(population_share=None):
            return 0, False, "%", _PER_CENT
        case Represented() | CountedFigure(unit="percent"):
            return 0, True, "", _PER_CENT
        case CountedFigure(reference=None):
            return 1, False, "", 1
        case _:
            return 1, True, "", 1
