"""`params.yaml`, parsed once into typed objects; unknown, missing or impossible values stop the run."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from pipeline.contract.dataset import read_yaml
from pipeline.protect.rounding import LEAST, PROFILES, Disclosure

Share = Annotated[float, Field(strict=True, gt=0, lt=1)]
Number = Annotated[int, Field(strict=True, ge=1)]
Text = Annotated[str, StringConstraints(strict=True, pattern=r"\S")]
PAGE_FOLDERS = ("services", "equality", "cycle")
"""The folders of executed notebooks, one for each stage that makes pages."""


class SettingsError(ValueError):
    """A `params.yaml` that cannot be used; one plain sentence."""


class Section(BaseModel):
    """A section of params.yaml: every key must be present, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DisclosureSettings(Section):
    """The rule that protects counts: a profile's, by its name, or the dataset's own."""

    hide_up_to: Number
    round_to: Number

    @model_validator(mode="before")
    @classmethod
    def _of_profile(cls, chosen: Any) -> Any:
        if isinstance(chosen, str) and chosen not in PROFILES:
            raise ValueError(f"'{chosen}' is not a choice; use one of {', '.join(PROFILES)}, or an own rule")
        if not isinstance(chosen, str):
            return chosen
        return {name: getattr(PROFILES[chosen], name) for name in cls.model_fields}

    @model_validator(mode="after")
    def _protects(self) -> Self:
        if self.hide_up_to < LEAST.hide_up_to or self.round_to < LEAST.round_to:
            raise ValueError(
                f"this protects nobody; write a hide_up_to of {LEAST.hide_up_to} and a round_to of {LEAST.round_to} or "
                "more. Exact numbers, for those who may see them: 'python run.py report --edition internal'"
            )
        return self


class SharedSettings(Section):
    """Settings that several stages use."""

    dataset: Text
    confidence_level: Share
    disclosure: DisclosureSettings
    language: Text

    @property
    def rule(self) -> Disclosure:
        """The rule that protects counts."""
        return Disclosure(self.disclosure.hide_up_to, self.disclosure.round_to)


class IntakeSettings(Section):
    """Limits on what is read, and the DVC remote for the data ('none': no remote)."""

    maximum_file_mb: Number
    remote: Text


class ValidateSettings(Section):
    """Requirements of a provider's contract on its data, and how many years before its period a date may be."""

    minimum_ethnicity_known: Share
    maximum_years_back: Number


class MeasureSettings(Section):
    """The length of a baseline, and the engine that counts."""

    baseline_months: Number
    engine: Literal["duckdb", "spark"]


class ImpactSettings(Section):
    """The minimum for judging a change, the measure whose trend is drawn, and the number of notebooks at once."""

    minimum_pairs: Number
    measure: Text
    workers: Number


class EqualitySettings(Section):
    """The minimum for judging a gap, its months, the family of comparisons, and the number of notebooks at once."""

    minimum_total: Number
    maximum_unknown: Share
    window_months: Number
    false_discovery_rate: Share
    family: Literal["measure", "page"]
    workers: Number


class CycleSettings(Section):
    """The minimum for comparing bids, how far ahead dates are listed, and the number of notebooks at once."""

    minimum_bids: Number
    months_ahead: Number
    workers: Number


class Accepted(Section):
    """A leak found by the audit, under its name there, that is published all the same: why, by whom and when."""

    table: Text
    place: Text
    why: Text
    by: Text
    on: dt.date


class AuditSettings(Section):
    """Leaks that are published all the same."""

    accept: tuple[Accepted, ...]


class PublishSettings(Section):
    """Which publisher builds the site."""

    with_: Annotated[Literal["auto", "quarto", "pandoc"], Field(alias="with")]


class Settings(Section):
    """All of `params.yaml`: `shared`, and one section per stage."""

    shared: SharedSettings
    intake: IntakeSettings
    validate_: Annotated[ValidateSettings, Field(alias="validate")]
    measure: MeasureSettings
    impact: ImpactSettings
    equality: EqualitySettings
    cycle: CycleSettings
    audit: AuditSettings
    publish: PublishSettings

    @property
    def limits(self) -> frozenset[int]:
        """Numbers of children that texts on pages give as a limit, not as a count."""
        return frozenset(
            {self.shared.rule.hide_up_to, self.impact.minimum_pairs, self.equality.minimum_total}
        )


_FAULTS = {
    "missing": "this key is missing",
    "model_type": "write keys and values under it",
    "dict_type": "write keys and values under it",
    "too_short": "write {min_length} or more",
    "bool_type": "'{input}' is not true or false",
    "int_type": "'{input}' is not a whole number",
    "float_type": "'{input}' is not a number",
    "string_type": "'{input}' is not a text",
    "string_pattern_mismatch": "this is blank; write a text",
    "literal_error": "'{input}' is not a choice; use {expected}",
    "greater_than": "{input} is not between 0 and 1; write 95 per cent as 0.95",
    "less_than": "{input} is not between 0 and 1; write 95 per cent as 0.95",
    "greater_than_equal": "{input} is not {ge} or more",
    "value_error": "{error}",
}
"""The message for each kind of fault found by pydantic."""


def describe_fault(found: ValidationError, file: str, model: type[Section]) -> str:
    """Describe the first fault in one sentence: its place in the file, its value, and what was expected."""
    # A misspelt key gives two faults; report this one rather than the missing key.
    error: ErrorDetails = min(found.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    kind, place = error["type"], ", ".join(filter(None, [file, ".".join(map(str, error["loc"]))]))
    if kind == "extra_forbidden":
        return f"{place}: this is not a key; the keys there are {', '.join(_keys(model, error['loc'][:-1]))}."
    if error["input"] is None and kind in ("int_type", "float_type", "string_type"):
        return f"{place}: this is blank; write a value."
    return f"{place}: {_FAULTS[kind].format(input=error['input'], **error.get('ctx', {}))}."


def _keys(model: type[Section], place: Sequence[int | str]) -> Iterator[str]:
    """Yield the keys of a section."""
    section: Any = model
    for key in place:
        section = next(
            each.annotation for name, each in section.model_fields.items() if name.rstrip("_") == key
        )
    return (name.rstrip("_") for name in section.model_fields)


def _check_dataset(folder: str) -> None:
    """Check that the dataset is in `data/raw`, the only data folder that DVC watches."""
    path = PurePosixPath(folder)
    if path.parts[:2] != ("data", "raw") or ".." in path.parts or len(path.parts) < 3:
        raise SettingsError(
            f"params.yaml, shared.dataset: '{folder}' is not a folder in data/raw; put the dataset there and write "
            "its folder as data/raw/name."
        )


def read_settings(root: Path) -> Settings:
    """Read `params.yaml` in the project's folder; SettingsError."""
    path = root / "params.yaml"
    if not path.is_file():
        raise SettingsError(f"params.yaml is missing from {root.as_posix()}.")
    try:
        raw = read_yaml(path)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise SettingsError(describe_fault(error, "params.yaml", Settings)) from None
    _check_dataset(settings.shared.dataset)
    rule = settings.shared.rule
    minimums = {"impact.minimum_pairs": settings.impact.minimum_pairs}
    minimums["equality.minimum_total"] = settings.equality.minimum_total
    for place, minimum in minimums.items():
        if minimum <= rule.hide_up_to:  # otherwise it would judge what disclosure control hides
            raise SettingsError(
                f"params.yaml, {place}: {minimum} is not above shared.disclosure.hide_up_to, and no figure is shown of "
                f"so few; write {rule.hide_up_to + 1} or more."
            )
    return settings
