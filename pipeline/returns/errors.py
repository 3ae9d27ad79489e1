"""What stops the check of returns."""

from __future__ import annotations


class NothingAcceptedError(ValueError):
    """No episode was accepted, so there is nothing to go on with."""
