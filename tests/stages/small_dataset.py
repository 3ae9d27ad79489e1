"""A small valid dataset, written anew for each test, which then changes one thing."""

from __future__ import annotations

from pathlib import Path

from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.records import read_records
from pipeline.stages.intake import IntakeSummary, run_intake
from pipeline.stages.validate import ValidateSummary, run_validate

RETURN = "returns/harbour/2009-q2"
EPISODES = f"{RETURN}/episodes.csv"
OUTCOMES = f"{RETURN}/outcomes.csv"
FEEDBACK = f"{RETURN}/feedback.csv"

FILES = {
    "dataset.yaml": """\
title: A small borough
synthetic: true
source: written for a test
period: quarter
complete_to: 2009-09-30
ethnic_classification: ons_2001
comparator: White
""",
    "reference/providers.csv": """\
provider_id,name,size,sector,bme_led
harbour,Harbour Youth,small,voluntary,no
umoja,Umoja Families,medium,community,yes
""",
    "reference/services.csv": """\
service_id,name,provider_id,programme,ecm_outcome,tier,contract_type,start,end,annual_value,stage,commissioned_volume
S01,Young carers,harbour,Carers,be_healthy,targeted,grant,2009-04-01,2012-03-31,85000,pilot,60
S02,Mentoring,umoja,Youth,stay_safe,targeted,grant,2009-04-01,,40000,pilot,30
S03,Shared work,,Youth,stay_safe,universal,grant,2009-04-01,,,pilot,
""",
    "reference/scales.csv": "scale,title,minimum,maximum,direction\nwellbeing,Wellbeing,7,35,higher\n",
    "reference/measures.csv": """\
measure_id,version,title,unit,table,dated_by,denominator,numerator,direction,ecm_outcome,start,end
completed,1,completed,percent,episodes,end_date,end_date is given,end_reason is completed,higher,,2009-04-01,
""",
    "reference/targets.csv": """\
target_id,version,kind,measure_id,service_id,ethnic_group,comparator,direction,baseline,target,due,why,agreed_with,agreed_on
T1,1,completion,completed,S01,Black,everyone else,at_least,-14,-5,2012-03-31,Families said so.,Parents' forum,2009-06-30
""",
    "reference/population.csv": "ethnic_group,year,population\nWBRI,2009,21450\n",
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
