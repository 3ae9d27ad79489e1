"""`outturn finish`: called by Quarto in the project's folder after a render by hand."""

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.publishing import finish_site

_OUTPUT = "_rendered"


def finish_rendered(project: Path) -> Iterator[str]:
    """Complete the site that Quarto names in its environment, else the one in `_rendered`; yield a line on the result.

    Where Quarto has rendered a single page, or no HTML, there is no site to complete.
    """
    site = project / os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", _OUTPUT)
    if os.environ.get("QUARTO_PROJECT_RENDER_ALL", "1") != "1" or not (site / "index.html").is_file():
        yield "Not a whole site: nothing to finish."
        return
    finish_site(project, site)
    yield f"Open {site / 'index.html'}"
