"""What run.py needs to make .venv: the packages that requirements.lock names, each checked against its hash.

Standard library only, as it runs before anything is installed.
"""

import ast
import hashlib
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

SET_UP_VERSION = 1
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
CHECKED_HERE = ("dvc", "papermill", "great-expectations", "pandas", "statsmodels", "matplotlib")
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
}
UNREACHABLE = re.compile(r"connection broken|Could not fetch URL|Failed to connect|ssl certificate|timed out")
PIP_INSTALL = ("-m", "pip", "install", "--disable-pip-version-check")


class SetUpError(Exception):
    """Set-up cannot go on; the message is for the person at the keyboard."""


@dataclass(frozen=True)
class Project:
    """One copy of the project, and the Python that serves it: .venv's, or the running one if `here`."""

    root: Path
    here: bool = False

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        if self.here:
            return Path(sys.executable)
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        return self.venv / "outturn-set-up.txt"

    @property
    def log(self) -> Path:
        return self.venv / "outturn-set-up.log"

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    def lock_text(self) -> str:
        return self.lock.read_text(encoding="utf-8")

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def pins(lock_text: str) -> dict[str, str]:
    """Package name to locked version; of two that serve different Pythons, the later one in the file."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock_text, re.MULTILINE))


def pin_with_hashes(lock_text: str, name: str) -> str:
    """The lines of one package: its pin and the hashes indented below it."""
    block = re.search(rf"^{re.escape(name)}==.*\n(?:[ \t]+.*\n?)*", lock_text, re.MULTILINE)
    if block is None:
        raise SetUpError(f"requirements.lock has no line for {name}: take that file from git again.")
    return block.group()


def fingerprint(project: Project) -> str:
    """One hash of all that decides what .venv holds; the folder counts, as a moved .venv breaks."""
    digest = hashlib.sha256(f"{SET_UP_VERSION} {PYTHON_VERSION} {sys.platform} {project.root}".encode())
    for source in (project.lock, project.root / "pyproject.toml"):
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    return digest.hexdigest()


def is_set_up(project: Project) -> bool:
    made = project.python.exists() and project.stamp.exists()
    return made and project.stamp.read_text(encoding="utf-8") == fingerprint(project)


def venv_is_ours(project: Project) -> bool:
    """Whether .venv was made in this very folder by this version of Python (venv records its own command)."""
    settings = project.venv / "pyvenv.cfg"
    if not (settings.exists() and project.python.exists()):
        return False
    text = settings.read_text(encoding="utf-8")
    recorded: dict[str, str] = dict(re.findall(r"^(\w+) = (.*)$", text, re.MULTILINE))
    same_version = recorded.get("version", "").startswith(f"{PYTHON_VERSION}.")
    return same_version and recorded.get("command", "").endswith(str(project.venv))


def child_environment(project: Project) -> dict[str, str]:
    """The user's environment, with this Python first on the path and nothing that reports home or varies."""
    fixed = {
        "PATH": os.pathsep.join([str(project.python.parent), os.environ.get("PATH", os.defpath)]),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "GX_ANALYTICS_ENABLED": "False",
        "DVC_NO_ANALYTICS": "1",
    }
    # Without compiled modules every stage would compile pandas anew.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # DVC's usual place is shared by all users of the machine, and on Windows often closed to them.
    return {"DVC_SITE_CACHE_DIR": str(project.root / ".dvc" / "tmp" / "site"), **inherited, **fixed}


def run_logged(project: Project, environment: Mapping[str, str], *arguments: str) -> bool:
    """Run a Python command, its output in the set-up log; a line now and then shows that it lives."""
    command = [str(project.python), *arguments]
    started = time.monotonic()
    with project.log.open("ab") as log:
        process = subprocess.Popen(command, cwd=project.root, env=environment, stdout=log, stderr=log)
        while True:
            try:
                return process.wait(timeout=20) == 0
            except subprocess.TimeoutExpired:
                print(f"  still at it after {time.monotonic() - started:.0f} s", flush=True)


def refuse_others_venv(project: Project) -> None:
    """Raises SetUpError where .venv is a link, or somebody else's with packages: set-up would take them away."""
    if project.venv.is_symlink():
        raise SetUpError(
            f"{project.venv} is a link to another folder, which set-up would empty. Remove the link, and run the "
            "command again."
        )
    packages = project.venv.glob("**/site-packages/*.dist-info")
    named = {package.name.split("-")[0] for package in packages} - {"pip", "setuptools", "wheel"}
    if named and not project.log.exists():
        raise SetUpError(
            f"{project.venv} was not made by Outturn and holds packages, which set-up would remove. "
            "Rename that folder, or move it elsewhere, and run the command again."
        )


def make_venv(project: Project) -> None:
    refuse_others_venv(project)
    if not venv_is_ours(project):
        try:
            venv.create(project.venv, clear=True, symlinks=os.name != "nt")
        except OSError as error:
            raise SetUpError(f"The folder {project.venv} cannot be made: {error.strerror}.") from error
    project.log.write_bytes(b"")
    if not run_logged(project, child_environment(project), "-m", "ensurepip"):
        raise SetUpError("This Python comes without pip; on Debian and Ubuntu, install python3-venv.")


def uv_settings(pip_config: str) -> dict[str, str]:
    """Pip's settings, as `pip config list` prints them, under uv's names; the environment outranks files."""
    settings: dict[str, str] = {}
    for level in ("global", "install", ":env:"):
        for key, value in re.findall(rf"^{level}\.(?:default-)?([\w-]+)=(.+)$", pip_config, re.MULTILINE):
            if key in UV_NAMES:
                separator = "," if key == "find-links" else " "
                settings[UV_NAMES[key]] = separator.join(str(ast.literal_eval(value)).split())
    return settings


def uv_environment(project: Project) -> dict[str, str]:
    """Pip's indexes and certificates for uv too, below any setting of uv's own that the user has made."""
    base = child_environment(project)
    listing = subprocess.run(
        [str(project.python), "-m", "pip", "config", "list"],
        env=base,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    # Every file must match its hash, so it does not matter which of the user's indexes it comes from.
    fixed = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    return {**fixed, **uv_settings(listing.stdout), **base}


def known_trouble(log_text: str) -> str:
    """Why an installation failed, in words, from what pip wrote; empty where it is neither of these."""
    if "DO NOT MATCH THE HASHES" in log_text:
        return "A package that came is not the one that requirements.lock names, so it was not installed."
    if UNREACHABLE.search(log_text):
        return "The packages cannot be downloaded: there is no network, or a proxy is in the way."
    return ""


def failure(project: Project) -> SetUpError:
    trouble = known_trouble(project.log_text()) or "The packages cannot be installed."
    return SetUpError(f"{trouble} The full log: {project.log}")


def install(project: Project) -> None:
    """The packages of the lock, by uv where it runs and else by pip; then the project itself, editable."""
    environment = uv_environment(project)
    only_uv = project.venv / "outturn-uv.txt"
    only_uv.write_text(pin_with_hashes(project.lock_text(), "uv"), encoding="utf-8")
    hashed = (*PIP_INSTALL, "--require-hashes", "-r")
    # The lock binds builds too: one package comes as source, and its build tool is pinned like the rest.
    locked = ("--require-hashes", "--build-constraints", str(project.lock), str(project.lock))
    sync = ("-m", "uv", "pip", "sync", "--python", str(project.python), *locked)
    uv_came = run_logged(project, environment, *hashed, str(only_uv))
    if not uv_came and known_trouble(project.log_text()):
        raise failure(project)
    if not (uv_came and run_logged(project, environment, *sync)):
        print("  uv does not work here; going on with pip, which takes some minutes", flush=True)
        if not run_logged(project, environment, *hashed, str(project.lock)):
            raise failure(project)
    editable = ("--no-deps", "--no-build-isolation", "-e", str(project.root))
    if not run_logged(project, environment, *PIP_INSTALL, *editable):
        raise failure(project)


def set_up(project: Project) -> None:
    """Bring .venv to what the lock says. The stamp is written last, so what was cut short is done again."""
    if is_set_up(project):
        return
    print("Setting up (once; about a minute) ...", flush=True)
    project.stamp.unlink(missing_ok=True)
    make_venv(project)
    install(project)
    project.stamp.write_text(fingerprint(project), encoding="utf-8")


def add_lab(project: Project) -> None:
    """Bring JupyterLab into .venv, once, with the versions and hashes of requirements-lab.lock."""
    lock = project.root / "requirements-lab.lock"
    stamp, wanted = project.venv / "outturn-lab.txt", hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == f"{wanted} {fingerprint(project)}":
        return
    print("Bringing JupyterLab (once) ...", flush=True)
    environment = uv_environment(project)
    wheels = ("--require-hashes", "-r", str(lock))
    by_uv = ("-m", "uv", "pip", "install", "--python", str(project.python), *wheels)
    if not run_logged(project, environment, *by_uv) and not run_logged(
        project, environment, *PIP_INSTALL, *wheels
    ):
        raise failure(project)
    stamp.write_text(f"{wanted} {fingerprint(project)}", encoding="utf-8")


def add_quarto(project: Project) -> str:
    """Bring Quarto into .venv, with the version and hash of requirements-quarto.lock; return its version.

    Raises SetUpError where its release cannot be fetched; the pages are then made without it, as they were.
    """
    lock = project.root / "requirements-quarto.lock"
    wanted = pins(lock.read_text(encoding="utf-8"))["quarto-cli"]
    if installed_quarto(project) != wanted:
        print("Bringing Quarto (once) ...", flush=True)
        hashed = ("--require-hashes", "--no-deps", "-r", str(lock))
        run_logged(project, uv_environment(project), *PIP_INSTALL, *hashed)
    if installed_quarto(project) != wanted:
        raise SetUpError(
            f"Quarto {wanted} cannot be fetched from here; the full log: {project.log}. Ask whoever installs programs "
            "for it: once `quarto --version` answers, it makes the site. Until then the embedded publisher makes the "
            "same pages."
        )
    return wanted


def installed_quarto(project: Project) -> str:
    """What version the Quarto in .venv says it has; blank where there is none."""
    program = project.python.with_name("quarto.exe" if os.name == "nt" else "quarto")
    if not program.is_file():
        return ""
    done = subprocess.run((program, "--version"), capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").strip()


def check_here(project: Project, installed: Mapping[str, str]) -> None:
    """Raises SetUpError unless `installed` (name to version) has the project and the locked main packages."""
    locked = pins(project.lock_text())
    for name in CHECKED_HERE:
        found = installed.get(name, "none")
        if found != locked[name]:
            raise SetUpError(
                f"--here: {sys.executable} should have {name} {locked[name]}, found {found}: "
                "make the environment anew with conda env create -f environment.yml"
            )
    if "outturn" not in installed:
        raise SetUpError(f"--here: {sys.executable} lacks Outturn itself: run pip install --no-deps -e .")


def installed_here() -> dict[str, str]:
    return {part.name.lower().replace("_", "-"): part.version for part in metadata.distributions()}
