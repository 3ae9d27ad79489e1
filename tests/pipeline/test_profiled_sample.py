"""The sample by children's other characteristics, and by strata, once more in plain pandas."""

import pandas as pd
import pytest
from measured_sample import Measured, read_measured, rows_of, since
from whole_run import Copy

from pipeline.contract.record_keys import KEYS

pytest_plugins = ("whole_run_fixtures",)


@pytest.fixture(scope="module")
def measured(run: Copy) -> Measured:
    return read_measured(run)


def profiled_rows(measured: Measured) -> dict[str, pd.DataFrame]:
    """Rows of the three tables with what was recorded of their episode, as levels; feedback of nobody has none."""
    episodes = measured.rows["episodes"]
    bands = pd.cut(episodes["age"], [-1, 0, 4, 9, 15, 25], labels=BANDS).astype(object)
    numbers = {
        name: episodes[name].astype("Int64").astype("string").astype(object)
        for name in ("deprivation", "need")
    }
    levels = episodes.assign(age=bands, **numbers)[RECORDED].replace(["not_known", "not_stated"], None)
    key = ["return_provider", "episode_id"]
    known = pd.concat([episodes[key], levels.fillna("Not known")], axis="columns")
    joined = {
        name: measured.rows[name].merge(known, on=key, how="left").fillna(dict.fromkeys(levels, "Not known"))
        for name in ("outcomes", "feedback")
    }
    return {
        "episodes": pd.concat([episodes.drop(columns=levels.columns), known[levels.columns]], axis=1),
        **joined,
    }


RECORDED = [
    *("age", "sex", "disability", "area"),
    *("deprivation", "need", "religion", "learning_difficulty", "looked_after"),
]
BANDS = ["Under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over"]
BY_LEVEL = ["service_id", "ethnic_group", "characteristic", "level"]
PROFILED = [
    ("isa_agreed", "episodes", "referral_date", "start_date.notna()", "isa_date.notna()"),
    ("outcome_achieved", "outcomes", "review_date", "achieved.notna()", "achieved in ('fully', 'partly')"),
    ("positive_feedback", "feedback", "date", "positive.notna()", "positive == 'yes'"),
]


@pytest.mark.parametrize(("measure_id", "table", "dated_by", "denominator", "numerator"), PROFILED)
def test_characteristics_and_strata_are_what_pandas_counts(
    measured: Measured, measure_id: str, table: str, dated_by: str, denominator: str, numerator: str
) -> None:
    frame = profiled_rows(measured)[table]
    dated = frame[pd.to_datetime(frame[dated_by]) >= since(measured.overall, measure_id)]
    out_of = dated.query(denominator)
    out_of = out_of.assign(counted=out_of.index.isin(out_of.query(numerator).index).astype("int64"))
    melted = out_of.melt(["service_id", "ethnic_group", "counted"], RECORDED, "characteristic", "level")
    expected = melted.groupby(BY_LEVEL)["counted"].agg(["sum", "count"])
    published = (
        rows_of(measured.overall.characteristics).query("measure_id == @measure_id").set_index(BY_LEVEL)
    )
    assert published[["events", "total"]].sort_index().to_numpy().tolist() == expected.to_numpy().tolist()
    assert published.sort_index().index.tolist() == expected.index.tolist()
    strata = out_of.groupby(["service_id", "age", "sex", "area", "need", "ethnic_group"])["counted"]
    told = measured.overall.strata.query("measure_id == @measure_id")
    assert sorted(
        told[["service_id", "ethnic_group", "events", "total"]].itertuples(index=False, name=None)
    ) == sorted((service, group, int(rows.sum()), len(rows)) for (service, *_, group), rows in strata)


def test_strata_and_levels_add_up_to_the_measures(measured: Measured) -> None:
    overall = measured.overall
    keys = ["measure_id", "service_id", "ethnic_group"]
    latest = pd.concat([rows_of(overall.measures.of_measure(facts)) for facts in overall.context.measures])
    counts = ["events", "total", "child_years", *KEYS]
    whole = latest.groupby(keys)[counts].sum()
    pd.testing.assert_frame_equal(overall.strata.groupby(keys)[counts].sum(), whole)
    for _, rows in rows_of(overall.characteristics).groupby("characteristic"):
        pd.testing.assert_frame_equal(rows.groupby(keys)[counts].sum(), whole)
    assert overall.adjusted_for == ("age", "sex", "area", "need")
    assert overall.strata.groupby("stratum")["service_id"].nunique().max() == 1
