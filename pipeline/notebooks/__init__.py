"""Running notebooks: strictly, warm, several at once, and byte for byte the same each time."""
