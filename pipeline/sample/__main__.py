"""`python -m pipeline.sample`: make the sample borough and its planted truths anew."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.sample.writing import write_sample

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Replace the committed sample with what the generator makes; git takes new files of it only by `add -f`."""
    folder = ROOT / "data" / "raw" / "sample"
    if folder.is_dir():
        shutil.rmtree(folder)
    write_sample(folder, ROOT / "tests" / "sample" / "truths.yaml")
    print(f"The sample borough is in {folder.relative_to(ROOT).as_posix()}.")


if __name__ == "__main__":
    main()
