"""Pages in a language that nobody speaks: a word that is neither marked nor data stands outside the catalogue."""

import ast
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pseudo_words import find_unmarked, marked_rows, read_data_words
from whole_run import Copy

from pipeline.notebooks.documents import new_node, retold
from pipeline.present import sentences

pytest_plugins = ("whole_run_fixtures",)

LANGUAGE = "xx"
# A notebook, and the folder of what is cut out for its page: over all services, and for one of each kind.
PAGES = (
    ("impact", "protect/overall"),
    ("impact", "protect/services/S01"),
    ("impact", "protect/services/S06"),
    ("impact", "protect/services/S16"),
    ("impact_curves", "protect/overall"),
    ("impact_what_works", "protect/overall"),
    ("equality", "protect/overall"),
    ("equality", "protect/services/S06"),
    ("equality_measure", "protect/overall"),
    ("needs", "cycle"),
    ("plan", "cycle"),
    ("money", "cycle"),
    ("market", "cycle"),
)


_NAMED = re.compile(r"^- .*$|<summary>.*?</summary>", re.MULTILINE)


def _cells(name: str) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(Path(f"{name}.ipynb").read_bytes())["cells"]
    shown = (cell for cell in cells if "remove-cell" not in cell["metadata"].get("tags", []))
    return [{**cell, "source": "".join(cell["source"])} for cell in shown]


def _shown(name: str, inputs: str) -> Iterator[tuple[str, str]]:
    """Each part that a notebook shows, after the room that made it; its headings after the notebook."""
    names: dict[str, Any] = {}
    cells = _cells(name)
    told = retold(new_node({"cells": cells}), "a title", sentences.retell).cells
    for cell in told:
        if cell.cell_type == "markdown":
            yield f"notebooks/{name}.ipynb", cell.source
    for cell in cells:
        source, tags = cell["source"], cell["metadata"].get("tags", [])
        match ast.parse(source).body if cell["cell_type"] == "code" else []:
            case [ast.Expr(value=ast.Call(args=[ast.Call() as call]))]:
                room = eval(ast.unparse(call.func), names).__module__
                yield room.removeprefix("pipeline."), eval(ast.unparse(call), names)
            case [_, *_]:
                exec(source, names)
        if "parameters" in tags:
            names |= {"inputs": f"../data/processed/{inputs}", "language": LANGUAGE}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue in marked letters, as a file beside the English."""
    folder = tmp_path_factory.mktemp("words")
    text = yaml.safe_dump(marked_rows(), allow_unicode=True, width=10_000)
    (folder / f"words.{LANGUAGE}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def spoken(rows: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sentences, "_FOLDER", rows)
    sentences.speak(LANGUAGE)
    yield
    sentences.speak(sentences.ENGLISH)


@pytest.mark.usefixtures("spoken")
def test_every_word_of_a_page_is_marked_or_data(run: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    data = read_data_words(run.root)
    monkeypatch.chdir(run.root / "notebooks")
    left: dict[str, set[str]] = {}
    for name, inputs in PAGES:
        for room, part in _shown(name, inputs):
            left.setdefault(room, set()).update(find_unmarked(part, data))
    assert {room: sorted(words) for room, words in left.items() if words} == {}


@pytest.fixture(scope="module")
def site(run: Copy, rows: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a whole run, published anew in that language from the pages as they are."""
    copy = Copy(tmp_path_factory.mktemp("marked") / "outturn")
    shutil.copytree(run.root, copy.root)
    shutil.copy(rows / f"words.{LANGUAGE}.yaml", copy.root / "pipeline" / "present")
    params = copy.root / "params.yaml"
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace("language: en ", f"language: {LANGUAGE} "), encoding="utf-8")
    copy.stages("publish")
    return copy.root / "reports"


def _made(site: Path) -> Mapping[str, str]:
    """What `publish` writes itself: parts of pages, and what stands around a page, without menu and own text."""
    page = (site / "_site" / "services" / "S06.html").read_text(encoding="utf-8")
    around = re.sub(
        r"<title>.*?</title>|<nav class=\"(?:site-nav|contents)\".*?</nav>", "", page, flags=re.DOTALL
    )
    before, main, after = around.partition("<main")
    last = re.findall(
        r"<p class=\"provenance\">.*?</p>|<nav class=\"neighbours\".*?</nav>", main + after, re.DOTALL
    )
    foot = after.partition("</main>")[2]
    made = {path.name: path.read_text(encoding="utf-8") for path in (site / "_generated").iterdir()}
    # Of lists of parts and tables what is theirs: the names in them are of pages, which are English here.
    made |= {name: _NAMED.sub("", made[name]) for name in ("a-to-z.md", "downloads.md")}
    return {**made, "around a page": "\n".join([before, *last, foot])}


def test_every_word_that_publish_writes_is_marked_or_data(run: Copy, site: Path) -> None:
    data = read_data_words(run.root)
    left = {name: sorted(set(find_unmarked(part, data))) for name, part in _made(site).items()}
    assert {name: words for name, words in left.items() if words} == {}


def test_a_row_that_english_lacks_or_a_place_that_nothing_fills_stops_the_run(
    rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "_FOLDER", rows)
    for code, text, said in (
        ("yy", "reason none: x\n", "no row of words.yaml is called 'reason none'"),
        ("zz", 'reason few: "{most}"\n', "'reason few' has {most}, which is not in words.yaml"),
    ):
        (rows / f"words.{code}.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(sentences.LanguageError, match=re.escape(said)):
            sentences.speak(code)
    with pytest.raises(sentences.LanguageError, match=re.escape("there is no words.cy.yaml")):
        sentences.speak("cy")
