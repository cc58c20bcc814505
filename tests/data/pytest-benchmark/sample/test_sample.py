# coding: utf-8
"""What the recorded files measure. Runs on Python 3.7 with pytest-benchmark 2.5 as on the newest of both."""

import pytest

WORDS = [("plain", 10), ("a[b]::c|d", 10), ("back\\slash é", 20), ("ключ 🙂", 20)]


@pytest.mark.parametrize("label,n", WORDS)
def test_sum(benchmark, label, n):
    if hasattr(benchmark, "extra_info"):
        benchmark.extra_info.update(rows=n, hit_rate=0.75, label=label, nested={"rows": 1}, cached=True)
    benchmark(sum, range(n))


class TestSorting:
    @pytest.mark.benchmark(group="sorting")
    def test_sorted(self, benchmark):
        benchmark(sorted, list(range(50, 0, -1)))


def test_single_round(benchmark):
    benchmark.pedantic(sum, args=(range(1000),), rounds=1, iterations=1)


@pytest.mark.parametrize("shape", [object()], ids=["object"])
def test_no_json_parameter(benchmark, shape):
    benchmark(id, shape)
