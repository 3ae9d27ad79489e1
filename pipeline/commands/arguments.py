"""The command line of `outturn`: commands, arguments and their help."""

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.contract.groups.ethnicity import OFFICIAL
from pipeline.contract.tables import RETURN_TABLES
from pipeline.stages import STAGES


def _add_map(mapping: argparse.ArgumentParser) -> None:
    mapping.add_argument(
        "file", type=Path, help="a sample of what is sent; mapping.yaml is written beside it"
    )
    mapping.add_argument(
        "--table", action="append", choices=RETURN_TABLES, help="what it holds; may be repeated"
    )
    mapping.add_argument("--sheet", action="append", help="which sheets of a workbook; else all")
    mapping.add_argument("--dataset", type=Path, help="whose scales and services; else those of params.yaml")
    mapping.add_argument(
        "--header-row", type=int, default=0, help="row of the column names, where others are above"
    )
    mapping.add_argument("--classification", choices=OFFICIAL, help="ethnic groups; else the dataset's")


def _add_dated(commands: Any) -> None:
    """Add the commands that record a date."""
    release = commands.add_parser("release", help="keep what is published, to be compared with later")
    release.add_argument("name", help="such as 2012-q1")
    release.add_argument("--accept", default="", help="why it is right though few children's records changed")
    frozen = commands.add_parser(
        "freeze", help="freeze evaluation plans, and the measured baselines whose months are over"
    )
    for dated in (release, frozen):
        dated.add_argument(
            "--on", type=dt.date.fromisoformat, default=None, help="the day to write down; else today"
        )


def _add_review(commands: Any) -> None:
    """Add the commands for reviewing what was published."""
    check = commands.add_parser("verify", help="re-execute published notebooks and compare every cell")
    check.add_argument(
        "paths",
        nargs="*",
        type=Path,
        help="pages or folders, or a release's ZIP; all pages where none is named",
    )
    check.add_argument("--from-raw", action="store_true", help="make the site again from the raw files")
    two = commands.add_parser("diff", help="say which numbers of two releases differ, and why")
    two.add_argument("before", help="the earlier: its name, such as 2012-q1, or its ZIP")
    two.add_argument("now", help="the later")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse a command line; exits where it is not understood."""
    parser = argparse.ArgumentParser(
        prog="outturn", description="Who was reached, what changed, and for whom."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    stage = commands.add_parser("stage", help="run one stage (dvc.yaml calls this)")
    stage.add_argument("name", choices=sorted(STAGES))
    stage.add_argument(
        "--traceback", action="store_true", help="of a fault of ours; it may show values of rows"
    )
    commands.add_parser("preflight", help="check params.yaml, dataset.yaml and the reference tables")
    commands.add_parser("internal", help="make the pages with exact numbers, not for publication")
    gone = commands.add_parser("erase", help="take a child or a provider out of all that is kept")
    gone.add_argument("name", help="the id: child_id as in the returns, or provider_id")
    commands.add_parser("rows", help="bind data that DVC keeps to the remote that params.yaml names")
    _add_review(commands)
    areas = commands.add_parser("areas", help="set the area beside others, from published statistics alone")
    areas.add_argument("dataset", type=Path, help="the folder with dataset.yaml and reference/benchmarks.csv")
    areas.add_argument("folder", type=Path, help="where the page and its tables go")
    region = commands.add_parser("region", help="put several councils' datasets together as one")
    region.add_argument("folder", type=Path, help="the folder with region.yaml, such as data/raw/north")
    commands.add_parser("finish", help="complete what 'quarto render' has made (Quarto calls this)")
    commands.add_parser("due", help="list the dates that somebody has to act by")
    commands.add_parser("dictionary", help="write docs/data-dictionary.md, rules.md, csvw.json and api.md")
    blank = commands.add_parser("templates", help="write blank files to fill in, with an example of each")
    blank.add_argument("folder", type=Path, help="where to; nothing that is there already is replaced")
    blank.add_argument("--dataset", type=Path, help="whose lists to offer; else that of params.yaml")
    sent = commands.add_parser("check", help="check a return before sending it, on this computer")
    sent.add_argument("files", nargs="+", type=Path, help="the files of one return, or their folder")
    sent.add_argument("--provider", default="", help="the commissioner's short name of who sends it")
    sent.add_argument("--period", default="", help="like 2009-q4; else as the file or its folder is called")
    sent.add_argument("--dataset", type=Path, help="the commissioner's tables; else those of params.yaml")
    sent.add_argument("--show", type=int, default=10, help="places shown under each rule (10)")
    _add_dated(commands)
    _add_map(commands.add_parser("map", help="propose a mapping.yaml for a file of another shape"))
    return parser.parse_args(arguments)
