"""The check finds each fault that is planted in a site, and nothing else."""

import base64
from pathlib import Path

import pytest

from pipeline.publishing import check_site

PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>T</title>{head}</head>'
    '<body><h1 id="top">H</h1>{body}</body></html>'
)
ALTERNATIVE = 'write what it shows after it: ![Caption](file.png){fig-alt="..."}'
SVG_WITH_A_SCRIPT = "<script>x</script>"
SVG_THAT_LOADS = "<image href='http://x.example/a'/>"


def svg(inside: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(f"<svg>{inside}</svg>".encode()).decode()


def build(site: Path, body: str = "", head: str = "", style: str = "p { color: black }") -> list[str]:
    (site / "sub").mkdir(parents=True, exist_ok=True)
    (site / "style.css").write_text(style)
    (site / "sub/table.csv").write_text("a,b\n")
    (site / "sub/other.html").write_text(PAGE.format(head="", body='<h2 id="there">There</h2>'))
    (site / "index.html").write_text(PAGE.format(head=head, body=body))
    return [str(problem) for problem in check_site(site)]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="sub/other.html#there">x</a> <a href="#top">y</a> <a href="sub/table.csv">z</a>',
        '<a href="https://www.example.org/">elsewhere</a> <a href="mailto:a@example.org">write</a>',
        f'<img alt="A line" src="{svg("<path/>")}">',
        "<p>5 &lt; 7 &amp; 9, ask a@example.org</p><code>&amp;lt;</code>",
        '<svg><title>t</title><linearGradient id="g"/><use xlink:href="#g"/></svg>',
        '<p style="background: url(#g)">x</p><details><summary>S</summary><p>x</p></details><br/>',
        '<img role="presentation" alt="" src="data:image/png;base64,AAAA">',
        '<p id="café">x</p><a href="#caf%C3%A9">encoded</a> <a href="#café">as it is</a>',
    ],
)
def test_a_sound_page_has_no_problems(tmp_path: Path, body: str) -> None:
    assert build(tmp_path, body, head='<link rel="stylesheet" href="style.css">') == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<a href="none.html">x</a>', "none.html is not in the site"),
        ('<a href="sub/">x</a>', "sub/ is not in the site"),
        ('<a href="../index.html">x</a>', "../index.html is not in the site"),
        ('<a href="/sub/other.html">x</a>',
            "/sub/other.html starts with '/'; expected an address relative to the page"),
        ('<a href="sub/other.html#no">x</a>', "the link sub/other.html#no leads to no place on that page"),
        ('<a href="#no">x</a>', "the link #no leads to no place on that page"),
        ('<a href="java&#115;cript:x()">x</a>',
            "a link starts with 'javascript'; expected a page of this site, or http(s)"),
        ('<a href="http://[x">x</a>',
            "a link starts with 'a malformed address'; expected a page of this site, or http(s)"),
        ('<img alt="a" src="none.png">', "none.png is not in the site"),
        ('<img alt="a" src="">', "an image or stylesheet has an empty address"),
        ('<img src="data:image/png;base64,AAAA">', "1 image(s) without a text alternative; " + ALTERNATIVE),
        ("<p>Group <unknown> here</p>", "<unknown> is no HTML element: some text was not escaped (write &lt; for <)"),
        ('<p id="top">x</p>', "the id 'top' is used 2 times"),
        ('<table><tr><td class="number">1</td><td class="number" id="top">2</td></tr></table>',
            "the id 'top' is used 2 times"),
        ('<table><tr><td onclick="x()">1</td></tr></table>',
            "the attribute onclick of <td> would run in the reader's browser"),
        ("<h1>Again</h1>", "expected one top heading (h1), found 2; the title is it, and parts begin with '##'"),
        ("<h2>a</h2><h4>b</h4>", "a heading of level 4 follows one of level 2"),
        ("<script>x()</script>", "a <script> element would run in the reader's browser"),
        ('<p onmouseover="x()">x</p>', "the attribute onmouseover of <p> would run in the reader's browser"),
        ('<img alt="a" src="data:image/svg+xml;base64,%%%">', "a figure's SVG is damaged"),
        (f'<img alt="a" src="{svg(SVG_WITH_A_SCRIPT)}">',
            "a figure's SVG holds something that would run in the reader's browser"),
        (f'<img alt="a" src="{svg(SVG_THAT_LOADS)}">', "a figure's SVG loads another file"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_and_only_that(tmp_path: Path, body: str, message: str) -> None:
    assert build(tmp_path, body) == [f"index.html: {message}"]


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="a" src="https://x.example/a.png">',
        '<img alt="a" src="//x.example/a.png">',
        '<img alt="a" src="data:image/png;base64,AA" srcset="https://x.example/a.png 2x">',
        '<iframe src="https://x.example/"></iframe>',
        '<object data="https://x.example/"></object>',
        '<video poster="https://x.example/"></video>',
        "<p style=\"background: url('https://x.example/a')\">x</p>",
        "<style>@import 'https://x.example/a.css';</style>",
        '<link rel="preload" href="https://x.example/a.woff2">',
    ],
)
def test_whatever_is_loaded_from_another_host_is_found(tmp_path: Path, body: str) -> None:
    message = "index.html: a file is asked of x.example; a site must ask nothing of the network"
    assert build(tmp_path, body) == [message]


def test_a_stylesheet_that_loads_a_font_from_the_web_is_found(tmp_path: Path) -> None:
    style = "@import url(https://fonts.example/a); p { background: url('gone.png') } b { background: url(data:,) }"
    assert build(tmp_path, style=style) == [
        "style.css: a file is asked of fonts.example; a site must ask nothing of the network",
        "style.css: gone.png is not in the site",
    ]


def test_a_page_without_language_title_and_heading_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html><body><p>x</p></body></html>")
    assert [problem.message for problem in check_site(tmp_path)] == [
        "the page names no language; expected <html lang=...>",
        "the page has no title",
        "expected one top heading (h1), found 0",
    ]


def test_a_refresh_or_a_base_is_found(tmp_path: Path) -> None:
    head = '<base href="index.html"><meta http-equiv="Refresh" content="0; url=x">'
    assert build(tmp_path, head=head) == [
        "index.html: a <base> element would run in the reader's browser",
        "index.html: a <meta> element would run in the reader's browser",
    ]


def test_a_folder_without_pages_is_a_problem(tmp_path: Path) -> None:
    assert [problem.message for problem in check_site(tmp_path)] == ["the site has no pages"]
