"""Remove from an executed notebook everything that differs between two runs of the same notebook."""

import re
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode

from pipeline.notebooks.documents import new_node, upgraded
from pipeline.notebooks.errors import NotebookError

INJECTED = "injected-parameters"
# As Python writes it; in text on a page the last character would be escaped.
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}>", re.IGNORECASE)
EMBEDDED_PICTURE = re.compile(r";base64,[A-Za-z0-9+/=\s]+")


def is_injected(cell: NotebookNode) -> bool:
    """Return whether papermill injected the cell."""
    return INJECTED in cell.metadata.get("tags", [])


def cell_number(notebook: NotebookNode, index: int) -> int:
    """Return the cell's number, from 1, in the source notebook, which has no injected cell."""
    return index + 1 - sum(is_injected(cell) for cell in notebook.cells[: index + 1])


def normalise(executed: NotebookNode, record: Mapping[str, object], place: str = "") -> NotebookNode:
    """Return a copy without timings, random ids, versions and parameter `place`; `record` is its `outturn` metadata."""
    notebook = upgraded(executed)
    notebook.metadata = new_node({**_plain_metadata(notebook.metadata), "outturn": record})
    for cell in notebook.cells:
        if is_injected(cell):
            cell.id = INJECTED
        cell.metadata = _without(cell.metadata, "papermill", "execution")
        if cell.cell_type == "code":
            cell.outputs = [
                output for output in cell.outputs if output.output_type != "stream" or output.text.strip()
            ]
        if is_injected(cell):
            cell.source = _without_assignment(cell.source, place)
    return notebook


def _plain_metadata(metadata: NotebookNode) -> dict[str, object]:
    language = _without(metadata.get("language_info", {}), "version")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    kept = _without(metadata, "papermill", "widgets")
    return {**kept, "kernelspec": kernel, "language_info": language}


def _without(metadata: Mapping[str, object], *names: str) -> NotebookNode:
    return new_node({key: value for key, value in metadata.items() if key not in names})


def _without_assignment(source: str, name: str) -> str:
    return "\n".join(line for line in source.splitlines() if line.partition(" = ")[0] != name)


def check_publishable(place: str, notebook: NotebookNode) -> None:
    """Raise NotebookError for a cell that stopped, wrote to stderr or shows a memory address.

    The last two differ from run to run, and warnings hold paths of the machine that ran the notebook.
    """
    for index, cell in enumerate(notebook.cells):
        where = f"{place}, cell {cell_number(notebook, index)}"
        for output in cell.get("outputs", []):
            _check_output(where, output)


def _check_output(where: str, output: NotebookNode) -> None:
    if output.output_type == "error":
        raise NotebookError(f"{where}: {output.ename}")
    if output.output_type == "stream" and output.name == "stderr":
        raise NotebookError(f"{where}: the notebook wrote to stderr; fix the cause of the warning")
    if any(ADDRESS.search(EMBEDDED_PICTURE.sub("", text)) for text in _texts(output)):
        raise NotebookError(f"{where}: shows an address in memory (0x...), which differs in each run")


def _texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    for kind, content in output.get("data", {}).items():
        if isinstance(content, str) and not kind.startswith(("image/png", "image/jpeg", "application/pdf")):
            yield content
