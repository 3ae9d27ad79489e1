"""A release as one ZIP file: how it is packed, and how a reviewer reads it."""

import hashlib
import io
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from pipeline.downloads.bundle import files_below, zip_files
from pipeline.publishing.pack import pack_sources
from pipeline.releases.manifest import MANIFEST, Manifest
from pipeline.review.crate import CRATE, describe_crate

SITE, SOURCES, SUMS = "site", "sources", "SHA256SUMS"
"""In a release: the pages, their sources, and the hash of every file, as read by `sha256sum --check`."""
_LARGEST = 4 * 2**30


class PackageError(ValueError):
    """A file that is no readable release; one sentence says why."""


@dataclass(frozen=True)
class Package:
    """A release read from its ZIP: every file by path, and its manifest."""

    files: Mapping[str, bytes]
    manifest: Manifest

    def below(self, folder: str) -> dict[str, bytes]:
        """Return the files of a folder by their paths in it."""
        start = f"{folder}/"
        return {
            name.removeprefix(start): content
            for name, content in self.files.items()
            if name.startswith(start)
        }

    def texts(self, folder: str) -> dict[str, str]:
        """Return the texts of the tables (CSV) of a folder by their paths in it."""
        return {
            name: content.decode(errors="replace")
            for name, content in self.below(folder).items()
            if name.endswith(".csv") and not name.endswith(".meta.csv")
        }


def pack_release(
    manifest: Manifest, kept: Mapping[str, str], reports: Path, environment: Mapping[str, bytes], title: str
) -> bytes:
    """Return a release as one file, the same bytes for the same files.

    It holds what was `kept`, the site, its sources, and `environment`: the files that pin packages and settings.
    """
    site = reports / "_site"
    files = {place: text.encode() for place, text in kept.items()}
    files |= {f"{SITE}/{name}": path.read_bytes() for name, path in files_below(site).items()}
    files |= {f"{SOURCES}/{name}": content for name, content in pack_sources(reports, site).items()}
    files |= dict(environment)
    files[CRATE] = describe_crate(manifest, files, title)
    return zip_files({**files, SUMS: format_sums(files)})


def format_sums(files: Mapping[str, bytes]) -> bytes:
    """Return the hash of every file, one line each, as `sha256sum --check` reads them."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def read_package(path: Path) -> Package:
    """Read a release from its ZIP; PackageError says what is wrong with one that cannot be used."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            files = _read_files(archive, path.name)
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile):
        raise PackageError(f"{path.name} cannot be read as a ZIP file: is it whole?") from None
    return _open(files, path.name)


def read_kept(folder: Path) -> Package:
    """Read a release's tables and manifest from the folder of releases; PackageError where they cannot be read."""
    return _open({name: path.read_bytes() for name, path in files_below(folder).items()}, folder.name)


def _open(files: Mapping[str, bytes], name: str) -> Package:
    if MANIFEST not in files:
        raise PackageError(f"{name} holds no {MANIFEST}: it is no release of Outturn.")
    try:
        return Package(files, Manifest.model_validate_json(files[MANIFEST]))
    except ValidationError:
        raise PackageError(f"{name}: {MANIFEST} is not one that Outturn wrote.") from None


def _read_files(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > _LARGEST:
        raise PackageError(f"{name} would unpack to more than 4 GB: it is no release of Outturn.")
    for entry in entries:
        place = PurePosixPath(entry.filename)
        leads_out = (
            place.is_absolute() or ".." in place.parts or "\\" in entry.filename or ":" in entry.filename
        )
        if leads_out or stat.S_ISLNK(entry.external_attr >> 16):
            raise PackageError(
                f"{name} holds a file that leads out of its folder: it is no release of Outturn."
            )
    return {entry.filename: archive.read(entry) for entry in entries}


def list_changed_files(package: Package) -> list[str]:
    """Return one line per file that changed since the release was made; the crate's own list is skipped."""
    if SUMS not in package.files:
        return [f"MISSING  {SUMS}"]
    lines = package.files[SUMS].decode(errors="replace").splitlines()
    sums = {name: sha for sha, _, name in (line.partition("  ") for line in lines)}
    found = {
        name: hashlib.sha256(content).hexdigest() for name, content in package.files.items() if name != SUMS
    }
    return [
        *(f"MISSING  {name}" for name in sorted(sums.keys() - found.keys())),
        *(f"ADDED    {name}" for name in sorted(found.keys() - sums.keys())),
        *(f"CHANGED  {name}" for name in sorted(sums.keys() & found.keys()) if sums[name] != found[name]),
    ]
