"""Published statistics: three layouts as they come, and never a withheld cell as a number."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from pipeline.contract.benchmarks import AreaFigure
from pipeline.files.commissioner.open_data import census_groups, parse_figure, read_open_data
from pipeline.files.formats.text import RefusedFileError

REAL = Path(__file__).parents[3] / "shared" / "data" / "children_social_care"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real files of ../shared/data are not here")

STATISTICS = (
    "time_period,geographic_level,la_name,ethnicity,looked_after,rate\n"
    "2021,Local authority,Thurrock,Black,48,12.5\n"
    "2021,Local authority,Thurrock,Asian,c,-100\n"
)
CENSUS = (
    "Area Code,Area,Ethnic group (3 categories) Code,Ethnic group (3 categories),Observation\n"
    "E1,Here,-8,Does not apply,0\n"
    "E1,Here,1,Asian,278\n"
    "E2,There,1,Asian,595\n"
)


def write(folder: Path, text: str, name: str = "x.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("12", AreaFigure(12.0)),
        (" 12.5 ", AreaFigure(12.5)),
        ("0", AreaFigure(0.0)),
        ("", AreaFigure(None)),
        ("c", AreaFigure(None, "c")),
        ("[c]", AreaFigure(None, "c")),
        ("Low", AreaFigure(None, "low")),
        ("-100", AreaFigure(None, "c")),
        ("-400.0", AreaFigure(None, "z")),
        ("-7", None),
        ("-100.5", None),
        ("1,234", None),
        ("1e5", None),
        ("NA", None),
        ("~", None),
    ],
)
def test_a_cell_is_a_number_a_marker_or_unreadable(text: str, figure: AreaFigure | None) -> None:
    assert parse_figure(text) == figure


def test_a_difference_may_be_negative() -> None:
    assert parse_figure("-100", may_be_negative=True) == AreaFigure(-100.0)


def test_figures_are_told_from_what_they_are_about(tmp_path: Path) -> None:
    table = read_open_data(write(tmp_path, STATISTICS))
    assert table.layout == "education statistics"
    assert table.figures == {
        "looked_after": [AreaFigure(48.0), AreaFigure(None, "c")],
        "rate": [AreaFigure(12.5), AreaFigure(None, "c")],
    }
    assert table.keys["ethnicity"] == ["Black", "Asian"]


def test_the_description_beside_a_file_says_which_columns_are_figures(tmp_path: Path) -> None:
    write(tmp_path, "col_name,col_type,label\nethnicity,Filter,Group\nrate,Indicator,Rate\n", "x.meta.csv")
    table = read_open_data(write(tmp_path, STATISTICS))
    assert list(table.figures) == ["rate"]
    assert table.keys["looked_after"] == ["48", "c"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "a,b\n1,2\n", "not a layout of published statistics that is read"),
        ("x.meta.csv", "col,type\nrate,Indicator\n", "x.meta.csv has no column 'col_name'"),
        ("x.meta.csv", "col_name,col_type\nrat,Indicator\n",
            "x.meta.csv names the column 'rat', which is not there; did you mean 'rate'?"),
        ("x.meta.csv", "col_name,col_type\nethnicity,Indicator\n",
            "row 2, ethnicity: neither a number nor one of the markers c, k, low, u, x, z"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    write(tmp_path, STATISTICS)
    write(tmp_path, text, name)
    with pytest.raises(RefusedFileError) as refusal:
        read_open_data(tmp_path / "x.csv")
    assert refusal.value.fault.message == message


def test_a_census_table_gives_the_groups_of_one_area_without_what_does_not_apply(tmp_path: Path) -> None:
    table = read_open_data(write(tmp_path, CENSUS))
    assert table.layout == "census"
    assert census_groups(table, "E1") == census_groups(table, "Here") == {"Asian": AreaFigure(278.0)}
    with pytest.raises(KeyError):
        census_groups(table, "Elsewhere")


def test_our_own_downloads_are_read_back(tmp_path: Path) -> None:
    own = "group,children,share,table_period,table_source\nAsian,35,-10.6,2009,us\nMixed,[c],[c],2009,us\n"
    table = read_open_data(write(tmp_path, own))
    assert table.layout == "outturn"
    assert table.figures == {
        "children": [AreaFigure(35.0), AreaFigure(None, "c")],
        "share": [AreaFigure(-10.6), AreaFigure(None, "c")],
    }


@needs_real
def test_every_withheld_cell_of_the_real_files_keeps_its_marker() -> None:
    table = read_open_data(REAL / "la_care_leavers_activity.csv")
    assert len(table.row_numbers) == 20_040
    markers = Counter(figure.marker for figure in table.figures["care_leaver_percent"])
    assert markers == {"": 13_497, "c": 4_117, "z": 2_412, "k": 14}


@needs_real
def test_negative_stand_ins_are_the_markers_that_the_same_file_shows_beside_them() -> None:
    figures = read_open_data(REAL / "cla_rates_with_sn_median.csv").figures
    assert figures["rate_numeric_sentinels"] == figures["rate_per_10000"]
    assert Counter(figure.marker for figure in figures["rate_numeric_sentinels"])["z"] == 38


@pytest.mark.long
@needs_real
@pytest.mark.parametrize("path", sorted(REAL.glob("*.csv")), ids=lambda path: path.stem[:24])
def test_numbers_of_the_real_files_are_those_that_a_plain_reader_finds(path: Path) -> None:
    if path.name == "stats_neighbours_long_2025.csv":
        with pytest.raises(RefusedFileError, match="not a layout"):
            read_open_data(path)
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = read_open_data(path)
    assert table.figures
    for name, figures in table.figures.items():
        plain = [float(row[name]) for row in rows if row[name][:1].isdigit()]
        assert [figure.value for figure in figures if figure.value is not None] == plain
