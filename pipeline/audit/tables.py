"""Every table that may be published, and how the audit reads it: one that stands nowhere here stops the run."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.contract.published import list_counted

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Mapping[str, Rows]]
"""By page ('services/S01'), then by table ('measures'): the rows of its CSV."""

_READ = dict(list_counted())
"""Every table that may be published, and how it is read: by relations, by itself, or as one that counts nobody."""
_NOT_OF_PEOPLE = ("period", "periods", "year", "years")
_WHOLE = re.compile(r"\d+")
_OF_PEOPLE = re.compile(
    r"(?:first_|last_|before_)?(?:other_)?(?:events|total|children|episodes|taken|waiting|with_baseline|size)"
)
NO_SHARE = "a share that is of no rounded counts"
FRAME = "finding_"
_WORDS = 2


def find_entry(name: str, page: str) -> str:
    """Return under which entry a table of a page is read; blank where under none.

    >>> find_entry("S01_gap_effect_wellbeing", "equality/index"), find_entry("gap", ""), find_entry("names", "")
    ('gap_effect_', 'gap', '')
    """
    # The page over all shows tables of services, whose names begin with the service's.
    starts = [at + 1 for at, sign in enumerate(name) if sign == "_"] if page.endswith("/index") else []
    for own in (name[at:] for at in (0, *starts)):
        found = [
            each
            for each in _READ
            if own == each or (each.endswith("_") and (own.startswith(each) or own == each[:-1]))
        ]
        if found:
            return max(found, key=len)
    return ""


def counts_nobody(entry: str) -> bool:
    """Return whether a table is declared to hold no number of people at all."""
    return _READ.get(entry) == "nobody"


def name_row(row: Mapping[str, str]) -> str:
    """Return the first words of a row, which tell it from others."""
    words = [text for text in row.values() if text and not text[0].isdigit()]
    return ", ".join(words[:_WORDS])


def list_counts(name: str, rows: Rows) -> Iterator[tuple[str, int]]:
    """Yield every number of people in a table, and where it stands.

    In published tables a number without a decimal point is one, but for a year that is the period of a row, and for
    findings, whose columns of people have names.
    """
    for row in rows:
        whose = name_row(row)
        for column, text in row.items():
            of_people = (
                _OF_PEOPLE.fullmatch(column) if name.startswith(FRAME) else column not in _NOT_OF_PEOPLE
            )
            if of_people and not column.startswith("table_") and _WHOLE.fullmatch(text or ""):
                yield f"{column} of {whose}", int(text)
