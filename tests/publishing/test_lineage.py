"""A figure of a page's prose leads to the row that holds it, and one that no row is about leads nowhere."""

import re

import pytest

from pipeline.publishing.lineage import with_lineage
from pipeline.publishing.rows import Measure
from pipeline.publishing.source import SourcePage

TABLE = (
    '<table class="data"><caption>Completed, by group. All children.</caption><tbody>'
    '<tr><th scope="row">Asian</th><td>82%</td><td>+9 (+2 to +15)</td></tr>'
    '<tr class="service"><th scope="row">Black African</th><td>71%</td><td>−5 (−13 to +3)</td></tr>'
    '<tr><th scope="row">White</th><td>76%</td><td>−5 (−13 to +3)</td></tr></tbody></table>'
)
COUNTS = "measure_id,version,ethnic_group,events,total,other_events,other_total\ncompleted,1,Black,50,100,130,200\n"
FILES = {"equality/tables/S01-finding_gaps.csv": COUNTS}
MEASURES = [Measure("Completed", "measure-completed", "2")]


def page(*paragraphs: str) -> str:
    source = SourcePage("equality/S01.ipynb", "equality/S01.html", "S01", "", "", FILES)
    prose = "".join(f"<p>{words}</p>" for words in paragraphs)
    return with_lineage(f"<main>{prose}{TABLE}</main>", source, source, MEASURES)


def leads(*paragraphs: str) -> list[tuple[str, str]]:
    """Each figure that is a link, with where it leads to; a row of the table by what it is called."""
    shown = page(*paragraphs)
    labels = dict(re.findall(r'<tr[^>]* id="(row-\d+)"><th scope="row">(.*?)</th>', shown))
    found = re.findall(r'<a class="sourced" tabindex="-1" href="#?([^"]+)">(.*?)</a>', shown)
    return [(figure, labels.get(link, link)) for link, figure in found]


def test_a_figure_with_its_interval_leads_to_the_row_that_has_both_and_is_about_the_same() -> None:
    assert leads("White children: a gap of −5 points (−13 to +3).") == [("−5 points (−13 to +3)", "White")]
    assert leads("A gap of −5 points (−13 to +4) among White children.") == []
    told = "White children are behind by 5 points (−3 to 13)"
    assert leads(told) == [("5 points (−3 to 13)", "White")]
    assert leads("A gap of +13 points (−5 to +3) among White children.") == [], (
        "its numbers stand there otherwise"
    )


def test_a_number_alone_leads_to_a_row_that_its_clause_names_and_to_no_other() -> None:
    assert leads("Of Black African children 71% completed") == [("71%", "Black African")]
    assert leads("Where more than 71% are not known, nothing is judged.") == []


def test_two_shares_of_one_clause_lead_to_the_counts_that_they_are_of() -> None:
    file = "tables/S01-finding_gaps.csv"
    told = leads("Completed, 50% of Black children against 65% of other children; 3 more, below.")
    assert told == [("50%", file), ("65%", file)]
    assert leads("Completed, 50% of Black children against 66% of other children.") == []


@pytest.mark.parametrize("words", ["<a href='x'>82% of Asian children</a>", "In 2012 of 82 Asian children"])
def test_what_is_a_link_already_or_no_figure_stays_as_it_is(words: str) -> None:
    assert leads(words) == []
    assert page(words) == f"<main><p>{words}</p>{TABLE}</main>"


def test_the_list_at_the_foot_has_each_figure_its_row_and_the_measure_with_its_version() -> None:
    shown = page(
        "Completed, 50% of Black children against 65% of other children.",
        "Asian children: +9 points (+2 to +15).",
    )
    listed = shown.partition('<details class="lineage">')[2]
    assert '<li>+9 points (+2 to +15): <a href="#row-1">Completed, by group: Asian</a>.' in listed
    assert (
        listed.count('Measure: <a href="../definitions.html#measure-completed">Completed</a>, version 2.')
        == 3
    )
    assert "row-2" not in shown, "a row that nothing leads to has no place"


def test_escaped_signs_are_read_and_what_is_markup_stays_escaped() -> None:
    words = "Asian &#60;b&#62; children: &#43;9 points &#40;&#43;2 to &#43;15&#41;"
    assert leads(words) == [("+9 points (+2 to +15)", "Asian")]
    assert "Asian &#60;b&#62; children" in page(words)
