"""Seven readers' questions: the paths of docs/readers.md lead to their answers, in two clicks at most."""

import html
import posixpath
import re
from itertools import pairwise
from pathlib import Path

import pytest
from whole_run import REPOSITORY, Copy

pytest_plugins = ("whole_run_fixtures",)

ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in (REPOSITORY / "docs" / "readers.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and ".html" in line
]


def _leads_to(page: Path, other: Path) -> bool:
    links = re.findall(r'<a\s[^>]*?href="([^"#]+)', page.read_text(encoding="utf-8"))
    return other.as_posix() in {
        posixpath.normpath(posixpath.join(page.parent.as_posix(), link)) for link in links
    }


def test_every_reader_has_a_question() -> None:
    assert len({row[0] for row in ROWS}) == 7


@pytest.mark.parametrize(("reader", "question", "path", "words"), ROWS)
def test_a_reader_comes_to_the_answer(run: Copy, reader: str, question: str, path: str, words: str) -> None:
    steps = [run.root / "reports/_site" / step.strip() for step in path.split(">")]
    assert len(steps) <= 3, f"{reader}: {question}"
    assert all(_leads_to(page, other) for page, other in pairwise(steps))
    shown = html.unescape(re.sub(r"<[^>]+>", " ", steps[-1].read_text(encoding="utf-8")))
    assert words in " ".join(shown.split())
