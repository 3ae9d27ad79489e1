"""Words of others in every place of a page: the site is built, they stand there as words, and none of them runs."""

import csv
import datetime as dt
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest
from payloads import FORMULAS, MARK, PAYLOADS
from site_project import displayed, write_notebook, write_project

from pipeline.contract.context import DatasetFacts
from pipeline.files.records import parse_records, write_csv
from pipeline.notebooks.documents import new_node, retold
from pipeline.present.disclosure.columns import Column, Link, Text, Verdict
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.table import PageTable
from pipeline.present.disclosure.table_files import format_csv
from pipeline.present.drawing import Drawing
from pipeline.present.page import format_banner, format_footer, headline, paragraph
from pipeline.protect.rounding import Disclosure
from pipeline.publishing import list_everything, publish_site
from pipeline.publishing.finish import LIST, POLICY, policy_of

pytest_plugins = ("site_fixtures",)
CHROMIUM = shutil.which("chromium")
_DOOR = Door(Disclosure(7, 5), None, "tables/index-")
_TAG = re.compile(r"<[^>]*>")


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def _table(texts: tuple[str, ...]) -> PageTable:
    """All texts in cells, links and verdicts, and some as the table's own words."""
    columns: list[Column] = [Text("a", texts[0]), Link("b", texts[1]), Verdict("c", texts[2])]
    rows = [{"a": text, "b": text, "b_link": "index.ipynb", "c": text} for text in texts]
    return PageTable("x", texts[3], texts[4], texts[5], texts[6], columns, rows, note=texts[7])


def _chart(text: str) -> str:
    drawing = Drawing(300, 40)
    drawing.words(2, 2, text)
    return drawing.as_image(text, text)


def _page(texts: tuple[str, ...]) -> str:
    shown = [part for text in texts for part in (headline(text), paragraph(text), _chart(text))]
    turned = [texts[at:] + texts[:at] for at in range(0, len(texts), 8)]
    return "\n\n".join([*shown, *(_DOOR.format(_DOOR.publish(_table(each))) for each in turned)])


def _write_hostile(project: Path) -> None:
    """A page with every text in every place, and a page for each text that is called so."""
    write_notebook(
        project / "services/index.ipynb", "Services", displayed(_page(PAYLOADS)), downloads={"x.csv": "a\n"}
    )
    for number, text in enumerate(PAYLOADS):
        path = project / f"services/H{number:03}.ipynb"
        write_notebook(path, "x", displayed(paragraph(text)))
        content = json.loads(path.read_text(encoding="utf-8"))
        content["cells"][0]["source"] = "".join(content["cells"][0]["source"])
        named = retold(new_node(content), text, str)
        path.write_text(json.dumps(named), encoding="utf-8")


def _dataset(text: str) -> DatasetFacts:
    return DatasetFacts(text, True, text, "quarter", dt.date(2009, 12, 31), "everyone else", ("White",))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the hostile texts."""
    project = tmp_path_factory.mktemp("hostile") / "reports"
    write_project(project)
    _write_hostile(project)
    everything = _dataset(" ".join(PAYLOADS))
    (project / "_generated/banner.html").write_text(
        format_banner(everything, Disclosure(7, 5)), encoding="utf-8"
    )
    (project / "_generated/footer.html").write_text(format_footer(everything, "1"), encoding="utf-8")
    listed = list_everything(project, but="a-to-z.qmd")
    (project / "_generated/a-to-z.md").write_text(listed, encoding="utf-8")
    published = publish_site(project, project / "_site", "pandoc", cache=project / "kept")
    assert len(published.pages) == 14 + len(PAYLOADS)
    return project / "_site"


def test_there_are_eighty_payloads_at_least_and_no_two_alike() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 80


def test_every_text_stands_on_the_page_as_it_was_written(hostile: Path) -> None:
    said = _words((hostile / "services/index.html").read_text(encoding="utf-8"))
    lost = [text for text in PAYLOADS if " ".join(text.split()) not in said and not set(text) <= set("-*. ")]
    assert lost == []


def test_every_title_is_the_text(hostile: Path) -> None:
    for number, text in enumerate(PAYLOADS):
        page = (hostile / f"services/H{number:03}.html").read_text(encoding="utf-8")
        title = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[0]
        assert html.unescape(title).startswith(text)


def test_every_page_says_first_what_a_browser_may_load(hostile: Path) -> None:
    for path in hostile.rglob("*.html"):
        page, policy = path.read_text(encoding="utf-8"), policy_of(path.relative_to(hostile).as_posix())
        assert page.index(policy) < page.index("<title>")
        assert "default-src 'none'" in policy and "http:" not in policy
        assert ("script-src 'self' file:;" in policy) is (path.name == LIST) is ("<script" in page)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine's PATH")
@pytest.mark.parametrize("policy", [POLICY, ""])
def test_nothing_runs_in_a_browser(hostile: Path, tmp_path: Path, policy: str) -> None:
    """Also where the browser knows no policy: the texts are harmless by themselves."""
    shutil.copytree(hostile, tmp_path / "site")
    page = tmp_path / "site/services/index.html"
    body = page.read_text(encoding="utf-8").replace(POLICY, policy)
    page.write_text(body, encoding="utf-8")
    assert MARK not in _body_tag(page)
    page.write_text(
        body.replace("</main>", f"<script>document.body.setAttribute('{MARK}',1)</script></main>")
    )
    assert (MARK in _body_tag(page)) is (not policy)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine's PATH")
@pytest.mark.parametrize("asked", PAYLOADS[:: len(PAYLOADS) // 8])
def test_what_is_searched_for_is_words_too(hostile: Path, asked: str) -> None:
    shown = _browse(f"{(hostile / LIST).as_uri()}?{urlencode({'q': asked})}")
    (tag,) = re.findall(r"<body[^>]*>", shown)
    assert MARK not in tag
    assert (
        "entries have these words."
        in shown.partition("<output")[2].partition("</output>")[0].partition(">")[2]
    )


def _body_tag(page: Path) -> str:
    """The body's tag as the browser has it once the page is loaded, where what ran leaves its mark."""
    (tag,) = re.findall(r"<body[^>]*>", _browse(page.as_uri()))
    return str(tag)


def _browse(address: str) -> str:
    """The page as the browser has it once it is loaded."""
    command = (str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", address)
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_csv_file_holds_a_formula(text: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", ["a"], [[text]])
    ((stored,),) = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8"))))[1:]
    table = _DOOR.publish(_table((text,) * 8))
    values = [value for row in parse_records(format_csv(table)) for value in row.values()]
    assert stored.startswith("'")
    assert all(value.startswith("'") or value == "x" for value in values)
