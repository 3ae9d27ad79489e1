"""Set-up does nothing when there is nothing to do, and says plainly why it cannot go on."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from set_up import (
    CHECKED_HERE,
    Project,
    SetUpError,
    add_quarto,
    check_here,
    child_environment,
    fingerprint,
    is_set_up,
    known_trouble,
    pin_with_hashes,
    pins,
    refuse_others_venv,
    set_up,
    uv_settings,
    venv_is_ours,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ready(tmp_path: Path) -> Project:
    """A copy that looks set up: its .venv holds a Python and the stamp of its own lock."""
    project = Project(tmp_path / "copy")
    project.python.parent.mkdir(parents=True)
    project.python.touch()
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, project.root)
    project.stamp.write_text(fingerprint(project), encoding="utf-8")
    return project


def files_and_times(project: Project) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in project.root.rglob("*")}


def test_a_copy_that_is_set_up_is_left_as_it_is(ready: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = files_and_times(ready)
    set_up(ready)
    assert files_and_times(ready) == before
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_asks_for_set_up_again(ready: Project, name: str) -> None:
    with (ready.root / name).open("a", encoding="utf-8") as changed:
        changed.write("# changed\n")
    assert not is_set_up(ready)


def test_a_set_up_that_was_cut_short_is_done_again(ready: Project) -> None:
    ready.stamp.unlink()
    assert not is_set_up(ready)


def test_a_lost_python_asks_for_set_up_again(ready: Project) -> None:
    ready.python.unlink()
    assert not is_set_up(ready)


def test_a_moved_folder_asks_for_set_up_again(ready: Project) -> None:
    moved = Project(ready.root.rename(ready.root.with_name("moved")))
    assert not is_set_up(moved)


@pytest.mark.parametrize(
    ("version", "folder", "ours"),
    [
        (".".join(map(str, sys.version_info[:3])), "copy", True),
        ("3.1.4", "copy", False),
        (".".join(map(str, sys.version_info[:3])), "elsewhere", False),
    ],
)
def test_a_venv_of_another_python_or_folder_is_made_anew(
    ready: Project, version: str, folder: str, ours: bool
) -> None:
    made_in = ready.root.with_name(folder) / ".venv"
    text = f"home = /usr/bin\nversion = {version}\ncommand = python -m venv {made_in}\n"
    (ready.venv / "pyvenv.cfg").write_text(text, encoding="utf-8")
    assert venv_is_ours(ready) is ours


@pytest.mark.parametrize("held", ["numpy-2.4.0", "my_own_tool-1.0"])
def test_a_venv_with_somebody_elses_packages_is_not_taken_away(ready: Project, held: str) -> None:
    ready.stamp.unlink()
    (ready.venv / "lib/python3.11/site-packages" / f"{held}.dist-info").mkdir(parents=True)
    before = files_and_times(ready)
    with pytest.raises(SetUpError, match=r"was not made by Outturn"):
        set_up(ready)
    assert files_and_times(ready) == before


@pytest.mark.skipif(os.name == "nt", reason="a link needs rights on Windows")
def test_a_venv_that_is_a_link_is_not_emptied(ready: Project) -> None:
    ready.stamp.unlink()
    elsewhere = ready.venv.rename(ready.root / "another")
    ready.venv.symlink_to(elsewhere)
    with pytest.raises(SetUpError, match="is a link to another folder"):
        set_up(ready)
    assert (elsewhere / ready.python.relative_to(ready.venv)).exists()


@pytest.mark.parametrize("held", ["pip-25.0", "setuptools-80.0", "wheel-0.45"])
def test_an_empty_venv_of_somebody_elses_is_used(ready: Project, held: str) -> None:
    (ready.venv / "lib/python3.11/site-packages" / f"{held}.dist-info").mkdir(parents=True)
    refuse_others_venv(ready)
    assert ready.python.exists()


def test_a_venv_that_set_up_began_is_ours_whatever_it_holds(ready: Project) -> None:
    (ready.venv / "lib/python3.11/site-packages/numpy-2.4.0.dist-info").mkdir(parents=True)
    ready.log.touch()
    refuse_others_venv(ready)
    assert ready.python.exists()


def test_a_lock_without_uv_is_refused_with_a_sentence() -> None:
    with pytest.raises(SetUpError, match=r"requirements\.lock has no line for uv"):
        pin_with_hashes("pandas==3.1.1 \\\n    --hash=sha256:00\n", "uv")


def test_uv_is_told_of_the_indexes_and_certificate_that_pip_has() -> None:
    listed = (
        "global.cert='/etc/council.pem'\n"
        "global.extra-index-url='\\nfile:///a/simple\\nfile:///b/simple'\n"
        "global.find-links='/wheels /more'\n"
        'global.index-url="file:///o\'brien/simple"\n'
        "global.progress-bar='off'\n"
    )
    assert uv_settings(listed) == {
        "SSL_CERT_FILE": "/etc/council.pem",
        "UV_INDEX": "file:///a/simple file:///b/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_DEFAULT_INDEX": "file:///o'brien/simple",
    }


def test_pips_environment_outranks_its_files_whatever_their_order() -> None:
    listed = ":env:.index-url='file:///mine'\nglobal.index-url='file:///all'\n:env:.default-timeout='9'\n"
    assert uv_settings(listed) == {"UV_DEFAULT_INDEX": "file:///mine", "UV_HTTP_TIMEOUT": "9"}


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("WARNING: Retrying after connection broken by 'NewConnectionError'", "there is no network"),
        ("There was a problem confirming the ssl certificate", "a proxy is in the way"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one"),
    ],
)
def test_a_known_trouble_is_put_in_words(log: str, sentence: str) -> None:
    assert sentence in known_trouble(log)


def test_an_unknown_trouble_is_not_guessed_at() -> None:
    assert known_trouble("ERROR: No matching distribution found for uv") == ""


def test_children_find_this_projects_python_first_and_report_to_nobody(ready: Project) -> None:
    environment = child_environment(ready)
    assert environment["PATH"].split(os.pathsep)[0] == str(ready.python.parent)
    assert environment["DVC_NO_ANALYTICS"] == "1"
    assert environment["GX_ANALYTICS_ENABLED"] == "False"


def locked_environment() -> dict[str, str]:
    locked = pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    return {name: locked[name] for name in CHECKED_HERE} | {"outturn": "0.1.0"}


def write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
@pytest.mark.parametrize("brought", ["1.10.19", "1.3.0", ""])
def test_quarto_of_the_locked_version_serves_and_else_it_is_said_what_to_do(
    ready: Project, brought: str
) -> None:
    shutil.copy(ROOT / "requirements-quarto.lock", ready.root)
    write_program(ready.python, "exit 1")
    if brought:
        write_program(ready.python.with_name("quarto"), f"echo {brought}")
    if brought == pins((ROOT / "requirements-quarto.lock").read_text())["quarto-cli"]:
        assert add_quarto(ready) == brought
    else:
        with pytest.raises(SetUpError, match=r"cannot be fetched from here.*embedded publisher"):
            add_quarto(ready)


def test_an_environment_with_the_locked_versions_serves_here() -> None:
    project = Project(ROOT, here=True)
    check_here(project, locked_environment())
    assert project.python == Path(sys.executable)


def test_an_environment_with_another_version_is_refused_by_name() -> None:
    with pytest.raises(SetUpError, match=r"should have dvc .*, found 1\.0:"):
        check_here(Project(ROOT, here=True), locked_environment() | {"dvc": "1.0"})


def test_an_environment_without_outturn_is_refused() -> None:
    without = {name: version for name, version in locked_environment().items() if name != "outturn"}
    with pytest.raises(SetUpError, match="lacks Outturn itself"):
        check_here(Project(ROOT, here=True), without)
