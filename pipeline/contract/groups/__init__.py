"""Ethnic groups: the official classifications, their codes, and how people spell them."""
