"""A figure leads to the row of the table that its sentence is told of; one that no such row holds leads nowhere."""

import re
from dataclasses import replace
from string import Formatter

import pytest

from pipeline.present.disclosure.table import Told, escape
from pipeline.present.sentences import SENTENCES, say
from pipeline.present.settings_table import show_settings
from pipeline.publishing.lineage import with_lineage
from pipeline.publishing.rows import Measure
from pipeline.publishing.settings_told import TOLD, mark_settings, read_settings
from pipeline.publishing.source import SourcePage

TABLE = (
    '<table class="data"><caption>Completed, by group. All children.</caption><tbody>'
    '<tr><th scope="row">Asian</th><td>82%</td><td>+9 (+2 to +15)</td></tr>'
    '<tr class="service"><th scope="row">Black African</th><td>71%</td><td>−5 (−13 to +3)</td></tr>'
    '<tr><th scope="row">White</th><td>76%</td><td>−5 (−13 to +3)</td></tr></tbody></table>'
    '<p class="downloads"><a href="tables/S01-gap.csv">Download</a></p>'
)
COUNTS = "measure_id,version,ethnic_group,events,total,other_events,other_total\ncompleted,1,Black,50,100,130,200\n"
FOUND = "tables/S01-finding_gaps.csv"
FILES = {f"equality/{FOUND}": COUNTS, "equality/tables/S01-gap.csv": ""}
MEASURES = [Measure("Completed", "measure-completed", "2")]


def page(*paragraphs: str) -> str:
    source = SourcePage("equality/S01.ipynb", "equality/S01.html", "S01", "", "", FILES)
    prose = "".join(f"<p>{words}</p>" for words in paragraphs)
    return with_lineage(f"<main>{prose}{TABLE}</main>", source, FILES, MEASURES)


def leads(words: str, *files: str, row: str = "") -> list[tuple[str, str]]:
    """Each figure that is a link, with where it leads to; a row of the table by what it is called."""
    shown = page(Told(words, *files or ["tables/S01-gap.csv"], row=row))
    labels = dict(re.findall(r'<tr[^>]* id="(row-\d+)"><th scope="row">(.*?)</th>', shown))
    found = re.findall(r'<a class="sourced" tabindex="-1" href="#?([^"]+)">(.*?)</a>', shown)
    assert "data-of" not in shown
    return [(figure, labels.get(link, link)) for link, figure in found]


def test_a_figure_with_its_interval_leads_to_the_row_that_has_both() -> None:
    assert leads("White children: a gap of −5 points (−13 to +3).") == [("−5 points (−13 to +3)", "White")]
    assert leads("A gap of −5 points (−13 to +4) among White children.") == []
    told = "White children are behind by 5 points (−3 to 13)"
    assert leads(told) == [("5 points (−3 to 13)", "White")]
    assert leads("A gap of +13 points (−5 to +3) among White children.") == [], (
        "its numbers stand there otherwise"
    )


def test_a_number_alone_leads_to_its_row_in_the_table_that_is_named_and_in_no_other() -> None:
    assert leads("Of Black African children 71% completed") == [("71%", "Black African")]
    assert leads("Of Black African children 71% completed", FOUND) == []
    assert leads("50% completed, and 71%", FOUND, "tables/S01-gap.csv") == [
        ("50%", FOUND), ("71%", "Black African"),
    ]  # fmt: skip


def test_of_rows_that_hold_a_figure_the_one_that_is_named_is_meant() -> None:
    assert leads("A gap of −5 points (−13 to +3).", row="White") == [("−5 points (−13 to +3)", "White")]
    assert leads("A gap of −5 points (−13 to +3).", row="Asian") == []


def test_of_rows_that_hold_a_figure_that_which_holds_most_of_its_clause_is_listed() -> None:
    files = {f"equality/{FOUND}": f"{COUNTS}started,1,Black,50,100,90,300\n"}
    source = SourcePage("equality/S01.ipynb", "equality/S01.html", "S01", "", "", files)
    words = Told("50% of Black children against 30% of others; 65% of others.", FOUND)
    shown = with_lineage(f"<main><p>{words}</p></main>", source, files, [])
    listed = re.findall(r"<li>(.*?): <a [^>]*>S01-finding_gaps.csv: (.*?)</a>", shown)
    assert listed == [("50%", "started"), ("30%", "started"), ("65%", "completed")]


def test_a_share_leads_to_the_counts_that_it_is_of() -> None:
    told = leads("Completed, 50% of Black children against 65% of other children; 3 more, below.", FOUND)
    assert told == [("50%", FOUND), ("65%", FOUND)]
    assert leads("66% of other children completed.", FOUND) == []


@pytest.mark.parametrize("words", ["82% of Asian children", "<a href='x'>82% of Asian children</a>"])
def test_what_is_told_of_no_table_stays_as_it_is(words: str) -> None:
    assert page(words) == f"<main><p>{words}</p>{TABLE}</main>"


def test_the_list_at_the_foot_has_each_figure_its_row_and_the_measure_with_its_version() -> None:
    shown = page(
        Told("Completed, 50% of Black children against 65% of other children.", FOUND),
        Told("Asian children: +9 points (+2 to +15).", "tables/S01-gap.csv"),
    )
    listed = shown.partition('<details class="lineage">')[2]
    assert '<li>+9 points (+2 to +15): <a href="#row-1">Completed, by group: Asian</a>.' in listed
    assert (
        listed.count('Measure: <a href="../definitions.html#measure-completed">Completed</a>, version 2.')
        == 3
    )
    assert "row-2" not in shown, "a row that nothing leads to has no place"


def test_words_are_escaped_once_and_stay_escaped() -> None:
    words = "Asian <b> children: +9 points (+2 to +15)"
    assert leads(words) == [("+9 points (+2 to +15)", "Asian")]
    assert "Asian &#60;b&#62; children" in page(Told(words, "tables/S01-gap.csv"))


def test_a_figure_that_is_a_setting_leads_to_its_row_on_methods_and_to_no_other() -> None:
    source = SourcePage("equality/S01.ipynb", "equality/S01.html", "S01", "", "", FILES)
    note = escape(say("gaps chance", family="all groups of one measure", rate="5%"))
    few = Told(say("reason few", minimum=23), "tables/S01-gap.csv")
    shown = with_lineage(
        f"<main><p>{note} {few} Of others, 5%.</p></main>", source, FILES, [], {"false_discovery_rate"}
    )
    link = "../methods.html#setting-false_discovery_rate"
    assert f'at most <a class="sourced" tabindex="-1" href="{link}">5%</a> are' in shown
    assert f'<li>5%: <a href="{link}">Differences by chance</a>, a setting of this site.</li>' in shown
    assert shown.count('class="sourced"') == 1, "Methods does not list how few are too few"


def test_every_sentence_that_tells_a_setting_is_found_with_its_place() -> None:
    for key, places in TOLD.items():
        values = {place: "7%" for _, place, _, _ in Formatter().parse(SENTENCES[key]) if place}
        words = escape(say(key, **values))
        told = mark_settings(words, {*places.values()}, lambda _, name: f"<{name}>")
        assert sorted(re.findall("<(.+?)>", told)) == sorted(places.values()), key


def test_methods_lists_the_settings_that_figures_lead_to() -> None:
    table = show_settings({"false_discovery_rate": 0.05, "minimum_total": 23})
    page = SourcePage("methods.qmd", "methods.html", "Methods", "", table)
    assert read_settings([page]) == {"false_discovery_rate", "minimum_total"}
    assert '<td class="number">5%</td>' in table
    assert '<td class="number">23</td>' in table
    assert read_settings([replace(page, address="about.html")]) == frozenset()
