"""Measures over time, providers beside one another, and contracts."""
