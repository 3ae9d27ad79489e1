"""requirements.in, requirements.lock and environment.yml say the same."""

import re
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from set_up import pin_with_hashes, pins

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
REQUIREMENTS = [
    Requirement(line)
    for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
ASKED_FOR = [requirement.name for requirement in REQUIREMENTS]
CONDA_NAMES = {"duckdb": "python-duckdb", "ibis-framework": "ibis-duckdb"}
CARD_NAMES = ("jupyter", "papermill", "pandas", "matplotlib", "statsmodels", "great-expectations", "quarto")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def conda_lines() -> list[str]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    return [entry for entry in entries if isinstance(entry, str)] + list(from_pip)


def conda_pins() -> dict[str, str]:
    return {canonical(line.split("==")[0]): line.split("==")[1] for line in conda_lines() if "==" in line}


def test_every_pin_of_the_lock_carries_a_hash() -> None:
    blocks = re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)[1:]
    without = [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)]
    assert len(blocks) > 100
    assert without == []


def test_the_lock_holds_nothing_but_pins_and_hashes() -> None:
    allowed = re.compile(r"[\w.-]+==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    strangers = [line for line in LOCK.splitlines() if not allowed.fullmatch(line)]
    assert strangers == []


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=ASKED_FOR)
def test_every_requirement_is_locked_at_one_version_that_meets_it(requirement: Requirement) -> None:
    locked = re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE)
    versions = [version for name, version in locked if canonical(name) == canonical(requirement.name)]
    assert len(versions) == 1
    assert requirement.specifier.contains(versions[0])


@pytest.mark.parametrize("name", ASKED_FOR)
def test_environment_yml_names_every_requirement_at_the_locked_version(name: str) -> None:
    locked = {canonical(package): version for package, version in pins(LOCK).items()}
    assert conda_pins()[CONDA_NAMES.get(name, canonical(name))] == locked[canonical(name)]


def test_environment_yml_pins_nothing_that_is_not_required() -> None:
    expected = {CONDA_NAMES.get(name, canonical(name)) for name in ASKED_FOR}
    assert set(conda_pins()) == expected


@pytest.mark.parametrize("name", CARD_NAMES)
def test_environment_yml_names_what_the_card_names(name: str) -> None:
    assert name in [line.split("==")[0] for line in conda_lines()]


def test_the_block_cut_out_for_uv_is_its_pin_and_hashes_and_no_neighbour() -> None:
    lines = pin_with_hashes(LOCK, "uv").splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert len(lines) > 10
    assert all(line.startswith("    --hash=sha256:") for line in lines[1:])


def test_the_last_package_of_a_lock_can_be_cut_out_too() -> None:
    lock = "a==1 \\\n    --hash=sha256:0a\nuv==2 ; sys_platform == 'linux' \\\n    --hash=sha256:0b"
    assert pin_with_hashes(lock, "uv") == "uv==2 ; sys_platform == 'linux' \\\n    --hash=sha256:0b"
