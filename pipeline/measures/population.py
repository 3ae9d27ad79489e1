"""Who lives in the area and who is in need, by the classification's groups."""

from __future__ import annotations

import pandas as pd

from pipeline.contract.context import CHILDREN
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification

_COLUMNS = ["counted", "year", "ethnic_group", "ethnicity", "population", "off_by"]


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
