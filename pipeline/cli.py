"""The command `outturn`: run stages for DVC, check inputs and returns, and review what was published."""

import argparse
import datetime as dt
import io
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from pipeline.commands.arguments import parse_arguments
from pipeline.commands.freeze import freeze
from pipeline.commands.private import bind_rows, close_to_others, list_loose, private_files
from pipeline.commands.run_log import loggable, write_log
from pipeline.contract.dataset import DatasetError, read_dataset
from pipeline.contract.documents.dictionary import TemplatesError, write_contract, write_templates
from pipeline.contract.plans import PlanError
from pipeline.files.progress import progress_said
from pipeline.measures.catalogue import CatalogueError, load_catalogue
from pipeline.notebooks.errors import NotebookError, describe_error
from pipeline.notebooks.surroundings import ONE_THREAD
from pipeline.present.sentences import LanguageError
from pipeline.project import InputsMovedError, open_project, standing_still
from pipeline.settings import SettingsError, read_settings
from pipeline.stages import STAGES

REFUSED, FAILED = 2, 1
_BEYOND = (
    "Not reached from here: backups, copies elsewhere, what was published before, and DVC's remote (there: 'dvc add' "
    "the data anew, 'dvc push', then 'dvc gc --workspace --cloud')."
)
_FOR_ALL = ("dictionary", "templates")
"""Commands whose output is public."""
_UNFORESEEN = (
    "This is a fault of Outturn, not of your data: {}. Nothing that it was about to make was published. Please report "
    "it with this line; 'python -m pipeline stage NAME --traceback' shows more, values of rows perhaps among it."
)


def run_stage(root: Path, name: str) -> None:
    """Run one stage, check that its inputs did not change meanwhile, and add a line to its log."""
    began = time.monotonic()
    stage = STAGES[name]
    project = open_project(root)
    for line in (*close_to_others(root, project.dataset_folder), *list_loose(root)):
        print(line)
    if name == "intake":
        prepare_data(root)
    with standing_still(stage.reads(project), root):
        counts = loggable(stage.run(project), project.rule.hide_up_to)
    seconds = time.monotonic() - began
    write_log(project.processed / "log", name, seconds, counts)
    told = ", ".join(
        f"{key.replace('_', ' ')} {value:,}" if isinstance(value, int) else f"{key.replace('_', ' ')} {value}"
        for key, value in counts.items()
    )
    print(f"{name}: {told} ({seconds:.1f} s)")


def _input_errors() -> tuple[type[Exception], ...]:
    # Imported only after a failure: it imports pandas, a second that notebook stages do not need.
    from pipeline.commands.erasure import ErasureError
    from pipeline.commands.region_tables import RegionError
    from pipeline.commands.release import ReleaseError
    from pipeline.engines import EngineError
    from pipeline.files.commissioner.reference import ReferenceTableError
    from pipeline.files.mapping.propose import ProposalError
    from pipeline.review.package import PackageError

    ours = (CatalogueError, DatasetError, LanguageError, PlanError, SettingsError, TemplatesError)
    others = (EngineError, ErasureError, PackageError, ProposalError, ReferenceTableError)
    return (*ours, *others, RegionError, ReleaseError)


def _failures() -> tuple[type[Exception], ...]:
    from pipeline.audit.errors import AuditError
    from pipeline.publishing.project import PublishError
    from pipeline.returns.checked import NothingAcceptedError

    return (AuditError, NotebookError, InputsMovedError, PublishError, NothingAcceptedError)


def prepare_data(root: Path) -> None:
    """Create the dataset's key if there is none, and bind data kept by DVC to the remote for rows."""
    from pipeline.files.key import read_key

    project = open_project(root)
    read_key(project.dataset().folder)
    for line in bind_rows(root, project.settings.intake.remote):
        print(line)


def print_lines(root: Path, options: argparse.Namespace) -> None:
    """Run a command that yields lines, and print them."""
    if options.command == "internal":
        from pipeline.commands.internal import make_internal

        lines = make_internal(root)
    elif options.command == "release":
        from pipeline.commands.release import keep_release

        day = options.on or dt.date.today()
        lines = iter(keep_release(open_project(root), options.name, day, options.accept))
    elif options.command == "due":
        from pipeline.commands.due import describe_due

        lines = describe_due(root)
    elif options.command == "finish":
        from pipeline.commands.finish import finish_rendered

        lines = finish_rendered(root)
    elif options.command == "region":
        from pipeline.commands.region import write_region

        lines = write_region(root, options.folder)
    else:
        from pipeline.commands.areas import write_areas

        lines = write_areas(root, options.dataset, options.folder)
    print(*lines, sep="\n")


def erase_person(root: Path, name: str) -> int:
    """Erase a child or provider, then search everything kept; return 1 where the id remains anywhere."""
    from pipeline.commands.erasure import erase, find_left

    project = open_project(root)
    lines = list(erase(root, project.dataset(), name, project.settings.intake.maximum_file_mb))
    left = find_left(root, name)
    print(*lines, *(f"STILL IN {place}" for place in left), sep="\n")
    print(_BEYOND)
    return FAILED if left else 0


def preflight(root: Path) -> None:
    """Read params.yaml, dataset.yaml and the reference tables; any fault stops the run before any work.

    Also registers the user's own pages with DVC as dependencies.
    """
    from pipeline.files.commissioner.reference import read_reference
    from pipeline.publishing.watched import watch_sources

    project = open_project(root)
    reference = read_reference(project.dataset())
    prepare_data(root)
    load_catalogue(reference.tables["measures"].to_pylist())
    for line in (*reference.remarks, *watch_sources(root)):
        print(line)


def review(root: Path, options: argparse.Namespace) -> int:
    """Check what was published, or compare two releases; return 0 where nothing differs, else 1."""
    from pipeline.commands.verify import compare_releases, verify_published

    if options.command == "diff":
        return compare_releases(root, options.before, options.now, print)
    return verify_published(root, options.paths, options.from_raw, print)


def propose(root: Path, options: argparse.Namespace) -> None:
    """Write a proposed mapping beside a file, and print what is left to do."""
    from pipeline.files.mapping.propose import Asked, hold_against, write_proposal

    folder = options.dataset
    if not (folder or options.classification) and (root / "params.yaml").is_file():
        folder = read_settings(root).shared.dataset
    held = hold_against(read_dataset(root / folder) if folder else None, options.classification or "")
    asked = Asked(tuple(options.table or ()), tuple(options.sheet or ()), options.header_row)
    with progress_said():
        path, proposal = write_proposal(root / options.file, held, asked)
    place = path.relative_to(root) if path.is_relative_to(root) else path
    print(
        f"{place.as_posix()}: {proposal.checks} to check, {proposal.gaps} to fill in. Nothing is sent anywhere."
    )


def write_blank(root: Path, options: argparse.Namespace) -> None:
    """Write the templates, for the dataset named or else the project's own if readable, and print their paths."""
    from pipeline.returns.templates import format_workbooks, offer_workbooks

    if options.dataset:
        workbooks = format_workbooks(read_dataset(root / options.dataset))
    else:
        folder = open_project(root).dataset_folder if (root / "params.yaml").is_file() else None
        workbooks, lacking = offer_workbooks(folder)
        sys.stderr.write(lacking)
    written = write_templates(root / options.folder, workbooks)
    print(*((options.folder / name).as_posix() for name in written), sep="\n")


def check_files(root: Path, options: argparse.Namespace) -> int:
    """Check a return before it is sent, and print the report; return 2 refused, 1 not ready, 0 all accepted."""
    from pipeline.returns.check import check_return
    from pipeline.returns.check_report import format_check, wants_colour
    from pipeline.returns.sent_files import CheckError, gather_return

    settings = read_settings(root) if (root / "params.yaml").is_file() else None
    folder = options.dataset or (settings and settings.shared.dataset)
    try:
        sent = gather_return([root / path for path in options.files], options.provider, options.period)
        limit = settings.intake.maximum_file_mb if settings else 200
        years = [settings.validate_.maximum_years_back] if settings else []
        with progress_said():
            checked = check_return(sent, read_dataset(root / folder) if folder else None, limit, *years)
    except CheckError as error:
        print(error, file=sys.stderr)
        return REFUSED
    print(format_check(checked, wants_colour(sys.stdout), options.show), end="")
    return REFUSED if checked.refused else FAILED if checked.set_aside or checked.odd_columns else 0


def write_documents(root: Path) -> None:
    """Generate the pages of docs/ on tables, rules and the public front."""
    from pipeline.commands.api_page import write_api

    write_contract(root / "docs")
    write_api(root / "docs" / "api.md")


_COMMANDS: Mapping[str, Callable[[Path, argparse.Namespace], int | None]] = {
    "stage": lambda root, options: run_stage(root, options.name),
    "freeze": lambda root, options: print(*freeze(root, options.on or dt.date.today()), sep="\n"),
    "preflight": lambda root, _: preflight(root),
    "rows": lambda root, _: prepare_data(root),
    **dict.fromkeys(("internal", "release", "due", "areas", "region", "finish"), print_lines),
    "erase": lambda root, options: erase_person(root, options.name),
    **dict.fromkeys(("verify", "diff"), review),
    "dictionary": lambda root, _: write_documents(root),
    "check": check_files,
    "map": propose,
    "templates": write_blank,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command in the working folder; return 2 for unusable input, 1 for a failure, else 0."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    os.environ.update(ONE_THREAD)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name or value may hold characters that the terminal cannot show.
            stream.reconfigure(errors="replace")
    options = parse_arguments(arguments)
    try:
        with private_files() if options.command not in _FOR_ALL else nullcontext():
            return _COMMANDS[options.command](Path.cwd(), options) or 0
    except _input_errors() as error:
        print(error, file=sys.stderr)
        return REFUSED
    except _failures() as error:
        print(error, file=sys.stderr)
        return FAILED
    except Exception as error:
        if options.command == "stage" and options.traceback:
            raise
        print(_UNFORESEEN.format(describe_error(error)), file=sys.stderr)
        return FAILED
