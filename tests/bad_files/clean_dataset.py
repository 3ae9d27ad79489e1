"""A dataset without a fault, of two providers; one file of the first is then replaced by a bad one."""

from pathlib import Path

from borough import BOROUGH

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
    **BOROUGH,
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
