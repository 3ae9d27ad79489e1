"""Children whose records changed since a release: comparing two releases must not reveal few children."""

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from pipeline.protect.rounding import Disclosure
from pipeline.releases.manifest import Manifest

_PLACE = ["return_provider", "period"]
_WHERE_IT_STOOD = ["file", "row"]


def fingerprint_children(validated: Path, key: bytes) -> pd.DataFrame:
    """Return one row per accepted row: its return, and keyed hashes (SipHash) of its child and of its contents.

    Columns: `return_provider`, `period`, `child`, `content`. Feedback without a known child counts as a child of its
    own.
    """
    tables = {
        name: pd.read_parquet(validated / f"{name}.parquet") for name in ("episodes", "outcomes", "feedback")
    }
    ids = [*_PLACE[:1], "episode_id"]
    children = tables["episodes"].drop_duplicates(ids).set_index(ids)["child_id"]
    parts = []
    for name, table in tables.items():
        content = table.drop(columns=_WHERE_IT_STOOD).astype("str").assign(table=name)
        child = table["child_id"] if "child_id" in table else table[ids].join(children, on=ids)["child_id"]
        if "feedback_id" in table:
            child = child.fillna(table["feedback_id"])
        hashed = {"child": _hash(child.astype("str"), key), "content": _hash(content, key)}
        parts.append(table[_PLACE].assign(**hashed))
    return pd.concat(parts, ignore_index=True)


def _hash(values: pd.DataFrame | pd.Series, key: bytes) -> pd.Series:
    word = key.hex()[:16]
    hashed: pd.Series = pd.util.hash_pandas_object(values, index=False, hash_key=word)
    return hashed


def find_moved(before: pd.DataFrame, now: pd.DataFrame, rule: Disclosure) -> list[tuple[str, str]]:
    """Return the returns (provider, period) of the earlier release in which the records of a few children changed.

    Few means too few for any published figure. Returns of periods that the release did not have are new, not changed.
    """
    now = now[now["period"].isin(before["period"])]
    columns = [*_PLACE, "child", "content"]
    both = pd.concat([before[columns], now[columns]])
    changed = both[~both.duplicated(keep=False)]
    # One row per child and return with any change.
    touched = changed.drop_duplicates([*_PLACE, "child"])
    number = Counter(zip(touched["return_provider"], touched["period"], strict=True))
    return sorted(place for place, children in number.items() if rule.is_few(children))


def forget(path: Path, child: Collection[str], provider: str, key: bytes) -> bool:
    """Erase a child's hashes (by each spelling), or a provider's rows, from those kept; return whether there were any.

    A random number replaces a child's hash, so that the next release still counts one child fewer.
    """
    rows = pd.read_parquet(path)
    theirs = rows["child"].isin(_hash(pd.Series(sorted(child), dtype="str"), key))
    of_provider = rows["return_provider"] == provider
    drawn = secrets.randbits(62)
    rows.loc[theirs, "child"], rows.loc[theirs, "content"] = drawn, range(drawn, drawn + int(theirs.sum()))
    rows[~of_provider].to_parquet(path)
    return bool(theirs.any() or of_provider.any())


def rows_path(root: Path, name: str) -> Path:
    """Return the path of a release's row hashes: with the data, never with what is published."""
    return root / "data" / "releases" / f"{name}.parquet"


def describe_missing_hashes(root: Path, kept: Sequence[Manifest]) -> str:
    """Return what is missing for the comparison with the last release; blank where nothing is."""
    path = rows_path(root, kept[-1].name) if kept else root
    if path.exists():
        return ""
    return (
        f"{path.relative_to(root).as_posix()} is missing, without which nobody can tell whether a child is singled "
        f"out beside release {kept[-1].name}. Take it from your last copy."
    )


def list_moved(root: Path, rows: pd.DataFrame, kept: Sequence[Manifest], rule: Disclosure) -> list[str]:
    """Return the returns ('harbour 2009-q3') in which only a few children's records changed since the last release."""
    if not kept or describe_missing_hashes(root, kept):
        return []
    moved = find_moved(pd.read_parquet(rows_path(root, kept[-1].name)), rows, rule)
    return [f"{provider} {period}" for provider, period in moved]


def describe_refusal(root: Path, rows: pd.DataFrame, kept: Sequence[Manifest], rule: Disclosure) -> str:
    """Return why these rows must not be released after the last release; blank where they may."""
    if missing := describe_missing_hashes(root, kept):
        return missing
    moved = ", ".join(list_moved(root, rows, kept, rule))
    return (
        f"since release {kept[-1].name} the records of only a few children changed in {moved}. Whoever compares the "
        "two could tell which groups these children are in. Put what was sent again (or the correction) aside until "
        "more has changed there."
        if moved
        else ""
    )
