"""A language that nobody speaks: every row of the catalogue in marked letters, so that all other words stand out."""

import base64
import csv
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from pipeline.present.sentences import SENTENCES

CONTRACT = Path(__file__).resolve().parents[2] / "pipeline" / "contract"
"""What the dataset is told in: titles of columns, codes, measures, rules."""

MARKED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀćđéƒĝĥíĵķĺḿńóṕɋŕśťúṽŵẋýžÁɃĆĐÉƑĜĤÍĴĶĹḾŃÓṔɊŔŚŤÚṼŴẊÝŽ",
)
# What stays as it is in a row: a place to be filled, where a link leads, a tag, the name of a file or a command.
_KEPT = re.compile(r"\{[^}]*\}|\]\([^)]*\)|<[^>]+>|[\w/.-]+\.(?:csv|yaml|qmd|html)|'outturn freeze'|`[^`]*`")
_PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
_STYLE = re.compile(r"fig-alt=|<(style|script|code|pre)\b.*?</\1>", re.DOTALL)
_READ_OUT = re.compile(r"\b(?:alt|aria-label|title|data-words)=\"([^\"]*)\"")
_LABELS = re.compile(r"\bstyle=\"(--c2:[^\"]*)\"")
_LINK = re.compile(r"\]\(<?[^)]*\)|\{[.#][^}]*\}")
# An address, what is typed, the name of a file, a fingerprint.
_NAME = re.compile(
    r"https?://\S+|'\s*(?:outturn)?\s*freeze'|[\w/.-]*\.(?:csv|yaml|ipynb)|\{\w+\}|\b(?=[a-f]*\d)[0-9a-f]{12}\b"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]")


def mark(text: str) -> str:
    """Return a row of the catalogue in marked letters; places, links, tags and names of files as they are."""
    found = _KEPT.search(text)
    if found is None:
        return text.translate(MARKED)
    return text[: found.start()].translate(MARKED) + found[0] + mark(text[found.end() :])


def marked_rows() -> dict[str, str]:
    """Return the whole catalogue in marked letters."""
    return {key: mark(text) for key, text in SENTENCES.items()}


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)


def read_data_words(root: Path) -> list[str]:
    """Return every text of the dataset, the longest first: names, titles, sentences of rules, the menu's words."""
    processed, found = root / "data" / "processed", set[str]()
    described = (CONTRACT / "tables").glob("*.json")
    for path in (
        *(processed / "protect").rglob("*.json"),
        *processed.glob("intake/reference/*.json"),
        *described,
    ):
        found.update(_leaves(json.loads(path.read_text(encoding="utf-8"))))
    for path in (*processed.glob("intake/reference/*.parquet"), *(processed / "protect").rglob("*.parquet")):
        table = pq.read_table(path)
        texts = (text for column in table.columns for text in column.unique().to_pylist())
        found.update(text for text in texts if isinstance(text, str))
    for path in (
        *processed.glob("validate/*.csv"),
        *processed.glob("intake/*.csv"),
        *CONTRACT.glob("*s.csv"),
    ):
        with path.open(encoding="utf-8", newline="") as stream:
            found.update(text for row in csv.reader(stream) for text in row)
    found.update(_leaves(yaml.safe_load((root / "reports" / "_quarto.yml").read_text(encoding="utf-8"))))
    # Titles of columns stand within sentences, and codes with spaces.
    found |= {text.replace("_", " ") for text in found}
    found |= {change(text[:1]) + text[1:] for text in found for change in (str.lower, str.upper)}
    said = {" ".join(text.split()).rstrip(".") for text in found}
    return sorted((text for text in said if re.search(r"[A-Za-z]{2}", text)), key=len, reverse=True)


def read_words(page: str) -> str:
    """Return all that a reader of a part of a page meets: its text, what is read out, and the words of its charts."""
    for picture in _PICTURE.findall(page):
        page += f"\n{base64.b64decode(picture).decode()}"
    page = _STYLE.sub(" ", page)
    said = [
        *_READ_OUT.findall(page),
        *(re.sub(r"--c\d+:|\\[0-9a-f]+ ", " ", each) for each in _LABELS.findall(page)),
    ]
    text = re.sub(r"<[^>]+>", "\n", _LINK.sub(" ", page))
    return html.unescape("\n".join([text, *said]))


def find_unmarked(page: str, data: list[str]) -> list[str]:
    """Return the words of a part of a page that are neither marked nor data."""
    text = " ".join(read_words(page).split())
    for phrase in data:
        if phrase in text:
            text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", text)
    return _WORD.findall(_NAME.sub(" ", text))
