"""The bill of materials names what the lock pins, and nothing else."""

import json
from pathlib import Path

from sbom import format_sbom
from set_up import pins

ROOT = Path(__file__).parents[2]
LOCK = """\
numpy==2.4.1 \\
    --hash=sha256:{} \\
    --hash=sha256:{}
tzdata==2026.1 ; sys_platform == 'win32' \\
    --hash=sha256:{}
""".format("a" * 64, "b" * 64, "c" * 64)


def test_a_package_stands_with_its_version_its_files_and_where_it_is_needed() -> None:
    bill = json.loads(format_sbom(LOCK, "1.2"))
    assert (bill["bomFormat"], bill["specVersion"], bill["metadata"]["component"]["version"]) == (
        "CycloneDX",
        "1.6",
        "1.2",
    )
    numpy, tzdata = bill["components"]
    assert (numpy["purl"], tzdata["purl"]) == ("pkg:pypi/numpy@2.4.1", "pkg:pypi/tzdata@2026.1")
    hashes = [
        each["hashes"][0]["content"][0]
        for each in (*numpy["externalReferences"], *tzdata["externalReferences"])
    ]
    assert hashes == ["a", "b", "c"]
    assert tzdata["properties"] == [{"name": "python:marker", "value": "sys_platform == 'win32'"}]


def test_every_pin_of_the_lock_is_in_it_and_its_bytes_are_always_the_same() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    bill = json.loads(format_sbom(text, "1"))
    assert {each["name"] for each in bill["components"]} == set(pins(text))
    assert all(each["externalReferences"] for each in bill["components"])
    assert format_sbom(text, "1") == format_sbom(text, "1")
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))
