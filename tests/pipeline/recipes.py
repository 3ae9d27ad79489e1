"""docs/how-to.md as it stands: its files written and its commands typed."""

import re
import shlex
from collections import defaultdict
from typing import NamedTuple

from whole_run import REPOSITORY, Copy, git

COMMANDS = "sh"
_PART = re.compile(
    r"^```(?P<kind>\w*)(?: (?P<where>[^\n]+))?\n(?P<text>.*?)^```$|^## (?P<title>[^\n]+)$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """What stands between two fences: what it is, the file or person it is for, and its text."""

    kind: str
    where: str
    text: str


def read_recipes() -> dict[str, list[Block]]:
    """The fenced blocks of the page by the title of their recipe."""
    recipes: dict[str, list[Block]] = defaultdict(list)
    title = ""
    for part in _PART.finditer((REPOSITORY / "docs/how-to.md").read_text(encoding="utf-8")):
        title = part["title"] or title
        if not part["title"]:
            recipes[title].append(Block(part["kind"], part["where"] or "", part["text"]))
    return recipes


RECIPES = read_recipes()


def write_files(copy: Copy, title: str) -> None:
    """Change the files as the recipe shows: with lines at the end, below a line, or instead of one."""
    for block in RECIPES[title]:
        if block.kind in ("", COMMANDS):
            continue
        name, _, place = block.where.partition(" ")
        path = copy.root / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        path.write_text(_changed(text, place, block.text), encoding="utf-8")


def _changed(text: str, place: str, new: str) -> str:
    how, _, line = place.partition(": ")
    if not how:
        return text + new
    (found,) = re.findall(rf"^ *{re.escape(line)}(?: +#.*)?\n", text, re.MULTILINE)
    return text.replace(found, new if how == "instead of" else found + new)


def type_commands(copy: Copy, title: str, who: str = "") -> str:
    """Type the commands of a recipe; what the last one said."""
    blocks = [block for block in RECIPES[title] if block.kind == COMMANDS and block.where == who]
    return [type_line(copy, *shlex.split(line)) for block in blocks for line in block.text.splitlines()][-1]


def type_line(copy: Copy, program: str, *words: str) -> str:
    """Type one command, which must end well; what it said."""
    if program == "git":
        return git(copy.root, *words)
    assert (program, words[0]) == ("python", "run.py")
    ended = copy.python("run.py", "--here", *words[1:])
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
