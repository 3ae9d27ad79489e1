"""The impact page: what changed, and whether it was the service."""
