"""Words, drawings and stray output of executed pages: numbers of people that no table shows."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pipeline.protect.rounding import Disclosure

WORDS = "a number of people in words or in a drawing that is not rounded"
STRAY = "an output that was printed, past what protects tables"
_PEOPLE = re.compile(
    r"(?<![\w.,\N{POUND SIGN}\N{EN DASH}%/-])(\d[\d,]*)(?: (?:more|fewer|different|other))? "
    r"(children|child|young people|girls?|boys?|families|family|episodes?|siblings|referrals)\b(?!-)"
)
_DRAWING = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
_TAG = re.compile(r"<[^>]+>")


def find_in_outputs(
    notebook: Mapping[str, Any], rule: Disclosure, rules: Collection[int]
) -> Iterator[tuple[str, str]]:
    """Yield where an executed notebook says too much (of whom, no value), and why.

    `rules` are numbers of people that words name as a limit ('fewer than 13 children').
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            told = ["".join(data.get(kind, "")) for kind in ("text/markdown", "text/html", "image/svg+xml")]
            if output["output_type"] == "stream":
                yield "output", STRAY
            for text in told:
                drawn = [base64.b64decode(drawing).decode() for drawing in _DRAWING.findall(text)]
                for each in (_DRAWING.sub("", text), *drawn):
                    yield from ((whom, WORDS) for whom in _unrounded(each, rule, rules))


def _unrounded(text: str, rule: Disclosure, rules: Collection[int]) -> Iterator[str]:
    plain = " ".join(html.unescape(_TAG.sub(" ", text)).split())
    for number, whom in _PEOPLE.findall(plain):
        count = int(number.replace(",", ""))
        if count % rule.round_to and count not in rules:
            yield whom
