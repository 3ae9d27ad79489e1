"""A provider corrects one return: what is made anew rests on it, and nothing else is.

Every impact page says how its service compares with the others, so all of them rest on it; of the equality pages only
that of the provider's own service and those over all.
"""

import csv
import json
from dataclasses import dataclass

import pytest
from dvc_project import copy_whole
from whole_run import MEASURES, Copy, read_rows

pytest_plugins = ("whole_run_fixtures",)

PAGES = "reports/equality"
LAST_RETURN = "data/raw/sample/returns/lantern_fathers/2012-q1"
ITS_SERVICE = "S10"
NEW_EPISODE = {"episode_id": "LF0000", "child_id": "A00000"}
"""Ids that sort before all others, so that nothing rests on the order of ids."""


@dataclass(frozen=True)
class Corrected:
    copy: Copy
    before: dict[str, str]
    after: dict[str, str]

    def changed(self) -> set[str]:
        """Notebooks whose bytes are not what they were."""
        return {name for name in self.before if self.after[name] != self.before[name]}


def _add_row(copy: Copy, table: str, new: dict[str, str]) -> None:
    path = copy.root / LAST_RETURN / f"{table}.csv"
    first = read_rows(path)[0]
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, first.keys(), lineterminator="\n").writerow(
            first | {name: value for name, value in new.items() if name in first}
        )


def _notebooks(hashes: dict[str, str]) -> dict[str, str]:
    return {name: content for name, content in hashes.items() if name.endswith(".ipynb")}


@pytest.fixture(scope="module")
def corrected(run: Copy, tmp_path_factory: pytest.TempPathFactory) -> Corrected:
    """A child whom the provider had forgotten is added to its last return, with scores, after a whole run."""
    copy = copy_whole(run, tmp_path_factory.mktemp("corrected") / "in a größer folder" / "outturn")
    _add_row(copy, "episodes", NEW_EPISODE)
    _add_row(copy, "outcomes", NEW_EPISODE)
    copy.stages("intake", "validate", "measure", "protect", "equality")
    return Corrected(copy, _notebooks(dict(run.hashes(PAGES))), _notebooks(dict(copy.hashes(PAGES))))


def test_the_equality_pages_of_the_service_and_over_all_change_and_no_other_is_executed(
    corrected: Corrected,
) -> None:
    assert corrected.after.keys() == corrected.before.keys()
    assert corrected.changed() == {f"{PAGES}/{page}.ipynb" for page in ("index", *MEASURES, ITS_SERVICE)}
    log = (corrected.copy.root / "data/processed/log/equality.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["executed"] for line in log.splitlines()] == [31, 12]
