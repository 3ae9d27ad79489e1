"""The bill of materials: every package of requirements.lock as CycloneDX 1.6, the same bytes each time."""

import json
import re
from pathlib import Path

_PIN = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?P<marker>[^\\\n]*)(?P<rest>(?:\\\n[ \t]+[^\\\n]*)*)",
    re.MULTILINE,
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def _component(found: re.Match[str]) -> dict[str, object]:
    """One package; the hashes are those of its files, any of which may be the one installed."""
    purl = f"pkg:pypi/{found['name'].lower()}@{found['version']}"
    marker = found["marker"].strip(" ;")
    files = [
        {"type": "distribution", "url": purl, "hashes": [{"alg": "SHA-256", "content": digest}]}
        for digest in sorted(set(_HASH.findall(found["rest"])))
    ]
    where = {"properties": [{"name": "python:marker", "value": marker}]} if marker else {}
    return {
        "type": "library",
        "bom-ref": purl,
        "name": found["name"],
        "version": found["version"],
        "purl": purl,
        "externalReferences": files,
        **where,
    }


def format_sbom(lock_text: str, version: str) -> str:
    """Return the bill of materials of what a lock pins, as JSON; `version` is Outturn's own."""
    own = {"type": "application", "bom-ref": "outturn", "name": "outturn", "version": version}
    components = [_component(found) for found in _PIN.finditer(lock_text)]
    depends = {"ref": "outturn", "dependsOn": [str(each["bom-ref"]) for each in components]}
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": [depends],
    }
    return json.dumps(bill, indent=1) + "\n"


def write_sbom(root: Path) -> Path:
    """Write `sbom.cdx.json` into the project's folder."""
    found = re.search(
        r'^version = "(.+)"', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    path = root / "sbom.cdx.json"
    text = format_sbom((root / "requirements.lock").read_text(encoding="utf-8"), found[1] if found else "0")
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
