"""How many are in need for each 1,000 who live in the area, by ethnic group, age, sex, local area and all else told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from pipeline.analysis.cycle.rules import CycleRules
from pipeline.analysis.equality.gaps import p_value_at
from pipeline.analysis.equality.referrals import ETHNICITY, REFERRED
from pipeline.analysis.finding_columns import Row, as_frame, figures
from pipeline.contract.dataset import MERGED
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.contract.names import fold_name
from pipeline.contract.open_words import CannotTell, NoDifference, TooFew
from pipeline.stats.multiple_testing import adjust_by_name
from pipeline.stats.proportions.one_group import event_rate
from pipeline.stats.proportions.two_groups import rate_ratio
from pipeline.stats.results import Estimate, NotEstimable, Result

PER_PEOPLE = 1000
_MONTHS_IN_YEAR = 12
_EVENLY = 3**-0.5
"""Standard error over half the step of what was rounded: it lies anywhere within."""
Record = Mapping[str, Any]
Verdict = Literal["above", "below", NoDifference, TooFew, CannotTell]


@dataclass(frozen=True)
class People:
    """How many there are of one level as published, and the standard error that the publisher's rounding leaves."""

    level: str
    year: int
    number: float
    off_by: float


Levels = Mapping[tuple[str, str], People]
"""By characteristic and level, folded."""


@dataclass(frozen=True)
class Side:
    """Events of some people, and the years of these; standard errors of both that rounding leaves, a design effect."""

    events: int
    years: float
    off_by: float = 0.0
    years_off: float = 0.0
    effect: float = 1.0

    def rate(self, confidence_level: float) -> Result:
        """Events for each 1,000 people a year."""
        off = (self.off_by, self.years_off)
        return event_rate(self.events, self.years, PER_PEOPLE, confidence_level, self.effect, off)

    @property
    def spread(self) -> float:
        """How many times as much as a Poisson count the events vary, with what rounding adds."""
        relative = (self.years_off / self.years) ** 2 if self.years else 0.0
        return self.effect + self.off_by**2 / max(self.events, 1) + self.events * relative


@dataclass(frozen=True)
class PopulationRate:
    """One level's rate against that of everyone else whose level is told."""

    counted: str
    characteristic: str
    people: People
    own: Side
    others: Side
    unknown_share: float = 0.0
    verdict: Verdict = "no clear difference"

    def ratio(self, confidence_level: float) -> Result:
        """The rate over everyone else's; null value 1."""
        own, others, effects = self.own, self.others, (self.own.spread, self.others.spread)
        return rate_ratio(own.events, own.years, others.events, others.years, confidence_level, effects)


def list_people(population: Iterable[Record], levels: Iterable[Record], area: str) -> dict[str, Levels]:
    """Return who lives in the area (under the name `area`, first) and who is in need, by characteristic and level.

    `population` are rows of `group_population`, `levels` those of population_levels.csv. Of each characteristic the
    latest year counts; a group of which any part was withheld is left out.
    """
    told: list[tuple[str, str, People]] = []
    by_group: dict[tuple[str, str], list[Record]] = {}
    for row in population:
        if row["ethnic_group"] != NOT_KNOWN:
            by_group.setdefault((row["counted"], row["ethnic_group"]), []).append(row)
    for (counted, group), rows in by_group.items():
        if all(pd.notna(row["population"]) for row in rows):
            number, off = (float(sum(row[name] for row in rows)) for name in ("population", "off_by"))
            told.append((counted, ETHNICITY, People(group, int(rows[0]["year"]), number, off * _EVENLY)))
    for row in levels:
        if row["population"] is not None:
            off = (row["rounded_to"] or 0) / 2 * _EVENLY
            people = People(row["level"], row["year"], float(row["population"]), off)
            told.append((row["counted"] or area, row["characteristic"], people))
    latest: dict[tuple[str, str], int] = {}
    for counted, characteristic, people in told:
        latest[counted, characteristic] = max(latest.get((counted, characteristic), 0), people.year)
    found: dict[str, dict[tuple[str, str], People]] = {area: {}}
    for counted, characteristic, people in told:
        if people.year == latest[counted, characteristic]:
            found.setdefault(counted, {})[characteristic, fold_name(people.level)] = people
    return dict(found)


def rate_published(counted: str, need: Levels, living: Levels) -> Iterator[PopulationRate]:
    """Each level of whom others have counted, for each 1,000 who live here; levels told of both alone."""
    both = {key: (need[key], living[key]) for key in need if key in living}
    for (characteristic, name), (own, people) in both.items():
        rest = [pair for key, pair in both.items() if key[0] == characteristic and key[1] != name]
        mine, others = (
            Side(
                events=int(sum(counted.number for counted, _ in pairs)),
                years=sum(lives.number for _, lives in pairs),
                off_by=sum(counted.off_by**2 for counted, _ in pairs) ** 0.5,
                years_off=sum(lives.off_by**2 for _, lives in pairs) ** 0.5,
            )
            for pairs in ([(own, people)], rest)
        )
        yield PopulationRate(counted, characteristic, replace(people, year=own.year), mine, others)


def rate_referred(referred: Iterable[Record], living: Levels) -> Iterator[PopulationRate]:
    """Referrals a year by level (rows of `referrals`), for each 1,000 who live here.

    Levels taken together are so here. Everyone else are all other levels told, or, where one alone is, all who live
    in the area less these.
    """
    everybody = _join([people for (name, _), people in living.items() if name == ETHNICITY])
    for row in referred:
        told = {level: people for (name, level), people in living.items() if name == row["characteristic"]}
        parts = [fold_name(level) for level in row["level"].split(MERGED)]
        if not all(part in told for part in parts):
            continue
        own = replace(_join([told[part] for part in parts]), level=row["level"])
        whole = _join([*told.values()]) if len(told) > len(parts) else everybody
        years = row["months"] / _MONTHS_IN_YEAR
        mine, others = (
            Side(
                events=int(row[f"{prefix}total"]),
                years=max(number, 0.0) * years,
                off_by=row[f"{prefix}off_by"],
                years_off=off_by * years,
                effect=row["effect"],
            )
            for prefix, number, off_by in (
                ("", own.number, own.off_by),
                ("other_", whole.number - own.number, (whole.off_by**2 + own.off_by**2) ** 0.5),
            )
        )
        yield PopulationRate(REFERRED, row["characteristic"], own, mine, others, row["unknown_share"])


def _join(parts: Sequence[People]) -> People:
    """Several levels as one."""
    number, off = sum(each.number for each in parts), sum(each.off_by**2 for each in parts) ** 0.5
    return People("", max((each.year for each in parts), default=0), number, off)


def judge_rates(
    rates: Sequence[PopulationRate], rules: CycleRules, confidence: float
) -> list[PopulationRate]:
    """Return the rates of one kind of need with their verdicts, false discoveries held over all of them."""
    open_words = {place: word for place, each in enumerate(rates) if (word := _open(each, rules))}
    judged = {
        place: p_value_at(each.ratio, 1.0) for place, each in enumerate(rates) if place not in open_words
    }
    adjusted = adjust_by_name(judged)
    return [
        replace(each, verdict=open_words.get(place) or _side_of(each, adjusted[place], rules, confidence))
        for place, each in enumerate(rates)
    ]


def _open(rate: PopulationRate, rules: CycleRules) -> Verdict | None:
    """Why nothing can be said, if so: few events, or too many of whom the level is not known."""
    if min(side.events / side.effect for side in (rate.own, rate.others)) < rules.minimum_total:
        return "too few to say"
    return "cannot tell yet" if rate.unknown_share > rules.maximum_unknown else None


def _side_of(rate: PopulationRate, adjusted: float, rules: CycleRules, confidence: float) -> Verdict:
    ratio = rate.ratio(confidence)
    if isinstance(ratio, NotEstimable) or ratio.contains(1.0) or adjusted > rules.false_discovery_rate:
        return "no clear difference"
    return "above" if ratio.value > 1 else "below"


def tabulate_population_rates(
    referred: Iterable[Record], people: Mapping[str, Levels], rules: CycleRules, confidence_level: float
) -> pd.DataFrame:
    """A row a kind of need and level (columns of `population_rates`); `people` as `list_people` has them."""
    living = next(iter(people.values()))
    kinds = [[*rate_referred(referred, living)]]
    kinds += [[*rate_published(counted, need, living)] for counted, need in [*people.items()][1:]]
    judged = (each for kind in kinds for each in judge_rates(kind, rules, confidence_level))
    return as_frame((_row(each, confidence_level) for each in judged), "population_rates")


def _row(found: PopulationRate, confidence_level: float) -> Row:
    others = found.others.rate(confidence_level)
    return {
        "counted": found.counted,
        "characteristic": found.characteristic,
        "level": found.people.level,
        "year": found.people.year,
        "people": found.people.number,
        **figures("rate", found.own.rate(confidence_level)),
        "other_rate": others.value if isinstance(others, Estimate) else None,
        **figures("ratio", found.ratio(confidence_level)),
        "unknown_share": found.unknown_share,
        "verdict": found.verdict,
    }
