"""A release: the tables that were published, and the versions of everything that they were made from."""

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
    """The sources of a release, and the hash of each table by its path in the site.

    `data` is the hash of the accepted rows and the commissioner's tables, `code` that of Outturn, `environment` that of
    its lock file, `measures` each measure's version. `accepted` is the reason for keeping it although few children's
    records had changed since the last release; blank otherwise.
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
    """Return the releases kept in a folder, earliest first."""
    found = (Manifest.model_validate_json(path.read_bytes()) for path in folder.glob(f"*/{MANIFEST}"))
    return sorted(found, key=lambda manifest: (manifest.date, manifest.complete_to, manifest.name))


def read_tables(folder: Path) -> Mapping[str, str]:
    """Return the text of every table (CSV) below a folder by its path there, in order."""
    paths = sorted(path for path in folder.rglob("*.csv") if not path.name.endswith(".meta.csv"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def describe(root: Path, processed: Path, tables: Mapping[str, str]) -> Manifest:
    """Return the sources of the tables, as a release without name and date."""
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
    """Return the commit of the folder, and whether there are uncommitted changes; blank without git."""
    if shutil.which("git") is None:
        return ""
    head, changed = (
        subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False).stdout.strip()
        for words in (("rev-parse", "HEAD"), ("status", "--porcelain"))
    )
    return f"{head}, with changes" if changed else head
