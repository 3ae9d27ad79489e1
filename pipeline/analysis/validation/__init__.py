"""Which rows break which rule, and how complete they are."""
