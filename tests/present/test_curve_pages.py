"""Curves on a page: verdict, forecast, backtest, and the scorecard."""

import re
from dataclasses import replace
from pathlib import Path

from facts import MEASURE
from open_words import count_open_words
from quarterly import CURVE, STAYED, TURNED, quarterly
from small_slice import words

from pipeline.present.performance.curve_charts import curve_table
from pipeline.present.performance.scorecard import (
    scorecard_table,
    show_curves,
    show_curves_headline,
    show_scorecards,
)


def test_a_turned_curve_says_by_how_much_and_that_it_does_not_say_why() -> None:
    said = words(show_curves(quarterly(TURNED, curves=(CURVE,))))
    assert "Sessions after <b>school</b> (April 2011). Target: 90% by March 2013." in said
    assert "Turned: the 4 quarters since April 2011 lie +22" in said
    assert "this alone does not say what" in said
    assert "because" not in said


def test_a_forecast_stands_beside_each_quarter_since_the_action_and_no_other() -> None:
    table = curve_table(quarterly(TURNED, curves=(CURVE,)), CURVE)
    forecast = table.values("forecast")
    assert forecast[:8] == ["–"] * 8
    assert all(isinstance(value, float) and 50 < value < 75 for value in forecast[8:])


def test_too_few_quarters_say_so_and_those_of_few_children_are_not_among_them() -> None:
    early = replace(CURVE, action_on=CURVE.action_on.replace(year=2010))
    said = words(show_curves(quarterly(STAYED, curves=(early,))))
    assert "Too few quarters to say: 4 before the action and 8 since can be judged" in said
    few = quarterly(STAYED[:8], more=((0, 5),) * 4, curves=(CURVE,))
    assert "Too few quarters to say: 8 before the action and 0 since can be judged" in words(show_curves(few))


def test_the_scorecard_holds_every_curve_by_outcome_and_question() -> None:
    safe = replace(CURVE, curve_id="C2", ecm_outcome="stay_safe", kind="how_well", service_id=None)
    much = replace(CURVE, curve_id="C3", kind="how_much")
    page = quarterly(TURNED, curves=(safe, CURVE, much), over_all=True)
    table = scorecard_table(page)
    assert table.values("outcome") == ["Be healthy", "Be healthy", "Stay safe"]
    assert table.values("question") == [
        "How much did we do?",
        "Is anyone better off?",
        "How well did we do it?",
    ]
    assert table.values("verdict") == ["turned"] * 3
    assert "Completed, Young carers: " in str(table.values("curve")[0])
    assert "Completed, all services: " in str(table.values("curve")[2])
    assert "No curve is declared yet for: Enjoy and achieve, Make a positive" in words(show_scorecards(page))


def test_an_outcome_has_its_scorecard_the_story_of_each_curve_and_what_to_do() -> None:
    whole = replace(CURVE, curve_id="C2", ecm_outcome="stay_safe", service_id=None)
    page = quarterly(TURNED, curves=(CURVE, whole), over_all=True)
    healthy, _, safe = words(show_scorecards(page)).partition("## Stay safe")
    assert "Turned: the 4 quarters since April 2011 lie +22" in healthy
    assert "keep it up, and ask Harbour Youth what did it" in healthy
    assert "ask all providers what did it" in safe
    assert "Of 2 curves: 2 turned." in words(show_curves_headline(page))


def test_of_many_curves_two_an_outcome_stand_in_view_and_the_others_are_folded() -> None:
    def page(number: int) -> str:
        curves = tuple(replace(CURVE, curve_id=f"C{each}") for each in range(number))
        return show_scorecards(quarterly(TURNED, curves=curves, over_all=True))

    in_view, _, folded = page(20).partition("<summary>18 more rows</summary>")
    assert (in_view.count("<tr"), folded.partition("</table>")[0].count("<tr")) == (1 + 2, 1 + 18)
    few, many = (count_open_words(f"<main>{page(number)}</main>") for number in (20, 40))
    assert few == many


def test_over_all_how_many_turned_stands_with_a_link_and_the_files_of_the_page_of_curves(
    tmp_path: Path,
) -> None:
    whole = replace(CURVE, curve_id="C2", service_id=None)
    page = quarterly(TURNED, curves=(CURVE, whole), over_all=True, folder=tmp_path)
    shown = show_curves(page)
    assert "Of 2 curves: 2 turned." in words(shown)
    assert shown.count("\n") == 0
    assert "](curves.ipynb)" in shown
    assert {path.name for path in tmp_path.glob("*.csv")} == {"scorecard.csv", "curve_C2.csv"}


def test_more_than_five_curves_to_a_question_are_remarked_on() -> None:
    six = tuple(replace(CURVE, curve_id=f"C{number}") for number in range(6))
    said = words(show_scorecards(quarterly(TURNED, curves=six, over_all=True)))
    assert "6 curves of Be healthy answer “Is anyone better off?”" in said
    five = words(show_scorecards(quarterly(TURNED, curves=six[:5], over_all=True)))
    assert "keep a scorecard readable" not in five


def test_what_is_shown_follows_from_rounded_counts_alone(tmp_path: Path) -> None:
    """Counts that are rounded to the same give the same bytes."""
    parts = []
    for name, nudge in (("one", 0), ("other", 1)):
        folder = tmp_path / name
        events = [events + nudge for events in (*[121] * 8, *[166] * 4)]
        page = quarterly(events, total=200 + nudge, curves=(CURVE,), folder=folder, measure=MEASURE)
        text = show_curves(page)
        parts.append((text, (folder / "curve_C1.csv").read_text(encoding="utf-8")))
    assert parts[0] == parts[1]


def test_the_chart_says_target_and_forecast_in_words() -> None:
    shown = show_curves(quarterly(TURNED, curves=(CURVE,)))
    found = re.search(r'fig-alt="([^"]*)"', shown)
    assert found
    assert "Expected in Jan–Mar 2012: 6" in words(found[1])
    assert "Target: 90." in words(found[1])
