"""`python -m pipeline.sample`: generate the sample borough and its planted truths.

With `--services 400 --children 200000 --areas 10 FOLDER`: write a region of that size into a folder, not kept in git.
"""

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from pipeline.sample.borough import DATASET
from pipeline.sample.region import Size, write_region
from pipeline.sample.writing import write_sample

ROOT = Path(__file__).resolve().parents[2]


def refuse_other_data(folder: Path) -> None:
    """Stop where the sample's folder holds another dataset, which would be deleted."""
    described = (folder / "dataset.yaml").read_text(encoding="utf-8")
    if str(DATASET["title"]) not in described:
        raise SystemExit(
            f"{folder.as_posix()} holds another dataset than the sample. Move it to a folder of its own in data/raw."
        )


def main(words: Sequence[str] | None = None) -> None:
    """Replace the committed sample, or write a region of a given size into a folder.

    git takes new files of the sample only with `add -f`.
    """
    parser = argparse.ArgumentParser(prog="python -m pipeline.sample", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where a region goes; the sample where none is named"
    )
    for field in fields(Size):
        parser.add_argument(f"--{field.name}", type=int, default=field.default)
    options = parser.parse_args(words)
    if options.folder is None:
        make_sample()
        return
    try:
        write_region(options.folder, Size(options.services, options.children, options.areas))
    except ValueError as error:
        parser.error(str(error))
    print(f"The region is in {options.folder.as_posix()}.")


def make_sample() -> None:
    """Replace the committed sample."""
    folder = ROOT / "data" / "raw" / "sample"
    if folder.is_dir():
        refuse_other_data(folder)
        shutil.rmtree(folder / "returns", ignore_errors=True)
    write_sample(folder, ROOT / "tests" / "sample" / "truths.yaml")
    print(f"The sample borough is in {folder.relative_to(ROOT).as_posix()}.")


if __name__ == "__main__":
    main()
