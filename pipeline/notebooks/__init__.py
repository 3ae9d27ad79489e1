"""Running notebooks: strictly, several at once, and byte for byte the same each time."""
