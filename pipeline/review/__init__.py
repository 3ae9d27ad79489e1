"""Review of a release: one ZIP with everything needed to check its consistency, and that check."""
