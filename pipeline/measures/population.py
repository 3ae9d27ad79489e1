"""Who lives in the area and who is in need, by the classification's groups; and where their numbers break off."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.contract.context import CHILDREN
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification

_COLUMNS = ["counted", "year", "ethnic_group", "ethnicity", "population", "off_by"]
Floats = NDArray[np.float64]
_OF_BREAKS = ["counted", "ethnic_group", "before", "year", "growth", "others_growth"]
_FARTHEST = 0.07
"""By how much (of its logarithm) more than the middle group one may move in a year: real groups seldom do."""
_CLEAR = 3.0
"""Standard errors beyond which people coming and going by chance are no explanation."""
_OTHERS = 0.5
"""At most so many are not the same people as the year before; only they come and go."""
_FEWEST_GROUPS, _FEWEST_MOVES = 3, 2


def group_population(
    population: pd.DataFrame, classification: Classification, breaks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """People by who is counted (in the order named, the area's population first), ethnic group and code.

    Of each group counted its latest year; `ethnicity` is blank where the figure is of a broad group, or of people
    whose group is not known. A figure that was withheld is blank, and so is whatever it would be a part of.
    `off_by` is how far a figure may be off because it, or what it is added up from, was rounded; and, where a group
    breaks off (`breaks.list_breaks`), because it would be another had it only grown as all others did.
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
        own = by_group.reindex(pd.MultiIndex.from_frame(listed[["counted", "ethnic_group"]])).fillna(0.0)
        listed["off_by"] += listed["population"].astype("float64").fillna(0.0) * own.to_numpy()
    return listed.astype({"year": "int64", "population": "Int64", "off_by": "float64"})


def name_groups(population: pd.DataFrame, classification: Classification) -> pd.DataFrame:
    """The rows by broad group and code, with how far each may be off by rounding."""
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
    """Broad groups whose number moves, from one year given to the next, otherwise than those of the other groups.

    A move is held against that of all others together, and that of the middle group, which no single group can shift.
    It is a break where it is beyond 7 % a year, beyond what rounding can do and beyond three standard errors of chance
    on both sides; and where its other moves are known (two or more), as far beyond the middle one of these, since some
    groups do grow year after year. `growth` is that of the whole time between, `others_growth` that of all others.
    """
    named = name_groups(population, classification)
    named = named[named["ethnic_group"] != NOT_KNOWN]
    found = [_breaks_of(str(counted), rows) for counted, rows in named.groupby("counted", sort=False)]
    return pd.DataFrame([row for rows in found for row in rows], columns=_OF_BREAKS)


def _breaks_of(counted: str, rows: pd.DataFrame) -> list[tuple[str, str, int, int, float, float]]:
    """The breaks among people who are counted alike."""
    by_group = rows.groupby(["ethnic_group", "year"])
    sizes = (
        by_group["population"].agg(lambda people: people.sum(skipna=False)).astype("float64").unstack("year")
    )
    off = by_group["off_by"].sum().unstack("year").to_numpy()
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
        rounding = off[:, :-1] / people[:, :-1] + off[:, 1:] / people[:, 1:]
    apart = np.column_stack([_from_middle(move) for move in moves.T])
    limit = np.maximum(_FARTHEST * np.diff(years), _CLEAR * chance) + rounding
    # Who hardly moved is not the one that broke, however far the others went.
    far = [np.abs(moves) > _FARTHEST * np.diff(years)]
    far += [np.abs(each) > limit for each in (from_others, apart, apart - _usual(apart))]
    told = np.isfinite(apart) & np.logical_and.reduce(far)
    return [
        (counted, str(sizes.index[group]), *years[pair].tolist(), *_growth(people[:, pair], group))
        for group, move in np.argwhere(told)
        for pair in [slice(move, move + 2)]
    ]


def _from_middle(move: Floats) -> Floats:
    """How far each group moved beyond the middle one; NaN where that cannot be told."""
    known = move[np.isfinite(move)]
    return move - np.median(known) if known.size >= _FEWEST_GROUPS else np.full(move.shape, np.nan)


def _usual(apart: Floats) -> Floats:
    """The middle of a group's other moves; 0 where they are too few."""
    usual = np.zeros_like(apart)
    for group, move in np.ndindex(apart.shape):
        others = np.delete(apart[group], move)
        others = others[np.isfinite(others)]
        if others.size >= _FEWEST_MOVES:
            usual[group, move] = np.median(others)
    return usual


def _growth(people: Floats, group: int) -> tuple[float, float]:
    """By what share the group grew, and all others of whom both numbers are known."""
    others = np.delete(people, group, axis=0)
    before, after = others[np.isfinite(others).all(axis=1)].sum(axis=0)
    return float(people[group, 1] / people[group, 0] - 1), float(after / before - 1)
