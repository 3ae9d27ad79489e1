"""Returns coded in the groups of three censuses add up in one report, whichever census it is in."""

from collections import Counter
from pathlib import Path

import pytest
from sent_returns import KEY, ledger, own_files, received, workbook
from small_dataset import EPISODES, FILES, RETURN, change_file, take_in, write_dataset, write_file

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.contract.values import OTHER_CENSUS, RESPELT
from pipeline.files.writer import read_table

HEADER = "episode_id,service_id,child_id,referral_date,age,ethnicity"
CODED = {
    "2009-q1": ("ons_2001", {"British": 3, "Chinese": 2, "Any other ethnic group": 4, "WOTH": 1}),
    "2009-q2": ("ons_2011", {"WBRI": 2, "CHNE": 1, "Arab": 5, "WIRT": 2, "OOTH": 1}),
    "2009-q3": ("ons_2021", {"WBRI": 1, "CHNE": 3, "ARAB": 2, "WROM": 4, "Gypsy or Irish Traveller": 1}),
}
COUNTED = {
    "ons_2001": {"WBRI": 6, "CHNE": 6, "OOTH": 12, "WOTH": 8},
    "ons_2011": {"WBRI": 6, "CHNE": 6, "ARAB": 7, "OOTH": 5, "WIRT": 3, "WOTH": 5},
    "ons_2021": {"WBRI": 6, "CHNE": 6, "ARAB": 7, "OOTH": 5, "WIRT": 3, "WROM": 4, "WOTH": 1},
    "ons_2001_five": {"White": 14, "Other": 18},
    "ons_2011_five": {"White": 14, "Asian": 6, "Other": 12},
}
BROAD = {
    "ons_2001": {"White": 14, "Other": 18},
    "ons_2011": {"White": 14, "Asian": 6, "Other": 12},
    "ons_2021": {"White": 14, "Asian": 6, "Other": 12},
}


def episodes(period: str, groups: dict[str, int]) -> str:
    texts = [text for text, number in groups.items() for _ in range(number)]
    rows = [
        f"{period}-E{at},S01,{period}-C{at},2009-01-11,9,{text}" for at, text in enumerate(texts, start=1)
    ]
    return "\n".join([HEADER, *rows, ""])


def report_in(folder: Path, census: str, comparator: str = "White") -> None:
    change_file(folder, "dataset.yaml", "ons_2001", census)
    change_file(folder, "dataset.yaml", "comparator: White", f"comparator: {comparator}")
    write_file(folder, "reference/population.csv", "ethnic_group,year,population\n")


def groups_read(folder: Path) -> Counter[str]:
    return Counter(read_table(folder.parent / "intake" / "episodes.parquet")["ethnicity"].to_pylist())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


@pytest.mark.parametrize("said", [True, False], ids=["each says its census", "only that of 2001 does"])
@pytest.mark.parametrize("census", COUNTED)
def test_returns_of_three_censuses_add_up_and_chinese_moves(folder: Path, census: str, said: bool) -> None:
    report_in(folder, census)
    for table in own_files():
        (folder / RETURN / f"{table}.csv").unlink()
    for period, (coded_in, groups) in CODED.items():
        write_file(folder, f"returns/harbour/{period}/episodes.csv", episodes(period, groups))
        if said or coded_in == "ons_2001":
            cover = f"ethnic_classification: {coded_in}\n"
            write_file(folder, f"returns/harbour/{period}/return.yaml", cover)
    _, _, aside = take_in(folder)
    read = groups_read(folder)
    assert (aside, read) == ([], COUNTED[census])
    broad = load_classification(census, folder).by_code
    added: Counter[str] = Counter()
    for code, number in read.items():
        added[broad[code].broad_group] += number
    assert added == BROAD[census if census in BROAD else census.removesuffix("_five")]


@pytest.mark.parametrize(
    ("census", "tidied"),
    [("ons_2001", {"2009-q2": 7, "2009-q3": 7}), ("ons_2011", {"2009-q3": 4}), ("ons_2021", {})],
)
def test_what_another_census_alone_has_is_counted_as_tidied(
    folder: Path, census: str, tidied: dict[str, int]
) -> None:
    report_in(folder, census)
    for period, (_, groups) in CODED.items():
        write_file(folder, f"returns/harbour/{period}/episodes.csv", episodes(period, groups))
    take_in(folder)
    found = {
        line["file"].split("/")[2]: int(line["cells"])
        for line in ledger(folder, "normalised")
        if line["what"] == OTHER_CENSUS
    }
    assert found == tidied


def test_the_ledger_says_by_which_census_a_return_was_read_and_what_that_means(folder: Path) -> None:
    report_in(folder, "ons_2011")
    for period, (coded_in, groups) in CODED.items():
        write_file(folder, f"returns/harbour/{period}/episodes.csv", episodes(period, groups))
        if coded_in == "ons_2001":
            write_file(folder, f"returns/harbour/{period}/return.yaml", "ethnic_classification: ons_2001\n")
    take_in(folder)
    lines = [received(folder, period) for period in CODED]
    assert [(line["ethnic_classification"], line["ethnic_remark"]) for line in lines] == [
        ("ons_2001", "Gypsy or Irish Traveller and Arab were not a choice"),
        ("ons_2011", ""),
        (
            "ons_2011",
            "has ethnic groups that only another census has; each is counted in the group that includes it",
        ),
    ]


def test_a_sheet_return_says_the_census_too(folder: Path) -> None:
    report_in(folder, "ons_2011")
    for table in own_files():
        (folder / RETURN / f"{table}.csv").unlink()
    sheets = {**own_files(), "Return": "ethnic_classification\nONS 2001"}
    workbook(folder, f"{RETURN}.xlsx", {**sheets, "episodes": FILES[EPISODES].replace("WBRI", "British")})
    _, _, aside = take_in(folder)
    assert aside == []
    assert received(folder)["ethnic_classification"] == "ons_2001"
    assert groups_read(folder) == {"BAFR": 1, "WBRI": 1, None: 1}
    assert [line["what"] for line in ledger(folder, "normalised")] == [RESPELT]


MAPPING = """\
blocks:
  - file: theirs.csv
    table: episodes
    ethnic_classification: ons_2001
    columns: {episode_id: episode_id, service_id: service_id, child_id: child_id, referral_date: referral_date,
              age: age, ethnicity: group}
"""


UNKNOWN = "is not a census whose groups are known"


@pytest.fixture
def mapped(folder: Path) -> Path:
    report_in(folder, "ons_2011")
    text = FILES[EPISODES].replace("WBRI", "British").replace("ethnicity", "group")
    write_file(folder, "returns/umoja/2009-q2/theirs.csv", text.replace("S01", "S02"))
    write_file(folder, "returns/umoja/2009-q2/mapping.yaml", MAPPING)
    return folder


def test_a_block_of_a_mapping_says_its_census_before_the_return_does(mapped: Path) -> None:
    write_file(mapped, "returns/umoja/2009-q2/return.yaml", "ethnic_classification: ons_2021\n")
    _, _, aside = take_in(mapped)
    assert aside == []
    (line,) = (
        line for line in ledger(mapped, "received") if line["provider"] == "umoja" and line["version"] != "0"
    )
    assert line["ethnic_classification"] == "ons_2001"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ons_2001", "ons_2001_five", f"'ons_2001_five' {UNKNOWN}; did you mean 'ons_2001'?"),
        ("ons_2001", "census", f"'census' {UNKNOWN}; these are ons_2001, ons_2011, ons_2021."),
        (", ethnicity: group", "", "the block fills no ethnicity; name its column in 'columns', or take this out."),
    ],
)  # fmt: skip
def test_a_wrong_census_in_a_mapping_stops_it_with_its_line(
    mapped: Path, old: str, new: str, message: str
) -> None:
    change_file(mapped, "returns/umoja/2009-q2/mapping.yaml", old, new)
    _, _, aside = take_in(mapped)
    assert any(
        entry["message"].endswith(f"line 4, block 1, ethnic_classification: {message.rstrip('.')}")
        for entry in aside
    ), aside


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            "ethnic_classification: ons_2010\n",
            "line 1, ethnic_classification: not one of the choices for ethnic_classification; did you mean 'ons_2021'?",
            "use one of ons_2001, ons_2011, ons_2021",
        ),
        (
            "note: coded anew\nethnic_clasification: ons_2001\n",
            "line 2, 'ethnic_clasification' is not a key; did you mean 'ethnic_classification'?",
            "correct it, or take it out",
        ),
    ],
)
def test_a_wrong_census_of_a_return_is_refused_and_the_rows_go_on(
    folder: Path, text: str, message: str, fix: str
) -> None:
    write_file(folder, f"{RETURN}/return.yaml", text)
    summary, _, aside = take_in(folder)
    (entry,) = aside
    assert (entry["rule"], entry["message"], entry["fix"]) == ("file.return", message, fix)
    assert summary.read == 6


def test_no_census_can_be_named_where_the_dataset_has_groups_of_its_own(mapped: Path) -> None:
    change_file(mapped, "dataset.yaml", "ons_2011", "groups.csv")
    own = "code,label,broad_group,broad_group_title\nBAFR,Black,Black,Black\nWBRI,White,White,White\n"
    write_file(mapped, "groups.csv", own)
    change_file(mapped, "reference/targets.csv", "Black", "Black")
    write_file(mapped, f"{RETURN}/return.yaml", "ethnic_classification: ons_2001\n")
    _, _, aside = take_in(mapped)
    said = [entry["message"] for entry in aside if "which no census leads to" in entry["message"]]
    assert len(said) == 2


def test_a_version_that_says_another_census_is_not_the_same_return(folder: Path) -> None:
    report_in(folder, "ons_2011")
    for table, text in own_files().items():
        write_file(folder, f"{RETURN}-v2/{table}.csv", text)
    write_file(folder, f"{RETURN}-v2/return.yaml", "ethnic_classification: ons_2001\n")
    take_in(folder)
    line = next(line for line in ledger(folder, "received") if KEY.items() <= line.items())
    assert (line["version"], line["ethnic_classification"]) == ("2", "ons_2001")
