"""What is evaluated: the tables about one service, or about all, and the level of confidence."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Self, TypeVar, cast

from pipeline.analysis.months import Window, last_complete_month, month_number
from pipeline.contract.context import Context, DatasetFacts, MeasureFacts, find_named
from pipeline.contract.services import ServiceFacts
from pipeline.protect.cells import Cells, Slice
from pipeline.protect.rounding import Disclosure


def months_of(context: Context) -> Window:
    """All months of commissioned work for which the data are complete."""
    return Window(month_number(context.commissioned_from), last_complete_month(context.dataset.complete_to))


@dataclass(frozen=True, eq=False)
class Scope:
    """What findings are about; one is the same as another only if it is that one.

    What is worked out of it is kept (`functools.cache`), since several findings rest on the same.
    """

    slice: Slice
    confidence_level: float

    @property
    def context(self) -> Context:
        """The registers, and what the dataset is."""
        return self.slice.context

    @property
    def dataset(self) -> DatasetFacts:
        """What the dataset is: its place, its months, its groups."""
        return self.context.dataset

    @property
    def rule(self) -> Disclosure:
        """How counts are rounded, and of how few nothing is shown."""
        return self.slice.rule

    @property
    def service(self) -> ServiceFacts | None:
        """The service it is about; None over all services."""
        return self.context.service

    @property
    def own(self) -> str:
        """The number of the service it is about; blank over all services, as in tables."""
        return self.service.service_id if self.service else ""

    @property
    def whole(self) -> Window:
        """All months of commissioned work for which the data are complete."""
        return months_of(self.context)

    def window_of(self, measure: MeasureFacts) -> Window:
        """The months of `whole` in which the measure's latest definition holds."""
        return Window(max(self.whole.first, month_number(measure.since)), self.whole.last)

    def of_service(self, own: Slice) -> Self:
        """What is cut out for one of the services."""
        return replace(self, slice=own)


Scoped = TypeVar("Scoped", bound=Scope)


@cache
def measures_of(scope: Scope) -> Cells:
    """The measures, to be looked at together: those over all whatever their service."""
    measures = scope.slice.measures
    return measures if scope.service else measures.over_services()


@cache
def characteristics_of(scope: Scope) -> Cells:
    """The measures by characteristic, to be looked at together."""
    rows = scope.slice.characteristics
    return rows if scope.service else rows.over_services()


@cache
def measure_rows(scope: Scope, measure: MeasureFacts) -> Cells:
    """The cells of one measure under its latest definition, cut out once for all that need them."""
    return measures_of(scope).of_measure(measure)


def split_services(scope: Scoped) -> tuple[Scoped, ...]:
    """Each service by itself, cut out of what is over all; a service's own as it is."""
    return cast("tuple[Scoped, ...]", _split(scope))


@cache
def _split(scope: Scope) -> tuple[Scope, ...]:
    if scope.service is not None:
        return (scope,)
    content = scope.slice
    scores = dict(iter(content.scores.groupby("service_id")))
    return tuple(
        scope.of_service(
            replace(
                content,
                context=replace(content.context, service=service),
                scores=scores.get(service.service_id, content.scores.iloc[:0]),
                measures=content.measures.where("service_id", service.service_id),
                compared=_compared_with(content, service.service_id),
            )
        )
        for service in content.context.services
    )


def _compared_with(content: Slice, service_id: str) -> Cells:
    """The rows of the services that this one's plans compare it with, as its own slice has them."""
    plans = (plan for plan in content.context.plans_in_force if plan.service_id == service_id)
    others = {other for plan in plans for other in plan.compared_services}
    return content.measures.where("service_id", *sorted(others))


def part_of(scope: Scoped, service_id: str) -> Scoped:
    """One service's part of what is over all; a service's own as it is."""
    if scope.service is not None:
        return scope
    parts = {part.service.service_id: part for part in split_services(scope) if part.service}
    return find_named(service_id, parts, "service")
