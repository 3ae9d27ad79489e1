"""Rows made ready for counting: ethnic groups, services and arms joined on; and the slices notebooks read."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import Table

from pipeline.contract.ethnicity import NOT_KNOWN, Classification

JOURNEY_STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")
_EPISODE_KEY = ["episode_id", "return_provider"]


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
    return Rows(
        known,
        _of_episode(outcomes, known, "service_id", "provider_id", "child_id", "ethnic_group", "arm"),
        answered.mutate(
            ethnic_group=answered.ethnic_group.fill_null(NOT_KNOWN), arm=answered.arm.fill_null("treated")
        ),
    )


def count_children(episodes: Table) -> Table:
    """Children (not episodes) by service and ethnic group; service_id blank counts each child once over all.

    A child recorded with two groups counts once in each group, and once in the total of all groups
    (ethnic_group blank).
    """
    blank = ibis.literal("")
    cuts = [
        episodes.select(
            "child_id",
            service_id=episodes.service_id if by_service else blank,
            ethnic_group=episodes.ethnic_group if by_group else blank,
        )
        for by_service in (True, False)
        for by_group in (True, False)
    ]
    counted = ibis.union(*cuts).group_by("service_id", "ethnic_group")
    return counted.aggregate(children=ibis._.child_id.nunique())


def follow_journey(rows: Rows) -> Table:
    """How many treated episodes reached each step from referral to review, by service and ethnic group."""
    scored = rows.outcomes.group_by(_EPISODE_KEY).aggregate(
        baseline=rows.outcomes.baseline_score.notnull().any(),
        review=(rows.outcomes.baseline_score.notnull() & rows.outcomes.review_score.notnull()).any(),
        achieved=rows.outcomes.achieved.isin(["fully", "partly"]).any(),
    )
    steps = rows.episodes.left_join(scored, _EPISODE_KEY)
    agreed = steps.isa_date.notnull()
    return steps.group_by("service_id", "ethnic_group").aggregate(
        referred=steps.count(),
        started=steps.start_date.notnull().sum(),
        isa_agreed=agreed.sum(),
        baseline=(steps.baseline.fill_null(False)).sum(),
        review=(steps.review.fill_null(False)).sum(),
        achieved=(steps.achieved.fill_null(False)).sum(),
        left_early=(steps.end_reason == "dropped_out").fill_null(False).sum(),
    )


def list_scores(outcomes: Table, scales: Table) -> Table:
    """One row a scored outcome, both arms: scores turned so that more is better, children as numbers.

    `improvement` = review - baseline where a higher score is better, baseline - review where a lower one is.
    Never published; `child` is a number within the table, not the pseudonym.
    """
    scaled = outcomes.inner_join(scales.select("scale", "direction"), "scale")
    sign = ibis.ifelse(scaled.direction == "higher", 1.0, -1.0)
    child = ibis.dense_rank().over(ibis.window(order_by=scaled.child_id))
    return scaled.select(
        "service_id",
        "provider_id",
        "arm",
        "ethnic_group",
        "outcome",
        "scale",
        "baseline_score",
        "baseline_date",
        "review_score",
        "review_date",
        child=child,
        sign=sign,
        improvement=(scaled.review_score - scaled.baseline_score) * sign,
    )
