"""The workbooks among the templates: for a dataset, or for the contract alone."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.contract.dataset import Dataset, DatasetError, read_dataset
from pipeline.contract.documents.dictionary import list_examples
from pipeline.contract.groups.ethnicity import load_classification
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.files.commissioner.reference import ReferenceTableError
from pipeline.files.intake.spellings import read_names
from pipeline.returns.workbook import Commissioned, format_workbook

NEWEST_CLASSIFICATION = "ons_2021"


def format_workbooks(dataset: Dataset | None) -> Mapping[str, bytes]:
    """Return a blank workbook of a return and one with a row of examples, by file name."""
    commissioned = describe(dataset) if dataset else _contract_alone()
    examples = {name: [list_examples(load_table(name))] for name in RETURN_TABLES}
    return {
        "returns/return.xlsx": format_workbook(commissioned),
        "examples/return.xlsx": format_workbook(_contract_alone(), examples),
    }


def offer_workbooks(folder: Path | None) -> tuple[Mapping[str, bytes], str]:
    """Return the workbooks with the lists of the dataset in a folder, or without them and a line that says why."""
    try:
        return format_workbooks(read_dataset(folder) if folder else None), ""
    except (DatasetError, ReferenceTableError) as error:
        return format_workbooks(None), f"The workbooks offer no lists of yours: {error}\n"


def describe(dataset: Dataset) -> Commissioned:
    """Return the dataset's choices for a workbook."""
    names = read_names(dataset)
    services, scales, providers = (names[column] for column in ("service_id", "scale", "provider_id"))
    return Commissioned(dataset.title, dataset.classification, services, scales, providers)


def _contract_alone() -> Commissioned:
    classification = load_classification(NEWEST_CLASSIFICATION, Path())
    return Commissioned("your commissioner", classification, {}, {}, {})
