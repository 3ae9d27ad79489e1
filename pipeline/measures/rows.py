"""Rows made ready for counting: joined, and told in numbers; and the scores that notebooks read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ibis
from ibis.expr.types import Table

from pipeline.measures.catalogue import Measure
from pipeline.measures.cells import CELL_KEY, GIVEN, Cells
from pipeline.measures.marks import Marks
from pipeline.measures.maturity import dates_of
from pipeline.measures.predicates import in_denominator, predicate
from pipeline.measures.profiles import Profiles, number_profiles

JOURNEY_STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")
_EPISODE_DATES = ("referral_date", "start_date", "end_date", "isa_date")
_OUTCOME_DATES = ("baseline_date", "review_date")
_SCORES = ("baseline_score", "review_score")
Keep = Callable[[str, Table], Table]


@dataclass(frozen=True)
class Rows:
    """Current accepted rows of both arms in numbers: each has its cell, its child's profile, its dates and marks.

    Rows of one `cluster` are of one child, or of children of one family where the returns tell families.

    `children` has a row an episode: its number, its child's number, its cell, profile and day of referral. `cells`
    says of each cell whether its rows are of the treated, and what they are counted by; `marks` what the bits of each
    table's marks stand for.
    """

    episodes: Table
    outcomes: Table
    feedback: Table
    cells: Table
    known_cells: Cells
    marks: Mapping[str, Marks]
    profiles: Profiles

    @property
    def by_name(self) -> dict[str, Table]:
        """The tables of returns."""
        return {"episodes": self.episodes, "outcomes": self.outcomes, "feedback": self.feedback}

    def treated(self, *columns: str) -> Table:
        """The cells of children in the services, with these columns."""
        return self.cells.filter(self.cells.treated).select("cell", *columns)


def number(key: Any) -> Any:
    """A number in place of an id, the same for the same id and never published.

    A 64-bit hash: among ten million ids, two share a number with a chance of about 3 in a million.
    """
    return key.hash()


def _number_episode(rows: Table) -> Any:
    return number(rows.return_provider + "|" + rows.episode_id)


def _number_cluster(episodes: Table) -> Any:
    """Whom an episode's rows belong together with: the child's family, where any of its episodes tells it."""
    child = ibis.literal("child ") + episodes.child_id
    if "family_id" not in episodes.columns:
        return number(child)
    family = episodes.family_id.min().over(group_by="child_id")
    return number((ibis.literal("family ") + family).fill_null(child))


def total_of(measure: Measure) -> str:
    """The mark of the rows that a measure is out of."""
    return f"total {measure.measure_id} {measure.version}"


def events_of(measure: Measure) -> str:
    """The mark of the rows that a measure counts."""
    return f"events {measure.measure_id} {measure.version}"


def _is(column: Any, *words: str) -> Any:
    return column.isin(words).fill_null(False)


def _said(rows: Table, table: str, catalogue: Sequence[Measure]) -> dict[str, Any]:
    """What is said of a row: steps of the journey, and whom each measure of its table is out of and counts."""
    said: dict[str, Any] = {}
    if table == "episodes":
        said |= {
            "started": rows.start_date.notnull(),
            "isa_agreed": rows.isa_date.notnull(),
            "ended": rows.end_date.notnull(),
            "completed": _is(rows.end_reason, "completed"),
            "left_early": _is(rows.end_reason, "dropped_out"),
        }
    if table == "outcomes":
        scored = rows.baseline_score.notnull()
        said |= {
            "baseline": scored,
            "review": scored & rows.review_score.notnull(),
            "judged": rows.achieved.notnull(),
            "fully": _is(rows.achieved, "fully"),
            "partly": _is(rows.achieved, "partly"),
            "open": rows.open,
        }
    for measure in catalogue:
        if measure.table == table:
            out_of = in_denominator(measure, rows)
            said[total_of(measure)] = out_of
            said[events_of(measure)] = out_of & predicate(measure.numerator, rows)
    return said


def _dates(table: str, usual: Sequence[str], catalogue: Sequence[Measure]) -> tuple[str, ...]:
    """The dates that something of this table is counted by."""
    named = [date for measure in catalogue if measure.table == table for date in dates_of(measure)]
    return tuple(dict.fromkeys([*usual, *named]))


def _tell(
    rows: Table, table: str, columns: Sequence[str], catalogue: Sequence[Measure]
) -> tuple[Table, Marks]:
    """Rows with these columns and their marks."""
    said = _said(rows, table, catalogue)
    marks = Marks(tuple(said))
    return rows.select(*columns, **marks.write(said)), marks


def join_rows(
    tables: Mapping[str, Table],
    cells: Table,
    known_cells: Cells,
    scales: Table,
    profiles: Profiles,
    catalogue: Sequence[Measure],
    keep: Keep,
) -> Rows:
    """Join what an episode knows (its cell, its child's profile) to its outcomes and its feedback.

    `cells` is what `known_cells` tells to count by. What is counted is narrow, for `keep` to hold in memory under a
    name.
    """
    occurring = cells.filter(cells.cell < known_cells.of_feedback)
    known = _join_episodes(tables["episodes"], occurring, profiles, keep)
    dates = _dates("episodes", _EPISODE_DATES, catalogue)
    numbered = known.mutate(
        episode=_number_episode(known), child=number(known.child_id), cluster=_number_cluster(known)
    )
    told, marks = _tell(
        numbered, "episodes", ("episode", "child", "cluster", "cell", "profile", *dates), catalogue
    )
    episodes = keep("counted_episodes", told)
    outcomes, of_outcomes = _join_outcomes(tables["outcomes"], episodes, scales, catalogue)
    feedback, of_feedback = _join_feedback(
        tables["feedback"], episodes, cells, known_cells, profiles, catalogue
    )
    return Rows(
        episodes,
        keep("counted_outcomes", outcomes),
        keep("counted_feedback", feedback),
        cells,
        known_cells,
        {"episodes": marks, "outcomes": of_outcomes, "feedback": of_feedback},
        profiles,
    )


def _join_episodes(episodes: Table, cells: Table, profiles: Profiles, keep: Keep) -> Table:
    """Episodes with their cell and profile; ethnicity and arm as counted."""
    given = episodes.rename(GIVEN)
    keys = cells.select("cell", "ethnicity", "arm", **{f"cell_{name}": name for name in CELL_KEY})
    same = [given[name].identical_to(keys[f"cell_{name}"]) for name in CELL_KEY]
    celled = given.inner_join(keys, same)
    return number_profiles(celled, profiles, keep)


def _join_outcomes(
    outcomes: Table, episodes: Table, scales: Table, catalogue: Sequence[Measure]
) -> tuple[Table, Marks]:
    about = episodes.select(
        "episode", "child", "cluster", "cell", "profile", "isa_date", open=episodes.end_date.isnull()
    )
    scored = outcomes.mutate(episode=_number_episode(outcomes)).inner_join(about, "episode")
    dates = _dates("outcomes", _OUTCOME_DATES, catalogue)
    about_it = ("episode", "child", "cluster", "cell", "profile", "isa_date")
    columns = (*about_it, "scale_number", *_SCORES, *dates)
    return _tell(scored.left_join(scales, "scale"), "outcomes", columns, catalogue)


def _join_feedback(
    feedback: Table,
    episodes: Table,
    cells: Table,
    known_cells: Cells,
    profiles: Profiles,
    catalogue: Sequence[Measure],
) -> tuple[Table, Marks]:
    """Feedback of the treated and of nobody in particular, with a cell of its own service and its child's group."""
    codes = len(known_cells.codes)
    own = cells.filter(cells.cell >= known_cells.of_feedback)
    own = own.select("service_id", own_cell="cell", code=own.place % codes)
    of_child = cells.select("cell", "treated", code=cells.place % codes)
    numbered = feedback.mutate(episode=_number_episode(feedback))
    found = numbered.left_join(episodes.select("episode", "cluster", "cell", "profile"), "episode")
    answered = found.left_join(of_child, "cell")
    told = answered.filter(answered.treated.fill_null(True)).mutate(
        code=answered.code.fill_null(known_cells.blank),
        profile=answered.profile.fill_null(profiles.unknown),
        # What names no episode belongs to no child that is known, so to no other row.
        cluster=answered.cluster.fill_null(number(answered.return_provider + "|" + answered.feedback_id)),
    )
    placed = told.drop("cell").inner_join(own, ("service_id", "code")).rename(cell="own_cell")
    return _tell(
        placed, "feedback", ("cluster", "cell", "profile", *_dates("feedback", (), catalogue)), catalogue
    )


def list_scores(outcomes: Table, digits: Mapping[str, tuple[int, int]] = MappingProxyType({})) -> Table:
    """One row a scored outcome of both arms, never published: children, cells and scales as numbers.

    `digits` are the characteristics that plans hold fixed, each a column with the place of its level.
    `position` orders the rows the same way in every run. One number to sort by takes a third less time than all
    columns, and rows of the same number are the same.
    """
    scored = outcomes.filter(outcomes.scale_number.notnull())
    held = {name: scored.profile.cast("int64") // by % size for name, (by, size) in digits.items()}
    listed = scored.select(
        "cell", "child", "scale_number", "baseline_score", "review_score", "review_date", **held
    )
    return listed.mutate(position=number(ibis.struct({name: listed[name] for name in listed.columns})))
