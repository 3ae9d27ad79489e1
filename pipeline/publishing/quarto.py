"""The Quarto publisher: used where Quarto is installed; it works on a copy of the project."""

import re
import shutil
import subprocess
import sys
import zipfile
from collections import deque
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import yaml

from pipeline.present.sentences import spoken_in
from pipeline.publishing.finish import let_tables_scroll, policy_of, with_policy, with_search, without_scripts
from pipeline.publishing.kept import Kept
from pipeline.publishing.project import PublishError, QuartoProject, without_absent
from pipeline.publishing.source import SourcePage

OLDEST = (1, 4)
"""The first Quarto that reads all of `_quarto.yml`: Typst, and tables of HTML left as they are."""
_OUTPUT = "_site"
_FEW = 8
"""Up to so many changed pages are rendered one by one; of more, the whole project takes less time."""
_LAST_LINES = 5
_VERSION = re.compile(r"(\d+)\.(\d+)")
_PROGRESS = re.compile(r"^\s*\[\s*\d+/\d+\]")
Tell = Callable[[str], None]


class QuartoError(PublishError):
    """A Quarto that is too old, or that could not build the site; its own last words are in the message."""


def find_quarto() -> str | None:
    """The Quarto program beside this Python, else on this machine's PATH, if there is one."""
    return shutil.which("quarto", path=str(Path(sys.executable).parent)) or shutil.which("quarto")


def read_version(program: str) -> str:
    """Return what version the program says it has; QuartoError where it is older than the oldest that will do."""
    done = subprocess.run((program, "--version"), capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace").strip()
    found = _VERSION.match(said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise QuartoError(
            f"Quarto {said or 'of no version'} is too old; expected {OLDEST[0]}.{OLDEST[1]} or newer."
        )
    return said


def quarto_command(program: str, place: Path) -> tuple[str, ...]:
    """Renders a project or a page; `--execute` is never passed: it would run and overwrite the notebooks."""
    return (program, "render", str(place))


def render_with_quarto(
    program: str,
    project: QuartoProject,
    pages: Sequence[SourcePage],
    work: Path,
    cache: Path | None,
    tell: Tell,
) -> tuple[Path, tuple[str, ...]]:
    """Build the site from a copy of the project inside `work`; return its folder and which pages had to be made.

    Pages that have not changed come from the cache. QuartoError where Quarto fails.
    """
    version, copy = read_version(program), _copy_project(project, pages, work)
    shared = f"{version}{_read_shared(copy, project)}{[(page.source, page.title) for page in pages]}"
    kept, frame = Kept(cache, ".quarto"), Kept(cache, ".frame")
    facts = {page.source: f"{shared}{page}{page.markdown}" for page in pages}
    changed = [page for page in pages if kept.find(facts[page.source]) is None]
    around = frame.find(shared)
    if around is None or len(changed) > _FEW:
        changed = list(pages)
        _run(quarto_command(program, copy), tell)
    # A page rendered by itself leaves a redirection where there is no first page yet, so that comes last.
    alone = sorted(changed, key=lambda page: page.source == "index.qmd") if len(changed) < len(pages) else ()
    for page in alone:
        _run(quarto_command(program, copy / page.source), tell)
    site = copy / _OUTPUT
    _check_written(site, changed)
    finish_pages(site)
    made = {page.address: (site / page.address).read_bytes() for page in changed}
    for page in pages:
        content = kept.fetch(facts[page.source], lambda page=page: made[page.address])[0]  # type: ignore[misc]
        (site / page.address).parent.mkdir(parents=True, exist_ok=True)
        (site / page.address).write_bytes(content)
    _unpack(frame.fetch(shared, lambda: _pack(site))[0], site)
    kept.forget_others()
    frame.forget_others()
    return site, tuple(page.address for page in changed)


def _copy_project(project: QuartoProject, pages: Sequence[SourcePage], work: Path) -> Path:
    """Copy the project with menus to pages that are there, in the language of the site, and return its folder."""
    copy = work / "project"
    shutil.copytree(
        project.folder, copy, ignore=shutil.ignore_patterns("_site", "_rendered", "_briefing", ".*")
    )
    for path in [*copy.iterdir()]:
        if (own := spoken_in(copy, path.name)) != path:
            shutil.copyfile(own, path)
    left_out = project.left_out()
    for name in left_out:
        (copy / name).unlink()
    settings = copy / "_quarto.yml"
    menu = without_absent(settings.read_text(encoding="utf-8"), {page.source for page in pages}, left_out)
    settings.write_text(_for_stage(menu, project), encoding="utf-8")
    return copy


def _for_stage(settings: str, project: QuartoProject) -> str:
    """Settings for the stage, which finishes pages itself; the generated footer stands where Quarto's own does."""
    raw = yaml.safe_load(settings)
    raw["project"]["output-dir"] = _OUTPUT
    raw["project"].pop("post-render", None)
    raw["format"]["html"].pop("include-after-body", None)
    words = re.sub(r"</?p>", "", project.text_of(project.after_body)).strip()
    raw["website"].setdefault("page-footer", {})["left"] = words
    return yaml.safe_dump(raw, sort_keys=False, allow_unicode=True)


def _read_shared(copy: Path, project: QuartoProject) -> str:
    """What all pages follow from: settings, styles, filters, and what stands around every page."""
    filters = sorted(Path(__file__).parent.glob("*.lua"))
    shared = [
        copy / "_quarto.yml",
        copy / project.before_body,
        *sorted((copy / "assets").iterdir()),
        *filters,
    ]
    return "".join(path.read_text(encoding="utf-8") for path in shared if path.is_file())


def _run(command: Sequence[str], tell: Tell) -> None:
    """Run Quarto and pass on how far it is; QuartoError with its last words where it fails."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        for raw in process.stderr or ():
            if line := raw.decode("utf-8", "replace").strip():
                last.append(line)
                if _PROGRESS.match(line):
                    tell(line)
    if process.returncode != 0:
        said = " / ".join(last) or "nothing"
        raise QuartoError(
            f"Quarto could not build the site (exit code {process.returncode}); it said: {said}"
        )


def _check_written(site: Path, pages: Sequence[SourcePage]) -> None:
    for page in pages:
        if not (site / page.address).is_file():
            raise QuartoError(
                f"Quarto wrote no {page.address} for {page.source}; see project: render in _quarto.yml."
            )


def finish_pages(site: Path) -> None:
    """Make Quarto's pages ask for nothing and run nothing, let tables scroll, and give the list its search."""
    for path in site.rglob("*.html"):
        text, address = path.read_text(encoding="utf-8"), path.relative_to(site).as_posix()
        finished = with_search(let_tables_scroll(without_scripts(text)), address)
        path.write_text(with_policy(finished, policy_of(address)), encoding="utf-8", newline="\n")
    for path in (*site.glob("search.json"), *(site / "site_libs").rglob("*.js")):
        path.unlink()  # no page refers to them any more


def _pack(site: Path) -> bytes:
    """The styles, fonts and other files that Quarto puts beside its pages, as one archive."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file() and path.suffix != ".html":
                archive.write(path, path.relative_to(site).as_posix())
    return content.getvalue()


def _unpack(content: bytes, site: Path) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        archive.extractall(site)
