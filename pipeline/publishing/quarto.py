"""The Quarto publisher: used where Quarto is installed; it works on a copy of the project."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pipeline.present.sentences import spoken_in
from pipeline.publishing.finish import let_tables_scroll, policy_of, with_policy, with_search, without_scripts
from pipeline.publishing.project import PublishError, QuartoProject, without_absent
from pipeline.publishing.source import SourcePage

_OUTPUT = "_site"


def find_quarto() -> str | None:
    """The Quarto program on this machine's PATH, if there is one."""
    return shutil.which("quarto")


def quarto_command(program: str, project: Path) -> tuple[str, ...]:
    """Renders the whole project; `--execute` is never passed: it would run and overwrite the notebooks."""
    return (program, "render", str(project), "--quiet")


def render_with_quarto(program: str, project: QuartoProject, pages: Sequence[SourcePage], work: Path) -> Path:
    """Build the site from a copy of the project inside `work` and return its folder."""
    copy = work / "project"
    shutil.copytree(project.folder, copy, ignore=shutil.ignore_patterns(_OUTPUT, ".*"))
    settings = copy / "_quarto.yml"
    for path in [*copy.iterdir()]:
        if (own := spoken_in(copy, path.name)) != path:
            shutil.copyfile(own, path)
    left_out = project.left_out()
    for name in left_out:
        (copy / name).unlink()
    menu = without_absent(settings.read_text(encoding="utf-8"), {page.source for page in pages}, left_out)
    settings.write_text(menu, encoding="utf-8")
    done = subprocess.run(quarto_command(program, copy), capture_output=True, check=False)
    if done.returncode != 0:
        raise PublishError(
            f"Quarto could not build the site (exit code {done.returncode}). Run 'quarto render' in "
            f"{project.folder.as_posix()} to see why, or set publish.with to pandoc."
        )
    site = copy / _OUTPUT
    for page in pages:
        if not (site / page.address).is_file():
            raise PublishError(
                f"Quarto wrote no {page.address} for {page.source}; see project: render in _quarto.yml."
            )
    for path in site.rglob("*.html"):
        text, address = path.read_text(encoding="utf-8"), path.relative_to(site).as_posix()
        finished = with_search(let_tables_scroll(without_scripts(text)), address)
        path.write_text(with_policy(finished, policy_of(address)), encoding="utf-8", newline="\n")
    return site
