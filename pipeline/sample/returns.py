"""Providers' quarterly returns: what each knew of its episodes at the end of a quarter."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pipeline.contract.groups.ethnicity_censuses import load_holders
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.sample.borough import DEPRIVATION, INITIALS, SERVICES, Quarter, contract_year, quarters
from pipeline.sample.journeys import Episode, Journey, SampleFeedback, SampleOutcome
from pipeline.sample.truths import PLANTED, coded_in

Row = tuple[str, ...]
_OF_CHILD = ("child_id", "sex", "disability", "area", "religion", "learning_difficulty", "looked_after")
_DATES = {
    "start_date": "start", "end_date": "end", "isa_date": "isa", "protection_plan_start": "plan_start",
    "protection_plan_end": "plan_end",
}  # fmt: skip
_HAS_COMPARISON = {service.service_id for service in SERVICES if service.comparison}


@dataclass(frozen=True)
class Return:
    """One provider's return for one quarter: rows of each table without the header."""

    provider_id: str
    period: str
    tables: Mapping[str, tuple[Row, ...]]


def _known(day: dt.date | None, at: dt.date) -> str:
    """Return the date as text unless it is after `at`."""
    return day.isoformat() if day and day <= at else ""


def _row(table: str, values: Mapping[str, str]) -> Row:
    return tuple(values.get(column, "") for column in load_table(table).columns)


def _episode_row(episode: Episode, at: dt.date) -> Row:
    referral, child = episode.referral, episode.referral.child
    values = {
        **{name: getattr(child, name) for name in _OF_CHILD},
        **{column: _known(getattr(episode, name), at) for column, name in _DATES.items()},
        "episode_id": referral.episode_id,
        "service_id": referral.service.service_id,
        "arm": referral.arm if referral.service.service_id in _HAS_COMPARISON else "",
        "referral_date": referral.day.isoformat(),
        "end_reason": episode.end_reason if episode.end <= at else "",
        "age": str(child.age_on(referral.day)),
        "ethnicity": _coded(episode, at),
        "deprivation": str(DEPRIVATION[child.area]),
        "need": str(referral.need),
    }
    return _row("episodes", values)


def _coded(episode: Episode, at: dt.date) -> str:
    """Return the recorded ethnic group as coded in the census that the provider used at the time."""
    child = episode.referral.child
    census = coded_in(episode.referral.service.provider_id, contract_year(at))
    if census == "ons_2021" and child.roma and episode.ethnicity == child.ethnicity:
        return "WROM"
    return load_holders(census).get(episode.ethnicity, episode.ethnicity)


def _score_text(score: int | None, day: dt.date | None, at: dt.date) -> str:
    return str(score) if score is not None and day and day <= at else ""


def _outcome_row(episode: Episode, outcome: SampleOutcome, at: dt.date) -> Row:
    values = {
        "episode_id": episode.referral.episode_id,
        "outcome": outcome.aim.outcome,
        "scale": outcome.aim.scale,
        "baseline_score": _score_text(outcome.baseline_score, outcome.baseline_date, at),
        "baseline_date": _known(outcome.baseline_date, at),
        "review_score": _score_text(outcome.review_score, outcome.review_date, at),
        "review_date": _known(outcome.review_date, at),
        "goal": _score_text(outcome.goal, outcome.baseline_date, at),
        "achieved": outcome.achieved if _known(outcome.review_date, at) else "",
    }
    return _row("outcomes", values)


def _feedback_row(episode: Episode, answer: SampleFeedback, feedback_id: str) -> Row:
    referral = episode.referral
    values = {
        **{name: getattr(answer, name) for name in ("who", "positive", "took_part")},
        "feedback_id": feedback_id,
        "service_id": referral.service.service_id,
        "episode_id": "" if answer.anonymous else referral.episode_id,
        "date": answer.day.isoformat(),
    }
    return _row("feedback", values)


def _feedback_rows(quarter: Quarter, journeys: Iterable[Journey]) -> tuple[Row, ...]:
    """Return the quarter's answers by date, with numbers unrelated to episodes so that anonymous ones stay so."""
    given = ((answer, journey.episode) for journey in journeys for answer in journey.feedback)
    in_quarter = (pair for pair in given if quarter.first <= pair[0].day <= quarter.last)
    answers = sorted(in_quarter, key=lambda pair: pair[0].day)
    return tuple(
        _feedback_row(episode, answer, f"{episode.referral.episode_id[:2]}-{quarter.name}-{number}")
        for number, (answer, episode) in enumerate(answers, start=1)
    )


def _agreed_by(journey: Journey, at: dt.date) -> bool:
    """Return whether outcomes had been set by then: with the agreement, or at once for those waiting."""
    episode = journey.episode
    return episode.referral.arm == "comparison" or bool(_known(episode.isa, at))


def _fill(provider_id: str, quarter: Quarter, journeys: Sequence[Journey]) -> Return:
    at = quarter.last
    open_now = [
        journey
        for journey in journeys
        if journey.episode.referral.day <= at and journey.episode.end >= quarter.first
    ]
    tables: dict[str, tuple[Row, ...]] = {
        "episodes": tuple(_episode_row(journey.episode, at) for journey in open_now),
        "outcomes": tuple(
            _outcome_row(journey.episode, outcome, at)
            for journey in open_now
            if _agreed_by(journey, at)
            for outcome in journey.outcomes
        ),
        "feedback": _feedback_rows(quarter, open_now),
    }
    return Return(provider_id, quarter.name, tables)


def make_returns(journeys: Iterable[Journey]) -> tuple[Return, ...]:
    """Return every return that was sent, without faults, in order of provider and quarter."""
    by_provider: dict[str, list[Journey]] = {provider_id: [] for provider_id in INITIALS}
    for journey in sorted(journeys, key=attrgetter("episode.referral.episode_id")):
        by_provider[journey.episode.referral.service.provider_id].append(journey)
    return tuple(
        _fill(provider_id, quarter, mine)
        for provider_id, mine in by_provider.items()
        for quarter in quarters()
        if f"{provider_id}/{quarter.name}" not in PLANTED["missing_returns"]
    )


def _last_reports(returns: Iterable[Return], table: str) -> Iterator[tuple[tuple[str, ...], Row]]:
    contract = load_table(table)
    places = [contract.columns.index(column) for column in contract.primary_key]
    for each in returns:
        for row in each.tables[table]:
            yield tuple(row[place] for place in places), row


def standing(returns: Sequence[Return]) -> Mapping[str, tuple[Mapping[str, str], ...]]:
    """Return each table with, for every key, only the row of the latest quarter."""
    return {
        table: tuple(
            dict(zip(load_table(table).columns, row, strict=True))
            for row in dict(_last_reports(returns, table)).values()
        )
        for table in RETURN_TABLES
    }
