"""Write docs/rules.md from the declared rules."""

from collections.abc import Iterable

from pipeline.contract.rules import RULES, Rule
from pipeline.contract.tables import RETURN_TABLES, load_table, read_part

_FATES = {
    "refuse": "The file is not used.",
    "set aside": "The row is not used.",
    "warn": "It is used, and the warning is counted.",
    "note": "Nothing is wrong; it is said so that nobody is surprised.",
}


def _code(words: str) -> str:
    """Format as Markdown code, also where the text contains backticks."""
    return f"`` {words} ``" if "`" in words else f"`{words}`"


def _entry(rule: Rule) -> str:
    columns = f" Columns: {', '.join(map(_code, rule.columns))}." if rule.columns else ""
    return (
        f"### {rule.title}\n\n{_code(rule.rule)} · {_FATES[rule.severity]}{columns}\n\n"
        f"- It says: {rule.message}.\n- To fix it: {rule.fix}.\n"
        f"- Example: {_code(rule.before)} becomes {_code(rule.after)}"
    )


def _section(title: str, rules: Iterable[Rule]) -> list[str]:
    return [f"## {title}", *map(_entry, rules)]


def format_rules() -> str:
    """Return every rule with its consequence, message, fix and example, as Markdown."""
    parts = [
        read_part("documents", "rules.md").rstrip("\n"),
        *_section("Files, rows and cells", (rule for rule in RULES if not rule.table)),
    ]
    for name in RETURN_TABLES:
        parts += _section(load_table(name).title, (rule for rule in RULES if rule.table == name))
    return "\n\n".join(parts) + "\n"
