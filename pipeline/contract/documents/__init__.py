"""Documents generated from the contract: data dictionary, page of rules, CSV on the Web."""
