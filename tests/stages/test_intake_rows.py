"""What intake makes of good rows, and that it loses none."""

import csv
import datetime as dt
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from small_dataset import EPISODES, FILES, OUTCOMES, change_file, load, take_in, write_dataset, write_file

from pipeline.files.formats.delimited import read_csv
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.writer import read_table
from pipeline.stages.intake import run_intake


def test_rows_come_out_typed_with_their_place(tmp_path: Path) -> None:
    take_in(write_dataset(tmp_path / "data"))
    table = read_table(tmp_path / "intake" / "episodes.parquet")
    assert table.schema.field("referral_date").type == pa.date32()
    assert table.schema.field("age").type == pa.int64()
    second = table.to_pylist()[1]
    assert (second["end_date"], second["age"]) == (dt.date(2009, 6, 20), 10)
    assert (second["return_provider"], second["period"], second["provider_id"]) == (
        "harbour",
        "2009-q2",
        "harbour",
    )
    assert (second["file"], second["row"]) == (EPISODES, 3)
    assert second["sex"] is None


OPTIONAL = ("deprivation", "need", "religion", "sexual_orientation", "learning_difficulty", "looked_after")


def test_optional_characteristics_are_read_where_they_are_sent_and_blank_where_not(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    header, first, second, third = FILES[EPISODES].splitlines()
    asked = [
        f"{header},{','.join(OPTIONAL)}",
        f"{first},1,4,no_religion,not_stated,no,Yes",
        f"{second},6,4,christian,,,",
        f"{third},,,,,,",
    ]
    write_file(folder, EPISODES, "\n".join([*asked, ""]))
    _, _, aside = take_in(folder)
    sent, blank = read_table(tmp_path / "intake" / "episodes.parquet").select(OPTIONAL).to_pylist()
    assert list(sent.values()) == [1, 4, "no_religion", "not_stated", "no", "yes"]
    assert set(blank.values()) == {None}
    assert [(entry["row"], entry["column"], entry["rule"]) for entry in aside] == [
        ("3", "deprivation", "cell.range")
    ]


def test_a_table_that_nobody_sent_is_written_with_its_columns_and_no_row(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    (folder / "returns/harbour/2009-q2/feedback.csv").unlink()
    take_in(folder)
    table = read_table(tmp_path / "intake" / "feedback.parquet")
    assert (table.num_rows, table.column_names[0], table.column_names[-1]) == (0, "feedback_id", "row")


def test_columns_are_read_by_name_in_any_order_and_unknown_ones_are_counted(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    rows = list(csv.DictReader(StringIO(FILES[OUTCOMES])))
    names = ["note", *reversed(list(rows[0]))]
    text = "".join(f"{','.join(row.get(name, 'x') for name in names)}\n" for row in rows)
    write_file(folder, OUTCOMES, f"{','.join(names)}\n{text}")
    _, files, _ = take_in(folder)
    first = read_table(tmp_path / "intake" / "outcomes.parquet").to_pylist()[0]
    assert (first["episode_id"], first["baseline_score"], first["review_score"]) == ("E1", 17.0, 23.0)
    assert [line["ignored_columns"] for line in files if line["file"] == OUTCOMES] == ["1"]


def test_tidied_cells_are_counted(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "C1,2009-04-11", " C1 ,2009-04-11 ")
    change_file(folder, EPISODES, "BAFR", "african")
    _, files, aside = take_in(folder)
    assert [line["normalised"] for line in files if line["file"] == EPISODES] == ["3"]
    first = read_table(tmp_path / "intake" / "episodes.parquet").to_pylist()[0]
    assert (first["child_id"], first["ethnicity"], aside) == ("C1", "BAFR", [])


def test_semicolons_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    text = FILES[EPISODES].replace(",", ";").replace("\n", "\r\n")
    write_file(folder, EPISODES, b"\xef\xbb\xbf" + text.encode())
    summary, _, _ = take_in(folder)
    assert (summary.read, summary.set_aside) == (6, 0)


def test_a_formula_is_made_plain_text_in_what_was_set_aside(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    change_file(folder, EPISODES, "C2", "=HYPERLINK(1)")
    _, _, aside = take_in(folder)
    assert aside[0]["value"] == "'=HYPERLINK(1)"


def test_two_folders_give_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "another"):
        folder = write_dataset(tmp_path / name / "data")
        change_file(folder, EPISODES, "C2", "C 2")
        take_in(folder)
        output = tmp_path / name / "intake"
        files = sorted(path for path in output.rglob("*") if path.is_file())
        written.append({path.relative_to(output): path.read_bytes() for path in files})
    assert written[0] == written[1]
    assert len(written[0]) == 34


CELLS = st.text(alphabet=st.sampled_from('ab1,;"\n\r =é\t'), max_size=12)


@given(st.text(alphabet=st.sampled_from('ab1,;"\n\r \té\0'), max_size=60))
@settings(deadline=None)
def test_any_text_is_either_refused_or_read_with_every_line_accounted_for(text: str) -> None:
    try:
        table = read_csv(text.encode())
    except RefusedFileError as refusal:
        assert refusal.fault.message
        return
    assert table.lines == len(table.row_numbers) + len(table.faults)
    assert all(len(column) == len(table.row_numbers) for column in table.columns)
    assert len(table.columns) == len(table.header)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
@settings(deadline=None)
def test_what_a_csv_writer_wrote_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    stream = StringIO(newline="")
    csv.writer(stream).writerows([["one", "two", "three"], *rows])
    table = read_csv(stream.getvalue().encode())
    filled = {number: row for number, row in enumerate(rows, 2) if "".join(row).strip()}
    cells = zip(*(column.texts() for column in table.columns), strict=True)
    assert dict(zip(table.row_numbers.tolist(), map(list, cells), strict=True)) == filled


SECRET = st.text(alphabet="QXZ", min_size=6, max_size=12)


@given(st.lists(st.lists(SECRET, min_size=1, max_size=9), min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_lines_add_up_and_no_message_holds_a_value(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as temporary:
        folder = write_dataset(Path(temporary) / "data")
        header = FILES[EPISODES].partition("\n")[0]
        write_file(folder, EPISODES, "\n".join([header, *(",".join(row) for row in rows)]))
        summary, files, aside = take_in(folder)
    assert summary.lines == summary.read + summary.set_aside + summary.out_of_scope == len(rows) + 3
    said = " ".join(entry["message"] + entry["fix"] for entry in aside) + " ".join(
        line["refused"] for line in files
    )
    assert not any(cell in said for row in rows for cell in row)


def test_intake_leaves_the_dataset_as_it_was(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data")
    dataset = load(folder)
    run_intake(dataset, tmp_path / "intake")
    assert dataset == load(folder)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in FILES} == FILES
