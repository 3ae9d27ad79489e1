"""What may be shown, and how: the one door, charts, words."""
