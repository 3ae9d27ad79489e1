"""The command `outturn`: what it writes, what it says, and its exit codes."""

import json
from pathlib import Path

import pytest
from cli_project import change, write_project

from pipeline.cli import FAILED, REFUSED, main
from pipeline.contract.documents.csvw import format_csvw
from pipeline.contract.documents.dictionary import format_dictionary, format_templates
from pipeline.contract.documents.rules_page import format_rules
from pipeline.project import Project
from pipeline.publishing import PublishError
from pipeline.stages import STAGES, Stage

PARAMS, DATASET = "params.yaml", "data/raw/sample/dataset.yaml"
PROVIDERS, MEASURES = (f"data/raw/sample/reference/{name}.csv" for name in ("providers", "measures"))
BROKEN = {
    "per cent in params.yaml": (PARAMS, "confidence_level: 0.95", "confidence_level: 95",
        "params.yaml, shared.confidence_level: 95 is not between 0 and 1; write 95 per cent as 0.95."),
    "unknown key in params.yaml": (
        PARAMS,
        "window_months",
        "window_month",
        "params.yaml, equality.window_month: this is not a key; the keys there are minimum_total, maximum_unknown, "
        "window_months, false_discovery_rate, family, workers.",
    ),
    "dataset that is not there": (
        PARAMS,
        "dataset: data/raw/sample",
        "dataset: data/raw/ours",
        "{root}/data/raw/ours/dataset.yaml is missing: a dataset is a folder with dataset.yaml, "
        "reference/ and returns/.",
    ),
    "comparator that is no group": (
        DATASET,
        "everyone else",
        "everybody",
        "{root}/data/raw/sample/dataset.yaml, comparator: 'everybody' is not a group; use one of "
        "everyone else, Asian, Black, Mixed, White, Other.",
    ),
    "unknown code in a reference table": (
        PROVIDERS,
        ",small,",
        ",smal,",
        "{root}/data/raw/sample/reference/providers.csv, row 2, size: 'smal' is not one of the choices for size; "
        "did you mean 'small'?; use one of small, medium, large.",
    ),
    "missing column in a reference table": (PROVIDERS, "provider_id,", "provider,",
        "{root}/data/raw/sample/reference/providers.csv: "),
    "measure that cannot be computed": (MEASURES, "review_date is given", "review_day is given",
        "reference/measures.csv, row 2: "),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and the working folder."""
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "False")
    monkeypatch.chdir(tmp_path)
    return write_project(tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on the error stream."""
    heard = capsys.readouterr()
    assert "Traceback" not in heard.err
    assert heard.err.count("\n") == 1
    return heard.err.removesuffix("\n")


@pytest.mark.parametrize("case", BROKEN)
def test_preflight_refuses_broken_input_with_one_sentence_and_code_2(
    case: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, old, new, message = BROKEN[case]
    change(root / name, old, new)
    assert main(["preflight"]) == REFUSED == 2
    assert said(capsys).startswith(message.format(root=root.as_posix()))


@pytest.mark.parametrize("case", [case for case in BROKEN if case != "measure that cannot be computed"])
def test_a_stage_refuses_broken_input_before_it_writes_anything(
    case: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, old, new, message = BROKEN[case]
    change(root / name, old, new)
    assert main(["stage", "intake"]) == REFUSED
    assert said(capsys).startswith(message.format(root=root.as_posix()))
    assert not (root / "data" / "processed").exists()


def test_a_missing_params_file_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "params.yaml").unlink()
    assert main(["preflight"]) == REFUSED
    assert said(capsys) == f"params.yaml is missing from {root.as_posix()}."


def test_preflight_is_silent_where_all_is_well(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_stage_writes_its_outputs_and_one_line_of_log_without_values_or_small_counts(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stage", "intake"]) == 0
    assert capsys.readouterr().out.startswith("intake: files 3, refused 0, lines 1 to 7, read 1 to 7,")
    log = root / "data" / "processed" / "log" / "intake.jsonl"
    line = json.loads(log.read_text(encoding="utf-8"))
    few = "1 to 7"
    assert (line["stage"], line["files"], line["lines"], line["read"]) == ("intake", 3, few, few)
    assert {"seconds", "python", "duckdb", "great-expectations"} <= set(line)
    assert "C20931" not in log.read_text(encoding="utf-8")


def test_every_run_adds_a_line_to_the_log(root: Path) -> None:
    assert [main(["stage", "intake"]), main(["stage", "intake"])] == [0, 0]
    log = root / "data" / "processed" / "log" / "intake.jsonl"
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2


def test_a_stage_whose_inputs_moved_while_it_read_them_fails(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(project: Project) -> dict[str, int]:
        (project.dataset_folder / "returns" / "late.csv").write_text("child_id\n", encoding="utf-8")
        return {}

    monkeypatch.setitem(STAGES, "intake", Stage(lambda project: (project.dataset_folder,), read))
    assert main(["stage", "intake"]) == FAILED == 1
    assert said(capsys) == "An input changed while this stage was reading it; run it again."
    assert not (root / "data" / "processed" / "log").exists()


def test_a_site_that_cannot_be_published_is_refused_in_one_sentence(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(project: Project) -> dict[str, int]:
        raise PublishError(f"{project.settings.shared.dataset} has no title.")

    monkeypatch.setitem(STAGES, "publish", Stage(lambda project: (project.dataset_folder,), refuse))
    assert main(["stage", "publish"]) == FAILED
    assert said(capsys) == "data/raw/sample has no title."


def test_a_run_in_which_no_episode_is_accepted_fails_in_one_sentence(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(root / "data/raw/sample/returns/harbour_youth/2009-q4/episodes.csv", "2009-05-11", "2029-05-11")
    assert main(["stage", "intake"]) == 0
    assert main(["stage", "validate"]) == FAILED
    assert said(capsys).startswith("No episode was accepted, so there is nothing to report; ")


def test_a_stage_without_its_inputs_fails_with_their_name(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stage", "validate"]) == FAILED
    assert said(capsys) == "data/processed/intake is not there; 'dvc repro' makes it."


@pytest.mark.parametrize("arguments", [[], ["stage"], ["stage", "intakes"], ["verfy"], ["templates"]])
def test_a_command_that_does_not_exist_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == REFUSED
    assert "usage: outturn" in capsys.readouterr().err


def test_dictionary_writes_the_data_dictionary_the_rules_and_the_metadata(root: Path) -> None:
    assert main(["dictionary"]) == 0
    assert (root / "docs" / "csvw.json").read_text(encoding="utf-8") == format_csvw()
    assert (root / "docs" / "rules.md").read_text(encoding="utf-8") == format_rules()
    assert (root / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == format_dictionary()


def test_templates_are_written_where_they_are_asked_for_and_never_over_others(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [*format_templates(), "returns/return.xlsx", "examples/return.xlsx"]
    assert main(["templates", "blank"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"blank/{name}" for name in names]
    assert all((root / "blank" / name).is_file() for name in names)
    assert main(["templates", "blank"]) == REFUSED
    assert said(capsys).endswith("is there already and may be filled in; name another folder.")


UNFINISHED = {
    "targets.csv": (",at_least,", ",,"),
    "evaluation_plan.csv": ("2009-03-20", ""),
    "curves.csv": ("better_off", "to do"),
    "standards.csv": ("2011-10-12", ""),
    "measures.csv": ("higher", ""),
    "population.csv": ("2009", ""),
}


def test_templates_and_the_check_do_not_wait_for_what_is_unfinished(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = root / "data/raw/sample/reference"
    for name, (old, new) in UNFINISHED.items():
        sound = (reference / name).read_bytes()
        change(reference / name, old, new)
        assert main(["preflight"]) == REFUSED
        assert name in said(capsys)
        (reference / name).write_bytes(sound)
    for name, (old, new) in UNFINISHED.items():
        change(reference / name, old, new)
    assert main(["templates", "blank"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["check", "data/raw/sample/returns/harbour_youth/2009-q4"]) == 0


@pytest.mark.parametrize("name", ["dataset.yaml", "reference/services.csv"])
def test_templates_are_written_before_there_is_anything_to_choose_from(
    name: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "data/raw/sample" / name).unlink()
    assert main(["templates", "blank"]) == 0
    assert capsys.readouterr().err.startswith("The workbooks offer no lists of yours: ")
    assert main(["templates", "named", "--dataset", "data/raw/sample"]) == REFUSED
    assert not (root / "named").exists()


def test_map_writes_a_mapping_beside_the_file_and_says_what_is_left_to_do(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "theirs.csv").write_text(
        "Client ID,Referral date,Gender\nC1,03/04/2009,F\nC2,05/06/2009,X\n", encoding="utf-8"
    )
    assert main(["map", "theirs.csv"]) == 0
    assert capsys.readouterr().out == "mapping.yaml: 0 to check, 4 to fill in. Nothing is sent anywhere.\n"
    text = (root / "mapping.yaml").read_text(encoding="utf-8")
    assert "Ethnic groups were read as those of ons_2001." in text
    assert main(["map", "theirs.csv"]) == REFUSED
    assert "mapping.yaml is there already" in said(capsys)


def test_map_needs_no_project_and_refuses_what_it_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs.csv").write_text("", encoding="utf-8")
    assert main(["map", "theirs.csv"]) == REFUSED
    assert (
        said(capsys)
        == "theirs.csv: the file is empty; save the file again with its column names and rows, and send it."
    )
    (tmp_path / "theirs.csv").write_text("Client ID,Referral date\nC1,2009-05-31\n", encoding="utf-8")
    assert main(["map", "theirs.csv", "--table", "episodes", "--classification", "ons_2011"]) == 0
    assert "those of ons_2011" in (tmp_path / "mapping.yaml").read_text(encoding="utf-8")
