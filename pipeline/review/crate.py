"""Machine-readable description of a release: an RO-Crate 1.1 (Research Object Crate) in JSON-LD."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from pipeline.releases.manifest import MANIFEST, TABLES, Manifest

CRATE = "ro-crate-metadata.json"
_KINDS = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".bib": "application/x-bibtex",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".lock": "text/plain",
    ".md": "text/markdown",
    ".qmd": "text/markdown",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}
_TERMS = "https://w3id.org/ro/terms/workflow-run#sha256"
_OUTTURN = "#outturn"
Entity = dict[str, Any]


def describe_crate(manifest: Manifest, files: Mapping[str, bytes], title: str) -> bytes:
    """Return ro-crate-metadata.json for a release of these files, the same bytes for the same files."""
    parts = [_describe_file(name, content) for name, content in sorted(files.items())]
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{title}: release {manifest.name}",
            "description": (
                "Published tables, pages and executed notebooks of an evaluation of commissioned services for "
                "children. Counts are rounded, and none of few children is told."
            ),
            "datePublished": manifest.date.isoformat(),
            "temporalCoverage": f"../{manifest.complete_to.isoformat()}",
            "license": {"@id": "#terms"},
            "version": manifest.name,
            "hasPart": [{"@id": part["@id"]} for part in parts],
            "mentions": {"@id": "#run"},
        },
        {
            "@id": "#terms",
            "@type": "CreativeWork",
            "name": "As whoever publishes it says",
            "description": "The page About of the site (site/about.html) says under which terms the data are.",
        },
        *_describe_run(manifest, files),
        *parts,
    ]
    crate = {"@context": ["https://w3id.org/ro/crate/1.1/context", {"sha256": _TERMS}], "@graph": graph}
    return (json.dumps(crate, indent=1, ensure_ascii=False) + "\n").encode()


def _describe_run(manifest: Manifest, files: Mapping[str, bytes]) -> list[Entity]:
    """Return the run that made the release: software, commit, settings and tables."""
    python = f"#python-{manifest.python}"
    used = [name for name in (MANIFEST, "requirements.lock") if name in files]
    tables = [name for name in sorted(files) if name.startswith(f"{TABLES}/")]
    return [
        {
            "@id": _OUTTURN,
            "@type": "SoftwareApplication",
            "name": "Outturn",
            "version": manifest.commit or f"code with SHA-256 {manifest.code}",
            "softwareRequirements": {"@id": python},
        },
        {
            "@id": python,
            "@type": "ComputerLanguage",
            "name": "Python",
            "version": manifest.python,
            "url": "https://www.python.org",
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": f"The run that made release {manifest.name}",
            "instrument": {"@id": _OUTTURN},
            "object": [{"@id": name} for name in used],
            "result": [{"@id": name} for name in (MANIFEST, *tables)],
        },
    ]


def _describe_file(name: str, content: bytes) -> Entity:
    kind = _KINDS.get(PurePosixPath(name).suffix, "application/octet-stream")
    return {
        "@id": name.replace("%", "%25").replace(" ", "%20"),
        "@type": "File",
        "name": name,
        "contentSize": str(len(content)),
        "encodingFormat": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
