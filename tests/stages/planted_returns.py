"""Clean returns of one invented provider over three quarters, and one error at a time to plant in them."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.contract.tables import load_table

FIRST, MIDDLE, LAST = PERIODS = ("2009-q3", "2009-q4", "2010-q1")
Row = dict[str, str]
Place = tuple[str, str, str]  # period, table, row ('' for a file as a whole)


@dataclass(frozen=True)
class Returns:
    """The provider's rows by period and table; `files` are texts that stand instead of, or beside, them."""

    tables: dict[tuple[str, str], list[Row]]
    files: dict[str, bytes]

    def rows(self, table: str, period: str = LAST) -> list[Row]:
        """Rows of one table of one return."""
        return self.tables[period, table]

    def at(self, table: str, row: Row, period: str = LAST) -> Place:
        """Where that very row stands."""
        number = next(at for at, each in enumerate(self.rows(table, period), start=2) if each is row)
        return period, table, str(number)

    def text(self, table: str, period: str = LAST) -> str:
        """A table as its provider writes it."""
        out = io.StringIO()
        writer = csv.DictWriter(out, load_table(table).columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows(table, period))
        return out.getvalue()

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Every file by its name below the provider's folder."""
        for period, table in self.tables:
            name = f"{period}/{table}.csv"
            if name not in self.files:
                yield name, self.text(table, period).encode()
        yield from ((name, content) for name, content in self.files.items() if content != b"gone")

    def only_last(self, *filled: str) -> Row:
        """An episode referred in the last quarter on which nothing else hangs."""
        before = {row["episode_id"] for period in (FIRST, MIDDLE) for row in self.rows("episodes", period)}
        hung = {row["episode_id"] for table in ("outcomes", "feedback") for row in self.rows(table)}
        children = [row["child_id"] for row in self.rows("episodes")]
        return next(
            row
            for row in self.rows("episodes")
            if row["episode_id"] not in before | hung
            and all(row[name] for name in filled)
            and children.count(row["child_id"]) == 1
        )

    def twice(self, table: str, *filled: str, going_on: bool = False) -> tuple[Row, Row]:
        """A row of the middle return and the same key's row of the last one, both with these columns filled."""
        key = load_table(table).primary_key
        later = {tuple(row[name] for name in key): row for row in self.rows(table)}
        return next(
            (row, again)
            for row in self.rows(table, MIDDLE)
            if (again := later.get(tuple(row[name] for name in key)))
            and all(row[name] and again[name] for name in filled)
            and not (going_on and again["end_date"])
        )

    def drop_what_hangs_on(self, missing: Callable[[str], bool]) -> None:
        """Take out of the last return the outcomes and answers of episodes that are missing."""
        for table in ("outcomes", "feedback"):
            rows = self.rows(table)
            rows[:] = [row for row in rows if not missing(row["episode_id"])]

    def new_outcome(self, *filled: str) -> Row:
        """An outcome that only the last return has."""
        before = {row["episode_id"] for row in self.rows("outcomes", MIDDLE)}
        return next(
            row
            for row in self.rows("outcomes")
            if row["episode_id"] not in before and all(row[name] for name in filled)
        )


Plant = Callable[[Returns], list[Place]]
Errors = Mapping[str, tuple[str, Plant]]
"""Each error by name: the rule that must find it, and what plants it and says where it then stands."""


def plant_put(table: str, changes: Mapping[str, str], *filled: str) -> Plant:
    """Change cells of a row that stands only in the last return."""

    def plant(returns: Returns) -> list[Place]:
        match table:
            case "episodes":
                row = returns.only_last(*filled)
            case "outcomes":
                row = returns.new_outcome(*filled)
            case _:
                row = next(row for row in returns.rows(table) if all(row[name] for name in filled))
        row.update(changes)
        return [returns.at(table, row)]

    return plant


def plant_file(table: str, spoil: Callable[[str], str | bytes], name: str = "") -> Plant:
    """Spoil a whole file of the last return, or write the spoilt text under another name."""

    def plant(returns: Returns) -> list[Place]:
        content = spoil(returns.text(table))
        place = name or f"{LAST}/{table}.csv"
        returns.files[place] = content.encode() if isinstance(content, str) else content
        period, _, file = place.partition("/")
        return [(period, file.partition(".")[0], "")]

    return plant


def plant_line(table: str, spoil: Callable[[str], str]) -> Plant:
    """Spoil the text of the last line of the last return's table."""

    def plant(returns: Returns) -> list[Place]:
        *lines, last = returns.text(table).splitlines()
        returns.files[f"{LAST}/{table}.csv"] = "\n".join([*lines, spoil(last), ""]).encode()
        return [(LAST, table, str(len(lines) + 1 + spoil(last).count("\n")))]

    return plant


def plant_again(table: str, period: str = LAST, **changes: str) -> Plant:
    """Repeat a row, with changes, at the end of its table; both rows are found."""

    def plant(returns: Returns) -> list[Place]:
        row = returns.only_last() if table == "episodes" else returns.rows(table, period)[-1]
        repeated = {**row, **changes}
        returns.rows(table, period).append(repeated)
        return [returns.at(table, row, period), returns.at(table, repeated, period)]

    return plant


def plant_later(table: str, changes: Mapping[str, str], *filled: str) -> Plant:
    """Change in the last return what the middle one said of the same key."""

    def plant(returns: Returns) -> list[Place]:
        _, row = returns.twice(table, *filled)
        row.update(changes)
        return [returns.at(table, row)]

    return plant
