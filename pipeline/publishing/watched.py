"""What DVC watches of the site's sources: each page, picture and folder in reports/ that no stage makes.

DVC takes no pattern for a dependency, nor a folder that a stage writes into, so each is named in dvc.yaml.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_BY_HAND = ("_rendered", "_briefing", "site_libs")
"""Where `quarto render` writes when it is called by hand."""
_NAME, _STAGE = "reports", "publish"
_WATCHED = re.compile(r"\.(?:qmd|md|ipynb|yml|bib|css|scss|csv|pdf|svg|png|jpe?g|gif|webp)", re.IGNORECASE)


def own_sources(root: Path) -> list[Path]:
    """Return what lies in reports/ and is read by `publish`, but made by no stage of dvc.yaml."""
    made = set(_made(_read_stages(root)))
    return [
        path for path in sorted((root / _NAME).iterdir()) if _is_source(path) and _place(path) not in made
    ]


def copy_own_sources(root: Path, folder: Path, but: str = "") -> None:
    """Bring these along into another folder of reports."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in own_sources(root):
        if path.name != but:
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, folder / path.name)


def watch_sources(root: Path) -> Iterator[str]:
    """Name new sources in dvc.yaml as dependencies of `publish`, and no longer those that are gone; a line for each."""
    stages = _read_stages(root)
    if _STAGE not in stages:
        return
    named = stages[_STAGE]["deps"]
    new = [place for place in map(_place, own_sources(root)) if place not in named]
    gone = [name for name in named if Path(name).parent == Path(_NAME) and not (root / name).exists()]
    if not new and not gone:
        return
    from dvc.utils.serialize import modify_yaml

    with modify_yaml((root / "dvc.yaml").as_posix()) as content:
        deps = content["stages"][_STAGE]["deps"]
        for name in gone:
            deps.remove(name)
        deps.extend(new)
    yield from (f"{name} is new: DVC watches it from the next run on (dvc.yaml)." for name in new)
    yield from (f"{name} is gone: it no longer stands in dvc.yaml." for name in gone)


def _read_stages(root: Path) -> Mapping[str, Any]:
    path = root / "dvc.yaml"
    stages: Mapping[str, Any] = yaml.safe_load(path.read_bytes())["stages"] if path.is_file() else {}
    return stages


def _made(stages: Mapping[str, Any]) -> Iterator[str]:
    for stage in stages.values():
        for kind in ("outs", "metrics", "plots"):
            yield from (next(iter(out)) if isinstance(out, dict) else out for out in stage.get(kind, ()))


def _place(path: Path) -> str:
    return f"{_NAME}/{path.name}"


def _is_source(path: Path) -> bool:
    """A file that a page may be or show, or a folder with such files; hidden ones and programs' leavings are not."""
    if path.name.startswith((".", "~")) or path.name in _BY_HAND:
        return False
    if path.is_dir():
        return any(_is_source(inner) for inner in path.iterdir())
    return _WATCHED.fullmatch(path.suffix) is not None
