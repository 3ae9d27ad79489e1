"""Releases: what was published, kept to be compared with what is published next."""
