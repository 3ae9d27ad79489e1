"""Where a page's numbers come from: its executed notebook, the data and the code, by their fingerprints."""

import hashlib
import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pipeline.present.sentences import say
from pipeline.publishing.finish import relative_address

_SHOWN = 12
"""So many digits of a fingerprint tell it from any other."""
_HASHES = ("inputs", "fingerprint", "data")


@dataclass(frozen=True)
class Provenance:
    """Of one page: where its notebook stands in the site, which notebook it is, what it was run on and by which code.

    `inputs`, the hashes of one service's data, are never published: of two sites they would say whose data changed.
    The notebooks of a release hold the fingerprint of all data in their place, as `data`.
    """

    address: str
    notebook: str
    inputs: Mapping[str, str]
    code: str
    data: str = ""


def read_provenance(notebook: Mapping[str, Any], source: str) -> Provenance | None:
    """Return what an executed notebook says of itself; None of one that says nothing."""
    about = notebook.get("metadata", {}).get("outturn", {})
    if not {"code", "inputs", "notebook"} <= about.keys():
        return None
    place = PurePosixPath(source)
    address = f"{place.parent}/tables/{place.stem}-notebook.ipynb"
    return Provenance(
        address, about["notebook"], about["inputs"], about["code"][:_SHOWN], about.get("data", "")
    )


def fingerprint_data(origins: Iterable[Provenance | None]) -> str:
    """Return one fingerprint of the data of all pages, so that nobody learns which were made from other data."""
    known = [origin for origin in origins if origin]
    if told := {origin.data for origin in known if origin.data}:
        return min(told)
    inputs = {origin.address: dict(origin.inputs) for origin in known}
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:_SHOWN]


def for_release(notebook: Mapping[str, Any], data: str) -> str:
    """Return the text of a notebook with its tables, and in place of the hashes of its data `data`, that of all."""
    return _format_without(notebook, _HASHES, {"inputs": {}, "data": data})


def without_tables(notebook: Mapping[str, Any]) -> str:
    """Return the text of a notebook to be offered beside its tables, without these and without hashes of its data."""
    return _format_without(notebook, ("downloads", *_HASHES), {})


def _format_without(notebook: Mapping[str, Any], names: Sequence[str], instead: Mapping[str, Any]) -> str:
    metadata = notebook["metadata"]
    about = {name: value for name, value in metadata["outturn"].items() if name not in names}
    kept = {**notebook, "metadata": {**metadata, "outturn": {**about, **instead}}}
    return json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def format_provenance(address: str, origin: Provenance | None, workbook: str, data: str) -> str:
    """Return the last lines of a page: its tables as one workbook, where it has any, and where its numbers come from.

    `data` is the fingerprint of all data.
    """
    lines = []
    if workbook:
        link = html.escape(relative_address(workbook, address))
        lines.append(say("site workbook", link=link))
    if origin is not None:
        link = html.escape(relative_address(origin.address, address))
        name = html.escape(PurePosixPath(origin.notebook).name)
        lines.append(say("site provenance", link=link, name=name, data=data, code=origin.code))
    return f'<p class="provenance">{" ".join(lines)}</p>\n' if lines else ""
