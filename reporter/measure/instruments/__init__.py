"""Instruments: extra runs of the same command, which are never timed and tell why a benchmark takes so long."""
