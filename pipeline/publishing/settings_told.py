"""Figures that are settings of the site: each, in the sentences that tell it, leads to its row on the Methods page."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from string import Formatter

from pipeline.present.sentences import spoken_rows
from pipeline.publishing.source import SourcePage

METHODS = "methods.html"
_STATED = re.compile(r"<tr id=\"setting-(\w+)\">")
TOLD: Mapping[str, Mapping[str, str]] = {
    "gaps chance": {"rate": "false_discovery_rate"},
    "unknown limit": {"limit": "maximum_unknown"},
    "reason unknown": {"maximum": "maximum_unknown"},
    "reason few": {"minimum": "minimum_total"},
    "method": {
        "baseline": "baseline_months",
        "window": "window_months",
        "minimum": "minimum_total",
        "unknown": "maximum_unknown",
        "level": "confidence_level",
    },
    "curve note": {"level": "confidence_level"},
    "ethnicity note": {"minimum": "minimum_ethnicity_known"},
    "quality services reach minimum": {"minimum": "minimum_ethnicity_known"},
    "completeness note": {"minimum": "minimum_ethnicity_known"},
}
"""Sentences of words.yaml that tell settings: the setting that fills a place."""
_NEAR = 14
"""So many letters before a place, and after it, tell that a sentence is the one."""


def read_settings(pages: Sequence[SourcePage]) -> frozenset[str]:
    """Return the settings that the Methods page lists; none of a site without it."""
    return frozenset(
        name for page in pages if page.address == METHODS for name in _STATED.findall(page.markdown)
    )


def _list_told() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Each place that a setting fills, in the language that is spoken: the setting, and what finds its figure."""
    for key, places in TOLD.items():
        parts = [*Formatter().parse(spoken_rows()[key])]
        words = [*(literal for literal, *_ in parts), ""]
        for at, (_, place, *_) in enumerate(parts):
            if place and place in places:
                before, after = _as_shown(words[at][-_NEAR:]), _as_shown(words[at + 1][:_NEAR])
                yield places[place], re.compile(rf"({before})(\d+(?:\.\d+)?%?)(?={after})")


def _as_shown(words: str) -> str:
    """A pattern of words as a page has them: each sign as it is or escaped."""
    return "".join(r"\s+" if sign == " " else rf"(?:{re.escape(sign)}|&#{ord(sign)};)" for sign in words)


def mark_settings(text: str, settings: Collection[str], mark: Callable[[str, str], str]) -> str:
    """The text with each figure that is one of these settings as `mark` has it, which takes the figure and its name."""
    for name, pattern in _list_told():
        if name in settings:
            text = pattern.sub(partial(_marked, name, mark), text)
    return text


def _marked(name: str, mark: Callable[[str, str], str], found: re.Match[str]) -> str:
    return found[1] + mark(found[2], name)
