"""What a spreadsheet shows of a number: an id 12 as NB0012. Sums, scores and prices are read as they are stored."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain

# Of the formats that have a number and no text in a file, those that show another text than the value.
_PERCENT, _DATE = "0%", "yyyy-mm-dd"
_BUILT_IN = {
    9: _PERCENT,
    10: _PERCENT,
    **dict.fromkeys(chain(range(14, 18), range(27, 37), range(50, 59)), _DATE),
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<noon>AM/PM|A/P)|(?P<exponent>E[+-])|(?P<digit>[0#?])|(?P<date>[dmyhs]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"([<>=]{1,2})\s*(-?[0-9.]+)")
_COMPARE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_OF_A_NUMBER = frozenset("£$€¥ ()+-\u00a0\u202f")
TEXT = "\0"  # stands for a cell's own text
Token = tuple[str, str]
Section = tuple[Token, ...]
_BEYOND = (("other", ","), ("other", "/"), ("other", "@"))


@dataclass(frozen=True)
class NumberFormat:
    """One format: `is_day` where it shows dates without their time; else what it shows of numbers and texts."""

    sections: tuple[Section, ...]
    is_day: bool

    def show(self, stored: str) -> str | None:
        """What is shown of a number stored as this text; None where it cannot be told, or is not the whole number."""
        try:
            value = Decimal(repr(float(stored)))
        except ValueError:
            return None
        section, sign = self._section_for(value)
        if _is_number(section):
            return stored
        return _fill_in(section, abs(value), sign)

    def show_text(self) -> str:
        """What is shown of a text, `TEXT` standing for it."""
        section = self.sections[3] if len(self.sections) > 3 else self.sections[-1]
        if not any(token == ("other", "@") for token in section):
            return TEXT
        return "".join(TEXT if token == ("other", "@") else _literal(token) for token in section).strip()

    @property
    def is_plain(self) -> bool:
        """Whether it shows every number as it is stored (but for rounding, separators, currency), and texts too."""
        numbers = (part for part in self.sections[:3] if ("other", "@") not in part)
        return all(map(_is_number, numbers)) and self.show_text() == TEXT

    def _section_for(self, value: Decimal) -> tuple[Section, str]:
        """The part of the format that shows the value, and the sign that is written before it."""
        sections = [part for part in self.sections[:3] if ("other", "@") not in part] or [()]
        minus = "-" if value < 0 else ""
        conditions = [_condition(section) for section in sections]
        if any(conditions):
            chosen = next(
                (part for part, test in zip(sections, conditions, strict=True) if not test or test(value)),
                sections[-1],
            )
            return chosen, minus
        if value < 0 and len(sections) > 1:
            return sections[1], ""
        return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), minus


@lru_cache(maxsize=1024)
def read_format(code: str) -> NumberFormat | None:
    """The format of that code; None where it shows numbers as they are stored, or a time of day."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        token = (str(match.lastgroup), match.group(str(match.lastgroup)))
        if token == ("other", ";"):
            sections.append([])
        else:
            sections[-1].append(token)
    kinds = {kind for kind, _ in sections[0]}
    dated = {text[:1].lower() for kind, text in sections[0] if kind == "date"}
    if dated and not kinds & {"digit", "general"}:
        timed = "noon" in kinds or {"h", "s"} & {*dated, *_bracketed(tuple(sections[0]))}
        return None if timed or not {"d", "y", "m"} & dated else NumberFormat((), is_day=True)
    found = NumberFormat(tuple(map(tuple, sections)), is_day=False)
    return None if found.is_plain else found


def built_in_format(number: int) -> NumberFormat | None:
    """The format that a program knows by this number alone."""
    return read_format(_BUILT_IN.get(number, "General"))


def _bracketed(section: Section) -> set[str]:
    """The letters of times such as [h]."""
    return {
        text[:1].lower() for kind, text in section if kind == "bracket" and set(text.lower()) <= set("hms")
    }


def _condition(section: Section) -> Callable[[Decimal], bool] | None:
    """The test in brackets, such as [>=100]."""
    for kind, text in section:
        found = _CONDITION.fullmatch(text) if kind == "bracket" else None
        if found and (compare := _COMPARE.get(found[1])):
            bound = Decimal(found[2])
            return lambda value: bool(compare(value, bound))
    return None


def _literal(token: Token) -> str:
    """What a token shows that is no digit; colours, conditions and padding show nothing."""
    kind, text = token
    match kind:
        case "bracket":
            return text[1:].partition("-")[0] if text.startswith("$") else ""
        case "fill" | "digit":
            return ""
        case "space":
            return " "
    return text


def _is_number(section: Section) -> bool:
    """Whether a section shows a plain number: no more before and behind it than signs of numbers and prices."""
    digits = [place for place, (kind, _) in enumerate(section) if kind in ("digit", "general")]
    first, last = (digits[0], digits[-1]) if digits else (len(section), -1)
    for place, token in enumerate(section):
        within = first < place < last
        sign = token == ("other", ",") or (within and token in (("other", "."), ("other", "/")))
        if (
            token[0] in ("digit", "general", "exponent")
            or sign
            or (token == ("other", ".") and place > last >= 0)
        ):
            continue
        text = _literal(token)
        if (within and text.strip()) or not _OF_A_NUMBER.issuperset(text):
            return False
    return not _is_scaled(section) and sum(1 for token in _whole(section) if token == ("digit", "0")) < 2


def _whole(section: Section) -> Section:
    """What stands before the decimal point or the exponent."""
    ends = (place for place, token in enumerate(section) if token == ("other", ".") or token[0] == "exponent")
    return section[: next(ends, len(section))]


def _is_scaled(section: Section) -> bool:
    """Whether thousands are left out: a comma behind the last digit before the point."""
    whole = [token for token in _whole(section) if token[0] == "digit" or token == ("other", ",")]
    return bool(whole) and whole[-1] == ("other", ",")


def _fill_in(section: Section, value: Decimal, sign: str) -> str | None:
    """The section with the digits of the value in their places; None where not all of it is shown, or otherwise."""
    if ("other", "%") in section:
        rest = tuple(token for token in section if token != ("other", "%"))
        return f"{sign}{_plainly(value * 100)}%" if _is_number(rest) else None
    if any(kind == "exponent" or (kind, text) in _BEYOND for kind, text in section):
        return None
    whole = _whole(section)
    parts = section[len(whole) + 1 :]
    decimals = sum(1 for kind, _ in parts if kind == "digit")
    has_digits = any(kind in ("digit", "general") for kind, _ in section)
    if has_digits and "general" not in dict(section) and value != round(value, decimals):
        return None
    number, _, fraction = _plainly(value).partition(".")
    shown = _place_whole(whole, number if number != "0" else "")
    if parts or len(whole) < len(section):
        shown += "." + _place_fraction(parts, fraction)
    if "general" in dict(section):
        shown = "".join(
            _plainly(value) if kind == "general" else _literal((kind, text)) for kind, text in section
        )
    return sign + shown.strip()


def _plainly(value: Decimal) -> str:
    """The number without an exponent, and without noughts behind its decimals."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _place_whole(tokens: Section, digits: str) -> str:
    """Digits from the right into their places, those left over before the first; a place 0 without one shows 0."""
    shown: list[str] = []
    left = digits
    nought = next((place for place, token in enumerate(tokens) if token == ("digit", "0")), len(tokens))
    first = next((place for place, (kind, _) in enumerate(tokens) if kind == "digit"), None)
    for place in range(len(tokens) - 1, -1, -1):
        if tokens[place][0] != "digit":
            shown.insert(0, _literal(tokens[place]))
            continue
        taken = left if place == first else left[-1:]
        left = left[: len(left) - len(taken)]
        shown.insert(0, taken or ("0" if place >= nought else tokens[place][1].strip("#").replace("?", " ")))
    return "".join(shown)


def _place_fraction(tokens: Section, digits: str) -> str:
    shown = ""
    for kind, text in tokens:
        if kind == "digit":
            shown += digits[:1] or text.strip("#").replace("?", " ")
            digits = digits[1:]
        else:
            shown += _literal((kind, text))
    return shown
