"""A release is kept, a correction of few children is held back, and the page says what changed since."""

import csv
import datetime as dt
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml
from dvc_project import DATASET, copy_whole
from whole_run import BEFORE_PUBLISH, Copy, read_rows

from pipeline.cli import main
from pipeline.downloads.bundle import zip_files
from pipeline.review.check import verify_release
from pipeline.review.package import format_sums

pytest_plugins = ("whole_run_fixtures",)
OUTCOMES = f"{DATASET}/returns/harbour_youth/2009-q4/outcomes.csv"


def correct(copy: Copy, children: int) -> None:
    """Let the provider say of so many children that they did not achieve what they set out for."""
    rows = read_rows(copy.root / OUTCOMES)
    achieved = [row for row in rows if row["achieved"] != "no"]
    for row in achieved[:children]:
        row["achieved"] = "no"
    with (copy.root / OUTCOMES).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    copy.stages(*BEFORE_PUBLISH)


@pytest.fixture(scope="module")
def released(own: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A project with a release, after which the provider corrected what it said of seven children."""
    copy = copy_whole(own, tmp_path_factory.mktemp("released") / "outturn")
    copy.stages("publish")
    ended = copy.python("-m", "pipeline", "release", "R1", "--on", "2010-05-01")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    # 27 achieved it before and 20 after: however the 27 are rounded, what is shown changes.
    correct(copy, 7)
    return copy


def answer_for(copy: Copy) -> None:
    """Somebody says in params.yaml why the correction goes out all the same."""
    said = {"table": "release R1", "place": "harbour_youth 2009-q4", "why": "An error", "by": "The director"}
    params = copy.root / "params.yaml"
    told = yaml.safe_load(params.read_bytes())
    told["audit"]["accept"] = [said | {"on": dt.date(2010, 6, 1)}]
    params.write_text(yaml.safe_dump(told), encoding="utf-8")


def manifest(copy: Copy, name: str) -> dict[str, object]:
    path = copy.root / "reports/_releases" / name / "manifest.json"
    found: dict[str, object] = json.loads(path.read_bytes())
    return found


def test_a_release_is_one_file_too_whose_bytes_follow_from_what_is_in_it(released: Copy) -> None:
    folder = released.root / "reports/_releases"
    with zipfile.ZipFile(folder / "R1.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    kept = {path.relative_to(folder / "R1").as_posix(): path for path in (folder / "R1").rglob("*.*")}
    besides = {"SHA256SUMS", "requirements.lock", "ro-crate-metadata.json"}
    assert {name for name in files if not name.startswith(("site/", "sources/"))} == kept.keys() | besides
    assert all(files[name] == path.read_bytes() for name, path in kept.items())
    assert b"<title>" in files["site/index.html"]
    assert (folder / "R1.zip").read_bytes() == zip_files(files)


def test_a_release_holds_the_published_tables_and_what_they_were_made_from(released: Copy) -> None:
    told = manifest(released, "R1")
    tables = told["tables"]
    assert isinstance(tables, dict)
    kept = released.hashes("reports/_releases/R1/tables")
    assert {f"reports/_releases/R1/tables/{name}": found for name, found in tables.items()} == kept
    assert "services/tables/index-reached.csv" in tables
    assert told["parameters"] and told["data"] and told["code"] and told["environment"]
    assert released.root.joinpath("data/releases/R1.parquet").stat().st_mode & 0o077 == 0


def changed(released: Copy, folder: Path, name: str, old: bytes, new: bytes, *, hidden: bool) -> list[str]:
    """What `verify` says in an empty folder of the release with one text changed in a file; `hidden` fixes the sums."""
    with zipfile.ZipFile(released.root / "reports/_releases/R1.zip") as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    if hidden:
        files.pop("SHA256SUMS")
        files["SHA256SUMS"] = format_sums(files)
    path = folder / "R1.zip"
    path.write_bytes(zip_files(files))
    lines: list[str] = []
    assert verify_release(path, lines.append) == 1
    return lines


def test_a_release_is_checked_from_its_zip_alone_in_an_empty_folder(
    released: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(released.root / "reports/_releases/R1.zip", tmp_path)
    monkeypatch.chdir(tmp_path)
    code, told = main(["verify", "R1.zip"]), capsys.readouterr().out
    assert code == 0, told
    assert "all as they were kept" in told and "All of it agrees" in told
    assert [path.name for path in tmp_path.iterdir()] == ["R1.zip"]


def test_a_release_holds_no_exact_count_and_no_hash_of_the_data_of_one_service(released: Copy) -> None:
    with zipfile.ZipFile(released.root / "reports/_releases/R1.zip") as archive:
        notebooks = [name for name in archive.namelist() if name.endswith(".ipynb")]
        told = [json.loads(archive.read(name))["metadata"]["outturn"] for name in notebooks]
        assert not [name for name in archive.namelist() if name.endswith((".parquet", "counts.json"))]
        site = {archive.read(name) for name in archive.namelist() if name.startswith("site/")}
    assert notebooks and all(not about.get("inputs") and "fingerprint" not in about for about in told)
    offered = {
        text for about in told for name, text in about.get("downloads", {}).items() if name[-4:] == ".csv"
    }
    assert offered and {text.encode() for text in offered} <= site


def test_a_changed_number_is_found_with_its_file_and_place(released: Copy, tmp_path: Path) -> None:
    table = "services/tables/index-finding_reach.csv"
    with zipfile.ZipFile(released.root / "reports/_releases/R1.zip") as archive:
        row = archive.read(f"tables/{table}").splitlines()[1]
        page = archive.read("site/services/index.html")
    forged = row.replace(b"0,", b"9,", 1) if b"0," in row else row + b"9"
    for name in (f"tables/{table}", f"site/{table}"):
        lines = changed(released, tmp_path, name, row, forged, hidden=False)
        assert f"CHANGED  {name}" in lines
        assert any(line.startswith(f"DIFFERS  {table}, line 2 (") for line in lines)
    number = re.search(rb'<td class="number">(\d+)</td>', page)
    assert number
    lines = changed(released, tmp_path, "site/services/index.html", number[0], b"<td>999</td>", hidden=True)
    assert any(
        line.startswith("DIFFERS  site/services/index.html, line ") and "999" in line for line in lines
    )


def test_a_notebook_changed_with_its_sums_is_found_by_its_page_and_by_running_it(
    released: Copy, tmp_path: Path
) -> None:
    name = "sources/services/index.ipynb"
    with zipfile.ZipFile(released.root / "reports/_releases/R1.zip") as archive:
        finding = json.loads(archive.read(name))["metadata"]["outturn"]["downloads"]["finding_reach.csv"]
    row = finding.splitlines()[1]
    number = next(value for value in row.split(",") if value.isdigit())
    lines = changed(
        released, tmp_path, name, row.encode(), row.replace(f",{number},", ",995,", 1).encode(), hidden=True
    )
    assert any(
        line.startswith("DIFFERS  site/services/tables/index-finding_reach.csv, line 2") for line in lines
    )
    assert any(line.startswith("DIFFERS  services/index.ipynb, cell ") for line in lines)


def test_a_site_with_a_correction_of_few_children_is_not_made_until_somebody_answers_for_it(
    released: Copy,
) -> None:
    before = released.hashes("reports/_site")
    refused = released.python("-m", "pipeline", "stage", "audit")
    assert refused.returncode != 0
    assert "release R1, harbour_youth 2009-q4: the records of only a few children changed" in refused.stderr
    answer_for(released)
    released.stages("audit", "publish")
    assert released.hashes("reports/_site") != before


def test_a_correction_of_few_children_is_held_back_unless_somebody_says_why(released: Copy) -> None:
    refused = released.python("-m", "pipeline", "release", "R2", "--on", "2010-06-01")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        "Not kept: since release R1 the records of only a few children changed in harbour_youth 2009-q4."
    )
    assert not (released.root / "reports/_releases/R2").exists()
    accepted = ("release", "R2", "--on", "2010-06-01", "--accept", "An error of consequence")
    assert released.python("-m", "pipeline", *accepted).returncode == 0
    assert manifest(released, "R2")["accepted"] == "An error of consequence"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("R1", "is there already"),
        ("r1", "is there already"),
        ("../R", "cannot be a release's name"),
        ("R2.", "cannot be a release's name"),
        ("nul", "cannot be a release's name"),
    ],
)
def test_a_release_never_changes_and_stays_in_its_folder(
    released: Copy, name: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(released.root)
    assert main(["release", name]) == 2
    assert words in capsys.readouterr().err


def test_the_page_says_which_verdicts_and_how_many_numbers_changed(released: Copy) -> None:
    page = Path(released.root, "reports/_site/changes.html").read_text(encoding="utf-8")
    assert "Since release R1 of 1 May 2010" in page
    reasons = released.rows("reports/quality/changed_numbers.csv")
    assert {row["page"] for row in reasons} <= {
        "services/index",
        "services/S01",
        "equality/index",
        "equality/S01",
        "cycle/money",
        "cycle/needs",
        "cycle/plan",
    }
    assert all(float(row["revision"]) > 0 for row in reasons)
