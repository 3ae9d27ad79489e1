"""`params.yaml`, parsed once into typed objects; unknown, missing or impossible values stop the run."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeVar

from pipeline.contract.strict_yaml import load_yaml
from pipeline.protect.rounding import Disclosure

T = TypeVar("T")


class SettingsError(ValueError):
    """A `params.yaml` that cannot be used; one plain sentence."""


@dataclass(frozen=True)
class SharedSettings:
    """What several stages need."""

    dataset: str
    confidence_level: float
    disclosure: Disclosure


@dataclass(frozen=True)
class IntakeSettings:
    """Limits on what is read, and the DVC remote that it may be sent to ('none': to no one)."""

    maximum_file_mb: int
    remote: str


@dataclass(frozen=True)
class ValidateSettings:
    """What a provider's contract asks of its data, and how many years before its return's period a date may lie."""

    minimum_ethnicity_known: float
    maximum_years_back: int


@dataclass(frozen=True)
class MeasureSettings:
    """The baseline rule's length."""

    baseline_months: int


@dataclass(frozen=True)
class ImpactSettings:
    """When a change is judged at all, whose trend is drawn, and how many notebooks run at once."""

    minimum_pairs: int
    measure: str
    workers: int


Family = Literal["measure", "page"]


@dataclass(frozen=True)
class EqualitySettings:
    """When a gap is judged, over which months, what is looked at together, how many notebooks run at once."""

    minimum_total: int
    maximum_unknown: float
    window_months: int
    false_discovery_rate: float
    family: Family
    workers: int


PublishWith = Literal["auto", "quarto", "pandoc"]


@dataclass(frozen=True)
class PublishSettings:
    """Which publisher makes the site."""

    with_: PublishWith


@dataclass(frozen=True)
class Settings:
    """All of `params.yaml`: `shared`, and one section a stage."""

    shared: SharedSettings
    intake: IntakeSettings
    validate: ValidateSettings
    measure: MeasureSettings
    impact: ImpactSettings
    equality: EqualitySettings
    publish: PublishSettings


_SHARES = {"confidence_level", "minimum_ethnicity_known", "maximum_unknown", "false_discovery_rate"}


def _check_value(value: Any, kind: Any, place: str) -> Any:
    if typing.get_origin(kind) is Literal:
        if value not in typing.get_args(kind):
            raise SettingsError(
                f"{place}: '{value}' is not a choice; use one of {', '.join(typing.get_args(kind))}."
            )
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    expected = {int: "a whole number", float: "a number", str: "a text"}[kind]
    if value is None or (isinstance(value, str) and not value.strip()):
        raise SettingsError(f"{place}: this is blank; write {expected}.")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SettingsError(f"{place}: '{value}' is not {expected}.")
    if place.rpartition(".")[2] in _SHARES and not 0 < value < 1:
        raise SettingsError(f"{place}: {value} is not between 0 and 1; write 95 per cent as 0.95.")
    if kind is int and value < 1:
        raise SettingsError(f"{place}: {value} is not 1 or more.")
    return value


def _parse_section(kind: type[T], raw: Any, place: str) -> T:
    if not isinstance(raw, Mapping):
        raise SettingsError(f"{place}: write keys and values under it.")
    kinds = typing.get_type_hints(kind)
    keys = {field.name.rstrip("_"): field.name for field in fields(kind)}  # type: ignore[arg-type]
    for key in raw:
        if key not in keys:
            raise SettingsError(f"{place}: '{key}' is not a key; the keys are {', '.join(keys)}.")
    values = {}
    for key, name in keys.items():
        if key not in raw:
            raise SettingsError(f"{place}: the key '{key}' is missing.")
        inner = f"{place}.{key}" if place != "params.yaml" else f"params.yaml, {key}"
        if is_dataclass(kinds[name]):
            values[name] = _parse_section(kinds[name], raw[key], inner)
        else:
            values[name] = _check_value(raw[key], kinds[name], inner)
    return kind(**values)


def _check_minimum(minimum: int, rule: Disclosure, place: str) -> None:
    """Refuse a minimum that would judge what disclosure control leaves out."""
    if minimum <= rule.hide_up_to:
        raise SettingsError(
            f"{place}: {minimum} is not above shared.disclosure.hide_up_to, and no figure is shown of so few; write "
            f"{rule.hide_up_to + 1} or more."
        )


def _check_dataset(folder: str) -> None:
    """DVC watches `data/raw`, and nothing outside it."""
    path = PurePosixPath(folder)
    if path.parts[:2] != ("data", "raw") or ".." in path.parts or len(path.parts) < 3:
        raise SettingsError(
            f"params.yaml, shared.dataset: '{folder}' is not a folder in data/raw; put the dataset there and write "
            "its folder as data/raw/name."
        )


def load_settings(text: str) -> Settings:
    """Parse the text of `params.yaml`."""
    try:
        raw = load_yaml(text)
    except ValueError as error:
        raise SettingsError(f"params.yaml is {error}") from error
    settings = _parse_section(Settings, raw, "params.yaml")
    _check_dataset(settings.shared.dataset)
    rule = settings.shared.disclosure
    _check_minimum(settings.impact.minimum_pairs, rule, "params.yaml, impact.minimum_pairs")
    _check_minimum(settings.equality.minimum_total, rule, "params.yaml, equality.minimum_total")
    return settings


def read_settings(root: Path) -> Settings:
    """Read `params.yaml` in the project's folder."""
    path = root / "params.yaml"
    if not path.is_file():
        raise SettingsError(f"params.yaml is missing from {root.as_posix()}.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(
            "params.yaml cannot be read as text; save it in a text editor with the encoding UTF-8."
        ) from error
    return load_settings(text)
