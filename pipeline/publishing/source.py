"""One page's source, read into a title and Markdown: a .qmd page, or a notebook that has been run."""

import html
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from pipeline.downloads.declared import DECLARED, DeclaredFile, read_declared
from pipeline.publishing.project import INCLUDE, PublishError, QuartoProject, address_of, read_text
from pipeline.publishing.provenance import Provenance, read_provenance, without_tables

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)(?P<rest>.*)\Z", re.DOTALL)
METADATA, _FOLDED = "_metadata.yml", "fold-after"
_SHORTCODE = re.compile(r"(?<!\{)\{\{<")
_SHOWN_SHORTCODE = re.compile(r"\{(\{\{<.*?>\}\})\}")
_CODE = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)|(?P<ticks>`+).+?(?P=ticks)", re.DOTALL | re.MULTILINE
)
_REFERENCE = re.compile(r"(?<!\w)@(?:fig|tbl|sec|eq|lst)-[\w-]+")
_TABLE_LINK = re.compile(r"<a href=\"(?P<href>[^\":?#]+\.csv)\"")
_Json = Mapping[str, Any]
_Offered = tuple[Mapping[str, str], Mapping[str, DeclaredFile], Provenance | None]
_NOTHING: _Offered = ({}, {}, None)
# Of the same YAML, the parser in C where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class SourcePage:
    """A page before it is laid out; `markdown` has its includes filled in and starts below the title.

    `downloads` are the texts of the files that it offers, by their place in the site, and `declared` is what is told of
    its tables; `tables` are the places of those that it shows, its own or another page's. The sections after the
    headings `fold_after` are folded; `bibliography` holds the works that it cites. `origin` is where the numbers of an
    executed notebook come from.
    """

    source: str
    address: str
    title: str
    description: str
    markdown: str = field(repr=False)
    downloads: Mapping[str, str] = field(default_factory=dict, repr=False)
    fold_after: tuple[str, ...] = ()
    origin: Provenance | None = field(default=None, repr=False)
    tables: tuple[str, ...] = ()
    declared: Mapping[str, DeclaredFile] = field(default_factory=dict, repr=False)
    bibliography: Path | None = None

    @property
    def folder(self) -> str:
        """The folder that its source lies in; blank for the top."""
        return self.source.rpartition("/")[0]

    @property
    def stem(self) -> str:
        """What its source is called, without its ending."""
        return PurePosixPath(self.source).stem

    @property
    def workbook(self) -> str:
        """Where the workbook of its tables lies in the site; blank for a page that shows none."""
        return posixpath.normpath(f"{self.folder or '.'}/tables/{self.stem}.xlsx") if self.tables else ""


def read_page(project: QuartoProject, source: str) -> SourcePage:
    """Read one source, or say in one sentence why it is not fit to publish."""
    notebook = _read_notebook(project.folder, source) if source.endswith(".ipynb") else None
    whole = _notebook_markdown(notebook, source) if notebook else read_text(project.folder, source)
    matter, body = _split_front_matter(whole, source)
    if not notebook:
        body = _fill_includes(project, source, body)
    if _SHORTCODE.search(body):
        raise PublishError(
            f"{source}: '{{{{<' is left in the text. Only '{{{{< include FILE >}}}}' on a line of its own is "
            "filled in, and not in a notebook; to show such a text, write it as code with three braces: "
            "`{{{< ... >}}}`."
        )
    if not notebook:
        body = _SHOWN_SHORTCODE.sub(r"\1", body)
    if not matter.get("title"):
        raise PublishError(f"{source} has no title; its front matter needs a line such as 'title: Methods'.")
    files, declared, origin = (
        _offered((project.folder / source).read_bytes(), source) if notebook else _NOTHING
    )
    return SourcePage(
        source,
        address_of(source),
        str(matter["title"]),
        str(matter.get("description", "")),
        body,
        files,
        _folded_after(project.folder / source, matter),
        origin,
        _shown_tables(body, source),
        declared,
        _bibliography(project, source, matter),
    )


def _folded_after(path: Path, matter: _Json) -> tuple[str, ...]:
    """The headings after which sections are folded: of the page's folder, as Quarto reads its metadata, and its own."""
    beside = path.parent / METADATA
    shared = yaml.load(beside.read_text(encoding="utf-8"), _LOADER) if beside.is_file() else {}
    return tuple(str(heading) for each in (shared or {}, matter) for heading in each.get(_FOLDED, ()))


def _bibliography(project: QuartoProject, source: str, matter: _Json) -> Path | None:
    """The file of the works that a page cites, in the page's folder."""
    if "bibliography" not in matter:
        return None
    path = (project.folder / source).parent / str(matter["bibliography"])
    if not path.is_file():
        raise PublishError(f"{source} cites from {matter['bibliography']}, which is missing beside it.")
    return path


def _shown_tables(body: str, source: str) -> tuple[str, ...]:
    """The places of the CSV files that a page links to, in the order in which it shows them."""
    folder = PurePosixPath(source).parent
    links = (html.unescape(match["href"]) for match in _TABLE_LINK.finditer(body))
    return tuple(dict.fromkeys(posixpath.normpath(f"{folder}/{link}") for link in links))


@cache
def _offered(content: bytes, source: str) -> _Offered:
    """Of an executed notebook its tables and what is told of them, by place, and where its numbers come from."""
    notebook = _parse_notebook(content, source)
    told = read_declared(_downloads(notebook).get(DECLARED, ""))
    declared = {_place_of(source, name): file for name, file in told.items()}
    files, origin = _place_tables(notebook, source), read_provenance(notebook, source)
    if origin:
        files[origin.address] = without_tables(notebook)
    return files, declared, origin


def _place_tables(notebook: _Json, source: str) -> dict[str, str]:
    """The tables of an executed notebook, by their place in the site; their texts."""
    tables = ((name, text) for name, text in _downloads(notebook).items() if name.endswith(".csv"))
    return {_place_of(source, name): text for name, text in tables}


def _place_of(source: str, name: str) -> str:
    """Where a file that a notebook offers lies in the site: S06's 'reached.csv' is tables/S06-reached.csv."""
    place = PurePosixPath(source)
    return f"{place.parent}/tables/{place.stem}-{name}"


def list_references(page: SourcePage) -> list[str]:
    """The cross references that a page's author wrote; in words that came with the data the @ is escaped."""
    return list(dict.fromkeys(_REFERENCE.findall(_CODE.sub("", page.markdown))))


def read_downloads(folder: Path, source: str) -> Mapping[str, str]:
    """The files that the executed notebook `source` of `folder` offers, by name; none where no stage made it."""
    return _downloads(_read_notebook(folder, source)) if (folder / source).is_file() else {}


def list_tables(folder: Path) -> Iterator[tuple[str, str]]:
    """The tables of every executed notebook below `folder`, by their place in the site; their texts."""
    for path in sorted(folder.glob("*/*.ipynb")):
        source = f"{path.parent.name}/{path.name}"
        yield from _place_tables(_read_notebook(folder, source), source).items()


def _downloads(notebook: _Json) -> Mapping[str, str]:
    found: Mapping[str, str] = notebook.get("metadata", {}).get("outturn", {}).get("downloads", {})
    return found


def _read_notebook(folder: Path, source: str) -> _Json:
    return _parse_notebook((folder / source).read_bytes(), source)


@cache
def _parse_notebook(content: bytes, source: str) -> _Json:
    """Parsed once a run, though a page is read for itself, for its tables and for what other pages show of it."""
    try:
        notebook = json.loads(content)
    except json.JSONDecodeError:
        notebook = None
    if not isinstance(notebook, dict) or "cells" not in notebook:
        raise PublishError(f"{source} is not a notebook of format 4.")
    return notebook


def _split_front_matter(text: str, source: str) -> tuple[Mapping[str, Any], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise PublishError(f"{source} has no front matter; expected '---', a title and '---' at its start.")
    try:
        matter = yaml.load(match["yaml"], _LOADER)
    except yaml.YAMLError:
        raise PublishError(f"{source}: the front matter is not readable as YAML.") from None
    if not isinstance(matter, dict):
        raise PublishError(f"{source}: the front matter must be keys and values such as 'title: Methods'.")
    return matter, match["rest"]


def _fill_includes(project: QuartoProject, source: str, body: str) -> str:
    def included(match: re.Match[str]) -> str:
        path = ((project.folder / source).parent / match["path"]).resolve()
        if not path.is_relative_to(project.folder.resolve()):
            raise PublishError(f"{source} includes {match['path']}, which lies outside the project.")
        if not path.is_file():
            raise PublishError(f"{source} includes {match['path']}, which is missing.")
        return path.read_text(encoding="utf-8")

    return INCLUDE.sub(included, body)


def _notebook_markdown(notebook: _Json, source: str) -> str:
    """What a reader sees of a notebook that was run: prose as it is, of code only its Markdown outputs.

    One that failed or was never run is refused; an error's own words may hold data and are not repeated.
    """
    placed = [(f"{source}, cell {number}", cell) for number, cell in enumerate(notebook["cells"], 1)]
    code = [(place, cell) for place, cell in placed if cell["cell_type"] == "code"]
    for place, cell in code:
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                raise PublishError(
                    f"{place} ends in an error ({output.get('ename')}); run the notebook again."
                )
    if code and not any(cell["outputs"] for _, cell in code if not _is_removed(cell)):
        raise PublishError(f"{source} has no outputs: it has not been run, so there is nothing to publish.")
    return "\n\n".join(
        part for place, cell in placed if not _is_removed(cell) for part in _shown(cell, place)
    )


def _is_removed(cell: _Json) -> bool:
    return "remove-cell" in cell.get("metadata", {}).get("tags", ())


def _shown(cell: _Json, place: str) -> Iterator[str]:
    if cell["cell_type"] != "code":
        yield "".join(cell["source"])
        return
    for output in cell["outputs"]:
        data = output.get("data", {})
        extra = sorted(set(data) - {"text/markdown", "text/plain"})
        if "text/markdown" not in data or extra:
            shown = ", ".join(extra or sorted(data)) or output["output_type"]
            raise PublishError(f"{place} shows {shown}; only text/markdown is published.")
        yield "".join(data["text/markdown"])
