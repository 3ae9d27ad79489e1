"""Run published notebooks again, whole or in part, and report which cells differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from nbformat import NotebookNode

from pipeline.notebooks.documents import Retell, read_notebook
from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.execute import execute
from pipeline.notebooks.fingerprint import code_fingerprint, hash_inputs, hash_text
from pipeline.notebooks.forked import load_beforehand
from pipeline.notebooks.kernels import best_kernels
from pipeline.notebooks.normalise import cell_number, is_injected, normalise
from pipeline.notebooks.parameters import Scalar, check_parameters, declared_parameters, parameters_cell
from pipeline.notebooks.runner import Job, Setting, recorded, run_notebook

SAME, DIFFERENT, CANNOT_RUN = 0, 1, 2


@dataclass(frozen=True)
class Review:
    """The result of running one page again; `problem` is why it could not be run, `notes` change no verdict."""

    page: Path
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def exit_code(self) -> int:
        if self.problem:
            return CANNOT_RUN
        return DIFFERENT if self.differences else SAME


@dataclass(frozen=True)
class Record:
    """The `outturn` metadata of a published notebook."""

    notebook: str
    notebook_sha256: str
    folder: str
    title: str
    parameters: Mapping[str, Scalar]
    downloads_parameter: str
    downloads: Mapping[str, str]
    inputs: Mapping[str, str]
    code: str
    fingerprint: str


def _read_record(page: Path) -> Record:
    """Read a page's metadata; NotebookError for a file that this pipeline's runner did not write."""
    try:
        return Record(**cast(dict[str, Any], recorded(page)))
    except TypeError:
        raise NotebookError("this is not a notebook that the pipeline executed") from None


def _find_pages(paths: Sequence[Path]) -> list[Path]:
    """Return the notebooks named and all in the folders named, sorted by name."""
    found = {page for path in paths for page in (path.rglob("*.ipynb") if path.is_dir() else [path])}
    return sorted(page for page in found if ".ipynb_checkpoints" not in page.parts)


def _review_page(page: Path, root: Path, words: Retell) -> Review:
    """Run the page's notebook again in a temporary folder and compare cell by cell."""
    try:
        record = _read_record(page)
        changed = tuple(_changed_sources(record, root))
        again, record_again = _run_again(record, root, Setting(root, record.code, words=words))
    except NotebookError as failure:
        return Review(page, problem=str(failure))
    notes = () if record.code == code_fingerprint() else ("our code has changed since",)
    different = (
        *_different_cells(read_notebook(page, page.name), again),
        *(f"download {name}" for name in _different(record.downloads, record_again.downloads)),
    )
    return Review(page, changed + different, notes)


def _different(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield the names whose values differ."""
    return (name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name))


def _changed_sources(record: Record, root: Path) -> Iterator[str]:
    notebook = root / record.notebook
    if notebook.is_file() and hash_text(notebook) != record.notebook_sha256:
        yield f"notebook {record.notebook} has changed since"
    now = hash_inputs([root / name for name in record.inputs], root)
    yield from (f"input {name} has changed since" for name in _different(record.inputs, now))


def _run_again(record: Record, root: Path, setting: Setting) -> tuple[NotebookNode, Record]:
    with TemporaryDirectory(prefix="outturn-verify-") as temporary:
        job = Job(
            notebook=root / record.notebook,
            output=Path(temporary) / "again.ipynb",
            parameters=record.parameters,
            inputs=tuple(root / name for name in record.inputs),
            folder=root / record.folder,
            title=record.title,
            downloads=record.downloads_parameter,
        )
        run_notebook(job, setting)
        return read_notebook(job.output, record.notebook), _read_record(job.output)


def _different_cells(published: NotebookNode, again: NotebookNode) -> Iterator[str]:
    if len(published.cells) != len(again.cells):
        yield f"the published notebook has {len(published.cells)} cells, now {len(again.cells)}"
    for index, (before, after) in enumerate(zip(published.cells, again.cells, strict=False)):
        if _shown(before) != _shown(after):
            first_line = before.source.partition("\n")[0]
            yield f"cell {cell_number(published, index)} (`{first_line}`)"


def _shown(cell: NotebookNode) -> tuple[object, object]:
    source = "" if is_injected(cell) else cell.source
    return source, cell.get("outputs")


def verify(
    root: Path, paths: Sequence[Path], workers: int, write: Callable[[str], None], words: Retell = str
) -> int:
    """Pass `write` one line per notebook in `paths` (files or folders), in order, as they finish.

    Returns 0 where none differs, 1 where some do, 2 where one cannot be run.
    """
    load_beforehand(sorted((root / "notebooks").glob("*.ipynb")))
    review = partial(_review_page, root=root, words=words)
    worst = -1
    with ThreadPoolExecutor(workers) as pool:
        for result in pool.map(review, _find_pages(paths)):
            write(_format_review(result))
            worst = max(worst, result.exit_code)
    if worst < 0:
        write(f"no executed notebooks in {', '.join(map(str, paths))}")
        return CANNOT_RUN
    return worst


def _format_review(review: Review) -> str:
    """Return `same`, `DIFFERS` or `CANNOT RUN`, the page, and why."""
    verdict = {SAME: "same", DIFFERENT: "DIFFERS", CANNOT_RUN: "CANNOT RUN"}[review.exit_code]
    why = [review.problem, *review.differences, *review.notes]
    return "; ".join([f"{verdict}  {review.page.as_posix()}", *filter(None, why)])


@dataclass(frozen=True)
class PartlyRun:
    """The number of code cells run again, and the number and first line of each that differs."""

    run: int
    cells: int
    different: tuple[tuple[int, str], ...]


def run_partly(page: Path, rewrite: Callable[[str], str], parameters: Mapping[str, Scalar]) -> PartlyRun:
    """Run the code cells of an executed notebook after `rewrite` of their sources; a blank source is not run.

    Parameters that the notebook does not declare are left out. Raises NotebookError where a cell stops.
    """
    published = read_notebook(page, page.name)
    source = deepcopy(published)
    source.cells = [cell for cell in source.cells if not is_injected(cell)]
    first = parameters_cell(source)
    for index, cell in enumerate(source.cells):
        if cell.cell_type == "code":
            cell.outputs = []
            cell.source = cell.source if index == first else rewrite(cell.source)
    known = declared_parameters(page.name, source)
    given = check_parameters(
        page.name, known, {name: value for name, value in parameters.items() if name in known}
    )
    again = normalise(execute(page.name, source, given, page.parent, best_kernels()), {})
    code = [index for index, cell in enumerate(published.cells) if cell.cell_type == "code"]
    code = [index for index in code if not is_injected(published.cells[index])]
    run = [index for index in code if again.cells[index].source.strip()]
    different = tuple(
        (cell_number(published, index), published.cells[index].source.partition("\n")[0])
        for index in run
        if published.cells[index].outputs != again.cells[index].outputs
    )
    return PartlyRun(len(run), len(code), different)
