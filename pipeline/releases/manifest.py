"""A release: the tables that were published, and from what they were made."""

import datetime as dt
import hashlib
import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from pipeline.files.context import read_context
from pipeline.notebooks.fingerprint import code_fingerprint, fingerprint_of, hash_inputs, hash_text

FOLDER = "_releases"
"""Beside the site's sources, from which the publishers leave out what begins with '_'."""
MANIFEST, TABLES = "manifest.json", "tables"


class Manifest(BaseModel):
    """From what a release was made, and its tables by their place in the site, with the hash of each.

    `data` is the hash of the accepted rows and of the commissioner's tables, `code` that of Outturn, `environment`
    that of its lock file, `measures` each measure's version. `accepted` is why it was kept though few children's
    records had changed since the release before; blank otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    date: dt.date
    complete_to: dt.date
    data: str
    code: str
    parameters: dict[str, Any]
    commit: str
    environment: str
    python: str
    measures: dict[str, int]
    tables: dict[str, str]
    accepted: str = ""


def list_releases(folder: Path) -> list[Manifest]:
    """Return the releases that are kept in a folder, the earliest first."""
    found = (Manifest.model_validate_json(path.read_bytes()) for path in folder.glob(f"*/{MANIFEST}"))
    return sorted(found, key=lambda each: (each.date, each.complete_to, each.name))


def read_tables(folder: Path) -> Mapping[str, str]:
    """Return every table (CSV) below a folder by its place there, in order; their texts."""
    paths = sorted(path for path in folder.rglob("*.csv") if not path.name.endswith(".meta.csv"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def describe(root: Path, processed: Path, tables: Mapping[str, str]) -> Manifest:
    """Return what the tables were made from, as a release without a name and a date of its own."""
    context = read_context(processed / "measure" / "overall")
    read = [*sorted((processed / "validate").glob("*.parquet")), processed / "intake" / "reference"]
    return Manifest(
        name="",
        date=context.dataset.complete_to,
        complete_to=context.dataset.complete_to,
        data=fingerprint_of(hash_inputs(read, root)),
        code=code_fingerprint(),
        parameters=yaml.safe_load((root / "params.yaml").read_bytes()),
        commit=_find_commit(root),
        environment=hash_text(root / "requirements.lock"),
        python=platform.python_version(),
        measures={each.measure_id: each.version for each in context.measures},
        tables={place: hashlib.sha256(text.encode()).hexdigest() for place, text in tables.items()},
    )


def _find_commit(root: Path) -> str:
    """The commit that the folder stands at, and whether anything differs from it; blank without git."""
    if shutil.which("git") is None:
        return ""
    head, changed = (
        subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False).stdout.strip()
        for words in (("rev-parse", "HEAD"), ("status", "--porcelain"))
    )
    return f"{head}, with changes" if changed else head
