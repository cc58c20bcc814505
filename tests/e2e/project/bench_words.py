"""Benchmarks of the small project: a run takes about a second. The first leaves behind what environment it saw."""

import json
import os
import pathlib

import pytest
import words

TEXT = "the quick brown fox jumps over the lazy dog " * 40
pytestmark = pytest.mark.benchmark(min_time=0.01, max_time=0.15, min_rounds=10, warmup=True, warmup_iterations=2)

pathlib.Path(os.environ["KEEP"], "environment.json").write_text(json.dumps(dict(os.environ)))


def test_lengths(benchmark):
    assert benchmark(words.lengths, TEXT)[5] == 120


def test_longest(benchmark):
    assert benchmark(words.longest, TEXT) == "quick"


def test_capitals(benchmark):
    assert benchmark(words.capitals, TEXT).startswith("The Quick")
