"""Files of another shape than the contract's, by the mapping of who sends them."""
