"""The settings of a site as Methods lists them: what each decides, and the value that it has."""

from collections.abc import Mapping

from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import escape
from pipeline.present.sentences import say

_PER_CENT = 100


def _tell_value(value: float) -> str:
    """A share in per cent, a number as it is."""
    return f"{_PER_CENT * value:g}%" if isinstance(value, float) else format_number(value)


def show_settings(settings: Mapping[str, float]) -> str:
    """Return the table, on one line; figures of other pages lead to its rows by the settings' names."""
    heads = "".join(
        f'<th scope="col"{kind}>{escape(say(f"setting {name}"))}</th>'
        for name, kind in (("setting", ""), ("value", ' class="number"'), ("told", ""))
    )
    labels = f"--c2:'{say('setting value')}';--c3:'{say('setting told')}'"
    rows = "".join(
        f'<tr id="setting-{name}"><th scope="row">{escape(say(key))}</th>'
        f'<td class="number">{_tell_value(value)}</td><td class="words">{escape(say(f"{key} told"))}</td></tr>'
        for name, value in settings.items()
        for key in (f"setting {name.replace('_', ' ')}",)
    )
    caption = f"<caption>{escape(say('setting caption'))}</caption>"
    inner = f"{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return f'<table class="data" style="{labels}">{inner}</table>\n'
