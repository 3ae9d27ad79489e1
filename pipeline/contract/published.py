"""What may be published: the tables of pages and the findings, declared in two files, and the people each counts."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.contract.dataset import load_yaml
from pipeline.contract.tables import read_part

Declared = Mapping[str, Mapping[str, Any]]
PAGE_TABLES: Declared = load_yaml(read_part("page_tables.yaml"))
"""Tables of pages by name; a part after a comma names a variant, and keys that begin with '_' are no columns."""
_FINDINGS = load_yaml(read_part("findings.yaml"))
GROUPS_OF_COLUMNS: Mapping[str, Any] = _FINDINGS.pop("groups")
FINDINGS: Declared = _FINDINGS
"""Frames of findings by name."""


def list_counted() -> Iterator[tuple[str, str]]:
    """Yield each file of a notebook's page and how the audit treats it: 'related', 'alone' or 'nobody'.

    A name that ends in '_' is a prefix. Tables that stages write themselves are not listed.
    """
    for table, entry in PAGE_TABLES.items():
        if "_counts" in entry:
            yield f"{table.partition(',')[0]}{'_' * ('_of' in entry)}", _reading(entry["_counts"])
    for finding, entry in FINDINGS.items():
        yield f"finding_{finding}", _reading(entry["counts"])


def _reading(entry: str | Mapping[str, str]) -> str:
    return entry if isinstance(entry, str) else next(iter(entry))
