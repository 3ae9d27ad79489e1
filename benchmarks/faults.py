"""`python -m benchmarks.faults [kills]`: the state left by a run that is killed, starved, locked out or misled.

A small dataset is run, then run with a corrected return; after each fault, the site must equal the one before or the
one after byte by byte, and a rerun must end as the clean run did.
"""

import contextlib
import csv
import ctypes
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.trial import Trial, clone_project
from pipeline.contract.documents.dictionary import write_templates

REPRO = ("run.py", "--here", "dvc", "repro")
CHILDREN = 30
_SUBREAPER = 36  # Linux: PR_SET_CHILD_SUBREAPER
_DATASET = "data/raw/mine"
_RETURN = f"{_DATASET}/returns/harbour_youth/2009-q4"
_ENDS = ("reports/_site", "reports/services", "reports/equality", "data/processed/protect")
_IDS = ("episode_id", "child_id", "feedback_id")
_YAML = """\
title: The examples of the templates
synthetic: true
source: the contract
period: quarter
complete_to: 2009-12-31
ethnic_classification: ons_2001
comparator: everyone else
"""


def _write_dataset(trial: Trial) -> None:
    """Write the templates' examples, each row once per child, as the dataset of the clone."""
    root, scratch = trial.folder, trial.folder.parent / "templates"
    write_templates(scratch)
    shutil.copytree(scratch / "examples" / "reference", root / _DATASET / "reference")
    shutil.copytree(scratch / "examples" / "returns", root / _RETURN)
    (root / _DATASET / "dataset.yaml").write_text(_YAML, encoding="utf-8")
    for path in (root / _RETURN).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            header, row = csv.reader(stream)
        with path.open("w", encoding="utf-8", newline="") as stream:
            named = list(zip(header, row, strict=True))
            rows = [
                [f"{text}-{at}" if name in _IDS else text for name, text in named] for at in range(CHILDREN)
            ]
            csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    params = root / "params.yaml"
    params.write_text(
        params.read_text(encoding="utf-8").replace("data/raw/sample", _DATASET), encoding="utf-8"
    )


def _correct(root: Path) -> None:
    """Send the return again without a third of the children."""
    for path in (root / _RETURN).glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[: 1 + CHILDREN * 2 // 3]), encoding="utf-8")


def _digest(root: Path, *folders: str) -> str:
    """Return one hash over all files of these folders, by name and content."""
    whole = hashlib.sha256()
    for path in sorted(path for folder in folders for path in (root / folder).rglob("*") if path.is_file()):
        whole.update(path.relative_to(root).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _start(root: Path, *command: str) -> subprocess.Popen[bytes]:
    """Start a command with its output in `said.log` beside the project."""
    environment = {**os.environ, "PYTHONPATH": str(root), "DVC_SITE_CACHE_DIR": str(root / ".dvc/tmp/site")}
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    with (root.parent / "said.log").open("wb") as said:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=root,
            env=environment,
            start_new_session=True,
            stdout=said,
            stderr=subprocess.STDOUT,
        )


class Faults:
    """A project as it was before a correction, and the result of a clean run after it."""

    def __init__(self, folder: Path) -> None:
        self.before = clone_project(folder / "before")
        _write_dataset(self.before)
        self.before.seconds(*REPRO)
        self.sites = [_digest(self.before.folder, _ENDS[0])]
        clean = self.copy("clean")
        self.seconds = Trial(clean).seconds(*REPRO)
        self.sites.append(_digest(clean, _ENDS[0]))
        self.end = _digest(clean, *_ENDS)
        if self.sites[0] == self.sites[1]:
            raise RuntimeError("the correction changed nothing on the site, so nothing could be told")
        self.failed = 0

    def copy(self, name: str) -> Path:
        """Return a copy with the correction made, always at a path of the same name."""
        root = self.before.folder.parent / name / "project"
        shutil.rmtree(root.parent, ignore_errors=True)
        shutil.copytree(self.before.folder, root, symlinks=True)
        _correct(root)
        return root

    def hold(self, what: str, root: Path) -> None:
        """Report whether the site is whole, and whether a rerun ends as the clean run did."""
        site = _digest(root, _ENDS[0])
        whole = {self.sites[0]: "the last good one", self.sites[1]: "the new one"}.get(site, "NEITHER")
        code = _start(root, *REPRO).wait()
        same = code == 0 and _digest(root, *_ENDS) == self.end
        self.failed += whole == "NEITHER" or not same
        print(
            f"{what}: site {whole}; rerun {'as the clean run' if same else f'NOT THE SAME (code {code})'}",
            flush=True,
        )
        if not same:
            print(
                (root.parent / "said.log").read_text(encoding="utf-8", errors="replace")[-2000:], flush=True
            )


def _be_init() -> None:
    """Adopt processes orphaned by a kill, as init does, so that dead ones do not stay listed."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)


def _bury() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def kill(faults: Faults, number: int, chance: random.Random) -> None:
    """Kill DVC and all its children at a random moment of the run."""
    root = faults.copy("killed")
    after = chance.uniform(0, faults.seconds)
    run = _start(root, *REPRO)
    time.sleep(after)
    os.killpg(run.pid, signal.SIGKILL)
    _bury()
    faults.hold(f"kill {number} after {after:.1f} s", root)


def two_at_once(faults: Faults) -> None:
    """Start a second run during the first."""
    root = faults.copy("two")
    runs = [_start(root, *REPRO)]
    time.sleep(faults.seconds / 3)
    runs.append(_start(root, *REPRO))
    codes = [run.wait() for run in runs]
    faults.hold(f"two runs at once, exit codes {codes}", root)


def corrupt_cache(faults: Faults) -> None:
    """Overwrite every object in the cache and delete the files that they restore."""
    root = faults.copy("corrupt")
    for path in (root / ".dvc/cache/files").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"damaged")
    shutil.rmtree(root / "reports/services")
    faults.hold("corrupt cache objects, and pages gone", root)


def moved_input(faults: Faults) -> None:
    """Restore the old return while intake reads the new one, and the new one afterwards."""
    root = faults.copy("moved")
    run, path = _start(root, "-m", "pipeline", "stage", "intake"), root / _RETURN / "feedback.csv"
    new = path.read_bytes()
    while run.poll() is None:
        path.write_bytes(new)
        time.sleep(0.01)
    faults.hold(f"an input written during intake, exit code {run.returncode}", root)


def mounted(what: str, folder: str, *options: str) -> Callable[[Faults], None]:
    """Return a fault of the disk under one folder, made by a mount; needs permission to mount."""

    def fault(faults: Faults) -> None:
        root = faults.copy("mounted")
        place = root / folder
        place.mkdir(parents=True, exist_ok=True)
        if subprocess.run(["mount", *options, str(place)], capture_output=True, check=False).returncode:
            print(f"{what}: not tried, for nothing can be mounted here")
            return
        try:
            code = _start(root, *REPRO).wait()
        finally:
            subprocess.run(["umount", str(place)], check=True)
        faults.hold(f"{what}, exit code {code}", root)

    return fault


full_disk = mounted(
    "a full disk under data/processed", "data/processed", "-t", "tmpfs", "-o", "size=200k", "tmpfs"
)


def read_only(faults: Faults) -> None:
    """Make reports/, which contains the site, read-only during a run."""
    root = faults.copy("read_only")
    place = root / "reports"
    bound = subprocess.run(
        ["mount", "--bind", str(place), str(place)], capture_output=True, check=False
    ).returncode
    if (
        bound
        or subprocess.run(
            ["mount", "-o", "remount,bind,ro", str(place)], capture_output=True, check=False
        ).returncode
    ):
        print("a read-only folder: not tried, for nothing can be mounted here")
        return
    code = _start(root, *REPRO).wait()
    subprocess.run(["umount", str(place)], check=True)
    faults.hold(f"reports/ read-only, exit code {code}", root)


def main() -> int:
    """Try all faults; return 1 where any left a partial site or a rerun ended otherwise than a clean run."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    chance = random.Random(1)
    _be_init()
    with TemporaryDirectory(prefix="outturn-faults-", ignore_cleanup_errors=True) as folder:
        faults = Faults(Path(folder))
        print(
            f"a clean run: {faults.seconds:.1f} s; the two sites differ: {faults.sites[0] != faults.sites[1]}",
            flush=True,
        )
        for number in range(1, kills + 1):
            kill(faults, number, chance)
        for each in (moved_input, two_at_once, corrupt_cache, full_disk, read_only):
            each(faults)
    print(f"{faults.failed} failed")
    return 1 if faults.failed else 0


if __name__ == "__main__":
    sys.exit(main())
