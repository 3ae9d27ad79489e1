"""A small valid dataset, written anew for each test, which then changes one thing."""

from pathlib import Path

from borough import BOROUGH

from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.records import read_records
from pipeline.stages.intake import IntakeSummary, run_intake
from pipeline.stages.validate import ValidateSummary, run_validate

RETURN = "returns/harbour/2009-q2"
EPISODES = f"{RETURN}/episodes.csv"
OUTCOMES = f"{RETURN}/outcomes.csv"
FEEDBACK = f"{RETURN}/feedback.csv"

FILES = {
    **BOROUGH,
    EPISODES: """\
episode_id,service_id,child_id,referral_date,start_date,end_date,age,ethnicity
E1,S01,C1,2009-04-11,2009-05-25,,9,BAFR
E2,S01,C2,2009-04-12,2009-05-26,2009-06-20,10,WBRI
E3,S03,C3,2009-04-13,,,11,
""",
    OUTCOMES: """\
episode_id,outcome,scale,baseline_score,baseline_date,review_score,review_date
E1,confidence,wellbeing,17,2009-05-25,23,2009-06-16
E2,confidence,wellbeing,20,2009-05-26,,
""",
    FEEDBACK: """\
feedback_id,service_id,episode_id,date,who,positive,took_part
F1,S01,E1,2009-06-16,child,yes,no
""",
}


def write_dataset(folder: Path) -> Path:
    """Write the dataset's files into `folder`."""
    for name, text in FILES.items():
        write_file(folder, name, text)
    return folder


def write_file(folder: Path, name: str, content: str | bytes) -> None:
    """Write one file of the dataset, replacing what is there."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def change_file(folder: Path, name: str, old: str, new: str) -> None:
    """Change one place of one file; the old text must be there."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    write_file(folder, name, text.replace(old, new, 1))


def load(folder: Path) -> Dataset:
    """The dataset in `folder`."""
    return read_dataset(folder)


def take_in(folder: Path) -> tuple[IntakeSummary, list[dict[str, str]], list[dict[str, str]]]:
    """Run intake beside the dataset: summary, files.csv, set_aside.csv."""
    output = folder.parent / "intake"
    summary = run_intake(load(folder), output)
    return summary, read_records(output / "files.csv"), read_records(output / "set_aside.csv")


def check(folder: Path) -> tuple[ValidateSummary, list[dict[str, str]], list[dict[str, str]]]:
    """Run intake and validate beside the dataset: summary, returns.csv, set_aside.csv."""
    take_in(folder)
    output = folder.parent / "validate"
    summary = run_validate(load(folder), folder.parent / "intake", output)
    return summary, read_records(output / "returns.csv"), read_records(output / "set_aside.csv")
