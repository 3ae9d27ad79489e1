"""Random episodes, outcomes and feedback by the million, in the format of `validate`."""

from pathlib import Path

import duckdb

from pipeline.contract.dataset import Dataset

_SERVICES = 20
_CHILDREN_AN_EPISODE = 0.7
_FEEDBACK_EVERY = 5


def _pick(seed: str, *values: str) -> str:
    listed = ", ".join("NULL" if value == "" else f"'{value}'" for value in values)
    return f"[{listed}][1 + (hash({seed}) % {len(values)})::INT]"


def _episodes(count: int, codes: tuple[str, ...]) -> str:
    started, ended = "hash(i, 2) % 8 > 0", "hash(i, 2) % 8 > 0 AND hash(i, 4) % 3 > 0"
    return f"""
    SELECT 'E' || i AS episode_id, 'S' || lpad((1 + p)::VARCHAR, 2, '0') AS service_id,
      'provider_' || p AS provider_id,
      'C' || (hash(i, 1) % {int(count * _CHILDREN_AN_EPISODE)}) AS child_id,
      CASE WHEN hash(i, 9) % 10 = 0 THEN 'comparison' END AS arm, referred AS referral_date,
      CASE WHEN {started} THEN referred + (hash(i, 3) % 60)::INT END AS start_date,
      CASE WHEN {ended} THEN referred + 60 + (hash(i, 5) % 300)::INT END AS end_date,
      CASE WHEN {ended} THEN {_pick("i, 6", "completed", "dropped_out", "other")} END AS end_reason,
      (hash(i, 7) % 19)::BIGINT AS age, {_pick("i, 8", "female", "male")} AS sex,
      {_pick("i, 10", *codes, "")} AS ethnicity, 'no' AS disability, 'Quayside' AS area,
      CASE WHEN hash(i, 11) % 3 > 0 THEN referred + 20 END AS isa_date,
      CASE WHEN hash(i, 12) % 30 = 0 THEN referred + 50 END AS protection_plan_start,
      CASE WHEN hash(i, 12) % 90 = 0 THEN referred + 250 END AS protection_plan_end,
      'provider_' || p AS return_provider, '2011-q4' AS period, 'episodes.csv' AS file, i + 2 AS "row"
    FROM (SELECT i, i * {_SERVICES} // {count} AS p,
      DATE '2009-04-01' + (hash(i, 13) % 1000)::INT AS referred FROM range({count}) AS t(i))"""


def _outcomes(count: int) -> str:
    scale = _pick("i, 20", "wellbeing", "difficulties", "family_star")
    begun, reviewed = "hash(i, 21) % 10 > 0", "hash(i, 23) % 3 > 0"
    return f"""
    SELECT 'E' || e AS episode_id, {_pick("i, 20", "wellbeing", "safer life", "parenting")} AS outcome,
      {scale} AS scale, CASE WHEN {begun} THEN (hash(i, 22) % 30)::DOUBLE END AS baseline_score,
      CASE WHEN {begun} THEN referred + 20 END AS baseline_date,
      CASE WHEN {reviewed} THEN (hash(i, 24) % 30)::DOUBLE END AS review_score,
      CASE WHEN {reviewed} THEN referred + 180 END AS review_date, 20.0::DOUBLE AS goal,
      CASE WHEN {reviewed} THEN {_pick("i, 25", "fully", "partly", "no")} END AS achieved,
      'provider_' || (e * {_SERVICES} // {count}) AS return_provider, '2011-q4' AS period,
      'outcomes.csv' AS file, i + 2 AS "row"
    FROM (SELECT i, e, DATE '2009-04-01' + (hash(e, 13) % 1000)::INT AS referred
      FROM (SELECT i, (hash(i, 30) % {count})::BIGINT AS e FROM range({count}) AS t(i)))"""


def _feedback(count: int) -> str:
    return f"""
    SELECT 'F' || i AS feedback_id, 'S' || lpad((1 + p)::VARCHAR, 2, '0') AS service_id,
      CASE WHEN hash(i, 31) % 2 = 0 THEN 'E' || e END AS episode_id,
      DATE '2009-04-01' + (hash(i, 32) % 1090)::INT AS date, 'child' AS who,
      {_pick("i, 33", "yes", "no", "")} AS positive, {_pick("i, 34", "yes", "no", "")} AS took_part,
      'provider_' || p AS return_provider, '2011-q4' AS period, 'feedback.csv' AS file, i + 2 AS "row"
    FROM (SELECT i, e, e * {_SERVICES} // {count} AS p FROM (
      SELECT i, (hash(i, 30) % {count})::BIGINT AS e FROM range({count // _FEEDBACK_EVERY}) AS t(i)))"""


def write_episodes(folder: Path, count: int, dataset: Dataset) -> None:
    """Write `count` episodes, as many outcomes (about one an episode) and a fifth as many answers, as Parquet."""
    folder.mkdir(parents=True)
    codes = tuple(entry.code for entry in dataset.classification.codes)
    queries = {
        "episodes": _episodes(count, codes),
        "outcomes": _outcomes(count),
        "feedback": _feedback(count),
    }
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for name, query in queries.items():
            connection.execute(f"COPY ({query}) TO '{(folder / name).as_posix()}.parquet' (COMPRESSION zstd)")
