"""Stops a commit that would take rows about children into git: the hook that set-up installs runs it.

`python guard.py` looks at what is staged; it ends with 1 and a line for each file where any may hold rows. Standard
library only, as a hook is run by whatever Python there is.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_INVENTED = ("data/raw/sample/",)
_DESCRIBED = re.compile(
    r"data/(processed/\.gitkeep|raw/\.gitignore|raw/england_area/(README\.md|dataset\.yaml|reference/benchmarks\.csv)"
    r"|raw/star/(README\.md|dataset\.yaml|ethnicity\.csv|.*mapping\.yaml|reference/.*|returns/\.gitignore))"
)
_OF_DVC = re.compile(r"data/raw/[^/]+\.dvc")
_TABLE = re.compile(r".*\.(?:csv|tsv|txt|tab)", re.DOTALL)
_CLOSED = re.compile(r".*\.(?:7z|db|dta|feather|ods|parquet|sav|sqlite|xls[bmx]?|zip)", re.DOTALL)
_KEY = re.compile(rb"[0-9a-f]{64}\s*")
_MEND = (
    "Share data by the DVC remote that is named for it (docs/how-to.md), never by git. "
    "Take it out with: git restore --staged FILE"
)

# A worktree may hold another version, without the guard.
HOOK = """\
#!/bin/sh
# Written by Outturn's set-up: no row about a child goes into git. Delete this file to do without.
guard="$(git rev-parse --show-toplevel)/guard.py"
[ ! -f "$guard" ] || exec "{python}" "$guard"
"""


def install_hook(root: Path, python: Path) -> None:
    """Have git look for rows before each commit, where there is git and nobody has a hook of their own."""
    hook = root / ".git" / "hooks" / "pre-commit"
    if (root / ".git").is_dir() and not hook.exists():
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(HOOK.format(python=python.as_posix()), encoding="utf-8", newline="\n")
        hook.chmod(0o755)


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, check=True, stdout=subprocess.PIPE).stdout


def _telling_columns(root: Path) -> set[str]:
    """The columns that a row about a child has, and no table of the commissioner's or of the site."""
    schemas = [
        json.loads((root / "pipeline/contract/tables" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("episodes", "feedback")
    ]
    return {schema["fields"][0]["name"] for schema in schemas} | {"child_id"}


def _holds_rows(content: bytes, telling: set[str]) -> bool:
    """Whether a text is a table with a row below a header that names a child, or what intake set aside."""
    text = content[:100_000].decode("utf-8", errors="replace").lstrip("\ufeff")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    names = {name.strip(" '\"").casefold() for name in re.split(r"[,;\t|]", lines[0])}
    return bool(names & telling) or {"file", "row", "value"} <= names


def _fault(name: str, content: bytes, telling: set[str]) -> str:
    if name.startswith(_INVENTED) or _DESCRIBED.fullmatch(name):
        return ""
    if _OF_DVC.fullmatch(name):
        sent = re.search(rb"^\s+(remote: \S+|push: false)\s*$", content, re.MULTILINE)
        return (
            ""
            if sent
            else "names no remote, so 'dvc push' would send rows anywhere; 'python run.py rows' fixes it"
        )
    if name.startswith("data/"):
        return "is data"
    if _CLOSED.fullmatch(name):
        return "is a kind of file that rows come in, and cannot be looked into"
    if _TABLE.fullmatch(name) and _holds_rows(content, telling):
        return "looks like rows about children"
    if Path(name).name == "key" and _KEY.fullmatch(content):
        return "is the key of a dataset"
    return "is a note of DVC's for data outside data/raw" if name.endswith(".dvc") else ""


def find_rows(root: Path) -> Iterator[str]:
    """A line for each staged file that may hold rows, without a word of what is in it."""
    listed = _git(root, "diff", "--cached", "--name-only", "--diff-filter=ACMR", "-z").decode()
    telling = _telling_columns(root)
    for name in filter(None, listed.split("\0")):
        if fault := _fault(name, _git(root, "show", f":{name}"), telling):
            yield f"{name} {fault}."


def main() -> int:
    root = Path(_git(Path.cwd(), "rev-parse", "--show-toplevel").decode().strip())
    found = list(find_rows(root))
    if found:
        print(
            "Not committed: rows about children never go into git.", *found, _MEND, sep="\n", file=sys.stderr
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
