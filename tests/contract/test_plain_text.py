"""A text that is taken as it stands must be what the careful reader makes of it."""

from __future__ import annotations

import pytest

from pipeline.contract.tables import load_table
from pipeline.contract.values import Parsed, Vocabulary, parse_text, plain_text

EPISODE = load_table("episodes").field("episode_id")
TEXTS = [
    "E1",
    "e-1.2_3",
    " E1",
    "E1 ",
    "E1\n",
    "",
    "Ä1",
    "2009-05-31",
    "2009-05-311",
    "-E1",
    "E" * 40,
    "E" * 41,
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_plain_text_is_its_own_value_and_no_other_text_is_plain(text: str) -> None:
    plain = plain_text(EPISODE, None)
    assert plain is not None
    assert bool(plain.fullmatch(text)) == (parse_text(text, EPISODE) == Parsed(text))


def test_codes_numbers_and_dates_are_never_taken_as_they_stand() -> None:
    fields = {field.name: field for field in load_table("episodes").fields}
    assert plain_text(fields["sex"], None) is None
    assert plain_text(fields["age"], None) is None
    assert plain_text(fields["referral_date"], None) is None
    assert plain_text(EPISODE, Vocabulary("ours", {}, ())) is None
