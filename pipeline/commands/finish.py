"""`outturn finish`: what Quarto calls once it has rendered the project by hand, in the project's folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.publishing import finish_site

_OUTPUT = "_rendered"


def finish_rendered(project: Path) -> Iterator[str]:
    """Complete the site that Quarto names in the surroundings, else that in `_rendered`; a line of what was done.

    Where Quarto has rendered one page, or no HTML, there is no site to complete.
    """
    site = project / os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", _OUTPUT)
    if os.environ.get("QUARTO_PROJECT_RENDER_ALL", "1") != "1" or not (site / "index.html").is_file():
        yield "Not a whole site: nothing to finish."
        return
    finish_site(project, site)
    yield f"Open {site / 'index.html'}"
