"""What a command is at, on the error stream: a line every two seconds, so that one that is quick says nothing."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import TypeVar

_NOW = {"at": ""}
_EVERY_SECONDS = 2.0
Item = TypeVar("Item")


@contextmanager
def progress_said(every_seconds: float = _EVERY_SECONDS) -> Iterator[None]:
    """Say meanwhile what is at work; each thing once."""
    over = Event()
    now_at("")

    def tell() -> None:
        said = ""
        while not over.wait(every_seconds):
            if _NOW["at"] != said:
                said = _NOW["at"]
                print(said, file=sys.stderr, flush=True)

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def now_at(doing: str) -> None:
    """Note what is at work from here on."""
    _NOW["at"] = doing


def at_work(doing: str, items: Sequence[Item], name: Callable[[Item], str]) -> Iterator[Item]:
    """Yield the items, each of them what is at work until the next is asked for: "Reading 3 of 12: 2012-q1.xlsx"."""
    for number, item in enumerate(items, 1):
        now_at(f"{doing} {number} of {len(items)}: {name(item)}")
        yield item
