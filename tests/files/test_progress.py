"""What a command is at is said on the error stream while it takes its time, and not at all where it is quick."""

from contextlib import redirect_stderr
from io import StringIO
from threading import Event

import pytest

from pipeline.files.progress import at_work, now_at, progress_said

FILES = ("acme/2012-q1.xlsx", "acme/2012-q2.xlsx", "harbour/2012-q1.ods")


class Heard(StringIO):
    """An error stream that lets a slow command wait until a line was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Event()

    def flush(self) -> None:
        self.line.set()


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_each_thing_that_takes_its_time_is_said_once(heard: Heard) -> None:
    with redirect_stderr(heard), progress_said(every_seconds=0.001):
        for name in at_work("Reading", FILES, str):
            if name != FILES[1]:
                assert heard.line.wait(60)
                heard.line.clear()
    said = [line for line in heard.getvalue().splitlines() if FILES[1] not in line]
    assert said == [f"Reading 1 of 3: {FILES[0]}", f"Reading 3 of 3: {FILES[2]}"]


def test_what_is_quick_says_nothing(heard: Heard) -> None:
    with redirect_stderr(heard), progress_said(every_seconds=600):
        assert list(at_work("Reading", FILES, str)) == list(FILES)
        now_at("Reading the cells of episodes")
    assert heard.getvalue() == ""


def test_nothing_is_said_where_no_command_asked_for_it(heard: Heard) -> None:
    with redirect_stderr(heard):
        assert list(at_work("Reading", FILES, str)) == list(FILES)
    assert heard.getvalue() == ""
