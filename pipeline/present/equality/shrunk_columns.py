"""Published columns of levels drawn towards those of other groups, each worked out from protected counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.present.disclosure.columns import Cell, Row, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell, protect_rate
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE, protect_counts
from pipeline.settings import Disclosure
from pipeline.stats.results import Counts, NotEstimable
from pipeline.stats.shrinkage import BetaPrior, fit_beta_binomial, shrunk_rate
from pipeline.stats.shrinkage_rates import GammaPrior, fit_gamma_poisson, shrunk_event_rate

_PER_CENT = 100


def fit_prior(groups: list[Counts], rule: Disclosure) -> BetaPrior | NotEstimable:
    """How rates spread over groups, learnt from the counts as they may be shown."""
    shown = (protect_counts(counts, rule) for counts in groups)
    return fit_beta_binomial([counts for counts in shown if counts is not None and counts.total])


@dataclass(frozen=True)
class Shrunk:
    """A share drawn towards those of the other groups, from protected counts; the row holds counts."""

    key: str
    label: str
    prior: BetaPrior | NotEstimable
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The posterior mean with its interval."""
        if isinstance(self.prior, NotEstimable):
            return symbol_cell(self.key, NOT_AVAILABLE)
        shown = protect_counts(row["level"], rule)
        if shown is None:
            return symbol_cell(self.key, HIDDEN)
        result = shrunk_rate(shown, self.prior, self.confidence_level)
        return interval_cell(self.key, result, 0, False, "%", _PER_CENT)


def _effective(rated: Sequence[float], rule: Disclosure) -> tuple[float, float] | None:
    """Events and child-years of a rate, as many as independent ones would be, from what may be known of it."""
    events, years, *effect = rated
    shown = protect_rate(int(events), years, *effect, rule=rule)
    return None if shown is None else (shown[0] / shown[2], years / shown[2])


def fit_rate_prior(groups: Iterable[Sequence[float]], rule: Disclosure) -> GammaPrior | NotEstimable:
    """How rates over time spread over groups, learnt from the events as they may be shown."""
    shown = (_effective(rated, rule) for rated in groups)
    return fit_gamma_poisson([each for each in shown if each is not None])


@dataclass(frozen=True)
class ShrunkRate:
    """A rate per 100 child-years drawn towards those of the other groups; the row holds it as `RateContrast` does."""

    key: str
    label: str
    prior: GammaPrior | NotEstimable
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The posterior mean with its interval, from the protected count of events."""
        if isinstance(self.prior, NotEstimable):
            return symbol_cell(self.key, NOT_AVAILABLE)
        shown = _effective(row["level"], rule)
        if shown is None:
            return symbol_cell(self.key, HIDDEN)
        result = shrunk_event_rate(*shown, self.prior, _PER_CENT, self.confidence_level)
        return interval_cell(self.key, result, 1, False)
