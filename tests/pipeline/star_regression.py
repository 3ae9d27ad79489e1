"""The trial worked out by statsmodels straight from its one file, with no code of ours: pupils, dummies, clusters."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import statsmodels.api as sm
from whole_run import STAR

YEARS = (("k", "1"), ("1", "2"), ("2", "3"))
GROUPS = {"cauc": "White", "afam": "Black"}


@dataclass(frozen=True)
class Interval:
    """A coefficient with its 95 per cent interval."""

    value: float
    lower: float
    upper: float

    def __str__(self) -> str:
        """As a page words it: one decimal, a sign, a true minus."""
        middle, lower, upper = (
            f"{number:+.1f}".replace("-", "\N{MINUS SIGN}") for number in (self.value, self.lower, self.upper)
        )
        return f"{middle} ({lower} to {upper})"


def _year(wide: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    inside = wide[wide[f"star{after}"].isin(["small", "regular"])]
    return pd.DataFrame(
        {
            "small": (inside[f"star{after}"] == "small").astype(float),
            "start": inside[f"read{before}"],
            "review": inside[f"read{after}"],
            "school": inside[f"schoolid{after}"].astype(str),
            "stratum": inside[f"schoolid{after}"].astype(str) + f" in grade {after}",
            "group": inside["ethnicity"].map(GROUPS),
        }
    )


@cache
def pupils() -> pd.DataFrame:
    """Pupils of small and regular classes with a reading score at the end of the year, a row a year."""
    wide = pd.read_csv(STAR)
    return pd.concat([_year(wide, *years) for years in YEARS]).dropna(subset=["review"])


def with_both_scores() -> pd.DataFrame:
    """Those who also have the score of the year before."""
    return pupils().dropna(subset=["start"])


def coefficient(rows: pd.DataFrame, name: str, controls: Sequence[str] = ()) -> Interval:
    """Least squares of the review score with a dummy a school and year, errors clustered by school."""
    dummies = pd.get_dummies(rows["stratum"], dtype=float)
    design = pd.concat([rows[[name, *controls]].astype(float), dummies], axis=1)
    clusters = {"groups": pd.factorize(rows["school"])[0]}
    # The dummies add up to a constant; looking for one by itself would take statsmodels three times as long.
    model = sm.OLS(rows["review"].astype(float), design, hasconst=True)
    fitted = model.fit(cov_type="cluster", cov_kwds=clusters, use_t=True)
    lower, upper = np.asarray(fitted.conf_int(0.05).loc[name], dtype=float)
    return Interval(float(fitted.params[name]), float(lower), float(upper))
