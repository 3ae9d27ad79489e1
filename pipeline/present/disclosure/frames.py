"""Frames of findings as they leave the project: no more digits than tell anything."""

from __future__ import annotations

import pandas as pd


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
