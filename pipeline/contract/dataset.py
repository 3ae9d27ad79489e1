"""Read `dataset.yaml`: facts about a dataset that its files do not hold; its YAML refuses a key given twice."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from pipeline.contract.dates import ISO_DATE, parse_date
from pipeline.contract.groups.ethnicity import Classification, ClassificationError, load_classification

CHECK = "check the colons and quotation marks there, and use spaces, not tabs"
PeriodLength = Literal["quarter", "year", "financial year"]
EVERYONE_ELSE = "everyone else"
MERGED = " / "
"""Joins the names of levels that were merged because each is small; another release may show them separately."""
_KEYS = {
    "title": str, "synthetic": bool, "source": str, "period": str, "complete_to": dt.date,
    "ethnic_classification": str, "comparator": str,
}  # fmt: skip
_OPTIONAL = {"returns_due_days": int, "benchmark_files": str}
_KINDS = {
    str: "a text",
    bool: "true or false",
    dt.date: "a date such as 2012-03-31",
    int: "a whole number of days such as 30",
}


class _Strict(yaml.constructor.SafeConstructor):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key '{name}' is there twice",
                    problem_mark=key.start_mark,
                )
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


class _Loader(_Strict, yaml.SafeLoader):
    pass


class _CompiledLoader(_Strict, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Ten times as fast as the Python loader, which takes a quarter of a second for our catalogues in each process."""


def load_yaml(text: str) -> Any:
    """Parse YAML; ValueError with the reason and place, in one line, for text that is no YAML."""
    with suppress(yaml.YAMLError, ValueError):
        return yaml.load(text, Loader=_CompiledLoader)
    try:
        return yaml.load(text, Loader=_Loader)  # its messages are clearer
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        fix = "; keep one of them" if "there twice" in str(error.problem) else f"; {CHECK}"
        raise ValueError(f"not written as YAML asks: {error.problem}{place}{fix}.") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2009-02-31 looks like a date
        raise ValueError(f"not written as YAML asks: {' '.join(str(error).split())}; correct it.") from error


def read_yaml(path: Path) -> Any:
    """Read a YAML file; ValueError, in one sentence with path and reason, for a file that is no text or no YAML."""
    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        said = "cannot be read as text; save it in a text editor with the encoding UTF-8."
        raise ValueError(f"{path.as_posix()} {said}") from error
    except ValueError as error:
        raise ValueError(f"{path.as_posix()} is {error}") from error


class DatasetError(ValueError):
    """A dataset that cannot be used; the message names the file, the key and how to fix it."""


@dataclass(frozen=True)
class Dataset:
    """A dataset's title and source, and the classification and periods that it uses."""

    folder: Path
    title: str
    synthetic: bool
    source: str
    period: PeriodLength
    complete_to: dt.date
    classification: Classification
    comparator: str
    returns_due_days: int | None = None
    benchmark_files: str = "benchmarks"

    @property
    def benchmarks(self) -> Path:
        """The folder of published statistics about other areas, beside the dataset's own files."""
        return self.folder / self.benchmark_files

    @property
    def has_returns(self) -> bool:
        """Whether returns/ holds anything; without, pages show need, plans and money, and no review."""
        folder = self.folder / "returns"
        files = (path for path in folder.rglob("*") if path.is_file())
        return any(not path.name.startswith(".") and path.stem.lower() != "readme" for path in files)


def _check_keys(raw: Mapping[str, Any], place: str) -> None:
    known = {**_KEYS, **_OPTIONAL}
    for key in raw:
        if key not in known:
            raise DatasetError(f"{place}: '{key}' is not a key; the keys are {', '.join(known)}.")
    for key in _KEYS:
        if key not in raw:
            raise DatasetError(f"{place}: the key '{key}' is missing.")
    for key, value in raw.items():
        _check_value(value, known[key], f"{place}, {key}")


def _check_value(value: Any, kind: type, place: str) -> None:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise DatasetError(f"{place}: this is blank; write {_KINDS[kind]}.")
    if type(value) is not kind:  # not isinstance: a datetime is a date, but does not compare with one
        raise DatasetError(f"{place}: '{value}' is not {_KINDS[kind]}.")
    if isinstance(value, dt.date) and (fault := parse_date(value.isoformat(), ISO_DATE).fault):
        raise DatasetError(f"{place}: '{value}' is {fault.message}; write {_KINDS[kind]}.")


def _check_comparator(comparator: str, classification: Classification, place: str) -> None:
    allowed = (EVERYONE_ELSE, *classification.known_groups)
    if comparator not in allowed:
        raise DatasetError(
            f"{place}, comparator: '{comparator}' is not a group; use one of {', '.join(allowed)}."
        )


def read_dataset(folder: Path) -> Dataset:
    """Read and check `dataset.yaml` in `folder`; DatasetError."""
    path = folder / "dataset.yaml"
    place = path.as_posix()
    if not path.is_file():
        raise DatasetError(
            f"{place} is missing: a dataset is a folder with dataset.yaml, reference/ and returns/."
        )
    try:
        raw = read_yaml(path)
    except ValueError as error:
        raise DatasetError(str(error)) from error
    if not isinstance(raw, dict):
        raise DatasetError(f"{place}: write keys and values such as 'title: Our borough', one a line.")
    _check_keys(raw, place)
    if raw.get("returns_due_days", 0) < 0:
        raise DatasetError(f"{place}, returns_due_days: a return is due after its period, not before.")
    if raw["period"] not in get_args(PeriodLength):
        raise DatasetError(
            f"{place}, period: '{raw['period']}' is not a choice; use one of {', '.join(get_args(PeriodLength))}."
        )
    try:
        classification = load_classification(raw["ethnic_classification"], folder)
    except ClassificationError as error:
        raise DatasetError(str(error)) from error
    _check_comparator(raw["comparator"], classification, place)
    return Dataset(
        folder=folder,
        classification=classification,
        **{field.name: raw[field.name] for field in fields(Dataset) if field.name in raw},
    )
