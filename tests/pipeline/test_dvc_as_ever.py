"""Analysts use DVC as ever: each command does what its user expects, on a small dataset of their own."""

import json
from typing import Any

import pytest
from dvc_project import commit, copy_whole, dvc, set_param
from whole_run import OUTPUTS, PAGES, Copy, git

pytest_plugins = ("whole_run_fixtures",)
METRICS, PLOT = "reports/metrics.json", "Outcomes achieved by quarter"


ROUNDED: dict[str, tuple[object, object]] = {
    "shared.disclosure": ("nhs", "dfe"),
    "impact.minimum_pairs": (13, 15),
    "equality.minimum_total": (23, 25),
}
"""Settings before and in the experiment: figures are rounded more."""


@pytest.fixture(scope="module")
def made(own: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A project under git whose dataset is under DVC, run and committed."""
    folder = tmp_path_factory.mktemp("ever")
    copy = copy_whole(own, folder / "outturn")
    dvc(copy, "remote", "add", "shared", (folder / "remote").as_posix())
    commit(copy.root, "A remote")
    return copy


@pytest.fixture(scope="module")
def tried(made: Copy) -> Copy:
    """The same after an experiment in the working folder."""
    changed = [word for name, (_, new) in ROUNDED.items() for word in ("--set-param", f"{name}={new}")]
    dvc(made, "exp", "run", "--name", "rounded", *changed)
    return made


def answer(copy: Copy, *arguments: str) -> Any:
    return json.loads(dvc(copy, *arguments, "--json"))


def executed(copy: Copy, stage: str) -> int:
    """How many pages the last run of a notebook stage executed, as its log says."""
    *_, last = (copy.root / f"data/processed/log/{stage}.jsonl").read_text(encoding="utf-8").splitlines()
    return int(json.loads(last)["executed"])


def test_after_a_run_there_is_nothing_to_say(made: Copy) -> None:
    assert answer(made, "status") == {}
    assert answer(made, "data", "status") == {}
    assert git(made.root, "status", "--short") == ""


@pytest.mark.slow
def test_an_experiment_stands_beside_what_was_committed(tried: Copy) -> None:
    assert git(tried.root, "status", "--short").split() == ["M", "dvc.lock", "M", "params.yaml"]
    told = answer(tried, "exp", "diff")
    changed = {name: (each["old"], each["new"]) for name, each in told["params"]["params.yaml"].items()}
    assert changed == ROUNDED
    assert told["metrics"] == answer(tried, "metrics", "diff") != {}
    shown = answer(tried, "exp", "show")
    assert [entry["rev"] for entry in shown] == ["workspace", git(tried.root, "rev-parse", "HEAD").strip()]
    found = [entry["data"]["metrics"][METRICS]["data"]["measures"] for entry in shown]
    assert found[0] != found[1]


@pytest.mark.slow
def test_plots_are_drawn_of_both_revisions(tried: Copy) -> None:
    (drawn,) = answer(tried, "plots", "diff")["data"][PLOT]
    assert {row["rev"] for row in drawn["content"]["data"]["values"]} == {"workspace", "HEAD"}


@pytest.mark.slow
def test_force_executes_every_page_anew_and_gives_the_same_bytes(tried: Copy) -> None:
    before = tried.hashes(*OUTPUTS, *PAGES)
    said = dvc(tried, "repro", "--force")
    for stage, folder in (("impact", "services"), ("equality", "equality")):
        pages = [*(tried.root / "reports" / folder).glob("*.ipynb")]
        assert executed(tried, stage) == len(pages) > 1
    assert "made 0" not in said
    assert tried.hashes(*OUTPUTS, *PAGES) == before


@pytest.mark.slow
def test_another_number_of_workers_executes_nothing(tried: Copy) -> None:
    set_param(tried.root, "workers: 4", "workers: 2")
    dvc(tried, "repro")
    assert executed(tried, "impact") == 0


@pytest.mark.slow
def test_a_page_that_is_current_is_kept_where_another_is_made(tried: Copy) -> None:
    (tried.root / "reports/services/S01.ipynb").unlink()
    dvc(tried, "repro")
    assert executed(tried, "impact") == 1


@pytest.mark.slow
def test_an_experiment_of_its_own_folder_leaves_this_one_alone(tried: Copy) -> None:
    before = tried.hashes("reports", "data")
    dvc(tried, "exp", "run", "--temp", "--name", "apart", "--set-param", "equality.window_months=6")
    assert tried.hashes("reports", "data") == before
    assert "apart" in dvc(tried, "exp", "list")
    dvc(tried, "exp", "apply", "apart")
    assert "window_months: 6" in (tried.root / "params.yaml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_collecting_what_is_not_used_takes_nothing_that_is(tried: Copy) -> None:
    dvc(tried, "repro")
    before = tried.hashes("reports", "data")
    dvc(tried, "gc", "--workspace", "--force")
    dvc(tried, "checkout")
    assert tried.hashes("reports", "data") == before
    assert answer(tried, "status") == {}


@pytest.mark.slow
def test_one_stage_alone_and_a_parameter_that_is_none_are_answered(tried: Copy) -> None:
    assert "Running stage" not in dvc(tried, "repro", "--single-item", "publish")
    ended = tried.python("-m", "dvc", "exp", "run", "--set-param", "equality.windw_months=6")
    assert ended.returncode != 0
    assert "'windw_months' is not " in ended.stdout + ended.stderr
    set_param(tried.root, "window_months: ", "window_months:  ")
    assert answer(tried, "status") == {}
