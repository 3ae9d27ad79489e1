"""Every word of the site that our code writes, out of one catalogue: `words.yaml` beside this file.

Another language is a file beside it, `words.cy.yaml` for Welsh, with the same rows or with some of them: what is not
there is said in English. docs/languages.md says how to make one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from pipeline.contract.dataset import load_yaml

_FOLDER = Path(__file__).parent
ENGLISH = "en"
TEXT = "text "
"""How keys begin of rows that are found by their English: notebooks have it as it is, and reasons from `stats`."""
SENTENCES: Mapping[str, str] = load_yaml((_FOLDER / "words.yaml").read_text(encoding="utf-8"))


@dataclass
class _Spoken:
    """The language of this process, which `speak` sets, and its rows."""

    language: str
    rows: Mapping[str, str]


_SPOKEN = _Spoken(ENGLISH, SENTENCES)


class LanguageError(ValueError):
    """A language that there is no catalogue of, or one whose rows are not those of the English."""


def speak(language: str) -> None:
    """Say every sentence in that language from here on; LanguageError where its file cannot be used."""
    _SPOKEN.rows = {**SENTENCES, **_read_rows(language)}
    _SPOKEN.language = language


def spoken_rows() -> Mapping[str, str]:
    """The rows of the language that is spoken."""
    return _SPOKEN.rows


def spoken_in(folder: Path, name: str) -> Path:
    """The file of the site's own of that name: in the language that is spoken where `_cy` in the folder holds it."""
    own = folder / f"_{_SPOKEN.language}" / name
    return own if own.is_file() else folder / name


def _read_rows(language: str) -> Mapping[str, str]:
    if language == ENGLISH:
        return {}
    path = _FOLDER / f"words.{language}.yaml"
    if not path.is_file():
        raise LanguageError(
            f"params.yaml: shared: language: there is no {path.name} beside pipeline/present/words.yaml; "
            "docs/languages.md says how to make one."
        )
    rows: Mapping[str, str] = load_yaml(path.read_text(encoding="utf-8"))
    for key, text in rows.items():
        if key not in SENTENCES:
            raise LanguageError(f"{path.name}: no row of words.yaml is called '{key}'.")
        if strange := sorted({*_places(text)} - {*_places(SENTENCES[key])}):
            raise LanguageError(f"{path.name}: '{key}' has {{{strange[0]}}}, which is not in words.yaml.")
    return rows


def _places(text: str) -> Iterator[str]:
    return (place for _, place, _, _ in Formatter().parse(text) if place)


def say(key: str, **values: object) -> str:
    """The sentence of that key, its places filled; KeyError for a key or a place that is not there.

    >>> say("reason few", minimum=23)
    'Fewer than 23 children stand behind the figure in one of the groups.'
    """
    return _SPOKEN.rows[key].format(**values)


def say_number(key: str, number: int, **values: object) -> str:
    """The sentence of that key for one, or for another number."""
    return say(f"{key} {'one' if number == 1 else 'many'}", number=number, **values)


def verdict_word(found: str) -> str:
    """A word for what was found, such as a verdict; as it is where no row has it: a blank, a name.

    >>> verdict_word("no clear change"), verdict_word("")
    ('no clear change', '')
    """
    return _SPOKEN.rows.get(f"verdict {found}", found)


def sentence_case(words: str) -> str:
    """The words with a large letter at their beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def join_notes(notes: Iterable[str]) -> str:
    """Notes as sentences, without the last full stop; those that are blank are left out."""
    return ". ".join(sentence_case(note) for note in notes if note)


def format_verdict_counts(counted: str) -> str:
    """How often each word was found, as findings have it: 'better 3, no clear change 1'."""
    parts = (part.rpartition(" ") for part in counted.split(", "))
    return ", ".join(f"{verdict_word(word)}{space}{number}" for word, space, number in parts)


def retell(text: str) -> str:
    """A text that was written in English elsewhere, in the language that is spoken; as it is where no row has it.

    >>> retell("## Who is reached?")
    '## Who is reached?'
    """
    found = ((key, pattern.fullmatch(text)) for key, pattern in _texts().items())
    told = ((key, match.groupdict()) for key, match in found if match)
    return next(
        (say(key, **{name: verdict_word(held) for name, held in places.items()}) for key, places in told),
        text,
    )


@cache
def _texts() -> Mapping[str, re.Pattern[str]]:
    return {key: re.compile(_pattern(text)) for key, text in SENTENCES.items() if key.startswith(TEXT)}


def _pattern(text: str) -> str:
    """A sentence as a pattern of what it says, whatever fills its places."""
    parts = ((re.escape(words), place) for words, place, _, _ in Formatter().parse(text))
    return "".join(words + (f"(?P<{place}>.+)" if place else "") for words, place in parts)
