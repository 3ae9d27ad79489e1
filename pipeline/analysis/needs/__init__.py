"""What the area needs, by published statistics: the area beside its neighbours, and where it is heading."""
