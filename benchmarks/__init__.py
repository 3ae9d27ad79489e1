"""How fast, as ratios within one run on one machine: `python -m benchmarks` runs all, or those named."""
