"""Ethnic classifications: the three of the Office for National Statistics, or one given as a file."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path

from pipeline.contract.tables import read_part

NOT_KNOWN = "Not known"
OFFICIAL = ("ons_2001", "ons_2011", "ons_2021", "ons_2001_five", "ons_2011_five")
_HEADER = ["code", "label", "broad_group", "broad_group_title"]


class ClassificationError(ValueError):
    """A classification file that cannot be used; the message names the place and how to fix it."""


@dataclass(frozen=True)
class EthnicCode:
    """A detailed group and the broad group that contains it."""

    code: str
    label: str
    broad_group: str
    broad_group_title: str


@dataclass(frozen=True)
class Classification:
    """An ethnic classification, its groups in the order in which they are shown."""

    name: str
    codes: tuple[EthnicCode, ...]

    @cached_property
    def by_code(self) -> Mapping[str, EthnicCode]:
        """Entries by code."""
        return {entry.code: entry for entry in self.codes}

    @property
    def broad_groups(self) -> tuple[str, ...]:
        """Broad groups in order, 'Other' then 'Not known' last."""
        seen = dict.fromkeys(entry.broad_group for entry in self.codes)
        last = [group for group in ("Other", NOT_KNOWN) if group in seen or group == NOT_KNOWN]
        return (*(group for group in seen if group not in last), *last)

    @property
    def known_groups(self) -> tuple[str, ...]:
        """Broad groups without 'Not known'."""
        return tuple(group for group in self.broad_groups if group != NOT_KNOWN)

    @property
    def known_titles(self) -> tuple[str, ...]:
        """The full names of `known_groups`."""
        titles = {entry.broad_group: entry.broad_group_title for entry in self.codes}
        return tuple(titles[group] for group in self.known_groups)


def _parse_codes(text: str, place: str) -> tuple[EthnicCode, ...]:
    numbered = enumerate(csv.reader(StringIO(text)), start=1)
    rows = [(number, [cell.strip() for cell in row]) for number, row in numbered if any(row)]
    if not rows or rows[0][1] != _HEADER:
        raise ClassificationError(f"{place}, row 1: the columns must be {', '.join(_HEADER)}.")
    if len(rows) == 1:
        raise ClassificationError(
            f"{place}: there is no row under the column names; write one row for each code."
        )
    for number, row in rows:
        if len(row) != len(_HEADER) or not all(row):
            raise ClassificationError(f"{place}, row {number}: all four columns must be filled.")
    entries = tuple((number, EthnicCode(*row)) for number, row in rows[1:])
    _check_codes(entries, place)
    return tuple(entry for _, entry in entries)


def _check_codes(entries: Iterable[tuple[int, EthnicCode]], place: str) -> None:
    seen: set[str] = set()
    titles: dict[str, str] = {}
    for number, entry in entries:
        if entry.code.casefold() in seen:
            raise ClassificationError(
                f"{place}, row {number}: the code '{entry.code}' is there twice, capitals or not; "
                "keep one of the two rows."
            )
        seen.add(entry.code.casefold())
        title = titles.setdefault(entry.broad_group, entry.broad_group_title)
        if title != entry.broad_group_title:
            raise ClassificationError(
                f"{place}, row {number}: the broad group '{entry.broad_group}' is called '{title}' in an "
                "earlier row; a broad group has one full name."
            )


def load_classification(name: str, folder: Path) -> Classification:
    """Return the official classification with this name, or the CSV file with this name in `folder`."""
    if name in OFFICIAL:
        return Classification(name, _parse_codes(read_part("ethnicity", f"{name}.csv"), name))
    path = folder / name
    if not path.is_file():
        raise ClassificationError(
            f"dataset.yaml, ethnic_classification: '{name}' is neither one of {', '.join(OFFICIAL)} "
            f"nor a file in {folder.as_posix()}."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClassificationError(
            f"{path.as_posix()} cannot be read as text; in Excel save it as 'CSV UTF-8'."
        ) from error
    return Classification(name, _parse_codes(text, path.as_posix()))


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
