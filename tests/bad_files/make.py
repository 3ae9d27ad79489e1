"""`python tests/bad_files/make.py FOLDER`: writes every bad file, each in a folder of its own name."""

import csv
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
import archive_cases
import damaged_cases
import delimited_cases
import workbook_cases
from clean_dataset import write_file

CONTENTS: Mapping[str, Callable[[], bytes]] = {
    **delimited_cases.CASES,
    **workbook_cases.CASES,
    **damaged_cases.CASES,
    **archive_cases.CASES,
}


@dataclass(frozen=True)
class Case:
    """A bad file as `cases.csv` tells it.

    `rows`: those read (accept, normalise), set aside by their numbers (set aside), or lost with the file (refuse).
    `message`: what is said of it, exactly; each remark or place once, in their order, with ' | ' between.
    """

    name: str
    file: str
    outcome: str
    rows: str
    message: str


def read_cases() -> list[Case]:
    """The cases of `cases.csv`."""
    with Path(__file__).with_name("cases.csv").open(encoding="utf-8", newline="") as stream:
        return [Case(**row) for row in csv.DictReader(stream, strict=True)]


def make(folder: Path) -> None:
    """Write every bad file into `folder`."""
    for case in read_cases():
        write_file(folder / case.name / case.file, CONTENTS[case.name]())


if __name__ == "__main__":
    make(Path(sys.argv[1]))
