"""A dataset without a fault, of two providers; one file of the first is then replaced by a bad one."""

from __future__ import annotations

from pathlib import Path

RETURN = "returns/harbour/2009-q2"
HEADER = (
    "episode_id", "service_id", "child_id", "referral_date", "start_date", "end_date", "age", "ethnicity", "area",
)  # fmt: skip
ROWS = (
    ("E1", "S01", "0012", "2009-04-11", "2009-05-25", "", "9", "BAFR", "Tilling Hill"),
    ("E2", "S01", "1E5", "2009-04-12", "2009-05-26", "2009-06-20", "10", "WBRI", "NA"),
    ("E3", "S01", "C3", "2009-04-13", "2009-06-01", "", "11", "", "Café Quay"),
)
TABLE = (HEADER, *ROWS)
OUTCOMES = """\
episode_id,outcome,scale,baseline_score,baseline_date,review_score,review_date
E1,confidence,wellbeing,17,2009-05-25,23,2009-06-16
"""
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
    f"{RETURN}/episodes.csv": "".join(f"{','.join(row)}\n" for row in TABLE),
    f"{RETURN}/outcomes.csv": OUTCOMES,
    "returns/umoja/2009-q2/episodes.csv": """\
episode_id,service_id,child_id,referral_date,start_date,end_date,age,ethnicity
U1,S02,K1,2009-04-20,2009-05-02,,12,BAFR
U2,S02,K2,2009-04-21,2009-05-03,2009-06-11,13,WBRI
""",
    "returns/umoja/2009-q2/outcomes.csv": OUTCOMES.replace("E1", "U1"),
}


def write_dataset(folder: Path) -> Path:
    """Write the dataset's files into `folder`."""
    for name, text in FILES.items():
        write_file(folder / name, text.encode())
    return folder


def write_file(path: Path, content: bytes) -> None:
    """Write one file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
