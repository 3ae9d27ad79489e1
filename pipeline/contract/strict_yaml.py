"""YAML in which a key may stand once: the parser would keep the last and say nothing of the others."""

from __future__ import annotations

from typing import Any

import yaml

CHECK = "check the colons and quotation marks there, and use spaces, not tabs"


class _StrictLoader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key '{name}' is there twice",
                    problem_mark=key.start_mark,
                )
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def load_yaml(text: str) -> Any:
    """What the text says; ValueError with the reason and place, in one line, where it is no YAML."""
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        mend = "; keep one of them" if "there twice" in str(error.problem) else f"; {CHECK}"
        raise ValueError(f"not written as YAML asks: {error.problem}{place}{mend}.") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2009-02-31 looks like a date
        raise ValueError(f"not written as YAML asks: {' '.join(str(error).split())}; correct it.") from error
