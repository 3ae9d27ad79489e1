"""What providers sent, read row by row: each accepted or set aside with a reason."""
