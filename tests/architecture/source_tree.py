"""The package as text: its modules, and what each imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pipeline"


@dataclass(frozen=True)
class Module:
    """One module: its file and its dotted name."""

    path: Path
    name: str

    @property
    def tree(self) -> ast.Module:
        """Its text, parsed once it is asked for: each of pytest's processes lists the modules, one looks into them."""
        return _parse(self.path)

    @property
    def place(self) -> str:
        """The file's name from the project's folder."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        """The part of the package it is in: `stats`, or its own name for `settings`."""
        return room_of(self.name)


def room_of(dotted: str) -> str:
    """The second part of a dotted name; nothing for the package itself."""
    return dotted.split(".")[1] if "." in dotted else ""


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(_named(path) for path in sorted(PACKAGE.rglob("*.py")))


@cache
def by_name() -> dict[str, Module]:
    """Modules by their dotted names."""
    return {module.name: module for module in modules()}


def _named(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(path, name)


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(module: Module) -> tuple[str, ...]:
    """Dotted names that a module imports, at its top or inside a function."""
    return tuple(_imports(module.tree))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(source), names=names, level=0):
                inner = [f"{source}.{alias.name}" for alias in names]
                yield from (name if name in by_name() else source for name in inner)


def our_imports(module: Module) -> set[str]:
    """Modules of the package that a module imports."""
    return {name for name in imports(module) if name in by_name()}


def libraries(module: Module) -> set[str]:
    """First names of what a module imports from outside the package."""
    return {name.split(".")[0] for name in imports(module)} - {"pipeline"}


def needed_by(name: str) -> set[str]:
    """Every module of the package that importing `name` runs, itself included."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += our_imports(by_name()[current])
    return found
