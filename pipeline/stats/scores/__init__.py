"""Scores before and after, and between groups."""
