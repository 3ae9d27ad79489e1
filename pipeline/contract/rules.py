"""The validation rules that returns must meet, as declared in `rules.csv` beside this module."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.contract.tables import load_table, read_part

Severity = Literal["refuse", "set aside", "warn", "note"]


class RulesError(ValueError):
    """A rule that is declared wrongly: a fault of this package, never of the data."""


@dataclass(frozen=True)
class Rule:
    """A rule of one table (of every file where `table` is blank); `message` is shown for what fails it.

    `refuse`: the file is not used. `set aside`: the row is not used. `warn`: the row is used, and counted in the
    report. `note`: nothing is wrong, but the provider is told to prevent surprise. `before` and `after` are an invented
    example.
    """

    rule: str
    severity: Severity
    table: str
    columns: tuple[str, ...]
    title: str
    message: str
    fix: str
    before: str
    after: str


def _parse_rule(line: Mapping[str, str]) -> Rule:
    severity = next((known for known in get_args(Severity) if known == line["severity"]), None)
    if severity is None:
        raise RulesError(
            f"{line['rule']}: '{line['severity']}' is not one of {', '.join(get_args(Severity))}"
        )
    columns = tuple(filter(None, line["columns"].split(", ")))
    if line["table"] and not (columns and set(columns) <= set(load_table(line["table"]).columns)):
        raise RulesError(f"{line['rule']}: not columns of {line['table']}")
    texts = {name: line[name] for name in ("rule", "title", "message", "fix", "before", "after")}
    if blank := [name for name, text in texts.items() if not text]:
        raise RulesError(f"{line['rule']}: {', '.join(blank)} blank")
    return Rule(severity=severity, table=line["table"], columns=columns, **texts)


def load_rules(lines: Iterable[str]) -> tuple[Rule, ...]:
    """Parse the lines of a CSV file of rules; RulesError for a rule that is wrong or given twice."""
    rules = tuple(_parse_rule(line) for line in csv.DictReader(lines, strict=True))
    names = [rule.rule for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RulesError(f"{', '.join(twice)}: declared twice")
    return rules


RULES = load_rules(read_part("rules.csv").splitlines())
BY_NAME = {rule.rule: rule for rule in RULES}
READABLE, NOT_EMPTY = BY_NAME["file.readable"], BY_NAME["return.not_empty"]
TABLE_RULES = tuple(
    rule for rule in RULES if rule.rule.startswith(("column.", "sheet.")) and rule.severity == "warn"
)
CELL_RULES = tuple(rule for rule in RULES if rule.rule.startswith(("row.", "cell.")))


def rules_of(table: str) -> tuple[Rule, ...]:
    """Return the row rules of a table, in the order in which a provider sees them."""
    return tuple(rule for rule in RULES if table and rule.table == table)
