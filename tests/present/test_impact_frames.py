"""Findings on delivery and on children's outcomes, as the frames that other pages read."""

from small_slice import make_measures, make_page, make_results, make_scores, with_tables

from pipeline import impact
from pipeline.analysis.impact.change import assess_changes, baseline_spread
from pipeline.present.disclosure.frames import trim_means
from pipeline.protect.rounding import EXACT, PROFILES, Disclosure, Least
from pipeline.stats.scores.paired import effect_size

FEW = Disclosure(hide_up_to=7, round_to=1)
NHS = PROFILES["nhs"]


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


def test_what_is_told_of_scores_does_not_hang_on_which_true_number_a_shown_one_stands_for() -> None:
    """Seven children who are shown as 10 once had no means, where eight had: so 10 without means was 6 or 7."""
    told: dict[int, set[tuple[bool, ...]]] = {}
    for children in range(1, 20):
        for first in range(0, 600, 20):
            frame = impact.score_changes(make_page(scores=make_scores(children, 3.0, first=first)), 13)
            of_all = frame[frame["ethnic_group"] == "All children"].iloc[0]
            told.setdefault(int(of_all["total"]), set()).add(tuple(of_all.replace("", None).notna()))
    assert {total: len(ways) for total, ways in told.items()} == {0: 1, 5: 1, 10: 1, 15: 1, 20: 1}


def test_means_have_no_digit_that_tells_how_many_children_they_are_of() -> None:
    """Hundredths of a mean of 17 whole numbers are of no other number near 17."""
    scores = make_scores(17, 3.0)
    frame = impact.score_changes(make_page(scores=scores), 13)
    assert list(trim_means(frame, NHS).loc[0, ["baseline", "review"]]) == [11.8, 14.8]


def test_an_effect_size_follows_from_what_is_shown_of_the_change_and_of_the_children() -> None:
    """The limits hold the spread's own uncertainty: of the true number, it could be worked out from them."""
    rows = make_scores(17, 3.0)
    change = assess_changes(rows, (), Least(13, NHS), 0.95)[0]
    told = Least(13, NHS).tell(change.change, change.with_both)
    assert change.effect_size == effect_size(told, baseline_spread(rows), change.with_baseline.shown(NHS))
    assert change.with_baseline.shown(NHS) != 17
