"""What the recorded files measure. Runs on Python 3.7 with pytest-benchmark 3.0 as on the newest of both."""

from __future__ import annotations

from typing import Any

import pytest

WORDS = [("plain", 10), ("a[b]::c|d", 10), ("back\\slash é", 20), ("ключ 🙂", 20)]


@pytest.mark.parametrize(("label", "n"), WORDS)
def test_sum(benchmark: Any, label: str, n: int) -> None:
    if hasattr(benchmark, "extra_info"):
        benchmark.extra_info.update(rows=n, hit_rate=0.75, label=label, nested={"rows": 1}, cached=True)
    benchmark(sum, range(n))


class TestSorting:
    @pytest.mark.benchmark(group="sorting")
    def test_sorted(self, benchmark: Any) -> None:
        benchmark(sorted, list(range(50, 0, -1)))


def test_single_round(benchmark: Any) -> None:
    benchmark.pedantic(sum, args=(range(1000),), rounds=1, iterations=1)


@pytest.mark.parametrize("shape", [object()], ids=["object"])
def test_no_json_parameter(benchmark: Any, shape: object) -> None:
    benchmark(id, shape)
