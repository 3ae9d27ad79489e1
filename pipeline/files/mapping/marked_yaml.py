"""YAML whose every part knows its line, so that what is wrong with it can be said with its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.contract.dataset import CHECK


class MappingError(ValueError):
    """A mapping that cannot be used; the message names file, line, block, key and fix."""


@dataclass(frozen=True)
class Marked:
    """A part of a YAML file: keys, a list or a text. All texts stay text (no: a code; 0012 keeps its noughts)."""

    node: yaml.Node
    file: str
    line: int
    path: tuple[str, ...] = ()

    def fault(self, message: str) -> MappingError:
        """The error that says `message` of this part."""
        return MappingError(f"{', '.join((self.file, f'line {self.line}', *self.path))}: {message}")

    def entries(self) -> dict[str, Marked]:
        """The parts under each key; a key may stand once."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("write keys and values such as 'file: theirs.csv'.")
        found: dict[str, Marked] = {}
        for key, node in self.node.value:
            entry = Marked(node, self.file, key.start_mark.line + 1, (*self.path, str(key.value)))
            if not isinstance(key, yaml.ScalarNode):
                raise entry.fault("a key must be one text.")
            if key.value in found:
                first = found[key.value].line
                raise entry.fault(f"this key is in line {first} already; keep one of the two.")
            found[key.value] = entry
        return found

    def elements(self, example: str) -> list[Marked]:
        """The parts of a list such as `example`."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fault(f"write a list such as {example}.")
        return [Marked(node, self.file, node.start_mark.line + 1, self.path) for node in self.node.value]

    def texts(self, example: str) -> list[str]:
        """The texts of a list such as `example`."""
        return [element.text() for element in self.elements(example)]

    def text(self) -> str:
        """The one text that stands here; blank where quotation marks say so, else it is a gap to be filled."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.fault("write one text here.")
        if not self.node.value and self.node.style is None:
            raise self.fault("nothing is filled in here; fill it in, or delete the line.")
        return str(self.node.value)

    def named(self, *path: str) -> Marked:
        """The same part under another name in messages."""
        return Marked(self.node, self.file, self.line, path)


def read_marked(path: Path, file: str) -> Marked:
    """The YAML in `path`; `file` is what messages call it."""
    return parse_marked(path.read_bytes(), file, "; 'outturn map FILE' proposes a mapping")


def parse_marked(raw: bytes, file: str, where_empty: str = "") -> Marked:
    """The YAML in `raw`; `where_empty` is the fix of an empty one."""
    try:
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise MappingError(
            f"{file} cannot be read as text; save it in a text editor with the encoding UTF-8."
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}" if mark else ""
        raise MappingError(f"{file}{place}: not written as YAML asks: {error.problem}; {CHECK}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise MappingError(
            f"{file} is not written as YAML asks: {' '.join(str(error).split())}; {CHECK}."
        ) from error
    if node is None:
        raise MappingError(f"{file} is empty{where_empty}.")
    return Marked(node, file, node.start_mark.line + 1)


def say_within(error: MappingError, file: str) -> str:
    """Return what is wrong for a reader who knows the file: without its name."""
    return str(error).removeprefix(f"{file}, ").rstrip(".")
