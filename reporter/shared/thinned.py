"""Where a result file of pytest-benchmark has the statistics of all rounds, when measuring kept some of them."""

MEMBER = "benchverdict"
"""Of ``stats`` of a benchmark: an object with one number for each of ``reporter.model.STATISTICS``."""
