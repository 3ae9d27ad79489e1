"""Sets Outturn up and runs it: `python run.py report`. Needs only Python, on Linux, macOS or Windows."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python reads this far, and its user is owed a sentence
    sys.stderr.write(f"Outturn needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.\n")
    sys.exit(2)

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from guard import install_hook
from sbom import write_sbom
from set_up import (
    Project,
    SetUpError,
    add_lab,
    add_quarto,
    check_here,
    child_environment,
    installed_here,
    set_up,
    uv_environment,
)

USAGE = """\
python run.py report [options of dvc repro]   set up, build what is out of date, name the page to open
python run.py report --edition internal       the same pages with exact numbers, in data/internal: not for publication
python run.py test [options of pytest]        set up, then ruff, mypy and pytest
python run.py test --fast                     set up, then ruff and the unit tests, in less than a minute
python run.py setup [--with-quarto]           only set up; with Quarto besides, where its release can be fetched
python run.py lab [options of jupyter lab]    set up with JupyterLab besides, and open the notebooks in it
python run.py lock [--upgrade]                work out both locks anew from requirements.in and requirements-lab.in
python run.py sbom [--audit]                  write sbom.cdx.json (CycloneDX) of requirements.lock; ask pip-audit of it
python run.py dvc COMMAND                     any command of DVC, such as `dvc push`
python run.py bench [repro] [notebooks] [measure]  set up, then how fast it all is
python run.py release NAME                    report, then keep what is published: the next report says what changed
python run.py erase CHILD|PROVIDER            take a child or a provider out of all that is kept
python run.py verify, ...                     any other command goes to Outturn itself
python run.py --here COMMAND                  use this very Python (a conda environment), not .venv
"""
AT_ONCE = (
    *("--numprocesses=logical", "--dist=loadfile", "--no-loadscope-reorder"),
    "--hypothesis-profile=ci",
)
"""Options of pytest: each processor takes one file of tests after another, in order; no deadline for a busy machine."""
MORE_THAN_UNITS = (
    *("architecture", "bad_files", "cli", "notebooks", "pipeline"),
    *("publishing", "sample", "setup", "stages"),
)
"""Folders of tests that run stages, kernels, publishers and other programs, or read the whole source."""
DVC_REFUSED = 255
"""DVC's exit code where it does not do as it was asked, or a stage failed."""
LOCK_FORM = (
    *("--universal", "--python-version=3.11", "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--no-annotate", "--no-header"),
)


def run(project: Project, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
    """Run one Python command in the project's folder; after Ctrl-C, wait for its end and leave no orphan."""
    command = [str(project.python), *arguments]
    process = subprocess.Popen(command, cwd=project.root, env=environment or child_environment(project))
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code


def match_git(project: Project) -> int:
    """Say in DVC's local settings whether there is git: in a ZIP without it DVC would refuse to start."""
    local = project.root / ".dvc" / "config.local"
    said_without = local.exists() and "no_scm = true" in local.read_text(encoding="utf-8")
    has_git = (project.root / ".git").exists() and shutil.which("git") is not None
    if said_without != has_git:
        return 0
    change = ("--unset", "core.no_scm") if has_git else ("core.no_scm", "true")
    return run(project, "-m", "dvc", "config", "--local", *change)


def fix_lock(project: Project) -> None:
    """Take away DVC's list of who reads and writes what, where a killed run left it half written.

    DVC would refuse every later run. Of one that is at work it is half written for an instant only.
    """
    path = project.root / ".dvc" / "tmp" / "rwlock"
    for _ in range(2):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except ValueError:
            time.sleep(1)
        else:
            return
    path.unlink(missing_ok=True)


def drop_broken_record(project: Project) -> bool:
    """Take away `dvc.lock` where a killed run left it half written, and say so; DVC then makes anew what it told of."""
    path = project.root / "dvc.lock"
    reads = "import dvc.schema as s, dvc.utils.serialize as u; s.COMPILED_LOCKFILE_SCHEMA(u.load_yaml('dvc.lock'))"
    surroundings = child_environment(project)
    command = [str(project.python), "-c", reads]
    read = subprocess.run(command, cwd=project.root, env=surroundings, capture_output=True, check=False)
    if not path.exists() or read.returncode == 0:
        return False
    path.unlink()
    print(
        "dvc.lock cannot be read (a run was killed as it wrote it): made anew.", file=sys.stderr, flush=True
    )
    return True


def report(project: Project, *options: str) -> int:
    if options[:2] == ("--edition", "internal"):
        before = run(project, "-m", "pipeline", "preflight") or dvc(project, "repro", "measure", *options[2:])
        return before or run(project, "-m", "pipeline", "internal")
    code = run(project, "-m", "pipeline", "preflight") or dvc(project, "repro", *options)
    page = project.root / "reports" / "_site" / "index.html"
    if code == 0 and page.exists():
        print(f"Open {page}", flush=True)
    return code


def dvc(project: Project, *options: str) -> int:
    """Run DVC; what it keeps of data is bound to its remote before anything is sent, and after it was added."""
    os.umask(0o077)  # its cache may hold rows
    words = options[:1]
    loose = [name for name in options[1:] if words == ("add",) and is_loose(project, name)]
    if loose:
        print(
            f"{loose[0]} is no dataset (a folder in data/raw with dataset.yaml): not added.", file=sys.stderr
        )
        return 2
    binding = ("-m", "pipeline", "rows")
    bound = words in (("add",), ("push",))
    fix_lock(project)
    before = match_git(project) or (run(project, *binding) if bound else 0)
    code = before or run(project, "-m", "dvc", *options)
    if code == DVC_REFUSED and drop_broken_record(project):
        code = run(project, "-m", "dvc", *options)
    return code or (run(project, *binding) if bound else 0)


def is_loose(project: Project, name: str) -> bool:
    """Whether a name given to `dvc add` is a file of data that belongs to no dataset as a whole."""
    path = (Path.cwd() / name).resolve()
    within = path.is_relative_to(project.root / "data")
    return within and not (path.parent == project.root / "data" / "raw" and (path / "dataset.yaml").is_file())


def check(project: Project, *options: str) -> int:
    lint = run(project, "-m", "ruff", "check", ".")
    if "--fast" in options:
        left_out = [f"--ignore=tests/{folder}" for folder in MORE_THAN_UNITS]
        chosen = [option for option in options if option != "--fast"]
        return lint or run(
            project, "-m", "pytest", *AT_ONCE, "-m", "not slow and not long", *left_out, *chosen
        )
    return lint or check_types_and_tests(project, *(options or AT_ONCE))


def check_types_and_tests(project: Project, *options: str) -> int:
    """Run mypy beside pytest, whose longest tests leave it half a minute of a processor, and show what it said last."""
    command = [str(project.python), "-m", "mypy"]
    surroundings = child_environment(project)
    with subprocess.Popen(command, cwd=project.root, env=surroundings, stdout=subprocess.PIPE) as types:
        tests = run(project, "-m", "pytest", *options)
        said, _ = types.communicate()
    print(said.decode("utf-8", "replace"), end="", flush=True)
    return types.returncode or tests


def release(project: Project, *options: str) -> int:
    """Publish what is out of date, then keep it as a release."""
    return report(project) or run(project, "-m", "pipeline", "release", *options)


def bench(project: Project, *options: str) -> int:
    return run(project, "-m", "benchmarks", *options)


def lock(project: Project, *options: str) -> int:
    for name in ("requirements", "requirements-lab"):
        made = f"--output-file={name}.lock"
        command = ("-m", "uv", "pip", "compile", *LOCK_FORM, made, *options, f"{name}.in")
        code = run(project, *command, environment=uv_environment(project))
        if code:
            return code
    return 0


def lab(project: Project, *options: str) -> int:
    if not project.here:
        add_lab(project)
    return run(project, "-m", "jupyterlab", "--notebook-dir=notebooks", *options)


def sbom(project: Project, *options: str) -> int:
    """Write the bill of materials; with --audit, ask by pip-audit what is known of its packages."""
    print(f"Written: {write_sbom(project.root).name}", flush=True)
    if "--audit" not in options:
        print("Known vulnerabilities: not asked (--audit asks PyPI, by pip-audit).")
        return 0
    asked = ("--requirement", "requirements.lock", "--require-hashes", "--disable-pip")
    command = ("-m", "uv", "tool", "run", "pip-audit", *asked)
    code = run(project, *command, environment=uv_environment(project))
    if code:
        print(
            "pip-audit found something (above), or it was not run, for its index cannot be reached from here."
        )
    return code


def show_set_up(project: Project, *options: str) -> int:
    print(f"Ready: {project.python}", flush=True)
    if "--with-quarto" in options:
        print(f"Ready: Quarto {add_quarto(project)}", flush=True)
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "report": report,
    "dvc": dvc,
    "test": check,
    "bench": bench,
    "lab": lab,
    "lock": lock,
    "release": release,
    "sbom": sbom,
    "setup": show_set_up,
}


def main(arguments: list[str]) -> int:
    here = arguments[:1] == ["--here"]
    words = arguments[1:] if here else arguments
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if words else 2
    project = Project(Path(__file__).resolve().parent, here)
    try:
        if here:
            check_here(project, installed_here())
        else:
            set_up(project)
        install_hook(project.root, project.python)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Set-up was stopped; the next command takes it up again.", file=sys.stderr)
        return 130
    if words[0] in COMMANDS:
        try:
            return COMMANDS[words[0]](project, *words[1:])
        except SetUpError as error:
            print(error, file=sys.stderr)
            return 2
    return run(project, "-m", "pipeline", *words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
