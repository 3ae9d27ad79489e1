"""What the race-equality page shows along the scale of deprivation."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from small_slice import make_page, words

from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.present.disclosure.protection import protect_count
from pipeline.present.equality.gradients import show_gradients
from pipeline.settings import Disclosure

NHS = Disclosure(hide_up_to=7, round_to=5)
RULES = JudgementRules(6, 12, 20, 0.3, 0.05, "measure", 0.95, lambda n: protect_count(n, NHS))


def shown(events: tuple[int, ...], characteristic: str = "deprivation") -> str:
    rows = pd.DataFrame(
        {
            "measure_id": "completed",
            "service_id": "S01",
            "ethnic_group": "Black",
            "characteristic": characteristic,
            "level": [str(fifth) for fifth in range(1, len(events) + 1)],
            "events": events,
            "total": 100,
            "child_years": 0.0,
        }
    )
    page = make_page()
    return words(show_gradients(replace(page, slice=replace(page.slice, characteristics=rows)), RULES))


def test_slope_and_ratio_stand_with_their_intervals_and_a_word() -> None:
    # By normal errors the slope is -50 (-64 to -36); Wilson's limits lie a little nearer to one half.
    text = shown((30, 40, 50, 60, 70))
    assert "Completed behind 500 −50 (−63 to −35) 0.33 (0.22 to 0.49)" in text
    assert "The most deprived" in text


def test_a_level_that_is_hidden_hides_both() -> None:
    assert "Completed not clear 500 [c] [c]" in shown((3, 40, 50, 60, 70))


def test_nothing_stands_there_where_deprivation_is_not_recorded() -> None:
    assert shown((30, 40, 50), "religion") == ""


def test_where_only_two_fifths_are_told_there_is_no_line() -> None:
    assert "Completed too few to say 200 [x] [x]" in shown((30, 60))
