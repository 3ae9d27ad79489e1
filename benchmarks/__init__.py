"""Speed, as ratios within one run on one machine: `python -m benchmarks` runs all benchmarks, or those named."""
