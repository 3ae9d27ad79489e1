"""Pages: run one notebook over all services and once per service, and remove pages of former services."""

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.notebooks.documents import Retell, format_metadata, read_notebook
from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.fingerprint import code_fingerprint, list_files
from pipeline.notebooks.parameters import Scalar
from pipeline.notebooks.runner import Job, Setting, recorded, run_notebooks

INDEX = "index"
LISTED = "pages.json"
"""The hashes of all pages, downloads and code: the one file that changes if any of them does."""
METADATA = "_metadata.yml"
"""What Quarto reads of all pages of a folder."""


_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def is_device(name: str) -> bool:
    """Return whether Windows treats a file of this name as a device, whatever its extension.

    >>> is_device("Con"), is_device("aux.2010"), is_device("S01")
    (True, True, False)
    """
    return _DEVICE.fullmatch(name) is not None


@dataclass(frozen=True)
class PageSet:
    """The pages of one notebook: its path, the folder of the pages, and their titles.

    `beside` are files that every page reads besides its slice, by the parameter that gives their path. Pages that show
    `again` what the index publishes are over all services and write no files; `named` is the parameter that gives each
    its name, where one notebook makes several of them. `of_all` is the folder that all read, where no page has a slice.
    """

    root: Path
    notebook: Path
    output: Path
    slices: Path
    titles: Mapping[str, str]
    parameters: Mapping[str, Scalar]
    beside: Mapping[str, Path] = field(default_factory=dict)
    again: bool = False
    named: str = ""
    of_all: Path | None = None

    def job(self, page: str) -> Job:
        """Return the job for one page; `page` is a service id, 'index', or a page that shows the index again."""
        services, over_all = self.slices / "services", page == INDEX or self.again
        inputs = self.of_all or (self.slices / "overall" if over_all else services / page)
        read = {"inputs": inputs, **self.beside}
        places = {name: Path("..") / path.relative_to(self.root) for name, path in read.items()}
        return Job(
            notebook=self.notebook,
            output=self.output / f"{page}.ipynb",
            parameters={
                **self.parameters,
                **{name: place.as_posix() for name, place in places.items()},
                **({self.named: page} if self.named else {}),
            },
            inputs=(*read.values(), services) if over_all else tuple(read.values()),
            folder=self.notebook.parent,
            title=self.titles[page],
            downloads="" if self.again else "published",
        )


def _remove_old_pages(output: Path, pages: Sequence[str]) -> None:
    """Remove pages of services no longer in the register; NotebookError for a file that this package did not write.

    Such files are neither deleted nor published. Hidden files (Jupyter's checkpoints) are left.
    """
    kept = {LISTED, METADATA, *(f"{page}.ipynb" for page in pages)}
    others = [path for path in output.iterdir() if path.name not in kept] if output.is_dir() else []
    old = [path for path in others if recorded(path)]
    for path in others:
        if path not in old and not path.name.startswith("."):
            raise NotebookError(
                f"{output.parent.name}/{output.name} holds '{path.name}', which Outturn did not make. "
                "Move it to another folder: this one is made anew by every run."
            )
    for path in old:
        path.unlink()


def _refuse_doubled(names: Sequence[str]) -> None:
    """NotebookError for names that give the same file on some system: equal but for case, or devices."""
    spelt = Counter(name.casefold() for name in names)
    if doubled := sorted(name for name in names if spelt[name.casefold()] > 1):
        raise NotebookError(
            f"Two pages would be called '{doubled[0]}': a service in reference/services.csv has the id of a measure, "
            "of another service in other letters, or the name of another page beside its own; give it another."
        )
    if devices := [name for name in names if is_device(name)]:
        raise NotebookError(
            f"A page would be called '{devices[0]}', which Windows takes for a device; give the service another id."
        )


def is_forced(nothing_to_do: bool) -> bool:
    """Return whether `dvc repro --force` is running.

    DVC does not tell a stage; but a stage that it starts with no changed dependency is forced.
    """
    if not nothing_to_do or "DVC_STAGE" not in os.environ:
        return False
    from dvc.repo import Repo

    with Repo() as repo:
        return not any(each.status() for each in repo.stage.load_one(name=os.environ["DVC_STAGE"]).deps)


def make_pages(first: PageSet, *others: PageSet, workers: int, words: Retell = str) -> dict[str, int]:
    """Run every page of one folder that is out of date, with its prose in other `words`; return the counts for the log.

    NotebookError for two pages of one name, or naming those that failed after all have been tried.
    """
    sets = (first, *others)
    _refuse_doubled(names := [page for each in sets for page in each.titles])
    first.output.mkdir(parents=True, exist_ok=True)
    _remove_old_pages(first.output, names)
    setting = Setting(root=first.root, code=code_fingerprint(), words=words)
    jobs = [each.job(page) for each in sets for page in each.titles]
    outcomes = run_notebooks(jobs, setting, workers)
    if is_forced(all(outcome.status == "unchanged" for outcome in outcomes)):
        outcomes = run_notebooks(jobs, replace(setting, anew=True), workers)
    failed = [outcome.problem for outcome in outcomes if outcome.status == "failed"]
    if failed:
        raise NotebookError(" ".join(failed))
    sources = [read_notebook(path, path.name) for path in dict.fromkeys(each.notebook for each in sets)]
    metadata = format_metadata(sources, words)
    (first.output / METADATA).write_text(metadata, encoding="utf-8", newline="\n")
    list_files(first.output, LISTED, setting.code)
    return {"pages": len(outcomes), "executed": sum(each.status == "executed" for each in outcomes)}
