"""Releases: published tables, kept for comparison with the next publication."""
