"""The sample borough: wholly synthetic, seeded, with planted truths."""
