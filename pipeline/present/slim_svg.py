"""matplotlib's SVG without what no reader sees: a page is half as heavy with the charts that it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

_UNSEEN = re.compile(r'<g(?: id="[^"]*")?>|</g>| transform="rotate\(-0 [^"]*\)"')
_ATTRIBUTE = re.compile(r'(?<=\s)(?P<name>style|d|x|y)="(?P<value>[^"]*)"')
_NUMBER = re.compile(r"\d+\.\d{2,}")
_DEFAULTS = ("stroke-dashoffset:0", "font-family:")


def slim_svg(drawn: str, letters: str, in_the_dark: Mapping[str, str]) -> str:
    """Return a drawing with shorter numbers, no groups, and one style for its words, which are of colour `letters`.

    Coordinates keep a tenth of a point. `in_the_dark` has for each colour the one in its place on a dark page.
    """
    text = _UNSEEN.sub("", drawn[drawn.index("<svg") :])
    text = _ATTRIBUTE.sub(lambda match: _shorten(match["name"], match["value"], letters), text)
    text = re.sub(r">\s+<", "><", text).strip()
    dark = f"text{{fill:{in_the_dark[letters]}}}" + "".join(
        f'[style*="{kind}:{light}"]{{{kind}:{other}!important}}'
        for light, other in in_the_dark.items()
        for kind in ("fill", "stroke")
        if f"{kind}:{light}" in text
    )
    words = f"text{{fill:{letters};font-family:'DejaVu Sans',Arial,sans-serif}}"
    return text.replace(
        "</style>", f"{words}@media screen and (prefers-color-scheme:dark){{{dark}}}</style>", 1
    )


def _shorten(name: str, value: str, letters: str) -> str:
    value = " ".join(_NUMBER.sub(_rounded, value).split())
    if name == "d":
        value = re.sub(r" ?([A-Za-z]) ?", r"\1", value)
    if name == "style":
        listed = [":".join(part.split(": ")) for part in value.split("; ")]
        unsaid = [f"fill:{letters}"] if any(part.startswith("font-size:") for part in listed) else []
        kept = [part for part in listed if not part.startswith(_DEFAULTS) and part not in unsaid]
        value = ";".join(kept)
    return f'{name}="{value}"'


def _rounded(match: re.Match[str]) -> str:
    value = float(match[0])
    return f"{value:.{2 if value < 10 else 1}f}".rstrip("0").rstrip(".")
