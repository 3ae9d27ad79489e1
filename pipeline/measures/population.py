"""Population and people in need by the classification's groups, and breaks in their series."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.contract.context import CHILDREN
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification

_COLUMNS = ["counted", "year", "ethnic_group", "ethnicity", "population", "off_by"]
Floats = NDArray[np.float64]
_OF_BREAKS = ["counted", "ethnic_group", "before", "year", "growth", "others_growth"]
_FARTHEST = 0.07
"""Largest yearly move (in logarithms) beyond the median group that is not a break: real groups seldom move more."""
_CLEAR = 3.0
"""Standard errors beyond which chance is no explanation."""
_OTHERS = 0.5
"""Largest share of people who change from year to year; only these vary by chance."""
_FEWEST_GROUPS, _FEWEST_MOVES = 3, 2


def group_population(
    population: pd.DataFrame, classification: Classification, breaks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return people by who is counted (in order of first mention), ethnic group and code, for the latest year of each.

    `ethnicity` is blank where the figure is for a broad group or for people whose group is not known. A withheld figure
    is blank, and so is every sum that it belongs to. `off_by` is the largest error from rounding; for a group with
    breaks (from `list_breaks`) it includes how far the figure would differ had the group grown as all others did.
    """
    named = name_groups(population, classification)
    latest = named[named["year"] == named.groupby("counted")["year"].transform("max")]
    order = {counted: place for place, counted in enumerate(named["counted"].unique())}
    summed = latest.groupby(_COLUMNS[:4], as_index=False).agg(
        population=("population", lambda people: people.sum(skipna=False)), off_by=("off_by", "sum")
    )
    ranked = summed.assign(place=summed["counted"].map(order))
    listed: pd.DataFrame = ranked.sort_values(["place", *_COLUMNS[2:4]], ignore_index=True)[_COLUMNS]
    if breaks is not None and len(breaks):
        astray = ((1 + breaks["others_growth"]) / (1 + breaks["growth"]) - 1).abs()
        by_group = astray.groupby([breaks["counted"], breaks["ethnic_group"]]).sum()
        error = by_group.reindex(pd.MultiIndex.from_frame(listed[["counted", "ethnic_group"]])).fillna(0.0)
        listed["off_by"] += listed["population"].astype("float64").fillna(0.0) * error.to_numpy()
    return listed.astype({"year": "int64", "population": "Int64", "off_by": "float64"})


def name_groups(population: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Return the rows with broad group, code, and how far each may be off by rounding."""
    codes = {name: entry for entry in classification.codes for name in (entry.code, entry.label)}
    known = {name: entry for name, entry in codes.items() if entry.broad_group != NOT_KNOWN}
    names = population["ethnic_group"]
    broad = {name: entry.broad_group for name, entry in codes.items()}
    return population.assign(
        counted=population["counted"].fillna(CHILDREN).astype("str"),
        ethnic_group=names.map(lambda name: broad.get(name, name)).astype("str"),
        ethnicity=names.map(lambda name: known[name].code if name in known else "").astype("str"),
        population=population["population"].astype("Int64"),
        off_by=population["rounded_to"].astype("float64").fillna(0.0) / 2,
    )


def list_breaks(population: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """Return the broad groups whose number moves, from one given year to the next, unlike those of the other groups.

    A move is compared with that of all others together and with that of the median group, which no single group can
    shift. It is a break where it exceeds 7 % a year, what rounding can do and three standard errors of chance against
    both; and, where two or more of its other moves are known, exceeds their median by as much, since some groups do
    grow year after year. `growth` is over the whole time between the two years, `others_growth` that of all others.
    """
    named = name_groups(population, classification)
    named = named[named["ethnic_group"] != NOT_KNOWN]
    found = [_breaks_of(str(counted), rows) for counted, rows in named.groupby("counted", sort=False)]
    return pd.DataFrame([row for rows in found for row in rows], columns=_OF_BREAKS)


def _breaks_of(counted: str, rows: pd.DataFrame) -> list[tuple[str, str, int, int, float, float]]:
    """Return the breaks among people counted in the same way."""
    by_group = rows.groupby(["ethnic_group", "year"])
    sizes = (
        by_group["population"].agg(lambda people: people.sum(skipna=False)).astype("float64").unstack("year")
    )
    errors = by_group["off_by"].sum().unstack("year").to_numpy()
    people, years = sizes.to_numpy(), sizes.columns.to_numpy()
    if len(people) < _FEWEST_GROUPS or years.size < 2:
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.diff(np.log(people), axis=1)
        others = np.nansum(people, axis=0) - people
        from_others = moves - np.diff(np.log(others), axis=1)
        chance = np.sqrt(
            _OTHERS
            * sum(1 / side[:, end] for side in (people, others) for end in (slice(None, -1), slice(1, None)))
        )
        rounding = errors[:, :-1] / people[:, :-1] + errors[:, 1:] / people[:, 1:]
    apart = np.column_stack([_from_middle(move) for move in moves.T])
    limit = np.maximum(_FARTHEST * np.diff(years), _CLEAR * chance) + rounding
    # A group that hardly moved has no break, however far the others went.
    far = [np.abs(moves) > _FARTHEST * np.diff(years)]
    far += [np.abs(distance) > limit for distance in (from_others, apart, apart - _usual(apart))]
    is_break = np.isfinite(apart) & np.logical_and.reduce(far)
    return [
        (counted, str(sizes.index[group]), *years[pair].tolist(), *_growth(people[:, pair], group))
        for group, move in np.argwhere(is_break)
        for pair in [slice(move, move + 2)]
    ]


def _from_middle(move: Floats) -> Floats:
    """Return how far each group moved beyond the median group; NaN with too few known."""
    known = move[np.isfinite(move)]
    return move - np.median(known) if known.size >= _FEWEST_GROUPS else np.full(move.shape, np.nan)


def _usual(apart: Floats) -> Floats:
    """Return the median of a group's other moves; 0 where they are too few."""
    usual = np.zeros_like(apart)
    for group, move in np.ndindex(apart.shape):
        others = np.delete(apart[group], move)
        others = others[np.isfinite(others)]
        if others.size >= _FEWEST_MOVES:
            usual[group, move] = np.median(others)
    return usual


def _growth(people: Floats, group: int) -> tuple[float, float]:
    """Return the relative growth of a group, and of all others for whom both numbers are known."""
    others = np.delete(people, group, axis=0)
    before, after = others[np.isfinite(others).all(axis=1)].sum(axis=0)
    return float(people[group, 1] / people[group, 0] - 1), float(after / before - 1)
