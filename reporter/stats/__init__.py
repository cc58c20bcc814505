"""Statistics as plain functions: arrays in, arrays out. What the numbers mean is known in ``reporter.decide`` alone."""
