"""Keys for comparing names and values: no case, spaces or invisible characters; for names also no - _ and dots."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches

from pipeline.contract.tables import RETURN_TABLES, load_table

# Besides the format characters (zero-width spaces and joiners, byte order marks, soft hyphens, marks of direction):
# fillers, joiners and variation selectors that Unicode counts among letters, marks and symbols.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
_CONNECTING = frozenset("-_.\u2212\u00b7")
LOOKS_PERSONAL = re.compile(r"[0-9]{3}|@|[0-9][/.-][0-9]")
"""Matches texts that may be a number, an address or a date about one child."""
_LONGEST_NAME = 60
_PLAIN_CONNECTING = dict.fromkeys(map(ord, "-_. "))
_WORDS = re.compile(r"[^\W\d_]+")
_WORD_BEGINS = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Apostrophes and hyphens that word processors substitute for those on the keyboard.
_TYPED = str.maketrans("\u2018\u2019\u02bc\u2032\u0060\u00b4\u2010\u2011\u2012\u2013\u2212", "''''''-----")

# Whole words of a heading that mark a column as personal, unless another word says whose name it is.
_PERSONAL_WORDS = frozenset({
    "address", "birth", "birthday", "born", "dob", "fax", "initials", "landline", "mobile", "name", "names", "nhs",
    "nino", "phone", "street", "tel", "uln", "upn", "zip",
})  # fmt: skip
_NAMED_THINGS = frozenset({
    "agency", "area", "arm", "centre", "column", "course", "district", "file", "goal", "group", "intervention",
    "locality", "measure", "neighbourhood", "organisation", "outcome", "programme", "project", "provider", "region",
    "scale", "school", "service", "setting", "sheet", "site", "table", "team", "tool", "ward",
})  # fmt: skip
_PERSONAL_PHRASES = (
    "dateofbirth", "birthdate", "postcode", "postalcode", "zipcode", "email", "telephone", "phoneno", "phonenumber",
    "mobileno", "contactno", "contactnumber", "forename", "surname", "firstname", "lastname", "middlename", "fullname",
    "familyname", "givenname", "nickname", "childname", "childsname", "clientname", "pupilname", "parentname",
    "carername", "nhsno", "nhsnumber", "pupilno", "pupilnumber", "uniquepupil", "nationalinsurance", "passport",
    "homeaddress",
)  # fmt: skip


def _is_unseen(sign: str) -> bool:
    return sign in _UNSEEN or unicodedata.category(sign) == "Cf"


def strip_unseen(text: str) -> str:
    r"""Return the text without invisible characters and surrounding white space.

    >>> strip_unseen("\ufeff\u200bage\u00a0")
    'age'
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    composed = unicodedata.normalize("NFC", text)  # a letter and its accent may be two characters
    return "".join(sign for sign in composed if not _is_unseen(sign)).strip()


def fold(text: str) -> str:
    r"""Return the key by which values are compared: without case, white space and invisible characters.

    Full-width letters, curly apostrophes and other hyphens become plain ones.

    >>> fold(" Tilling\u00a0Hill"), fold("\uff33\uff1001") == fold("s001")
    ('tillinghill', True)
    """
    if text.isascii() and text.isprintable():
        return text.replace(" ", "").casefold()
    plain = unicodedata.normalize("NFKC", text.translate(_TYPED)).casefold()
    return "".join(sign for sign in plain if not (sign.isspace() or _is_unseen(sign)))


def fold_name(text: str) -> str:
    """Return the key by which headings and names of sheets and files are compared: that of `fold` without - _ and dots.

    >>> fold_name("Eth-nicity "), fold_name("Referral.Date") == fold_name("referral_date")
    ('ethnicity', True)
    """
    if text.isascii() and text.isprintable():
        return text.translate(_PLAIN_CONNECTING).casefold()
    return "".join(
        sign
        for sign in fold(text)
        if sign not in _CONNECTING and unicodedata.category(sign) not in ("Pd", "Pc")
    )


COLUMNS = frozenset(fold_name(name) for table in RETURN_TABLES for name in load_table(table).columns)


def is_column_name(text: str) -> bool:
    """Return whether a cell holds a column name of a return; long texts are not looked up."""
    return len(text) <= _LONGEST_NAME and fold_name(text) in COLUMNS


def find_same(text: str, known: Iterable[str], by: Callable[[str], str] = fold_name) -> str:
    """Return the only one of `known` with the same key as `text`, as spelt there; blank for none or several."""
    names = list(known)
    if text in names:
        return text
    found = [name for name in names if by(name) == by(text)]
    return found[0] if len(found) == 1 else ""


def known_as(headings: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the headings, each spelt as in `known` where exactly one has its key, else unchanged."""
    alone = Counter([*map(fold_name, known)])
    times = Counter(map(fold_name, headings))
    same = {key: name for name in known if alone[key := fold_name(name)] == 1 == times[key]}
    return tuple(same.get(fold_name(heading), heading) for heading in headings)


def find_near(text: str, names: Mapping[str, str], least: float = 0.75) -> str:
    """Return the value in `names` of the name nearest to `text`; blank where none is near.

    `least` is the smallest similarity accepted, 1 being equal (`difflib`'s ratio).
    """
    folded = {fold_name(name): meaning for name, meaning in names.items()}
    near = get_close_matches(fold_name(text), folded, n=1, cutoff=least)
    return folded[near[0]] if near else ""


def looks_personal(heading: str) -> bool:
    """Return whether a heading suggests a column that identifies a person or gives contact details.

    >>> [looks_personal(name) for name in ("Child's name", "DOB", "NHS No", "Service name", "Need")]
    [True, True, True, False, False]
    """
    whole = fold_name(heading).replace("'", "")
    if any(phrase in whole for phrase in _PERSONAL_PHRASES):
        return True
    apart = _WORD_BEGINS.sub(" ", unicodedata.normalize("NFKC", heading))
    words = {whole} | {word.casefold() for word in _WORDS.findall(apart)}
    return not words.isdisjoint(_PERSONAL_WORDS) and not (
        words & _PERSONAL_WORDS <= {"name", "names"} and not words.isdisjoint(_NAMED_THINGS)
    )
