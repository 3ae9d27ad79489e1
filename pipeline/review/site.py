"""Rebuild every page of a release from its executed notebooks, and find the first place where each differs."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pipeline.downloads.bundle import files_below
from pipeline.publishing import publish_site

_ROOM = 40
"""Characters shown on either side of a difference."""
_ARCHIVES = (".xlsx", ".zip")
_TAG = re.compile(r"<[^>]*>|^[^<>]*>|<[^>]*$")


def make_again(sources: Mapping[str, bytes], site: Mapping[str, bytes], work: Path) -> dict[str, bytes]:
    """Return the site built from the sources, by path; PublishError where it cannot be built.

    It is built by the publisher that built `site`.
    """
    for name, content in sources.items():
        path = work / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    by: Literal["quarto", "pandoc"] = (
        "quarto" if b'content="quarto' in site.get("index.html", b"") else "pandoc"
    )
    made = publish_site(work / "reports", work / "site", by).folder
    return {name: path.read_bytes() for name, path in files_below(made).items()}


def compare_sites(site: Mapping[str, bytes], again: Mapping[str, bytes]) -> Iterator[str]:
    """Yield one line per file that differs between a site and the rebuilt one."""
    for name in sorted(site.keys() | again.keys()):
        if name not in again:
            yield f"site/{name} follows from no source"
        elif name not in site:
            yield f"site/{name} is missing"
        elif site[name] != again[name] and (place := _find(name, site[name], again[name])):
            yield f"site/{name}, {place}"


def _find(name: str, found: bytes, wanted: bytes) -> str:
    """Return the first place where two files differ; blank for archives of the same files packed by another Python."""
    if name.endswith(_ARCHIVES):
        return _find_inside(found, wanted)
    lines, others = (each.decode(errors="replace").splitlines() for each in (found, wanted))
    for number, (line, other) in enumerate(zip(lines, others, strict=False), 1):
        if line != other:
            here, there = _cut(line, other)
            return f"line {number}: '{here}' on the page, '{there}' from its source"
    return f"{len(lines)} lines, and {len(others)} from its source"


def _find_inside(found: bytes, wanted: bytes) -> str:
    try:
        mine, theirs = (_unpack(each) for each in (found, wanted))
    except zipfile.BadZipFile:
        return "which cannot be read"
    differ = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
    return f"in which {differ[0]} differs" if differ else ""


def _unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _cut(line: str, other: str) -> tuple[str, str]:
    """Return the text around the first difference of two lines, without tags."""
    same = next(
        (at for at, (one, two) in enumerate(zip(line, other, strict=False)) if one != two),
        min(len(line), len(other)),
    )
    parts = (each[max(same - _ROOM, 0) : same + _ROOM] for each in (line, other))
    here, there = (" ".join(_TAG.sub(" ", part).split()) for part in parts)
    return here, there
