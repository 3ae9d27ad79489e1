"""The real trial through its mapping: counts and sums against plain csv code that knows nothing of ours."""

import csv
import shutil
from pathlib import Path

import pytest

from pipeline.contract.dataset import read_dataset
from pipeline.files.records import read_records
from pipeline.files.writer import read_table, to_frame
from pipeline.stages.intake import run_intake
from pipeline.stages.measure import run_measure
from pipeline.stages.validate import ValidateSummary, run_validate

REPOSITORY = Path(__file__).parents[2]
STAR = REPOSITORY.parent / "shared" / "data" / "star" / "STAR.csv"
YEARS = {"1987": ("k", "1"), "1988": ("1", "2"), "1989": ("2", "3")}

pytestmark = pytest.mark.skipif(not STAR.is_file(), reason=f"STAR.csv is not beside the repository ({STAR})")


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ValidateSummary]:
    folder = tmp_path_factory.mktemp("star")
    shutil.copytree(
        REPOSITORY / "data" / "raw" / "star", folder / "data", ignore=shutil.ignore_patterns("STAR.csv")
    )
    shutil.copyfile(STAR, folder / "data" / "returns" / "STAR.csv")
    dataset = read_dataset(folder / "data")
    run_intake(dataset, folder / "intake")
    return folder, run_validate(dataset, folder / "intake", folder / "validate")


@pytest.fixture(scope="module")
def pupils() -> list[dict[str, str]]:
    with STAR.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


Processed = tuple[Path, ValidateSummary]


def test_every_pupil_line_is_accepted_or_out_of_scope(
    processed: Processed, pupils: list[dict[str, str]]
) -> None:
    folder, summary = processed
    returns = read_records(folder / "validate" / "returns.csv")
    assert len(returns) == 6
    for line in returns:
        grade = YEARS[line["period"]][1]
        inside = sum(pupil[f"star{grade}"] in ("small", "regular") for pupil in pupils)
        assert (int(line["lines"]), int(line["accepted"]), line["set_aside"]) == (len(pupils), inside, "0")
        assert int(line["out_of_scope"]) == len(pupils) - inside
    assert summary.set_aside == 0


@pytest.mark.parametrize("year", YEARS)
def test_scores_add_up_by_class_type(processed: Processed, pupils: list[dict[str, str]], year: str) -> None:
    before, after = YEARS[year]
    episodes = to_frame(read_table(processed[0] / "validate" / "episodes.parquet")).query("period == @year")
    outcomes = to_frame(read_table(processed[0] / "validate" / "outcomes.parquet")).query("period == @year")
    joined = episodes.merge(outcomes, on="episode_id", validate="one_to_one")
    for arm, kind in (("treated", "small"), ("comparison", "regular")):
        ours = joined[joined["arm"] == arm]
        theirs = [pupil for pupil in pupils if pupil[f"star{after}"] == kind]
        for column, grade in (("baseline_score", before), ("review_score", after)):
            scores = [int(pupil[f"read{grade}"]) for pupil in theirs if pupil[f"read{grade}"]]
            assert (ours[column].count(), ours[column].sum()) == (len(scores), sum(scores))
        assert len(ours) == len(theirs)


def test_schools_sexes_and_ethnic_groups_are_those_of_the_file(
    processed: Processed, pupils: list[dict[str, str]]
) -> None:
    episodes = to_frame(read_table(processed[0] / "validate" / "episodes.parquet")).query("period == '1989'")
    theirs = [pupil for pupil in pupils if pupil["star3"] in ("small", "regular")]
    assert episodes["provider_id"].tolist() == [f"school-{pupil['schoolid3']}" for pupil in theirs]
    assert episodes["ethnicity"].fillna("").tolist() == [pupil["ethnicity"] for pupil in theirs]
    assert episodes["sex"].fillna("").tolist() == [pupil["gender"] for pupil in theirs]
    assert episodes["row"].tolist() == [pupils.index(pupil) + 2 for pupil in theirs]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_spark_writes_the_files_that_duckdb_writes(processed: Processed) -> None:
    pytest.importorskip("pyspark", reason="the extra [spark] is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    folder, _ = processed
    dataset, written = read_dataset(folder / "data"), {}
    for engine in ("duckdb", "spark"):
        output = folder / engine
        run_measure(dataset, folder / "validate", folder / "intake" / "reference", output, engine=engine)
        files = sorted(path for path in output.rglob("*") if path.is_file())
        written[engine] = {path.relative_to(output): path.read_bytes() for path in files}
    assert written["spark"] == written["duckdb"]
