"""The population from published statistics: by the classification in use, or a sentence with the line."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.commissioner.population import read_population
from pipeline.files.mapping.marked_yaml import MappingError
from pipeline.measures.population import group_population

REAL = Path(__file__).parents[3] / "shared" / "data" / "children_social_care"
SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
CENSUS_KEYS = "file: census.csv\nyear: 2021\ncounted: all ages\narea: Here\n"
CENSUS = (
    "Area Code,Area,Ethnic group (3 categories) Code,Ethnic group (3 categories),Observation\n"
    "E1,Here,-8,Does not apply,0\n"
    "E1,Here,1,Chinese,278\n"
    "E1,Here,2,White: British,900\n"
)
STATISTICS = (
    "time_period,geographic_level,la_name,ages,ethnicity,children\n"
    "2021,Local authority,Here,0 to 17,Black,48\n"
    "2021,Local authority,Here,0 to 17,Asian,52\n"
    "2021,Local authority,Here,0 to 17,Mixed,c\n"
    "2021,Local authority,Here,18 plus,Black,900\n"
    "2020,Local authority,Here,0 to 17,Black,40\n"
)
STATISTICS_KEYS = (
    "file: dfe.csv\nyear: 2021\ncounted: children\ngroup: ethnicity\nfigure: children\n"
    "where:\n  la_name: Here\n  ages: 0 to 17\n"
)


@pytest.fixture
def dataset() -> Dataset:
    return read_dataset(SAMPLE)


def read(
    folder: Path, dataset: Dataset, keys: str, census: str = CENSUS, statistics: str = STATISTICS
) -> pa.Table:
    (folder / "census.csv").write_text(census, encoding="utf-8")
    (folder / "dfe.csv").write_text(statistics, encoding="utf-8")
    (folder / "population.yaml").write_text(keys, encoding="utf-8")
    return read_population(folder / "population.yaml", dataset)


def test_a_census_table_is_read_by_codes_of_the_classification(tmp_path: Path, dataset: Dataset) -> None:
    table = read(tmp_path, dataset, CENSUS_KEYS)
    assert table["ethnic_group"].to_pylist() == ["CHNE", "WBRI"]
    assert (table["population"].to_pylist(), table["year"].to_pylist()) == ([278, 900], [2021, 2021])


def test_a_withheld_cell_of_a_census_table_is_no_nought(tmp_path: Path, dataset: Dataset) -> None:
    with pytest.raises(MappingError, match=r"line 1, file: 'Chinese' of the file is withheld \('c'\)"):
        read(tmp_path, dataset, CENSUS_KEYS, CENSUS.replace("278", "c"))


def test_rows_of_education_statistics_are_chosen_by_year_and_cells(tmp_path: Path, dataset: Dataset) -> None:
    with pytest.raises(MappingError, match=r"row 4 of the file is withheld \('c'\); use figures by broader"):
        read(tmp_path, dataset, STATISTICS_KEYS)
    found = read(tmp_path, dataset, STATISTICS_KEYS.replace("2021", "2020"))
    assert found["population"].to_pylist() == [40]


@pytest.mark.parametrize(
    ("line", "rounded_to"), [("", None), ("rounded_to: 5\n", 5), ("rounded_to: 10\n", 10)]
)
def test_what_the_publisher_rounded_to_is_declared(
    tmp_path: Path, dataset: Dataset, line: str, rounded_to: int | None
) -> None:
    assert set(read(tmp_path, dataset, CENSUS_KEYS + line)["rounded_to"].to_pylist()) == {rounded_to}


@pytest.mark.parametrize("wrong", ["0", "-5", "2.5", "five", "nearest 5"])
def test_a_rounding_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, dataset: Dataset, wrong: str
) -> None:
    with pytest.raises(MappingError, match=r"line 5, rounded_to: .*is not a number such as 5 or 10"):
        read(tmp_path, dataset, f"{CENSUS_KEYS}rounded_to: {wrong}\n")


def sources(*blocks: str) -> str:
    """population.yaml of several sources."""
    return "sources:\n" + "".join("- " + "  ".join(block.splitlines(keepends=True)) for block in blocks)


def test_several_sources_stand_one_after_another_with_whom_they_count(
    tmp_path: Path, dataset: Dataset
) -> None:
    both = sources(CENSUS_KEYS, STATISTICS_KEYS.replace("counted: children", "counted: children in need"))
    rows = read(tmp_path, dataset, both).drop_columns(["row", "rounded_to"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("CHNE", 2021, 278, "all ages"),
        ("WBRI", 2021, 900, "all ages"),
        ("Black", 2021, 48, "children in need"),
        ("Asian", 2021, 52, "children in need"),
        ("Mixed", 2021, None, "children in need"),
    ]


def test_a_withheld_cell_of_the_first_source_stops_the_run(tmp_path: Path, dataset: Dataset) -> None:
    with pytest.raises(MappingError, match=r"line 6, sources, figure: row 4 of the file is withheld \('c'\)"):
        read(tmp_path, dataset, sources(STATISTICS_KEYS))


def test_a_blank_cell_is_no_withheld_one(tmp_path: Path, dataset: Dataset) -> None:
    keys, blank = sources(CENSUS_KEYS, STATISTICS_KEYS), STATISTICS.replace("Mixed,c", "Mixed,")
    with pytest.raises(MappingError, match="row 4 of the file is blank;"):
        read(tmp_path, dataset, keys, statistics=blank)


def test_totals_are_passed_over_and_whole_groups_known_by_any_spelling(
    tmp_path: Path, dataset: Dataset
) -> None:
    spelt = {
        "Black,48": '"Black, African, Caribbean or Black British",48',
        "Asian,52": "Pakistani/Bangladeshi,52",
        "Mixed,c": "Refused or information not yet available,7",
        "2021,Local authority,Here,18 plus,Black,900": "2021,Local authority,Here,0 to 17,Total,107",
    }
    text = STATISTICS
    for usual, theirs in spelt.items():
        text = text.replace(usual, theirs)
    table = read(tmp_path, dataset, STATISTICS_KEYS, statistics=text)
    assert table["ethnic_group"].to_pylist() == ["Black", "Asian", "Not known"]
    assert table["population"].to_pylist() == [48, 52, 7]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (CENSUS_KEYS.replace("area: Here\n", ""), "line 1: the key 'area' is missing, which this kind of file"),
        (CENSUS_KEYS.replace("counted", "count"), "line 1: the key 'counted' is missing."),
        (CENSUS_KEYS + "where: x\n", "line 5, where: not a key for this file; take it out."),
        (CENSUS_KEYS.replace("Here", "Her"), "line 4, area: the file has no area 'Her'; did you mean 'Here'?"),
        (CENSUS_KEYS.replace("2021", "21"), "line 2, year: '21' is not a year such as 2021."),
        (CENSUS_KEYS.replace("census.csv", "../census.csv"), "line 1, file: '../census.csv' must be a file"),
        (CENSUS_KEYS.replace("census.csv", "gone.csv"), "line 1, file: gone.csv: the file is missing;"),
        (STATISTICS_KEYS.replace("group: ethnicity", "group: ethnicty"),
            "line 4, group: the file has no column 'ethnicty'; did you mean 'ethnicity'?"),
        (STATISTICS_KEYS.replace("ages: 0 to 17", "ages: all"), "where: the file has no row for 2021"),
        ("sources: []\n", "line 1, sources: there is no source here; write at least the area's population."),
        (sources(CENSUS_KEYS) + "year: 2021\n",
            "line 6, year: this key belongs within one of the 'sources'; move it there."),
        (sources(CENSUS_KEYS, CENSUS_KEYS),
            "line 6, sources: an earlier source counts the same people in the same year; keep one of the two."),
        (sources(CENSUS_KEYS, CENSUS_KEYS.replace("year: 2021\n", "")),
            "line 6, sources: the key 'year' is missing."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, dataset: Dataset, keys: str, message: str
) -> None:
    with pytest.raises(MappingError) as error:
        read(tmp_path, dataset, keys)
    assert message in str(error.value)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files of ../shared/data are not here")
def test_the_census_of_2021_is_read_as_downloaded(tmp_path: Path, dataset: Dataset) -> None:
    (tmp_path / "dataset.yaml").write_text(
        (SAMPLE / "dataset.yaml").read_text(encoding="utf-8").replace("ons_2011", "ons_2021"),
        encoding="utf-8",
    )
    (tmp_path / "census.csv").symlink_to(REAL / "ons-ethnic-population-la.csv")
    (tmp_path / "population.yaml").write_text(CENSUS_KEYS.replace("Here", "Hartlepool"), encoding="utf-8")
    table = read_population(tmp_path / "population.yaml", read_dataset(tmp_path))
    assert len(table) == 19
    assert sum(table["population"].to_pylist()) == 92_338
    assert set(table["counted"].to_pylist()) == {"all ages"}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files of ../shared/data are not here")
def test_who_lives_in_thurrock_and_who_is_looked_after_there(tmp_path: Path) -> None:
    census, looked_after = "ons-ethnic-population-la.csv", "cla_31_march_by_ethnicity_la_2021_2025.csv"
    text = (SAMPLE / "dataset.yaml").read_text(encoding="utf-8").replace("ons_2011", "ons_2021")
    (tmp_path / "dataset.yaml").write_text(text, encoding="utf-8")
    for name in (census, looked_after):
        (tmp_path / name).write_bytes((REAL / name).read_bytes())
    need = (
        f"file: {looked_after}\nyear: 2025\ncounted: children looked after\ngroup: ethnicity\nfigure: cla_count\n"
        "where: {new_la_code: E06000034, geographic_level: Local authority}\n"
    )
    lives = f"file: {census}\nyear: 2021\ncounted: all ages\narea: E06000034\n"
    (tmp_path / "population.yaml").write_text(sources(lives, need), encoding="utf-8")
    dataset = read_dataset(tmp_path)
    table = read_population(tmp_path / "population.yaml", dataset).to_pandas()
    grouped = group_population(table, dataset.classification)
    everyone = grouped[grouped["counted"] == "all ages"]
    assert (everyone["population"].sum(), everyone["ethnicity"].nunique(), len(everyone)) == (175_993, 19, 19)
    looked = grouped[grouped["counted"] == "children looked after"]
    assert set(looked["year"]) == {2025}
    assert set(looked["ethnicity"]) == {""}
    counts = looked.set_index("ethnic_group")["population"]
    assert counts.dropna().to_dict() == {"Asian": 14, "Black": 42, "Mixed": 27, "White": 189}
    assert set(counts[counts.isna()].index) == {"Other", "Not known"}
