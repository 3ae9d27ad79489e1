"""Parse the text of a cell to a value of the contract, or to a fault that says what was expected."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache

from pipeline.contract.dates import ISO_DATE as ISO_DATE
from pipeline.contract.dates import ISO_SHAPE as ISO_SHAPE
from pipeline.contract.dates import NO_DATE, parse_date
from pipeline.contract.dates import Fault as Fault
from pipeline.contract.dates import Parsed as Parsed
from pipeline.contract.names import fold, strip_unseen
from pipeline.contract.tables import Field

TRIMMED = "spaces around it removed"
UNSEEN = "invisible signs removed"
RESPELT_NAME = "another spelling read as the name in use"
RESPELT = "another spelling read as the code"
OTHER_CENSUS = "a group that only another census has, read as the group that includes it"
WHOLE = "decimals .0 left out of a whole number"
SAYS_UNKNOWN = "not known, without a reason, read as blank"
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_POINT_NOUGHT = re.compile(r"\.0+$")
# Control characters: NUL, C0 except tabs and line ends, DEL and C1.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WORD = re.compile(r"[^\W_]+")
_SIGNS_THAT_SPEAK = {"/": "or", "&": "and", "+": "and"}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

_HIDDEN = Fault(
    "cell.control",
    "holds a hidden sign that is no letter, digit or mark, so it may be damaged",
    "delete the cell's text and type it again",
)

# The fix for a text that fails each pattern of the contract, and the pattern's words in the data dictionary.
PATTERN_WORDS = {
    "[A-Za-z0-9][A-Za-z0-9_.-]{0,39}": (
        "begin with a letter or digit; use letters (without accents), digits, '_', '.' and '-' only, 40 at most"
    ),
    r"[^\W_][\w.-]{0,39}": "begin with a letter or digit; use letters, digits, '_', '.' and '-' only, 40 at most",
    "[^\\W_][\\w .'\u2018\u2019-]{0,59}": (
        "begin with a letter or digit; use letters, digits, spaces, apostrophes, '_', '.' and '-' only, 60 at most"
    ),
    "[a-z][a-z0-9_]{0,39}": "begin with a small letter; use small letters, digits and '_' only, 40 at most",
    "[0-9a-f]{64}": "put back what 'outturn freeze' wrote",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))


@dataclass(frozen=True)
class Vocabulary:
    """The codes that a column may hold, the code for each accepted spelling, and faults for spellings of no code.

    Spellings are keyed by `spelling_key`, and codes by their case-folded text too; a spelling may mean blank. `folded`
    are spellings of a group that only another classification has, read as the group that contains it. An `open`
    vocabulary is a list of names keyed by `fold`: other texts are left to the column's own rules.
    """

    name: str
    spellings: Mapping[str, str]
    codes: tuple[str, ...]
    unfit: Mapping[str, Fault] = field(default_factory=dict)
    folded: frozenset[str] = frozenset()
    open: bool = False


def list_names(names: Iterable[str]) -> Vocabulary:
    """Return an open vocabulary of names; names that differ only in case are each read only as spelt."""
    found = [*dict.fromkeys(names)]
    times = Counter(map(fold, found))
    spellings = {fold(name): name for name in found if times[fold(name)] == 1}
    return Vocabulary("", spellings, tuple(found), open=True)


def spelling_key(text: str) -> str:
    """Return a spelling without case, spaces and punctuation; '/' becomes 'or', '&' and '+' become 'and'.

    >>> spelling_key("White - British"), spelling_key("Mixed/Other"), spelling_key("Mixed: other")
    ('white british', 'mixed or other', 'mixed other')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    for sign, word in _SIGNS_THAT_SPEAK.items():
        folded = folded.replace(sign, f" {word} ")
    return " ".join(_WORD.findall(folded))


def suggest(text: str, known: Iterable[str] | Mapping[str, str], least: float = 0.6) -> str:
    """Return '; did you mean 'x'?' for the nearest of `known` (or its value), or '' if none is near.

    `least` is the smallest similarity accepted, 1 being equal (`difflib`'s ratio).
    """
    shown = known if isinstance(known, Mapping) else {name.casefold(): name for name in known}
    near = get_close_matches(text.casefold(), shown, n=1, cutoff=least)
    return f"; did you mean '{shown[near[0]]}'?" if near and shown[near[0]] else ""


def find_hidden(text: str) -> Fault | None:
    """Return the fault of a text with a character that no keyboard types, or None."""
    return _HIDDEN if _CONTROL.search(text) else None


def parse_text(
    text: str, field: Field, date_format: str = ISO_DATE, vocabulary: Vocabulary | None = None
) -> Parsed:
    """Parse `text` as a value of the column `field`; surrounding white space and invisible characters are removed."""
    if hidden := find_hidden(text):
        return Parsed(fault=hidden)
    trimmed = strip_unseen(text)
    if not trimmed:
        fault = Fault("cell.required", "blank, but every row needs a value here", f"fill in {field.name}")
        return Parsed(fault=fault if field.required else None, normalised=TRIMMED if text else "")
    parsed = _parse_filled(trimmed, field, date_format, vocabulary)
    if field.required and parsed.fault == NO_DATE:
        message = f"{NO_DATE.message}, but every row needs one"
        parsed = Parsed(fault=Fault("cell.date", message, "find out the date and write it"))
    if trimmed == text:
        return parsed
    done = TRIMMED if trimmed == text.strip() else UNSEEN
    return replace(parsed, normalised="; ".join(filter(None, (done, parsed.normalised))))


def _parse_filled(text: str, field: Field, date_format: str, vocabulary: Vocabulary | None) -> Parsed:
    match field.type:
        case "date":
            return parse_date(text, date_format)
        case "integer" | "number":
            return _parse_number(text, field)
        case "string" if vocabulary and vocabulary.open:
            return _parse_name(text, field, vocabulary)
        case "string" if vocabulary:
            return _parse_code(text, vocabulary)
        case "string" if field.enum:
            return _parse_code(text, _vocabulary_of(field))
    return _parse_string(text, field)


def _parse_number(text: str, field: Field) -> Parsed:
    whole = field.type == "integer"
    kind = "a whole number" if whole else "a number"
    noughts = _POINT_NOUGHT.search(text) if whole else None
    text = text[: noughts.start()] if noughts else text
    if not (_INTEGER if whole else _NUMBER).fullmatch(text) or not math.isfinite(float(text)):
        fix = f"write {kind} in digits only, such as {field.example or '12'}"
        return Parsed(fault=Fault("cell.number", f"not {kind}", fix))
    value = int(text) if whole else float(text)
    if field.minimum is not None and value < field.minimum:
        return Parsed(fault=_range_fault(f"less than {field.minimum:g}, the lowest allowed"))
    if field.maximum is not None and value > field.maximum:
        return Parsed(fault=_range_fault(f"more than {field.maximum:g}, the highest allowed"))
    return Parsed(value, normalised=WHOLE if noughts else "")


def _range_fault(message: str) -> Fault:
    return Fault("cell.range", message, "check the number, and correct it")


@cache
def _vocabulary_of(field: Field) -> Vocabulary:
    """Return the codes that the contract itself lists for a column."""
    keys = {spelling_key(code): code for code in field.enum}
    return Vocabulary(field.name, {**keys, **{code.casefold(): code for code in field.enum}}, field.enum)


def _parse_code(text: str, vocabulary: Vocabulary) -> Parsed:
    """Parse a code as written, else by its spelling."""
    key = text.casefold() if text.casefold() in vocabulary.spellings else spelling_key(text)
    code = vocabulary.spellings.get(key)
    if code is not None:
        return Parsed(code or None, normalised=_tidied(text, key, code, vocabulary))
    if key in vocabulary.unfit:
        return Parsed(fault=vocabulary.unfit[key])
    joined = {code for each, code in vocabulary.spellings.items() if fold(each) == fold(key)}
    if len(joined) == 1:
        return Parsed(joined.pop() or None, normalised=RESPELT)
    few = len(vocabulary.codes) <= 10
    own = {key: code for key, code in vocabulary.spellings.items() if key not in vocabulary.folded}
    message = (
        f"not one of the choices for {vocabulary.name}{suggest(key, own, 0.75 if vocabulary.unfit else 0.6)}"
    )
    fix = (
        f"use one of {', '.join(vocabulary.codes)}"
        if few
        else f"use a code or label of {vocabulary.name}: the data dictionary lists them"
    )
    return Parsed(fault=Fault("cell.code", message, fix))


def _parse_name(text: str, field: Field, vocabulary: Vocabulary) -> Parsed:
    """Parse a name as the list spells it; leave any other text to the field's own rules."""
    key = fold(text)
    if key in vocabulary.unfit:
        return Parsed(fault=vocabulary.unfit[key])
    name = text if text in vocabulary.codes else vocabulary.spellings.get(key, text)
    return _parse_string(text, field) if name == text else Parsed(name, normalised=RESPELT_NAME)


def _tidied(text: str, key: str, code: str, vocabulary: Vocabulary) -> str:
    if key in vocabulary.folded:
        return OTHER_CENSUS
    return "" if code == text else RESPELT if code else SAYS_UNKNOWN


def _parse_string(text: str, field: Field) -> Parsed:
    if field.pattern and not re.fullmatch(field.pattern, text):
        message = f"not written like the example '{field.example}'"
        return Parsed(fault=Fault("cell.pattern", message, PATTERN_WORDS[field.pattern]))
    if field.pattern and ISO_SHAPE.fullmatch(text):
        # A spreadsheet turns 3-4 into a date, and several names into the same date.
        message = "a date, where a short name or number belongs"
        return Parsed(fault=Fault("cell.name", message, "format the column as text and type the name again"))
    return Parsed(text)


def defuse(text: str) -> str:
    """Return the text, with an apostrophe in front where a spreadsheet would run it as a formula.

    Some spreadsheets drop invisible characters at the start of a cell, and read full-width signs as ordinary ones.

    >>> defuse("=1+1")
    "'=1+1"
    >>> defuse("1+1")
    '1+1'
    """
    if text[:1].isalnum() or not text:
        return text
    seen = next((at for at, sign in enumerate(text) if unicodedata.category(sign) not in _UNSEEN), len(text))
    begins = unicodedata.normalize("NFKC", text[seen : seen + 1])
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or begins.startswith(_FORMULA_STARTS) else text
