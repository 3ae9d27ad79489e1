"""A release in a reviewer's hands: one ZIP that holds all that is needed to hold it against itself, and that check."""
