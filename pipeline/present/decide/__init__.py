"""What to decide first, in words: the overview, questions for a contract meeting, the page for families."""
