"""What a page must know besides numbers: the dataset, the service, the catalogue, the targets."""

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
    """One code of the classification as pages name it, and the broad group that it adds up to."""

    code: str
    label: str
    broad_group: str

    @property
    def name(self) -> str:
        """The group as the classification names it: 'Black: Caribbean'; the label alone where it says as much."""
        return self.label if self.label.startswith(self.broad_group) else f"{self.broad_group}: {self.label}"


@dataclass(frozen=True)
class DatasetFacts:
    """Facts about the dataset that every page states.

    `population_counted` is whom the area's figures count; `group_titles` are the full names of `known_groups`.
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
        """The broad group that a code adds up to; a broad group itself."""
        return next((each.broad_group for each in self.detailed_groups if each.code == group), group)

    def name_of(self, group: str) -> str:
        """A broad group or a code as pages name it."""
        return next((each.name for each in self.detailed_groups if each.code == group), group)


@dataclass(frozen=True)
class Definition:
    """One version of a measure's definition, and the day from which it holds."""

    version: int
    start: dt.date


@dataclass(frozen=True)
class MeasureFacts:
    """One measure as pages name it, under its latest definition; `definitions` are all, the oldest first.

    Periods that end after `settled_to` still await some of what they count; those that begin before a service's month
    `grown_months` hold short stays only (measures/maturity.py).
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
        """The version of the latest definition: the one that levels, gaps and targets are counted under."""
        return self.definitions[-1].version

    @property
    def since(self) -> dt.date:
        """The day from which the latest definition holds."""
        return self.definitions[-1].start

    @property
    def redefined(self) -> bool:
        """Whether the measure was defined otherwise before."""
        return len(self.definitions) > 1


@dataclass(frozen=True)
class ScaleFacts:
    """One scale as pages name it."""

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

    A gap where `comparator` is given, the group's own level where not. Groups are broad groups or codes; `measure_id`
    is a measure of the catalogue, a scale (change in score), or blank (representation). Why it is compared so, and the
    `action` taken, may be left blank.
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
    """A measured baseline as it was published when its months were over, and the fingerprint of its counts.

    In the target's own unit (percentage points, not shares); None where it rests on few children.
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
    """Return what stands under a name; KeyError says which names there are.

    >>> find_named("started", {"completed": 1}, "measure")
    Traceback (most recent call last):
    KeyError: "There is no measure 'started'; there are: completed."
    """
    if name not in known:
        raise KeyError(f"There is no {kind} '{name}'; there are: {', '.join(sorted(known)) or 'none'}.")
    return known[name]


@dataclass(frozen=True)
class Context:
    """All of it; `service` is None on pages over all services.

    `steps` are the steps of the journey that anybody in the dataset reached: the others are not recorded.
    `returns` are those of the service's provider in the time of its contract, or of all. `targets` are the versions
    in force, `earlier_targets` those that they replace. `plans` are all versions of the evaluation plans.
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
        """The returns that were expected and are not in."""
        return tuple(each for each in self.returns if each.status == "missing")

    def measure(self, measure_id: str) -> MeasureFacts:
        """Return the measure of that id; KeyError names those there are."""
        return find_named(measure_id, {each.measure_id: each for each in self.measures}, "measure")

    def outcome_title(self, outcome: str) -> str:
        """The full name of a scale or a measure."""
        named = {scale.scale: scale.title for scale in self.scales}
        return named.get(outcome) or self.measure(outcome).title

    def scale_title(self, scale: str) -> str:
        """Return the full name of a scale; KeyError names those there are."""
        return self.scale(scale).title

    def scale(self, scale: str) -> ScaleFacts:
        """Return the scale of that name; KeyError names those there are."""
        return find_named(scale, {each.scale: each for each in self.scales}, "scale")

    def service_of(self, service_id: str) -> ServiceFacts:
        """Return the service of that id; KeyError names those there are."""
        return find_named(service_id, {each.service_id: each for each in self.services}, "service")

    @property
    def cuts(self) -> Mapping[str, str]:
        """The classes by which services are shown of one tier or level; none on the page of one service."""
        return {} if self.service else {each.service_id: each.cut for each in self.services}

    def target(self, target_id: str) -> Target:
        """Return the target in force of that id; KeyError names those there are."""
        return find_named(target_id, {each.target_id: each for each in self.targets}, "target")

    @property
    def commissioned_from(self) -> dt.date:
        """First day of commissioned work: the service's, or the earliest of all; of no service the last of the data."""
        starts = [each.start for each in ((self.service,) if self.service else self.services)]
        return min(starts, default=self.dataset.complete_to)

    @property
    def plans_in_force(self) -> tuple[EvaluationPlan, ...]:
        """The latest version of each evaluation plan, in the order of the file."""
        latest = {plan.plan_id: plan for plan in sorted(self.plans, key=lambda plan: plan.version)}
        return tuple(latest[plan_id] for plan_id in dict.fromkeys(plan.plan_id for plan in self.plans))
