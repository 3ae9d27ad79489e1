"""One change of the committed params.yaml a case, with what is said of it."""

from pathlib import Path

import pytest

from pipeline.protect.rounding import Disclosure
from pipeline.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
VALID = (ROOT / "params.yaml").read_text(encoding="utf-8")
CASES = {
    "unknown section": (
        "intake:\n",
        "intakes:\n",
        "params.yaml, intakes: this is not a key; the keys there are "
        "shared, intake, validate, measure, impact, equality, cycle, audit, publish.",
    ),
    "unknown key": ("  minimum_pairs: 13", "  minimum_pair: 10",
        "params.yaml, impact.minimum_pair: this is not a key; the keys there are minimum_pairs, measure, workers."),
    "unknown key further in": ("disclosure: nhs", "disclosure: {hide: 7, round_to: 5}",
        "params.yaml, shared.disclosure.hide: this is not a key; the keys there are hide_up_to, round_to."),
    "pairs that no figure is shown of": (
        "  minimum_pairs: 13",
        "  minimum_pairs: 7",
        "params.yaml, impact.minimum_pairs: 7 is not above shared.disclosure.hide_up_to, and no figure is shown of so "
        "few; write 8 or more.",
    ),
    "total that no figure is shown of": (
        "  minimum_total: 23",
        "  minimum_total: 5",
        "params.yaml, equality.minimum_total: 5 is not above shared.disclosure.hide_up_to, and no figure is shown of "
        "so few; write 8 or more.",
    ),
    "dataset elsewhere": (
        "dataset: data/raw/sample",
        "dataset: ../shared/sample",
        "params.yaml, shared.dataset: '../shared/sample' is not a folder in data/raw; put the dataset there and "
        "write its folder as data/raw/name.",
    ),
    "dataset on its way out": (
        "dataset: data/raw/sample",
        "dataset: data/raw/../sample",
        "params.yaml, shared.dataset: 'data/raw/../sample' is not a folder in data/raw; put the dataset there and "
        "write its folder as data/raw/name.",
    ),
    "all datasets": (
        "dataset: data/raw/sample",
        "dataset: data/raw",
        "params.yaml, shared.dataset: 'data/raw' is not a folder in data/raw; put the dataset there and write its "
        "folder as data/raw/name.",
    ),
    "missing key": ("  maximum_unknown: 0.3", "", "params.yaml, equality.maximum_unknown: this key is missing."),
    "missing section": ("publish:\n  with: auto", "", "params.yaml, publish: this key is missing."),
    "section without keys": ("publish:\n  with: auto", "publish:\n",
        "params.yaml, publish: write keys and values under it."),
    "value where keys belong": ("publish:\n  with: auto", "publish: auto",
        "params.yaml, publish: write keys and values under it."),
    "per cent": ("confidence_level: 0.95", "confidence_level: 95",
        "params.yaml, shared.confidence_level: 95 is not between 0 and 1; write 95 per cent as 0.95."),
    "certainty": ("confidence_level: 0.95", "confidence_level: 1",
        "params.yaml, shared.confidence_level: 1 is not between 0 and 1; write 95 per cent as 0.95."),
    "not a number at all": ("maximum_unknown: 0.3", "maximum_unknown: .nan",
        "params.yaml, equality.maximum_unknown: nan is not between 0 and 1; write 95 per cent as 0.95."),
    "text for a number": ("confidence_level: 0.95", "confidence_level: high",
        "params.yaml, shared.confidence_level: 'high' is not a number."),
    "comma in a number": ("confidence_level: 0.95", "confidence_level: '0,95'",
        "params.yaml, shared.confidence_level: '0,95' is not a number."),
    "true for a number": ("confidence_level: 0.95", "confidence_level: true",
        "params.yaml, shared.confidence_level: 'True' is not a number."),
    "true for a whole number": ("disclosure: nhs", "disclosure: {hide_up_to: 7, round_to: true}",
        "params.yaml, shared.disclosure.round_to: 'True' is not a whole number."),
    "half a whole number": ("disclosure: nhs", "disclosure: {hide_up_to: 7.5, round_to: 5}",
        "params.yaml, shared.disclosure.hide_up_to: '7.5' is not a whole number."),
    "blank": ("disclosure: nhs", "disclosure: {hide_up_to: , round_to: 5}",
        "params.yaml, shared.disclosure.hide_up_to: this is blank; write a value."),
    "blank text": ("measure: outcome_achieved", "measure: ' '",
        "params.yaml, impact.measure: this is blank; write a text."),
    "number for a text": ("measure: outcome_achieved", "measure: 3",
        "params.yaml, impact.measure: '3' is not a text."),
    "no workers": ("  workers: 4                      # notebooks", "  workers: 0  # notebooks",
        "params.yaml, impact.workers: 0 is not 1 or more."),
    "fewer than none": ("baseline_months: 6", "baseline_months: -6",
        "params.yaml, measure.baseline_months: -6 is not 1 or more."),
    "unknown profile": ("disclosure: nhs", "disclosure: nsh",
        "params.yaml, shared.disclosure: 'nsh' is not a choice; use one of nhs, dfe, tre10, or an own rule."),
    "rule that protects nobody": (
        "disclosure: nhs",
        "disclosure: {hide_up_to: 1, round_to: 1}",
        "params.yaml, shared.disclosure: this protects nobody; write a hide_up_to of 4 and a round_to of 3 or more. "
        "Exact numbers, for those who may see them: 'python run.py report --edition internal'.",
    ),
    "unknown publisher": ("with: auto", "with: word",
        "params.yaml, publish.with: 'word' is not a choice; use 'auto', 'quarto' or 'pandoc'."),
    "list of publishers": ("with: auto", "with: [auto]",
        "params.yaml, publish.with: '['auto']' is not a choice; use 'auto', 'quarto' or 'pandoc'."),
}  # fmt: skip


def read(folder: Path, text: str) -> Settings:
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return read_settings(folder)


def refusal(folder: Path, text: str) -> str:
    """What is said of the text; of the file's name without its folder."""
    with pytest.raises(SettingsError) as caught:
        read(folder, text)
    return str(caught.value).removeprefix(f"{folder.as_posix()}/")


def test_the_committed_file_is_read_into_typed_values() -> None:
    settings = read_settings(ROOT)
    assert settings.shared.confidence_level == 0.95
    assert settings.shared.rule == Disclosure(hide_up_to=7, round_to=5)
    assert settings.publish.with_ == "auto"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("dfe", Disclosure(5, 10)),
        ("tre10", Disclosure(9, 10)),
        ("{hide_up_to: 5, round_to: 3}", Disclosure(5, 3)),
    ],
)
def test_the_rule_is_that_of_a_profile_or_an_own_one(tmp_path: Path, written: str, rule: Disclosure) -> None:
    assert read(tmp_path, VALID.replace("disclosure: nhs", f"disclosure: {written}")).shared.rule == rule


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_its_place_its_value_and_what_was_expected(tmp_path: Path, case: str) -> None:
    old, new, message = CASES[case]
    assert VALID.count(old) == 1
    assert refusal(tmp_path, VALID.replace(old, new)) == message


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- shared\n", "shared\n"])
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text) == "params.yaml: write keys and values under it."


def test_text_that_is_no_yaml_is_refused_in_one_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, VALID.replace("intake:", "intake: ["))
    assert said.startswith("params.yaml is not written as YAML asks: ")
    assert "\n" not in said


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, VALID.replace("remote: none", "remote: none\n  remote: other"))
    assert said.startswith(
        "params.yaml is not written as YAML asks: the key 'remote' is there twice in line "
    )


def test_a_missing_file_is_named_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path)
    assert str(caught.value) == f"params.yaml is missing from {tmp_path.as_posix()}."


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_bytes(b"\xff\xfe" + VALID.encode("utf-16-le"))
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path)
    assert "params.yaml cannot be read as text; save it in a text editor" in str(caught.value)


def test_a_whole_number_may_stand_for_a_share_s_type_but_keeps_its_limits(tmp_path: Path) -> None:
    settings = read(tmp_path, VALID.replace("maximum_unknown: 0.3", "maximum_unknown: 3.0e-1"))
    assert settings.equality.maximum_unknown == 0.3
