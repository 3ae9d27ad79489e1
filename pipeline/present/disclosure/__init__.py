"""What may be shown: protected counts, the columns and tables made of them, and the one door."""
