"""What the data-quality page is made from, and its door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.contract.context import DatasetFacts
from pipeline.contract.services import ServiceFacts
from pipeline.present.dates import format_period
from pipeline.present.disclosure.frames import Published, read_finding
from pipeline.present.disclosure.page_tables import About
from pipeline.present.page import Publisher
from pipeline.present.sentences import say
from pipeline.protect.rounding import name_key

Rows = Sequence[Mapping[str, Any]]
NOTHING_PUBLISHED = Published(lambda page, name: read_finding(name, ""))
NOBODY_KNOWN = "a folder of no provider"


@dataclass(frozen=True, eq=False)
class QualityData(Publisher):
    """What `intake` and `validate` wrote about the returns, numbers as such, what the page is about, and its door.

    `files` are intake's, `columns` what it says of columns not used or not there; `published` is what the notebooks
    show, for what a shortfall does to it; `key` is the dataset's, which decides how counts of rows are rounded.
    """

    dataset: DatasetFacts
    services: Sequence[ServiceFacts]
    returns: Rows
    rules: Rows
    ethnicity: Rows
    provider_names: Mapping[str, str]
    minimum_known: float
    maximum_unknown: float
    completeness: Rows = ()
    received: Rows = ()
    corrections: Rows = ()
    files: Rows = ()
    columns: Rows = ()
    published: Published = field(default=NOTHING_PUBLISHED)
    key: bytes = field(default=b"", repr=False)

    def name_key(self, *names: str) -> int:
        """A key for a count of rows that stands under these names, made with the dataset's own."""
        return name_key(self.key, *names)

    @property
    def periods(self) -> list[str]:
        """Periods for which anything was sent or is expected, in order."""
        return sorted({row["period"] for row in (*self.returns, *self.received)} - {""})

    def provider(self, provider_id: str) -> str:
        """A provider's name; of a file of all providers, that it is one. A folder's own name is never shown."""
        return self.provider_names.get(provider_id) or say(
            "quality no provider" if provider_id else "quality all together"
        )

    def service(self, service_id: str) -> str:
        """A service's number and name."""
        names = {service.service_id: service.name for service in self.services}
        return f"{service_id} {names.get(service_id, '')}".strip()

    @property
    def about(self) -> About:
        """The rows that were sent, of all periods of which there is a return."""
        periods = [format_period(each) for each in self.periods]
        period = say("window", first=periods[0], last=periods[-1]) if periods else say("quality no period")
        cuts = {each.service_id: each.cut for each in self.services}
        return About(say("quality rows sent by"), period, self.dataset.source, cuts)
