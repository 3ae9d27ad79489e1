"""What has to be decided, what goes well and what cannot be told yet: matters, found by rules (matter_rules)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.analysis.finding_columns import Row
from pipeline.contract.context import Context
from pipeline.contract.services import ServiceFacts, Standard

Kind = Literal[
    "safeguarding", "harm", "race equality", "contract", "money", "going well", "cannot tell yet", "to ask"
]
TO_DECIDE: tuple[Kind, ...] = get_args(Kind)[:5]
"""What asks for a decision, the most urgent first."""


@dataclass(frozen=True)
class Findings:
    """What was found of one service, or of all together where `service` is None: rows of findings by their name."""

    service: ServiceFacts | None
    rows: Mapping[str, Sequence[Row]]

    def where(self, name: str, *verdicts: str) -> Iterator[Row]:
        """Yield the rows of one finding that have one of these verdicts."""
        return (row for row in self.rows.get(name, ()) if row["verdict"] in verdicts)


@dataclass(frozen=True)
class Hit:
    """What a rule found: about what (an outcome, standard, target, curve or step), and how much it weighs.

    `share` is of a step of the journey: who went on to it, with its interval. Of what cannot be told yet, `reason` is
    why, and `more_months` how many more at today's intake would let it be told, where that is an answer.
    """

    about: str = ""
    weight: float = 0.0
    groups: tuple[str, ...] = ()
    standard: Standard | None = None
    on: dt.date | None = None
    verdict: str = ""
    share: tuple[float, ...] = ()
    reason: str = ""
    more_months: int | None = None


@dataclass(frozen=True)
class Matter:
    """One thing to decide, or to know; `service` is None of what is about all services, `by` the day to do it by."""

    kind: Kind
    rule: str
    service: ServiceFacts | None
    hit: Hit
    by: dt.date

    @property
    def subject(self) -> str:
        """What it is decided of: a service, or a single thing about all of them."""
        return self.service.service_id if self.service else self.hit.about


Rule = Callable[[Context, Findings], Iterator[Hit]]


def group_decisions(matters: Sequence[Matter]) -> list[tuple[Matter, ...]]:
    """Return what has to be decided, all of one service together, the most urgent service first.

    Of services whose most urgent matter is of one kind, the one with more of that kind goes first.
    """
    of_subject: dict[str, list[Matter]] = {}
    for each in matters:
        if each.kind in TO_DECIDE:
            of_subject.setdefault(each.subject, []).append(each)

    def urgency(own: list[Matter]) -> tuple[int, int]:
        return TO_DECIDE.index(own[0].kind), -sum(each.kind == own[0].kind for each in own)

    return [tuple(own) for own in sorted(of_subject.values(), key=urgency)]
