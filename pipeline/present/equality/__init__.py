"""The race-equality page."""
