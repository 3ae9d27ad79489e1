"""Other areas: benchmarks.csv and the published files that it names, and what is wrong with either."""

from pathlib import Path

import pytest

from pipeline.contract.benchmarks import AreaFigure, Benchmark, Boundaries
from pipeline.contract.dataset import read_dataset
from pipeline.files.commissioner.benchmarks import read_benchmarks
from pipeline.files.commissioner.reference_table import ReferenceTableError
from pipeline.files.context import read_typed, write_typed

DATASET = """title: Our borough
synthetic: true
source: invented
period: year
complete_to: 2012-12-31
ethnic_classification: ons_2011
comparator: everyone else
"""
DECLARED = (
    "indicator_id,title,ecm_outcome,file,column,filters,out_of,area_code,neighbours,unit,better,rounded_to,breaks\n"
    "plans,Plans,stay_safe,plans.csv,rate,kind=all,people,E1,near.csv,per_10_000,neither,1,2011: counted anew\n"
)
STATISTICS = """time_period,geographic_level,region_name,old_la_code,new_la_code,la_name,kind,rate,people
2010,National,,,,,all,50,9000000
2011,National,,,,,all,51,9000000
2011,Regional,North,,,,all,61,800000
2010,Local authority,North,301,E1,Ours,all,40,20000
2011,Local authority,North,301,E1,Ours,all,-400,20000
2011,Local authority,North,301,E1,Ours,boys,99,10000
2011,Local authority,North,302,E2,Near,all,45,30000
2011,Local authority,North,303,E3,Far,all,c,30000
2011,Statistical neighbours (median),,301,,,all,45,
"""
NEAR = """LA.Name,LA.number,SN_rank,SN_LA_name,SN_LA_number
Ours,301,1,Near,302
Ours,301,2,Far,303
Near,302,1,Ours,301
"""


def read(folder: Path, **changed: str) -> tuple[Benchmark, ...]:
    texts = {"declared": DECLARED, "statistics": STATISTICS, "near": NEAR, **changed}
    places = {
        "declared": "reference/benchmarks.csv",
        "statistics": "benchmarks/plans.csv",
        "near": "benchmarks/near.csv",
    }
    for name, place in places.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(texts[name], encoding="utf-8")
    (folder / "dataset.yaml").write_text(DATASET, encoding="utf-8")
    return read_benchmarks(read_dataset(folder))


def test_each_period_has_the_area_its_neighbours_its_region_and_the_nation(tmp_path: Path) -> None:
    (plans,) = read(tmp_path)
    assert (plans.area, plans.region, plans.breaks) == ("Ours", "North", {"2011": "counted anew"})
    first, second = plans.periods
    assert (first.period, first.own) == ("2010", AreaFigure(40.0, "", 20000.0))
    assert first.neighbours == ()
    assert first.region == AreaFigure(None)
    assert first.england.value == 50
    assert second.neighbours == (AreaFigure(45.0, "", 30000.0), AreaFigure(None, "c", 30000.0))
    assert (second.region.value, second.england.value) == (61, 51)


def test_a_negative_stand_in_is_a_marker_and_no_number(tmp_path: Path) -> None:
    assert read(tmp_path)[0].periods[1].own == AreaFigure(None, "z", 20000.0)


def test_neighbours_may_be_told_by_the_new_codes(tmp_path: Path) -> None:
    (plans,) = read(tmp_path, near="area_code,neighbour_code\nE1,E2\n")
    assert [figure.value for figure in plans.periods[1].neighbours] == [45]


def test_financial_years_are_named_as_returns_name_them(tmp_path: Path) -> None:
    years = STATISTICS.replace("2010,", "201011,").replace("2011,", "201112,")
    (plans,) = read(tmp_path, statistics=years, declared=DECLARED.replace("2011:", "2011-12:"))
    assert [each.period for each in plans.periods] == ["2010-11", "2011-12"]


def test_a_dataset_without_the_table_has_no_benchmark(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text(DATASET, encoding="utf-8")
    assert read_benchmarks(read_dataset(tmp_path)) == ()


def test_files_may_stay_in_a_folder_that_dataset_yaml_names(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "benchmarks").rename(tmp_path / "elsewhere")
    (tmp_path / "dataset.yaml").write_text(f"{DATASET}benchmark_files: elsewhere\n", encoding="utf-8")
    assert len(read_benchmarks(read_dataset(tmp_path))) == 1


@pytest.mark.parametrize("areas", [{}, {"Ä": ((((0.5, 1.0), (2.0, 1.0), (2.0, 2.0)),))}])
def test_what_was_read_goes_through_its_text_unchanged(tmp_path: Path, areas: Boundaries) -> None:
    for found, kind in (
        (read(tmp_path), tuple[Benchmark, ...]),
        ((), tuple[Benchmark, ...]),
        (areas, Boundaries),
    ):
        write_typed(tmp_path / "typed.json", kind, found)
        assert read_typed(tmp_path / "typed.json", kind) == found


# What is changed in which file, the column that is named, and what is said.
FAULTS = {
    "no such file": ("declared", "plans.csv", "plan.csv", "file", "did you mean 'plans.csv'?"),
    "no such figures": ("declared", ",rate,", ",rates,", "column", "no figures 'rates'; did you mean 'rate'?"),
    "no such people": ("declared", ",people,", ",persons,", "out_of", "plans.csv has no figures 'persons'"),
    "no such column to filter by": ("declared", "kind=all", "kinds=all", "filters", "'kinds' is not a column"),
    "no row left": ("declared", "kind=all", "kind=girls", "filters", "plans.csv has no row with kind=girls"),
    "two rows of a period": ("declared", "kind=all", "", "filters", "rows 6 and 7 of plans.csv are both of 2011"),
    "no such area": ("declared", ",E1,", ",E9,", "area_code", "plans.csv has no rows of 'E9'"),
    "no list of neighbours": ("declared", "near.csv", "nearest.csv", "neighbours", "'nearest.csv' is not in"),
    "another kind of list": ("near", "SN_LA_number", "code", "neighbours", "has neither LA.number and SN_LA_number"),
    "no neighbours of ours": ("near", "Ours,301", "Ours,399", "neighbours", "near.csv has no neighbours of '301'"),
    "a break without reason": ("declared", "2011: counted anew", "2011", "breaks", "'2011' gives no reason"),
    "a break at no period": ("declared", "2011:", "2019:", "breaks", "plans.csv has no period '2019'"),
    "a period that is no year": ("statistics", "2010,Local", "2010Q1,Local", "file", "'2010Q1' is not a year"),
    "a word for a number": ("statistics", "people\n", "people\n2011,National,,,,,boys,?,1\n", "column", "no figures"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_named_with_file_row_column_and_fix(case: str, tmp_path: Path) -> None:
    file, old, new, column, said = FAULTS[case]
    before = {"declared": DECLARED, "statistics": STATISTICS, "near": NEAR}[file]
    assert old in before
    with pytest.raises(ReferenceTableError) as caught:
        read(tmp_path, **{file: before.replace(old, new)})
    place = (tmp_path / "reference/benchmarks.csv").as_posix()
    assert str(caught.value).startswith(f"{place}, row 2, {column}: ")
    assert said in str(caught.value)


def test_an_indicator_that_stands_twice_is_refused(tmp_path: Path) -> None:
    twice = DECLARED + DECLARED.splitlines()[1] + "\n"
    with pytest.raises(
        ReferenceTableError, match=r"row 3, indicator_id: 'plans' is in an earlier row already"
    ):
        read(tmp_path, declared=twice)
