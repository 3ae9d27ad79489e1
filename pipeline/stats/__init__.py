"""Statistics as plain functions: numbers in, frozen results out. No column names, no policy, no files."""
