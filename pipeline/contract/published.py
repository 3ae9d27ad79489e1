"""What may be published: the tables of pages and the findings, as two files declare them, and whom each counts."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.contract.dataset import load_yaml
from pipeline.contract.tables import read_part

Declared = Mapping[str, Mapping[str, Any]]
PAGE_TABLES: Declared = load_yaml(read_part("page_tables.yaml"))
"""Tables of pages by name; what a comma follows tells variants of one apart, and keys with a '_' are no columns."""
_FINDINGS = load_yaml(read_part("findings.yaml"))
GROUPS_OF_COLUMNS: Mapping[str, Any] = _FINDINGS.pop("groups")
FINDINGS: Declared = _FINDINGS
"""Frames of findings by name."""


def list_counted() -> Iterator[tuple[str, str]]:
    """Yield what each file of a notebook's page is called, and how the audit reads it: 'related', 'alone' or 'nobody'.

    A name that ends in '_' is a beginning. Tables that stages write themselves are not among them.
    """
    for table, said in PAGE_TABLES.items():
        if "_counts" in said:
            yield f"{table.partition(',')[0]}{'_' * ('_of' in said)}", _reading(said["_counts"])
    for finding, said in FINDINGS.items():
        yield f"finding_{finding}", _reading(said["counts"])


def _reading(said: str | Mapping[str, str]) -> str:
    return said if isinstance(said, str) else next(iter(said))
