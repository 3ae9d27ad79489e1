"""Whether race-equality targets are met, and where groups differ."""
