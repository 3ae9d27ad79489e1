"""The workbooks among the templates: of the dataset at hand, or of the contract alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.contract.dataset import Dataset, DatasetError, read_dataset
from pipeline.contract.documents import list_examples
from pipeline.contract.ethnicity import load_classification
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.reference import ReferenceTableError, read_lists
from pipeline.returns.workbook import Commissioned, format_workbook

NEWEST_CLASSIFICATION = "ons_2021"


def format_workbooks(dataset: Dataset | None) -> Mapping[str, bytes]:
    """A blank workbook of a return, and one with a row of examples, by their names in the templates' folder."""
    commissioned = describe(dataset) if dataset else _contract_alone()
    examples = {name: [list_examples(load_table(name))] for name in RETURN_TABLES}
    return {
        "returns/return.xlsx": format_workbook(commissioned),
        "examples/return.xlsx": format_workbook(_contract_alone(), examples),
    }


def offer_workbooks(folder: Path | None) -> tuple[Mapping[str, bytes], str]:
    """Return the workbooks with the lists of the dataset in that folder, or without them and a line that says why."""
    try:
        return format_workbooks(read_dataset(folder) if folder else None), ""
    except (DatasetError, ReferenceTableError) as error:
        return format_workbooks(None), f"The workbooks offer no lists of yours: {error}\n"


def describe(dataset: Dataset) -> Commissioned:
    """What the dataset says that a workbook can offer to choose from."""
    tables = read_lists(dataset).tables
    services, scales, providers = (
        {row[key]: row[name] for row in tables[table].to_pylist()}
        for table, key, name in (
            ("services", "service_id", "name"),
            ("scales", "scale", "title"),
            ("providers", "provider_id", "name"),
        )
    )
    return Commissioned(dataset.title, dataset.classification, services, scales, providers)


def _contract_alone() -> Commissioned:
    classification = load_classification(NEWEST_CLASSIFICATION, Path())
    return Commissioned("your commissioner", classification, {}, {}, {})
