"""Every sentence of the pages that depends on what was found, out of one catalogue: `words.yaml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.contract.strict_yaml import load_yaml

SENTENCES: Mapping[str, str] = load_yaml(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


def say(key: str, **values: object) -> str:
    """The sentence of that key, its places filled; KeyError for a key or a place that is not there.

    >>> say("reason few", minimum=23)
    'Fewer than 23 children stand behind the figure in one of the groups.'
    """
    return SENTENCES[key].format(**values)
