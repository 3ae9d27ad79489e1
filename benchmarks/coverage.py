"""Coverage of the intervals of `pipeline.stats`.

`python -m benchmarks.coverage` prints every coverage table of docs/methods.md, in a few minutes.
"""

from benchmarks.coverage_exact import exact_tables
from benchmarks.coverage_simulated import simulated_tables


def main() -> None:
    """Print the tables with their names, as Markdown."""
    for name, table in {**exact_tables(), **simulated_tables()}.items():
        print(f"### {name}\n\n{table}")


if __name__ == "__main__":
    main()
