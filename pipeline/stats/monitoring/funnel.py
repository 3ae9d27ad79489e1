"""Services beside one another without ranking them: funnel limits, with room for what case mix leaves over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from pipeline.stats.inputs import LARGEST, check_number, complete_numbers, normal_quantile
from pipeline.stats.results import NotEstimable

Kind = Literal["share", "rate"]

WARNING, CONTROL = 0.95, 0.998
"""The limits of a funnel plot, about two and three standard errors."""
_FEWEST_UNITS = 3
_CLOSE = 1e-9
_FARTHEST = 8.0
_SMALLEST, _LARGEST = 1e-4, 1e12
_STEPS = 1000


@dataclass(frozen=True)
class Observed:
    """What came out in one unit against what was to be expected from whom it served.

    `variance` is that of the events if nothing but chance were at work: sum n p (1 - p) for a share, the expected
    number itself for a rate. ValueError for what is negative, or where nothing was expected.

    >>> Observed(events=12, expected=10.0, variance=6.0).ratio
    1.2
    """

    events: int
    expected: float
    variance: float

    def __post_init__(self) -> None:
        if not (0 <= self.events <= LARGEST and self.expected > 0 and self.variance > 0):
            raise ValueError(
                "events are negative or nothing was expected, expected a unit with something to expect"
            )
        check_number("expected", self.expected)
        check_number("variance", self.variance)

    @property
    def ratio(self) -> float:
        """Observed over expected; 1 is as expected."""
        return self.events / self.expected


@dataclass(frozen=True)
class Overdispersion:
    """How much more units differ than by chance: `phi` (1: as much as chance), `tau_squared` between them.

    `tau_squared` is on the transformed scale, 0 where phi does not ask for it.
    """

    phi: float
    tau_squared: float


@dataclass(frozen=True)
class FunnelLimits:
    """What a unit of this size gives by chance alone: between the warning limits 19 times in 20."""

    control_lower: float
    warning_lower: float
    warning_upper: float
    control_upper: float


@dataclass(frozen=True)
class PlacedUnit:
    """One unit in the funnel: its adjusted figure, its z, and the plain unit that it counts as.

    z is that of the exact tail, so that a limit is passed no more often by chance than it says.
    """

    value: float
    z: float
    plain: _Plain
    overdispersion: Overdispersion

    @property
    def size(self) -> float:
        """The size it counts as."""
        return self.plain.size

    @property
    def limits(self) -> FunnelLimits:
        """Its limits, which only those who show them need wait for."""
        return self.plain.limits(self.overdispersion)

    @property
    def distinguishable(self) -> Literal["above", "below", "not distinguishable"]:
        """On which side of the control limits it lies, if on any."""
        if abs(self.z) <= normal_quantile(CONTROL):
            return "not distinguishable"
        return "above" if self.z > 0 else "below"


@dataclass(frozen=True)
class Funnel:
    """All units around one centre, in the order given."""

    centre: float
    kind: Kind
    overdispersion: Overdispersion
    units: tuple[PlacedUnit, ...]


def fit_overdispersion(z: ArrayLike, errors: ArrayLike, winsorised: float = 0.1) -> Overdispersion:
    """Spiegelhalter (2005): phi is the mean of z squared, the outermost share of z being drawn in on either side.

    tau^2 = (n phi - (n - 1)) / (sum w - sum w^2 / sum w), w = 1/errors^2, and 0 where n phi is below n - 1; without
    winsorising it is DerSimonian and Laird's. ValueError for what is missing, or an error that is not above 0.

    >>> found = fit_overdispersion([-3.0, -1, 0, 1, 3], [0.1] * 5, winsorised=0)
    >>> found.phi, round(found.tau_squared, 4)
    (4.0, 0.04)
    """
    scores, spread = complete_numbers("z", z), complete_numbers("errors", errors)
    if scores.shape != spread.shape or not scores.size or not (spread > 0).all() or not 0 <= winsorised < 0.5:
        raise ValueError(
            "z and errors differ in length, expected one error above 0 for each of one z or more"
        )
    lowest, highest = np.quantile(scores, [winsorised, 1 - winsorised])
    phi = float(np.mean(np.clip(scores, lowest, highest) ** 2))
    weights = 1 / spread**2
    room = float(weights.sum() - (weights**2).sum() / weights.sum())
    over = scores.size * phi - (scores.size - 1)
    return Overdispersion(phi, max(0.0, over / room) if room > 0 else 0.0)


def fit_funnel(observed: Sequence[Observed], centre: float, kind: Kind) -> Funnel | NotEstimable:
    """Each unit's adjusted figure, centre x observed / expected, with limits around the centre.

    Chance is binomial for shares and Poisson for rates, a unit counting as large as a plain one with the same error;
    between whole numbers its distribution is drawn smooth (the incomplete beta and gamma functions). Where units differ
    by more than chance, tau^2 is added to it on the scale of the arcsine of the root, or the root, on which chance is
    alike for all sizes (Spiegelhalter 2005). Not estimable below three units, or where one is too large or too small
    for its distribution to be worked out.

    >>> units = [Observed(60, 50.0, 25.0), Observed(40, 50.0, 25.0), Observed(50, 50.0, 25.0)]
    >>> funnel = fit_funnel(units, centre=0.5, kind="share")
    >>> [unit.distinguishable for unit in funnel.units], round(funnel.units[0].size)
    (['not distinguishable', 'not distinguishable', 'not distinguishable'], 100)
    """
    if len(observed) < _FEWEST_UNITS:
        return NotEstimable("fewer than three services to compare")
    if check_number("centre", centre) <= 0 or (kind == "share" and centre >= 1):
        return NotEstimable("nobody or everybody has the event, so services cannot differ by it")
    plain = [_Plain(_size(unit, centre, kind), centre, kind) for unit in observed]
    if not all(_SMALLEST < unit.size < _LARGEST for unit in plain):
        return NotEstimable("a service counts as too large or too small to say what chance would give it")
    values = [min(centre * unit.ratio, 1.0) if kind == "share" else centre * unit.ratio for unit in observed]
    errors = np.array([1 / (2 * math.sqrt(unit.size)) for unit in plain])
    scores = [unit.middle_z(value) for unit, value in zip(plain, values, strict=True)]
    over = fit_overdispersion(scores, errors)
    units = tuple(
        PlacedUnit(value, unit.z(value) / unit.widening(over), unit, over)
        for unit, value in zip(plain, values, strict=True)
    )
    return Funnel(centre, kind, over, units)


def _size(unit: Observed, centre: float, kind: Kind) -> float:
    """People, or expected events for a rate, of a unit without case mix that would have the same error."""
    relative = unit.variance / unit.expected**2
    return (1 - centre) / (centre * relative) if kind == "share" else 1 / relative


@dataclass(frozen=True)
class _Plain:
    """A unit of `size` people who all have the chance `centre`, or with `size` expected events for a rate."""

    size: float
    centre: float
    kind: Kind

    def at_most(self, value: float) -> float:
        """The chance of a figure no higher than this."""
        if self.kind == "rate":
            return float(special.gammaincc(self.size * value / self.centre + 1, self.size))
        if value >= 1:
            return 1.0
        return float(special.betainc(self._short(value), self.size * value + 1, 1 - self.centre))

    def at_least(self, value: float) -> float:
        """The chance of a figure no lower than this."""
        if value <= 0:
            return 1.0
        if self.kind == "rate":
            return float(special.gammainc(self.size * value / self.centre, self.size))
        return float(special.betainc(self.size * value, self._short(value) + 1, self.centre))

    def _short(self, value: float) -> float:
        return self.size * (1 - value)

    def z(self, value: float) -> float:
        """The normal quantile of the tail beyond the figure, itself included; 0 in the middle."""
        if value < self.centre:
            return min(float(special.ndtri(self.at_most(value))), 0.0)
        return max(-float(special.ndtri(self.at_least(value))), 0.0)

    def middle_z(self, value: float) -> float:
        """The same with half of what is just as far out, which is what z is on average."""
        below, above = self.at_most(value), self.at_least(value)
        return float(np.clip(special.ndtri((below + 1 - above) / 2), -_FARTHEST, _FARTHEST))

    def widening(self, over: Overdispersion) -> float:
        """Error with what units differ by anyway, over the error by chance alone."""
        return math.sqrt(1 + 4 * self.size * over.tau_squared)

    def limits(self, over: Overdispersion) -> FunnelLimits:
        """Warning and control limits around the centre."""
        warning, control = (normal_quantile(level) * self.widening(over) for level in (WARNING, CONTROL))
        return FunnelLimits(
            self._figure(-control), self._figure(-warning), self._figure(warning), self._figure(control)
        )

    def _figure(self, z: float) -> float:
        """The figure with this z, or the end of the scale where none is so far out."""
        highest = (
            1.0 if self.kind == "share" else self.centre * (1 + (z + 3) ** 2 / self.size + 9 / self.size**0.5)
        )
        end = 0.0 if z < 0 else highest
        if abs(self.z(end)) <= abs(z):
            return end
        return float(
            optimize.brentq(lambda value: self.z(value) - z, self.centre, end, xtol=_CLOSE, maxiter=_STEPS)
        )
