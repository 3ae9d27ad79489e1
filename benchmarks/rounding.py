"""`python -m benchmarks.rounding`: four ways of protecting tables of counts, under the same attack, and their utility.

Tables of places (services; local authorities) by ethnic group with all margins: the sample's as measured, and
looked-after children on 31 March in England, with the counts hidden by the Department for Education drawn at random.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.protect.rounding import PROFILES, round_count
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.results import Counts, Estimate
from pipeline.stats.sum_ranges import Sums, find_ranges, weigh

SAMPLE = Path("data/processed/measure/overall/measures.parquet")
LOOKED_AFTER = Path("/work/shared/data/children_social_care/cla_31_march_by_ethnicity_la_2021_2025.csv")
RULE = PROFILES["nhs"]
_LARGE = 50
_CLOSE = 1e-6
_KEYS = 2**32
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shown:
    """A table with its margins as published: each number (NaN where hidden), its range and its variance."""

    numbers: Numbers
    ends: Numbers
    variance: Numbers


def with_margins(inner: Numbers) -> Numbers:
    """Return the table with a last row and column of sums."""
    rows = np.column_stack([inner, inner.sum(axis=1)])
    return np.vstack([rows, rows.sum(axis=0)])


def leave_as_counted(inner: Numbers, _: Numbers) -> Shown:
    """Return the table with its margins unchanged."""
    full = with_margins(inner)
    return Shown(full, np.stack([full, full], axis=-1), np.zeros(full.shape))


def round_naively(inner: Numbers, _: Numbers) -> Shown:
    """Return the table with 1 to 7 hidden and every other number, margins too, rounded to a multiple of 5."""
    full, base = with_margins(inner), RULE.round_to
    hidden = (full > 0) & (full <= RULE.hide_up_to)
    return _near(full, hidden, np.where(hidden, float(RULE.hide_up_to), 0), base)


def _near(full: Numbers, hidden: npt.NDArray[np.bool_], most: Numbers, base: int) -> Shown:
    near = base * np.floor(full / base + 0.5)
    lower = np.where(hidden, 1, np.where(full == 0, 0, np.maximum(near - base // 2, RULE.hide_up_to + 1)))
    upper = np.where(hidden, most, np.where(full == 0, 0, near + base // 2))
    variance = np.where(full == 0, 0, (base**2 - 1) / 12)
    return Shown(np.where(hidden, np.nan, near), np.stack([lower, upper], axis=-1), variance)


def suppress(inner: Numbers, _: Numbers) -> Shown:
    """Return the same with further numbers hidden, until the margins reveal no count of 1 to 7."""
    full = with_margins(inner)
    small = (full > 0) & (full <= RULE.hide_up_to)
    hidden = small.copy()
    while True:
        shown = _near(full, hidden, np.full(full.shape, np.inf), RULE.round_to)
        told = small & (count_values(shown, small) < RULE.least_values)
        further = [at for place in zip(*np.nonzero(told), strict=True) for at in _beside(full, hidden, place)]
        if not further:
            return shown
        hidden[tuple(np.array(further).T)] = True


def _beside(
    full: Numbers, hidden: npt.NDArray[np.bool_], place: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield the smallest number not yet hidden in this row, and in this column."""
    row, column = place
    lines = [[(row, at) for at in range(full.shape[1])], [(at, column) for at in range(full.shape[0])]]
    for line in lines:
        standing = [at for at in line if not hidden[at] and full[at] > 0]
        if standing:
            yield min(standing, key=lambda at: full[at])


def round_at_random(inner: Numbers, keys: Numbers) -> Shown:
    """Return the table by Outturn's method: each number up or down by the sum of its children's keys."""
    full, base = with_margins(inner), RULE.round_to
    numbers = np.vectorize(lambda count, key: float(round_count(count, int(key), RULE)))(
        full, with_margins(keys)
    )
    ends = np.stack([np.maximum(numbers - base + 1, 0), numbers + base - 1], axis=-1)
    return Shown(numbers, ends, np.full(full.shape, RULE.variance))


def round_small_counts(inner: Numbers, _: Numbers) -> Shown:
    """Return the table with 1 to 7 changed to 0 or 8, margins as sums close to the true ones, and all else exact.

    Langsrud and Heldal 2018: cells are raised one by one, each where it improves the margins most, then exchanged.
    """
    base = RULE.hide_up_to + 1
    small = [
        (int(row), int(column)) for row, column in zip(*np.nonzero((inner > 0) & (inner < base)), strict=True)
    ]
    off = np.where((inner > 0) & (inner < base), -inner, 0.0)
    raised: set[tuple[int, int]] = set()
    for _number in range(int(-off.sum() / base + 0.5)):
        best = min((at for at in small if at not in raised), key=lambda at: _distance(off, at, base))
        off[best] += base
        raised.add(best)
    for one in sorted(raised):
        off[one] -= base
        best = min(
            (at for at in small if at not in raised or at == one), key=lambda at: _distance(off, at, base)
        )
        off[best] += base
        raised.remove(one)
        raised.add(best)
    numbers = inner + off
    ends = np.stack(
        [np.where(numbers == base, 1, numbers), np.where(numbers == 0, base - 1, numbers)], axis=-1
    )
    full = with_margins(numbers)
    all_ends = np.stack([np.zeros(full.shape), np.full(full.shape, np.inf)], axis=-1)
    all_ends[:-1, :-1] = ends
    return Shown(full, all_ends, with_margins(np.where((inner > 0) & (inner < base), (base**2 - 1) / 6, 0.0)))


def _distance(off: Numbers, at: tuple[int, int], base: int) -> float:
    """Return the squared error of the margins after raising this cell, without terms equal for all cells."""
    row, column, whole = off[at[0]].sum() + base, off[:, at[1]].sum() + base, off.sum() + base
    return float(row**2 - (row - base) ** 2 + column**2 - (column - base) ** 2 + whole**2)


Method = Callable[[Numbers, Numbers], Shown]
METHODS: dict[str, Method] = {
    "naive rounding": round_naively,
    "(a) with complementary suppression": suppress,
    "(b) fixed random rounding": round_at_random,
    "(c) small counts rounded, additive": round_small_counts,
}


def count_values(shown: Shown, asked: npt.NDArray[np.bool_]) -> Numbers:
    """Return how many values each requested number may have, up to three; margins are known to be sums."""
    height, width = shown.numbers.shape
    places = np.arange(height * width).reshape(height, width)
    lines = [*places, *places.T]
    sums = Sums(
        weigh([([line[-1]], list(line[:-1])) for line in lines], places.size), *np.zeros((2, len(lines)))
    )
    found = find_ranges(shown.ends.reshape(-1, 2), sums, RULE.least_values, asked.ravel())
    values = np.floor(found[:, 1] + _CLOSE) - np.ceil(found[:, 0] - _CLOSE) + 1
    return np.asarray(np.minimum(values, RULE.least_values)).reshape(height, width)


@dataclass
class Score:
    """The results of a method's tables for an attacker and a reader."""

    small: int = 0
    exactly: int = 0
    told: int = 0
    large: int = 0
    large_told: int = 0
    cells: int = 0
    shown: int = 0
    added: int = 0
    added_told: int = 0
    clear: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        self.widths: list[tuple[float, float, float]] = []

    def line(self) -> str:
        """Return the row of the comparison: counts revealed, numbers shown, width of intervals, verdicts changed."""
        size, fewer, ratio = np.array(self.widths).T
        large = ratio[size >= _LARGE]
        told = ratio[(size >= _LARGE) & (fewer > RULE.hide_up_to)]
        return (
            f"{self.exactly} | {self.told} of {self.small} | {self.large_told} of {self.large} | "
            f"{self.added_told} of {self.added} | "
            f"{self.shown / self.cells:.0%} | {ratio.mean():.2f}, {large.mean():.2f}, {told.mean():.2f} | "
            f"{self.changed} of {self.clear}"
        )


def attack(score: Score, true: Numbers, shown: Shown) -> None:
    """Count the numbers of the table, margins included, with fewer than three possible values."""
    small = (true > 0) & (true <= RULE.hide_up_to)
    large = true > RULE.hide_up_to
    values = count_values(shown, small | large)
    told = values < RULE.least_values
    score.small += int(small.sum())
    score.exactly += int((small & (values == 1)).sum())
    score.told += int((small & told).sum())
    score.large += int(large.sum())
    score.large_told += int((large & told).sum())
    score.cells += true.size
    score.shown += int(np.isfinite(shown.numbers).sum())


def add_a_child(
    score: Score, method: Method, true: Numbers, keys: Numbers, shown: Shown, random: np.random.Generator
) -> None:
    """Publish again with one more child in each row, and count numbers revealed to those who know of the child."""
    for row, column in enumerate(random.integers(0, true.shape[1], len(true))):
        later, its_key = true.copy(), keys.copy()
        later[row, column] += 1
        its_key[row, column] += random.integers(0, _KEYS)
        before, after = shown.ends[row, column], method(later, its_key).ends[row, column] - 1
        values = min(before[1], after[1]) - max(before[0], after[0]) + 1
        score.added += 1
        score.added_told += values < RULE.least_values


def read(score: Score, exact: Sequence[Shown], shown: Sequence[Shown]) -> None:
    """Compare each group's share, interval and verdict with those from the exact numbers."""
    for row in range(exact[0].numbers.shape[0] - 1):
        for column in range(exact[0].numbers.shape[1] - 1):
            true, clear = _judge(exact, row, column)
            found, seen = _judge(shown, row, column)
            score.clear += clear != ""
            score.changed += clear != seen
            if true and found and true.upper > true.lower:
                both = [each.numbers[row, column] for each in exact]
                wider = (found.upper - found.lower) / (true.upper - true.lower)
                score.widths.append((sum(both), min(both), wider))


def _judge(tables: Sequence[Shown], row: int, column: int) -> tuple[Estimate | None, str]:
    """Return the share of a group with the event, and whether it is clearly above or below that of its place."""
    yes, no = (each.numbers[row, column] for each in tables)
    all_yes, all_no = (each.numbers[row, -1] for each in tables)
    if not np.isfinite([yes, no, all_yes, all_no]).all() or yes + no <= RULE.hide_up_to:
        return None, ""
    variance = float(np.mean([each.variance[row, column] for each in tables]))
    found = wilson_interval(Counts(int(yes), int(yes + no), rounding=variance))
    share = all_yes / (all_yes + all_no)
    assert isinstance(found, Estimate)
    return found, "above" if found.lower > share else "below" if found.upper < share else ""


def read_sample(path: Path) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield, for each measure of the sample, counts with and without the event, services by ethnic group."""
    rows = pd.read_parquet(path)
    for _, own in rows[rows["total"] > 0].groupby(["measure_id", "version"]):
        table = own.groupby(["service_id", "ethnicity"])[["events", "total"]].sum().unstack(fill_value=0)
        events, total = (table[name].to_numpy(dtype=float) for name in ("events", "total"))
        yield events, total - events


def read_looked_after(path: Path, random: np.random.Generator) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield, for each year and region of England, looked-after children by group, and those of all other groups.

    Counts of 1 to 5, hidden by the department, are drawn uniformly. Rows are authorities, columns are groups.
    """
    regions: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["geographic_level"] == "Local authority" and row["ethnicity"] != "Total":
                count = row["cla_count"]
                number = (
                    float(count) if count.isdigit() else float(random.integers(1, 6)) if count == "c" else 0.0
                )
                regions[row["time_period"], row["region_name"]][row["new_la_code"]][row["ethnicity"]] = number
    for places in regions.values():
        table = np.array([[own[name] for name in sorted(own)] for own in places.values()])
        yield table, table.sum(axis=1, keepdims=True) - table


def compare(tables: Sequence[tuple[Numbers, Numbers]], both: bool) -> dict[str, Score]:
    """Return the score of each method; both tables are attacked, or the first alone where the second follows."""
    scores = {name: Score() for name in METHODS}
    for name, method in METHODS.items():
        random = np.random.default_rng(0)
        for pair in tables:
            keys = [random.integers(0, _KEYS, each.shape).astype(float) for each in pair]
            exact, shown = (
                [way(*each) for each in zip(pair, keys, strict=True)] for way in (leave_as_counted, method)
            )
            add_a_child(scores[name], method, pair[0], keys[0], shown[0], random)
            for true, seen in list(zip(exact, shown, strict=True))[: 1 + both]:
                attack(scores[name], true.numbers, seen)
            read(scores[name], exact, shown)
    return scores


def main() -> None:
    """Print the comparison as rows of a Markdown table."""
    named = {"sample": (list(read_sample(SAMPLE)), True)}
    if LOOKED_AFTER.is_file():
        named["looked after"] = (list(read_looked_after(LOOKED_AFTER, np.random.default_rng(1))), False)
    for data, (tables, both) in named.items():
        for method, score in compare(tables, both).items():
            print(f"| {data} | {method} | {score.line()} |")


if __name__ == "__main__":
    main()
