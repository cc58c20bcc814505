"""Three benchmarks in one pyperf file."""

from __future__ import annotations

import pyperf

runner = pyperf.Runner(processes=3, values=2, warmups=1, loops=64)
runner.bench_func("sum", sum, range(100))
runner.bench_func("sorted [reverse]", sorted, list(range(100, 0, -1)))
runner.bench_func("ключ::str|join", "".join, ["a"] * 100)
