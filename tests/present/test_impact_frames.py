"""Findings on delivery and on children's outcomes, as the frames that other pages read."""

from small_slice import make_measures, make_page, make_results, make_scores, with_tables

from pipeline import impact
from pipeline.protect.rounding import EXACT, Disclosure

FEW = Disclosure(hide_up_to=7, round_to=1)


def test_a_level_is_a_share_of_what_is_counted() -> None:
    (row,) = impact.kpis(make_page(groups={"Black": (30, 60), "White": (30, 60)}), 10).to_dict("records")
    assert (row["estimate"], row["unit"], row["verdict"]) == (0.5, "proportion", "too few to say")
    assert row["lower"] < 0.5 < row["upper"]


def test_a_period_without_its_return_is_said_to_be_provisional() -> None:
    page = make_page(groups={"White": (30, 60)})
    (row,) = impact.kpi_periods(page).to_dict("records")
    assert (row["period"], row["state"], row["missing_returns"]) == ("2011-q1", "ready", 0)


def test_nothing_is_told_of_few_children_but_how_many() -> None:
    page = make_page(children=5, groups={"White": (2, 5)}, scores=make_scores(5, 3.0), rule=FEW)
    page = with_tables(page, results=make_results(5))
    found = [impact.kpis(page, 1), impact.kpi_periods(page), impact.journey(page), impact.results(page)]
    for frame in (*found, impact.score_changes(page, 1), impact.outcomes(page, 1), impact.waits(page, 1)):
        assert len(frame)
        assert frame["estimate"].isna().all()
        assert frame.get("events", frame["estimate"]).isna().all()
    assert impact.score_changes(page, 1)[["baseline", "review"]].isna().all(axis=None)


def test_each_step_is_told_of_those_referred_and_of_those_at_the_step_before() -> None:
    page = make_page(children=100, rule=EXACT)
    steps = impact.journey(page).set_index("step")
    assert steps.loc["started", "estimate"] == 1.0
    assert steps.loc["started", "before_total"] == 100


def test_a_measure_under_another_name_does_not_stand_in_a_frame() -> None:
    other = make_measures({"White": (30, 60)}).assign(measure_id="withdrawn")
    assert "withdrawn" not in impact.kpis(with_tables(make_page(), measures=other), 10)["measure_id"].tolist()
