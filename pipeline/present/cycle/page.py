"""What these pages have: the commissioner's tables, what was found already, and the door."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.equality.referrals import REFERRED
from pipeline.analysis.finding_columns import Row
from pipeline.analysis.scope import months_of
from pipeline.files.cycle import LEVELS, CycleData, read_cycle
from pipeline.files.cycle import Row as Record
from pipeline.present.dates import format_window
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.disclosure.frames import Published, read_files
from pipeline.present.disclosure.page_tables import About
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.page import Publisher, locate, stack
from pipeline.present.sentences import ENGLISH, speak
from pipeline.protect.rounding import Disclosure

_MOST_IN_A_TITLE = 24
"""Words above a table that are its title."""


@dataclass(frozen=True, eq=False)
class CyclePage(Publisher):
    """One page over all services; it holds no count of children that is not published elsewhere."""

    data: CycleData
    confidence_level: float

    def records(self, table: str) -> Sequence[Record]:
        """The rows of one of the commissioner's tables."""
        return self.data.tables[table]

    @cached_property
    def published(self) -> Published:
        """What executed notebooks have published."""
        return read_files(lambda page: self.data.findings.get(page, {}))

    def found(self, page: str, name: str) -> Iterator[Row]:
        """The rows of a finding of another page."""
        return self.published.rows(page, name)

    def level_of_each(self, measure_id: str) -> Mapping[str, Row]:
        """What is published of one measure, by service; no row of a service that does not have it."""
        services = [each.service_id for each in self.data.context.services]
        return {
            own: row
            for own in services
            for row in self.found(f"services/{own}", "kpis")
            if row["measure_id"] == measure_id
        }

    def levels_of(self, service_id: str, characteristic: str) -> list[tuple[str, str]]:
        """The levels of a characteristic among the children referred to a service, with how many, as published.

        They are those of whom a share started; none where that is not measured.
        """
        titles = [each.title for each in self.data.context.measures if each.measure_id == REFERRED]
        named = f"{characteristic}: "
        return [
            (row["who"].removeprefix(named), row["total"])
            for row in self.data.rows_of(f"equality/{service_id}", LEVELS)
            if row["measure"] in titles and row["who"].startswith(named) and row["total"].isdigit()
        ]

    def name_of(self, service_id: str) -> str:
        """'S06 Healthy Minds in Schools'."""
        return f"{service_id} {self.data.context.service_of(service_id).name}"

    def named(self, service_id: str) -> dict[str, str]:
        """Row entries of a column that leads to a service's page, where it has one."""
        link = f"../services/{service_id}.ipynb" if f"services/{service_id}" in self.data.findings else ""
        return {"service": self.name_of(service_id), "service_link": link, "service_id": service_id}

    @property
    def about(self) -> About:
        """Everybody of the place, in all the time that there are data of."""
        context = self.data.context
        dataset, period = context.dataset, format_window(months_of(context))
        return About(dataset.title, period, dataset.source, context.cuts)

    def tell(self, words: str, table: PublishedTable, chart: str | None = None) -> str:
        """Words, and below them the table that they are about; a few of them are its title, where no chart has one."""
        told = self.told(words, table.name, f"finding_{table.name}")
        if chart is None and len(words.split()) <= _MOST_IN_A_TITLE:
            return self.format(table.saying(told))
        return stack(told, self.format(table, chart))


def open_page(
    inputs: str,
    published: str,
    confidence_level: float,
    hide_up_to: int,
    round_to: int,
    name: str,
    language: str = ENGLISH,
) -> CyclePage:
    """Read what stage `cycle` put together in `inputs`; CSV files go to `published`, none where it is blank."""
    speak(language)
    folder = Path(published) if published else None
    door = Door(Disclosure(hide_up_to, round_to), Downloads(folder) if folder else None, f"tables/{name}-")
    return CyclePage(door, read_cycle(locate(inputs)), confidence_level)


def cycle_rules(
    minimum_bids: int,
    months_ahead: int,
    false_discovery_rate: float,
    maximum_unknown: float,
    minimum_total: int,
) -> CycleRules:
    """Return the policy of params.yaml that verdicts depend on."""
    return CycleRules(minimum_bids, months_ahead, false_discovery_rate, maximum_unknown, minimum_total)
