"""Project STAR, real children: what small classes did to reading and mathematics, year by year and by ethnic group.

Kindergarten to third grade, small against regular classes without an aide, straight from the trial's file.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.stats.inputs import normal_quantile
from pipeline.stats.results import Estimate, Result
from pipeline.stats.scores.comparison import adjusted_difference
from pipeline.stats.scores.paired import effect_size

STAR = Path(__file__).parents[2].parent / "shared" / "data" / "star" / "STAR.csv"
YEARS = ("k", "1", "2", "3")
SUBJECTS = ("read", "math")
pytestmark = pytest.mark.skipif(
    not STAR.is_file(), reason="the file of Project STAR is not beside the project"
)


@cache
def pupils(year: str) -> pd.DataFrame:
    """Pupils of small and regular classes in one year."""
    wide = pd.read_csv(STAR)
    inside = wide[wide[f"star{year}"].isin(["small", "regular"])]
    kept = {name: inside[f"{name}{year}"] for name in (*SUBJECTS, "schoolid")}
    return pd.DataFrame({**kept, "ethnicity": inside["ethnicity"], "small": inside[f"star{year}"] == "small"})


def estimated(result: Result) -> Estimate:
    assert isinstance(result, Estimate), result
    return result


def within_schools(year: str, subject: str, group: str = "") -> Estimate:
    """The effect in points: school fixed effects, errors clustered by school."""
    rows = pupils(year).dropna(subset=[subject])
    rows = rows[rows["ethnicity"] == group] if group else rows
    school = rows["schoolid"].to_numpy()
    return estimated(
        adjusted_difference(rows[subject], rows["small"].to_numpy(), strata=school, clusters=school)
    )


def in_standard_deviations(year: str, subject: str, group: str = "") -> Estimate:
    """The same in standard deviations of all pupils in regular classes."""
    rows = pupils(year)
    spread = float(rows.loc[~rows["small"], subject].std())
    return estimated(effect_size(within_schools(year, subject, group), spread))


@pytest.mark.parametrize(
    ("year", "effect", "error"),
    [("k", 13.899, 2.454), ("1", 29.781, 2.831), ("2", 19.394, 2.712), ("3", 15.587, 2.396)],
)
def test_reading_and_mathematics_together_are_as_stock_and_watson_have_them(
    year: str, effect: float, error: float
) -> None:
    rows = pupils(year).dropna(subset=[*SUBJECTS])
    found = estimated(adjusted_difference(rows["read"] + rows["math"], rows["small"].to_numpy()))
    assert found.value == pytest.approx(effect, abs=0.0005), "Introduction to Econometrics, table 13.1"
    # Theirs has the pupils of the third arm in the count of observations.
    half_width = (found.upper - found.lower) / 2
    assert half_width / normal_quantile(0.95) == pytest.approx(error, rel=0.002)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_small_classes_raise_both_subjects_every_year_by_about_a_fifth_of_a_standard_deviation_or_more(
    year: str, subject: str
) -> None:
    found = in_standard_deviations(year, subject)
    assert found.lower > 0
    assert 0.15 < found.value < 0.35, "Finn and Achilles 1999; Krueger 1999"


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_black_pupils_gain_more_than_white_pupils_in_every_year(year: str, subject: str) -> None:
    black, white = (in_standard_deviations(year, subject, group) for group in ("afam", "cauc"))
    assert white.lower > 0
    assert black.value > white.value, "Finn and Achilles 1999: about twice as much for minority pupils"


def test_over_all_years_and_subjects_black_pupils_gain_up_to_twice_as_much() -> None:
    black, white = (
        np.mean(
            [in_standard_deviations(year, subject, group).value for year in YEARS for subject in SUBJECTS]
        )
        for group in ("afam", "cauc")
    )
    assert 1.3 < black / white < 2.2
