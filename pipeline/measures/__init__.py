"""Measures as relational expressions over the contract's tables."""
