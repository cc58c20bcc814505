"""Small packages with planted faults, for ``benchmarks/planted_faults.py``."""
