"""What a site is made from, to be handed on with it: so much that anybody can make the same site again."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipeline.downloads.bundle import files_below
from pipeline.downloads.declared import DECLARED
from pipeline.publishing.project import QuartoProject, list_includes, read_project
from pipeline.publishing.provenance import fingerprint_data, for_release, read_provenance
from pipeline.publishing.source import METADATA, read_page


def pack_sources(folder: Path, site: Path) -> dict[str, bytes]:
    """Return the project's files that its site is made from, by their names; no other file of the folder.

    Executed notebooks have their tables and no hash of the data of one service, which are never published.
    """
    project = read_project(folder)
    files = {name: (folder / name).read_bytes() for name in sorted(set(_list_files(project, site)))}
    notebooks = {name: json.loads(files[name]) for name in project.sources() if name.endswith(".ipynb")}
    ours = {name: each for name, each in notebooks.items() if read_provenance(each, name)}
    data = fingerprint_data(read_provenance(each, name) for name, each in ours.items())
    return files | {name: for_release(each, data).encode() for name, each in ours.items()}


def _list_files(project: QuartoProject, site: Path) -> Iterator[str]:
    folder, sources, copied = project.folder, project.sources(), project.resource_files()
    yield from ("_quarto.yml", project.before_body, project.after_body, *sources, *copied)
    for name in sources:
        if not name.endswith(".ipynb"):
            yield from (
                place.as_posix()
                for place in list_includes(folder, name)
                if (folder / place).is_file() and ".." not in place.parts
            )
            if cited := read_page(project, name).bibliography:
                yield cited.relative_to(folder).as_posix()
    beside = {PurePosixPath(name).parent / DECLARED for name in copied}
    beside |= {PurePosixPath(name).parent / METADATA for name in sources}
    yield from (place.as_posix() for place in beside if (folder / place).is_file())
    # Pictures and other files that a page brings along are there already, as they are.
    yield from (
        name for name in files_below(site) if (folder / name).is_file() and not name.startswith((".", "_"))
    )
