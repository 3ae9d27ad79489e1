"""How far children came, step by step, from referral to the outcome achieved; and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from pipeline.measures.cells import Cells, Numbers
from pipeline.measures.marks import Marks
from pipeline.measures.rows import JOURNEY_STEPS, Rows

_OF_EPISODES = ("started", "isa_agreed", "left_early")
RESULTS = ("isa_completed", "achieved_fully", "achieved_partly")


def follow_scored(rows: Rows) -> Table:
    """A row a treated episode with outcomes: its cell, its steps (marks that hold of any of them) and their days.

    `still` says whether the episode is open.
    """
    outcomes, marks = rows.outcomes.inner_join(rows.treated(), "cell"), rows.marks["outcomes"]
    baseline, review = (marks.holds(outcomes, name) for name in ("baseline", "review"))
    each = outcomes.group_by("episode").aggregate(
        cell=outcomes.cell.max(),
        isa_date=outcomes.isa_date.max(),
        first_scored=outcomes.baseline_date.min(where=baseline),
        scored_again=outcomes.review_date.min(where=review),
        marks_0=outcomes.marks_0.bit_or(),
    )
    return each.drop("episode").mutate(still=marks.holds(each, "open"))


def ask_scored(rows: Rows, scored: Table) -> Table:
    """Episodes with outcomes by broad place and marks; `scored` as `follow_scored` has it."""
    steps = rows.marks["outcomes"].keep(scored, ("baseline", "review", "fully", "partly"), 1)
    placed = scored.select("cell", **steps).inner_join(rows.treated("broad"), "cell")
    return placed.group_by("broad", "marks_0").aggregate(rows=ibis._.count())


def _sum(counted: pd.DataFrame, by: str, holds: object, size: int) -> Numbers:
    weights = counted["rows"].to_numpy() * holds
    summed: Numbers = np.bincount(counted[by].to_numpy("int64"), weights, size).astype("int64")
    return summed


def tell_journey(
    cells: Cells, marks: Mapping[str, Marks], episodes: pd.DataFrame, scored: pd.DataFrame
) -> pd.DataFrame:
    """How many treated episodes reached each step from referral to review, by service and ethnic group.

    `episodes` are the rows of them by broad place and marks, `scored` what `ask_scored` asks.
    """
    size = len(cells.services) * len(cells.groups)
    of_episodes, of_outcomes = marks["episodes"], marks["outcomes"]
    reached = {step: of_outcomes.read(scored, step) for step in ("baseline", "review")}
    reached["achieved"] = of_outcomes.read(scored, "fully") | of_outcomes.read(scored, "partly")
    steps = {
        "referred": _sum(episodes, "broad", 1, size),
        **{step: _sum(episodes, "broad", of_episodes.read(episodes, step), size) for step in _OF_EPISODES},
        **{step: _sum(scored, "broad", holds, size) for step, holds in reached.items()},
    }
    places = np.flatnonzero(steps["referred"])
    names = cells.name_broad(places)
    return pd.DataFrame({**names, **{step: steps[step][places] for step in (*JOURNEY_STEPS, "left_early")}})


def tell_results(
    cells: Cells, marks: Mapping[str, Marks], counted: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """By service: of agreements whose episode has ended, those that ended as completed; of outcomes that were judged,
    those achieved fully, and those achieved partly. `counted` are rows by broad place and marks.
    """
    asked = {
        "isa_completed": ("episodes", ("isa_agreed", "ended"), "completed"),
        "achieved_fully": ("outcomes", ("judged",), "fully"),
        "achieved_partly": ("outcomes", ("judged",), "partly"),
    }
    parts = []
    for place, result in enumerate(RESULTS):
        table, of, event = asked[result]
        rows, bits = counted[table], marks[table]
        out_of = np.logical_and.reduce([bits.read(rows, name) for name in of])
        placed = rows.assign(service=rows["broad"] // len(cells.groups))
        total = _sum(placed, "service", out_of, len(cells.services))
        events = _sum(placed, "service", out_of & bits.read(rows, event), len(cells.services))
        found = np.flatnonzero(total)
        named = {
            "service": found,
            "place": place,
            "result": result,
            "events": events[found],
            "total": total[found],
        }
        parts.append(pd.DataFrame(named))
    tidy = pd.concat(parts).sort_values(["service", "place"], ignore_index=True)
    return pd.DataFrame(
        {"service_id": cells.services.take(tidy["service"].to_numpy()), **tidy[["result", "events", "total"]]}
    )
