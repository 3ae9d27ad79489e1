"""Words that a reader meets stand in the catalogue: none of them is written where a page is made."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.present.sentences import SENTENCES

# Of these files no text is read on a page: fonts, parts of a picture's file, the catalogue's own reader.
_NO_WORDS = {"drawing.py", "lettering.py", "sentences.py"}
# Names of groups and other words that programs read, and a reason that no page shows.
_CODES = {"Asian", "Black", "Mixed", "White", "Other", "All children", "a folder of no provider"}
_CODES |= {"no scores, or too few", "the group the others are compared with"}
_TAG = re.compile(r"<[^>]*>?")
_SENTENCE = re.compile(r"[^A-Za-z]*[A-Z][a-z]+|(?:\S+ ){3,}\S*[a-z]")
"""What begins as a sentence or a heading does, or has four words: shorter ones in small letters may be codes."""


def _of_no_page(node: ast.AST) -> bool:
    """An error, a check, a pattern, a key of the catalogue."""
    match node:
        case ast.Raise() | ast.Assert():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in {
                "say",
                "say_number",
                "compile",
                "removeprefix",
                "partition",
                "query",
                "verdict_message",
            }
        case _:
            return False


def _literals(node: ast.AST) -> Iterator[str]:
    """The texts below a node, the words of an f-string as one; docstrings and what no page shows left out."""
    if _of_no_page(node):
        return
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "{}".join(
                part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            yield from (
                text
                for part in parts
                if isinstance(part, ast.FormattedValue)
                for text in _literals(part.value)
            )
        case ast.Expr(value=ast.Constant()):
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _literals(child)


def _is_known(text: str) -> bool:
    """A key of the catalogue or the beginning of one, a word that has a row, HTML."""
    keys = (text, f"verdict {text}", f"heading {text}")
    return any(key in SENTENCES for key in keys) or text in _CODES or "<" in text or text in _BEGUN


_BEGUN = {
    " ".join(words[:end]) for key in SENTENCES for words in [key.split()] for end in range(1, len(words))
}


def test_no_words_of_a_page_stand_in_code() -> None:
    found = {
        (path.as_posix(), text)
        for path in Path("pipeline/present").rglob("*.py")
        if path.name not in _NO_WORDS
        for text in _literals(ast.parse(path.read_text(encoding="utf-8")))
        if _SENTENCE.match(_TAG.sub("", text).strip()) and not _is_known(text)
    }
    assert found == set()
