"""For providers: templates to fill in, the check before sending, and feedback on returns."""
