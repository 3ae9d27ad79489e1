"""`dvc repro` on the sample: cold, with nothing to do, and after one corrected return."""

import csv
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.trial import Trial, middle, tell
from pipeline.stages import STAGES

REPRO = ("-m", "dvc", "repro")
TIMES = 5
IDLE_TARGET = 1.3


def write_empty_stages(folder: Path, like: Trial) -> Trial:
    """Write a project with as many stages as ours, each of which copies one small file."""
    shutil.copytree(like.folder / ".dvc", folder / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp"))
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    empty = Trial(folder)
    (folder / "0.txt").write_text("nothing\n", encoding="utf-8")
    lines = ["stages:"]
    for number, name in enumerate(STAGES):
        copy = f"import shutil; shutil.copyfile('{number}.txt', '{number + 1}.txt')"
        lines += [f"  {name}:", f'    cmd: python -c "{copy}"']
        lines += [f"    deps: [{number}.txt]", f"    outs: [{number + 1}.txt]"]
    (folder / "dvc.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    empty.seconds(*REPRO)
    return empty


def correct_one_value(trial: Trial) -> str:
    """Raise the first review score of one provider's last return by one; return its place."""
    path = max(
        trial.folder.glob("data/raw/sample/returns/*/*/outcomes.csv"), key=lambda p: (p.parent.name, p)
    )
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    column = header.index("review_score")
    row = next(row for row in rows if row[column].isdigit())
    row[column] = str(int(row[column]) + (-1 if int(row[column]) > 9 else 1))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return path.relative_to(trial.folder).as_posix()


def stage_seconds(trial: Trial) -> Sequence[float]:
    """Return the seconds of each stage in its last run, from its log."""
    logs = [trial.folder / "data" / "processed" / "log" / f"{stage}.jsonl" for stage in STAGES]
    return [json.loads(log.read_text(encoding="utf-8").splitlines()[-1])["seconds"] for log in logs]


def tell_stages(trial: Trial, whole: float) -> None:
    parts = stage_seconds(trial)
    told = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in zip(STAGES, parts, strict=True))
    print(f"  stages: {told}; start-up and DVC {whole - sum(parts):.1f}", flush=True)


def compare_repro(trial: Trial, folder: Path) -> float:
    """Leave `trial` built, with one return corrected; return the seconds of a cold run."""
    cold = trial.seconds(*REPRO)
    print(f"dvc repro from cold: {cold:.1f} s", flush=True)
    tell_stages(trial, cold)
    empty = write_empty_stages(folder / "empty", trial)
    pairs = [(trial.seconds(*REPRO), empty.seconds(*REPRO)) for _ in range(TIMES)]
    ours, bare = (middle(times) for times in zip(*pairs, strict=True))
    print(f"nothing to do: {ours:.2f} s; {len(STAGES)} empty stages: {bare:.2f} s (medians of {TIMES})")
    tell("nothing to do, against empty stages", ours / bare, IDLE_TARGET)
    place = correct_one_value(trial)
    corrected = trial.seconds(*REPRO)
    print(f"one value corrected in {place}: {corrected:.1f} s, {corrected / cold:.2f} of cold", flush=True)
    tell_stages(trial, corrected)
    return cold
