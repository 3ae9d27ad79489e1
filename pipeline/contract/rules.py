"""The names of all rules that what is sent must meet, besides those that a column's declaration gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["set aside", "noted"]


@dataclass(frozen=True)
class Rule:
    """A rule of one table (or of every file, `table` blank); `message` is said of a row that fails it."""

    rule: str
    title: str
    table: str
    columns: tuple[str, ...]
    message: str
    mend: str
    severity: Severity = "set aside"


FILE_RULES = tuple(
    Rule(rule, title, "", (), "", "")
    for rule, title in (
        ("file.readable", "The file can be read as a table of the contract"),
        ("row.ragged", "Every row has one cell for each column"),
        ("row.unreadable", "Quotation marks are closed in every row"),
        ("row.total", "Rows are records, not totals"),
        ("cell.required", "Cells that are needed are filled"),
        ("cell.date", "Dates are dates"),
        ("cell.number", "Numbers are numbers"),
        ("cell.range", "Numbers are within their limits"),
        ("cell.code", "Codes are those of the contract"),
        ("cell.pattern", "Short names are written as the contract asks"),
    )
)

ROW_RULES = (
    Rule(
        "episode.key_unique",
        "An episode stands once in a return",
        "episodes",
        ("episode_id",),
        "this episode stands more than once in the return",
        "keep one row for each episode",
    ),
    Rule(
        "episode.service_known",
        "The service is one that is commissioned",
        "episodes",
        ("service_id",),
        "this service is not in reference/services.csv",
        "use the commissioner's short name for the service",
    ),
    Rule(
        "episode.provider_known",
        "The provider is one that is commissioned",
        "episodes",
        ("provider_id",),
        "this provider is blank or not in reference/providers.csv",
        "use the commissioner's short name for the provider",
    ),
    Rule(
        "episode.provider_is_sender",
        "Providers report their own work",
        "episodes",
        ("provider_id",),
        "another provider than the one whose folder the file is in",
        "move the row to the other provider's return, or correct it",
    ),
    Rule(
        "episode.service_of_provider",
        "The service is one that the provider delivers",
        "episodes",
        ("service_id",),
        "this service is delivered by another provider",
        "correct the service or the provider",
    ),
    Rule(
        "episode.dates_in_order",
        "Referral, start and end follow one another",
        "episodes",
        ("referral_date", "start_date", "end_date"),
        "referral, start and end are not in this order",
        "correct the date that is wrong",
    ),
    Rule(
        "episode.plan_dates",
        "A protection plan begins before it ends",
        "episodes",
        ("protection_plan_start", "protection_plan_end"),
        "the protection plan ends before it begins",
        "correct the dates of the plan",
    ),
    Rule(
        "outcome.key_unique",
        "An outcome stands once for each episode in a return",
        "outcomes",
        ("outcome",),
        "this outcome stands more than once for its episode in the return",
        "keep one row for each outcome",
    ),
    Rule(
        "outcome.episode_known",
        "The outcome's episode was accepted",
        "outcomes",
        ("episode_id",),
        "no episode of that number was accepted in any return of this provider",
        "send the episode, or correct its number",
    ),
    Rule(
        "outcome.scale_known",
        "The scale is one in use",
        "outcomes",
        ("scale",),
        "this scale is not in reference/scales.csv",
        "use the commissioner's short name for the scale",
    ),
    Rule(
        "outcome.score_on_scale",
        "Scores are possible on their scale",
        "outcomes",
        ("baseline_score", "review_score", "goal"),
        "the baseline score, the review score or the goal is off the scale",
        "check the scores against the scale's lowest and highest",
    ),
    Rule(
        "outcome.review_after_baseline",
        "The review is not before the baseline",
        "outcomes",
        ("baseline_date", "review_date"),
        "the review is dated before the baseline",
        "correct the date that is wrong",
    ),
    Rule(
        "feedback.key_unique",
        "An answer stands once in a return",
        "feedback",
        ("feedback_id",),
        "this answer stands more than once in the return",
        "keep one row for each answer",
    ),
    Rule(
        "feedback.service_known",
        "The service is one that is commissioned",
        "feedback",
        ("service_id",),
        "this service is not in reference/services.csv",
        "use the commissioner's short name for the service",
    ),
    Rule(
        "feedback.service_of_provider",
        "The service is one that the provider delivers",
        "feedback",
        ("service_id",),
        "this service is delivered by another provider",
        "correct the service, or move the row to the other provider's return",
    ),
    Rule(
        "feedback.episode_known",
        "The answer's episode, where given, was accepted",
        "feedback",
        ("episode_id",),
        "no episode of that number was accepted in any return of this provider",
        "send the episode, correct its number, or leave it blank",
    ),
)

NOT_EMPTY = Rule("return.not_empty", "The return holds at least one row", "", (), "", "", severity="noted")


TITLES = {rule.rule: rule.title for rule in (*FILE_RULES, *ROW_RULES, NOT_EMPTY)}


def rules_of(table: str) -> tuple[Rule, ...]:
    """The row rules of that table, in the order in which they are named to a provider."""
    return tuple(rule for rule in ROW_RULES if rule.table == table)
