"""The Quarto website project: what `_quarto.yml` says that every publisher needs."""

import fnmatch
import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from pipeline.present.sentences import spoken_in

PAGE_ENDINGS = (".ipynb", ".md", ".qmd")
INCLUDE = re.compile(r"^\{\{<[ \t]*include[ \t]+(?P<path>\S+)[ \t]*>\}\}[ \t]*$", re.MULTILINE)


class PublishError(ValueError):
    """A site that cannot be published; the message names the page, what was found and what was expected."""


@dataclass(frozen=True)
class NavItem:
    """One entry of the menu: a page by its source file, relative to the project, or an address elsewhere.

    Without a text of its own it has the title of its page. `part` names the menu that it stands in, if in one.
    """

    text: str
    target: str
    part: str = ""

    @property
    def leads_away(self) -> bool:
        """Whether it leads to another site."""
        return self.target.startswith(("https://", "http://", "mailto:"))

    def is_absent(self, sources: Container[str], left_out: Container[str] = ()) -> bool:
        """Whether its part of the cycle has no data: a notebook that no stage has made, or a page that is left out."""
        made = self.target.endswith(".ipynb") and self.target not in sources
        return not self.leads_away and (made or self.target in left_out)


@dataclass(frozen=True)
class QuartoProject:
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
    logo: str
    logo_alt: str
    sidebars: tuple[tuple[str, ...], ...]
    contents_title: str

    def series(self, sources: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The pages of each sidebar, in their order: those named, or of a folder its own first and none of the menu."""
        menu = {item.target for item in self.navigation}
        others = [name for name in sources if is_index(name) or name not in menu]

        def matching(entry: str) -> list[str]:
            found = fnmatch.filter(others if "*" in entry else sources, entry)
            return sorted(found, key=lambda name: (not is_index(name), name))

        return tuple(tuple(name for entry in each for name in matching(entry)) for each in self.sidebars)

    def sources(self) -> tuple[str, ...]:
        """The page sources that `render` selects and that have something to say, relative to the project, in order."""
        left_out = self.left_out()
        found = [name for name in self._selected() if name not in left_out]
        taken: dict[str, str] = {}
        for source in found:
            other = taken.setdefault(address_of(source), source)
            if other != source:
                raise PublishError(
                    f"{other} and {source} would both become {address_of(source)}; remove one."
                )
        return tuple(found)

    def _selected(self) -> list[str]:
        return [name for name in _select(self.folder, self.render) if name.endswith(PAGE_ENDINGS)]

    def left_out(self) -> frozenset[str]:
        """The pages that are put together from parts which stages write, and all of whose parts are blank."""
        return frozenset(
            name
            for name in self._selected()
            if not name.endswith(".ipynb")
            if (parts := [self.folder / part for part in list_includes(self.folder, name)])
            if all(part.is_file() and not part.read_text(encoding="utf-8").strip() for part in parts)
        )

    def resource_files(self) -> tuple[str, ...]:
        """The files that are copied as they are, relative to the project and in order."""
        named = {self.stylesheet, self.logo} - {""}
        for name in named:
            self._path_of(name)
        return tuple(sorted(named.union(_select(self.folder, self.resources))))

    def text_of(self, name: str) -> str:
        """The text of one file of the project, such as the banner of every page."""
        return self._path_of(name).read_text(encoding="utf-8")

    def _path_of(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise PublishError(f"{path.as_posix()} is missing; _quarto.yml names it as a part of every page.")
        return path


def read_text(folder: Path, source: str) -> str:
    """The text of a page that an author wrote, in the language of the site; PublishError where it is not UTF-8."""
    try:
        return spoken_in(folder, source).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PublishError(f"{source} is not written in UTF-8; save it anew with that encoding.") from None


def list_includes(folder: Path, source: str) -> Iterator[PurePosixPath]:
    """The files that a source includes, from the project's folder."""
    for match in INCLUDE.finditer(read_text(folder, source)):
        yield PurePosixPath(posixpath.normpath(f"{PurePosixPath(source).parent}/{match['path']}"))


def address_of(source: str) -> str:
    """Where a source's page lies in the site: `services/S01.ipynb` is `services/S01.html`."""
    return PurePosixPath(source).with_suffix(".html").as_posix()


def _select(folder: Path, patterns: Iterable[str]) -> list[str]:
    """Quarto's globs: all folders are searched, `!` takes away, `_` and `.` at a name's start hide it."""
    chosen: set[str] = set()
    for pattern in patterns:
        places = (path for path in folder.rglob(pattern.removeprefix("!").strip("/")) if path.is_file())
        found = {place.relative_to(folder).as_posix() for place in places}
        chosen = chosen - found if pattern.startswith("!") else chosen | found
    return sorted(name for name in chosen if not re.search(r"(?:^|/)[_.]", name))


def read_project(folder: Path) -> QuartoProject:
    """Read `_quarto.yml` in `folder`; keys only Quarto itself needs are left to Quarto."""
    place = (folder / "_quarto.yml").as_posix()
    try:
        raw = yaml.safe_load(spoken_in(folder, "_quarto.yml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PublishError(f"{place} is missing: a site needs a Quarto website project.") from None
    except yaml.YAMLError as error:
        raise PublishError(f"{place} is not written as YAML asks: {error}".replace("\n", " ")) from error

    def get(*keys: str) -> Any:
        value = raw
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                raise PublishError(f"{place}: the key '{': '.join(keys)}' is missing.")
            value = value[key]
        return value

    title, language, menu = str(get("website", "title")), str(get("lang")), get("website", "navbar", "left")
    navbar = raw["website"]["navbar"]
    logo, logo_alt = _logo(navbar, place)
    return QuartoProject(
        folder=folder,
        title=title,
        language=language,
        navigation=tuple(_nav_items((*menu, *navbar.get("right", ())), place)),
        render=tuple(map(str, get("project", "render"))),
        resources=tuple(map(str, get("project", "resources"))),
        stylesheet=str(get("format", "html", "css")),
        before_body=str(get("format", "html", "include-before-body")),
        after_body=str(get("format", "html", "include-after-body")),
        logo=logo,
        logo_alt=logo_alt,
        sidebars=tuple(_entries(each) for each in raw["website"].get("sidebar", ())),
        contents_title=str(raw["format"]["html"].get("toc-title", "On this page")),
    )


def _entries(sidebar: Any) -> tuple[str, ...]:
    """What a sidebar holds: a pattern, or pages and patterns."""
    contents = sidebar["contents"]
    return (contents,) if isinstance(contents, str) else tuple(map(str, contents))


def _nav_items(entries: Iterable[Any], place: str, part: str = "") -> Iterator[NavItem]:
    """Entries as Quarto lets them be written: a page's name alone, `text` with `href` or `file`, or with a `menu`."""
    for entry in entries:
        target = entry if isinstance(entry, str) else _target_of(entry)
        if isinstance(target, str):
            text = "" if isinstance(entry, str) else str(entry.get("text", ""))
            yield NavItem(text, target, part)
        elif isinstance(entry, dict) and "menu" in entry and entry.get("text") and not part:
            yield from _nav_items(entry["menu"] or (), place, str(entry["text"]))
        else:
            raise PublishError(
                f"{place}: an entry of the menu names no page; expected 'text: ...' and 'href: page.qmd', or a "
                "'menu' with a 'text' of its own, and no menu within it."
            )


def without_absent(text: str, sources: Container[str], left_out: Container[str] = ()) -> str:
    """Return a `_quarto.yml` whose menus and sidebars lead to no page without data; other entries as they are."""
    raw = yaml.safe_load(text)
    navbar, sidebars = raw["website"]["navbar"], raw["website"].get("sidebar", ())
    listed = [each["contents"] for each in sidebars if isinstance(each["contents"], list)]
    for menu in (
        navbar["left"],
        *(entry["menu"] or () for entry in navbar["left"] if "menu" in entry),
        *listed,
    ):
        for entry in list(menu):
            target = entry if isinstance(entry, str) else _target_of(entry)
            if isinstance(target, str) and NavItem("", target).is_absent(sources, left_out):
                menu.remove(entry)
    raw["website"]["sidebar"] = [each for each in sidebars if each["contents"]]
    return yaml.safe_dump(raw, sort_keys=False, allow_unicode=True)


def _target_of(entry: Any) -> Any:
    return entry.get("href", entry.get("file")) if isinstance(entry, dict) else None


def is_index(name: str) -> bool:
    """Whether a source is the page of its whole folder."""
    return PurePosixPath(name).stem == "index"


def _logo(navbar: Any, place: str) -> tuple[str, str]:
    """The picture beside the site's title and what it shows in words; two blanks where there is none."""
    logo = navbar.get("logo", "")
    if not isinstance(logo, str):
        raise PublishError(f"{place}: 'logo' is not the name of a file such as assets/logo.svg.")
    if logo and not navbar.get("logo-alt"):
        raise PublishError(
            f"{place}: a logo needs 'logo-alt', what it shows in words, for readers who do not see it."
        )
    return logo.removeprefix("/"), str(navbar.get("logo-alt", ""))
