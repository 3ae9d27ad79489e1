"""One DVC stage = one module of stages/ = one section of params.yaml = its own outputs."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from source_tree import PACKAGE, ROOT, by_name, needed_by

from pipeline.notebooks.pages import LISTED
from pipeline.stages import SLICES, STAGES

DVC: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
PARAMS: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
NAMES = list(DVC["stages"])
# Code that cannot change what a stage writes: parameters reach it by params.yaml, which DVC watches by itself.
NOT_WATCHED = {"pipeline", "pipeline.settings", "pipeline.stages"}


def listed(stage: str, key: str) -> list[str]:
    """The paths under `key`, without their options, the dataset's folder filled in."""
    items = DVC["stages"][stage].get(key, [])
    names = [item if isinstance(item, str) else next(iter(item)) for item in items]
    return [name.replace("${shared.dataset}", PARAMS["shared"]["dataset"]) for name in names]


BY_SHARED = {"protect"}
"""Stages without a section of their own, as the rule that counts are shown by is the audit's and the pages', too."""


def test_stages_modules_and_sections_have_the_same_names_in_the_same_order() -> None:
    modules = {path.stem for path in (PACKAGE / "stages").glob("*.py")} - {"__init__"}
    assert modules == set(NAMES)
    assert ["shared", *(name for name in NAMES if name not in BY_SHARED)] == list(PARAMS)
    assert list(STAGES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_is_run_by_one_plain_command_that_needs_no_shell(name: str) -> None:
    assert DVC["stages"][name]["cmd"] == f"python -m pipeline stage {name}"


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_watches_its_own_section_and_only_parameters_that_are_there(name: str) -> None:
    watched = DVC["stages"][name]["params"]
    assert name in watched or name in BY_SHARED
    for key in watched:
        section: Any = PARAMS
        for part in key.split("."):
            section = section[part]
        assert section is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_writes_a_folder_named_after_it_or_parts_of_the_reports(name: str) -> None:
    outs = listed(name, "outs")
    assert all(out == f"data/processed/{name}" or out.startswith("reports/") for out in outs)


def test_no_two_stages_write_to_the_same_place() -> None:
    outs = [Path(out) for name in NAMES for out in (*listed(name, "outs"), *listed(name, "metrics"))]
    inside = [(one, other) for one in outs for other in outs if one != other and one in other.parents]
    assert inside == []
    assert len(set(outs)) == len(outs)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_stage_depends_on_is_committed_or_made_by_an_earlier_stage(name: str) -> None:
    earlier = [out for stage in NAMES[: NAMES.index(name)] for out in listed(stage, "outs")]
    for dependency in listed(name, "deps"):
        made = any(dependency == out or dependency.startswith(f"{out}/") for out in earlier)
        assert made or (ROOT / dependency).exists(), dependency


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_depends_on_all_of_our_code_that_it_runs(name: str) -> None:
    # These lists name all our code.
    slices = (f"data/processed/{stage}/{SLICES}" for stage in ("measure", "protect"))
    lists = (*slices, f"reports/services/{LISTED}", f"reports/equality/{LISTED}")
    named = dict.fromkeys(lists, "pipeline")
    dependencies = [ROOT / named.get(dependency, dependency) for dependency in listed(name, "deps")]

    def is_watched(path: Path) -> bool:
        return any(path == dependency or dependency in path.parents for dependency in dependencies)

    used = needed_by(f"pipeline.stages.{name}") - NOT_WATCHED
    assert sorted(each for each in used if not is_watched(by_name()[each].path)) == []


def test_every_parameter_is_watched_by_a_stage() -> None:
    watched = {key for name in NAMES for key in DVC["stages"][name]["params"]}
    assert set(PARAMS) <= watched


def test_what_stands_is_left_until_the_new_one_does() -> None:
    # DVC would otherwise delete it before the stage runs, and a stage that fails would leave nothing.
    places = {
        "impact": "reports/services",
        "equality": "reports/equality",
        "cycle": "reports/cycle",
        "publish": "reports/_site",
    }
    for name, place in places.items():
        options = next(item[place] for item in DVC["stages"][name]["outs"] if place in item)
        assert options["persist"] is True
