"""Rows of one child or family: how many there are in each cell, how alike they are, and what both come to."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from ibis.expr.types import Table
from measure_tables import FIRST, IBIS_ON_DUCKDB, LAST, UNTIL, day, joined, measure

from pipeline.contract.record_keys import WHOLE
from pipeline.measures.catalogue import load_catalogue
from pipeline.measures.child_time import list_spells
from pipeline.measures.clusters import (
    estimate_cell_levels,
    list_cluster_rows,
    pairs_by_month,
    sum_covariances,
    sum_pairs,
)
from pipeline.measures.excess import FEWEST_CLUSTERS, find_excess
from pipeline.measures.rows import Rows, fetch

pytestmark = [IBIS_ON_DUCKDB, pytest.mark.long]
Row = Mapping[str, Any]
RATE = {
    "measure_id": "plans",
    "unit": "per_100_child_years",
    "dated_by": "protection_plan_start",
    "numerator": "protection_plan_start is given",
}
FIRST_DAY = (day("2009-04-01") - dt.date(1970, 1, 1)).days
CONTROL = "13/13 12/12 9/9 9/9 8/8 8/8 12/13 11/12 9/10 9/10 8/9 11/13 4/5 5/7 7/10 7/10"
TREATED = "12/12 11/11 10/10 9/9 10/11 9/10 9/10 8/9 8/9 4/5 7/9 4/7 5/10 3/6 3/10 0/7"
"""Pups alive of those born, litter by litter (Weil 1970): table 1 of Rao and Scott (1992)."""


def cluster(rows: Rows, catalogue: Sequence[Row]) -> Table:
    return list_cluster_rows(rows, list_spells(rows, UNTIL), dict(enumerate(load_catalogue(catalogue))))


def company_of(*episodes: Row, **changes: Any) -> dict[tuple[str, int], tuple[int, int]]:
    """Other rows of the same child within a service and across them, by window and month (0: the first)."""
    catalogue = [measure(**changes)]
    rows = joined([{"episode_id": f"E{place}", **row} for place, row in enumerate(episodes)])
    clustered = cluster(rows.rows(catalogue), catalogue)
    found = fetch(pairs_by_month(sum_pairs(clustered, estimate_cell_levels(clustered), UNTIL)))
    summed = found.groupby(["window", "month"], as_index=False)[["within", "across"]].sum()
    listed = zip(*(summed[name].tolist() for name in summed.columns), strict=True)
    return {(window, month - FIRST): (within, across) for window, month, within, across in listed}


def referred(month: str, **more: Any) -> Row:
    return {"child_id": "C1", "referral_date": day(f"{month}-05"), **more}


def test_each_row_counts_the_other_rows_of_its_child_in_each_window() -> None:
    found = company_of(referred("2009-04"), referred("2009-04"), referred("2009-09"))
    assert {month: both for (window, month), both in found.items() if window == WHOLE} == {
        0: (4, 0),
        5: (2, 0),
    }
    assert found["excess_12", 0] == (4, 0)
    assert found["excess_6", 0] == (4, 0)
    assert found["excess_3", 0] == (2, 0)
    assert ("excess_3", 5) not in found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([referred("2009-04"), referred("2009-04", child_id="C2")], {}, id="two children"),
        pytest.param([referred("2009-04")], {}, id="one row"),
        pytest.param([referred("2009-04"), referred("2009-04", service_id="S02")], {0: (0, 2)}, id="two services"),
        pytest.param([referred("2009-04", family_id="F1"), referred("2009-04", child_id="C2", family_id="F1")],
            {0: (2, 0)}, id="a family"),
        pytest.param(
            [
                referred("2009-04"),
                referred("2009-04", child_id="C2", family_id="F1"),
                referred("2009-04", family_id="F1"),
            ],
            {0: (6, 0)},
            id="a family told in one episode only",
        ),
        pytest.param([referred("2009-04", child_id=f"C{at}", family_id="none") for at in range(21)], {},
            id="a word for no family"),
        pytest.param([referred("2009-04", child_id="F1"), referred("2009-04", child_id="C2", family_id="F1")], {},
            id="a child called as a family is"),
        pytest.param([referred("2009-04", arm="comparison"), referred("2009-04")], {}, id="comparison arm"),
        pytest.param([referred("2009-04", ethnicity="B"), referred("2009-04")], {0: (2, 0)}, id="two ethnic groups"),
    ],
)  # fmt: skip
def test_rows_belong_together_by_child_or_family(
    rows: Sequence[Row], expected: dict[int, tuple[int, int]]
) -> None:
    found = company_of(*rows)
    assert {month: both for (window, month), both in found.items() if window == WHOLE} == expected


def test_feedback_that_names_no_episode_belongs_to_no_other() -> None:
    catalogue = [measure(table="feedback", dated_by="date", numerator="positive = yes")]
    feedback = [
        {"feedback_id": f"F{place}", "episode_id": name} for place, name in enumerate(["E1", "E1", "", ""])
    ]
    rows = joined(
        [{"episode_id": "E1"}],
        feedback=[{**row, "episode_id": row["episode_id"] or None} for row in feedback],
    )
    clustered = fetch(cluster(rows.rows(catalogue), catalogue))
    assert sorted(clustered.groupby("cluster")["weight"].sum()) == [1, 1, 2]


def test_a_rate_counts_days_times_the_days_of_the_same_child() -> None:
    stay = {"child_id": "C1", "start_date": day("2010-02-20"), "end_date": day("2010-03-10")}
    found = company_of(stay, {"child_id": "C2", "start_date": day("2010-03-22")}, **RATE)
    assert found[WHOLE, 10] == (9 * 19, 0)
    assert found[WHOLE, LAST - FIRST] == (10 * 19 + 10 * 10, 0)
    assert found["excess_3", 10] == (9 * 19, 0)


def litters(text: str, group: str) -> pd.DataFrame:
    counts = [tuple(map(int, litter.split("/"))) for litter in text.split()]
    frame = pd.DataFrame(counts, columns=["events", "weight"])
    return frame.assign(cluster=[f"{group}{place}" for place in range(len(counts))])


def alikeness_of(frame: pd.DataFrame, *, is_rate: bool = False) -> dict[str, Any]:
    """Over all months, of rows of one measure in one service and group."""
    whole: dict[str, Any] = {
        "number": 0, "service_id": "S01", "ethnic_group": "White", "ethnicity": "W", "is_rate": is_rate,
        "first": FIRST_DAY, "last": FIRST_DAY, "first_month": FIRST, "last_month": FIRST,
    }  # fmt: skip
    filled = frame.assign(**{name: whole[name] for name in whole if name not in frame})
    table = ibis.memtable(pa.Table.from_pandas(filled, preserve_index=False))
    cells = estimate_cell_levels(table)
    found = fetch(sum_covariances(sum_pairs(table, cells, UNTIL), table, cells, UNTIL))
    (row,) = found[found["window"] == WHOLE].to_dict("records")
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize(("text", "published"), [(CONTROL, 1.232495), (TREATED, 3.952861)])
def test_the_design_effect_of_a_litter_is_that_of_rao_and_scott(text: str, published: float) -> None:
    # Published for these data by R's PF package (rsb). Ours is 1 exactly where each has one row, theirs C / (C - 1).
    frame = litters(text, "control")
    found = alikeness_of(frame)
    company = (frame["weight"] * (frame["weight"] - 1)).sum() / frame["weight"].sum()
    effect = 1 + found["common_within"] / found["same_within"] * company
    assert effect + 1 / (len(frame) - 1) == pytest.approx(published, abs=1e-6)


def test_how_alike_rows_are_is_learnt_over_all_groups_by_their_weight() -> None:
    both = pd.concat(
        [
            litters(CONTROL, "c").assign(ethnic_group="Black"),
            litters(TREATED, "t").assign(ethnic_group="White"),
        ]
    )
    parts = [alikeness_of(litters(text, "x")) for text in (CONTROL, TREATED)]
    found = alikeness_of(both)
    for name in ("common_within", "same_within"):
        assert found[name] == pytest.approx(sum(part[name] for part in parts))


def test_one_row_a_child_has_nothing_in_common() -> None:
    frame = pd.DataFrame({"events": [0, 1, 1, 0, 1], "weight": 1, "cluster": range(5)})
    found = alikeness_of(frame)
    assert found["common_within"] == pytest.approx(0)
    assert (found["same_within"], found["same_across"], found["several"]) == (0, pytest.approx(0), 0)


@pytest.mark.parametrize("shape", [0.5, 2.0, None])
def test_how_children_differ_by_themselves_is_that_of_the_gamma_distribution(shape: float | None) -> None:
    rng, children = np.random.default_rng(3), 40_000
    days = rng.integers(30, 400, children)
    own = rng.gamma(shape, 1 / shape, children) if shape else np.ones(children)
    frame = pd.DataFrame(
        {"events": rng.poisson(days / 200 * own), "weight": days, "cluster": range(children)}
    )
    found = alikeness_of(frame, is_rate=True)
    # Gamma-Poisson: variance mu + mu^2 / shape.
    assert found["common_within"] / found["same_within"] == pytest.approx(1 / shape if shape else 0, abs=0.05)


@pytest.mark.parametrize("correlation", [0.0, 0.2, 0.5, 0.9])
def test_the_correlation_of_rows_within_and_across_services_is_found_again(correlation: float) -> None:
    rng, children = np.random.default_rng(5), 20_000
    spread = (1 - correlation) / correlation if correlation else 0.0
    chance = rng.beta(0.7 * spread, 0.3 * spread, children) if spread else np.full(children, 0.7)
    parts = [
        pd.DataFrame(
            {
                "cluster": range(children),
                "service_id": service,
                "weight": 2,
                "events": rng.binomial(2, chance),
            }
        )
        for service in ("S01", "S02")
    ]
    found = alikeness_of(pd.concat(parts))
    assert found["common_within"] / found["same_within"] == pytest.approx(correlation, abs=0.02)
    assert found["common_across"] / found["same_across"] == pytest.approx(correlation, abs=0.02)


@pytest.mark.parametrize(
    ("several", "common", "expected"),
    [(FEWEST_CLUSTERS, 3.0, 6.0), (FEWEST_CLUSTERS - 1, 3.0, 20.0), (100, -3.0, 0.0), (100, 13.0, 20.0)],
    ids=["learnt", "too few to learn from", "below nothing", "above the same"],
)
def test_excess_is_company_by_how_alike_it_is(several: int, common: float, expected: float) -> None:
    names = {"number": 0, "window": WHOLE, "service_id": "S01", "month": FIRST}
    alike = {"number": 0, "window": WHOLE, "several": several, "common_across": 0.0, "same_across": 0.0}
    measures = pd.DataFrame(
        {"measure_id": ["started"], "version": 1, "service_id": "S01", "events": 5, "child_years": 0.0}
    )
    found = find_excess(
        pd.DataFrame([{**names, "within": 20, "across": 0}]),
        pd.DataFrame([{**alike, "common_within": common, "same_within": 10.0}]),
        measures,
        load_catalogue([measure()]),
    )
    assert found["within"].tolist() == [expected]
