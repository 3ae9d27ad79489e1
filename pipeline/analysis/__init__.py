"""What the numbers mean: columns and policy, no path."""
