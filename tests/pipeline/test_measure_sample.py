"""The sample's measures once more, in plain pandas on the rows that `validate` accepted."""

import json
from pathlib import Path

import pandas as pd
import pytest
from measured_sample import Measured, count, month_of, published, read_measured, rows_of, since
from whole_run import Copy

from pipeline.contract.record_keys import ACROSS, WHOLE
from pipeline.files.records import read_records
from pipeline.files.slices import read_slice
from pipeline.measures.levels import rows_compared
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import EXACT
from pipeline.stages import SLICES
from pipeline.stages.measure import run_measure

pytest_plugins = ("whole_run_fixtures",)


@pytest.fixture(scope="module")
def measured(run: Copy) -> Measured:
    return read_measured(run)


@pytest.mark.parametrize(
    ("measure_id", "table", "dated_by", "denominator", "numerator"),
    [
        ("started", "episodes", "referral_date", "referral_date.notna()", "start_date.notna()"),
        ("isa_agreed", "episodes", "referral_date", "start_date.notna()", "isa_date.notna()"),
        ("completed", "episodes", "end_date", "end_date.notna()", "end_reason == 'completed'"),
        ("review_done", "outcomes", "baseline_date", "baseline_score.notna()", "review_score.notna()"),
        ("outcome_achieved", "outcomes", "review_date", "achieved.notna()", "achieved in ('fully', 'partly')"),
        ("positive_feedback", "feedback", "date", "positive.notna()", "positive == 'yes'"),
        ("took_part", "feedback", "date", "took_part.notna()", "took_part == 'yes'"),
    ],
)  # fmt: skip
def test_a_percentage_is_what_pandas_counts(
    measured: Measured, measure_id: str, table: str, dated_by: str, denominator: str, numerator: str
) -> None:
    rows_of = measured.rows[table]
    counted = rows_of[pd.to_datetime(rows_of[dated_by]) >= since(measured.overall, measure_id)]
    out_of = counted.query(denominator)
    for column, rows in (("total", out_of), ("events", out_of.query(numerator))):
        for by in ((), ("ethnicity",)):
            expected = count(rows, dated_by, *by)
            assert len(expected)
            pd.testing.assert_series_equal(
                published(measured.overall, measure_id, column, *by), expected, check_names=False
            )


@pytest.mark.parametrize(
    ("measure_id", "dated_by"),
    [("plan_started", "protection_plan_start"), ("plan_ended", "protection_plan_end")],
)
def test_the_events_of_a_rate_are_what_pandas_counts(
    measured: Measured, measure_id: str, dated_by: str
) -> None:
    episodes = measured.rows["episodes"]
    expected = count(episodes[episodes[dated_by].notna()], dated_by)
    pd.testing.assert_series_equal(
        published(measured.overall, measure_id, "events"), expected, check_names=False
    )


def test_what_was_counted_under_an_earlier_definition_stands_apart(measured: Measured) -> None:
    measures = rows_of(measured.overall.measures).query("measure_id == 'isa_agreed'")
    earlier = measures[measures["version"] == 1]
    episodes = measured.rows["episodes"]
    referred = episodes[pd.to_datetime(episodes["referral_date"]) < since(measured.overall, "isa_agreed")]
    assert earlier["total"].sum() == len(referred)
    assert earlier["events"].sum() == referred["isa_date"].notna().sum()
    assert set(measures.groupby("month")["version"].nunique()) == {1}


def test_child_years_are_the_days_between_start_and_end(measured: Measured) -> None:
    started = measured.rows["episodes"].dropna(subset=["start_date"])
    last = pd.Timestamp(measured.dataset.complete_to)
    ends = pd.to_datetime(started["end_date"]).fillna(last)
    ends = ends.where(ends < last, last)
    days = (ends - pd.to_datetime(started["start_date"])).dt.days + 1
    rates = rows_of(measured.overall.measures).query("measure_id == 'plan_started'")
    for group in ("ethnic_group", "ethnicity"):
        expected = days.groupby([started["service_id"], started[group]]).sum() / 365.25
        spent = rates.groupby(["service_id", group])["child_years"].sum()
        pd.testing.assert_series_equal(spent, expected, check_names=False)


def test_a_code_is_blank_where_the_group_is_not_known_and_adds_up_to_one_group_elsewhere(
    measured: Measured,
) -> None:
    broad = {entry.code: entry.broad_group for entry in measured.dataset.classification.codes}
    for table in (rows_of(measured.overall.measures), measured.overall.scores):
        codes = table[["ethnicity", "ethnic_group"]].drop_duplicates()
        assert codes["ethnicity"].is_unique
        assert codes["ethnicity"].nunique() > len(broad) / 2
        assert (codes["ethnicity"].map({**broad, "": "Not known"}) == codes["ethnic_group"]).all()


def test_children_are_different_pseudonyms(measured: Measured) -> None:
    episodes = measured.rows["episodes"]
    counted = rows_of(measured.overall.children).set_index(["service_id", "ethnic_group"])["total"]
    assert counted[("", "")] == episodes["child_id"].nunique()
    for service, rows in episodes.groupby("service_id"):
        assert counted[(service, "")] == rows["child_id"].nunique()
        for group, part in rows.groupby("ethnic_group"):
            assert counted[(service, group)] == part["child_id"].nunique()


def test_newcomers_of_all_months_are_the_children(measured: Measured) -> None:
    overall = measured.overall
    reached = rows_of(overall.children.where("ethnic_group", "")).set_index("service_id")
    newcomers, counted = rows_of(overall.newcomers), ["total", "size_key"]
    new = newcomers.groupby("service_id")[counted].sum()
    pd.testing.assert_frame_equal(new, reached[counted])
    first = measured.rows["episodes"].sort_values("referral_date").drop_duplicates("child_id")
    by_month = newcomers.query("service_id == ''").groupby("month")["total"].sum()
    assert by_month.to_dict() == month_of(first["referral_date"]).value_counts().to_dict()


def test_what_services_read_is_what_stands_over_all(measured: Measured) -> None:
    services = [service.service_id for service in measured.overall.context.services]
    slices = [read_slice(measured.folder / "services" / service, EXACT) for service in services]
    for name in ("measures", "journey", "characteristics", "strata", "scores"):
        whole, *own = (getattr(content, name) for content in (measured.overall, *slices))
        if isinstance(whole, Cells):
            whole, own = rows_of(whole), [rows_of(cells) for cells in own]
        parts = pd.concat(own, ignore_index=True)
        order = list(whole.columns)
        pd.testing.assert_frame_equal(
            parts.sort_values(order, ignore_index=True), whole.sort_values(order, ignore_index=True)
        )


@pytest.mark.filterwarnings(r"ignore:fetch_arrow_table\(\) is deprecated:DeprecationWarning")  # Ibis 12
def test_the_bytes_written_do_not_follow_the_number_of_processors(
    measured: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    processed = measured.folder.parent
    reference = processed / "intake" / "reference"
    received = read_records(processed / "intake" / "received.csv")
    frozen = read_records(reference / "baselines.csv")
    run_measure(measured.dataset, processed / "validate", reference, tmp_path, received, frozen)
    files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 7 + 7 * len(measured.overall.context.services)
    assert [
        path for path in files if (tmp_path / path).read_bytes() != (measured.folder / path).read_bytes()
    ] == []


def test_a_service_s_slice_holds_the_rows_of_those_its_plan_compares_with(measured: Measured) -> None:
    of_one = read_slice(measured.folder / "services" / "S05", EXACT)
    (plan,) = (plan for plan in of_one.context.plans if plan.compared_services)
    assert set(of_one.compared.values("service_id")) == set(plan.compared_services)
    assert set(of_one.compared.values("measure_id")) == {plan.outcome}
    expected = rows_compared(rows_of(measured.overall.measures), [plan])
    pd.testing.assert_frame_equal(rows_of(of_one.compared), expected)
    assert read_slice(measured.folder / "services" / "S04", EXACT).compared.empty


def test_what_notebooks_read_is_what_was_measured_but_for_what_protects_it(measured: Measured) -> None:
    protected = measured.folder.with_name("protect")
    files = {path.relative_to(protected) for path in protected.rglob("*") if path.is_file()}
    own = {path for path in files if not (measured.folder / path).exists()}
    assert {path.name for path in own} == {"protected.json"}
    assert len(own) == 1 + len(measured.overall.context.services)
    same = {
        path
        for path in files - own
        if (protected / path).read_bytes() == (measured.folder / path).read_bytes()
    }
    assert {path.name for path in files - own - same} == {SLICES, "characteristics.parquet", "counts.json"}
    exact, shown = (
        json.loads((folder / "overall/counts.json").read_bytes()) for folder in (measured.folder, protected)
    )
    assert [name for name, table in shown.items() if table != exact[name]] == ["waits"]
    assert not [number for number in shown["waits"]["within"] if number % 5]


def test_the_scores_of_a_plan_know_what_it_holds_fixed(measured: Measured) -> None:
    scores = read_slice(measured.folder / "services" / "S01", EXACT).scores
    assert {"age", "sex"} <= set(scores.columns)
    assert scores["sex"].nunique() > 1


def test_the_sample_adds_up_and_nobody_is_counted_twice(measured: Measured) -> None:
    measures = rows_of(measured.overall.measures)
    assert (measures[[*ACROSS, *ACROSS.values()]] >= 0).all().all()
    # Scores of one episode are reviewed together, so its rows say nearly the same.
    reviewed = measures[measures["measure_id"] == "review_done"]
    assert reviewed[WHOLE].sum() > 100
    assert reviewed["excess_3"].sum() <= reviewed[WHOLE].sum()
    paths = sorted(measured.folder.glob("services/*/measures.parquet"))
    assert sum(pd.read_parquet(path)[WHOLE].sum() for path in paths) == pytest.approx(measures[WHOLE].sum())


def test_characteristics_have_the_excess_of_the_measure(measured: Measured) -> None:
    found = rows_of(measured.overall.characteristics)
    sex = found[found["characteristic"] == "sex"]
    assert len(sex)
    for each in measured.overall.context.measures:
        whole = rows_of(measured.overall.measures.of_measure(each))
        by_sex = sex[sex["measure_id"] == each.measure_id]
        for name in (WHOLE, ACROSS[WHOLE]):
            assert by_sex[name].sum() == pytest.approx(whole[name].sum(), rel=1e-6, abs=1e-3)
