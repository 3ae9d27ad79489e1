"""What stands on every page, and the data-quality page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_slice import DATASET, words

from pipeline.present.door import Door
from pipeline.present.overview import format_banner, format_footer
from pipeline.present.quality_page import QualityData, show_quality
from pipeline.settings import Disclosure

DOOR = Door(Disclosure(7, 5), None, "quality")


def quality(lines: int = 103, known: int = 95) -> QualityData:
    return QualityData(
        dataset=DATASET,
        returns=[
            {
                "provider": "harbour",
                "period": "2009-q2",
                "table": "episodes",
                "lines": lines,
                "accepted": 98,
                "superseded": 0,
                "set_aside": 5,
                "out_of_scope": 0,
            }
        ],
        rules=[
            {
                "rule": "cell.date",
                "title": "Dates are dates",
                "severity": "set aside",
                "table": "episodes",
                "checked": 60,
                "failed": 3,
            },
            {
                "rule": "cell.date",
                "title": "Dates are dates",
                "severity": "set aside",
                "table": "episodes",
                "checked": 43,
                "failed": 2,
            },
            {
                "rule": "cell.code",
                "title": "Codes are known",
                "severity": "set aside",
                "table": "episodes",
                "checked": 103,
                "failed": 0,
            },
            {
                "rule": "episode.one_sex",
                "title": "A child has one sex",
                "severity": "warn",
                "table": "episodes",
                "checked": 98,
                "failed": 11,
            },
        ],
        ethnicity=[
            {
                "service_id": "S01",
                "known": known,
                "not_stated": 0,
                "refused": 0,
                "not_yet_asked": 0,
                "missing": 100 - known,
                "total": 100,
                "reached": str(known >= 90),
            }
        ],
        expected_periods=["2009-q2", "2009-q3"],
        provider_names={"harbour": "Harbour Youth"},
        service_names={"S01": "Young carers"},
        minimum_known=0.9,
    )


def test_invented_data_say_so_on_every_page_and_real_data_do_not() -> None:
    assert "Synthetic data." in words(format_banner(DATASET))
    assert words(format_banner(replace(DATASET, synthetic=False))) == "A small borough"


def test_the_foot_of_a_page_says_whose_data_and_up_to_when() -> None:
    said = words(format_footer(DATASET, "0.1.0"))
    assert "Source: written for a test" in said
    assert "Data complete to 31 March 2011." in said
    assert "Outturn 0.1.0" in said


@pytest.mark.parametrize("text", ["<script>x</script>", "[a](b)"])
def test_a_title_is_words_even_where_it_looks_like_code(text: str) -> None:
    banner = format_banner(replace(DATASET, title=text))
    assert text not in banner
    assert text in words(banner.replace("&#60;", "&lt;"))


def test_the_quality_page_counts_rows_protected_and_names_what_is_missing() -> None:
    said = words(show_quality(DOOR, quality()))
    assert "Harbour Youth" in said
    assert "2009-q3" in said
    assert "Dates are dates episodes 105 [c]" in said
    assert "Codes are known" not in said


def test_warnings_stand_apart_from_what_was_not_used_and_are_protected_alike() -> None:
    said = words(show_quality(DOOR, quality()))
    unused, _, odd = said.partition("What was odd, but accepted")
    assert "A child has one sex" not in unused
    assert "A child has one sex episodes 100 10" in odd
    assert "Dates are dates" not in odd


@pytest.mark.parametrize(("known", "verdict"), [(90, "met"), (89, "not met")])
def test_completeness_stands_with_whether_the_minimum_is_reached(known: int, verdict: str) -> None:
    said = words(show_quality(DOOR, quality(known=known)))
    assert f"{verdict} " in said.partition("S01 Young carers")[2].partition("Contracts ask")[0] + " "


def test_a_page_whose_lines_do_not_add_up_is_not_made() -> None:
    with pytest.raises(ValueError, match="not the sum of accepted, set aside and out of scope"):
        show_quality(DOOR, quality(lines=104))
