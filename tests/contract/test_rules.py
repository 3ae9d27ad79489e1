"""The declared rules: complete, the only ones in use, and told on their page."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.analysis.validation.batches import Known
from pipeline.analysis.validation.suites import suite_of
from pipeline.contract.documents.rules_page import format_rules
from pipeline.contract.rules import BY_NAME, RULES, Rule, RulesError, load_rules, rules_of
from pipeline.contract.tables import RETURN_TABLES

ROOT = Path(__file__).parents[2]
_NAME = re.compile(r"(file|row|cell|column|sheet|read|return|episode|outcome|feedback)\.[a-z_]+")
_FILES = (".css", ".csv", ".html", ".json", ".md", ".parquet", ".yaml")
HEAD = "rule,severity,table,columns,title,message,fix,before,after"
SOUND = "outcome.odd,warn,outcomes,goal,A title,a message,a fix,goal: 1,goal: 2"


def _names_in(path: Path) -> set[str]:
    """Texts of the code that have the form of a rule's name."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if _NAME.fullmatch(text) and not text.endswith(_FILES)}


@pytest.mark.long
def test_every_rule_named_in_the_code_is_declared() -> None:
    named = {name for path in (ROOT / "pipeline").rglob("*.py") for name in _names_in(path)}
    assert "cell.date" in named
    assert named - BY_NAME.keys() == set()


@pytest.mark.parametrize("table", RETURN_TABLES)
def test_every_row_rule_has_an_expectation_and_every_expectation_a_meaning(table: str) -> None:
    expected = [each.meta for each in suite_of(table, Known()).expectations]
    assert {meta["rule"] for meta in expected if "rule" in meta} == {rule.rule for rule in rules_of(table)}
    assert all(len(meta) == 1 and meta.keys() <= {"rule", "contract"} for meta in expected)


@pytest.mark.long
def test_every_file_and_cell_rule_is_raised_somewhere() -> None:
    named = {name for path in (ROOT / "pipeline").rglob("*.py") for name in _names_in(path)}
    assert {rule.rule for rule in RULES if not rule.table} - named == set()


def test_only_what_keeps_a_whole_file_out_is_refused() -> None:
    assert {rule.rule.partition(".")[0] for rule in RULES if rule.severity == "refuse"} == {"file"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_a_rule_speaks_to_a_provider_in_words(rule: Rule) -> None:
    words = (rule.message, rule.fix)
    assert all(text[0].islower() and not text.endswith(".") for text in words)
    assert rule.title[0].isupper()
    assert rule.before != rule.after


def test_titles_are_told_apart_within_a_table() -> None:
    titles = Counter((rule.table, rule.title) for rule in RULES)
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SOUND.replace(",warn,", ",shout,"), "outcome.odd: 'shout' is not one of refuse, set aside, warn"),
        (SOUND.replace(",goal,", ",gaol,"), "outcome.odd: not columns of outcomes"),
        (SOUND.replace(",a fix,", ",,"), "outcome.odd: fix blank"),
        (f"{SOUND}\n{SOUND}", "outcome.odd: declared twice"),
    ],
)
def test_a_rule_declared_wrongly_is_refused(line: str, said: str) -> None:
    assert load_rules([HEAD, SOUND])[0].columns == ("goal",)
    with pytest.raises(RulesError, match=re.escape(said)):
        load_rules([HEAD, *line.splitlines()])


def test_the_page_of_rules_is_up_to_date() -> None:
    committed = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert committed == format_rules(), "run 'outturn dictionary' and commit docs/rules.md"
    assert committed.count("- Example: ") == len(RULES)
