"""One question, one word: whatever page, table or headline of the sample's site tells of it says the same."""

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from whole_run import SERVICES, Copy

pytest_plugins = ("whole_run_fixtures",)

_BEFORE_AND_AFTER = "Before and after"
_SAID_OF_SCORES = {
    "better": "better",
    "worse": "worse",
    "no clear change": "is clear",
    "cannot tell yet": "we cannot tell yet whether scores",
    "too few to say": "too few children",
}
Answer = tuple[str, str]
"""A question, and the word that one place gives for it."""


def _rows(run: Copy, page: str, table: str) -> list[dict[str, str]]:
    section, name = page.split("/")
    path = run.root / "reports/_site" / section / "tables" / f"{name}-{table}.csv"
    return run.rows(run.name(path)) if path.is_file() else []


def _scales(run: Copy) -> dict[str, str]:
    return {row["scale"]: row["title"] for row in run.rows("data/raw/sample/reference/scales.csv")}


def _of_scores_and_measures(run: Copy) -> Iterator[Answer]:
    """What is told of each outcome of each service."""
    titles = _scales(run)
    for row in _rows(run, "services/index", "services"):
        if row["scale"]:
            yield f"{row['service_id']} {titles[row['scale']]}", row["verdict"]
    for row in _rows(run, "services/index", "what_works"):
        yield f"{row['service'].split()[0]} {row['outcome']}", row["claim"]
    for service in SERVICES:
        page = f"services/{service}"
        evaluated = {row["outcome"]: row for row in _rows(run, page, "evaluation")}
        yield from ((f"{service} {outcome}", row["claim"]) for outcome, row in evaluated.items())
        for scale, title in titles.items():
            compared = not evaluated.get(title, {"design": ""})["design"].startswith(_BEFORE_AND_AFTER)
            for row in _rows(run, page, f"{'effect' if compared else 'change'}_{scale}"):
                if row["group"] == "All children":
                    yield f"{service} {title}", row["verdict"]
        for row in _rows(run, page, "measures"):
            if row["measure"] in evaluated:
                yield f"{service} {row['measure']}", row["variation"].removeprefix("getting ")


def _of_tiers(run: Copy) -> Iterator[Answer]:
    """What is told of each tier of each service."""
    for row in _rows(run, "services/index", "tiers"):
        yield from (
            (f"{row['service_id']} {tier}", row[tier]) for tier in ("contract", "measures", "children")
        )
    for service in SERVICES:
        for row in _rows(run, f"services/{service}", "tiers"):
            tier = {"Service": "measures"}.get(row["tier"], row["tier"].lower())
            yield f"{service} {tier}", row["word"]


def _of_targets(run: Copy) -> Iterator[Answer]:
    """What is told of each target: its verdict, and the figure that it rests on."""
    for page in (
        *(f"{section}/{name}" for section in ("services", "equality") for name in ("index", *SERVICES)),
    ):
        for row in _rows(run, page, "targets"):
            yield row["target"], " ".join(row[name] for name in ("verdict", "now", "now_lower", "now_upper"))


def _of_evidence_children_and_money(run: Copy) -> Iterator[Answer]:
    """How strong the evidence of an outcome is; how many children a service reached, and what was agreed for each."""
    for row in _rows(run, "services/index", "what_works"):
        yield f"{row['service'].split()[0]} {row['outcome']}: evidence", row["evidence"]
    for service in SERVICES:
        for row in _rows(run, f"services/{service}", "evaluation"):
            yield f"{service} {row['outcome']}: evidence", row["evidence"]
        for row in _rows(run, f"services/{service}", "finding_reach"):
            if row["ethnic_group"] == "All children":
                yield f"{service}: children", row["children"]
    for row in (*_rows(run, "cycle/money", "costs"), *run.rows("reports/_site/quality/services.csv")):
        service = row["service_id"]
        yield f"{service}: children", row["children"]
        yield f"{service}: scores", row.get("outcome") or row["scores"]
        yield f"{service}: cost", f"{float(row.get('cost_child') or row['cost']):.0f}"


def _answers(run: Copy) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for answers in (_of_scores_and_measures, _of_tiers, _of_targets, _of_evidence_children_and_money):
        for question, word in answers(run):
            found.setdefault(question, Counter())[word] += 1
    return found


def test_no_two_places_answer_one_question_in_two_ways(run: Copy) -> None:
    found = _answers(run)
    assert {question: dict(words) for question, words in found.items() if len(words) > 1} == {}


def test_the_places_that_answer_the_same_question_are_many(run: Copy) -> None:
    """Else the test above could not fail."""
    told = Counter(sum(words.values()) for words in _answers(run).values())
    assert sum(number for places, number in told.items() if places >= 3) >= 20
    assert {"S08 Positive feedback", "S07 Difficulties score", "S06 measures"} <= _answers(run).keys()


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("S08 Positive feedback", "worse"),
        ("S08 measures", "worse"),
        ("S07 Difficulties score", "cannot tell yet"),
        ("S07 children", "cannot tell yet"),
    ],
)
def test_what_once_had_two_answers_has_the_one_that_its_plan_and_checks_bear(
    run: Copy, question: str, word: str
) -> None:
    assert list(_answers(run)[question]) == [word]


def _headline(run: Copy, page: str) -> str:
    text = (run.root / "reports/_site" / page).with_suffix(".html").read_text(encoding="utf-8")
    inside = re.search(r'<div class="headline">(.*?)</div>', text, re.DOTALL)
    assert inside is not None
    return re.sub(r"<[^>]+>|\s+", " ", inside[1])


@pytest.mark.parametrize("service", SERVICES)
def test_the_headline_of_a_service_says_what_its_tables_say(run: Copy, service: str) -> None:
    said = _headline(run, f"services/{service}")
    scales = set(_scales(run).values())
    for row in _rows(run, f"services/{service}", "evaluation"):
        sentence = re.search(rf"{re.escape(row['outcome'])}: ([^:]*)", said)
        if row["outcome"] in scales:
            assert sentence is not None
            assert _SAID_OF_SCORES[row["claim"]] in sentence[1]
        else:
            assert (sentence is not None) == (row["claim"] in ("better", "worse"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_names_every_target_of_its_own_with_its_verdict(run: Copy, service: str) -> None:
    targets = _rows(run, f"equality/{service}", "targets")
    assert _rows(run, f"services/{service}", "targets") == targets
    said = _headline(run, f"services/{service}")
    assert ("Race-equality targets of this service" in said) == bool(targets)
    for row in targets:
        assert re.search(rf"{row['verdict']} \([^)]*{row['target'].split()[0]}\b", said)


def test_metrics_count_what_the_pages_say(run: Copy) -> None:
    metrics = json.loads((run.root / "reports/metrics.json").read_bytes())
    children = Counter(row["children"] for row in _rows(run, "services/index", "tiers"))
    targets = Counter(row["verdict"] for row in _rows(run, "equality/index", "targets"))
    assert metrics["services"] == {word.replace(" ", "_"): number for word, number in children.items()}
    assert metrics["targets"] == {word.replace(" ", "_"): number for word, number in targets.items()}
