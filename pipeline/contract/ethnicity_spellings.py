"""Spellings of ethnic groups met in real files, read as codes of a classification; what is unclear is never guessed.

`ethnicity/spellings.csv` says for each census what a spelling names: one code; several codes, between which it does
not tell; a broad group; nothing where the census has no such group; `missing` where all it says is that the group
is not known, without a reason, which is what a blank says.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from io import StringIO
from pathlib import Path

from pipeline.contract.ethnicity import NOT_KNOWN, OFFICIAL, Classification, load_classification
from pipeline.contract.values import Fault, Vocabulary, spelling_key

_FIVE = "_five"
_MISSING = "missing"
Meanings = Mapping[str, tuple[str, ...]]


def load_vocabulary(classification: Classification) -> Vocabulary:
    """Codes, labels and, for an official classification, spellings; what two codes share stands for neither."""
    own = _own_names(classification)
    broad = _broad_names(classification)
    known = _spellings(classification) if classification.name in OFFICIAL else {}
    codes = {entry.code.casefold(): (entry.code,) for entry in classification.codes}
    spellings: dict[str, str] = {}
    unfit: dict[str, Fault] = {}
    for key, meanings in {**broad, **known, **own, **codes}.items():
        fault = _unfit(meanings, classification)
        if fault:
            unfit[key] = fault
        else:
            spellings[key] = meanings[0].replace(_MISSING, "")
    return Vocabulary(classification.name, spellings, tuple(classification.by_code), unfit)


def _own_names(classification: Classification) -> Meanings:
    """Labels and codes; a code that looks like another's label keeps its own meaning."""
    labels = _gather((spelling_key(entry.label), entry.code) for entry in classification.codes)
    codes = _gather((spelling_key(entry.code), entry.code) for entry in classification.codes)
    return {**labels, **codes}


def _gather(names: Iterable[tuple[str, str]]) -> Meanings:
    gathered: dict[str, tuple[str, ...]] = {}
    for key, code in names:
        gathered[key] = (*gathered.get(key, ()), code)
    return gathered


def _broad_names(classification: Classification) -> Meanings:
    """Short and full names of broad groups; one that holds a single code names that code."""
    sizes = Counter(entry.broad_group for entry in classification.codes)
    return {
        spelling_key(name): (entry.code if sizes[entry.broad_group] == 1 else entry.broad_group,)
        for entry in classification.codes
        if entry.broad_group != NOT_KNOWN
        for name in (entry.broad_group, entry.broad_group_title)
    }


def _spellings(classification: Classification) -> Meanings:
    """What `spellings.csv` says of the classification; the five groups are what the census's own add up to."""
    census = classification.name.removesuffix(_FIVE)
    listed = {spelling_key(row["spelling"]): tuple(row[census].split()) for row in _read("spellings.csv")}
    if census == classification.name:
        return listed
    detailed = load_classification(census, Path())
    group_of = {entry.code: entry.broad_group for entry in detailed.codes if entry.broad_group != NOT_KNOWN}
    return {
        key: tuple(dict.fromkeys(group_of.get(meaning, meaning) for meaning in meanings))
        for key, meanings in {**listed, **_own_names(detailed)}.items()
    }


def _read(name: str) -> Iterator[Mapping[str, str]]:
    text = files("pipeline.contract").joinpath("ethnicity", name).read_text(encoding="utf-8")
    yield from csv.DictReader(StringIO(text))


def load_code_lists() -> Mapping[str, Mapping[str, str]]:
    """Lists of codes too short to be read unless somebody says which list they are of: an A may be Asian."""
    lists: dict[str, dict[str, str]] = {}
    for row in _read("code_lists.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["means"]
    return lists


def _unfit(meanings: tuple[str, ...], classification: Classification) -> Fault | None:
    """Why a spelling stands for no code, in words that do not tell the value."""
    name = classification.name
    if not meanings:
        return Fault(
            "cell.code",
            f"names a group that {name} does not have",
            f"write the group of {name} that was chosen, or say in mapping.yaml (values) which it is",
        )
    if len(meanings) > 1:
        return Fault(
            "cell.code",
            f"fits more than one group of {name}, so it stands for none",
            "write the one that is meant, or say in mapping.yaml (values) which it is",
        )
    if meanings[0] not in (*classification.by_code, _MISSING):
        return Fault(
            "cell.code",
            f"names a broad group, and {name} needs one of the groups within it",
            "write the group within it, or leave the cell blank where nobody knows it",
        )
    return None
