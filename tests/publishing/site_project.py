"""A small project to publish: the real static pages and settings, and notebooks that look as executed ones do."""

import base64
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.downloads.declared import DECLARED, DeclaredColumn, DeclaredFile, format_declared
from pipeline.present.settings_table import show_settings
from pipeline.publishing import PublishedSite, publish_site

REACH = DeclaredFile(
    "reach.csv",
    "Children by ethnic group",
    "Children in S01",
    "2009",
    "a test",
    "",
    (DeclaredColumn("ethnic_group", "Ethnic group", "text"), DeclaredColumn("children", "Children", "count")),
)
Output = dict[str, Any]
REPORTS = Path(__file__).parents[2] / "reports"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300"><path d="M0 150h600"/></svg>'
FIGURE = f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"

SERVICE = """## Who was reached

<table class="data">
<caption>Children by ethnic group</caption>
<thead><tr><th scope="col">Ethnic group</th><th scope="col" class="number">Children</th></tr></thead>
<tbody>
<tr><th scope="row">Asian &#38; Asian British &#60;all&#62;</th><td class="number">120</td></tr>
<tr><th scope="row">Other</th><td class="number">&#91;c&#93;</td></tr>
</tbody>
</table>

<p class="downloads">A source <a href="tables/S01-reach.csv">Download this table (CSV)</a></p>

See [race equality](../equality/index.ipynb#summary).
"""


def displayed(markdown: str) -> Output:
    """What a cell leaves behind that shows Markdown."""
    return shown({"text/markdown": markdown, "text/plain": "<Markdown>"})


def shown(data: dict[str, str]) -> Output:
    """What a cell leaves behind that shows something in these forms."""
    return {"output_type": "display_data", "metadata": {}, "data": data}


def code(source: str, outputs: Sequence[Output] = (), tags: Sequence[str] = ()) -> Output:
    """A code cell that was run."""
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": list(outputs),
    }


def write_notebook(path: Path, title: str, *outputs: Output, downloads: dict[str, str] | None = None) -> None:
    """An executed notebook as the runner leaves it: front matter, prose, parameters, one call."""
    cells = [
        {"cell_type": "raw", "metadata": {}, "source": ["---\n", f'title: "{title}"\n', "---"]},
        {"cell_type": "markdown", "metadata": {}, "source": "What changed for these children?"},
        code("service_id = 'S01'", tags=["injected-parameters"]),
        code("show(service_id)", outputs),
        code("draft()", [displayed("Not for readers.")], tags=["remove-cell"]),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"outturn": {"downloads": downloads or {}}}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}))


def write_project(folder: Path) -> None:
    """Fill `folder` as the `reports/` of a dataset with one service."""
    for name in (
        "_quarto.yml",
        "index.qmd",
        "quality.qmd",
        "methods.qmd",
        "about.qmd",
        "a-to-z.qmd",
        "changes.qmd",
        "definitions.qmd",
        "glossary.qmd",
        "downloads.qmd",
        "providers.qmd",
        "families.qmd",
        "assets/style.css",
        "assets/search.js",
        "assets/outturn.scss",
        "references.bib",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPORTS / name, folder / name)
    generated = folder / "_generated"
    generated.mkdir()
    (generated / "banner.html").write_text('<div class="banner"><p>Sample borough: synthetic data.</p></div>')
    (generated / "footer.html").write_text("<p>Source: a seeded generator.</p>")
    (generated / "overview.md").write_text("Twenty services, see [Harbour Youth](services/S01.ipynb).")
    (generated / "a-to-z.md").write_text("Every page.")
    (generated / "changes.md").write_text("Nothing changed.")
    (generated / "downloads.md").write_text("Every table.")
    (generated / "families.md").write_text("What was asked for.")
    (generated / "settings.md").write_text(show_settings({"confidence_level": 0.95, "minimum_total": 23}))
    (generated / "definitions.md").write_text("## Started {#measure-started}")
    (generated / "providers.md").write_text("Every return came.")
    (generated / "provider-details.md").write_text("## What was odd\n\nNothing.")
    (generated / "quality.md").write_text("Of 40 lines, 39 were accepted.")
    figure = f'![Two in three improved]({FIGURE}){{fig-alt="A line at the level of 150 & more"}}'
    write_notebook(folder / "services/index.ipynb", "Services", displayed("- [Harbour Youth](S01.ipynb)"))
    write_notebook(
        folder / "services/S01.ipynb",
        "Harbour Youth & Friends",
        displayed(SERVICE),
        displayed(figure),
        downloads={"reach.csv": "ethnic_group,children\nOther,[c]\n", DECLARED: format_declared(REACH)},
    )
    write_notebook(
        folder / "equality/index.ipynb", "Race equality", displayed("## Summary\n\nOne gap narrowed.")
    )


def publish(project: Path, site: Path | None = None) -> PublishedSite:
    """Publish with what is kept beside the project."""
    return publish_site(project, site or project / "_site", "pandoc", cache=project.parent / "kept")
