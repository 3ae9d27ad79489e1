"""Headings as people write them: read as what they are, and what is not used is said by name."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from small_dataset import (
    EPISODES,
    FEEDBACK,
    FILES,
    OUTCOMES,
    RETURN,
    change_file,
    check,
    take_in,
    write_dataset,
    write_file,
)

from pipeline.cli import FAILED, main
from pipeline.contract.tables import load_table
from pipeline.files.commissioner.reference import ReferenceTableError, read_reference
from pipeline.files.intake.headings import LOOKS_LIKE_VALUE
from pipeline.files.records import read_records

SPELLINGS = [
    "Ethnicity", "ETHNICITY ", "Eth-nicity", "eth_nicity", "\u00a0ethnicity", "\ufeffEthnicity", "eth\u200bnicity",
    "Ethni city", "\uff25thnicity", "ethnicity\u00ad",
]  # fmt: skip
STYLES: dict[str, Callable[[str], str]] = {
    "titles": lambda name: name.replace("_", " ").title(),
    "capitals": str.upper,
    "camel": lambda name: "".join(part.capitalize() for part in name.split("_")),
    "kebab": lambda name: name.replace("_", "-"),
    "dots": lambda name: name.replace("_", "."),
    "no-break spaces": lambda name: f"\u00a0{name.replace('_', chr(0xA0))}",
    "unseen": lambda name: f"\ufeff{name[:2]}\u200b{name[2:]}",
}
TOLD_OF_TIDYING = ("normalised.csv", "files.csv")
MAPPING = """\
blocks:
  - name: cases
    file: cases.csv
    table: Episodes
    columns: {episode_id: Case, child_id: Client, service_id: Service, referral_date: Referred, ethnicity: Ethnic Group}
"""
CASES = "CASE,client ,Ser-vice,Re_ferred,ethnic\u00a0group\nE1,C1,S01,2009-04-11,BAFR\nE2,C2,S01,2009-04-12,WBRI\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is accepted of the dataset as it is."""
    return accepted(write_dataset(tmp_path_factory.mktemp("right") / "data"))


def accepted(folder: Path) -> dict[str, bytes]:
    """All that goes on from intake, but for what was tidied."""
    take_in(folder)
    found = folder.parent / "intake"
    paths = [path for path in found.rglob("*") if path.is_file() and path.name not in TOLD_OF_TIDYING]
    return {path.relative_to(found).as_posix(): path.read_bytes() for path in paths}


def remarks(folder: Path) -> list[tuple[str, str, str]]:
    take_in(folder)
    faults = read_records(folder.parent / "intake" / "faults.csv")
    return [
        (line["severity"], line["rule"], line["message"])
        for line in faults
        if line["rule"].startswith("column.") and line["rule"] != "column.absent"
    ]


def tidied(folder: Path) -> list[tuple[str, str, str]]:
    return [
        (line["column"], line["what"], line["cells"])
        for line in read_records(folder.parent / "intake" / "normalised.csv")
    ]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_ethnicity_however_its_heading_is_spelt_gives_the_same_bytes(
    folder: Path, right: dict[str, bytes], spelling: str
) -> None:
    change_file(folder, EPISODES, "age,ethnicity", f"age,{spelling}")
    assert accepted(folder) == right
    assert {column for column, _, _ in tidied(folder)} == {"ethnicity"}
    assert remarks(folder) == []


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with a heading spelt otherwise, one nearly known and one that looks personal, after a run."""
    folder = write_dataset(tmp_path_factory.mktemp("odd") / "data")
    change_file(folder, EPISODES, "age,ethnicity", "age,Eth-nicity")
    change_file(folder, OUTCOMES, "review_date", "Date of review")
    change_file(folder, FEEDBACK, "took_part\n", "took_part,NHS No\n")
    change_file(folder, FEEDBACK, "yes,no\n", "yes,no,secret\n")
    check(folder)
    return folder


def test_a_heading_spelt_in_another_way_is_told_to_its_provider_before_and_after_sending(
    odd: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (odd.parent / "validate" / "feedback" / "harbour.html").read_text("utf-8")
    assert "Tidied on reading" in page
    main(["check", str(odd / RETURN), "--dataset", str(odd)])
    assert "episodes.csv, ethnicity: " in capsys.readouterr().out.partition("Tidied on reading")[2]


def test_a_near_miss_is_told_to_its_provider_and_counted(odd: Path) -> None:
    page = (odd.parent / "validate" / "feedback" / "harbour.html").read_text("utf-8")
    assert "Nothing needs fixing" not in page
    assert "did you mean" in page
    lines = read_records(odd.parent / "validate" / "rules.csv")
    (line,) = (line for line in lines if (line["rule"], line["table"]) == ("column.near", "outcomes"))
    assert (line["checked"], line["failed"]) == ("1", "1")


def test_what_stands_in_a_column_that_is_not_used_goes_nowhere(odd: Path) -> None:
    for path in (odd.parent / "validate").rglob("*"):
        assert path.is_dir() or b"secret" not in path.read_bytes()


@pytest.mark.parametrize("style", STYLES)
def test_every_heading_of_every_table_is_known_in_any_style(
    folder: Path, right: dict[str, bytes], style: str
) -> None:
    for name in (EPISODES, OUTCOMES, FEEDBACK):
        header, _, rows = FILES[name].partition("\n")
        spelt = ",".join(STYLES[style](column) for column in header.split(","))
        write_file(folder, name, f"{spelt}\n{rows}")
    assert accepted(folder) == right
    assert remarks(folder) == []


@pytest.mark.parametrize("style", ["titles", "kebab", "unseen"])
def test_headings_of_reference_tables_are_known_in_any_style(
    folder: Path, right: dict[str, bytes], style: str
) -> None:
    for name in [name for name in FILES if name.startswith("reference/")]:
        header, _, rows = FILES[name].partition("\n")
        write_file(folder, name, ",".join(map(STYLES[style], header.split(","))) + f"\n{rows}")
    assert accepted(folder) == right


@pytest.mark.parametrize("style", STYLES)
def test_sheets_and_their_headings_are_known_in_any_style(folder: Path, style: str) -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name in (EPISODES, OUTCOMES, FEEDBACK):
            sheet = book.add_worksheet(STYLES[style](Path(name).stem))
            for number, line in enumerate(FILES[name].splitlines()):
                for place, cell in enumerate(line.split(",")):
                    sheet.write_string(number, place, cell if number else STYLES[style](cell))
        book.add_worksheet("Lists ").write_string(0, 0, "x")
    for name in (EPISODES, OUTCOMES, FEEDBACK):
        (folder / name).unlink()
    write_file(folder, f"{RETURN}.xlsx", stream.getvalue())
    summary, _, aside = take_in(folder)
    assert (summary.read, summary.refused, aside) == (6, 0, [])


def test_a_mapped_file_finds_its_columns_and_tables_however_spelt(folder: Path) -> None:
    for name in (EPISODES, OUTCOMES, FEEDBACK):
        (folder / name).unlink()
    write_file(folder, f"{RETURN}/mapping.yaml", MAPPING)
    write_file(folder, f"{RETURN}/cases.csv", CASES)
    summary, _, aside = take_in(folder)
    assert (summary.read, aside) == (2, [])
    assert ("Case", "the column's name, written 'CASE'", "1") in tidied(folder)


def test_a_mapped_column_spelt_just_so_goes_before_one_like_it(folder: Path) -> None:
    for name in (EPISODES, OUTCOMES, FEEDBACK):
        (folder / name).unlink()
    write_file(folder, f"{RETURN}/mapping.yaml", MAPPING.replace("Case,", "q11,"))
    write_file(folder, f"{RETURN}/cases.csv", CASES.replace("CASE,", "q1_1,q11,").replace("\nE", "\nX,E"))
    assert take_in(folder)[0].read == 2


@pytest.mark.parametrize("second", ["Ethnicity", "ETH NICITY", "\u200bethnicity.", "eth-nicity"])
def test_two_headings_that_are_one_name_are_a_fault_that_names_both(folder: Path, second: str) -> None:
    change_file(folder, EPISODES, "start_date,", f"{second},")
    _, files, aside = take_in(folder)
    (message,) = (entry["message"] for entry in aside if not entry["row"])
    assert "columns 5 and 8 (" in message
    assert message.endswith("are both read as 'ethnicity'")
    assert [line["refused"] != "" for line in files if line["table"] == "episodes"] == [True]


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Etnicity", "ethnicity"),
        ("Ethnicty", "ethnicity"),
        ("Ethnic origin", "ethnicity"),
        ("Ethnic group", "ethnicity"),
        ("ethnicity*", "ethnicity"),
        ("Ethnicity code", "ethnicity"),
    ],
)
def test_a_near_miss_is_a_warning_that_says_what_may_be_meant(folder: Path, heading: str, meant: str) -> None:
    change_file(folder, EPISODES, "age,ethnicity", f"age,{heading}")
    said = f"column '{heading}' was not used; did you mean '{meant}'?"
    assert remarks(folder) == [("warn", "column.near", said)]


@pytest.mark.parametrize(
    ("table", "old", "new", "meant"),
    [
        (OUTCOMES, "baseline_score", "Baseline", "baseline_score"),
        (OUTCOMES, "review_score", "Revue score", "review_score"),
        (OUTCOMES, "review_date", "Date of review", "review_date"),
        (FEEDBACK, "took_part", "Participated", "took_part"),
        (EPISODES, "end_date", "Closure date", "end_date"),
    ],
)
def test_near_misses_of_other_columns(folder: Path, table: str, old: str, new: str, meant: str) -> None:
    change_file(folder, table, old, new)
    assert ("warn", "column.near", f"column '{new}' was not used; did you mean '{meant}'?") in remarks(folder)


@pytest.mark.parametrize(
    "heading", ["NHS No", "Child's name", "DOB", "Post-code", "E-mail", "Telephone", "UPN"]
)
def test_a_column_that_looks_personal_is_warned_of_as_such(folder: Path, heading: str) -> None:
    change_file(folder, FEEDBACK, "took_part\n", f"took_part,{heading}\n")
    change_file(folder, FEEDBACK, "yes,no\n", "yes,no,secret\n")
    assert remarks(folder) == [
        ("warn", "column.personal", f"column '{heading}' was not used; it looks personal")
    ]


def test_a_column_of_no_known_name_is_only_noted_and_one_that_holds_a_value_is_not_named(
    folder: Path,
) -> None:
    change_file(folder, FEEDBACK, "took_part\n", "took_part,Team,07700 900123,\n")
    change_file(folder, FEEDBACK, "yes,no\n", "yes,no,x,y,z\n")
    rest = "was not used: feedback has no column of that name"
    assert [remark for remark in remarks(folder) if remark[0] == "note"] == [
        ("note", "column.unused", f"column 'Team' {rest}"),
        ("note", "column.unused", f"column 9 (its heading looks like a value) {rest}"),
    ]


def test_an_optional_column_that_is_missing_says_what_cannot_be_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_file(folder, EPISODES, ",ethnicity\n", "\n")
    text = (folder / EPISODES).read_text(encoding="utf-8")
    header, *rows = text.splitlines()
    write_file(folder, EPISODES, "\n".join([header, *(row.rpartition(",")[0] for row in rows), ""]))
    assert main(["check", str(folder / RETURN), "--dataset", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "the column 'ethnicity' is missing, so every child's ethnic group" in said
    assert "Ready to send" in said


@pytest.mark.parametrize("table", ["episodes", "outcomes", "feedback"])
def test_every_optional_column_says_what_cannot_be_told_without_it(table: str) -> None:
    for field in load_table(table).fields:
        said = field.without or field.characteristic or field.required
        assert said or field.name == "provider_id"


REVIEWS = {
    "no column": ("review_score,review_date\n", "review_score\n", ",23,2009-06-16\n", ",23\n", ",,\n", ",\n"),
    "blank": (",2009-06-16\n", ",\n", "review_date", "review_date", "", ""),
}


@pytest.mark.parametrize("case", REVIEWS)
def test_outcomes_reviewed_without_a_date_are_not_ready(
    folder: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    first, other, third, fourth, fifth, sixth = REVIEWS[case]
    for old, new in ((first, other), (third, fourth), (fifth, sixth)):
        change_file(folder, OUTCOMES, old, new)
    assert main(["check", str(folder / RETURN), "--dataset", str(folder)]) == FAILED
    said = capsys.readouterr().out
    assert "no row has a review date" in said
    assert "\nReady to send" not in said


def test_a_first_return_in_which_nothing_is_reviewed_yet_may_be_sent_and_is_not_called_ready(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_file(folder, OUTCOMES, ",23,2009-06-16\n", ",,\n")
    assert main(["check", str(folder / RETURN), "--dataset", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "no outcome has a review date" in said
    assert "Ready to send" not in said


@pytest.mark.parametrize("name", ["Services.csv", "SERVICES.CSV", "ser-vices.csv", "Services .csv"])
def test_a_reference_table_is_found_however_its_file_is_called(
    folder: Path, right: dict[str, bytes], name: str
) -> None:
    (folder / "reference/services.csv").rename(folder / "reference" / name)
    assert accepted(folder) == right


@pytest.mark.parametrize("name", ["standard.csv", "corections.csv", "evaluation_plans.csv", "Curve.csv"])
def test_a_file_that_has_nearly_the_name_of_an_optional_table_is_not_passed_over(
    folder: Path, name: str
) -> None:
    from pipeline.contract.dataset import read_dataset

    write_file(folder, f"reference/{name}", "a,b\n1,2\n")
    with pytest.raises(ReferenceTableError, match="did you mean"):
        read_reference(read_dataset(folder))


OTHER_TABLES = {
    "as it is": "",
    "below a title": "Harbour return for spring\n",
    "below a title and a blank row": "Harbour return for spring\n\n",
    "below two titles": "Harbour Youth\nReturn for spring\n\n",
    "below a title in two cells": "Harbour Youth,spring\n\n",
}


@pytest.mark.parametrize("above", OTHER_TABLES)
def test_a_table_under_the_name_of_another_is_told_as_that(folder: Path, above: str) -> None:
    write_file(folder, EPISODES, OTHER_TABLES[above] + FILES[OUTCOMES])
    _, files, aside = take_in(folder)
    (refused,) = (line for line in files if line["refused"])
    assert (refused["file"], refused["refused"]) == (
        EPISODES,
        "its columns are those of outcomes, not of episodes",
    )
    assert aside[0]["fix"].startswith("name it outcomes if it holds the outcomes; else send a file with")


@pytest.mark.parametrize("title", ["Harbour return\n", "Harbour return\n\n", '"Spring, 2009"\n\n'])
def test_a_title_over_names_that_are_not_known_is_told_with_header_row(folder: Path, title: str) -> None:
    write_file(folder, EPISODES, title + "Kid,When,Where\n1,2,3\n4,5,6\n")
    _, _, aside = take_in(folder)
    assert "the column names are missing: one cell, perhaps a title" in aside[0]["message"]
    assert "header_row" in aside[0]["fix"]


def test_a_file_without_column_names_is_told_as_that(folder: Path) -> None:
    write_file(folder, EPISODES, FILES[EPISODES].split("\n", 1)[1])
    _, _, aside = take_in(folder)
    assert aside[0]["message"] == "row 1 holds no column name of episodes"
    assert "child_id" in aside[0]["fix"]


@pytest.mark.parametrize(
    "outcome", ["plant\u2019s lles", "T\u0177 Gobaith", "caf\u00e9-skills", "Ynys M\u00f4n", "\u0174yn"]
)
def test_welsh_letters_and_curly_apostrophes_are_letters(folder: Path, outcome: str) -> None:
    write_file(folder, OUTCOMES, FILES[OUTCOMES].replace("confidence", outcome))
    write_file(folder, EPISODES, FILES[EPISODES].replace("C1", "T\u0177-1"))
    summary, _, aside = take_in(folder)
    assert (aside, summary.set_aside) == ([], 0)


@pytest.mark.parametrize("heading", ["\u0174\u0177", "\u0627\u0644\u0639\u0645\u0631", "\u00c9\u00e0"])
def test_a_heading_in_letters_beyond_a_to_z_is_no_value(heading: str) -> None:
    assert not LOOKS_LIKE_VALUE.search(heading)
