"""The rules by which matters are found in findings, in one ranked table."""

import datetime as dt
from collections.abc import Iterator, Sequence

import pandas as pd

from pipeline.analysis.finding_columns import Row
from pipeline.analysis.impact.claims import LADDER
from pipeline.analysis.matters import Findings, Hit, Kind, Matter, Rule
from pipeline.analysis.performance.contracts import is_overdue
from pipeline.contract.context import Context
from pipeline.contract.periods import name_period, next_period, period_days
from pipeline.contract.services import Standard

_SAFEGUARDING = ("safeguard", "child protection")
_BEFORE_AND_AFTER = 1 + LADDER.index("before and after")
_WIDEST = 0.5
"""A share whose interval is wider than this raises no question: it could be nearly anything."""
_OPEN = ("cannot tell yet", "too few to say")


def _months(row: Row) -> int | None:
    return None if pd.isna(row["more_months"]) else int(row["more_months"])


def is_safeguarding(standard: Standard) -> bool:
    """Whether a standard is about keeping children safe, by the words that it is put in."""
    return any(word in standard.standard.lower() for word in _SAFEGUARDING)


def next_returns(context: Context) -> dt.date:
    """Return the day by which the returns of the next period are due, or its last where no day is agreed."""
    dataset = context.dataset
    after = [each.due - period_days(each.period)[1] for each in context.returns if each.due]
    period = next_period(name_period(dataset.complete_to, dataset.period))
    return period_days(period)[1] + max(after, default=dt.timedelta())


def _standards(context: Context, findings: Findings, *, safeguarding: bool) -> Iterator[Standard]:
    own = findings.service.service_id if findings.service else None
    return (
        each for each in context.standards if each.service_id == own and is_safeguarding(each) is safeguarding
    )


def _standard_rule(met: str, *, safeguarding: bool) -> Rule:
    def rule(context: Context, findings: Findings) -> Iterator[Hit]:
        for each in _standards(context, findings, safeguarding=safeguarding):
            if each.met == met:
                yield Hit(each.standard, standard=each, on=each.next_check)

    return rule


def _overdue(context: Context, findings: Findings) -> Iterator[Hit]:
    for each in _standards(context, findings, safeguarding=True):
        never = each.checked_on is None and each.next_check is None
        if each.met in ("yes", "not_checked") and (never or is_overdue(each, context.dataset.complete_to)):
            yield Hit(each.standard, standard=each)


def _outcome_rule(verdict: str, *, least: int = 0, most: int = len(LADDER)) -> Rule:
    """Outcomes with a verdict whose evidence lies between two rungs of the ladder; they weigh by their evidence."""

    def rule(context: Context, findings: Findings) -> Iterator[Hit]:
        for row in findings.where("outcomes", verdict):
            level: int = 0 if pd.isna(row["claim_level"]) else int(row["claim_level"])
            if least <= level <= most:
                yield Hit(row["outcome"], float(level))

    return rule


def _scale_rule(*verdicts: str) -> Rule:
    """Scores with a verdict; they weigh by the money that the service costs."""

    def rule(context: Context, findings: Findings) -> Iterator[Hit]:
        scales = {scale.scale for scale in context.scales}
        value = (findings.service.annual_value if findings.service else None) or 0.0
        for row in findings.where("outcomes", *verdicts):
            if row["outcome"] in scales:
                yield Hit(row["outcome"], value, verdict=row["verdict"], more_months=_months(row))

    return rule


def _group_rule(word: str, *, within: tuple[str, ...]) -> Rule:
    """Groups whose scores have this verdict, by the design that speaks for the service and has one of `within`."""

    def rule(context: Context, findings: Findings) -> Iterator[Hit]:
        known = context.dataset.known_groups
        for row in findings.where("outcomes", *within):
            design = "before and after" if row["strength"] == "before and after" else "comparison"
            told = {
                each["ethnic_group"]
                for each in findings.where("score_changes", word)
                if (each["scale"], each["design"]) == (row["outcome"], design)
            }
            if groups := tuple(group for group in known if group in told):
                yield Hit(row["outcome"], groups=groups)

    return rule


def _measure_worse(context: Context, findings: Findings) -> Iterator[Hit]:
    """Measures that got worse on their chart; those with a plan are told as outcomes."""
    for row in findings.where("kpis", "worse"):
        if row["rests_on"] == "chart":
            yield Hit(row["measure_id"])


def _target_rule(*verdicts: str) -> Rule:
    def rule(context: Context, findings: Findings) -> Iterator[Hit]:
        own = findings.service.service_id if findings.service else ""
        for row in findings.where("targets", *verdicts):
            if row["service_id"] == own:
                due = dt.date.fromisoformat(row["due"])
                yield Hit(
                    row["target_id"],
                    groups=(row["ethnic_group"],),
                    on=due,
                    verdict=row["verdict"],
                    reason=row["reason"],
                    more_months=_months(row),
                )

    return rule


def _curve_turned(context: Context, findings: Findings) -> Iterator[Hit]:
    own = findings.service.service_id if findings.service else ""
    return (Hit(row["curve_id"]) for row in findings.where("curves", "turned") if row["service_id"] == own)


def _volume_rule(word: str) -> Rule:
    def rule(context: Context, findings: Findings) -> Iterator[Hit]:
        return (Hit() for row in findings.rows.get("contracts", ()) if row["volume"] == word)

    return rule


def _returns_missing(context: Context, findings: Findings) -> Iterator[Hit]:
    return (Hit() for row in findings.rows.get("contracts", ()) if row["returns_missing"] > 0)


def _most_lost(context: Context, findings: Findings) -> Iterator[Hit]:
    """The step of the journey that the smallest share of those before it took, of shares that are known well."""
    told = [
        row
        for row in findings.rows.get("journey", ())
        if pd.notna(row["before_estimate"]) and row["before_upper"] - row["before_lower"] <= _WIDEST
    ]
    if told:
        least = min(told, key=lambda row: float(row["before_estimate"]))
        share = tuple(float(least[f"before_{name}"]) for name in ("estimate", "lower", "upper"))
        yield Hit(least["step"], share=share)


RULES: tuple[tuple[Kind, str, Rule], ...] = (
    ("safeguarding", "safeguarding not met", _standard_rule("no", safeguarding=True)),
    ("safeguarding", "safeguarding partly met", _standard_rule("partly", safeguarding=True)),
    ("safeguarding", "safeguarding check overdue", _overdue),
    ("harm", "outcome worse", _outcome_rule("worse", least=_BEFORE_AND_AFTER + 1)),
    ("harm", "outcome worse than before", _outcome_rule("worse", most=_BEFORE_AND_AFTER)),
    ("harm", "group worse", _group_rule("worse", within=("better", "no clear change", "cannot tell yet"))),
    ("harm", "measure worse", _measure_worse),
    ("race equality", "target not met", _target_rule("not met")),
    ("race equality", "target off track", _target_rule("off track")),
    ("race equality", "group left out", _group_rule("no clear change", within=("better",))),
    ("contract", "standard not met", _standard_rule("no", safeguarding=False)),
    ("contract", "fewer children", _volume_rule("fewer")),
    ("contract", "returns missing", _returns_missing),
    ("contract", "standard partly met", _standard_rule("partly", safeguarding=False)),
    ("money", "no clear change", _scale_rule("no clear change")),
    ("going well", "target met", _target_rule("met")),
    ("going well", "target on track", _target_rule("on track")),
    ("going well", "outcome better", _outcome_rule("better", least=len(LADDER) - 1)),
    ("going well", "curve turned", _curve_turned),
    ("going well", "more children", _volume_rule("more")),
    ("cannot tell yet", "outcome open", _scale_rule(*_OPEN)),
    ("cannot tell yet", "target open", _target_rule(*_OPEN, "baseline forming")),
    ("to ask", "most lost", _most_lost),
)
"""Kind, name and rule, the most urgent first: safeguarding, harm, missed targets, the contract, then money."""


def list_matters(context: Context, found: Sequence[Findings]) -> tuple[Matter, ...]:
    """Return what the rules find, most urgent first: by rule, then by weight, then in the order it is given in."""
    later = next_returns(context)
    matters = []
    for kind, name, rule in RULES:
        hits = [(findings.service, hit) for findings in found for hit in rule(context, findings)]
        for service, hit in sorted(hits, key=lambda each: -each[1].weight):
            sooner = hit.on is not None and context.dataset.complete_to < hit.on < later
            matters.append(Matter(kind, name, service, hit, hit.on if sooner and hit.on else later))
    return tuple(matters)
