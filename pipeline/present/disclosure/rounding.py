"""Rounding for publication, half up, numbers as text, and the symbols that stand where there is no figure.

Nowhere else in Outturn is anything rounded.
"""

import math
from decimal import ROUND_HALF_UP, Decimal

from pipeline.present.sentences import say
from pipeline.protect.rounding import Disclosure

MINUS = "\N{MINUS SIGN}"
# Up to here a float holds its decimals so exactly that only one this close to a half can be one.
_LARGE, _CLOSE = 1e9, 1e-6
HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
NOT_FOR_PUBLICATION = "not for publication"
ON_PAGES = 1
"""Decimals that a page has at most of a figure."""
SPARE = 2
"""Digits more that a file may have of a share, which is of counts that are rounded already."""


def round_half_up(value: float, decimals: int = 0) -> float:
    """Round half away from zero: 0.5 becomes 1, -0.5 becomes -1 (Python and numpy would make both 0); never -0.

    >>> round_half_up(2.5), round_half_up(-2.5), round_half_up(0.125, 2), round_half_up(-0.1)
    (3.0, -3.0, 0.13, 0.0)
    """
    number = float(value)
    steps = abs(number) * 10.0**decimals
    # Away from a half, however it is rounded gives the same, and Python's own takes a third of the time of decimals.
    if steps < _LARGE and abs(steps % 1 - 0.5) > _CLOSE:
        return round(number, decimals) + 0.0
    if not math.isfinite(number):
        return number
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP)) + 0.0


def round_for_file(value: float, decimals: int, spare: int = 0) -> float:
    """Round so that whoever rounds it once more gets what rounding it once would give, as on a page.

    29.46 is 29 on a page; a file with 29.5 would make 30 of it. So what would be rounded up to a last 5 has up to so
    many `spare` digits more, and a last step less where that does not do: digits of a mean may tell how many it is of.

    >>> round_for_file(29.46, 1), round_for_file(29.54, 1), round_for_file(29.46, 1, 2), round_for_file(-0.4996, 3)
    (29.4, 29.5, 29.46, -0.499)
    """
    told = [round_half_up(value, decimals + more) for more in range(spare + 1)]
    for more, rounded in enumerate(told):
        if abs(rounded) <= abs(value) or not _ends_in_five(rounded, decimals + more):
            return rounded
    finest = decimals + spare
    return round_half_up(math.copysign(abs(told[-1]) - 10.0**-finest, value), finest)


def _ends_in_five(rounded: float, decimals: int) -> bool:
    """Whether the last digit other than 0 is a 5: it is half-way between numbers of fewer digits."""
    return f"{abs(rounded):.{max(decimals, 0)}f}".replace(".", "").rstrip("0").endswith("5")


def tell_digits(value: float, digits: int, spare: int = 0) -> str:
    """A number for a file in so many significant digits, or more as in `round_for_file`, where a page has fewer.

    >>> tell_digits(0.29461, 3), tell_digits(0.29461, 3, 2), tell_digits(1234.5, 3), tell_digits(0.0, 3)
    ('0.294', '0.2946', '1.23e+03', '0')
    """
    if not value or not math.isfinite(value):
        return f"{value:g}"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = (
        round_for_file(value, decimals, spare) if decimals > ON_PAGES else round_half_up(value, decimals)
    )
    return f"{rounded:.{digits if rounded == round_half_up(rounded, decimals) else digits + spare}g}"


def format_number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A number as text: thousands with commas, a true minus, a plus where asked for; never '-0'.

    >>> format_number(1234.5), format_number(2.25, 1, sign=True)
    ('1,235', '+2.3')
    """
    if math.isnan(value):
        raise ValueError("a number that is missing cannot be shown; say why there is none")
    if math.isinf(value):
        return ("" if value > 0 else f"{MINUS} ") + say("no limit")
    rounded = round_half_up(value, decimals)
    if rounded == 0:
        return f"{0:.{decimals}f}"
    text = f"{abs(rounded):,.{decimals}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if sign else text


def explain_symbols() -> dict[str, str]:
    """Return what each symbol means that a page may show."""
    return {HIDDEN: say("symbol hidden"), NOT_AVAILABLE: say("symbol not available")}


def describe_rounding(rule: Disclosure) -> str:
    """What a reader of counts must know of them."""
    if rule.exact:
        return say("note exact", edition=NOT_FOR_PUBLICATION)
    return say("note rounded", base=rule.round_to, few=rule.hide_up_to)
