"""The feedback to a provider: every fault in its own names, no value; fixed as told, the return is accepted whole."""

import base64
import csv
import hashlib
import io
import re
import shutil
from collections.abc import Callable
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_dataset import (
    EPISODES,
    FEEDBACK,
    FILES,
    OUTCOMES,
    RETURN,
    change_file,
    check,
    load,
    take_in,
    write_dataset,
    write_file,
)

from pipeline.files.records import read_records
from pipeline.returns.checked import NothingAcceptedError
from pipeline.stages.validate import run_validate

ROOT = Path(__file__).parents[2]
MAPPING = f"{RETURN}/mapping.yaml"
MAPPED = """\
blocks:
  - name: cases
    file: cases.csv
    table: episodes
    columns: {episode_id: Case, child_id: Client, service_id: Service, referral_date: Referred, start_date: Began,
      end_date: Left, ethnicity: Group}
    date_formats: {referral_date: "%d/%m/%Y", start_date: "%d/%m/%Y", end_date: "%d/%m/%Y"}
    age_from: {column: DOB, date_format: "%d/%m/%Y", at: referral_date}
  - name: scores
    file: scores.csv
    table: outcomes
    columns: {episode_id: Case, outcome: What, scale: Tool, baseline_score: Before, baseline_date: On,
      review_score: After, review_date: Again}
"""
CASES = """\
Case,Client,Service,Referred,Began,Left,Group,DOB
E1,C1,S01,11/04/2009,25/05/2009,,BAFR,01/02/2000
E2,C2,S01,31/04/2009,26/05/2009,,WHYT,01/02/2001
E3,C3,S99,13/04/2009,,,,01/02/1960
E4,,S02,14/04/2009,,,WBRI,
E5,C5,S01,15/04/2009,14/04/2009,,WBRI,
E6,C6,S01,16/04/2009,,20/12/2009,WBRI,
E7,C7,S01,17/04/2009,,,WBRI,01/02/2001
E7,C8,S01,18/04/2009,,,WBRI,01/02/2002
"""
SCORES = """\
Case,What,Tool,Before,On,After,Again
E1,confidence,wellbeing,17,2009-05-25,99,2009-06-16
E2,confidence,wellbeing,17,2009-05-25,20,2009-05-20
E5,confidence,wellbieng,sixteen,2009-05-25,20,2009-06-16
E99,confidence,wellbeing,17,2009-05-25,20,2009-06-16
E6,confidence,wellbeing,,,20,2009-06-16
"""
# What a person writes where the feedback's rule and column say so: by rule, and by column where that decides.
MENDS: dict[tuple[str, str], str] = {
    ("cell.date", "Referred"): "30/04/2009",
    ("cell.not_known", "Group"): "WBRI",
    ("cell.range", "DOB"): "01/02/2000",
    ("cell.number", "Before"): "17",
    ("cell.required", "Client"): "C4",
    ("episode.service_known", "Service"): "S01",
    ("episode.service_of_provider", "Service"): "S01",
    ("episode.dates_in_order", "Began"): "16/05/2009",
    ("episode.dates_not_ahead", "Left"): "",
    ("outcome.scale_known", "Tool"): "wellbeing",
    ("outcome.score_on_scale", "After"): "33",
    ("outcome.review_after_baseline", "Again"): "2009-06-20",
    ("outcome.episode_known", "Case"): "E4",
}


class Page(HTMLParser):
    """What a page says, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset in which harbour sends files of its own shape, with faults of many kinds; tests leave it as it is."""
    folder = write_dataset(tmp_path_factory.mktemp("told") / "data")
    for name in (EPISODES, OUTCOMES, FEEDBACK):
        (folder / name).unlink()
    write_file(folder, MAPPING, MAPPED)
    write_file(folder, f"{RETURN}/cases.csv", CASES)
    write_file(folder, f"{RETURN}/scores.csv", SCORES)
    write_file(folder, "returns/umoja/2009-q2/episodes.csv", FILES[EPISODES].replace("S01", "S02"))
    write_file(folder, "returns/harbour/spring.csv", "a,b\n1,2\n")
    write_file(folder, "returns/elsewhere.csv", "a,b\n1,2\n")
    check(folder)
    return folder


Told = tuple[list[dict[str, str]], str]


@pytest.fixture(scope="module")
def found(folder: Path) -> Told:
    """What harbour is told."""
    return read(folder)


def read(folder: Path, provider: str = "harbour") -> Told:
    """The provider's CSV and page."""
    place = folder.parent / "validate" / "feedback"
    return read_records(place / f"{provider}.csv"), (place / f"{provider}.html").read_text(encoding="utf-8")


def told(folder: Path) -> Told:
    """What harbour is told after a run."""
    check(folder)
    return read(folder)


def _fix(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def _apply(folder: Path, faults: list[dict[str, str]]) -> None:
    """Do at each row and column what the feedback asks; what hangs on an episode waits until episodes are fixed."""
    to_fix = [fault for fault in faults if fault["severity"] != "warn"]
    first = [fault for fault in to_fix if fault["rule"] != "outcome.episode_known"]
    for fault in first or to_fix:
        fix = f"E{fault['row']}" if fault["rule"] == "episode.key_unique" else ""
        _fix(folder / "returns" / "harbour" / fault["file"], partial(_write_fix, fault, fix))


def _write_fix(fault: dict[str, str], number: str, rows: list[list[str]]) -> None:
    columns = fault["column"].split(", ")
    asked = columns if number else [column for column in columns if (fault["rule"], column) in MENDS]
    assert len(asked) == 1, fault
    rows[int(fault["row"]) - 1][rows[0].index(asked[0])] = number or MENDS[fault["rule"], asked[0]]


def test_a_return_fixed_as_its_feedback_says_is_accepted_whole(
    folder: Path, found: Told, tmp_path: Path
) -> None:
    fixed = Path(shutil.copytree(folder, tmp_path / "data"))
    (fixed / "returns/harbour/spring.csv").unlink()
    faults, rounds = [fault for fault in found[0] if fault["file"] != "spring.csv"], 0
    while any(fault["severity"] != "warn" for fault in faults):
        _apply(fixed, faults)
        faults, page = told(fixed)
        rounds += 1
        assert rounds <= 3, "a fixed row may show a second fault, and what hangs on it comes last"
    assert "Nothing needs fixing." in page
    returns = read_records(fixed.parent / "validate" / "returns.csv")
    assert [(line["lines"], line["accepted"]) for line in returns if line["provider"] == "harbour"] == [
        ("8", "8"),
        ("5", "5"),
    ]


def test_every_fault_of_a_row_is_told_with_file_row_and_the_senders_own_column(found: Told) -> None:
    faults, _ = found
    places = {(fault["file"], fault["row"], fault["column"], fault["rule"]) for fault in faults}
    cases, scores = "2009-q2/cases.csv", "2009-q2/scores.csv"
    assert {
        (cases, "3", "Referred", "cell.date"),
        (cases, "3", "Group", "cell.not_known"),
        (cases, "4", "DOB", "cell.range"),
        (cases, "5", "Client", "cell.required"),
        (cases, "6", "Referred, Began, Left", "episode.dates_in_order"),
        (cases, "8", "Case", "episode.key_unique"),
        (cases, "9", "Case", "episode.key_unique"),
        (scores, "2", "Before, After, goal", "outcome.score_on_scale"),
        (scores, "4", "Before", "cell.number"),
        (scores, "5", "Case", "outcome.episode_known"),
    } <= places
    fix = next(fault["fix"] for fault in faults if fault["column"] == "Client")
    assert fix == "fill in Client"
    assert {fault["severity"] for fault in faults if fault["row"]} == {"set aside"}


def test_neither_page_nor_file_holds_a_value_of_a_row(found: Told) -> None:
    faults, page = found
    said = " ".join(Page(page).said) + str(faults)
    rows = [*csv.reader(io.StringIO(CASES)), *csv.reader(io.StringIO(SCORES))]
    telling = {
        cell for row in rows for cell in row if re.search(r"^[CE]\d|/|^2009-0\d|WHYT|sixteen|wellbieng", cell)
    }
    assert len(telling) > 20
    assert "did you mean" not in said
    examples = {"2009-05-25", "C2", "E1", "E5", "E7"}  # also stand in the rules' own invented examples
    assert {
        cell for cell in telling - examples if re.search(rf"(?<![\w-]){re.escape(cell)}(?![\w-])", said)
    } == set()


def test_counts_are_exact_and_add_up(found: Told) -> None:
    _, page = found
    said = [text for text in Page(page).said if text.strip()]
    start = said.index("2009-q2", said.index("What was received"))
    assert said[start : start + 8] == ["2009-q2", "Episodes", "8", "1", "7", "0", "0", "2009-q2"]
    assert any("1 of 13 lines accepted" in text for text in said)


def test_a_page_needs_nothing_beside_it_and_says_whom_it_is_for(found: Told) -> None:
    _, page = found
    parsed = Page(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in parsed.tags}
    assert not [attrs for _, attrs in parsed.tags if {"src", "href"} & set(attrs)]
    assert "url(" not in page
    assert "@media print" in page
    assert any("For Harbour Youth only." in text for text in parsed.said)
    headings = [tag for tag, _ in parsed.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    tables = sum(tag == "table" for tag, _ in parsed.tags)
    assert tables == sum(tag == "caption" for tag, _ in parsed.tags) > 2
    assert all("scope" in attrs for tag, attrs in parsed.tags if tag == "th")


def test_a_provider_with_nothing_wrong_is_told_so(folder: Path) -> None:
    faults, page = read(folder, "umoja")
    assert faults == []
    assert "Nothing needs fixing." in page
    assert "3 of 3 lines accepted." in page


def test_warnings_are_told_apart_from_what_must_be_fixed(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, OUTCOMES, "17,2009-05-25,", ",,")
    faults, page = told(folder)
    assert [(fault["severity"], fault["rule"], fault["row"]) for fault in faults] == [
        ("warn", "outcome.review_has_baseline", "2")
    ]
    assert "Odd, but used" in page
    assert "To fix" not in page


def test_each_provider_is_told_of_its_own_files_only(folder: Path) -> None:
    place = folder.parent / "validate" / "feedback"
    stems = ["_no_provider", "harbour", "umoja"]
    assert sorted(path.name for path in place.iterdir()) == sorted(
        f"{s}.{kind}" for s in stems for kind in ("csv", "html")
    )
    files = {stem: {fault["file"] for fault in read_records(place / f"{stem}.csv")} for stem in stems}
    assert files["umoja"] == set()
    assert "spring.csv" in files["harbour"]
    assert files["_no_provider"] == {"elsewhere.csv"}


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_file(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    rows = "".join(f"X{number},S01,Y{number},2009-13-01\n" for number in range(150))
    _, sound, *_ = FILES[EPISODES].splitlines()
    write_file(
        folder,
        EPISODES,
        "episode_id,service_id,child_id,referral_date\n" + rows + ",".join(sound.split(",")[:4]),
    )
    faults, page = told(folder)
    assert sum(fault["rule"] == "cell.date" for fault in faults) == 150
    assert "And 50 more: harbour.csv lists them all." in page


def test_feedback_is_written_also_where_nothing_was_accepted(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    text = FILES[EPISODES].replace("2009-04-1", "2010-04-1").replace("2009-05-2", "2010-05-2")
    write_file(folder, EPISODES, text.replace("2009-06-20", ""))
    take_in(folder)
    with pytest.raises(NothingAcceptedError):
        run_validate(load(folder), folder.parent / "intake", folder.parent / "validate")
    faults = read_records(folder.parent / "validate" / "feedback" / "harbour.csv")
    assert {fault["rule"] for fault in faults if fault["table"] == "episodes"} == {"episode.dates_not_ahead"}


def test_no_stage_after_it_reads_the_feedback() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipeline").rglob("*.py")
        if re.search(r"[\"']feedback[\"']\s*/|/\s*[\"']feedback[\"']", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["pipeline/stages/validate.py"]


def test_the_page_may_load_and_run_nothing_and_shows_itself_in_its_own_style(found: Told) -> None:
    _, page = found
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    assert page.index("Content-Security-Policy") < page.index("<title>")
