"""A release's ZIP: what it says of itself for machines, what is refused, and what was changed in it."""

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.downloads.bundle import zip_files
from pipeline.releases.manifest import MANIFEST, Manifest
from pipeline.review.crate import describe_crate
from pipeline.review.package import Package, PackageError, list_changed_files, read_package
from pipeline.review.site import compare_sites
from pipeline.review.tables import compare_copies, list_differences

MADE = Manifest(
    name="R1",
    date=dt.date(2010, 2, 1),
    complete_to=dt.date(2009, 12, 31),
    data="d1",
    code="c1",
    parameters={},
    commit="abc",
    environment="",
    python="3.11.7",
    measures={"started": 1},
    tables={},
)
FILES = {
    MANIFEST: MADE.model_dump_json().encode(),
    "tables/services/tables/index-measures.csv": b"measure_id,level\nstarted,50.0\n",
    "site/index.html": b"<p>50</p>",
    "requirements.lock": b"pandas==1\n",
    "site/a b.png": b"",
}


def crate() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(describe_crate(MADE, FILES, "A borough"))
    return found


def test_the_crate_has_what_ro_crate_1_1_asks_for() -> None:
    entities = {entity["@id"]: entity for entity in crate()["@graph"]}
    assert crate()["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset" and root["datePublished"] == "2010-02-01"
    assert root["name"] and root["description"] and root["license"]["@id"] in entities
    assert all(entity["@type"] for entity in entities.values())


def test_the_crate_names_each_file_once_and_nothing_that_it_does_not_describe() -> None:
    graph = crate()["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    assert len(entities) == len(graph)
    parts = {part["@id"] for part in entities["./"]["hasPart"]}
    assert parts == {name.replace(" ", "%20") for name in FILES}
    assert {entities[part]["@type"] for part in parts} == {"File"}
    linked = {
        each["@id"]
        for entity in graph
        for name, value in entity.items()
        if name != "conformsTo"
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, dict)
    }
    assert linked <= entities.keys()


def test_the_crate_says_how_long_each_file_is_and_which_run_made_the_tables() -> None:
    entities = {entity["@id"]: entity for entity in crate()["@graph"]}
    page = entities["site/index.html"]
    assert (page["contentSize"], page["encodingFormat"]) == ("9", "text/html")
    results = [each["@id"] for each in entities["#run"]["result"]]
    assert results == [MANIFEST, "tables/services/tables/index-measures.csv"]
    assert entities["#outturn"]["version"] == "abc"


def test_the_same_files_give_the_same_crate() -> None:
    assert describe_crate(MADE, FILES, "A borough") == describe_crate(MADE, FILES, "A borough")


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(PackageError) as error:
        read_package(path)
    return str(error.value)


def test_what_is_no_release_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "R1.zip"
    assert "cannot be read as a ZIP file" in refused(path, b"PK")
    assert "holds no manifest.json" in refused(path, zip_files({"index.html": b""}))
    assert "not one that Outturn wrote" in refused(path, zip_files({MANIFEST: b"{}"}))


@pytest.mark.parametrize("place", ["../evil.py", "/etc/evil", "a\\..\\evil", "C:/evil"])
def test_a_file_that_leads_out_of_the_folder_is_refused(place: str, tmp_path: Path) -> None:
    path = tmp_path / "R1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("name")
        info.filename = place
        archive.writestr(info, "")
    assert "leads out of its folder" in refused(path, path.read_bytes())


def test_files_changed_added_and_missing_since_are_named() -> None:
    sums = "".join(f"{'0' * 64}  {name}\n" for name in ("site/gone.html", "site/index.html"))
    found = list_changed_files(
        Package({"site/index.html": b"", "new": b"", "SHA256SUMS": sums.encode()}, MADE)
    )
    assert found == ["MISSING  site/gone.html", "ADDED    new", "CHANGED  site/index.html"]


def test_copies_of_a_table_are_compared_value_by_value() -> None:
    one = {"t.csv": "group,children\nAsian,45\nBlack,20\n", "only.csv": "a\n"}
    other = {"t.csv": "group,children\nAsian,50\nBlack,20\n"}
    assert list(compare_copies(one, other, "tables/", "site/")) == [
        "only.csv is in tables/ and not in site/",
        "t.csv, line 2 (Asian), column children: '45' in tables/, '50' in site/",
    ]


def test_the_place_of_a_changed_number_on_a_page_is_told_without_its_tags() -> None:
    page = b'<p>a</p>\n<tr><th scope="row">April to June</th><td class="number">%d</td><td class="number">185</td></tr>'
    (line,) = compare_sites({"a.html": page % 777}, {"a.html": page % 45})
    assert (
        line
        == "site/a.html, line 2: 'April to June 777 185' on the page, 'April to June 45 185' from its source"
    )


def test_archives_of_the_same_files_are_the_same_however_they_were_packed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", "1")
    packed = (tmp_path / "other.zip").read_bytes()
    assert list(compare_sites({"data.zip": packed}, {"data.zip": zip_files({"a.csv": b"1"})})) == []
    (line,) = compare_sites({"data.zip": packed}, {"data.zip": zip_files({"a.csv": b"2"})})
    assert line == "site/data.zip, in which a.csv differs"


def test_two_releases_are_told_apart_by_value_and_reason() -> None:
    later = Package(
        FILES
        | {
            "tables/services/tables/index-measures.csv": b"measure_id,level\nstarted,55.0\n",
            "tables/new.csv": b"",
        },
        MADE.model_copy(update={"name": "R2", "data": "d2"}),
    )
    assert list(list_differences(Package(FILES, MADE), later)) == [
        "From release R1 to release R2: 1 values differ: 1 revision.",
        "only in R2: new.csv",
        "services/tables/index-measures.csv",
        "  revision: started, level: 50.0 -> 55.0",
    ]
    assert list(list_differences(later, later)) == [
        "From release R2 to release R2: no value of a table that both have differs."
    ]
