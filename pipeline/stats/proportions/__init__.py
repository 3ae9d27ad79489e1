"""Shares, rates and gaps between them."""
