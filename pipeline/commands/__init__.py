"""The commands of `outturn`, except those that run stages or check files to be sent."""
