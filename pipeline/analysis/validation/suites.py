"""A suite of expectations for each table: the declared contract, and the rules that its rows must meet.

Each expectation's `meta` says what it stands for: `contract`, a promise of the reader; or `rule`, one of
`contract/rules.csv`, which a row breaks where it meets not every expectation of that rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.analysis.validation import expectations as own
from pipeline.analysis.validation.batches import REFERRAL, RETURN, Known
from pipeline.analysis.validation.library import Column, gx
from pipeline.contract.record_keys import MOST_OF_A_FAMILY
from pipeline.contract.tables import Field, Table, load_table

Expected = Iterator[Any]
_library = gx.expectations
_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "date": "datetime64[ms]"}
_CHILD = [*RETURN, "child_id"]
_ENOUGH_ROWS = 30
"""Under this many rows a volume may swing, and a return may stay as it was, by chance."""
_SPANS = ("start_date", "end_date", "isa_date", "protection_plan_start", "protection_plan_end")


def suite_of(table: str, known: Known | None = None, codes: Mapping[str, Sequence[str]] | None = None) -> Any:
    """Return the table's suite (`ExpectationSuite`), to be asked of what `batches` makes of its rows.

    `known` is what rows may refer to: without it nothing is asked of names of services, providers and scales. `codes`
    are those of columns whose codes the dataset names (`ethnicity`).
    """
    rules = {"episodes": _of_episodes, "outcomes": _of_outcomes, "feedback": _of_feedback}[table](known)
    expected = list(_of_contract(load_table(table), codes or {}))
    for name, each in rules:
        each.meta = {"rule": name}
        expected.append(each)
    return gx.ExpectationSuite(table, expectations=expected)


def _of_contract(table: Table, codes: Mapping[str, Sequence[str]]) -> Expected:
    columns = [*table.columns, *RETURN, "file", "row"]
    yield _library.ExpectTableRowCountToBeBetween(min_value=1, meta={"contract": "row count"})
    there = {"contract": "columns there"}
    yield _library.ExpectTableColumnsToMatchSet(column_set=columns, exact_match=False, meta=there)
    for name in (*RETURN, "file", "row", *table.required):
        yield _library.ExpectColumnValuesToNotBeNull(column=name, meta={"contract": f"{name} filled"})
    for each in table.fields:
        yield from _of_field(each, codes.get(each.codes or "", each.enum))


def _of_field(each: Field, allowed: Sequence[str]) -> Expected:
    column = {"column": each.name}

    def named(what: str) -> dict[str, str]:
        return {"contract": f"{each.name} {what}"}

    yield _library.ExpectColumnValuesToBeOfType(**column, type_=_DTYPES[each.type], meta=named("type"))
    if allowed:
        yield _library.ExpectColumnValuesToBeInSet(**column, value_set=list(allowed), meta=named("codes"))
    if each.pattern:
        regex = f"^(?:{each.pattern})$"
        yield _library.ExpectColumnValuesToMatchRegex(**column, regex=regex, meta=named("pattern"))
    if each.minimum is not None or each.maximum is not None:
        limits = {"min_value": each.minimum, "max_value": each.maximum}
        yield _library.ExpectColumnValuesToBeBetween(**column, **limits, meta=named("range"))


Rules = Iterator[tuple[str, Any]]


def _of_episodes(known: Known | None) -> Rules:
    table = "episode"
    yield from _of_key(table, "episode_id")
    yield from _of_services(table, known, "provider_id")
    if known:
        yield "episode.provider_known", _filled("provider_id")
        yield "episode.provider_known", _among("provider_id", known.providers)
    yield (
        "episode.provider_is_sender",
        _same("provider_id", "return_provider", Column("return_provider") != "", gone=True),
    )
    for first, then in (
        ("referral_date", "start_date"),
        ("start_date", "end_date"),
        ("referral_date", "end_date"),
    ):
        yield "episode.dates_in_order", _order(first, then)
    yield "episode.plan_dates", _order("protection_plan_start", "protection_plan_end")
    yield from _of_dates("episode", "dates", "referral_date", *_SPANS)
    yield "episode.child_once", own.ExpectOneValueInGroup(column_list=[*RETURN, *REFERRAL, "episode_id"])
    yield from _of_children(known)
    yield "episode.under_contract", _order("contract_start", "referral_date")
    yield "episode.under_contract", _order("referral_date", "contract_end")
    completed = (Column("end_reason") == "completed") & (Column("arm") != "comparison")
    yield "episode.completed_has_start", _filled("start_date", completed)
    yield "episode.reason_has_end", _filled("end_date", Column("end_reason").is_not_null())
    yield "episode.isa_in_time", _order("referral_date", "isa_date")
    yield "episode.isa_in_time", _order("isa_date", "end_date")
    yield from _of_earlier_episodes(known)


def _of_children(known: Known | None) -> Rules:
    in_service = [*_CHILD, "service_id", "arm", "referral_date", "end_date", "period_last"]
    yield "episode.not_overlapping", own.ExpectSpansNotToOverlap(column_list=in_service)
    unknown = sorted(known.ethnicity_unknown) if known else []
    yield (
        "episode.one_ethnicity",
        own.ExpectOneValueInGroup(column_list=[*_CHILD, "ethnicity"], apart_from=unknown),
    )
    yield "episode.one_sex", own.ExpectOneValueInGroup(column_list=[*_CHILD, "sex"], apart_from=["not_known"])
    aged = [*_CHILD, "referral_date", "age"]
    yield "episode.ages_agree", own.ExpectAgesToAgree(column_list=aged)
    small = _library.ExpectColumnValuesToBeBetween(column="family_children", max_value=MOST_OF_A_FAMILY)
    yield "episode.family_small", small
    yield "episode.born_before", own.ExpectBirthBeforeReferral(column_list=aged)


def _of_earlier_episodes(known: Known | None) -> Rules:
    for name in ("child_id", "service_id"):
        yield "episode.number_own", _same(f"earlier_{name}", name)
    yield "episode.number_kept", _same("number_before", "episode_id", Column("earlier_period").is_null())
    for name in ("referral_date", "start_date", "end_date"):
        yield "episode.dates_kept", _kept(name)
    unknown = sorted(known.ethnicity_unknown) if known else []
    told = Column("earlier_ethnicity").is_not_null() & Column("earlier_ethnicity").is_not_in(unknown)
    yield "episode.ethnicity_not_lost", _filled("ethnicity", told)
    lost = _library.ExpectColumnValuesToNotBeInSet(column="ethnicity", value_set=unknown, row_condition=told)
    yield "episode.ethnicity_not_lost", lost
    both = told & Column("ethnicity").is_not_in(unknown)
    yield "episode.ethnicity_same", _same("earlier_ethnicity", "ethnicity", both)
    expected = Column("end_date").is_null() & Column("next_return").is_not_null()
    yield "episode.still_there", _same("later_period", "next_return", expected, gone=True)
    sizes = {"column_A": "service_rows", "column_B": "service_rows_before"}
    yield "episode.volume_steady", own.ExpectColumnPairValuesToBeWithinTimes(**sizes, from_size=_ENOUGH_ROWS)
    yield "episode.not_copied", _not_copied()


def _of_outcomes(known: Known | None) -> Rules:
    yield from _of_key("outcome", "episode_id", "outcome")
    yield "outcome.episode_known", _filled("episode_referral_date", Column("episode_id").is_not_null())
    if known:
        yield "outcome.scale_known", _among("scale", known.scales)
    for name in ("baseline_score", "review_score", "goal"):
        yield "outcome.score_on_scale", _order("scale_minimum", name)
        yield "outcome.score_on_scale", _order(name, "scale_maximum")
    yield "outcome.review_after_baseline", _order("baseline_date", "review_date")
    yield from _of_dates("outcome", "dates", "baseline_date", "review_date")
    yield "outcome.review_after_referral", _order("episode_referral_date", "review_date")
    yield "outcome.baseline_near_referral", _order("earliest_baseline", "baseline_date")
    yield "outcome.review_has_baseline", _filled("baseline_score", Column("review_score").is_not_null())
    for name in ("baseline", "review"):
        yield "outcome.score_has_date", _filled(f"{name}_date", Column(f"{name}_score").is_not_null())
    yield "outcome.achieved_has_review", _filled("review_date", Column("achieved").is_not_null())
    yield "outcome.scale_kept", _kept("scale")
    yield "outcome.baseline_kept", _kept("baseline_score")
    yield "outcome.baseline_kept", _kept("baseline_date")
    for name in ("review_score", "review_date"):
        yield "outcome.review_not_lost", _filled(name, Column(f"earlier_{name}").is_not_null())
    yield "outcome.not_copied", _not_copied()


def _of_feedback(known: Known | None) -> Rules:
    table = "feedback"
    yield from _of_key(table, "feedback_id")
    yield from _of_services(table, known, "return_provider")
    yield "feedback.episode_known", _filled("episode_referral_date", Column("episode_id").is_not_null())
    yield "feedback.service_of_episode", _same("episode_service_id", "service_id")
    yield from _of_dates("feedback", "date", "date")
    for name in ("service_id", "date", "who"):
        yield "feedback.number_own", _same(f"earlier_{name}", name)
    yield "feedback.date_in_period", _order("period_first", "date")
    yield "feedback.service_begun", _order("contract_start", "date")
    yield "feedback.says_something", _filled("positive", Column("took_part").is_null())


def _of_key(table: str, *key: str) -> Rules:
    yield f"{table}.key_unique", _library.ExpectCompoundColumnsToBeUnique(column_list=[*RETURN, *key])


def _of_services(table: str, known: Known | None, provider: str) -> Rules:
    if known:
        yield f"{table}.service_known", _among("service_id", known.services)
    yield f"{table}.service_of_provider", _same("service_provider", provider, Column(provider) != "")


def _of_dates(table: str, said: str, *dates: str) -> Rules:
    for name in dates:
        yield f"{table}.{said}_not_ahead", _order(name, "period_last")
        yield f"{table}.{said}_not_long_ago", _order("oldest_day", name)


def _among(column: str, values: Any) -> Any:
    return _library.ExpectColumnValuesToBeInSet(column=column, value_set=sorted(values))


def _filled(column: str, where: Any = None) -> Any:
    return _library.ExpectColumnValuesToNotBeNull(column=column, row_condition=where)


def _order(first: str, then: str) -> Any:
    """Return what expects the second value not to be less than the first, where both are there."""
    pair = {"column_A": then, "column_B": first, "or_equal": True}
    return _library.ExpectColumnPairValuesAToBeGreaterThanB(**pair, ignore_row_if="either_value_is_missing")


def _same(one: str, other: str, where: Any = None, gone: bool = False) -> Any:
    """Return what expects two values to be the same, where both are there; where they are `gone` too, if asked."""
    missing = "neither" if gone else "either_value_is_missing"
    pair = {"column_A": one, "column_B": other, "ignore_row_if": missing}
    return _library.ExpectColumnPairValuesToBeEqual(**pair, row_condition=where)


def _kept(column: str) -> Any:
    """Return what expects a value that an earlier return gave to be neither another now nor gone."""
    earlier = f"earlier_{column}"
    return _same(earlier, column, Column(earlier).is_not_null(), gone=True)


def _not_copied() -> Any:
    """Return what expects a return as long as the last one to hold a row that is new or changed."""
    alike = (Column("return_growth") == 0) & (Column("return_rows") >= _ENOUGH_ROWS)
    return _library.ExpectColumnValuesToNotBeInSet(
        column="return_changed", value_set=[0], row_condition=alike
    )
