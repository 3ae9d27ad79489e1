"""What stands on every page."""

from dataclasses import replace

import pytest
from small_slice import DATASET, words

from pipeline.present.page import format_banner, format_footer
from pipeline.protect.rounding import Disclosure


def test_invented_data_say_so_on_every_page_and_real_data_do_not() -> None:
    assert "Synthetic data." in words(format_banner(DATASET, Disclosure(7, 5)))
    assert words(format_banner(replace(DATASET, synthetic=False), Disclosure(7, 5))) == "A small borough"


def test_the_foot_of_a_page_says_whose_data_and_up_to_when() -> None:
    said = words(format_footer(DATASET, "0.1.0"))
    assert "Source: written for a test" in said
    assert "Data complete to 31 March 2011." in said
    assert "Outturn 0.1.0" in said


@pytest.mark.parametrize("text", ["<script>x</script>", "[a](b)"])
def test_a_title_is_words_even_where_it_looks_like_code(text: str) -> None:
    banner = format_banner(replace(DATASET, title=text), Disclosure(7, 5))
    assert text not in banner
    assert text in words(banner.replace("&#60;", "&lt;"))
