"""Words of the glossary are linked where a page first uses them."""

from pathlib import Path

from site_project import displayed, publish, write_notebook

from pipeline.publishing.glossary import with_terms

pytest_plugins = ("site_fixtures",)
TERMS = {
    "design effect": "term-design-effect",
    "gap": "term-gap",
    "rate": "term-rate",
    "target": "term-target",
}


def page(paragraphs: str) -> str:
    return f"<p>A gap.</p><main>{paragraphs}</main>"


def test_a_word_is_linked_once_where_it_first_stands_by_itself() -> None:
    found = with_terms(page("<p>Gaps.</p><p>A gap. A gap.</p><p>A gap.</p>"), "services/S01.html", TERMS)
    link = '<a class="term" href="../glossary.html#term-gap">gap</a>'
    assert found == page(f"<p>Gaps.</p><p>A {link}. A gap.</p><p>A gap.</p>")


def test_headings_links_tables_and_the_glossary_itself_are_left_alone() -> None:
    text = page('<h2>A gap</h2><p><a href="x">A gap</a></p><table><td>gap</td></table>')
    assert with_terms(text, "x.html", TERMS) == text
    for address in ("glossary.html", "index.html"):
        assert with_terms(page("<p>A gap.</p>"), address, TERMS) == page("<p>A gap.</p>")


def test_a_page_gets_two_such_links_at_most() -> None:
    words = "".join(f"<p>A {term}.</p>" for term in TERMS)
    assert with_terms(page(words), "x.html", TERMS).count('class="term"') == 2


def test_a_published_page_leads_to_the_words_of_the_glossary(project: Path) -> None:
    write_notebook(project / "services/S02.ipynb", "Second", displayed("The baseline is forming."))
    publish(project)
    made = (project / "_site/services/S02.html").read_text(encoding="utf-8")
    assert 'href="../glossary.html#term-baseline">baseline</a>' in made
    assert 'id="term-baseline"' in (project / "_site/glossary.html").read_text(encoding="utf-8")
