"""The data dictionary is current, and the templates are what the readers accept."""

import shutil
from pathlib import Path

import pytest

from pipeline.commands.api_page import format_api
from pipeline.contract.dataset import read_dataset
from pipeline.contract.documents.dictionary import (
    TemplatesError,
    format_dictionary,
    format_templates,
    write_templates,
)
from pipeline.contract.groups.ethnicity import OFFICIAL, load_classification
from pipeline.contract.tables import OPTIONAL_TABLES, REFERENCE_TABLES, RETURN_TABLES, load_table, read_part
from pipeline.files.commissioner.reference import read_reference
from pipeline.measures.catalogue import load_catalogue

TABLES = (*REFERENCE_TABLES, *OPTIONAL_TABLES, *RETURN_TABLES)
ROOT = Path(__file__).parents[2]


def test_the_committed_data_dictionary_is_what_the_contract_says() -> None:
    committed = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert committed == format_dictionary(), "run 'outturn dictionary'"


@pytest.mark.parametrize("name", TABLES)
def test_the_data_dictionary_holds_every_column_with_its_title_and_choices(name: str) -> None:
    lines = format_dictionary().splitlines()
    for field in load_table(name).fields:
        starts = f"| `{field.name}` | {field.title} | "
        line = next(line for line in lines if line.startswith(starts) and field.description in line)
        assert all(f"`{choice}`" in line for choice in field.enum)
        assert line.count("|") == 8


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_data_dictionary_holds_every_ethnic_code_with_its_broad_group(name: str) -> None:
    section = format_dictionary().partition(f"### {name}\n")[2].partition("\n### ")[0]
    for entry in load_classification(name, Path()).codes:
        assert f"| `{entry.code}` | {entry.label} | {entry.broad_group} |" in section


def test_every_link_of_the_data_dictionary_leads_to_a_heading() -> None:
    text = format_dictionary()
    headings = {line.lstrip("# ").lower().replace(" ", "-") for line in text.splitlines() if line[:1] == "#"}
    links = {part.partition(")")[0] for part in text.split("](#")[1:]}
    assert links
    assert links <= headings


BLANK = {*TABLES, *RETURN_TABLES} - {"measures", "baselines", "frozen_plans"}


@pytest.mark.parametrize("name", sorted(BLANK))
def test_a_blank_template_is_the_header_of_its_table(name: str) -> None:
    folder = "returns" if name in RETURN_TABLES else "reference"
    assert format_templates()[f"{folder}/{name}.csv"] == ",".join(load_table(name).columns) + "\n"


def test_the_templates_are_a_dataset_with_a_catalogue_of_measures(tmp_path: Path) -> None:
    write_templates(tmp_path)
    assert read_dataset(tmp_path).title == "Our borough"
    shutil.copytree(tmp_path / "examples" / "reference", tmp_path / "reference", dirs_exist_ok=True)
    (tmp_path / "reference" / "measures.csv").write_text(read_part("measures.csv"), encoding="utf-8")
    rows = read_reference(read_dataset(tmp_path)).tables["measures"].to_pylist()
    assert {measure.table for measure in load_catalogue(rows)} == set(RETURN_TABLES)


def test_blank_optional_tables_are_as_good_as_none(tmp_path: Path) -> None:
    write_templates(tmp_path)
    for name in REFERENCE_TABLES:
        shutil.copy(tmp_path / f"examples/reference/{name}.csv", tmp_path / f"reference/{name}.csv")
    reference = read_reference(read_dataset(tmp_path))
    assert reference.optional == dict.fromkeys(OPTIONAL_TABLES, ())


def test_templates_that_are_there_already_are_never_replaced(tmp_path: Path) -> None:
    write_templates(tmp_path)
    filled = tmp_path / "returns" / "episodes.csv"
    filled.write_text("filled in\n", encoding="utf-8")
    (tmp_path / "reference" / "providers.csv").unlink()
    with pytest.raises(TemplatesError) as caught:
        write_templates(tmp_path)
    place = (tmp_path / "dataset.yaml").as_posix()
    assert str(caught.value) == f"{place} is there already and may be filled in; name another folder."
    assert filled.read_text(encoding="utf-8") == "filled in\n"
    assert not (tmp_path / "reference" / "providers.csv").exists()


PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_committed_page_lists_all_that_notebooks_may_ask_for() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == format_api()
    assert all(
        f"### `{name}(" in page for name in ("show_targets", "targets", "outcomes", "part", "compare_groups")
    )
