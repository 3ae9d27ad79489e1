"""The impact page: reach, measures, curves, contract and comparison."""
