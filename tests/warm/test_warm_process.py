"""Forks of the warm process: their asker's surroundings, their end, and no stranger's work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.warm import place
from pipeline.warm.client import WarmError, fork_warm
from pipeline.warm.modules import KERNEL, WORK

pytestmark = pytest.mark.skipif(
    not place.forking_available(), reason="this system cannot fork; ordinary processes serve"
)
COUNTS_THREADS = """
import os
from pipeline.warm.modules import WORK, load_module, modules_for
from pipeline.warm.surroundings import fixed_environment
os.environ.update(fixed_environment())
for work in WORK:
    for name in modules_for(work):
        load_module(name)
import sys
loaded = [name in sys.modules for name in ('great_expectations', 'ibis', 'papermill')]
print(len(os.listdir('/proc/self/task')), *loaded)
"""


def run_stage(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`python -m pipeline` in that folder."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(place.PACKAGE.parent)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def start() -> None:
    """Have a warm process that has served once."""
    fork_warm("publish", ["--help"], os.environ, Path.cwd()).wait(timeout=60)


@pytest.mark.parametrize("warm", [False, True])
def test_a_stage_says_the_same_to_its_asker_warm_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, warm: bool
) -> None:
    start()
    if not warm:
        monkeypatch.setenv("TMPDIR", str(tmp_path / "no warm process here"))
    (tmp_path / "params.yaml").write_text("shared: 3\n", encoding="utf-8")
    done = run_stage(tmp_path, "stage", "validate")
    assert done.returncode == 2
    assert "params.yaml" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code"), [(["dictionary"], 0), (["stage", "nothing"], 2), (["preflight"], 2)]
)
def test_a_fork_works_in_its_askers_folder_and_tells_how_it_ended(
    tmp_path: Path, arguments: Sequence[str], code: int
) -> None:
    (tmp_path / "docs").mkdir()
    fork = fork_warm("publish", arguments, {**os.environ, "HOME": str(tmp_path)}, tmp_path)
    assert fork.wait(timeout=60) == code
    assert fork.poll() == code
    assert (tmp_path / "docs" / "rules.md").exists() == (code == 0)


def test_a_fork_that_is_killed_has_failed(tmp_path: Path) -> None:
    fork = fork_warm(KERNEL, ["-f", str(tmp_path / "kernel.json")], os.environ, tmp_path)
    assert fork.poll() is None
    fork.send_signal(signal.SIGKILL)
    assert fork.wait(timeout=5) == 1
    fork.send_signal(signal.SIGTERM)


def test_nothing_is_forked_where_nobody_listens_and_none_may_be_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pipeline.warm.client.socket_place", lambda: tmp_path / "nobody")
    with pytest.raises(WarmError):
        fork_warm("publish", [], os.environ, tmp_path, start=False)


def test_where_there_is_no_fork_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(os, "fork")
    monkeypatch.delattr(os, "getuid")
    assert not place.forking_available()
    with pytest.raises(WarmError, match="cannot fork"):
        fork_warm("publish", [], os.environ, tmp_path)


def test_only_known_work_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not know"):
        fork_warm("shell", [], os.environ, tmp_path)


def test_changed_code_has_another_warm_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("a = 1\n", encoding="utf-8")
    monkeypatch.setattr(place, "PACKAGE", tmp_path)
    find = place.socket_place.__wrapped__
    before = find()
    assert find() == before
    (tmp_path / "code.py").write_text("a = 22\n", encoding="utf-8")
    assert find() != before


@pytest.mark.parametrize(("mode", "private"), [(0o700, True), (0o755, False), (0o770, False)])
def test_a_folder_that_others_can_enter_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, *, private: bool
) -> None:
    folder = tmp_path / f"outturn-{os.getuid()}"
    folder.mkdir()
    folder.chmod(mode)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert place.forking_available() == private


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_all_that_is_loaded_leaves_one_thread_so_that_it_can_fork() -> None:
    counted = subprocess.run(
        [sys.executable, "-c", COUNTS_THREADS], capture_output=True, text=True, check=True
    )
    assert counted.stdout.split() == ["1", "True", "True", "True"]


def test_every_stage_may_be_a_fork_and_the_first_is_loaded_last_for_it_has_begun_already() -> None:
    from pipeline.project import STAGES

    assert set(WORK) == {*STAGES, KERNEL}
    assert WORK[-1] == next(iter(STAGES))


def test_it_ends_once_nobody_has_wanted_it_for_as_long_as_is_said(tmp_path: Path) -> None:
    environment = {**os.environ, "OUTTURN_WARM_SECONDS": "0.5"}
    place = tmp_path / "socket"
    command = [sys.executable, "-m", "pipeline.warm.server", str(place)]
    subprocess.run(command, env=environment, check=True, timeout=60)
    appears, ends = time.monotonic() + 60, time.monotonic() + 120
    while not place.exists() and time.monotonic() < appears:
        time.sleep(0.01)
    assert place.exists()
    while place.exists() and time.monotonic() < ends:
        time.sleep(0.05)
    assert not place.exists()
