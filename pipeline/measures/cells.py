"""Cells: every combination of service, provider, ethnicity and arm that occurs, so that a row carries one number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from ibis.expr.types import Table
from numpy.typing import NDArray

from pipeline.contract.ethnicity import NOT_KNOWN, Classification

CELL_KEY = ("service_id", "provider_id", "given_ethnicity", "given_arm")
GIVEN = {"given_ethnicity": "ethnicity", "given_arm": "arm"}
_MOST_GROUPS = 62
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """The cells that occur (`listed`), and the numbers that counts go by.

    A *place* is a service and a code of the classification (blank where it is not known), a *broad place* a service
    and a broad group. Both are numbered in the order of their names, so that what is sorted by number is sorted by
    name. `starts` holds the month and the day of it in which each of `services` started.
    """

    listed: pd.DataFrame
    services: pd.Index[str]
    starts: NDArray[np.int64]
    groups: pd.Index[str]
    codes: pd.Index[str]
    groups_of_codes: pd.Index[str]

    def name_places(self, places: Numbers) -> dict[str, pd.Index[str]]:
        """Service, broad group and code of each place."""
        service, code = np.divmod(places, len(self.codes))
        return {
            "service_id": self.services.take(service),
            "ethnic_group": self.groups_of_codes.take(code),
            "ethnicity": self.codes.take(code),
        }

    @cached_property
    def codes_in_order(self) -> pd.Index[str]:
        """Codes by their own order, the blank one last."""
        return pd.Index([*sorted(code for code in self.codes if code), ""], dtype="str")

    def name_broad(self, places: Numbers) -> dict[str, pd.Index[str]]:
        """Service and broad group of each broad place."""
        service, group = np.divmod(places, len(self.groups))
        return {"service_id": self.services.take(service), "ethnic_group": self.groups.take(group)}

    def starts_of(self, places: Numbers) -> NDArray[np.int64]:
        """The month, and the day of it, in which the service of each place started (2, n)."""
        started: NDArray[np.int64] = self.starts[:, places // len(self.codes)]
        return started

    @property
    def blank(self) -> int:
        """The place of the blank code among `codes`."""
        return int(self.codes.get_indexer(pd.Index([""], dtype="str"))[0])

    @property
    def of_feedback(self) -> int:
        """The first of the cells of feedback, which are numbered after those that occur: one for each place."""
        return len(self.listed)

    def to_count(self) -> pd.DataFrame:
        """Each cell with what rows are counted by, those of feedback last."""
        places = np.arange(len(self.services) * len(self.codes))
        feedback = pd.DataFrame({**self.name_places(places), "place": places, "treated": True})
        cells = pd.concat([self.listed, feedback], ignore_index=True)
        service, code = np.divmod(cells["place"].to_numpy(), len(self.codes))
        group = self.groups.get_indexer(self.groups_of_codes)[code]
        month, day = self.starts[:, service]
        numbers = {
            "cell": np.arange(len(cells)),
            "place": cells["place"].to_numpy(),
            "broad": service * len(self.groups) + group,
            "service": service,
            "code_order": self.codes_in_order.get_indexer(self.codes)[code],
            "start_month": month,
            "start_day": day,
        }
        texts = cells[[*CELL_KEY, "ethnicity", "arm"]].astype("str")
        bits = {"group_bit": 1 << group.astype("int64"), "treated": cells["treated"].to_numpy("bool")}
        return texts.assign(**pd.DataFrame(numbers).astype("int32"), **bits)


def number_cells(episodes: Table, classification: Classification, starts: Mapping[str, dt.date]) -> Cells:
    """The cells of these episodes, in a fixed order; `starts` is the register's, by service."""
    found = episodes.rename(GIVEN).select(*CELL_KEY).distinct()
    listed: pd.DataFrame = found.to_pyarrow().to_pandas().sort_values(list(CELL_KEY), ignore_index=True)
    if len(classification.broad_groups) > _MOST_GROUPS:
        count = len(classification.broad_groups)
        raise ValueError(f"{count} broad ethnic groups; at most {_MOST_GROUPS} can be counted.")
    broad = {entry.code: entry.broad_group for entry in classification.codes}
    known = {code: group for code, group in broad.items() if group != NOT_KNOWN} | {"": NOT_KNOWN}
    ordered = sorted(known, key=lambda code: (known[code], code))
    places = {code: place for place, code in enumerate(ordered)}
    codes = [code if code in known else "" for code in listed["given_ethnicity"].fillna("")]
    services: pd.Index[str] = pd.Index(sorted({*starts, *listed["service_id"]}), dtype="str")
    service = services.get_indexer(pd.Index(listed["service_id"]))
    arm = listed["given_arm"].fillna("treated").astype("str")
    return Cells(
        listed.assign(
            ethnicity=pd.Series(codes, dtype="str"),
            ethnic_group=pd.Series([known[code] for code in codes], dtype="str"),
            arm=arm,
            treated=arm == "treated",
            place=service * len(places) + np.array([places[code] for code in codes], dtype="int64"),
        ),
        services,
        np.array([_month_and_day(starts[name]) for name in services], dtype="int64").reshape(-1, 2).T,
        pd.Index(sorted({*known.values()}), dtype="str"),
        pd.Index(ordered, dtype="str"),
        pd.Index([known[code] for code in ordered], dtype="str"),
    )


def _month_and_day(date: dt.date) -> tuple[int, int]:
    return date.year * 12 + date.month - 1, date.day
