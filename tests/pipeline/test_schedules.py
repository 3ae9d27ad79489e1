"""Each schedule of docs/schedules starts a command that exists, and a dry run of it makes nothing."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from whole_run import BEFORE_PUBLISH, Copy

pytest_plugins = ("whole_run_fixtures",)

ROOT = Path(__file__).parents[2]
SCHEDULES = ROOT / "docs" / "schedules"
RUNS = re.compile(r"(?:python3|py) (?:\S*[/\\])?run\.py (?P<words>[a-z]+)")


def read_yaml(path: Path) -> Any:
    """A YAML file; its key `on` is read as true, as YAML 1.1 has it."""
    return yaml.safe_load(path.read_bytes())


def commands(name: str) -> list[str]:
    """What a schedule starts, read as whoever runs it reads it."""
    path = SCHEDULES / name
    if path.suffix == ".xml":
        space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
        found = ElementTree.parse(path).find(f"{space}Actions/{space}Exec/{space}Arguments")
        assert found is not None and found.text
        return [found.text]
    if path.suffix == ".cron":
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
        return [line.split(maxsplit=5)[5] for line in lines]
    steps = [step for job in _jobs(read_yaml(path)["jobs"]) for step in job["steps"]]
    return [step.get("run") or step["script"] for step in steps if "run" in step or "script" in step]


def _jobs(jobs: Any) -> list[Any]:
    return list(jobs.values()) if isinstance(jobs, dict) else list(jobs)


@pytest.mark.parametrize("name", sorted(path.name for path in SCHEDULES.iterdir()))
def test_a_schedule_starts_one_report_and_a_dry_run_of_it_makes_nothing(name: str, own: Copy) -> None:
    (command,) = commands(name)
    started = RUNS.search(command)
    assert started and started["words"] == "report"
    before = own.hashes("reports", "data")
    ended = own.python("run.py", "--here", started["words"], "--dry", "--force")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for stage in (*BEFORE_PUBLISH, "audit", "publish"):
        assert f"Running stage '{stage}'" in ended.stdout
    assert own.hashes("reports", "data") == before


def test_all_schedules_are_of_the_same_hour_of_the_same_day() -> None:
    github = read_yaml(SCHEDULES / "report.github.yml")[True]["schedule"][0]["cron"]
    azure = read_yaml(SCHEDULES / "report.azure.yml")["schedules"][0]["cron"]
    cron = (SCHEDULES / "outturn.cron").read_text(encoding="utf-8")
    assert github == azure == "0 6 * * 1"
    assert "\n0 6 * * 1 " in cron
    task = (SCHEDULES / "outturn-task.xml").read_text(encoding="utf-8")
    assert "T06:00:00</StartBoundary>" in task and "<Monday />" in task


def test_the_workflow_of_ci_runs_the_tests_on_three_systems_with_supported_pythons() -> None:
    job = read_yaml(ROOT / ".github/workflows/test.yml")["jobs"]["test"]
    assert {name.split("-")[0] for name in job["strategy"]["matrix"]["os"]} == {"ubuntu", "windows", "macos"}
    assert min(job["strategy"]["matrix"]["python"]) == "3.11"
    assert job["steps"][-1]["run"] == "python run.py test"


def test_the_container_takes_in_no_data_and_only_what_is_there() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "**" in lines
    taken = [line[1:] for line in lines if line.startswith("!")]
    assert not [name for name in taken if name.startswith(("data", "reports/_site"))]
    assert [name for name in taken if not list(ROOT.glob(name))] == []
    assert "FROM python:3.12" in (ROOT / "Containerfile").read_text(encoding="utf-8")
