"""Rows made ready for counting: ethnic groups, services and arms joined on; and the slices notebooks read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.measures.catalogue import Measure

JOURNEY_STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")
_EPISODE_KEY = ["episode_id", "return_provider"]
_COUNTED_BY = ("service_id", "ethnic_group", "episode", "baseline_score", "review_score", "achieved")
_MOST_GROUPS = 62
# Every column by which two rows can differ, so that the order (and the file's bytes) never depends on the engine.
_SCORE_ORDER = (
    "outcome",
    "scale",
    "baseline_date",
    "review_date",
    "baseline_score",
    "review_score",
    "arm",
    "ethnic_group",
    "provider_id",
)


@dataclass(frozen=True)
class Rows:
    """Current accepted rows, each with its service, its child's broad ethnic group and its arm."""

    episodes: Table
    outcomes: Table
    feedback: Table

    def treated(self) -> Rows:
        """Only rows about children in the services, none of a comparison arm."""
        return Rows(*(table.filter(table.arm == "treated") for table in self.tables()))

    def tables(self) -> tuple[Table, Table, Table]:
        """Episodes, outcomes, feedback."""
        return self.episodes, self.outcomes, self.feedback


def with_ethnic_group(episodes: Table, classification: Classification) -> Table:
    """Episodes with their broad ethnic group ('Not known' where blank) and a filled arm."""
    groups = [(entry.code, entry.broad_group) for entry in classification.codes]
    return episodes.mutate(
        ethnic_group=episodes.ethnicity.cases(*groups, else_=NOT_KNOWN).fill_null(NOT_KNOWN),
        arm=episodes.arm.fill_null("treated"),
    )


def _of_episode(rows: Table, episodes: Table, *columns: str) -> Table:
    known = episodes.select(*_EPISODE_KEY, *columns)
    joined = rows.left_join(known, _EPISODE_KEY)
    return joined.drop(*(name for name in joined.columns if name.endswith("_right")))


def join_rows(episodes: Table, outcomes: Table, feedback: Table, classification: Classification) -> Rows:
    """Join what an episode knows (service, group, arm) to its outcomes and its feedback."""
    known = with_ethnic_group(episodes, classification)
    answered = _of_episode(feedback, known, "ethnic_group", "arm")
    joined = _of_episode(outcomes, known, "service_id", "provider_id", "child_id", "ethnic_group", "arm")
    return Rows(
        known,
        joined.mutate(episode=number(joined.return_provider + "|" + joined.episode_id)),
        answered.mutate(
            ethnic_group=answered.ethnic_group.fill_null(NOT_KNOWN), arm=answered.arm.fill_null("treated")
        ),
    )


def outcome_columns(catalogue: Sequence[Measure]) -> tuple[str, ...]:
    """The columns of joined outcomes that the measures and the journey count by."""
    measures = [measure for measure in catalogue if measure.table == "outcomes"]
    terms = [term for m in measures for side in (m.denominator, m.numerator) for term in side.terms]
    named = [*(m.dated_by for m in measures), *(term.column for term in terms)]
    return tuple(dict.fromkeys([*_COUNTED_BY, *named]))


def number(key: Any) -> Any:
    """A number in place of an id, the same for the same id and never published.

    A 64-bit hash: among ten million ids, two share a number with a chance of about 3 in a million.
    """
    return key.hash()


def _count_sets(episodes: Table, bits: Any, *by: str) -> Table:
    """How many children have each set of ethnic groups (as bits), in each service where `by` names it."""
    sets = episodes.mutate(bit=bits).group_by("child_id", *by).aggregate(groups=ibis._.bit.bit_or())
    return sets.group_by("groups", *by).aggregate(children=ibis._.count())


def count_children(episodes: Table, groups: Sequence[str]) -> pd.DataFrame:
    """Children (not episodes) by service and ethnic group; service_id blank counts each child once over all.

    A child recorded with two groups counts once in each group, and once in the total of all groups
    (ethnic_group blank). `groups` are all broad groups, at most 62.
    """
    if len(groups) > _MOST_GROUPS:
        raise ValueError(f"{len(groups)} broad ethnic groups; at most {_MOST_GROUPS} can be counted.")
    bits = episodes.ethnic_group.cases(*((group, 1 << place) for place, group in enumerate(groups)), else_=0)
    each = _count_sets(episodes, bits.cast("int64"), "service_id").to_pyarrow().to_pandas()
    whole = _count_sets(episodes, bits.cast("int64")).to_pyarrow().to_pandas().assign(service_id="")
    counted = pd.concat([each, whole], ignore_index=True)
    cuts = [counted.assign(ethnic_group="")]
    cuts += [
        counted[counted["groups"] & 1 << place > 0].assign(ethnic_group=g) for place, g in enumerate(groups)
    ]
    summed: pd.DataFrame = (
        pd.concat(cuts).groupby(["service_id", "ethnic_group"], as_index=False)[["children"]].sum()
    )
    return summed.astype({"children": "int64"})


def _count_referred(episodes: Table) -> Table:
    return episodes.group_by("service_id", "ethnic_group").aggregate(
        referred=ibis._.count(),
        started=ibis._.start_date.notnull().sum(),
        isa_agreed=ibis._.isa_date.notnull().sum(),
        left_early=(episodes.end_reason == "dropped_out").fill_null(False).sum(),
    )


def _count_scored(outcomes: Table) -> Table:
    baseline = outcomes.baseline_score.notnull()
    # By one number: an episode has one service and one group, and texts in the key cost a fifth more time.
    steps = outcomes.group_by("episode").aggregate(
        service_id=outcomes.service_id.arbitrary(),
        ethnic_group=outcomes.ethnic_group.arbitrary(),
        baseline=baseline.any(),
        review=(baseline & outcomes.review_score.notnull()).any(),
        achieved=outcomes.achieved.isin(["fully", "partly"]).fill_null(False).any(),
    )
    return steps.group_by("service_id", "ethnic_group").aggregate(
        baseline=steps.baseline.sum(), review=steps.review.sum(), achieved=steps.achieved.sum()
    )


def follow_journey(rows: Rows) -> Table:
    """How many treated episodes reached each step from referral to review, by service and ethnic group."""
    referred = _count_referred(rows.episodes)
    scored = _count_scored(rows.outcomes)
    steps = referred.left_join(scored, ["service_id", "ethnic_group"])
    return steps.select(
        "service_id",
        "ethnic_group",
        "referred",
        "started",
        "isa_agreed",
        *(steps[step].fill_null(0).name(step) for step in ("baseline", "review", "achieved")),
        "left_early",
    )


def list_scores(outcomes: Table, scales: Table) -> Table:
    """One row a scored outcome, both arms, in a fixed order: children as numbers, never published.

    `improvement` is turned so that more is better: review - baseline where a higher score is better,
    baseline - review where a lower one is.
    """
    scaled = outcomes.inner_join(scales.select("scale", "direction"), "scale")
    sign = ibis.ifelse(scaled.direction == "higher", 1, -1).cast("float64")
    listed = scaled.select(
        "service_id",
        "outcome",
        "scale",
        "arm",
        "ethnic_group",
        "provider_id",
        "baseline_score",
        "review_score",
        baseline_date=scaled.baseline_date.cast("timestamp"),
        review_date=scaled.review_date.cast("timestamp"),
        child=number(scaled.child_id),
        sign=sign,
        improvement=(scaled.review_score - scaled.baseline_score) * sign,
    )
    return listed.order_by("service_id", "child", *(name for name in _SCORE_ORDER))
