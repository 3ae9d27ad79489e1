"""Rows made ready for counting: ethnic groups, services and arms joined on; and the slices notebooks read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.ethnicity import NOT_KNOWN, Classification
from pipeline.measures.catalogue import Measure
from pipeline.measures.profiles import Profiles, number_profiles

JOURNEY_STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")
_SCORED = ("baseline", "review", "achieved")
_CELL_KEY = ("service_id", "provider_id", "given_ethnicity", "given_arm")
_GIVEN = {"given_ethnicity": "ethnicity", "given_arm": "arm"}
_NAMES = ("cell", "service_id", "ethnic_group", "ethnicity", "arm")
_KEPT = (
    "cell",
    "episode",
    "child",
    "profile",
    "scale_number",
    "baseline_score",
    "baseline_date",
    "review_score",
    "review_date",
    "achieved",
)
_MOST_GROUPS = 62


@dataclass(frozen=True)
class Rows:
    """Current accepted rows of both arms, joined; outcomes and children know their episode's cell, see `cells`.

    `children` has a row an episode: its number, its child's number, its cell, the day of referral, and the number of
    the child's profile, which outcomes and feedback know too.
    """

    episodes: Table
    outcomes: Table
    feedback: Table
    children: Table
    cells: Table
    profiles: Profiles

    def treated(self) -> Rows:
        """Only rows about children in the services, each with its service and its child's ethnic group."""
        outcomes, children = (name_cells(table, self.cells) for table in (self.outcomes, self.children))
        episodes, outcomes, feedback, children = (
            table.filter(table.arm == "treated")
            for table in (self.episodes, outcomes, self.feedback, children)
        )
        return Rows(episodes, outcomes, feedback, children, self.cells, self.profiles)


def number_cells(episodes: Table, classification: Classification) -> pd.DataFrame:
    """Every combination of service, provider, ethnicity and arm that occurs, numbered in a fixed order.

    Millions of rows carry one number in place of four texts. `ethnicity` is the code of the classification (blank
    where it is not known) and `code_place` its place among the sorted codes, blank last; `ethnic_group` is its broad
    group ('Not known' where blank) and `group_bit` the place of that among the groups as a bit.
    """
    broad_groups = list(classification.broad_groups)
    if len(broad_groups) > _MOST_GROUPS:
        raise ValueError(f"{len(broad_groups)} broad ethnic groups; at most {_MOST_GROUPS} can be counted.")
    found = episodes.rename(_GIVEN).select(*_CELL_KEY).distinct()
    cells: pd.DataFrame = found.to_pyarrow().to_pandas().sort_values(list(_CELL_KEY), ignore_index=True)
    broad = {entry.code: entry.broad_group for entry in classification.codes}
    places = {code: place for place, code in enumerate([*sorted(broad), ""])}
    groups = cells["given_ethnicity"].map(broad).fillna(NOT_KNOWN).astype("str")
    codes = cells["given_ethnicity"].where(groups != NOT_KNOWN, "").astype("str")
    return cells.assign(
        ethnicity=codes,
        code_place=codes.map(places).astype("int64"),
        ethnic_group=groups,
        group_bit=groups.map({group: 1 << place for place, group in enumerate(broad_groups)}).astype("int64"),
        arm=cells["given_arm"].fillna("treated").astype("str"),
        cell=pd.RangeIndex(len(cells)).astype("int32"),
    )


def number(key: Any) -> Any:
    """A number in place of an id, the same for the same id and never published.

    A 64-bit hash: among ten million ids, two share a number with a chance of about 3 in a million.
    """
    return key.hash()


def number_episode(rows: Table) -> Any:
    """The number of the episode that a row is about."""
    return number(rows.return_provider + "|" + rows.episode_id)


def join_rows(
    episodes: Table,
    outcomes: Table,
    feedback: Table,
    cells: Table,
    scales: Table,
    profiles: Profiles,
    catalogue: Sequence[Measure],
    keep: Callable[[str, Table], Table],
) -> Rows:
    """Join what an episode knows (service, group, arm) to its outcomes and its feedback.

    What is counted several times is narrow, for `keep` to hold in memory under a name: of episodes their numbers, and
    of joined outcomes the columns that `catalogue`, the journey and the scores rest on.
    """
    given = episodes.rename(_GIVEN)
    celled = given.join(cells, [given[name].identical_to(cells[name]) for name in _CELL_KEY])
    known = number_profiles(celled, profiles, keep)
    numbers = known.select(
        "cell", "referral_date", "profile", episode=number_episode(known), child=number(known.child_id)
    )
    numbered = keep("numbered_episodes", numbers)
    about_scored = numbered.drop("referral_date")
    scored = outcomes.mutate(episode=number_episode(outcomes)).inner_join(about_scored, "episode")
    scaled = scored.left_join(scales, "scale").select(*outcome_columns(catalogue))
    about = name_cells(numbered.select("episode", "cell", "profile"), cells)
    answered = feedback.mutate(episode=number_episode(feedback)).left_join(about, "episode")
    told = answered.mutate(
        ethnic_group=answered.ethnic_group.fill_null(NOT_KNOWN),
        ethnicity=answered.ethnicity.fill_null(""),
        arm=answered.arm.fill_null("treated"),
        profile=answered.profile.fill_null(profiles.unknown),
    )
    return Rows(known, keep("joined_outcomes", scaled), told, numbered, cells, profiles)


def name_cells(rows: Table, cells: Table) -> Table:
    """Rows that carry the number of a cell, with its service, group and arm."""
    return rows.inner_join(cells.select(*_NAMES, "group_bit", "code_place"), "cell")


def outcome_columns(catalogue: Sequence[Measure]) -> tuple[str, ...]:
    """The columns of joined outcomes that the measures, the journey and the scores rest on."""
    measures = [measure for measure in catalogue if measure.table == "outcomes"]
    terms = [term for m in measures for side in (m.denominator, m.numerator) for term in side.terms]
    named = [*(m.dated_by for m in measures), *(column for term in terms for column in term.columns)]
    return tuple(dict.fromkeys([*_KEPT, *named]))


def _count_referred(episodes: Table) -> Table:
    return episodes.group_by("service_id", "ethnic_group").aggregate(
        referred=ibis._.count(),
        started=ibis._.start_date.notnull().sum(),
        isa_agreed=ibis._.isa_date.notnull().sum(),
        left_early=(episodes.end_reason == "dropped_out").fill_null(False).sum(),
    )


def _count_scored(outcomes: Table) -> Table:
    """Episodes by the steps that any of their outcomes reached, packed with the service and group into one number."""
    baseline = outcomes.baseline_score.notnull()
    steps = (
        baseline,
        baseline & outcomes.review_score.notnull(),
        outcomes.achieved.isin(["fully", "partly"]).fill_null(False),
    )
    reached = sum(
        (step.cast("int64") << place for place, step in enumerate(steps)), outcomes.cell.cast("int64") << 3
    )
    each = (
        outcomes.select("episode", reached=reached)
        .group_by("episode")
        .aggregate(reached=ibis._.reached.bit_or())
    )
    counted = each.group_by("reached").aggregate(episodes=ibis._.count())
    return counted.select(
        cell=(counted.reached >> 3).cast("int32"),
        **{
            name: ibis.ifelse((counted.reached & 1 << place) > 0, counted.episodes, 0)
            for place, name in enumerate(_SCORED)
        },
    )


def follow_journey(rows: Rows) -> Table:
    """How many treated episodes reached each step from referral to review, by service and ethnic group."""
    referred = _count_referred(rows.episodes)
    reached = name_cells(_count_scored(rows.outcomes), rows.cells)
    by = ("service_id", "ethnic_group")
    scored = reached.group_by(*by).aggregate(**{step: reached[step].sum() for step in _SCORED})
    steps = referred.left_join(scored, by)
    return steps.select(
        *by,
        "referred",
        "started",
        "isa_agreed",
        *(steps[step].fill_null(0).cast("int64").name(step) for step in _SCORED),
        "left_early",
    )


def list_scores(outcomes: Table, digits: Mapping[str, tuple[int, int]] = MappingProxyType({})) -> Table:
    """One row a scored outcome of both arms, never published: children, cells and scales as numbers.

    `digits` are the characteristics that plans hold fixed, each a column with the place of its level.
    `position` orders the rows the same way in every run. One number to sort by takes a third less time than all
    columns, and rows of the same number are the same.
    """
    scored = outcomes.filter(outcomes.scale_number.notnull())
    held = {name: scored.profile // by % size for name, (by, size) in digits.items()}
    listed = scored.select(
        "cell", "child", "scale_number", "baseline_score", "review_score", "review_date", **held
    )
    return listed.mutate(position=number(ibis.struct({name: listed[name] for name in listed.columns})))
