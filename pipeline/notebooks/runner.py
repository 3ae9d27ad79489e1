"""The strict runner: a published notebook is complete, current and reproducible to the byte, or absent."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from operator import call
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import MappingProxyType
from typing import Any, Literal, cast

from nbformat import NotebookNode

from pipeline.notebooks.cluster import open_cluster
from pipeline.notebooks.documents import Retell, format_notebook, read_notebook, retold, with_ids
from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.execute import execute
from pipeline.notebooks.fingerprint import fingerprint_of, hash_inputs, hash_text, relative_name
from pipeline.notebooks.forked import load_beforehand
from pipeline.notebooks.kernels import ORDINARY, best_kernels
from pipeline.notebooks.normalise import check_publishable, normalise
from pipeline.notebooks.parameters import Scalar, check_parameters, declared_parameters


@dataclass(frozen=True)
class Job:
    """One notebook to execute.

    `folder` is the kernel's working folder. `title` replaces the title in the notebook's front matter. `downloads`
    names the parameter for the folder in which the notebook writes text files; they are stored in the executed
    notebook.
    """

    notebook: Path
    output: Path
    parameters: Mapping[str, Scalar]
    inputs: tuple[Path, ...]
    folder: Path
    title: str = ""
    downloads: str = ""


@dataclass(frozen=True)
class Setting:
    """What the jobs of one run share: the project's root, the fingerprint of the code, the kind of kernel.

    `words` translates a notebook's prose. `anew` runs every job, even where its output is up to date. `looking` is the
    lock held while checking whether a job is up to date. `where` calls a function with arguments, here or on another
    machine.
    """

    root: Path
    code: str
    kernels: str = field(default_factory=best_kernels)
    words: Retell = str
    anew: bool = False
    looking: Lock = field(default_factory=Lock, compare=False, repr=False)
    where: Callable[..., Any] = field(default=call, compare=False, repr=False)


@dataclass(frozen=True)
class Outcome:
    job: Job
    status: Literal["executed", "unchanged", "failed"]
    problem: str = ""


def run_notebook(job: Job, setting: Setting) -> Outcome:
    """Execute one notebook, unless its output was made from the same source, parameters, inputs and code.

    Raises NotebookError, and then no file is left under the output's name.
    """
    try:
        return _run(job, setting)
    except NotebookError:
        job.output.unlink(missing_ok=True)
        raise


def _run(job: Job, setting: Setting) -> Outcome:
    place = relative_name(job.notebook, setting.root)
    # One at a time, so that the first job, the longest, need not wait until all others are checked.
    with setting.looking:
        source = read_notebook(job.notebook, place)
        given = {**job.parameters, job.downloads: ""} if job.downloads else job.parameters
        parameters = check_parameters(place, declared_parameters(place, source), given)
        record = _record(job, setting, parameters)
        if not setting.anew and recorded(job.output).get("fingerprint") == record["fingerprint"]:
            return Outcome(job, "unchanged")
    executed, written = setting.where(_execute, job, place, with_ids(source), parameters, setting.kernels)
    published = retold(
        normalise(executed, {**record, "downloads": written}, job.downloads), job.title, setting.words
    )
    check_publishable(place, published)
    if hash_inputs(job.inputs, setting.root) != record["inputs"]:
        raise NotebookError(f"{place}: an input changed while the notebook was being run; run it again")
    _write_whole(job.output, format_notebook(published))
    return Outcome(job, "executed")


def _execute(
    job: Job, place: str, source: NotebookNode, parameters: Mapping[str, Scalar], kernels: str
) -> tuple[NotebookNode, Mapping[str, str]]:
    """Return the executed notebook and the files that it wrote."""
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        given = {**parameters, job.downloads: folder} if job.downloads else parameters
        executed = execute(place, source, given, job.folder, kernels)
        return executed, {path.name: path.read_bytes().decode() for path in sorted(Path(folder).iterdir())}


def _record(job: Job, setting: Setting, parameters: Mapping[str, Scalar]) -> dict[str, object]:
    """Return the metadata of the executed notebook except its downloads; the fingerprint covers all of it."""
    facts: dict[str, object] = {
        "notebook": relative_name(job.notebook, setting.root),
        "notebook_sha256": hash_text(job.notebook),
        "folder": relative_name(job.folder, setting.root),
        "title": job.title,
        "parameters": {name: value for name, value in parameters.items() if name != job.downloads},
        "downloads_parameter": job.downloads,
        "inputs": hash_inputs(job.inputs, setting.root),
        "code": setting.code,
    }
    return {**facts, "fingerprint": fingerprint_of(facts)}


def recorded(page: Path) -> Mapping[str, object]:
    """Return the `outturn` metadata of an executed notebook; empty where there is none."""
    try:
        content = json.loads(page.read_bytes())
        return cast(Mapping[str, object], content["metadata"]["outturn"])
    except (OSError, ValueError, KeyError, TypeError):
        return MappingProxyType({})


def _write_whole(output: Path, content: bytes) -> None:
    """Write to a temporary name first, so that a killed run leaves no partial page under the output's name."""
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def run_notebooks(
    jobs: Sequence[Job], setting: Setting, workers: int = 2, progress: Callable[[str], None] = print
) -> list[Outcome]:
    """Return outcomes in the jobs' order; `workers` notebooks run at once, and `progress` gets a line as each ends.

    A notebook that fails does not stop the others: its outcome is "failed", with the problem in one sentence. Raises
    ValueError where two jobs would write the same output.
    """
    outputs = Counter(job.output.absolute() for job in jobs)
    if doubled := sorted(str(output) for output, count in outputs.items() if count > 1):
        raise ValueError(f"two notebooks would be written to the same output: {', '.join(doubled)}")
    with open_cluster() as cluster, ThreadPoolExecutor(cluster.threads if cluster else workers) as pool:
        if cluster:
            setting = replace(setting, kernels=ORDINARY, where=cluster.call)
        else:
            load_beforehand({job.notebook for job in jobs})
        waiting = [pool.submit(_outcome, job, setting) for job in jobs]
        try:
            for done, future in enumerate(as_completed(waiting), start=1):
                progress(f"{done} of {len(jobs)}  {_line(future.result())}")
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return [future.result() for future in waiting]


def _outcome(job: Job, setting: Setting) -> Outcome:
    try:
        return run_notebook(job, setting)
    except NotebookError as failure:
        return Outcome(job, "failed", str(failure))


def _line(outcome: Outcome) -> str:
    return ": ".join(part for part in (outcome.job.output.name, outcome.status, outcome.problem) if part)
