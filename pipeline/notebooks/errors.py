"""What a failed run says: the notebook, the cell, the kind of error, and never a value from the data."""


class NotebookError(Exception):
    """One plain sentence for people; `detail` may hold data and belongs in a log beside the data only."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail
