"""Files of a folder, and ZIP archives with the same bytes for the same files."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

_DATE = (2000, 1, 1, 0, 0, 0)


def files_below(folder: Path) -> dict[str, Path]:
    """Return every file below a folder by its path there, in order."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return dict(sorted(found.items()))


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of the files by path, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for place in sorted(files):
            entry = zipfile.ZipInfo(place, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[place])
    return out.getvalue()
