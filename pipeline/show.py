"""Display functions for notebooks: parts of a page, and frames of findings for readers of the notebook."""

import pandas as pd

from pipeline.present.disclosure.frames import format_frame as _tell_frame


def part(markdown: str) -> None:
    """Show a part of a page, if not blank; parts come from `pipeline.equality` and `pipeline.impact`."""
    # Imported here, because only notebooks display anything.
    from IPython.display import Markdown, display

    if markdown:
        display(Markdown(markdown))  # type: ignore[no-untyped-call]


def frame(table: pd.DataFrame) -> None:
    """Show a whole frame, blanks left blank; for cells with the tag `remove-cell`, which stay off the page."""
    from IPython.display import HTML, display

    shown = _tell_frame(table.loc[:, table.notna().any()])
    display(HTML(shown.to_html(index=False, na_rep="")))  # type: ignore[no-untyped-call]
