"""Returns coded by another census than the one a dataset reports in: which group holds which.

Gypsy or Irish Traveller and Arab are choices since 2011, Roma since 2021; every other group is one of all three
censuses, under the same code. Before, most wrote themselves in and stood in the group that `between_censuses.csv`
names; not all did, so a group's own course over such a change of form is never told.
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
    """The census that an official classification is of, or whose groups its five add up."""
    return classification.name.removesuffix(FIVE)


@cache
def load_holders(census: str) -> Mapping[str, str]:
    """The group of that census that holds a group which only another one has, by code."""
    held = {row["code"]: row[census] for row in read_rows("ethnicity", "between_censuses.csv")}
    return {code: holder for code, holder in held.items() if code != holder}


def holding_codes(codes: Iterable[str], census: str) -> tuple[str, ...]:
    """The groups of that census that hold these of any other, each once."""
    holders = load_holders(census)
    return tuple(dict.fromkeys(holders.get(code, code) for code in codes))


def tell_difference(coded_in: str, classification: Classification) -> str:
    """What differs for a reader where a return was coded by another census; blank where nothing does.

    >>> tell_difference("ons_2001", load_classification("ons_2011", Path()))
    'Gypsy or Irish Traveller and Arab were not a choice'
    >>> tell_difference("ons_2021", load_classification("ons_2011", Path()))
    'Roma is counted in Any other White background'
    """
    theirs = {entry.code: entry.label for entry in load_classification(coded_in, Path()).codes}
    ours = {entry.code: entry.label for entry in classification.codes}
    absent = [label for code, label in ours.items() if code in load_holders(coded_in)]
    said = [f"{' and '.join(absent)} {'was' if len(absent) == 1 else 'were'} not a choice"] if absent else []
    holders = load_holders(census_of(classification))
    said += [
        f"{label} is counted in {ours[holders[code]]}"
        for code, label in theirs.items()
        if holders.get(code) in ours
    ]
    return "; ".join(said)
