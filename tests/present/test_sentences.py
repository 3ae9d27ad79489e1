"""Every sentence of the pages, one by one: what it says once its places are filled."""

import ast
import json
import re
from pathlib import Path
from typing import get_args

from pipeline.analysis.equality.gaps import GapWord
from pipeline.analysis.judgement_rules import Family
from pipeline.analysis.verdicts import Reason
from pipeline.present.sentences import SENTENCES
from pipeline.stats.monitoring.control_chart import Assurance, Signal


def test_every_reason_and_family_has_its_sentence() -> None:
    assert {f"reason {reason}" for reason in get_args(Reason)} <= SENTENCES.keys()
    assert {f"family {family}" for family in get_args(Family)} <= SENTENCES.keys()
    assert {"gaps behind", "gaps ahead"} <= {f"gaps {word}" for word in get_args(GapWord)} & SENTENCES.keys()


def test_every_signal_and_assurance_has_its_sentence() -> None:
    assert {f"kpi signal {signal}" for signal in get_args(Signal)} <= SENTENCES.keys()
    assert {f"kpi {assurance}" for assurance in get_args(Assurance)} <= SENTENCES.keys()


def _told(node: ast.AST) -> str | None:
    """A literal in code as a pattern of what it may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return "".join(_told(part) or ".+" for part in node.values)
    return None


def _row(node: ast.AST) -> str:
    """A text in code as a row of the catalogue has it: places called by the last name in them."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_row(part) for part in parts)
        case ast.FormattedValue(value=value):
            return f"{{{['', *re.findall('[a-z_]+', ast.unparse(value))][-1]}}}"
        case _:
            return ""


_NUMBER = re.compile(r" (?:one|many)$")


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    files = [
        path
        for room in ("present", "publishing", "downloads", "stages")
        for path in Path("pipeline", room).rglob("*.py")
    ]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    patterns = {told for tree in trees for node in ast.walk(tree) if (told := _told(node))}
    said = re.compile("|".join(patterns))
    template = Path("pipeline", "publishing", "template.html").read_text(encoding="utf-8")
    written = _texts_of_notebooks() | _reasons()
    asked = {*re.findall(r'say\("([^"]+)"\)', template)}
    assert [
        key
        for key, text in SENTENCES.items()
        if not (
            key in asked or said.fullmatch(key) or said.fullmatch(_NUMBER.sub("", key)) or text in written
        )
    ] == []


def _reasons() -> set[str]:
    """What `stats` and `analysis` write in English: reasons, and names of what they count, as rows have them."""
    files = [path for room in ("stats", "analysis") for path in Path("pipeline", room).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return {written for tree in trees for node in ast.walk(tree) if (written := _row(node))}


def _texts_of_notebooks() -> set[str]:
    """The headings and paragraphs of the notebooks that pages show."""
    cells = [
        cell for path in Path("notebooks").glob("*.ipynb") for cell in json.loads(path.read_bytes())["cells"]
    ]
    blocks = [block for cell in cells for block in "".join(cell["source"]).split("\n\n")]
    return {" ".join(block.lstrip("#").split()) for block in blocks}


def test_no_sentence_assumes_which_group_is_behind() -> None:
    assert [
        text for text in SENTENCES.values() if any(name in text for name in ("Black", "White", "minority"))
    ] == []
