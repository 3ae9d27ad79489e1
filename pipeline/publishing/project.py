"""The Quarto website project: what `_quarto.yml` says that every publisher needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

PAGE_ENDINGS = (".ipynb", ".qmd")


class PublishError(ValueError):
    """A site that cannot be published; the message names the page, what was found and what was expected."""


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation; `source` is the page's source file, relative to the project."""

    text: str
    source: str


@dataclass(frozen=True)
class Project:
    """The parts of `_quarto.yml` that both publishers follow."""

    folder: Path
    title: str
    language: str
    navigation: tuple[NavItem, ...]
    render: tuple[str, ...]
    resources: tuple[str, ...]
    stylesheet: str
    before_body: str
    after_body: str

    def sources(self) -> tuple[str, ...]:
        """The page sources that `render` selects, relative to the project and in order."""
        found = [name for name in _select(self.folder, self.render) if name.endswith(PAGE_ENDINGS)]
        _check_addresses(found)
        return tuple(found)

    def resource_files(self) -> tuple[str, ...]:
        """The files that are copied as they are, relative to the project and in order."""
        return tuple(sorted({self.stylesheet, *_select(self.folder, self.resources)}))

    def text_of(self, name: str) -> str:
        """The text of one file of the project, such as the banner of every page."""
        path = self.folder / name
        if not path.is_file():
            raise PublishError(f"{path.as_posix()} is missing; _quarto.yml names it as a part of every page.")
        return path.read_text(encoding="utf-8")


def address_of(source: str) -> str:
    """Where a source's page lies in the site: `services/S01.ipynb` is `services/S01.html`."""
    return PurePosixPath(source).with_suffix(".html").as_posix()


def _select(folder: Path, patterns: Iterable[str]) -> list[str]:
    """Quarto's globs: all folders are searched, `!` takes away, `_` and `.` at a name's start hide it."""
    chosen: set[str] = set()
    for pattern in patterns:
        found = set(_matches(folder, pattern.removeprefix("!").strip("/")))
        chosen = chosen - found if pattern.startswith("!") else chosen | found
    return sorted(chosen)


def _matches(folder: Path, pattern: str) -> Iterator[str]:
    for path in folder.rglob(pattern):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(("_", ".")) for part in name.parts):
            yield name.as_posix()


def _check_addresses(sources: Iterable[str]) -> None:
    taken: dict[str, str] = {}
    for source in sources:
        other = taken.setdefault(address_of(source), source)
        if other != source:
            raise PublishError(f"{other} and {source} would both become {address_of(source)}; remove one.")


def read_project(folder: Path) -> Project:
    """Read `_quarto.yml` in `folder`; keys only Quarto itself needs are left to Quarto."""
    place = (folder / "_quarto.yml").as_posix()
    try:
        raw = yaml.safe_load((folder / "_quarto.yml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PublishError(f"{place} is missing: a site needs a Quarto website project.") from None
    except yaml.YAMLError as error:
        raise PublishError(f"{place} is not readable as YAML: {error}".replace("\n", " ")) from error
    return Project(
        folder=folder,
        title=str(_get(raw, place, "website", "title")),
        language=str(_get(raw, place, "lang")),
        navigation=tuple(
            NavItem(text=str(_get(item, place, "text")), source=str(_get(item, place, "href")))
            for item in _get(raw, place, "website", "navbar", "left")
        ),
        render=_texts(_get(raw, place, "project", "render")),
        resources=_texts(_get(raw, place, "project", "resources")),
        stylesheet=str(_get(raw, place, "format", "html", "css")),
        before_body=str(_get(raw, place, "format", "html", "include-before-body")),
        after_body=str(_get(raw, place, "format", "html", "include-after-body")),
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _get(raw: Any, place: str, *keys: str) -> Any:
    value = raw
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            raise PublishError(f"{place}: the key '{': '.join(keys)}' is missing.")
        value = value[key]
    return value
