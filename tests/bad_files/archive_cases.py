"""ZIP archives, each with one fault or one peculiarity."""

from collections.abc import Callable

from clean_dataset import OUTCOMES, TABLE
from delimited_cases import CLEAN
from workbook_cases import OUTCOME_TABLE, clean_xlsx
from writers import write_xlsx, write_zip

_EPISODES = CLEAN.encode()
_TABLES = {"episodes.csv": _EPISODES, "outcomes.csv": OUTCOMES.encode()}
_LOCAL, _DIRECTORY = b"PK\3\4", b"PK\1\2"


def _patch(raw: bytes, local: int, directory: int, value: bytes) -> bytes:
    """The archive with one field of its first member changed, in both places where it stands."""
    patched = bytearray(raw)
    for mark, offset in ((_LOCAL, local), (_DIRECTORY, directory)):
        at = raw.index(mark) + offset
        patched[at : at + len(value)] = value
    return bytes(patched)


READ: dict[str, Callable[[], bytes]] = {
    "zip": lambda: write_zip(_TABLES),
    "zip with a folder": lambda: write_zip({f"our return/{name}": raw for name, raw in _TABLES.items()}),
    "zip beside the period": lambda: write_zip(_TABLES),
    "zip of a workbook": lambda: write_zip(
        {"us.xlsx": write_xlsx({"episodes": TABLE, "outcomes": OUTCOME_TABLE})}
    ),
    "zip of a mac": lambda: write_zip({**_TABLES, "__MACOSX/._episodes.csv": b"\0", ".DS_Store": b"\0"}),
    "zip of semicolons": lambda: write_zip({**_TABLES, "episodes.csv": CLEAN.replace(",", ";").encode()}),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "zip leading upwards": lambda: write_zip({**_TABLES, "../../episodes.csv": _EPISODES}),
    "zip with an absolute name": lambda: write_zip({"/tmp/episodes.csv": _EPISODES}),
    "zip with a drive's name": lambda: write_zip({"C:\\episodes.csv": _EPISODES}),
    "zip leading upwards the windows way": lambda: write_zip({"a\\..\\..\\episodes.csv": _EPISODES}),
    "zip within a zip": lambda: write_zip({"episodes.zip": write_zip(_TABLES)}),
    "locked zip": lambda: _patch(write_zip(_TABLES), 6, 8, b"\1\0"),
    "zip bomb": lambda: _patch(write_zip({"episodes.csv": b"0" * 10_000}), 22, 24, b"\0\0\0\x7f"),
    "zip bomb that hides its size": lambda: _patch(
        write_zip({"episodes.csv": b"0" * 9_000_000}), 22, 24, b"\x20\0\0\0"
    ),
    "zip of many files": lambda: write_zip({f"{number}.csv": b"" for number in range(201)}),
    "zip with a damaged file": lambda: _patch(write_zip(_TABLES), 14, 16, b"\1\2\3\4"),
    "zip packed another way": lambda: _patch(write_zip(_TABLES), 8, 10, b"\x63\0"),
    "zip cut off": lambda: write_zip(_TABLES)[:150],
    "empty zip": lambda: write_zip({}),
    "zip with a stray file": lambda: write_zip({**_TABLES, "letter.pdf": b"%PDF-1.4"}),
    "zip with a table twice": lambda: write_zip(
        {f"{month}/episodes.csv": _EPISODES for month in ("april", "may")}
    ),
    "zip of a workbook called csv": lambda: write_zip({"episodes.csv": clean_xlsx()}),
    "zip without episodes": lambda: write_zip({"outcomes.csv": OUTCOMES.encode()}),
    "zip called xlsx": lambda: write_zip(_TABLES),
}
CASES = {**READ, **REFUSED}
