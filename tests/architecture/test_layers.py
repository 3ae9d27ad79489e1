"""Imports point one way (docs/design.md): numbers know no policy, policy no paths, and only stages know all."""

import ast
import sys

import pytest
from source_tree import PACKAGE, Module, imports, libraries, modules, our_imports, room_of

# What each room may import, besides itself.
MAY_IMPORT = {
    "stats": set(),
    "contract": set(),
    "downloads": set(),
    "protect": {"contract", "stats"},
    "audit": {"contract", "protect", "stats"},
    "settings": {"contract", "protect"},
    "files": {"contract", "protect"},
    "measures": {"contract"},
    "analysis": {"stats", "contract", "measures", "protect"},
    "notebooks": {""},
    "publishing": {"downloads", "present"},
    "sample": {"contract"},
    "returns": {"analysis", "contract", "files"},
    "present": {"releases", "analysis", "stats", "contract", "downloads", "files", "protect"},
    "show": {"present"},
    "cycle": {"present"},
    "equality": {"analysis", "present"},
    "impact": {"analysis", "present"},
    "engines": {"contract", "measures"},
    "library": {"analysis", "contract", "protect", "stats"},
    "stages": {
        *("analysis", "audit", "contract", "engines", "files", "measures", "notebooks", "present"),
        *("project", "protect", "publishing", "releases", "returns", "settings"),
    },
    "releases": {"files", "notebooks", "protect"},
    "review": {"downloads", "notebooks", "present", "publishing", "releases"},
    "project": {"contract", "files", "notebooks", "present", "protect", "settings"},
    "commands": {
        *("cycle", "equality", "impact", "library", "show"),
        *("analysis", "contract", "downloads", "files", "notebooks", "present", "project", "protect"),
        *("publishing", "releases", "review", "settings", "stages"),
    },
    "cli": {
        *("audit", "commands", "contract", "engines", "files", "measures", "notebooks", "present"),
        *("project", "publishing", "returns", "review", "settings", "stages"),
    },
    "__main__": {"cli"},
}
# Libraries that one place alone may import, so that replacing one is a change in one place.
HOMES = {
    "great_expectations": ("pipeline/analysis/validation/library.py",),
    "ibis": ("pipeline/measures/", "pipeline/engines.py", "pipeline/stages/measure.py"),
    "matplotlib": ("pipeline/present/drawing.py", "pipeline/present/lettering.py"),
    "papermill": ("pipeline/notebooks/",),
    "nbformat": ("pipeline/notebooks/",),
    "nbclient": ("pipeline/notebooks/",),
    "jupyter_client": ("pipeline/notebooks/",),
    "ipykernel": ("pipeline/notebooks/",),
    "pypandoc": ("pipeline/publishing/",),
    "jinja2": ("pipeline/publishing/layout.py", "pipeline/returns/feedback_page.py"),
    "statsmodels": ("pipeline/stats/",),
    "scipy": ("pipeline/stats/",),
    "xlsxwriter": (
        "pipeline/downloads/sheets.py",
        "pipeline/returns/workbook.py",
        "pipeline/sample/packing.py",
    ),
    "IPython": ("pipeline/show.py",),
}
FILE_LIBRARIES = {"pathlib", "io", "shutil", "tempfile", "glob", "pyarrow", "json", "csv"}


def every(*rooms: str) -> list[Module]:
    return [module for module in modules() if module.room in rooms]


def test_a_publisher_takes_from_pages_nothing_but_their_words() -> None:
    taken = {
        name for module in every("publishing") for name in our_imports(module) if room_of(name) == "present"
    }
    assert taken == {"pipeline.present.sentences"}


def test_every_room_has_its_place_in_the_layers() -> None:
    assert {module.room for module in modules()} - {""} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_imports_only_rooms_below_it(module: Module) -> None:
    allowed = MAY_IMPORT.get(module.room, set()) | {module.room}
    assert {room_of(name) for name in our_imports(module)} <= allowed


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_what_a_module_imports_of_ours_is_there(module: Module) -> None:
    ours = {name for name in imports(module) if name.split(".")[0] == "pipeline"}
    assert ours == our_imports(module)


def test_pages_read_slices_and_nothing_else_of_files() -> None:
    read = {name for module in every("present") for name in our_imports(module) if room_of(name) == "files"}
    assert read == {"pipeline.files.cycle", "pipeline.files.slices"}


def test_nothing_imports_stages_but_the_commands_that_run_them() -> None:
    importers = {
        module.room for module in modules() if any(room_of(name) == "stages" for name in our_imports(module))
    }
    assert importers <= {"cli", "commands", "stages"}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_one_home(library: str) -> None:
    places = [module.place for module in modules() if library in libraries(module)]
    assert [place for place in places if not place.startswith(HOMES[library])] == []


def test_statistics_know_numbers_only() -> None:
    outside = {library for module in every("stats") for library in libraries(module)}
    assert outside - set(sys.stdlib_module_names) <= {"numpy", "scipy", "statsmodels", "pandas"}


@pytest.mark.parametrize("module", every("stats", "analysis", "measures"), ids=lambda module: module.name)
def test_numbers_and_judgements_touch_no_file(module: Module) -> None:
    assert not libraries(module) & FILE_LIBRARIES
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
    assert "open" not in names
    assert not {name for name in methods if name.startswith(("read_", "to_csv", "to_parquet", "write_"))}


def test_rules_of_rounding_stand_in_one_place() -> None:
    def rounds(module: Module) -> bool:
        return any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "round" for node in ast.walk(module.tree)
        )

    shown = every("present", "publishing", "analysis", "stats")
    assert [module.place for module in shown if rounds(module)] == ["pipeline/present/disclosure/rounding.py"]


def test_no_module_imports_everything_of_another() -> None:
    stars = [
        module.place
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert stars == []


def test_the_package_is_where_the_tests_read_it() -> None:
    assert (PACKAGE / "cli.py").is_file()
