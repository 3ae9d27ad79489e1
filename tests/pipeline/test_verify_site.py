"""The reviewer's command on what was published: the same, a changed cell, an input that is gone."""

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)

PAGES_REVIEWED = ("reports/services/S20.ipynb", "reports/equality/S20.ipynb")


def _verify(copy: Copy, *pages: str) -> CompletedProcess[str]:
    return copy.python("-m", "pipeline", "verify", *pages)


@pytest.fixture
def handed_over(run: Copy, tmp_path: Path) -> Copy:
    """What a reviewer needs to check one service's pages, in another folder."""
    for name in ("pipeline", "notebooks", "data/processed/protect/services/S20"):
        shutil.copytree(run.root / name, tmp_path / name)
    for name in ("params.yaml", "data/processed/protect/peers.json", *PAGES_REVIEWED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run.root / name, tmp_path / name)
    return Copy(tmp_path)


def _alter_one_shown_number(page: Path) -> None:
    notebook = json.loads(page.read_text(encoding="utf-8"))
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    output = next(output for output in outputs if "text/markdown" in output["data"])
    output["data"]["text/markdown"] = [*output["data"]["text/markdown"], "5"]
    page.write_text(json.dumps(notebook), encoding="utf-8")


def test_in_another_folder_an_altered_output_is_named_and_the_other_page_is_the_same(
    handed_over: Copy,
) -> None:
    altered, sound = PAGES_REVIEWED
    _alter_one_shown_number(handed_over.root / altered)
    ended = _verify(handed_over, *PAGES_REVIEWED)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    same, differs = sorted(ended.stdout.splitlines(), reverse=True)
    assert same == f"same  {sound}"
    assert differs.startswith(f"DIFFERS  {altered}; cell ")


def test_an_input_that_is_gone_gives_2(handed_over: Copy) -> None:
    (handed_over.root / "data/processed/protect/services/S20/context.json").unlink()
    ended = _verify(handed_over, PAGES_REVIEWED[0])
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert f"CANNOT RUN  {PAGES_REVIEWED[0]}" in ended.stdout


@pytest.mark.slow
def test_from_raw_a_site_is_made_again_and_an_edited_page_or_changed_return_is_named(
    run: Copy, tmp_path: Path
) -> None:
    shutil.copytree(run.root, tmp_path / "copy", ignore=shutil.ignore_patterns(".dvc", ".git"))
    copy = Copy(tmp_path / "copy")
    ended = copy.python("-m", "pipeline", "verify", "--from-raw")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1].endswith("all are the same.")
    page = copy.root / "reports/_site/about.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", " </body>"), encoding="utf-8")
    sent = copy.root / "data/raw/sample/returns/northbrook/2012-q1/feedback.csv"
    lines = sent.read_text(encoding="utf-8").splitlines(keepends=True)
    sent.write_text("".join(lines[:-1]), encoding="utf-8")
    ended = copy.python("-m", "pipeline", "verify", "--from-raw")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "DIFFERS  reports/_site/about.html" in ended.stdout
    assert "DIFFERS  reports/_site/providers.html" in ended.stdout
