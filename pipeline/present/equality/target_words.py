"""Whom a target is for, in words."""

from __future__ import annotations

from pipeline.contract.context import Context, Target
from pipeline.contract.register import POPULATION
from pipeline.present.sentences import say


def describe_group(target: Target, context: Context, break_year: int | None = None) -> str:
    """Return the group a target is for, with whom it is compared, and from which year that breaks off."""
    name_of = context.dataset.name_of
    group = name_of(target.ethnic_group)
    if target.comparator == POPULATION:
        broken = f"; {say('population broken', year=break_year)}" if break_year else ""
        return f"{group}, compared with the population{broken}"
    return f"{group}, compared with {name_of(target.comparator)}" if target.comparator else group
