"""What a page shows besides numbers: the dataset, the service, the measure catalogue and the targets."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipeline.contract.dataset import PeriodLength
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.plans import Curve, EvaluationPlan, FrozenPlan, TargetDirection, TargetKind
from pipeline.contract.services import ReturnFacts, ServiceFacts, Standard

Unit = Literal["percent", "per_100_child_years", "points"]
Direction = Literal["higher", "lower"]
CHILDREN = "children"
Found = TypeVar("Found")


@dataclass(frozen=True)
class DetailedGroup:
    """A code of the classification as pages name it, and the broad group that contains it."""

    code: str
    label: str
    broad_group: str

    @property
    def name(self) -> str:
        """The full name, 'Black: Caribbean'; the label alone where that is clear."""
        return self.label if self.label.startswith(self.broad_group) else f"{self.broad_group}: {self.label}"


@dataclass(frozen=True)
class DatasetFacts:
    """Facts about the dataset that every page states.

    `population_counted` says who the area's figures count; `group_titles` are the full names of `known_groups`.
    """

    title: str
    synthetic: bool
    source: str
    period: PeriodLength
    complete_to: dt.date
    comparator: str
    groups: tuple[str, ...]
    population_counted: str = CHILDREN
    detailed_groups: tuple[DetailedGroup, ...] = ()
    group_titles: tuple[str, ...] = ()

    @property
    def known_groups(self) -> tuple[str, ...]:
        """Broad ethnic groups without 'Not known'."""
        return tuple(group for group in self.groups if group != NOT_KNOWN)

    def broad_group_of(self, group: str) -> str:
        """Return the broad group that contains a code; a broad group itself."""
        return next((entry.broad_group for entry in self.detailed_groups if entry.code == group), group)

    def name_of(self, group: str) -> str:
        """Return a broad group or a code as pages name it."""
        return next((entry.name for entry in self.detailed_groups if entry.code == group), group)


@dataclass(frozen=True)
class Definition:
    """One version of a measure's definition, and the day from which it holds."""

    version: int
    start: dt.date


@dataclass(frozen=True)
class MeasureFacts:
    """A measure as pages name it, under its latest definition; `definitions` are all, oldest first.

    Periods that end after `settled_to` are incomplete; those that begin before month `grown_months` of a service
    include short stays only (measures/maturity.py).
    """

    measure_id: str
    title: str
    unit: Unit
    direction: Direction
    definitions: tuple[Definition, ...]
    settled_to: dt.date | None = None
    grown_months: int = 0

    @property
    def version(self) -> int:
        """The version of the latest definition, which levels, gaps and targets use."""
        return self.definitions[-1].version

    @property
    def since(self) -> dt.date:
        """The day from which the latest definition holds."""
        return self.definitions[-1].start

    @property
    def redefined(self) -> bool:
        """Whether the measure had an earlier definition."""
        return len(self.definitions) > 1


@dataclass(frozen=True)
class ScaleFacts:
    """A scale as pages name it."""

    scale: str
    title: str
    minimum: float
    maximum: float
    direction: Direction
    kind: str | None = None
    reliability: float | None = None
    norm_sd: float | None = None
    clinical_cutoff: float | None = None
    norm_mean: float | None = None


@dataclass(frozen=True)
class Target:
    """One version of one line of the target register.

    It is about a gap where `comparator` is given, else about the group's own level. Groups are broad groups or codes;
    `measure_id` is a measure of the catalogue, a scale (change in score), or blank (representation). The reason for the
    comparison and the `action` taken may be blank.
    """

    target_id: str
    version: int
    kind: TargetKind
    measure_id: str | None
    service_id: str | None
    ethnic_group: str
    comparator: str | None
    direction: TargetDirection
    baseline: float | None
    target: float
    due: dt.date
    why: str
    agreed_with: str
    agreed_on: dt.date
    comparator_why: str | None = None
    action: str | None = None


@dataclass(frozen=True)
class FrozenBaseline:
    """A measured baseline as published once its months were over, with the fingerprint of its counts.

    In the target's own unit (percentage points, not shares); None where it has too few children to publish.
    """

    target_id: str
    version: int
    frozen_on: dt.date
    first_day: dt.date
    last_day: dt.date
    value: float | None
    lower: float | None
    upper: float | None
    fingerprint: str


def find_named(name: str, known: Mapping[str, Found], kind: str) -> Found:
    """Return the value under a name; KeyError lists the names that exist.

    >>> find_named("started", {"completed": 1}, "measure")
    Traceback (most recent call last):
    KeyError: "There is no measure 'started'; there are: completed."
    """
    if name not in known:
        raise KeyError(f"There is no {kind} '{name}'; there are: {', '.join(sorted(known)) or 'none'}.")
    return known[name]


@dataclass(frozen=True)
class Context:
    """Everything a page shows besides numbers; `service` is None on pages over all services.

    `steps` are the steps of the journey that any child in the dataset reached: others are not recorded. `returns` are
    those of the service's provider within its contract, or all. `targets` are the versions in force, `earlier_targets`
    those they replaced. `plans` are all versions of the evaluation plans.
    """

    dataset: DatasetFacts
    service: ServiceFacts | None
    services: tuple[ServiceFacts, ...]
    measures: tuple[MeasureFacts, ...]
    scales: tuple[ScaleFacts, ...]
    targets: tuple[Target, ...]
    steps: tuple[str, ...]
    returns: tuple[ReturnFacts, ...] = ()
    earlier_targets: tuple[Target, ...] = ()
    frozen_baselines: tuple[FrozenBaseline, ...] = ()
    plans: tuple[EvaluationPlan, ...] = ()
    frozen_plans: tuple[FrozenPlan, ...] = ()
    standards: tuple[Standard, ...] = ()
    curves: tuple[Curve, ...] = ()

    @property
    def missing_returns(self) -> tuple[ReturnFacts, ...]:
        """The returns that were expected and have not arrived."""
        return tuple(row for row in self.returns if row.status == "missing")

    def measure(self, measure_id: str) -> MeasureFacts:
        """Return the measure with this id; KeyError lists the ids that exist."""
        return find_named(measure_id, {measure.measure_id: measure for measure in self.measures}, "measure")

    def outcome_title(self, outcome: str) -> str:
        """Return the full name of a scale or a measure."""
        named = {scale.scale: scale.title for scale in self.scales}
        return named.get(outcome) or self.measure(outcome).title

    def scale_title(self, scale: str) -> str:
        """Return the full name of a scale; KeyError lists the scales that exist."""
        return self.scale(scale).title

    def scale(self, scale: str) -> ScaleFacts:
        """Return the scale with this name; KeyError lists the scales that exist."""
        return find_named(scale, {entry.scale: entry for entry in self.scales}, "scale")

    def service_of(self, service_id: str) -> ServiceFacts:
        """Return the service with this id; KeyError lists the ids that exist."""
        return find_named(service_id, {service.service_id: service for service in self.services}, "service")

    @property
    def cuts(self) -> Mapping[str, str]:
        """HTML classes by which services are filtered by tier or level, by service id; empty on a service's page."""
        return {} if self.service else {service.service_id: service.cut for service in self.services}

    def target(self, target_id: str) -> Target:
        """Return the target in force with this id; KeyError lists the ids that exist."""
        return find_named(target_id, {target.target_id: target for target in self.targets}, "target")

    @property
    def commissioned_from(self) -> dt.date:
        """First day of the service, or of the earliest of all services; without services, the data's last day."""
        starts = [service.start for service in ((self.service,) if self.service else self.services)]
        return min(starts, default=self.dataset.complete_to)

    @property
    def plans_in_force(self) -> tuple[EvaluationPlan, ...]:
        """The latest version of each evaluation plan, in the order of the file."""
        latest = {plan.plan_id: plan for plan in sorted(self.plans, key=lambda plan: plan.version)}
        return tuple(latest[plan_id] for plan_id in dict.fromkeys(plan.plan_id for plan in self.plans))
