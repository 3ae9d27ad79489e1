"""Pages, pictures, menu and logo of a council's own, with the embedded publisher."""

from pathlib import Path

import pytest
import site_project
import yaml
from site_project import FIGURE, SVG, displayed, write_notebook

from pipeline.publishing import PublishError, check_site
from pipeline.publishing.project import read_project, without_absent
from pipeline.publishing.watched import own_sources, watch_sources

pytest_plugins = ("site_fixtures",)
FRONT = "---\ntitle: Our work\n---\n\n"
PICTURE = SVG.encode()


def publish(project: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    """Write a page of one's own, publish, and return its HTML."""
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text, encoding=encoding)
    site_project.publish(project)
    assert check_site(project / "_site") == []
    return (project / "_site" / name).with_suffix(".html").read_text(encoding="utf-8")


def set_navbar(project: Path, **keys: object) -> None:
    path = project / "_quarto.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["website"]["navbar"].update(keys)
    path.write_text(yaml.safe_dump(config), encoding="utf-8")


def add_to_menu(project: Path, *entries: object) -> None:
    set_navbar(project, left=[{"text": "Overview", "href": "index.qmd"}, *entries])


@pytest.mark.parametrize("name", ["ours.qmd", "ours.md", "news/2010 spring.qmd"])
def test_a_page_is_published_with_its_title(project: Path, name: str) -> None:
    assert "<title>Our work - Outturn</title>" in publish(project, name, FRONT + "What we did.")


TEXTS = [
    ("Fewer than 5 &lt; 7 &amp; 9.", "<p>Fewer than 5 &lt; 7 &amp; 9.</p>"),
    (r"Saved in C:\data\new and \\server\textbf{x}.", r"C:\data\new and \server\textbf{x}."),
    ("A `{{{< include x >}}}` line.", "<code>{{&lt; include x &gt;}}</code>"),
    ("It costs $5 and $10, or £3.", "It costs $5 and $10, or £3."),
    ("Seen in `a < b` and Ynys Môn’s “list”.", "<code>a &lt; b</code> and Ynys Môn’s “list”."),
    ("[Services](services/index.ipynb) and [Methods](/methods.qmd)", '<a href="services/index.html">'),
    ("[The contract](https://www.example.org/a?b=1&c=2)", "https://www.example.org/a?b=1&amp;c=2"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
]


def test_text_is_shown_as_it_was_meant(project: Path) -> None:
    shown = publish(project, "ours.qmd", FRONT + "\n\n".join(text for text, _ in TEXTS))
    assert [expected for _, expected in TEXTS if expected not in shown] == []


def test_a_page_saved_by_notepad_is_read(project: Path) -> None:
    assert "Ysgol Gynradd Tŷ" in publish(
        project, "ours.qmd", FRONT.replace("\n", "\r\n") + "Ysgol Gynradd Tŷ", "utf-8-sig"
    )


@pytest.mark.parametrize("name", ["map.svg", "assets/our map.svg", "news/map.svg"])
def test_pictures_and_files_come_along(project: Path, name: str) -> None:
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_bytes(PICTURE)
    (project / "plan.pdf").write_bytes(b"%PDF-1.4")
    publish(
        project, "ours.qmd", FRONT + f'![A map](<{name}>){{fig-alt="Where we work"}}\n\n[The plan](plan.pdf)'
    )
    assert (project / "_site" / name).read_bytes() == PICTURE
    assert (project / "_site/plan.pdf").is_file()


def test_an_executed_notebook_that_render_names_is_a_page(project: Path) -> None:
    config = (project / "_quarto.yml").read_text(encoding="utf-8")
    (project / "_quarto.yml").write_text(config.replace('    - "*.md"', '    - "*.md"\n    - "ours.ipynb"'))
    write_notebook(project / "ours.ipynb", "Ours", displayed(f'![C]({FIGURE}){{fig-alt="A line"}}'))
    assert "ours.html" in site_project.publish(project).pages


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (FRONT + "![A map](map.png)", r"map\.png is not in the site"),
        (FRONT + f"![A map]({FIGURE})", r"1 image.* text alternative; write what it shows after it"),
        (FRONT + "[x](none.qmd)", "none.qmd is not in the site"),
        (FRONT + "[x](../params.yaml)", r"\.\./params\.yaml is not in the site"),
        (FRONT + "[x](_generated/overview.md)", r"_generated/overview\.md is not in the site"),
        (FRONT + "# Again", "expected one top heading.*parts begin with '##'"),
        (FRONT + "{{< video x.mp4 >}}", "is left in the text.*three braces"),
        (FRONT + "At <Llandudno>", r"<llandudno> is no HTML element.*write &lt; for <"),
        ("What we did.", "has no front matter"),
    ],
)
def test_what_a_reader_would_find_broken_is_refused_with_the_fix(
    project: Path, text: str, complaint: str
) -> None:
    with pytest.raises(PublishError, match=rf"(?s)ours.*{complaint}"):
        publish(project, "ours.qmd", text)


def test_a_page_in_another_encoding_is_named(project: Path) -> None:
    with pytest.raises(PublishError, match=r"^ours\.qmd is not written in UTF-8; save it anew"):
        publish(project, "ours.qmd", FRONT + "Tŷ", "utf-16")


@pytest.mark.parametrize(
    ("entry", "link"),
    [
        ({"text": "Ours", "href": "ours.qmd"}, '<a href="ours.html" aria-current="page">Ours</a>'),
        ({"text": "Ours", "file": "ours.qmd"}, '<a href="ours.html" aria-current="page">Ours</a>'),
        ("ours.qmd", '<a href="ours.html" aria-current="page">Our work</a>'),
        ({"href": "ours.qmd"}, '<a href="ours.html" aria-current="page">Our work</a>'),
        (
            {"text": "Council", "href": "https://www.example.org"},
            '<a href="https://www.example.org">Council</a>',
        ),
    ],
)
def test_the_menu_is_written_as_quarto_lets_it(project: Path, entry: object, link: str) -> None:
    add_to_menu(project, entry)
    assert f"<li>{link}</li>" in publish(project, "ours.qmd", FRONT + "x")


def test_entries_on_the_right_follow_those_on_the_left(project: Path) -> None:
    set_navbar(project, right=["ours.qmd"])
    text = publish(project, "ours.qmd", FRONT + "x")
    assert text.index(">About</a>") < text.index(">Our work</a>")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            "none.qmd",
            r"the menu leads to none\.qmd, which is no page of this site; expected one of a-to-z\.qmd",
        ),
        ({"text": "More"}, "an entry of the menu names no page"),
        ({"menu": ["about.qmd"]}, "a 'menu' with a 'text' of its own"),
        ({"text": "More", "menu": [{"text": "In", "menu": ["about.qmd"]}]}, "no menu within it"),
    ],
)
def test_an_entry_that_leads_nowhere_is_named(project: Path, entry: object, complaint: str) -> None:
    add_to_menu(project, entry)
    with pytest.raises(PublishError, match=rf"_quarto\.yml: .*{complaint}"):
        site_project.publish(project)


def test_a_notebook_of_the_menu_that_no_stage_has_made_is_left_out(project: Path) -> None:
    add_to_menu(project, {"text": "Plan", "menu": ["cycle/plan.ipynb", "ours.qmd"]}, "cycle/assess.ipynb")
    assert "cycle/" not in publish(project, "ours.qmd", FRONT + "x")
    text = (project / "_quarto.yml").read_text(encoding="utf-8")
    website = yaml.safe_load(without_absent(text, {"ours.qmd"}))["website"]
    assert "cycle" not in [each["id"] for each in website["sidebar"]]
    menu = website["navbar"]["left"]
    assert menu == [{"text": "Overview", "href": "index.qmd"}, {"text": "Plan", "menu": ["ours.qmd"]}]


def test_a_page_all_of_whose_parts_are_blank_is_left_out_of_the_site_and_its_menu(project: Path) -> None:
    parts = project / "_generated"
    for name, text in (("first.md", "\n"), ("last.md", "")):
        (parts / name).write_text(text, encoding="utf-8")
    page = FRONT + "Words.\n\n{{< include _generated/first.md >}}\n\n{{< include _generated/last.md >}}\n"
    (project / "returns.qmd").write_text(page, encoding="utf-8")
    add_to_menu(project, "returns.qmd", "ours.qmd")
    assert "returns.html" not in publish(project, "ours.qmd", FRONT + "x")
    assert not (project / "_site" / "returns.html").exists()
    text = (project / "_quarto.yml").read_text(encoding="utf-8")
    menu = yaml.safe_load(without_absent(text, {"ours.qmd"}, read_project(project).left_out()))
    assert menu["website"]["navbar"]["left"] == [{"text": "Overview", "href": "index.qmd"}, "ours.qmd"]
    (parts / "last.md").write_text("A word.", encoding="utf-8")
    assert "returns.html" in publish(project, "ours.qmd", FRONT + "y")


def test_a_menu_entry_in_a_folder_is_no_page_of_another_entrys_section(project: Path) -> None:
    add_to_menu(project, "services/index.ipynb", "services/ours.qmd")
    text = publish(project, "services/ours.qmd", FRONT + "x")
    assert '<a href="ours.html" aria-current="page">' in text
    assert text.count("aria-current") == 1
    assert 'aria-current="true">Services' in (project / "_site/services/S01.html").read_text(encoding="utf-8")


def test_a_logo_stands_before_the_sites_title(project: Path) -> None:
    (project / "assets/our logo.svg").write_bytes(PICTURE)
    set_navbar(project, **{"logo": "assets/our logo.svg", "logo-alt": "Borough & Council"})
    publish(project, "ours.qmd", FRONT + "x")
    image = '<img class="navbar-logo" src="../assets/our%20logo.svg" alt="Borough &amp; Council"> Outturn</a>'
    assert image in (project / "_site/services/S01.html").read_text(encoding="utf-8")
    assert (project / "_site/assets/our logo.svg").read_bytes() == PICTURE


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"logo": "assets/none.svg", "logo-alt": "Borough"}, r"assets/none\.svg is missing"),
        ({"logo": "assets/style.css"}, "needs 'logo-alt', what it shows in words"),
        ({"logo": {"light": "a.svg"}}, "'logo' is not the name of a file"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_named(project: Path, keys: dict[str, object], complaint: str) -> None:
    set_navbar(project, **keys)
    with pytest.raises(PublishError, match=complaint):
        site_project.publish(project)


DVC = """\
# A line that stays.
stages:
  publish:
    cmd: python x.py
    deps:
    - reports/_quarto.yml
    - reports/gone.qmd
    outs:
    - reports/made:
        persist: true
    metrics:
    - reports/metrics.csv
"""


def test_new_sources_are_named_in_dvc_yaml_and_those_that_are_gone_are_not(tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").write_text(DVC, encoding="utf-8")
    names = ("_quarto.yml", "_part.md", "a.qmd", "b.PNG", "news/c.md", "made/d.ipynb", "metrics.csv")
    for name in (*names, ".e.qmd", "~f.qmd", "g.docx", "none/h.txt"):
        (tmp_path / "reports" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "reports" / name).write_text("x")
    assert [path.name for path in own_sources(tmp_path)] == [
        "_part.md",
        "_quarto.yml",
        "a.qmd",
        "b.PNG",
        "news",
    ]
    said = list(watch_sources(tmp_path))
    assert [line.split(":")[0].split(" is ")[0] for line in said] == [
        *("reports/_part.md", "reports/a.qmd", "reports/b.PNG", "reports/news"),
        "reports/gone.qmd",
    ]
    added = "".join(f"    - reports/{name}\n" for name in ("_part.md", "a.qmd", "b.PNG", "news"))
    assert (tmp_path / "dvc.yaml").read_text(encoding="utf-8") == DVC.replace(
        "    - reports/gone.qmd\n", added
    )
    assert list(watch_sources(tmp_path)) == []
