"""The page of measures: each version with what is counted, out of what and from when."""

import datetime as dt
from typing import Any

from pipeline.present.definitions import definition_link, show_definitions

AGREED: dict[str, Any] = {
    "measure_id": "isa_agreed",
    "version": 1,
    "title": "Agreements <b>agreed</b>",
    "unit": "percent",
    "table": "episodes",
    "dated_by": "referral_date",
    "denominator": "all",
    "numerator": "isa_date is given",
    "direction": "higher",
    "ecm_outcome": None,
    "start": dt.date(2009, 4, 1),
    "end": dt.date(2010, 3, 31),
}
SECOND = {
    **AGREED,
    "version": 2,
    "denominator": "start_date is given",
    "start": dt.date(2010, 4, 1),
    "end": None,
}
ENDED = {
    **AGREED,
    "measure_id": "ended",
    "unit": "per_100_child_years",
    "direction": "lower",
    "ecm_outcome": "stay_safe",
}


def test_each_measure_has_a_place_of_its_own_that_tables_lead_to() -> None:
    page = show_definitions([AGREED, SECOND, ENDED])
    assert page.count("## ") == 2
    assert "{#measure-isa_agreed}" in page and "{#measure-ended}" in page
    assert definition_link("isa_agreed") == "/definitions.qmd#measure-isa_agreed"
    assert "<b>" not in page


def test_each_version_says_from_when_what_is_counted_and_out_of_what() -> None:
    first, second = (
        line for line in show_definitions([AGREED, SECOND]).splitlines() if line.startswith("- ")
    )
    assert first.startswith("- Version 1, from 1 April 2009 to 31 March 2010.")
    assert "isa&#95;date is given. Out of&#58; all rows." in first
    assert second.startswith("- Version 2, from 1 April 2010.")
    assert "Out of&#58; start&#95;date is given." in second


def test_the_unit_which_way_is_better_and_the_outcome_are_told() -> None:
    assert "A percentage; more is better." in show_definitions([AGREED])
    page = show_definitions([ENDED])
    assert "A number for every 100 years that children spent in services; less is better." in page
    assert "Stay safe" in page
