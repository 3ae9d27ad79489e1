"""What the race-equality page shows along the scale of deprivation."""

import pandas as pd
from small_slice import make_page, rules_of, with_tables, words

from pipeline.present.equality.characteristics import show_gradients


def shown(events: tuple[int, ...], characteristic: str = "deprivation", first: int = 100) -> str:
    rows = pd.DataFrame(
        {
            "measure_id": "completed",
            "service_id": "S01",
            "ethnic_group": "Black",
            "characteristic": characteristic,
            "level": [str(fifth) for fifth in range(1, len(events) + 1)],
            "events": events,
            "total": [first, *[100] * (len(events) - 1)],
            "child_years": 0.0,
        }
    )
    page = with_tables(make_page(), characteristics=rows)
    return words(show_gradients(page, rules_of(page)))


def test_slope_and_ratio_stand_with_their_intervals_and_a_word() -> None:
    # By normal errors the slope is -50 (-64 to -36); Wilson's limits lie a little nearer to one half, and rounding
    # makes them wider.
    text = shown((30, 40, 50, 60, 70))
    assert "Completed behind 500 −50 (−64 to −34) 0.33 (0.21 to 0.49)" in text
    assert "The most deprived" in text


def test_a_level_that_is_hidden_hides_both() -> None:
    assert " [c] [c]" in shown((0, 40, 50, 60, 70), first=5)


def test_nothing_stands_there_where_deprivation_is_not_recorded() -> None:
    assert shown((30, 40, 50), "religion") == ""


def test_where_only_two_fifths_are_told_there_is_no_line() -> None:
    assert "Completed too few to say 200 [x] [x]" in shown((30, 60))
