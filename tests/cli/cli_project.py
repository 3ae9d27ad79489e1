"""A project folder as the command line finds it: params.yaml, and the templates' examples as its dataset."""

import shutil
from pathlib import Path

from pipeline.contract.documents.dictionary import write_templates

ROOT = Path(__file__).parents[2]
DATASET = """\
title: The examples of the templates
synthetic: true
source: the contract
period: quarter
complete_to: 2009-12-31
ethnic_classification: ons_2001
comparator: everyone else
"""


def write_project(root: Path, dataset: str = "data/raw/sample") -> Path:
    """Write the project; `dataset` is where the dataset lies and what params.yaml names."""
    folder = root / dataset
    write_templates(root / "templates")
    shutil.copytree(root / "templates" / "examples" / "reference", folder / "reference")
    shutil.copytree(root / "templates" / "examples" / "returns", folder / "returns/harbour_youth/2009-q4")
    (folder / "dataset.yaml").write_text(DATASET, encoding="utf-8")
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    (root / "params.yaml").write_text(text.replace("data/raw/sample", dataset), encoding="utf-8")
    return root


def change(path: Path, old: str, new: str) -> None:
    """Change one place of a file; the old text must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
