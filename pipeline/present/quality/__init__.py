"""The pages on data quality and for providers."""
