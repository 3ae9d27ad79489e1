"""Accepted rows joined for counting: each with its child, service, group and a flag for every measure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.record_keys import MOST_OF_A_FAMILY, RECORD_KEYS
from pipeline.contract.tables import load_table
from pipeline.measures.catalogue import Measure
from pipeline.measures.levels import Levels, level_columns
from pipeline.measures.predicates import Engine, in_denominator, number, predicate

JOURNEY_STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")
PLACE = ("service_id", "ethnic_group", "ethnicity")
"""The keys of counts, in the order of every table: ethnicity is a code of the classification or blank."""
_OF_EPISODE = (
    *("episode", "child", "cluster", "record_key", "provider_id"),
    *(*PLACE, "arm", "treated", "service_start"),
)


@dataclass(frozen=True)
class Rows:
    """Current accepted rows of both arms, each with its service, ethnic group, levels and dates.

    `treated` is true for children in the service. Rows of one `cluster` belong to one child, or to one family where the
    returns give families. For each measure of a table there are two Boolean columns: whether the row is in the
    denominator (`total_of`) and whether it is an event (`events_of`). `record_key` is the same number in all rows of a
    child: its sum over a cell decides how the cell is rounded.
    """

    episodes: Table
    outcomes: Table
    feedback: Table
    levels: Levels

    def treated(self, name: str) -> Table:
        """Return the rows of a table for children in the services."""
        table: Table = getattr(self, name)
        return table.filter(table.treated)


def fetch(table: Table) -> pd.DataFrame:
    """Run an expression and return its rows as a frame."""
    found: pd.DataFrame = table.to_pyarrow().to_pandas()
    return found


def over_all(table: Table) -> Table:
    """Return the rows with a blank service, for counts over all services."""
    return table.mutate(service_id=ibis.literal(""))


def sum_keys(table: Table, where: Any = None) -> Any:
    """Return the sum of the record keys of a table's rows, 0 for none."""
    return table.record_key.sum(where=where).fill_null(0).cast("int64")


def total_of(measure: Measure) -> str:
    """Return the name of the Boolean column for a measure's denominator."""
    return f"total {measure.measure_id} {measure.version}"


def events_of(measure: Measure) -> str:
    """Return the name of the Boolean column for a measure's events."""
    return f"events {measure.measure_id} {measure.version}"


def flag_columns(measure: Measure) -> tuple[str, str, str, str]:
    """Return the columns of `sum_flags`: events, total, and the sums of the record keys of both."""
    events, total = events_of(measure), total_of(measure)
    return events, total, f"{events} key", f"{total} key"


def sum_flags(table: Table, measures: Iterable[Measure]) -> dict[str, Any]:
    """Return sums of each measure's events and total, with the sums of their record keys, by column name."""
    summed: dict[str, Any] = {}
    for measure in measures:
        events, total = table[events_of(measure)], table[total_of(measure)]
        found = (events.sum(), total.sum(), sum_keys(table, events), sum_keys(table, total))
        summed |= dict(zip(flag_columns(measure), found, strict=True))
    return summed


def join_rows(
    tables: Mapping[str, Table],
    starts: Mapping[str, dt.date],
    classification: Classification,
    levels: Levels,
    catalogue: Sequence[Measure],
    engine: Engine,
    key: bytes,
) -> Rows:
    """Join episodes to their outcomes and feedback, under the dataset's key; `starts` by service."""
    children = engine.keep("children", engine.number(tables["episodes"].select("child_id").distinct(), key))
    numbered = tables["episodes"].inner_join(children, "child_id")
    known = _name_ethnicity(_without_fillers(numbered), classification)
    placed = known.mutate(
        episode=_episode_key(known),
        cluster=_cluster(known),
        record_key=known.child.cast("int64") & RECORD_KEYS,
        arm=known.arm.fill_null("treated"),
        treated=(known.arm.fill_null("treated") == "treated"),
        service_start=_start_of(known, starts),
        **level_columns(known, levels),
    )
    episodes = engine.keep(
        "counted_episodes", _with_flags(placed, "episodes", (*_OF_EPISODE, *levels), catalogue)
    )
    about = episodes.select(*_OF_EPISODE, *levels, "isa_date", open=episodes.end_date.isnull())
    outcomes = (
        tables["outcomes"].mutate(episode=_episode_key(tables["outcomes"])).inner_join(about, "episode")
    )
    of_outcome = (*_OF_EPISODE, *levels, "isa_date", "scale", "baseline_score", "review_score")
    feedback = _join_feedback(tables["feedback"], episodes, starts, levels, engine, key)
    of_feedback = ("cluster", "record_key", *PLACE, "treated", "service_start", *levels)
    return Rows(
        episodes,
        engine.keep("counted_outcomes", _with_flags(outcomes, "outcomes", of_outcome, catalogue)),
        engine.keep("counted_feedback", _with_flags(feedback, "feedback", of_feedback, catalogue)),
        levels,
    )


def _name_ethnicity(episodes: Table, classification: Classification) -> Table:
    """Replace unknown ethnicity codes by blank, and add the broad group."""
    groups = {code.code: code.broad_group for code in classification.codes if code.broad_group != NOT_KNOWN}
    code = episodes.ethnicity.isin([*groups]).ifelse(episodes.ethnicity, "").fill_null("")
    group = code.cases(*groups.items(), else_=NOT_KNOWN) if groups else ibis.literal(NOT_KNOWN)
    return episodes.mutate(ethnicity=code, ethnic_group=group)


def _start_of(rows: Table, starts: Mapping[str, dt.date]) -> Any:
    return rows.service_id.cases(*((name, ibis.literal(start)) for name, start in starts.items()))


def _episode_key(rows: Table) -> Any:
    return number(rows.return_provider + "|" + rows.episode_id)


def _without_fillers(episodes: Table) -> Table:
    """Blank family ids with more children than a family has: they are words for 'none'."""
    if "family_id" not in episodes.columns:
        return episodes
    sizes = episodes.group_by("family_id").aggregate(family_size=episodes.child_id.nunique())
    placed = episodes.left_join(sizes, "family_id")
    small = placed.family_size <= MOST_OF_A_FAMILY
    cleaned = placed.mutate(family_id=small.ifelse(placed.family_id, None))
    return cleaned.select(*episodes.columns)


def _cluster(episodes: Table) -> Any:
    """Return the cluster of each episode: the child's family where any of its episodes gives one, else the child."""
    child = ibis.literal("child ") + episodes.child_id
    if "family_id" not in episodes.columns:
        return number(child)
    family = episodes.family_id.min().over(group_by="child_id")
    return number((ibis.literal("family ") + family).fill_null(child))


def _join_feedback(
    feedback: Table,
    episodes: Table,
    starts: Mapping[str, dt.date],
    levels: Levels,
    engine: Engine,
    key: bytes,
) -> Table:
    """Join feedback of treated or unnamed children to its service, and to its child's ethnicity and levels."""
    of_child = ("cluster", "record_key", "ethnic_group", "ethnicity", "treated", *levels)
    about = episodes.select("episode", *of_child)
    found = feedback.mutate(episode=_episode_key(feedback)).left_join(about, "episode")
    answered = found.filter(found.treated.fill_null(True))
    unknown = dict.fromkeys(("ethnic_group", *levels), NOT_KNOWN) | {"ethnicity": ""}
    # Feedback that names no episode has no known child: each such row is a cluster of its own.
    answered = answered.mutate(
        child_id=ibis.literal("feedback ") + answered.return_provider + "|" + answered.feedback_id
    )
    alone = answered.filter(answered.record_key.isnull()).select("child_id").distinct()
    numbers = engine.keep("answers", engine.number(alone, key))
    answered = answered.left_join(numbers.select("child_id", "child"), "child_id")
    return answered.mutate(
        treated=ibis.literal(True),
        service_start=_start_of(answered, starts),
        cluster=answered.cluster.fill_null(number(answered.child_id)),
        record_key=answered.record_key.fill_null(answered.child.cast("int64") & RECORD_KEYS),
        **{name: answered[name].fill_null(blank) for name, blank in unknown.items()},
    )


def _with_flags(rows: Table, table: str, columns: Sequence[str], catalogue: Sequence[Measure]) -> Table:
    """Select these columns and the dates, with the flags of the journey and of each measure."""
    dates = [field.name for field in load_table(table).fields if field.type == "date"]
    flags = _journey_flags(rows, table)
    for measure in (measure for measure in catalogue if measure.table == table):
        is_total = in_denominator(measure, rows)
        flags[total_of(measure)] = is_total
        flags[events_of(measure)] = is_total & predicate(measure.numerator, rows)
    return rows.select(*dict.fromkeys([*columns, *(date for date in dates if date in rows.columns)]), **flags)


def _journey_flags(rows: Table, table: str) -> dict[str, Any]:
    if table == "episodes":
        return {
            "started": rows.start_date.notnull(),
            "isa_agreed": rows.isa_date.notnull(),
            "ended": rows.end_date.notnull(),
            "completed": _is(rows.end_reason, "completed"),
            "left_early": _is(rows.end_reason, "dropped_out"),
        }
    if table == "outcomes":
        scored = rows.baseline_score.notnull()
        return {
            "baseline": scored,
            "review": scored & rows.review_score.notnull(),
            "judged": rows.achieved.notnull(),
            "fully": _is(rows.achieved, "fully"),
            "partly": _is(rows.achieved, "partly"),
            "open": rows.open,
        }
    return {}


def _is(column: Any, word: str) -> Any:
    return (column == word).fill_null(False)


def list_scores(rows: Rows, scales: Sequence[str], covariates: Sequence[str] = ()) -> Table:
    """Return one row per scored outcome of both arms, never published; children as keyed numbers.

    `covariates` are those of the plans. Rows are ordered by all columns, so that every run gives the same order.
    """
    scored = rows.outcomes.filter(rows.outcomes.scale.isin([*scales]))
    about = ("service_id", "provider_id", "ethnic_group", "ethnicity", "arm", "scale", "child")
    listed = scored.select(*about, "baseline_score", "review_score", "review_date", *covariates)
    return listed.order_by(*listed.columns)
