"""The reviewer's command: run each published notebook again from what it records; say which cells differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from nbformat import NotebookNode

from pipeline.notebooks.documents import Retell, read_notebook
from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.fingerprint import code_fingerprint, hash_inputs, hash_text
from pipeline.notebooks.forked import load_beforehand
from pipeline.notebooks.kernels import FORKED, best_kernels
from pipeline.notebooks.normalise import cell_number, is_injected
from pipeline.notebooks.parameters import Scalar
from pipeline.notebooks.runner import Job, Setting, recorded, run_notebook

SAME, DIFFERENT, CANNOT_RUN = 0, 1, 2


@dataclass(frozen=True)
class Difference:
    """`cell` is its number from 1 in the source notebook; None where an input or the source has changed."""

    page: Path
    what: str
    cell: int | None = None


@dataclass(frozen=True)
class Review:
    """What one page's second run showed; `problem` is why it could not be run, `notes` change no verdict."""

    page: Path
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def exit_code(self) -> int:
        if self.problem:
            return CANNOT_RUN
        return DIFFERENT if self.differences else SAME


@dataclass(frozen=True)
class Record:
    """The `outturn` metadata of a published notebook, read once."""

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


def read_record(page: Path) -> Record:
    """Raises NotebookError for a file that this pipeline's runner did not write."""
    try:
        return Record(**cast(dict[str, Any], recorded(page)))
    except TypeError:
        raise NotebookError("this is not a notebook that the pipeline executed") from None


def find_pages(paths: Sequence[Path]) -> list[Path]:
    """The notebooks named, and all in the folders named, in order of their names."""
    found = {page for path in paths for page in (path.rglob("*.ipynb") if path.is_dir() else [path])}
    return sorted(page for page in found if ".ipynb_checkpoints" not in page.parts)


def review_page(page: Path, root: Path, kernels: str, words: Retell) -> Review:
    """Run the page's notebook again in a temporary folder and compare cell by cell."""
    try:
        record = read_record(page)
        changed = tuple(_changed_sources(page, record, root))
        again, record_again = _run_again(record, root, Setting(root, record.code, kernels, words))
    except NotebookError as failure:
        return Review(page, problem=str(failure))
    published = read_notebook(page, page.name)
    same_code = record.code == code_fingerprint()
    notes = () if same_code else ("our code has changed since",)
    different = (*_different_cells(page, published, again), *_different_downloads(page, record, record_again))
    return Review(page, changed + different, notes)


def _changed_sources(page: Path, record: Record, root: Path) -> Iterator[Difference]:
    notebook = root / record.notebook
    if notebook.is_file() and hash_text(notebook) != record.notebook_sha256:
        yield Difference(page, f"notebook {record.notebook} has changed since")
    now = hash_inputs([root / name for name in record.inputs], root)
    for name in sorted(record.inputs.keys() | now.keys()):
        if now.get(name) != record.inputs.get(name):
            yield Difference(page, f"input {name} has changed since")


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
        return read_notebook(job.output, record.notebook), read_record(job.output)


def _different_cells(page: Path, published: NotebookNode, again: NotebookNode) -> Iterator[Difference]:
    if len(published.cells) != len(again.cells):
        counts = f"{len(published.cells)} cells, now {len(again.cells)}"
        yield Difference(page, f"the published notebook has {counts}")
    for index, (before, after) in enumerate(zip(published.cells, again.cells, strict=False)):
        if _shown(before) != _shown(after):
            number = cell_number(published, index)
            first_line = before.source.partition("\n")[0]
            yield Difference(page, f"cell {number} (`{first_line}`)", number)


def _different_downloads(page: Path, before: Record, again: Record) -> Iterator[Difference]:
    for name in sorted(before.downloads.keys() | again.downloads.keys()):
        if before.downloads.get(name) != again.downloads.get(name):
            yield Difference(page, f"download {name}")


def _shown(cell: NotebookNode) -> tuple[object, object]:
    source = "" if is_injected(cell) else cell.source
    return source, cell.get("outputs")


def verify_notebooks(
    paths: Sequence[Path], root: Path, workers: int = 2, words: Retell = str
) -> Iterator[Review]:
    """One review for each published notebook in `paths` (files or folders), in order, as they are done."""
    kernels = best_kernels()
    if kernels == FORKED:
        load_beforehand(sorted((root / "notebooks").glob("*.ipynb")))
    review = partial(review_page, root=root, kernels=kernels, words=words)
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(review, find_pages(paths))


def verify(
    root: Path, paths: Sequence[Path], workers: int, write: Callable[[str], None], words: Retell = str
) -> int:
    """One line to `write` a notebook; 0 where none differs, 1 where some do, 2 where one cannot be run."""
    worst = -1
    for review in verify_notebooks(paths, root, workers, words):
        write(format_review(review))
        worst = max(worst, review.exit_code)
    if worst < 0:
        write(f"no executed notebooks in {', '.join(map(str, paths))}")
        return CANNOT_RUN
    return worst


def format_review(review: Review) -> str:
    """`same`, `DIFFERS` or `CANNOT RUN`, the page, and why."""
    verdict = {SAME: "same", DIFFERENT: "DIFFERS", CANNOT_RUN: "CANNOT RUN"}[review.exit_code]
    why = [review.problem, *(difference.what for difference in review.differences), *review.notes]
    return "; ".join([f"{verdict}  {review.page.as_posix()}", *filter(None, why)])
