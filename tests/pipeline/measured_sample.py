"""The sample as `measure` leaves it, and its rows as pandas reads them."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from whole_run import Copy

from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.slices import read_slice
from pipeline.protect.cells import Cells, Slice
from pipeline.protect.rounding import EXACT

KEYS = ["service_id", "ethnic_group", "month"]


@dataclass(frozen=True)
class Measured:
    """The treated's rows as pandas reads them, and what `measure` made of them."""

    dataset: Dataset
    folder: Path
    rows: dict[str, pd.DataFrame]
    overall: Slice


def read_measured(run: Copy) -> Measured:
    """What a whole run measured of the sample."""
    dataset = read_dataset(run.root / "data/raw/sample")
    processed = run.root / "data/processed"
    overall = read_slice(processed / "measure/overall", EXACT)
    return Measured(dataset, processed / "measure", read_treated(dataset, processed / "validate"), overall)


def read_treated(dataset: Dataset, validate: Path) -> dict[str, pd.DataFrame]:
    broad = {entry.code: entry.broad_group for entry in dataset.classification.codes}
    frames = {
        name: pd.read_parquet(validate / f"{name}.parquet") for name in ("episodes", "outcomes", "feedback")
    }
    episodes = frames["episodes"]
    groups = episodes["ethnicity"].map(broad).fillna("Not known")
    episodes = episodes.assign(
        ethnic_group=groups,
        ethnicity=episodes["ethnicity"].where(groups != "Not known", ""),
        arm=episodes["arm"].fillna("treated"),
    )
    known = episodes[["return_provider", "episode_id", "service_id", "ethnic_group", "ethnicity", "arm"]]
    outcomes = frames["outcomes"].merge(known, on=["return_provider", "episode_id"])
    feedback = frames["feedback"].merge(
        known.drop(columns="service_id"), on=["return_provider", "episode_id"], how="left"
    )
    feedback = feedback.fillna({"ethnic_group": "Not known", "ethnicity": "", "arm": "treated"})
    rows = {"episodes": episodes, "outcomes": outcomes, "feedback": feedback}
    return {name: frame[frame["arm"] == "treated"] for name, frame in rows.items()}


def rows_of(cells: Cells) -> pd.DataFrame:
    """The rows themselves, which only tests look at."""
    return cells._rows


def month_of(dates: pd.Series) -> pd.Series:
    dates = pd.to_datetime(dates)
    return (dates.dt.year * 12 + dates.dt.month - 1).astype("int64")


def count(frame: pd.DataFrame, dated_by: str, *by: str) -> pd.Series:
    return frame.assign(month=month_of(frame[dated_by])).groupby([*KEYS, *by]).size()


def since(overall: Slice, measure_id: str) -> pd.Timestamp:
    return pd.Timestamp(overall.context.measure(measure_id).since)


def published(overall: Slice, measure_id: str, column: str, *by: str) -> pd.Series:
    """The measure's counts over months of service, without zeroes."""
    rows = rows_of(overall.measures.of_measure(overall.context.measure(measure_id)))
    summed: pd.Series = rows.groupby([*KEYS, *by])[column].sum()
    return summed[summed > 0]
