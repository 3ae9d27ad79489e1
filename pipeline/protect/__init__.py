"""Disclosure control, in one place, before anything is worked out: cells go in, rounded counts come out."""
