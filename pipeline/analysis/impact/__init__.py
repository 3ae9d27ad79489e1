"""What changed for children, and whether it was the service."""
