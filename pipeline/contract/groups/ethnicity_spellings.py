"""Spellings of ethnic groups found in real files, read as codes of a classification; unclear ones are never guessed.

`ethnicity/spellings.csv` gives the meaning of a spelling in each census: one code; several codes, where it is
ambiguous; a broad group; nothing where the census has no such group; `missing` where it only says, without a reason,
that the group is not known, as a blank does. A group that only another census has is read as the group that contains
it, except for numbers such as A4, which mean different things in different lists: these are read only where the return
states its census.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.contract.groups.ethnicity import NOT_KNOWN, OFFICIAL, Classification, load_classification
from pipeline.contract.groups.ethnicity_censuses import CENSUSES, census_of, holding_codes, load_holders
from pipeline.contract.tables import read_rows
from pipeline.contract.values import Fault, Vocabulary, spelling_key

_MISSING = "missing"
_NUMBERED = re.compile(r"[a-z][0-9]")
Meanings = Mapping[str, tuple[str, ...]]


def load_vocabulary(classification: Classification, coded_in: str = "") -> Vocabulary:
    """Return codes, labels and, for an official classification, spellings; a spelling of two codes is a fault.

    `coded_in` is the census by which texts are read, where it is known; a text that it does not have is read as if
    `coded_in` were blank.
    """
    chosen = _all_names(classification)
    elsewhere = _names_elsewhere(classification, chosen)
    meanings, folded = {**elsewhere, **chosen}, set(elsewhere)
    if coded_in not in ("", classification.name):
        theirs = load_classification(coded_in, Path())
        their_names = _all_names(theirs)
        others = {key: named for key, named in meanings.items() if not _NUMBERED.fullmatch(key)}
        meanings = others | {
            key: _translate(named, theirs, classification) for key, named in their_names.items()
        }
        folded_codes = load_holders(census_of(classification)).keys()
        folded = (folded - their_names.keys()) | {
            key for key, named in their_names.items() if not folded_codes.isdisjoint(named)
        }
    spellings: dict[str, str] = {}
    unfit: dict[str, Fault] = {}
    for key, named in meanings.items():
        fault = _unfit(named, classification)
        if fault:
            unfit[key] = fault
        else:
            spellings[key] = named[0].replace(_MISSING, "")
    return Vocabulary(
        coded_in or classification.name, spellings, tuple(classification.by_code), unfit, frozenset(folded)
    )


def _all_names(classification: Classification) -> Meanings:
    """Return everything that a text can name in a classification by itself."""
    known = _spellings(classification) if classification.name in OFFICIAL else {}
    codes = {entry.code.casefold(): (entry.code,) for entry in classification.codes}
    return {**_broad_names(classification), **known, **_own_names(classification), **codes}


def _names_elsewhere(classification: Classification, chosen: Meanings) -> Meanings:
    """Return spellings, not in `chosen`, of groups that only another census has, as the groups that contain them."""
    if classification.name not in OFFICIAL:
        return {}
    census = census_of(classification)
    absent = load_holders(census).keys()
    newest = load_classification(CENSUSES[-1], Path())
    named = {**_spellings(newest), **_own_names(newest)}
    return {
        key: _fold(holding_codes(codes, census), classification)
        for key, codes in named.items()
        if key not in chosen and not absent.isdisjoint(codes) and not _NUMBERED.fullmatch(key)
    }


def _fold(codes: Iterable[str], classification: Classification) -> tuple[str, ...]:
    """Return groups of a census as broad groups, where the classification has only the five broad groups."""
    census = census_of(classification)
    if census == classification.name:
        return tuple(codes)
    detailed = load_classification(census, Path())
    group_of = {entry.code: entry.broad_group for entry in detailed.codes if entry.broad_group != NOT_KNOWN}
    return tuple(dict.fromkeys(group_of.get(code, code) for code in codes))


def _translate(
    named: tuple[str, ...], theirs: Classification, classification: Classification
) -> tuple[str, ...]:
    """Return a meaning in another census as groups of the classification."""
    within = tuple(
        code
        for name in named
        for code in [entry.code for entry in theirs.codes if entry.broad_group == name] or [name]
    )
    found = _fold(holding_codes(within, census_of(classification)), classification)
    broad = len(found) > 1 and len(named) == 1 and named[0] in classification.known_groups
    return named if broad and classification.name in CENSUSES else found


def load_broad_spellings(classification: Classification) -> Mapping[str, str]:
    """Return the broad group of every spelling of one, or of codes within one; for figures of whole groups."""
    group_of = {entry.code: entry.broad_group for entry in classification.codes} | {_MISSING: NOT_KNOWN}
    known = _spellings(classification) if classification.name in OFFICIAL else {}
    named = {spelling_key(NOT_KNOWN): (NOT_KNOWN,), **_broad_names(classification), **known}
    groups = {
        key: {group_of.get(meaning, meaning) for meaning in meanings} for key, meanings in named.items()
    }
    return {key: next(iter(found)) for key, found in groups.items() if len(found) == 1}


def _own_names(classification: Classification) -> Meanings:
    """Return labels and codes; a code that looks like another's label keeps its own meaning."""
    labels = _gather((spelling_key(entry.label), entry.code) for entry in classification.codes)
    codes = _gather((spelling_key(entry.code), entry.code) for entry in classification.codes)
    return {**labels, **codes}


def _gather(names: Iterable[tuple[str, str]]) -> Meanings:
    gathered: dict[str, tuple[str, ...]] = {}
    for key, code in names:
        gathered[key] = (*gathered.get(key, ()), code)
    return gathered


def _broad_names(classification: Classification) -> Meanings:
    """Return short and full names of broad groups; one with a single code means that code."""
    sizes = Counter(entry.broad_group for entry in classification.codes)
    return {
        spelling_key(name): (entry.code if sizes[entry.broad_group] == 1 else entry.broad_group,)
        for entry in classification.codes
        if entry.broad_group != NOT_KNOWN
        for name in (entry.broad_group, entry.broad_group_title)
    }


def _spellings(classification: Classification) -> Meanings:
    """Return the spellings of the classification from `spellings.csv`; the five groups use their census's."""
    census = census_of(classification)
    rows = read_rows("ethnicity", "spellings.csv")
    listed = {spelling_key(row["spelling"]): tuple(row[census].split()) for row in rows}
    if census != classification.name:
        listed |= _own_names(load_classification(census, Path()))
    return {
        key: _fold(meanings, classification)
        for key, meanings in listed.items()
        if meanings or _NUMBERED.fullmatch(key)
    }


def load_code_lists() -> Mapping[str, Mapping[str, str]]:
    """Return lists of codes too short to read unless the list is stated: an A may be Asian."""
    lists: dict[str, dict[str, str]] = {}
    for row in read_rows("ethnicity", "code_lists.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["means"]
    return lists


def _unfit(meanings: tuple[str, ...], classification: Classification) -> Fault | None:
    """Return the fault of a spelling that means no single code, in words that do not reveal the value."""
    name = classification.name
    if not meanings:
        message = f"names a group that {name} does not have"
        fix = f"write the group of {name} that was chosen, or say in mapping.yaml (values) which it is"
    elif len(meanings) > 1:
        message = f"could be more than one group of {name}, so it counts as none"
        fix = "write the one that is meant, or say in mapping.yaml (values) which it is"
    elif meanings[0] not in (*classification.by_code, _MISSING):
        message = f"a broad group, where {name} asks for one of the groups within it"
        fix = "write the group within it, or leave the cell blank where nobody knows it"
    else:
        return None
    return Fault("cell.code", message, fix)
