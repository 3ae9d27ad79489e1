"""The catalogue of measures and the register of race-equality targets of the sample borough."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.contract.documents.dictionary import read_catalogue
from pipeline.sample.borough import FIRST_DAY


@dataclass(frozen=True)
class SampleMeasure:
    """One measure of the catalogue, with its conditions in the catalogue's small language."""

    measure_id: str
    title: str
    unit: str
    table: str
    dated_by: str
    denominator: str
    numerator: str
    direction: str
    ecm_outcome: str
    version: int
    start: dt.date
    end: str


@dataclass(frozen=True)
class Target:
    """One race-equality target; a blank service means all services together."""

    target_id: str
    kind: str
    measure_id: str
    service_id: str
    ethnic_group: str
    comparator: str
    baseline: str
    target: int
    due: dt.date
    why: str
    agreed_with: str
    agreed_on: dt.date = dt.date(2009, 6, 30)
    direction: str = "at_least"
    version: int = 1
    comparator_why: str = ""
    action: str = ""


ISA_REDEFINED = dt.date(2010, 4, 1)
"""From then on, agreements are counted out of those who started, not of all who were referred."""


def _list_measures() -> Iterator[SampleMeasure]:
    """Yield the contract's catalogue from the first day on, with an agreement that was counted otherwise before."""
    for row in csv.DictReader(io.StringIO(read_catalogue())):
        texts = {name: row[name] for name in row if name not in ("version", "start", "end")}
        measure = SampleMeasure(**texts, version=1, start=FIRST_DAY, end="")
        if measure.measure_id == "isa_agreed":
            yield replace(measure, denominator="all", end="2010-03-31")
            measure = replace(measure, version=2, start=ISA_REDEFINED)
        yield measure


MEASURES = tuple(_list_measures())

_UMOJA = "Umoja Families of Tillingbourne"
_UBUNTU = "Ubuntu Youth of Marsh End"
_SANGAM = "Sangam Parents' Forum, Oxley Green"

TARGETS = (
    Target("T01", "outcome_achieved", "outcome_achieved", "", "Black", "everyone else", "-20", -5, dt.date(2013, 3, 31),
           "Black families set the same hopes down in their agreements as everyone else, and saw fewer of them "
           "come about. They asked that services be held to the same result for every child.", _UMOJA),
    Target("T02", "positive_feedback", "positive_feedback", "", "Black", "", "", 75, dt.date(2012, 3, 31),
           "Parents said that being heard with respect is the first thing they look for. At least three in "
           "four should be able to say so.", _UMOJA),
    Target("T03", "access", "started", "", "Asian", "White", "-15", -3, dt.date(2012, 3, 31),
           "Asian parents described first letters they could not use and first visits at hours they could not "
           "keep. A referral should become a first session for every family.", _SANGAM,
           comparator_why="White children are the largest group here, and their families are sent the same letters.",
           action="First letters go out in Urdu and Bengali; first visits can be in the evening (since October 2010)."),
    Target("T04", "completion", "completed", "", "Black", "White", "", -3, dt.date(2012, 12, 31),
           "Young people told us when and why they stopped coming. Staying to the end should not depend on who "
           "one is.", _UBUNTU),
    Target("T05", "outcome_achieved", "outcome_achieved", "S16", "Other", "everyone else", "", -5, dt.date(2012, 3, 31),
           "Arab and Kurdish young carers asked to be counted in their own right, however few they are.",
           "Tillingbourne New Communities Circle"),
    Target("T06", "outcome_achieved", "outcome_achieved", "S20", "Black", "everyone else", "", 0, dt.date(2013, 3, 31),
           "A new service should begin fairly: its first families wish to see that from the start.", _UBUNTU,
           agreed_on=dt.date(2011, 11, 30)),
    Target("T07", "outcome_achieved", "outcome_achieved", "", "Asian", "everyone else", "0", -5, dt.date(2011, 3, 31),
           "Asian families' children do as well as others once they are in a service; they ask that it stay so.",
           _SANGAM),
    Target("T08", "outcome_achieved", "outcome_achieved", "S06", "Black", "White", "-25", -5, dt.date(2012, 3, 31),
           "Pupils said that the sessions did not speak to what they meet in and out of school. They offered "
           "to help rewrite them.", _UBUNTU,
           comparator_why="Pupils asked to be compared with the classmates for whom the sessions were written.",
           action="The sessions are as they were: nobody has taken up the pupils' offer yet."),
    Target("T09", "other", "plan_started", "", "Mixed", "everyone else", "", 1, dt.date(2013, 3, 31),
           "Families of mixed heritage asked for help to come early enough that a plan is not needed.",
           "Two Rivers Mixed Heritage Families", direction="at_most"),
    Target("T10", "participation", "took_part", "", "Black", "everyone else", "-12", -5, dt.date(2012, 3, 31),
           "Families know what works for their children. They asked for a seat where services are planned.",
           _UMOJA),
    Target("T10", "participation", "took_part", "", "Black", "everyone else", "-12", 0, dt.date(2012, 3, 31),
           "Families know what works for their children. After a year they asked for nothing less than parity.",
           _UMOJA, agreed_on=dt.date(2010, 6, 30), version=2,
           action="Two parents sit on the group that plans services (since July 2010)."),
    Target("T11", "representation", "", "", "Asian", "population", "", -2, dt.date(2012, 3, 31),
           "Asian parents said that word of the services does not reach them. Services should reach their "
           "children as they live here.", _SANGAM,
           action="Parents of the forum tell of the services at the school gates in Oxley Green (since January 2011)."),
    Target("T12", "change_in_score", "wellbeing", "S06", "Black", "White", "", -1, dt.date(2012, 3, 31),
           "Pupils asked that the sessions do as much for their wellbeing as for that of their classmates.",
           _UBUNTU),
    Target("T13", "outcome_achieved", "outcome_achieved", "", "African", "everyone else", "", -5,
           dt.date(2012, 3, 31),
           "African families asked not to be lost in a larger group: what they hope for should come about too.",
           _UMOJA),
)  # fmt: skip
