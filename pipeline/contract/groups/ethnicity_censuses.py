"""Returns coded by another census than the dataset's: which group contains which.

Gypsy or Irish Traveller and Arab are choices since 2011, Roma since 2021; every other group is in all three censuses,
under the same code. Earlier, most people wrote these in, and were counted in the group that `between_censuses.csv`
names; not all were, so a group's own trend across such a change of form is never shown.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pipeline.contract.groups.ethnicity import OFFICIAL, Classification, load_classification
from pipeline.contract.tables import read_rows

FIVE = "_five"
CENSUSES = tuple(name for name in OFFICIAL if not name.endswith(FIVE))
NO_CENSUS = "the dataset has ethnic groups of its own, which no census leads to"


def census_of(classification: Classification) -> str:
    """Return the census of an official classification, or the one whose groups its five broad groups sum."""
    return classification.name.removesuffix(FIVE)


@cache
def load_holders(census: str) -> Mapping[str, str]:
    """Return the group of that census that contains each group that only another census has, by code."""
    holders = {row["code"]: row[census] for row in read_rows("ethnicity", "between_censuses.csv")}
    return {code: holder for code, holder in holders.items() if code != holder}


def holding_codes(codes: Iterable[str], census: str) -> tuple[str, ...]:
    """Return the groups of that census that contain these groups of any other, each once."""
    holders = load_holders(census)
    return tuple(dict.fromkeys(holders.get(code, code) for code in codes))


def tell_difference(coded_in: str, classification: Classification) -> str:
    """Describe for a reader what differs where a return was coded by another census; blank where nothing does.

    >>> tell_difference("ons_2001", load_classification("ons_2011", Path()))
    'Gypsy or Irish Traveller and Arab were not a choice'
    >>> tell_difference("ons_2021", load_classification("ons_2011", Path()))
    'Roma is counted in Any other White background'
    """
    theirs = {entry.code: entry.label for entry in load_classification(coded_in, Path()).codes}
    ours = {entry.code: entry.label for entry in classification.codes}
    absent = [label for code, label in ours.items() if code in load_holders(coded_in)]
    clauses = (
        [f"{' and '.join(absent)} {'was' if len(absent) == 1 else 'were'} not a choice"] if absent else []
    )
    holders = load_holders(census_of(classification))
    clauses += [
        f"{label} is counted in {ours[holders[code]]}"
        for code, label in theirs.items()
        if holders.get(code) in ours
    ]
    return "; ".join(clauses)
