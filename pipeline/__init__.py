"""Outturn: who was reached, what changed, and for whom."""
