"""The curves that the sample borough wants to turn, what was planted of each, and what may be said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

_AGREED = dt.date(2010, 12, 15)
_DUE = dt.date(2013, 3, 31)


@dataclass(frozen=True)
class SampleCurve:
    """One line of curves.csv; a blank service means all together."""

    curve_id: str
    ecm_outcome: str
    kind: str
    measure_id: str
    service_id: str
    action: str
    action_on: dt.date
    target: int
    due: dt.date = _DUE
    agreed_on: dt.date = _AGREED


CURVES = (
    SampleCurve("C1", "positive_contribution", "how_well", "took_part", "",
          "A seat for families in every service's planning group", dt.date(2011, 4, 1), 55),
    SampleCurve("C2", "positive_contribution", "how_much", "started", "",
          "First letters in the family's own language", dt.date(2011, 4, 1), 95),
    SampleCurve("C3", "positive_contribution", "better_off", "outcome_achieved", "",
          "Families write the goals of their agreements themselves", dt.date(2011, 4, 1), 75),
    SampleCurve("C4", "be_healthy", "how_well", "completed", "S06",
          "Sessions after school instead of during lessons", dt.date(2011, 7, 1), 75),
    SampleCurve("C5", "be_healthy", "how_much", "started", "S06",
          "Schools refer in one phone call", dt.date(2011, 4, 1), 95),
    SampleCurve("C6", "be_healthy", "better_off", "outcome_achieved", "S08",
          "Children choose the sport", dt.date(2011, 7, 1), 70),
    SampleCurve("C7", "enjoy_and_achieve", "how_well", "positive_feedback", "S03",
          "Groups on Saturday mornings too", dt.date(2011, 4, 1), 95),
    SampleCurve("C8", "stay_safe", "better_off", "plan_started", "",
          "A keyworker within a week of the first worry", dt.date(2011, 4, 1), 3),
    SampleCurve("C9", "stay_safe", "how_much", "started", "S01",
          "A first visit at home", dt.date(2011, 4, 1), 95),
    SampleCurve("C10", "stay_safe", "how_well", "completed", "S01",
          "One keyworker from beginning to end", dt.date(2011, 4, 1), 85),
    SampleCurve("C11", "enjoy_and_achieve", "how_much", "started", "S04",
          "Places held for families referred by schools", dt.date(2011, 7, 1), 95),
    SampleCurve("C12", "enjoy_and_achieve", "better_off", "outcome_achieved", "S04",
          "Parents meet those who were there before them", dt.date(2011, 4, 1), 80),
    SampleCurve("C13", "economic_wellbeing", "how_much", "started", "S18",
          "Fares paid for the first month", dt.date(2011, 7, 1), 95),
    SampleCurve("C14", "economic_wellbeing", "how_well", "positive_feedback", "S18",
          "Young parents choose the topics", dt.date(2011, 7, 1), 95),
    SampleCurve("C15", "economic_wellbeing", "better_off", "outcome_achieved", "S18",
          "A place at college held until the spring", dt.date(2011, 7, 1), 75),
)  # fmt: skip

# Of each what is planted, and the words that hold: no other may be said of it.
TURNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "C1": ("rises by 20 points on the day of the action", ("turned",)),
    "C2": ("no change", ("not turned", "cannot tell yet")),
    "C3": ("no change but the slow rise of Black children's share", ("not turned", "cannot tell yet")),
    "C4": ("no change", ("not turned", "cannot tell yet")),
    "C5": ("no change", ("not turned", "cannot tell yet")),
    "C6": ("no change", ("not turned", "cannot tell yet", "too few to say")),
    "C7": ("no change", ("not turned", "cannot tell yet", "too few to say")),
    "C8": ("no change, too rare for a curve by quarter", ("cannot tell yet", "too few to say")),
    **dict.fromkeys(
        ("C9", "C10", "C11", "C12", "C13", "C14", "C15"),
        ("no change", ("not turned", "cannot tell yet", "too few to say")),
    ),
}
