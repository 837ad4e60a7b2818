"""Speed as ratios, measured in one run on one machine: never an absolute time."""
