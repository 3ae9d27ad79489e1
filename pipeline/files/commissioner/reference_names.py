"""Which names the columns of a reference table hold, so that each is read however it is spelt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.names import find_same, fold, fold_name
from pipeline.contract.plans import COMPARISON_ARM, split_names
from pipeline.contract.register import POPULATION
from pipeline.contract.tables import load_table
from pipeline.files.formats.text import TextColumn

Row = Mapping[str, object]
Names = Sequence[str]
_SUBJECTS = {"measures": "measure_id", "scales": "scale"}


def list_known(
    name: str, rows: Mapping[str, Sequence[Row]], classification: Classification
) -> dict[str, Names]:
    """Return, by column of the table `name`, the names that stand in the tables read before it."""
    known: dict[str, Names] = {
        key.column: [str(row[key.target_column]) for row in rows[key.target]]
        for key in load_table(name).foreign_keys
        if key.target in rows
    }
    subjects = [str(row[key]) for table, key in _SUBJECTS.items() for row in rows.get(table, ())]
    groups = [
        *classification.broad_groups,
        *(text for code in classification.codes for text in (code.code, code.label)),
    ]
    match name:
        case "targets":
            known |= {"measure_id": subjects, "ethnic_group": groups}
            known["comparator"] = [*groups, POPULATION, EVERYONE_ELSE]
        case "population":
            known["ethnic_group"] = groups
        case "evaluation_plan":
            known["outcome"] = subjects
    return known


def respell_lists(
    name: str, columns: Mapping[str, TextColumn], rows: Mapping[str, Sequence[Row]]
) -> dict[str, TextColumn]:
    """Return the columns that hold several names between semicolons, with each as it is spelt where it is from."""
    if name != "evaluation_plan":
        return {}
    services = [COMPARISON_ARM, *(str(row["service_id"]) for row in rows["services"])]
    told = [field.name for field in load_table("episodes").fields if field.characteristic]
    asked = {"comparison": (services, fold), "covariates": (told, fold_name)}
    return {
        column: columns[column].change(_respell(*how)) for column, how in asked.items() if column in columns
    }


def _respell(known: Names, by: Callable[[str], str]) -> Callable[[str], str]:
    def respell(text: str) -> str:
        names = split_names(text)
        same = [find_same(name, known, by) or name for name in names]
        return text if [*names] == same else "; ".join(same)

    return respell
