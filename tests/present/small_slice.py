"""A hand-made slice of one service, S01, and the page over it."""

import datetime as dt
import html
import re
from dataclasses import replace
from pathlib import Path

import facts
import pandas as pd
from facts import MEASURE

from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.contract.context import (
    Context,
    DetailedGroup,
    ScaleFacts,
    Target,
)
from pipeline.contract.plans import EvaluationPlan
from pipeline.contract.services import ServiceFacts
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.equality.targets import judgement_rules
from pipeline.present.page import Page
from pipeline.protect.cells import Cells, Slice
from pipeline.protect.rounding import Disclosure

GROUPS = ("Black", "White", "Not known")
CODES = {"Black": "BAFR", "White": "WBRI", "Not known": ""}
DATASET = replace(
    facts.DATASET,
    title="A small borough",
    source="written for a test",
    complete_to=dt.date(2011, 3, 31),
    groups=GROUPS,
    detailed_groups=(DetailedGroup("BAFR", "African", "Black"), DetailedGroup("WBRI", "British", "White")),
)
SERVICE = replace(
    facts.SERVICE,
    service_id="S01",
    name="Young carers",
    provider_id="harbour",
    provider="Harbour Youth",
    programme="Carers",
    contract_type="service_contract",
    annual_value=85_000.0,
    commissioned_volume=60,
)
SCALE = ScaleFacts("wellbeing", "Wellbeing", 0, 40, "higher")
TARGET = replace(
    facts.TARGET,
    kind="completion",
    service_id="S01",
    baseline=-20.0,
    due=dt.date(2011, 3, 31),
    why="Families said <b>so</b>.",
    agreed_with="Parents' forum",
    agreed_on=dt.date(2009, 6, 30),
)
PLAN = replace(
    facts.PLAN,
    last_day=dt.date(2011, 3, 31),
    why="A waiting list of <b>like</b> children.",
    agreed_with="Parents' forum",
)
KEYLESS = {"events_key": 0, "size_key": 0}
NHS = Disclosure(hide_up_to=7, round_to=5)
_STEPS = ("referred", "started", "isa_agreed", "baseline", "review", "achieved")


def make_scores(children: int, improvement: float, arm: str = "treated", first: int = 0) -> pd.DataFrame:
    """Scores of so many children, all with a review, whose improvements lie around the one given."""
    numbers = pd.Series(range(first, first + children), dtype="int64")
    start = 10.0 + numbers % 5
    better = improvement + numbers % 3 - 1
    return pd.DataFrame(
        {
            "service_id": "S01",
            "provider_id": "harbour",
            "arm": arm,
            "ethnic_group": [("Black", "White")[number % 2] for number in numbers],
            "ethnicity": [("BAFR", "WBRI")[number % 2] for number in numbers],
            "outcome": "confidence",
            "scale": "wellbeing",
            "baseline_score": start,
            "baseline_date": pd.Timestamp("2009-06-01"),
            "review_score": start + better,
            "review_date": pd.Timestamp("2009-12-01"),
            "child": numbers,
            "sign": 1.0,
            "improvement": better,
        }
    )


def make_measures(groups: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Each group's events and total of the one measure, in March 2011."""
    return pd.DataFrame(
        {
            "measure_id": "completed",
            "version": 1,
            "service_id": "S01",
            "ethnic_group": list(groups),
            "ethnicity": [CODES[group] for group in groups],
            "month": 2011 * 12 + 2,
            "service_month": 24,
            "period": "2011-q1",
            "events": pd.Series([events for events, _ in groups.values()], dtype="int64"),
            "total": pd.Series([total for _, total in groups.values()], dtype="int64"),
            "child_years": 0.0,
        }
    )


def _make_counts(groups: dict[str, tuple[int, int]], **columns: object) -> pd.DataFrame:
    names = {
        "measure_id": "completed",
        "service_id": "S01",
        "ethnic_group": list(groups),
        **KEYLESS,
        **columns,
    }
    return pd.DataFrame(
        {
            **names,
            "events": pd.Series([events for events, _ in groups.values()], dtype="int64"),
            "total": pd.Series([total for _, total in groups.values()], dtype="int64"),
            "child_years": pd.Series(0.0, range(len(groups))),
        }
    )


def _make_totals(total: int | list[int], **columns: object) -> pd.DataFrame:
    return pd.DataFrame({**columns, "total": total})


def make_characteristics(groups: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Everyone is a girl."""
    return _make_counts(groups, characteristic="sex", level="female")


def make_strata(groups: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Everyone is in one stratum: nothing but the service is known of them."""
    return _make_counts(groups, stratum=pd.Series(0, range(len(groups)), dtype="int32"))


def make_population(counted: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """So many Black and White people of each group counted, the area's population first."""
    return (
        pd.DataFrame(
            [
                (name, 2009, group, CODES[group], count)
                for name, counts in counted.items()
                for group, count in zip(("Black", "White"), counts, strict=True)
            ],
            columns=["counted", "year", "ethnic_group", "ethnicity", "population"],
        )
        .astype({"population": "Int64"})
        .assign(off_by=0.0)
    )


def make_waits(children: int) -> pd.DataFrame:
    """So many took each step within 10 to 30 days, all of them looked at for long enough; nobody waits."""
    steps = ("started", "isa_agreed", "baseline", "review")
    counts = dict.fromkeys(("taken", "followed", "within"), children)
    days = {"lower_quartile": 10.0, "median": 20.5, "upper_quartile": 30.0}
    return pd.DataFrame(
        {"service_id": "S01", "step": list(steps), "days": 28, "waiting": 0, **counts, **days}
    )


def make_journey(children: int, **steps: int) -> pd.DataFrame:
    """So many took each step, but for those steps that others took."""
    taken = {**dict.fromkeys(_STEPS, children), **steps}
    return _make_totals(list(taken.values()), service_id="S01", ethnic_group="White", step=list(taken))


def make_results(children: int) -> pd.DataFrame:
    """So many agreements, all completed; of as many outcomes all but a half were achieved fully, none partly."""
    results = {"isa_completed": children, "achieved_fully": children // 2, "achieved_partly": 0}
    return pd.DataFrame(
        {"service_id": "S01", "result": list(results), "events": list(results.values()), "total": children}
    )


def make_page(
    children: int = 42,
    scores: pd.DataFrame | None = None,
    groups: dict[str, tuple[int, int]] | None = None,
    targets: tuple[Target, ...] = (),
    folder: Path | None = None,
    service: ServiceFacts = SERVICE,
    peers: pd.DataFrame | None = None,
    plans: tuple[EvaluationPlan, ...] = (),
    rule: Disclosure = NHS,
) -> Page:
    """The page of the service, whose counts are rounded by the rule."""
    context = Context(DATASET, service, (service,), (MEASURE,), (SCALE,), targets, _STEPS, plans=plans)
    content = Slice(
        context=context,
        measures=Cells(make_measures(groups or {}), rule),
        children=Cells(_make_totals(children, service_id="S01", ethnic_group=["", "White"]), rule),
        parts=Cells(pd.DataFrame({"by": [], "name": [], "services": []}), rule),
        newcomers=Cells(
            _make_totals(
                children, service_id="S01", ethnicity=["WBRI"], ethnic_group="White", month=2011 * 12 + 2
            ),
            rule,
        ),
        journey=Cells(make_journey(children), rule),
        waits=make_waits(children),
        results=Cells(make_results(children), rule),
        together=pd.DataFrame(columns=["service_id", "what", "effect"]),
        scores=make_scores(0, 0) if scores is None else scores,
        population=make_population({"children": (300, 700), "children looked after": (60, 40)}),
        breaks=pd.DataFrame(columns=["counted", "ethnic_group", "before", "year", "growth", "others_growth"]),
        characteristics=Cells(make_characteristics(groups or {}), rule),
        strata=make_strata(groups or {}),
        peers=peers,
        compared=Cells(make_measures({}), rule),
        adjusted_for=(),
        rule=rule,
    )
    return Page(content, 0.95, Door(rule, Downloads(folder) if folder else None, "S01"))


def with_tables(page: Page, **frames: pd.DataFrame) -> Page:
    """The page with other tables of counts, rounded by its rule."""
    cells = {name: Cells(frame, page.slice.rule) for name, frame in frames.items()}
    return replace(page, slice=replace(page.slice, **cells))  # type: ignore[arg-type]


def with_facts(page: Page, **facts: object) -> Page:
    """The page with other facts of the dataset."""
    context = replace(page.slice.context, **facts)  # type: ignore[arg-type]
    return replace(page, slice=replace(page.slice, context=context))


def rules_of(page: Page) -> JudgementRules:
    """Rules by which targets are judged on a page."""
    return judgement_rules(
        page,
        baseline_months=6,
        window_months=12,
        minimum_total=20,
        maximum_unknown=0.3,
        false_discovery_rate=0.05,
        family="measure",
    )


def words(markdown: str) -> str:
    """A part of a page as its reader sees it: no tags, one space between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markdown)).split())
