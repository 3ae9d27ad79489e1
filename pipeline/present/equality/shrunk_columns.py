"""Published columns of levels drawn towards those of other groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.present.disclosure.columns import Cell, Number, Row, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.results import Counts, NotEstimable
from pipeline.stats.shrinkage import BetaPrior, fit_beta_binomial, shrunk_rate
from pipeline.stats.shrinkage_rates import GammaPrior, fit_gamma_poisson, shrunk_event_rate

_PER_CENT = 100


def fit_prior(groups: Iterable[Tally]) -> BetaPrior | NotEstimable:
    """How shares spread over groups."""
    return fit_beta_binomial([tally.counts() for tally in groups if tally.total and not tally.few])


@dataclass(frozen=True)
class Shrunk(Number):
    """A share drawn towards those of the other groups; the row holds counts."""

    prior: BetaPrior | NotEstimable
    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        if isinstance(self.prior, NotEstimable):
            return symbol_cell(self.key, NOT_AVAILABLE)
        shown: Counts = row["own"]
        if rule.is_few(shown.total):
            return symbol_cell(self.key, HIDDEN)
        result = shrunk_rate(shown, self.prior, self.confidence_level)
        return interval_cell(self.key, result, 0, False, "%", _PER_CENT)


def fit_rate_prior(groups: Iterable[Tally]) -> GammaPrior | NotEstimable:
    """How rates over time spread over groups."""
    return fit_gamma_poisson([tally.effective_rate for tally in groups if not tally.few])


@dataclass(frozen=True)
class ShrunkRate(Number):
    """A rate per 100 child-years drawn towards those of the other groups; the row holds it as `RateContrast` does."""

    prior: GammaPrior | NotEstimable
    confidence_level: float

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        if isinstance(self.prior, NotEstimable):
            return symbol_cell(self.key, NOT_AVAILABLE)
        tally: Tally = row["own"]
        if tally.few:
            return symbol_cell(self.key, HIDDEN)
        result = shrunk_event_rate(*tally.effective_rate, self.prior, _PER_CENT, self.confidence_level)
        return interval_cell(self.key, result, 1, False)
