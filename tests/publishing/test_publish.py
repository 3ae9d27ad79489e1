"""Publishing a small project with the embedded publisher."""

import json
import re
from pathlib import Path

import pytest
from site_project import FIGURE, REPORTS, Output, displayed, publish, shown, write_notebook

from pipeline.publishing import PublishError, check_site, list_everything, publish_site
from pipeline.publishing.pack import pack_sources
from pipeline.publishing.project import read_project
from pipeline.publishing.site import swap

pytest_plugins = ("site_fixtures",)

PAGES = (
    "a-to-z.html",
    "about.html",
    "changes.html",
    "definitions.html",
    "downloads.html",
    "equality/index.html",
    "families.html",
    "glossary.html",
    "index.html",
    "methods.html",
    "providers.html",
    "quality.html",
    "services/S01.html",
    "services/index.html",
)


def page(site: Path, address: str) -> str:
    return (site / address).read_text(encoding="utf-8")


def made(project: Path, address: str) -> str:
    """A page of the project once it is published."""
    publish(project)
    return page(project / "_site", address)


def test_every_source_becomes_a_page_at_its_own_address(project: Path, site: Path) -> None:
    published = publish(project)
    assert published.pages == PAGES
    assert published.publisher == "pandoc"
    assert all((site / address).is_file() for address in PAGES)


def test_a_published_site_passes_its_own_check_and_asks_nothing_of_the_network(
    project: Path, site: Path
) -> None:
    publish(project)
    assert check_site(site) == []


def test_only_pages_stylesheet_and_what_is_taken_away_are_in_the_site(project: Path, site: Path) -> None:
    publish(project)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    tables = {f"services/tables/{name}" for name in ("S01-reach.csv", "S01-reach.meta.csv", "S01.xlsx")}
    assert files == {
        *PAGES,
        "assets/style.css",
        "assets/search.js",
        "data.zip",
        "services/tables/csv-metadata.json",
        *tables,
    }


def test_links_between_sources_become_links_between_pages(project: Path, site: Path) -> None:
    publish(project)
    assert '<a href="services/S01.html">Harbour Youth</a>' in page(site, "index.html")
    assert '<a href="S01.html">Harbour Youth</a>' in page(site, "services/index.html")
    assert '<a href="../equality/index.html#summary">' in page(site, "services/S01.html")
    assert '<a href="tables/S01-reach.csv">' in page(site, "services/S01.html")


def test_a_link_in_raw_html_is_rewritten_too(project: Path, site: Path) -> None:
    raw = '<p><a class="x" href="S01.ipynb">One</a> <a href="/methods.qmd#verdicts">Two</a></p>'
    write_notebook(project / "services/index.ipynb", "Services", displayed(raw))
    publish(project)
    assert '<a class="x" href="S01.html">' in page(site, "services/index.html")
    assert '<a href="../methods.html#verdicts">' in page(site, "services/index.html")


def test_includes_are_filled_in_and_never_published_themselves(project: Path, site: Path) -> None:
    publish(project)
    assert "Of 40 lines, 39 were accepted." in page(site, "quality.html")
    assert not (site / "_generated").exists()


def test_every_page_carries_the_banner_the_footer_and_the_language(project: Path, site: Path) -> None:
    publish(project)
    for address in PAGES:
        text = page(site, address)
        assert "Sample borough: synthetic data." in text
        assert "Source: a seeded generator." in text
        assert '<html lang="en-GB">' in text


def test_titles_are_escaped_and_cell_text_stays_escaped(project: Path) -> None:
    text = made(project, "services/S01.html")
    assert "<title>Harbour Youth &amp; Friends - Outturn</title>" in text
    assert "Asian &amp; Asian British &lt;all&gt;" in text


def test_code_parameters_and_removed_cells_are_not_shown(project: Path) -> None:
    text = made(project, "services/S01.html")
    assert "What changed for these children?" in text
    assert "service_id" not in text
    assert "Not for readers." not in text


def test_the_figures_text_alternative_and_caption_are_both_kept(project: Path) -> None:
    text = made(project, "services/S01.html")
    assert 'alt="A line at the level of 150 &amp; more"' in text
    assert "<figcaption>Two in three improved</figcaption>" in text
    assert "fig-alt" not in text


def test_a_table_of_an_authors_scrolls_in_a_named_region_and_a_published_one_needs_none(
    project: Path, site: Path
) -> None:
    (project / "_generated/quality.md").write_text('| a | b |\n|---|---|\n| 1 | 2 |\n\n: *Whose* "x"\n')
    publish(project)
    region = '<div class="table-scroll" role="region" tabindex="0" aria-label="Whose “x”"><table'
    assert page(site, "quality.html").count(region) == 1
    assert "<table" in page(site, "services/S01.html")
    assert 'tabindex="0"' not in page(site, "services/S01.html")


def test_a_table_on_a_line_of_its_own_stays_as_it_is(project: Path) -> None:
    cell = '&#60;b&#62; &#42;x&#42; *y* "z" -- &#38;'
    table = (
        f'<table class="data"><caption>C</caption><tbody><tr><th scope="row">{cell}</th></tr></tbody></table>'
    )
    write_notebook(project / "services/index.ipynb", "Services", displayed(f"Before.\n\n{table}\n\nAfter."))
    text = made(project, "services/index.html")
    assert '<th scope="row">&lt;b&gt; *x* *y* "z" -- &amp;</th>' in text
    assert "<p>Before.</p>" in text
    assert "<p>After.</p>" in text


def test_notes_below_a_table_stay_as_they_are_and_other_paragraphs_are_markdown(project: Path) -> None:
    notes = '<p class="notes">it&#39;s &#60;b&#62; *y* -- &#38;</p>'
    text = f'{notes}\n\n<p class="words">*y*</p>'
    write_notebook(project / "services/index.ipynb", "Services", displayed(text))
    text = made(project, "services/index.html")
    assert '<p class="notes">\nit\'s &lt;b&gt; *y* -- &amp;\n</p>\n' in text
    assert '<p class="words">\n<em>y</em>\n</p>' in text


def test_each_figure_is_drawn_where_it_was_shown(project: Path) -> None:
    drawings = [FIGURE, FIGURE.replace("PHN2", "ICAgPHN2"), FIGURE]
    charts = [displayed(f'![Chart]({drawing}){{fig-alt="A line"}}') for drawing in drawings]
    write_notebook(project / "services/index.ipynb", "Services", *charts)
    assert re.findall(r'src="([^"]*)"', made(project, "services/index.html")) == drawings


def test_every_page_of_the_menu_but_the_overview_leads_on_to_another() -> None:
    project = read_project(REPORTS)
    menu = [item.target for item in project.navigation]
    inside = {name for pages in project.series(menu) for name in pages}
    assert {*menu} - inside == {"index.qmd"}


def test_the_navigation_marks_the_page_and_the_section(project: Path, site: Path) -> None:
    publish(project)
    assert '<a href="index.html" aria-current="true">Services</a>' in page(site, "services/S01.html")
    assert '<a href="methods.html" aria-current="page">Methods</a>' in page(site, "methods.html")
    assert page(site, "index.html").count("aria-current") == 1


def test_a_service_page_has_a_breadcrumb_and_a_top_page_has_none(project: Path, site: Path) -> None:
    publish(project)
    trail = '<li>Review</li><li><a href="index.html">Services</a></li>'
    assert trail in page(site, "services/S01.html")
    assert "breadcrumb" not in page(site, "services/index.html")


def test_parts_of_the_menu_open_without_a_script_one_at_a_time_in_their_order(project: Path) -> None:
    menu = made(project, "index.html").partition('aria-label="Main">')[2].partition("</nav>")[0]
    words = re.findall(r"<(?:a|summary)\b[^>]*>([^<]*)<", menu)
    assert words[:3] == ["Overview", "Review", "Services"]
    assert menu.count("<ul>") == 1 + menu.count('<details name="menu">')


def test_a_page_of_three_parts_has_their_list_before_the_first_and_one_of_two_has_none(
    project: Path, site: Path
) -> None:
    two = "First words.\n\n## One & two\n\nx\n\n## Three\n\ny\n"
    (project / "_generated/overview.md").write_text(two)
    (project / "_generated/quality.md").write_text(f"{two}\n## *Four*\n")
    (project / "index.qmd").write_text("---\ntitle: X\n---\n\n{{< include _generated/overview.md >}}\n")
    text = made(project, "quality.html")
    listed = '<li><a href="#one-two">One &amp; two</a></li><li><a href="#three">Three</a></li>'
    assert f'{listed}<li><a href="#four">Four</a></li>' in text
    assert text.index("First words") < text.index('class="contents"') < text.index('id="one-two"')
    assert "contents" not in page(site, "index.html")


def test_a_list_of_contents_stands_outside_what_is_folded(project: Path) -> None:
    folded = "\n\n".join(
        f"<details><summary>\n\n## Part {number}\n\n</summary>\n\nx\n\n</details>" for number in range(3)
    )
    (project / "_generated/quality.md").write_text(folded)
    text = made(project, "quality.html")
    before = text[: text.index('class="contents"')].partition("<main")[2]
    assert before.count("<details") == before.count("</details>")


def test_pages_of_a_series_lead_to_the_one_before_and_after_and_other_pages_to_none(
    project: Path, site: Path
) -> None:
    write_notebook(project / "services/S02.ipynb", "<Second>", displayed("x"))
    text = made(project, "services/S01.html")
    assert '<a href="index.html" rel="prev"><span>Previous</span> Services</a>' in text
    assert '<a href="S02.html" rel="next"><span>Next</span> &lt;Second&gt;</a>' in text
    assert 'rel="next"' not in page(site, "services/S02.html")
    assert '<a href="glossary.html" rel="next">' in page(site, "methods.html")
    assert "rel=" not in page(site, "index.html").partition("<body>")[2]


def test_everything_is_listed_with_the_pages_on_which_it_stands(project: Path) -> None:
    (project / "_generated/a-to-z.md").write_text(list_everything(project, but="a-to-z.qmd"))
    (project / "_generated/quality.md").write_text("## *Who* was reached\n")
    (project / "_generated/a-to-z.md").write_text(list_everything(project, but="a-to-z.qmd"))
    text = made(project, "a-to-z.html")
    assert '<li><a href="services/S01.html">Harbour Youth &amp; Friends</a></li>' in text
    assert '<li>Who was reached: Services <a href="services/S01.html">S01</a></li>' in text
    assert '<em>Who</em> was reached: <a href="quality.html">Data quality</a>' in text
    assert 'href="a-to-z.html"' not in text.partition("<main")[2]


def test_two_runs_give_the_same_bytes(project: Path, site: Path, tmp_path: Path) -> None:
    publish(project)
    assert publish_site(project, tmp_path / "again", "pandoc").made == PAGES
    for address in PAGES:
        assert (site / address).read_bytes() == (tmp_path / "again" / address).read_bytes()


def test_only_the_changed_page_is_made_again(project: Path, site: Path) -> None:
    assert publish(project).made == ()
    before = {address: page(site, address) for address in PAGES}
    (project / "_generated/quality.md").write_text("Of 40 lines, 38 were accepted.")
    assert publish(project).made == ("quality.html",)
    assert "38 were accepted" in page(site, "quality.html")
    assert {name for name in PAGES if page(site, name) != before[name]} == {"quality.html"}
    assert len(list((project.parent / "kept").glob("*.html"))) == len(PAGES)


def test_a_new_banner_makes_every_page_again(project: Path) -> None:
    (project / "_generated/banner.html").write_text('<div class="banner"><p>Provisional.</p></div>')
    assert publish(project).made == PAGES


def test_a_page_that_is_gone_leaves_the_site(project: Path, site: Path) -> None:
    publish(project)
    (project / "_generated/overview.md").write_text("No services yet.")
    write_notebook(project / "services/index.ipynb", "Services", displayed("None yet."))
    (project / "services/S01.ipynb").unlink()
    assert "services/S01.html" not in publish(project).pages
    assert not (site / "services/S01.html").exists()


def test_what_was_changed_by_hand_in_the_site_is_written_anew(project: Path, site: Path) -> None:
    publish(project)
    table = site / "services/tables/S01-reach.csv"
    sound = table.read_bytes()
    table.write_text("changed by hand")
    publish(project)
    assert table.read_bytes() == sound


def spoil(project: Path, text: str) -> None:
    (project / "_generated/overview.md").write_text(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<script>alert(1)</script>", "a <script> element would run"),
        ("[here](javascript:alert%281%29)", "a link starts with 'javascript'"),
        ('<b onclick="x()">here</b>', "the attribute onclick of <b> would run"),
        ("[gone](services/S99.ipynb)", "services/S99.ipynb is not in the site"),
        ("![no text alternative](assets/none.png)", "1 image(s) without a text alternative"),
        ('![c](https://images.example/a.png){fig-alt="a"}', "asked of images.example"),
        ("See @fig-reach.", "the cross reference @fig-reach leads nowhere"),
        ("#### Too deep", "a heading of level 4 follows one of level 1"),
    ],
)
def test_a_page_with_a_fault_is_refused_and_the_old_site_stands(
    project: Path, text: str, complaint: str
) -> None:
    before = made(project, "index.html")
    spoil(project, text)
    with pytest.raises(PublishError, match=r"the old one stands") as refusal:
        publish(project)
    assert f"index.html: {complaint}" in str(refusal.value).replace("index.html: a file is ", "index.html: ")
    assert page(project / "_site", "index.html") == before
    assert [path.name for path in project.glob(".publish-*")] == []


def test_a_notebook_that_was_not_run_is_refused(project: Path) -> None:
    write_notebook(project / "services/S01.ipynb", "Harbour Youth")
    with pytest.raises(PublishError, match=r"^services/S01\.ipynb has no outputs: it has not been run"):
        publish(project)


def test_a_notebook_with_an_error_is_refused_without_its_message(project: Path) -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "child 0815", "traceback": ["child 0815"]}
    write_notebook(project / "services/S01.ipynb", "Harbour Youth", displayed("Fine."), error)
    with pytest.raises(PublishError, match=r"S01\.ipynb, cell 4 ends in an error \(KeyError\)") as refusal:
        publish(project)
    assert "0815" not in str(refusal.value)


@pytest.mark.parametrize(
    ("output", "form"),
    [
        ({"output_type": "stream", "name": "stdout", "text": "hello"}, "stream"),
        (shown({"text/plain": "42"}), "text/plain"),
        (shown({"text/markdown": "a", "text/html": "<b>a</b>"}), "text/html"),
    ],
)
def test_a_notebook_that_shows_anything_but_markdown_is_refused(
    project: Path, output: Output, form: str
) -> None:
    write_notebook(project / "services/S01.ipynb", "Harbour Youth", output)
    with pytest.raises(PublishError, match=f"cell 4 shows {form}; only text/markdown is published"):
        publish(project)


def test_a_shortcode_that_comes_with_the_data_is_refused(project: Path) -> None:
    spoil(project, "{{< include ../../secret.csv >}}")
    with pytest.raises(PublishError, match=r"^index\.qmd: '\{\{<' is left in the text"):
        publish(project)


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("_generated/none.md", "which is missing"), ("../../x.md", "which lies outside the project")],
)
def test_an_include_that_cannot_be_followed_is_refused(project: Path, path: str, complaint: str) -> None:
    (project / "quality.qmd").write_text(f"---\ntitle: Quality\n---\n\n{{{{< include {path} >}}}}\n")
    with pytest.raises(PublishError, match=complaint):
        publish(project)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("No front matter", "has no front matter"),
        ("---\ndescription: x\n---\n", "has no title"),
        ("---\n- a\n---\n", "must be keys and values"),
        ("---\na: [\n---\n", "not readable as YAML"),
    ],
)
def test_a_page_without_a_title_is_refused(project: Path, text: str, complaint: str) -> None:
    (project / "about.qmd").write_text(text)
    with pytest.raises(PublishError, match=rf"^about\.qmd.*{complaint}"):
        publish(project)


def test_two_sources_for_one_address_are_refused(project: Path) -> None:
    write_notebook(project / "services/S01.qmd", "Twice", displayed("x"))
    with pytest.raises(PublishError, match=r"would both become services/S01\.html; remove one"):
        publish(project)


def test_a_missing_key_of_the_project_is_named(project: Path) -> None:
    (project / "_quarto.yml").write_text("lang: en-GB\n")
    with pytest.raises(PublishError, match=r"_quarto\.yml: the key 'website: title' is missing"):
        publish(project)


def test_a_missing_banner_is_named(project: Path) -> None:
    (project / "_generated/banner.html").unlink()
    with pytest.raises(PublishError, match=r"_generated/banner\.html is missing"):
        publish(project)


def test_sections_after_the_heading_that_the_front_matter_names_are_folded(project: Path, site: Path) -> None:
    text = (
        '---\ntitle: Overview\nfold-after: [Facts, "No: such"]\n---\n\n## Why\n\none\n\n## Facts\n\ntwo\n\n'
    )
    text += "## How *often*?\n\nthree\n\n### Inside\n\nfour\n\n## Last\n\nfive\n"
    (project / "index.qmd").write_text(text)
    publish(project)
    shown = (site / "index.html").read_text()
    body = shown[shown.index("<main") : shown.index("</main>")]
    first, *folded = body.split('<details class="part">')
    assert "two" in first
    assert [part.count("</details>") for part in folded] == [1, 1]
    assert '<summary><h2 id="how-often">How <em>often</em>?</h2></summary>' in folded[0]
    assert "Inside" in folded[0]
    assert "contents" not in shown, "few parts, some folded: their headings are a list already"


def test_what_a_folder_s_metadata_names_is_folded_in_each_of_its_pages(project: Path, site: Path) -> None:
    (project / "_metadata.yml").write_text("fold-after: [Facts]\n")
    (project / "index.qmd").write_text("---\ntitle: X\n---\n\n## Facts\n\ntwo\n\n## Last\n\nfive\n")
    publish(project)
    assert '<details class="part"><summary><h2 id="last">' in (site / "index.html").read_text()
    assert pack_sources(project, site)["_metadata.yml"] == b"fold-after: [Facts]\n", (
        "its ZIP makes the same page"
    )


def test_the_contents_of_a_page_with_folded_parts_or_many_links_are_closed(project: Path) -> None:
    parts = "".join(f"\n## Part {number}\n\nwords\n" for number in range(6))
    links = " ".join(f"[there](quality.qmd#part-{number % 6})" for number in range(21))
    (project / "_generated/quality.md").write_text(parts)
    for front, words, tag in (
        ("", "", "<details open><summary>"),
        ("", links, "<details><summary>"),
        ("fold-after: [Part 1]\n", "", "<details><summary>"),
    ):
        (project / "index.qmd").write_text(f"---\ntitle: X\n{front}---\n\n{words}\n{parts}")
        (contents,) = re.findall(r'<nav class="contents".*?</nav>', made(project, "index.html"))
        assert tag in contents
        assert [f"#part-{number}" in contents for number in range(6)] == [True] * 6


def test_a_section_whose_heading_says_so_is_folded_by_itself(project: Path, site: Path) -> None:
    (project / "index.qmd").write_text(
        "---\ntitle: Overview\n---\n\n## One\n\na\n\n## Two {.folded}\n\nb\n\n## Three\n\nc\n"
    )
    publish(project)
    shown = (site / "index.html").read_text()
    body = shown[shown.index("<main") : shown.index("</main>")]
    _, folded = body.split('<details class="part">')
    assert '<summary><h2 id="two">Two</h2></summary>' in folded
    assert "b" in folded.partition("</details>")[0]
    assert "Three" in folded.partition("</details>")[2]


def test_a_heading_that_gathers_folds_all_that_follows_each_part_in_its_fold(
    project: Path, site: Path
) -> None:
    (project / "index.qmd").write_text(
        "---\ntitle: Overview\n---\n\n## One\n\na\n\n## Two {.gathered}\n\nb\n\n## Three\n\nc\n"
    )
    publish(project)
    shown = (site / "index.html").read_text()
    body = shown[shown.index("<main") : shown.index("</main>")]
    _, gathered, three = body.split("<details")
    assert gathered.startswith(' class="part gathered"><summary><h2 id="two">')
    assert '<h2 id="three">' in three
    assert three.count("</details>") == 2


def test_a_page_says_from_which_data_by_which_code_and_offers_its_notebook(project: Path, site: Path) -> None:
    path = project / "services/S01.ipynb"
    notebook = json.loads(path.read_text())
    about = {"code": "c" * 64, "inputs": {"a.parquet": "1"}, "notebook": "notebooks/impact.ipynb"}
    notebook["metadata"]["outturn"] = {**notebook["metadata"].get("outturn", {}), **about}
    path.write_text(json.dumps(notebook))
    first = made(project, "services/S01.html")
    assert '<a href="tables/S01-notebook.ipynb">' in first
    assert f"<code>{'c' * 12}</code>" in first
    offered = json.loads((site / "services/tables/S01-notebook.ipynb").read_text())
    assert offered["cells"] == notebook["cells"]
    assert offered["metadata"]["outturn"].keys() >= {"code", "notebook"}
    assert not offered["metadata"]["outturn"].keys() & {"downloads", "inputs", "fingerprint"}
    assert "provenance" not in page(site, "index.html")


def test_nobody_learns_from_two_sites_whose_data_changed(project: Path, site: Path) -> None:
    """Data that change no number of one service change the one fingerprint that all pages show, and no notebook."""
    about = {"code": "c" * 64, "fingerprint": "f" * 64, "notebook": "notebooks/impact.ipynb"}
    found: list[tuple[set[str], set[bytes]]] = []
    for of_s01 in "12":
        for name, inputs in (("S01", of_s01), ("S02", "1")):
            path = project / f"services/{name}.ipynb"
            notebook = json.loads((path if path.exists() else project / "services/S01.ipynb").read_text())
            own = about | {"inputs": {f"{name}/scores.parquet": inputs}}
            notebook["metadata"]["outturn"] = {**notebook["metadata"].get("outturn", {}), **own}
            path.write_text(json.dumps(notebook))
        publish(project)
        told = {name: page(site, f"services/{name}.html") for name in ("S01", "S02")}
        prints = {text.split("with fingerprint <code>")[1][:12] for text in told.values()}
        notebooks = {(site / f"services/tables/{name}-notebook.ipynb").read_bytes() for name in told}
        found.append((prints, notebooks))
    (before, notebooks), (after, notebooks_after) = found
    assert len(before) == len(after) == 1
    assert before != after
    assert notebooks == notebooks_after


def test_a_swap_that_fails_half_way_leaves_the_old_site(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("old", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        swap(tmp_path / "never built", tmp_path / "site", tmp_path / "old")
    assert (tmp_path / "site" / "index.html").read_text(encoding="utf-8") == "old"
