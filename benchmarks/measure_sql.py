"""Everything that `measure` counts, in hand-written SQL: joined once into narrow tables, then grouped.

The sums of each query must equal those of `measure`'s own tables (`measure_sums`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import NOT_KNOWN

Columns = Mapping[str, Any]
_LEVELS = ("age", "sex", "disability", "area")


def _month(date: str) -> str:
    return f"year({date}) * 12 + month({date})"


def _of_service(date: str) -> str:
    return f"{_month(date)} - start_month - (day({date}) < start_day)::INT"


_TABLES = (
    """CREATE TEMP TABLE services AS SELECT service_id, (row_number() OVER (ORDER BY service_id))::UTINYINT AS service,
 year(start) * 12 + month(start) AS start_month, day(start) AS start_day
 FROM read_parquet('{reference}/services.parquet')""",
    """CREATE TEMP TABLE areas AS SELECT area, (row_number() OVER (ORDER BY area))::UTINYINT AS area_number
 FROM (SELECT DISTINCT area FROM read_parquet('{folder}/episodes.parquet') WHERE area IS NOT NULL)""",
    """CREATE TEMP TABLE e AS SELECT hash(return_provider || '|' || episode_id) AS episode, hash(child_id) AS child,
 service, coalesce(arm, 'treated') = 'treated' AS treated, coalesce(code_number, 0)::UTINYINT AS code,
 coalesce(broad_number, {unknown})::UTINYINT AS broad,
 (CASE WHEN age <= 0 THEN 0 WHEN age <= 4 THEN 1 WHEN age <= 9 THEN 2 WHEN age <= 15 THEN 3 WHEN age IS NOT NULL THEN 4
  ELSE 5 END)::UTINYINT AS age,
 (CASE sex WHEN 'female' THEN 0 WHEN 'male' THEN 1 ELSE 2 END)::UTINYINT AS sex,
 (CASE disability WHEN 'yes' THEN 0 WHEN 'no' THEN 1 ELSE 2 END)::UTINYINT AS disability,
 coalesce(area_number, 0)::UTINYINT AS area, referral_date, start_date, end_date, isa_date, protection_plan_start,
 protection_plan_end, end_reason = 'completed' AS completed, end_reason = 'dropped_out' AS left_early
 FROM read_parquet('{folder}/episodes.parquet') JOIN services USING (service_id) LEFT JOIN areas USING (area)
 LEFT JOIN codes ON codes.code = ethnicity""",
    """CREATE TEMP TABLE o AS SELECT e.episode, e.service, e.treated, e.code, e.broad, age, sex, disability, area,
 isa_date, end_date, baseline_date, review_date, baseline_score IS NOT NULL AS scored,
 baseline_score IS NOT NULL AND review_score IS NOT NULL AS again, achieved IS NOT NULL AS judged,
 achieved = 'fully' AS fully, achieved = 'partly' AS partly
 FROM (SELECT *, hash(return_provider || '|' || episode_id) AS episode FROM read_parquet('{folder}/outcomes.parquet'))
 JOIN e USING (episode)""",
    """CREATE TEMP TABLE f AS SELECT s.service, coalesce(e.code, 0) AS code, coalesce(e.broad, {unknown}) AS broad,
 coalesce(age, 5) AS age, coalesce(sex, 2) AS sex, coalesce(disability, 2) AS disability, coalesce(area, 0) AS area,
 date, positive IS NOT NULL AS rated, positive = 'yes' AS positive, took_part IS NOT NULL AS said,
 took_part = 'yes' AS took_part
 FROM (SELECT *, hash(return_provider || '|' || episode_id) AS episode FROM read_parquet('{folder}/feedback.parquet')) f
 JOIN services s USING (service_id) LEFT JOIN e USING (episode) WHERE coalesce(treated, true)""",
    """CREATE TEMP TABLE x AS SELECT episode, any_value(service) AS service, any_value(broad) AS broad,
 any_value(isa_date) AS isa_date, any_value(end_date) IS NULL AS still,
 min(baseline_date) FILTER (scored) AS first_scored, min(review_date) FILTER (again) AS scored_again,
 bool_or(scored) AS baseline, bool_or(again) AS review, coalesce(bool_or(fully OR partly), false) AS achieved
 FROM o WHERE treated GROUP BY episode""",
    """CREATE TEMP TABLE c AS SELECT child, service, bit_or(1 << broad) AS groups,
 min((referral_date - DATE '2000-01-01') * 64 + (CASE code WHEN 0 THEN 63 ELSE code END)) AS first
 FROM e WHERE treated GROUP BY ALL""",
)
_EPISODES = """count(*) AS "{0} started total", count(start_date) AS "{0} started events",
 count(start_date) AS "{0} started_in_time total",
 count(*) FILTER (start_date - referral_date <= 28) AS "{0} started_in_time events",
 count(start_date) FILTER (referral_date >= DATE '2010-04-01') AS "{0} isa_agreed total",
 count(isa_date) FILTER (start_date IS NOT NULL AND referral_date >= DATE '2010-04-01') AS "{0} isa_agreed events"
"""
_FIRST_ISA = """, count(*) FILTER (referral_date < DATE '2010-04-01') AS "{0} isa_agreed 1 total",
 count(isa_date) FILTER (referral_date < DATE '2010-04-01') AS "{0} isa_agreed 1 events"
"""
_ENDED = """count(end_date) AS "{0} completed total",
 count(*) FILTER (completed AND end_date IS NOT NULL) AS "{0} completed events"
"""
_BASELINES = """count(*) FILTER (scored AND baseline_date IS NOT NULL) AS "{0} review_done total",
 count(*) FILTER (again AND baseline_date IS NOT NULL) AS "{0} review_done events"
"""
_REVIEWS = """count(*) FILTER (judged AND review_date IS NOT NULL) AS "{0} outcome_achieved total",
 count(*) FILTER ((fully OR partly) AND review_date IS NOT NULL) AS "{0} outcome_achieved events"
"""
_FEEDBACK = """count(*) FILTER (rated) AS "{0} positive_feedback total",
 count(*) FILTER (positive) AS "{0} positive_feedback events",
 count(*) FILTER (said) AS "{0} took_part total", count(*) FILTER (took_part) AS "{0} took_part events"
"""
_PLANS = """count(protection_plan_start) AS "{0} plan_started events",
 count(protection_plan_end) AS "{0} plan_ended events"
"""
_DATED = (
    ("e", "referral_date", _EPISODES + _FIRST_ISA),
    ("e", "end_date", _ENDED),
    ("e", "protection_plan_start", """count(*) AS "{0} plan_started events\""""),
    ("e", "protection_plan_end", """count(*) AS "{0} plan_ended events\""""),
    ("o", "baseline_date", _BASELINES),
    ("o", "review_date", _REVIEWS),
    ("f", "date", _FEEDBACK),
)
_MONTHS = tuple(
    f"""SELECT service, code, {_month(date)} AS month, {_of_service(date)} AS service_month, {counts.format("measures")}
 FROM {table} JOIN services USING (service) WHERE {date} IS NOT NULL {"" if table == "f" else "AND treated"}
 GROUP BY ALL"""
    for table, date, counts in _DATED
)
_TIME = f"""WITH spells AS (SELECT service, code, start_month, start_day, {_month("start_date")} AS first,
 {_month("last_date")} AS last, {_of_service("start_date")} AS opened, count(*) AS children,
 sum(day(start_date) - 1) AS before, sum(day(last_date)) AS within
 FROM (SELECT *, coalesce(end_date, DATE '{{until}}') AS last_date FROM e WHERE treated AND start_date IS NOT NULL)
 JOIN services USING (service) WHERE last_date >= start_date GROUP BY ALL),
 months AS (SELECT month, day(last_day(make_date((month - 1) // 12, (month - 1) % 12 + 1, 1))) AS length
 FROM range((SELECT min(first) FROM spells), {_month("DATE '{until}'")} + 1) AS t(month))
 SELECT service, code, month,
 CASE WHEN month = first THEN opened ELSE month - start_month - (start_day > 1)::INT END AS service_month,
 sum(CASE WHEN month < last THEN length * children ELSE within END - CASE WHEN month = first THEN before ELSE 0 END)
 AS "measures days" FROM spells JOIN months ON month BETWEEN first AND last GROUP BY ALL"""
_DAYS = """sum(CASE WHEN coalesce(end_date, DATE '{until}') >= start_date THEN
 greatest(0, least(coalesce(end_date, DATE '{until}'), last_day(DATE '{until}'))
 - greatest(start_date, DATE '2009-04-01') + 1) ELSE 0 END) AS "{0} days"
"""
_PROFILED = {
    "e": [_EPISODES, _ENDED, _PLANS, _DAYS],
    "o": [_BASELINES, _REVIEWS],
    "f": [_FEEDBACK],
}
_STEPS = {
    "e": """, count(*) AS "journey referred", count(start_date) AS "journey started",
 count(isa_date) AS "journey isa_agreed", count(*) FILTER (left_early) AS "journey left_early",
 count(*) FILTER (isa_date IS NOT NULL AND end_date IS NOT NULL) AS "results isa_completed total",
 count(*) FILTER (isa_date IS NOT NULL AND end_date IS NOT NULL AND completed) AS "results isa_completed events"
""",
    "o": """, count(*) FILTER (judged) AS "results achieved_fully total",
 count(*) FILTER (fully) AS "results achieved_fully events",
 count(*) FILTER (judged) AS "results achieved_partly total",
 count(*) FILTER (partly) AS "results achieved_partly events"
""",
    "f": "",
}


def _day_counts(
    table: str, step: str, since: str, own: str, within: int, still: str, where: str = "treated"
) -> str:
    days, early = f"{own} - {since}", f"{since} <= DATE '{{until}}' - {within}"
    return f"""SELECT service, {days} AS days, count(*) FILTER ({days} >= 0) AS "waits {step} taken",
 count(*) FILTER ({early}) AS "waits {step} followed",
 count(*) FILTER ({early} AND {days} BETWEEN 0 AND {within}) AS "waits {step} within",
 count(*) FILTER ({own} IS NULL AND {still}) AS "waits {step} waiting"
 FROM {table} WHERE {since} IS NOT NULL AND {where} GROUP BY ALL"""


_WAITS = (
    _day_counts("e", "started", "referral_date", "start_date", 28, "end_date IS NULL"),
    _day_counts("e", "isa_agreed", "start_date", "isa_date", 42, "end_date IS NULL"),
    _day_counts("x", "review", "first_scored", "scored_again", 182, "still", "true"),
    """SELECT service, first_scored - isa_date AS days,
 count(*) FILTER (first_scored >= isa_date) AS "waits baseline taken",
 count(*) FILTER (isa_date <= DATE '{until}' - 28 AND first_scored - isa_date BETWEEN 0 AND 28)
 AS "waits baseline within", -count(*) FILTER (still) AS "waits baseline waiting"
 FROM x WHERE isa_date IS NOT NULL AND first_scored IS NOT NULL GROUP BY ALL""",
    """SELECT service, count(*) FILTER (isa_date <= DATE '{until}' - 28) AS "waits baseline followed",
 count(*) FILTER (end_date IS NULL) AS "waits baseline waiting"
 FROM e WHERE isa_date IS NOT NULL AND treated GROUP BY ALL""",
)
_LAGS = tuple(
    f"""SELECT {days} AS days, {dated} <= DATE '{{until}}' - 365 AS early, count(*)
 FROM {table} WHERE {days} IS NOT NULL GROUP BY ALL"""
    for table, dated, days in (
        ("e", "referral_date", "start_date - referral_date"),
        ("e", "referral_date", "greatest(start_date, isa_date) - referral_date"),
        ("e", "end_date", "end_date - referral_date"),
        ("o", "baseline_date", "review_date - baseline_date"),
        ("o", "review_date", "review_date - baseline_date"),
    )
)
_CHILDREN = """SELECT service, groups, first % 64 AS code, {month} AS month, count(*) AS "newcomers children",
 count(*) AS "children children", sum(bit_count(groups)) AS "children by group"
 FROM {table} GROUP BY ALL"""
_FIRST_MONTH = _month("(DATE '2000-01-01' + (first // 64)::INT)")
_OTHERS = (
    """SELECT service, broad, count(*) FILTER (baseline) AS "journey baseline",
 count(*) FILTER (review) AS "journey review", count(*) FILTER (achieved) AS "journey achieved" FROM x GROUP BY ALL""",
    _CHILDREN.format(table="c", month=_FIRST_MONTH),
    _CHILDREN.format(
        table="(SELECT 0 AS service, bit_or(groups) AS groups, min(first) AS first FROM c GROUP BY child)",
        month=_FIRST_MONTH,
    ),
)


def _profile(table: str) -> str:
    """Return the query of counts by service, group and every characteristic, from which two tables are summed."""
    counts = ", ".join(counts.replace("{0}", "p") for counts in _PROFILED[table]) + _STEPS[table]
    treated = "" if table == "f" else "WHERE treated"
    return f"""CREATE TEMP TABLE p_{table} AS SELECT service, broad, {", ".join(_LEVELS)}, {counts}
 FROM {table} {treated} GROUP BY ALL"""


def _roll_up(connection: Any, table: str) -> list[str]:
    """Return queries of characteristics by level, of strata, and of the steps and results among these counts."""
    named = [row[0] for row in connection.execute(f"DESCRIBE p_{table}").fetchall()]
    counts, steps = (
        [name for name in named if name.startswith("p ")],
        [n for n in named if " " in n and n[:2] != "p "],
    )

    def sums(what: str) -> str:
        return ", ".join(f'sum("{name}") AS "{what}{name[1:]}"' for name in counts)

    sets = ", ".join(f"(service, broad, {level})" for level in _LEVELS)
    levels = ", ".join(_LEVELS)
    asked = [
        f"""SELECT service, broad, {levels}, {sums("characteristics")} FROM p_{table}
 GROUP BY GROUPING SETS ({sets})""",
        f"SELECT service, broad, age, sex, area, {sums('strata')} FROM p_{table} GROUP BY ALL",
    ]
    if steps:
        listed = ", ".join(f'sum("{name}") AS "{name}"' for name in steps)
        asked.append(f"SELECT service, broad, {listed} FROM p_{table} GROUP BY ALL")
    return asked


def count_by_hand(connection: Any, dataset: Dataset, folder: Path) -> list[Columns]:
    """Return the columns of every query: those grouped by, and counts (with a blank in their names)."""
    known = sorted((entry.code, entry.broad_group) for entry in dataset.classification.codes)
    groups = list(dataset.classification.broad_groups)
    codes = pd.DataFrame(
        [
            (code, 0 if group == NOT_KNOWN else number, groups.index(group))
            for number, (code, group) in enumerate(known, start=1)
        ],
        columns=["code", "code_number", "broad_number"],
    )
    connection.register("known_codes", codes)
    connection.execute("CREATE TEMP TABLE codes AS SELECT * FROM known_codes")
    places = {
        "folder": folder.as_posix(),
        "reference": (folder.parent / "reference").as_posix(),
        "until": dataset.complete_to.isoformat(),
        "unknown": groups.index(NOT_KNOWN),
    }
    for table in (*_TABLES, *map(_profile, _PROFILED)):
        connection.execute(table.format(**places))
    rolled = [query for table in _PROFILED for query in _roll_up(connection, table)]
    queries = (*_MONTHS, _TIME, *_WAITS, *_LAGS, *_OTHERS, *rolled)
    return [connection.execute(query.format(**places)).fetchnumpy() for query in queries]
