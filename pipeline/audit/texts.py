"""Words, drawings, frames and stray output of executed pages: numbers of people that no published table shows."""

import base64
import html
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pipeline.audit.tables import FRAME, list_counts
from pipeline.protect.rounding import Disclosure

WORDS = "a number of people in words or in a drawing that is not rounded"
STRAY = "an output that was printed, past what protects tables"
_PEOPLE = re.compile(
    r"(?<![\w.,\N{POUND SIGN}\N{EN DASH}%/-])(\d[\d,]*)(?: (?:more|fewer|different|other))? "
    r"(children|child|young people|girls?|boys?|families|family|episodes?|siblings|referrals)\b(?!-)"
)
_DRAWING = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
# Of a tag its words are read, too: a picture says in them what it shows.
_TAG = re.compile(r"<[^>]+>")
_BLOCK_END = re.compile(r"</(?:t[dh]|p|li|d[td]|h\d|summary)>")
_SAID = re.compile(r"\s(?:alt|title|aria-label|data-[\w-]+)=\"([^\"]*)\"")
_FRAME = re.compile(r"<table border=\"1\" class=\"dataframe\">.*?</table>", re.DOTALL)
_LINE, _CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_RULES = re.compile(r"\w+\(")
_SHOWN = ("text/markdown", "text/html", "image/svg+xml")


def find_in_outputs(
    notebook: Mapping[str, Any], rule: Disclosure, rules: Collection[int]
) -> Iterator[tuple[str, str]]:
    """Yield where an executed notebook says too much (of whom, no value), and why.

    `rules` are numbers of people that words name as a limit ('fewer than 13 children').
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = {kind: "".join(text) for kind, text in output.get("data", {}).items()}
            told = [data[kind] for kind in _SHOWN if kind in data]
            # Beside what is shown stand only the rules that a page judges by.
            if not told and not _RULES.match(data.get("text/plain", "")):
                yield "output", STRAY
            for text in told:
                yield from ((whom, WORDS) for whom in find_in_text(text, rule, rules))


def find_in_text(text: str, rule: Disclosure, rules: Collection[int]) -> Iterator[str]:
    """Yield of whom a text of HTML, its drawings and its frames tell a number that is not rounded."""
    drawn = [base64.b64decode(drawing).decode() for drawing in _DRAWING.findall(text)]
    for each in (_DRAWING.sub("", text), *drawn):
        said = _TAG.sub(lambda tag: f" {' '.join(_SAID.findall(tag[0]))} ", _BLOCK_END.sub(" | ", each))
        plain = html.unescape(said).replace("*", "")
        for number, whom in _PEOPLE.findall(" ".join(plain.split())):
            count = int(number.replace(",", ""))
            if count % rule.round_to and count not in rules:
                yield whom
    for frame in _FRAME.findall(text):
        names, *rows = [
            [html.unescape(cell) for cell in _CELL.findall(line)] for line in _LINE.findall(frame)
        ]
        counts = list_counts(FRAME, [dict(zip(names, row, strict=False)) for row in rows])
        yield from (place for place, count in counts if count % rule.round_to)
