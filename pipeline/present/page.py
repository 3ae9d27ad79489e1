"""What every page has: its slice, its door, its words for population, period and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.analysis.months import Window, last_complete_month, month_number
from pipeline.contract.context import MeasureFacts, find_named
from pipeline.contract.services import ServiceFacts
from pipeline.files.slices import Slice, read_slice
from pipeline.present.disclosure.columns import Column
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.disclosure.table import PageTable, PublishedTable, escape
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure


@dataclass(frozen=True, eq=False)
class Page:
    """One page's data and its door; one page is the same as another only if it is that one.

    What is worked out from a page is kept (`functools.cache`), since several parts of it tell of the same.
    """

    slice: Slice
    door: Door
    confidence_level: float

    @property
    def service(self) -> ServiceFacts | None:
        """The service the page is about; None over all services."""
        return self.slice.context.service

    @property
    def whole(self) -> Window:
        """All months of commissioned work for which the data are complete."""
        context = self.slice.context
        return Window(
            month_number(context.commissioned_from), last_complete_month(context.dataset.complete_to)
        )

    def window_of(self, measure: MeasureFacts) -> Window:
        """The months of `whole` in which the measure's latest definition holds."""
        return Window(max(self.whole.first, month_number(measure.since)), self.whole.last)

    @property
    def about(self) -> str:
        """The population in words."""
        service = self.service
        return (
            f"Children in {service.name}"
            if service
            else f"Children in all services, {self.slice.context.dataset.title}"
        )

    def table(
        self,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[dict[str, Any]],
        *,
        note: str = "",
        measure: str = "",
    ) -> PublishedTable:
        """Publish a table about this page's population and period, in one file with others of its name.

        Only tables that are each about a `measure` share a name.
        """
        dataset = self.slice.context.dataset
        return self.door.publish(
            PageTable(
                name=name,
                title=title,
                population=self.about,
                period=str(self.whole),
                source=dataset.source,
                columns=columns,
                rows=rows,
                note=note,
                measure=measure,
            )
        )

    def record(self, name: str, finding: pd.DataFrame) -> pd.DataFrame:
        """Publish a frame of findings beside the page's tables, and return it."""
        if self.door.downloads is not None and len(finding):
            self.door.downloads.write_frame(f"{self.door.prefix}{name}.csv", finding)
        return finding

    def format(self, table: PublishedTable, chart: str | None = None) -> str:
        """A published table with its chart, notes and download."""
        return self.door.format(table, chart)


def _locate(place: str) -> Path:
    """A path of a notebook, which is told from the folder notebooks/; papermill may run it from the one above."""
    path, above = Path(place), Path("notebooks") / place
    return above if above.parent.exists() and not path.exists() else path


def open_page(
    inputs: str, published: str, confidence_level: float, hide_up_to: int, round_to: int, peers: str = ""
) -> Page:
    """Read the slice in `inputs` and set up the door; CSV files go to `published`, none where it is blank.

    `peers` is the file of all services beside one another, where the page compares them.
    """
    rule = Disclosure(hide_up_to, round_to)
    content = read_slice(_locate(inputs), rule, _locate(peers) if peers else None)
    service = content.context.service
    folder = Path(published) if published else None
    name = service.service_id if service else "index"
    door = Door(rule, Downloads(folder) if folder else None, link=f"tables/{name}-")
    return Page(content, door, confidence_level)


@cache
def page_measures(page: Page) -> Cells:
    """The page's measures, to be looked at together: those over all whatever their service."""
    measures = page.slice.measures
    return measures if page.service else measures.over_services()


@cache
def page_characteristics(page: Page) -> Cells:
    """The page's measures by characteristic, to be looked at together."""
    rows = page.slice.characteristics
    return rows if page.service else rows.over_services()


@cache
def measure_rows(page: Page, measure: MeasureFacts) -> Cells:
    """The page's cells of one measure under its latest definition, cut out once for all parts that need them."""
    return page_measures(page).of_measure(measure)


@cache
def split_services(page: Page) -> tuple[Page, ...]:
    """The page of each service, cut out of the page over all; a service's own page as it is."""
    if page.service is not None:
        return (page,)
    content = page.slice
    scores = dict(iter(content.scores.groupby("service_id")))
    parts = []
    for service in content.context.services:
        own = replace(
            content,
            context=replace(content.context, service=service),
            scores=scores.get(service.service_id, content.scores.iloc[:0]),
            measures=content.measures.where("service_id", service.service_id),
            compared=_compared_with(content, service.service_id),
        )
        door = replace(page.door, prefix=f"{service.service_id}_")
        parts.append(replace(page, slice=own, door=door))
    return tuple(parts)


def _compared_with(content: Slice, service_id: str) -> Cells:
    """The rows of the services that this one's plans compare it with, as its own slice has them."""
    plans = (plan for plan in content.context.plans_in_force if plan.service_id == service_id)
    others = {other for plan in plans for other in plan.compared_services}
    return content.measures.where("service_id", *sorted(others))


def page_of(page: Page, service_id: str) -> Page:
    """One service's part of the page over all; a service's own page as it is."""
    if page.service is not None:
        return page
    parts = {part.service.service_id: part for part in split_services(page) if part.service}
    return find_named(service_id, parts, "service")


def headline(*sentences: str) -> str:
    """The first words of a page: the answer."""
    answer = "\n\n".join(escape(sentence) for sentence in sentences if sentence)
    return f'<div class="headline">\n\n{answer}\n\n</div>'


def paragraph(text: str) -> str:
    """A paragraph of plain words."""
    return escape(text)


def join_words(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
