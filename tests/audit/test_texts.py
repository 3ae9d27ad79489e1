"""What an executed page says beside its tables: exact numbers of people are found wherever they stand."""

import base64
from typing import Any

import pytest

from pipeline.audit.texts import STRAY, WORDS, find_in_outputs
from pipeline.protect.rounding import Disclosure

RULE = Disclosure(7, 5)


def drawn(svg: str) -> str:
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'


def found(output: dict[str, Any]) -> list[str]:
    notebook = {"cells": [{"source": "1"}, {"outputs": [{"output_type": "display_data"} | output]}]}
    return [why for _, why in find_in_outputs(notebook, RULE, {7, 13})]


@pytest.mark.parametrize(
    "text",
    [
        "It reached about 83 children.",
        "Better: 4 more girls",
        "Of 1,203 episodes",
        "**3** boys",
        "3&nbsp;families",
        drawn("<svg><title>12 children</title></svg>"),
        drawn("<svg><text>1</text><text>child</text></svg>"),
    ],
)
def test_an_exact_number_of_people_in_words_or_in_a_drawing_is_found(text: str) -> None:
    assert found({"data": {"text/markdown": [text.replace("**", "")]}}) == [WORDS]


@pytest.mark.parametrize(
    "text",
    [
        "It reached about 85 children.",
        "no share rests on 7 children or fewer",
        "fewer than 13 children",
        "5 events in 132 child-years",
        "\N{POUND SIGN}423 children",
        "8 of 8 standards met; 3 sites",
        "<tr><th>1989</th><td>episodes</td></tr>",
        drawn('<svg><text x="12.7">85 children</text></svg>'),
    ],
)
def test_rounded_numbers_limits_and_numbers_of_other_things_are_no_leak(text: str) -> None:
    assert found({"data": {"text/html": text}}) == []


def test_printed_output_is_found() -> None:
    assert found({"output_type": "stream", "text": ["child 7"]}) == [STRAY]
