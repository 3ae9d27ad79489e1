"""Published columns of levels drawn towards those of other groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.present.disclosure.columns import Cell, Row, symbol_cell
from pipeline.present.disclosure.estimates import interval_cell
from pipeline.present.disclosure.protection import HIDDEN, NOT_AVAILABLE
from pipeline.protect.rounding import Disclosure
from pipeline.protect.tally import Tally
from pipeline.stats.results import Counts, NotEstimable
from pipeline.stats.shrinkage import (
    BetaPrior,
    GammaPrior,
    fit_beta_binomial,
    fit_gamma_poisson,
    shrunk_event_rate,
    shrunk_rate,
)

_PER_CENT = 100


def fit_prior(groups: Iterable[Tally]) -> BetaPrior | NotEstimable:
    """How shares spread over groups."""
    return fit_beta_binomial([tally.counts() for tally in groups if tally.total and not tally.few])


@dataclass(frozen=True)
class Shrunk:
    """A share drawn towards those of the other groups; the row holds counts."""

    key: str
    label: str
    prior: BetaPrior | NotEstimable
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The posterior mean with its interval."""
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
class ShrunkRate:
    """A rate per 100 child-years drawn towards those of the other groups; the row holds it as `RateContrast` does."""

    key: str
    label: str
    prior: GammaPrior | NotEstimable
    confidence_level: float
    number: Literal[True] = True

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        """The posterior mean with its interval."""
        if isinstance(self.prior, NotEstimable):
            return symbol_cell(self.key, NOT_AVAILABLE)
        tally: Tally = row["own"]
        if tally.few:
            return symbol_cell(self.key, HIDDEN)
        result = shrunk_event_rate(*tally.effective_rate, self.prior, _PER_CENT, self.confidence_level)
        return interval_cell(self.key, result, 1, False)
