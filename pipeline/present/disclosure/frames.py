"""Frames of findings as they leave the project, no more digits than tell anything; and as other pages read them."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd

from pipeline.analysis import finding_columns, performance_columns
from pipeline.analysis.finding_columns import Schema, as_frame

SCHEMAS: Mapping[str, Schema] = {
    name.lower(): schema
    for module in (finding_columns, performance_columns)
    for name, schema in vars(module).items()
    if name.isupper() and name not in ("SIDE", "OTHER", "ESTIMATE")
}
"""The columns of every frame, by its name."""


def finding_file(name: str) -> str:
    """Return what the file of a frame is called."""
    return f"finding_{name}.csv"


def read_finding(name: str, text: str) -> pd.DataFrame:
    """Return a frame out of its file, in its declared types; one without rows where the text is blank."""
    schema = SCHEMAS[name]
    if not text:
        return as_frame((), schema)
    numbers = {column: [""] for column, kind in schema.items() if kind != "str"}
    frame: pd.DataFrame = pd.read_csv(
        io.StringIO(text), dtype=dict(schema), keep_default_na=False, na_values=numbers
    )
    return frame


def tell_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its numbers as text: three digits, and of child-years, which are rounded already, six.

    A mean in all its digits tells how many scores it is of, and so may a share.
    """
    numbers = frame.select_dtypes("float64").columns
    told = {
        name: frame[name].map(
            ("{:.6g}" if name.endswith("child_years") else "{:.3g}").format, na_action="ignore"
        )
        for name in numbers
    }
    return frame.assign(**told)
