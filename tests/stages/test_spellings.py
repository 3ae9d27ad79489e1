"""Names and codes in cells: the same however spelt; an unknown one of a characteristic loses no child."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_dataset import (
    EPISODES,
    OUTCOMES,
    RETURN,
    change_file,
    check,
    load,
    take_in,
    write_dataset,
    write_file,
)

from pipeline.contract.plans import split_names
from pipeline.files.commissioner.reference import ReferenceTableError, read_reference
from pipeline.files.intake.spellings import looks_like_one_child
from pipeline.files.records import read_records
from pipeline.files.writer import read_table
from pipeline.stages.intake import run_intake

HEADER = "episode_id,service_id,provider_id,child_id,referral_date,ethnicity,sex,area\n"
SPELT: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "no-break space": lambda text: f"\u00a0{text}\u00a0",
    "zero-width space": lambda text: f"{text[:1]}\u200b{text[1:]}\ufeff",
    "space within": lambda text: f"{text[:1]} {text[1:]}",
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
}
PERSONAL = [
    "12 Quay Street", "Flat 3, Harbour House", "12a High St", "Aisha Khan", "John Smith", "Smith, John", "J. Smith",
    "Mrs Brown", "SE15 4QX", "se154qx", "020 7946 0958", "07700900123", "485 777 3456", "a@b.org", "41", "Mohammed Ali",
    "12 T\u0177 Gobaith", "\u00c9. O\u2019Neill",
]  # fmt: skip
PLACES = [
    "Tilling", "Tilling Hill", "Victoria Park", "St John's Wood", "E05000026", "SE15", "Ward 7", "Caf\u00e9 Quay", "",
    "Stanley Road", "Abbey", "N/A", "Tŷ Ddewi", "St John\u2019s-on-Quay", "Ynys Môn", "Kings Cross", "George Street",
]  # fmt: skip


def rows(*areas: str, ethnicity: str = "WBRI", sex: str = "female") -> str:
    lines = (
        f"E{at},S01,harbour,C{at},2009-04-11,{ethnicity},{sex},{area}\n" for at, area in enumerate(areas, 1)
    )
    return HEADER + "".join(lines)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


def episodes(folder: Path) -> list[dict[str, object]]:
    take_in(folder)
    found: list[dict[str, object]] = read_table(folder.parent / "intake" / "episodes.parquet").to_pylist()
    return found


@pytest.mark.parametrize("spelling", SPELT)
def test_ids_and_codes_are_the_same_however_spelt_and_each_is_counted(folder: Path, spelling: str) -> None:
    change = SPELT[spelling]
    write_file(folder, EPISODES, rows("", ""))
    right = episodes(folder)
    text = rows("", "").replace(",S01,harbour,", f",{change('S01')},{change('harbour')},")
    write_file(folder, EPISODES, text.replace("WBRI,female", f"{change('WBRI')},{change('female')}"))
    assert episodes(folder) == right
    tidied = read_records(folder.parent / "intake" / "normalised.csv")
    told = {line["column"] for line in tidied if line["cells"] == "2"}
    same = {"capitals": {"service_id", "ethnicity"}, "small letters": {"provider_id", "sex"}}.get(
        spelling, set()
    )
    assert told == {"service_id", "provider_id", "ethnicity", "sex"} - same


@pytest.mark.parametrize("spelling", SPELT)
def test_scales_and_outcomes_are_the_same_however_spelt(folder: Path, spelling: str) -> None:
    take_in(folder)
    right = read_table(folder.parent / "intake" / "outcomes.parquet").to_pylist()
    change = SPELT[spelling]
    change_file(folder, OUTCOMES, "wellbeing", change("wellbeing"))
    take_in(folder)
    assert read_table(folder.parent / "intake" / "outcomes.parquet").to_pylist() == right


@pytest.mark.parametrize(
    "name",
    ["Harbour/2009-q2", "HARBOUR/2009-Q2", "har bour/2009 q2", "harbour\u200b/2009-q2", "har-bour/2009_Q2",
     "Harbour/Q2 2009", "Harbour/2009q2", "Harbour/2009_Quarter 2"],
)  # fmt: skip
def test_a_folder_is_its_providers_and_periods_however_spelt_which_is_counted(
    folder: Path, name: str
) -> None:
    provider, period = name.split("/")
    (folder / RETURN).rename(folder / "returns/harbour" / period)
    (folder / "returns/harbour").rename(folder / "returns" / provider)
    assert {(row["return_provider"], row["period"]) for row in episodes(folder)} == {("harbour", "2009-q2")}
    tidied = read_records(folder.parent / "intake" / "normalised.csv")
    told = {line["what"] for line in tidied if line["file"].endswith("episodes.csv")}
    assert f"the folder's name '{provider}' read as 'harbour'" in told
    assert (f"the folder's name '{period}' read as '2009-q2'" in told) == (period != "2009-q2")


def test_areas_without_a_list_are_spelt_as_most_rows_have_them(folder: Path) -> None:
    spelt = ["Tilling Hill", "Tilling Hill", "TILLING HILL", "tilling\u00a0hill", "Tilling  Hill ", "Quay"]
    write_file(folder, EPISODES, rows(*spelt))
    assert [row["area"] for row in episodes(folder)] == ["Tilling Hill"] * 5 + ["Quay"]


def test_a_listed_area_goes_by_its_name_or_title_and_another_counts_as_not_known(folder: Path) -> None:
    write_file(folder, "reference/areas.csv", "area,title\nTilling,Tilling and Quayside\nOxley,\n")
    write_file(folder, EPISODES, rows("TILLING ", "tilling and quayside", "Oxley", "Ox ley", "Elsewhere"))
    assert [row["area"] for row in episodes(folder)] == ["Tilling", "Tilling", "Oxley", "Oxley", None]
    (odd,) = (
        line
        for line in read_records(folder.parent / "intake" / "faults.csv")
        if line["rule"] == "cell.not_known"
    )
    assert (odd["row"], odd["column"], odd["severity"]) == ("6", "area", "warn")


@pytest.mark.parametrize("area", PERSONAL)
def test_an_area_of_one_child_that_looks_personal_is_set_aside_and_told_without_it(
    folder: Path, area: str
) -> None:
    cell = f'"{area}"'
    write_file(folder, EPISODES, rows(cell, "Tilling"))
    _, _, aside = take_in(folder)
    assert [(entry["row"], entry["rule"]) for entry in aside] == [("2", "cell.area")]
    assert area not in (folder.parent / "intake" / "faults.csv").read_text(encoding="utf-8")
    write_file(folder, EPISODES, rows(cell, cell))
    assert take_in(folder)[2] == []


@pytest.mark.parametrize("area", PLACES)
def test_a_place_does_not_look_personal(area: str) -> None:
    assert not looks_like_one_child(area)


def test_an_area_of_one_child_in_several_returns_is_still_of_one_child(folder: Path) -> None:
    for period in ("2009-q2", "2009-q3"):
        write_file(folder, f"returns/harbour/{period}/episodes.csv", rows("12 Quay Street"))
    run_intake(load(folder), folder.parent / "intake")
    aside = read_records(folder.parent / "intake" / "set_aside.csv")
    assert [entry["rule"] for entry in aside] == ["cell.area", "cell.area"]


def test_an_unknown_spelling_of_a_characteristic_loses_neither_child_nor_outcomes(folder: Path) -> None:
    unknown = [("ethnicity", "Martian"), ("ethnicity", "Asian"), ("ethnicity", "WBRO"), ("sex", "xx"),
               ("ethnicity", "A4 or B2")]  # fmt: skip
    told = [{"ethnicity": "WBRI", "sex": "female", column: text} for column, text in unknown]
    lines = (
        f"E{n},S01,harbour,C{n},2009-04-11,{each['ethnicity']},{each['sex']},\n"
        for n, each in enumerate(told, 1)
    )
    write_file(folder, EPISODES, HEADER + "".join(lines))
    _, returns, aside = check(folder)
    assert aside == []
    accepted = {line["table"]: line["accepted"] for line in returns}
    assert (accepted["episodes"], accepted["outcomes"]) == ("5", "2")
    stored = read_table(folder.parent / "validate" / "episodes.parquet").to_pylist()
    assert [row[column] for row, (column, _) in zip(stored, unknown, strict=True)] == [None] * 5
    warned = read_records(folder.parent / "validate" / "warnings.csv")
    mine = [line for line in warned if line["rule"] == "cell.not_known"]
    assert [(line["row"], line["column"]) for line in mine] == [
        (str(row), column) for row, (column, _) in enumerate(unknown, 2)
    ]
    rules = read_records(folder.parent / "validate" / "rules.csv")
    (line,) = (line for line in rules if (line["rule"], line["table"]) == ("cell.not_known", "episodes"))
    assert (line["checked"], line["failed"]) == ("5", "5")
    page = (folder.parent / "validate" / "feedback" / "harbour.html").read_text(encoding="utf-8")
    assert "counts as not known" in page
    assert [text for _, text in unknown if text in page] == []
    assert RETURN in mine[0]["file"]


PLAN = """\
plan_id,version,service_id,outcome,design,comparison,start,first_day,last_day,covariates,why,agreed_with,agreed_on
P1,1,S01,wellbeing,difference_in_differences,S02;S03,2010-04-01,2009-04-01,2011-03-31,,So.,Parents,2009-03-01
"""
OWN_TABLES = {
    "services": ("provider_id", "harbour"),
    "targets": ("service_id", "S01"),
    "targets ": ("measure_id", "completed"),
    "targets  ": ("ethnic_group", "Black"),
    "targets   ": ("comparator", "everyone else"),
    "population": ("ethnic_group", "WBRI"),
    "evaluation_plan": ("service_id", "S01"),
    "baselines": ("target_id", "T1"),
    "standards": ("service_id", "S01"),
}
MORE_FILES = {
    "evaluation_plan": PLAN.replace("wellbeing,difference", "completed,difference"),
    "baselines": "target_id,version,frozen_on,first_day,last_day,value,lower,upper,fingerprint\n"
    f"T1,1,2009-07-01,2009-04-01,2009-06-30,-14,-20,-8,{'0' * 64}\n",
    "standards": "service_id,standard,met,evidence,checked_on\nS01,safeguarding,yes,Seen.,2009-05-01\n",
}


@pytest.mark.parametrize("spelling", SPELT)
@pytest.mark.parametrize("table", OWN_TABLES)
def test_the_commissioners_own_tables_are_read_as_returns_are_and_what_was_tidied_is_counted(
    folder: Path, table: str, spelling: str
) -> None:
    name, (column, text) = table.strip(), OWN_TABLES[table]
    if name in MORE_FILES:
        write_file(folder, f"reference/{name}.csv", MORE_FILES[name])
    if name == "baselines":
        change_file(folder, "reference/targets.csv", "-14,-5", ",-5")
    right = read_reference(load(folder))
    assert right.tidied == ()
    changed = SPELT[spelling](text)
    head, rows = (folder / f"reference/{name}.csv").read_text(encoding="utf-8").split("\n", 1)
    write_file(folder, f"reference/{name}.csv", f"{head}\n{rows.replace(text, changed, 1)}")
    read = read_reference(load(folder))
    assert replace(read, tidied=()) == right
    assert [(line.file, line.column, line.cells) for line in read.tidied] == (
        [] if changed == text else [(f"reference/{name}.csv", column, 1)]
    )


@pytest.mark.parametrize("spelling", SPELT)
def test_services_in_a_plans_comparison_are_the_same_however_spelt(folder: Path, spelling: str) -> None:
    write_file(folder, "reference/evaluation_plan.csv", MORE_FILES["evaluation_plan"])
    change_file(folder, "reference/evaluation_plan.csv", "S02;S03", f"{SPELT[spelling]('S02')}; S03")
    (plan,) = read_reference(load(folder)).optional["evaluation_plan"]
    assert split_names(str(plan["comparison"])) == ("S02", "S03")


def test_two_ids_that_differ_in_case_alone_are_one_id_twice(folder: Path) -> None:
    change_file(folder, "reference/services.csv", "S02", "s01")
    with pytest.raises(ReferenceTableError, match="row 3, service_id: 'S01' is in row 2 already"):
        read_reference(load(folder))


def test_what_was_tidied_in_the_commissioners_tables_is_told_with_the_rest(folder: Path) -> None:
    change_file(folder, "reference/targets.csv", "completed,S01", "completed,s01")
    episodes(folder)
    (line,) = read_records(folder.parent / "intake" / "normalised.csv")
    assert (line["file"], line["column"], line["cells"]) == ("reference/targets.csv", "service_id", "1")
