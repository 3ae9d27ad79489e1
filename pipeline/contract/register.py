"""Terms of the target register: kinds of target, comparators, and groups at any level of a classification."""

from collections.abc import Iterable
from typing import Literal

from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification

Kind = Literal[
    "representation", "access", "waiting", "completion", "outcome_achieved", "change_in_score", "positive_feedback",
    "participation", "other",
]  # fmt: skip
TargetDirection = Literal["at_least", "at_most"]
REPRESENTATION: Kind = "representation"
CHANGE_IN_SCORE: Kind = "change_in_score"
POPULATION = "population"


def find_group(classification: Classification, name: str) -> str | None:
    """Return the broad group or code for a name, which may be a label; None where it is neither.

    >>> from pathlib import Path
    >>> from pipeline.contract.groups.ethnicity import load_classification
    >>> ons = load_classification("ons_2011", Path())
    >>> find_group(ons, "Black"), find_group(ons, "Caribbean"), find_group(ons, "Not known")
    ('Black', 'BCRB', None)
    """
    if name in classification.known_groups:
        return name
    known = [entry for entry in classification.codes if entry.broad_group != NOT_KNOWN]
    found = [entry.code for entry in known if name in (entry.code, entry.label)]
    return found[0] if len(found) == 1 else None


def group_names(classification: Classification) -> tuple[str, ...]:
    """Return every name of the known groups: broad groups, codes and labels."""
    known = [entry for entry in classification.codes if entry.broad_group != NOT_KNOWN]
    return (*classification.known_groups, *(name for entry in known for name in (entry.code, entry.label)))


def codes_in(classification: Classification, groups: Iterable[str]) -> frozenset[str]:
    """Return the codes of these groups, each a broad group or a code."""
    wanted = set(groups)
    return frozenset(e.code for e in classification.codes if e.code in wanted or e.broad_group in wanted)
