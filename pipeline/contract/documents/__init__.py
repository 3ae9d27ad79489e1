"""What the contract is told by: data dictionary, page of rules, CSV on the Web."""
