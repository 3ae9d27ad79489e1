"""Names in a sentence, however many there are."""

import pytest

from pipeline.present.page import join_words


@pytest.mark.parametrize(
    ("names", "joined"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_names_are_joined_as_one_would_say_them(names: tuple[str, ...], joined: str) -> None:
    """Where no area stands out there are none to name."""
    assert join_words(names) == joined
