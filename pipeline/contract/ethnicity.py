"""Ethnic classifications: the three of the Office for National Statistics, or one given as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from io import StringIO
from pathlib import Path

NOT_KNOWN = "Not known"
OFFICIAL = ("ons_2001", "ons_2011", "ons_2021")
_HEADER = ["code", "label", "broad_group", "broad_group_title"]


class ClassificationError(ValueError):
    """A classification file that cannot be used; the message names the place and the mend."""


@dataclass(frozen=True)
class EthnicCode:
    """One detailed group and the broad group it adds up to."""

    code: str
    label: str
    broad_group: str
    broad_group_title: str


@dataclass(frozen=True)
class Classification:
    """An ethnic classification in the order in which its groups are shown."""

    name: str
    codes: tuple[EthnicCode, ...]

    @cached_property
    def by_code(self) -> Mapping[str, EthnicCode]:
        """Each code's entry."""
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


def _parse_rows(rows: Iterable[list[str]], place: str) -> tuple[EthnicCode, ...]:
    header, *body = [row for row in rows if row]
    if header != _HEADER:
        raise ClassificationError(f"{place}, row 1: the columns must be {', '.join(_HEADER)}.")
    for number, row in enumerate(body, start=2):
        if len(row) != len(_HEADER) or not all(cell.strip() for cell in row):
            raise ClassificationError(f"{place}, row {number}: all four columns must be filled.")
    codes = [row[0] for row in body]
    repeated = next((code for code in codes if codes.count(code) > 1), None)
    if repeated:
        raise ClassificationError(f"{place}: the code '{repeated}' stands twice; each code may stand once.")
    return tuple(EthnicCode(*row) for row in body)


def load_classification(name: str, folder: Path) -> Classification:
    """The official classification of that name, or the CSV file of that name in `folder`."""
    if name in OFFICIAL:
        text = files("pipeline.contract").joinpath("ethnicity", f"{name}.csv").read_text(encoding="utf-8")
        return Classification(name, _parse_rows(csv.reader(StringIO(text)), name))
    path = folder / name
    if not path.is_file():
        raise ClassificationError(
            f"dataset.yaml, ethnic_classification: '{name}' is neither one of {', '.join(OFFICIAL)} "
            f"nor a file in {folder.as_posix()}."
        )
    text = path.read_text(encoding="utf-8-sig")
    return Classification(name, _parse_rows(csv.reader(StringIO(text)), path.as_posix()))
