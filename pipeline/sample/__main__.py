"""`python -m pipeline.sample`: make the sample borough and its planted truths anew."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.sample.borough import DATASET
from pipeline.sample.writing import write_sample

ROOT = Path(__file__).resolve().parents[2]


def refuse_other_data(folder: Path) -> None:
    """Stop where the folder of the sample holds somebody's own dataset: it would be deleted."""
    described = (folder / "dataset.yaml").read_text(encoding="utf-8")
    if str(DATASET["title"]) not in described:
        raise SystemExit(
            f"{folder.as_posix()} holds another dataset than the sample. Move it to a folder of its own in data/raw."
        )


def main() -> None:
    """Replace the committed sample with what the generator makes; git takes new files of it only by `add -f`."""
    folder = ROOT / "data" / "raw" / "sample"
    if folder.is_dir():
        refuse_other_data(folder)
        shutil.rmtree(folder / "returns", ignore_errors=True)
    write_sample(folder, ROOT / "tests" / "sample" / "truths.yaml")
    print(f"The sample borough is in {folder.relative_to(ROOT).as_posix()}.")


if __name__ == "__main__":
    main()
