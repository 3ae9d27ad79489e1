"""The page for families: what they asked for stands beside what was done about it, and what came of it."""

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import facts
import pytest
from facts import MEASURE
from small_slice import DATASET, SCALE, SERVICE, TARGET

from pipeline.analysis.finding_columns import Row, as_frame
from pipeline.analysis.verdicts import Verdict
from pipeline.contract.context import Context
from pipeline.present.decide.overview import open_overview, show_families
from pipeline.present.disclosure.frames import Published
from pipeline.present.sentences import SENTENCES

APRIL, LATER = dt.date(2010, 4, 1), dt.date(2012, 3, 31)
CURVE = replace(
    facts.CURVE, action="Sessions after school", action_on=APRIL, target=75.0, due=LATER, agreed_on=APRIL
)
CONTEXT = Context(DATASET, None, (SERVICE,), (MEASURE,), (SCALE,), (TARGET,), ())
FEEDBACK: Row = {"measure_id": "positive_feedback", "version": 1, "periods": 4, "estimate": 0.874}
FEEDBACK |= {"lower": 0.86, "upper": 0.89}


def show(context: Context, kpis: Sequence[Row] = (), verdict: str = "not met") -> str:
    targets = [
        {"target_id": "T1", "version": 1, "service_id": "S01", "due": "2011-03-31", "verdict": verdict}
    ]
    rows = {("equality/index", "targets"): targets, ("services/index", "kpis"): kpis}
    published = Published(lambda page, name: as_frame(rows.get((page, name), ()), name))
    return html.unescape(show_families(open_overview(context, published)))


def test_what_was_asked_for_stands_with_who_asked_and_what_came_of_it() -> None:
    said = show(CONTEXT)
    assert "Families said <b>so</b>. (Parents' forum)" in said
    assert SENTENCES["came of it not met"] in said
    assert SENTENCES["we did nothing"] in said


def test_what_was_done_by_the_service_itself_goes_before_what_was_done_everywhere() -> None:
    own = replace(CURVE, curve_id="C2", service_id="S01", action="A bus")
    assert "Sessions after school (from 1 April 2010)." in show(replace(CONTEXT, curves=(CURVE,)))
    assert "A bus (from" in show(replace(CONTEXT, curves=(CURVE, own)))
    assert SENTENCES["we did nothing"] in show(replace(CONTEXT, curves=(replace(CURVE, service_id="S02"),)))


def test_what_is_being_done_about_the_target_itself_goes_before_any_curve() -> None:
    own = replace(TARGET, action="Pupils rewrite the sessions.")
    assert "Pupils rewrite the sessions." in show(replace(CONTEXT, targets=(own,), curves=(CURVE,)))


def test_what_families_said_is_told_of_a_hundred_with_its_range() -> None:
    assert "about 87 said something good (somewhere from 86 to 89)" in show(CONTEXT, [FEEDBACK])
    assert "What families said" not in show(CONTEXT, [{**FEEDBACK, "estimate": None}])


def test_of_much_that_was_asked_for_six_stand_in_view_and_none_is_lost() -> None:
    targets = [
        {"target_id": f"T{number}", "version": 1, "service_id": "S01", "due": "2011-03-31", "verdict": "met"}
        for number in range(20)
    ]
    published = Published(lambda _, name: as_frame(targets if name == "targets" else (), name))
    context = replace(CONTEXT, targets=tuple(replace(TARGET, target_id=f"T{number}") for number in range(20)))
    said = html.unescape(show_families(open_overview(context, published)))
    in_view, _, folded = said.partition("<summary>What else was asked for: 14 targets</summary>")
    asked = SENTENCES["you said"]
    assert (in_view.count(asked), folded.partition("</details>")[0].count(asked)) == (6, 14)
    assert "## Tell us" in folded.partition("</details>")[2]


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_plain_words(verdict: str) -> None:
    assert SENTENCES[f"came of it {verdict}"] in show(CONTEXT, verdict=verdict)
