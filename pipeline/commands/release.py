"""`outturn release`: keep what was published, unless comparison with the last release would single out a child."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence

from pipeline.files.key import read_key
from pipeline.notebooks.pages import is_device
from pipeline.project import Project
from pipeline.releases.manifest import (
    FOLDER,
    MANIFEST,
    TABLES,
    Manifest,
    describe,
    list_releases,
    read_tables,
)
from pipeline.releases.moved import describe_refusal, fingerprint_children, rows_path
from pipeline.review.package import pack_release

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LOCK = "requirements.lock"


class ReleaseError(ValueError):
    """A release that cannot be kept; one sentence says what to do."""


def keep_release(project: Project, name: str, day: dt.date, accept: str) -> Iterator[str]:
    """Keep the published tables, a manifest of their sources, and keyed hashes of the rows; yield a line for each.

    ReleaseError where few children's records changed since the last release, unless `accept` gives a reason.
    """
    releases = project.reports / FOLDER
    kept = list_releases(releases)
    _check_name(name, kept)
    site = project.reports / "_site"
    if not (site / "index.html").is_file():
        raise ReleaseError("Nothing is published yet: run 'python run.py report' first.")
    rows = fingerprint_children(project.processed / "validate", read_key(project.dataset_folder))
    refusal = describe_refusal(project.root, rows, kept, project.rule)
    if refusal and not accept:
        raise ReleaseError(f"Not kept: {refusal} Or say why it is right: --accept 'REASON'.")
    tables = read_tables(site)
    manifest = describe(project.root, project.processed, tables)
    manifest = manifest.model_copy(update={"name": name, "date": day, "accepted": accept if refusal else ""})
    path = rows_path(project.root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(path)
    texts = {f"{TABLES}/{place}": text for place, text in tables.items()}
    files = {**texts, MANIFEST: manifest.model_dump_json(indent=1) + "\n"}
    for place, text in files.items():
        path = releases / name / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    lock = project.root / _LOCK
    environment = {_LOCK: lock.read_bytes()} if lock.is_file() else {}
    packed = pack_release(manifest, files, project.reports, environment, project.dataset().title)
    (releases / f"{name}.zip").write_bytes(packed)
    yield f"{FOLDER}/{name} in reports/: {len(tables)} tables are kept; the next report says what changed since."
    yield (
        f"{FOLDER}/{name}.zip: the same with the site and what it is made from, to hand on or to keep. 'outturn "
        f"verify' checks it anywhere. Its SHA-256, to be kept elsewhere: {hashlib.sha256(packed).hexdigest()}"
    )


def _check_name(name: str, kept: Sequence[Manifest]) -> None:
    # Windows drops a final full stop, and neither it nor macOS distinguishes names by case.
    if not _NAME.fullmatch(name) or name.endswith(".") or is_device(name):
        raise ReleaseError(
            f"'{name}' cannot be a release's name: use letters, digits, '.', '-' and '_', such as 2012-q1."
        )
    if name.casefold() in {each.name.casefold() for each in kept}:
        raise ReleaseError(
            f"Release {name} is there already, and a release never changes; choose another name."
        )
