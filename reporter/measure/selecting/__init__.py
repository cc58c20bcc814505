"""Which benchmarks a change can reach: the others are left out of pairs where that is asked for."""
