"""Several councils' datasets put together: nothing lost, nobody confused, children once where their ids are shared."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from borough import BOROUGH
from small_dataset import change_file, load, write_dataset, write_file

from pipeline.cli import main
from pipeline.commands.region import write_region
from pipeline.commands.region_tables import RegionError
from pipeline.files.records import read_records
from pipeline.stages.intake import run_intake
from pipeline.stages.validate import run_validate

ROOT = Path(__file__).parents[2]
REGION = "title: Two boroughs\nmembers:\n  Alder: alder\n  Birch: birch\n"
PLAN = """\
plan_id,version,service_id,outcome,design,comparison,start,first_day,last_day,covariates,why,agreed_with,agreed_on
P1,1,S01,completed,difference_in_differences,S02;S03,2009-07-01,2009-04-01,2009-09-30,,Alike.,Board,2009-03-01
"""

LEVELS = """\
characteristic,level,year,population
sex,female,2010,9
sex,female,2009,100
sex,male,2009,110
area,Upper End,2009,60
area,Lower End,2009,150
"""


def accept(project: Path, dataset: Path) -> None:
    """Run intake and validate in a project."""
    processed = project / "data" / "processed"
    run_intake(load(dataset), processed / "intake")
    run_validate(load(dataset), processed / "intake", processed / "validate")


def make_member(project: Path) -> Path:
    """A council's own project, not yet run; returns its dataset."""
    dataset = write_dataset(project / "data" / "raw" / "sample")
    shutil.copy(ROOT / "params.yaml", project / "params.yaml")
    return dataset


@pytest.fixture(scope="module")
def councils(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two councils with the same names for services and children; one plans to compare services."""
    root = tmp_path_factory.mktemp("councils")
    for name in ("alder", "birch"):
        dataset = make_member(root / name)
        if name == "alder":
            write_file(dataset, "reference/evaluation_plan.csv", PLAN)
            change_file(
                dataset, "reference/population.csv", "WBRI,2009,21450\n", "WBRI,2009,21450\nWBRI,2010,9\n"
            )
        levels = LEVELS if name == "alder" else LEVELS.replace("sex,female,2010,9\n", "")
        write_file(dataset, "reference/population_levels.csv", levels)
        accept(root / name, dataset)
    return root


@pytest.fixture
def region(councils: Path, tmp_path: Path) -> Path:
    """A copy of the councils' projects, with a folder for the region beside them."""
    shutil.copytree(councils, tmp_path, dirs_exist_ok=True)
    write_file(tmp_path, "north/region.yaml", REGION)
    return tmp_path / "north"


def put_together(region: Path) -> list[str]:
    """What was told; the region's tables can be read."""
    told = [*write_region(region.parent, region)]
    run_intake(load(region), region.parent / "data" / "processed" / "intake")
    return told


def accepted(region: Path) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """The region's accepted episodes, and its returns."""
    accept(region.parent, region)
    validated = region.parent / "data" / "processed" / "validate"
    return pd.read_parquet(validated / "episodes.parquet"), read_records(validated / "returns.csv")


def test_every_row_that_a_council_accepted_is_accepted_again_under_its_council(region: Path) -> None:
    assert "Alder: returns 1, rows accepted 6" in put_together(region)
    episodes, returns = accepted(region)
    assert sorted(episodes["service_id"]) == sorted(
        f"{council}-{service}" for council in ("alder", "birch") for service in ("S01", "S01", "S03")
    )
    assert episodes.groupby("area")["episode_id"].agg(list).to_dict() == {
        "Alder": ["E1", "E2", "E3"],
        "Birch": ["E1", "E2", "E3"],
    }
    assert {row["set_aside"] for row in returns} == {"0"}
    assert {row["provider"] for row in returns} == {"alder-harbour", "birch-harbour"}


@pytest.mark.parametrize(("same", "children"), [("true", 3), ("false", 6)])
def test_a_child_of_two_councils_is_one_where_ids_come_of_one_key(
    region: Path, same: str, children: int
) -> None:
    write_file(region, "region.yaml", f"{REGION}same_children: {same}\n")
    put_together(region)
    episodes, _ = accepted(region)
    assert episodes["child_id"].nunique() == children


def test_what_is_about_a_service_comes_along_and_what_is_about_a_council_does_not(region: Path) -> None:
    council = region.parent / "alder" / "data" / "raw" / "sample"
    change_file(
        council, "reference/targets.csv", "T1,1,completion,completed,S01", "T1,1,completion,completed,"
    )
    accept(region.parent / "alder", council)
    put_together(region)
    assert [row["target_id"] for row in read_records(region / "reference" / "targets.csv")] == ["birch-T1"]
    (plan,) = read_records(region / "reference" / "evaluation_plan.csv")
    assert (plan["plan_id"], plan["service_id"], plan["comparison"]) == (
        "alder-P1", "alder-S01", "alder-S02; alder-S03",
    )  # fmt: skip
    assert {row["areas"] for row in read_records(region / "reference" / "services.csv")} == {"Alder", "Birch"}


def test_the_region_s_own_tables_stand_beside_those_of_councils(region: Path) -> None:
    own = BOROUGH["reference/targets.csv"].replace(
        "T1,1,completion,completed,S01", "N1,1,completion,completed,"
    )
    write_file(region, "own/targets.csv", own)
    put_together(region)
    targets = read_records(region / "reference" / "targets.csv")
    assert [(row["target_id"], row["service_id"]) for row in targets] == [
        ("alder-T1", "alder-S01"), ("birch-T1", "birch-S01"), ("N1", ""),
    ]  # fmt: skip


def test_a_year_that_one_council_does_not_tell_is_left_out_and_said(region: Path) -> None:
    assert put_together(region)[1:3] == [
        "population: left out, as not every council tells it: 2010",
        "population_levels: left out, as not every council tells it: 2010",
    ]
    (row,) = read_records(region / "reference" / "population.csv")
    assert (row["ethnic_group"], row["year"], row["population"]) == ("WBRI", "2009", "42900")


def test_who_lives_in_each_council_stands_in_place_of_its_areas(region: Path) -> None:
    put_together(region)
    levels = read_records(region / "reference" / "population_levels.csv")
    assert [(row["level"], row["year"], row["population"]) for row in levels] == [
        ("female", "2009", "200"), ("male", "2009", "220"), ("Alder", "2009", "210"), ("Birch", "2009", "210"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("north/region.yaml", "title: North\nmembers:\n  Alder: alder\n", "region.yaml, members: write 2 or more."),
        ("north/region.yaml", REGION + "sames: true\n", "sames: this is not a key; the keys there are title, members"),
        ("north/region.yaml", REGION + "same_children: 1\n", "same_children: '1' is not true or false"),
        ("north/region.yaml", REGION.replace("birch", "cedar"), "members, Birch: "),
        ("north/region.yaml", REGION.replace("Birch", "alder"), "'Alder' and 'alder' are too alike"),
        ("north/region.yaml", REGION.replace("Birch", '"-"'), "'-' has no letter"),
        ("north/region.yaml", REGION.replace("Birch", "B" * 35), "has 43 signs, and 40 are the most"),
        ("north/region.yaml", "title: [", "not written as YAML asks"),
        ("birch/data/raw/sample/dataset.yaml", "quarter -> year", "differ in 'period'"),
        ("birch/data/raw/sample/dataset.yaml", "synthetic: true -> synthetic: false", "differ in 'synthetic'"),
    ],
)  # fmt: skip
def test_councils_that_cannot_be_put_together_are_named(
    region: Path, file: str, text: str, said: str
) -> None:
    root = region.parent
    if " -> " in text:
        change_file(root, file, *text.split(" -> "))
    else:
        write_file(root, file, text)
    write_file(region, "reference/services.csv", "what was there before")
    with pytest.raises(RegionError) as refused:
        [*write_region(root, region)]
    assert said in str(refused.value)
    assert (region / "reference" / "services.csv").read_text(encoding="utf-8") == "what was there before"


def test_a_description_that_is_no_text_says_how_to_save_it(region: Path) -> None:
    write_file(region, "region.yaml", "title: Trét\n".encode("cp1252"))
    with pytest.raises(RegionError, match=r"region\.yaml cannot be read as text; save it in a text editor"):
        [*write_region(region.parent, region)]


def test_councils_must_mean_the_same_by_a_measure(region: Path) -> None:
    council = region.parent / "birch" / "data" / "raw" / "sample"
    change_file(council, "reference/measures.csv", "end_reason is completed", "end_reason is given")
    accept(region.parent / "birch", council)
    with pytest.raises(RegionError, match="measures: 'completed' is not the same in Alder and Birch"):
        [*write_region(region.parent, region)]


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["region", "data/raw/north"]) == 2
    assert "data/raw/north/region.yaml is missing" in capsys.readouterr().err
