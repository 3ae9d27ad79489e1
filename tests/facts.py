"""Plain facts of many tests: each replaces what it is about (`dataclasses.replace`), and takes the rest as it is."""

import datetime as dt

from pipeline.contract.context import DatasetFacts, Definition, MeasureFacts, Target
from pipeline.contract.plans import Curve, EvaluationPlan
from pipeline.contract.services import ServiceFacts

START, END = dt.date(2009, 4, 1), dt.date(2012, 3, 31)
FIRST = Definition(1, START)
DATASET = DatasetFacts(
    title="A borough",
    synthetic=True,
    source="a test",
    period="quarter",
    complete_to=END,
    comparator="everyone else",
    groups=("Black", "White", "Not known"),
)
SERVICE = ServiceFacts(
    service_id="S1",
    name="One",
    provider_id="p",
    provider="P",
    provider_size="small",
    programme="X",
    ecm_outcome="be_healthy",
    tier="targeted",
    contract_type="grant",
    stage="pilot",
    start=START,
    end=None,
    annual_value=None,
    commissioned_volume=None,
)
MEASURE = MeasureFacts("completed", "Completed", "percent", "higher", (FIRST,))
TARGET = Target(
    target_id="T1",
    version=1,
    kind="other",
    measure_id="completed",
    service_id=None,
    ethnic_group="Black",
    comparator="everyone else",
    direction="at_least",
    baseline=None,
    target=-5.0,
    due=END,
    why="why",
    agreed_with="whom",
    agreed_on=START,
)
PLAN = EvaluationPlan(
    plan_id="P1",
    version=1,
    service_id="S01",
    outcome="wellbeing",
    design="comparison_group",
    comparison="comparison arm",
    start=START,
    first_day=START,
    last_day=END,
    covariates=None,
    why="why",
    agreed_with="whom",
    agreed_on=dt.date(2009, 3, 20),
)
CURVE = Curve(
    curve_id="C1",
    ecm_outcome="be_healthy",
    kind="how_well",
    measure_id="completed",
    service_id=None,
    action="Done",
    action_on=dt.date(2011, 4, 1),
    target=80.0,
    due=dt.date(2013, 3, 31),
    agreed_on=dt.date(2010, 12, 1),
)
