"""What the words of the command `outturn` do, but for those that run stages or look at files that are sent."""
