"""What the area needs, on pages: the area beside others, and where it is heading."""
