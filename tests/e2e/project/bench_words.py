"""Benchmarks of the small project: a run takes about a second, and leaves behind what environment it saw.

Many short rounds of processor time: their minimum is steady also on a machine that does other work beside the tests.
"""

import json
import os
import pathlib
import time

import pytest
import words

TEXT = "the quick brown fox jumps over the lazy dog " * 40
pytestmark = pytest.mark.benchmark(min_time=0.0005, max_time=0.2, warmup=False, timer=time.process_time)

pathlib.Path(os.environ["KEEP"], f"environment-{os.getpid()}.json").write_text(json.dumps(dict(os.environ)))


def test_lengths(benchmark):
    assert benchmark(words.lengths, TEXT)[5] == 120


def test_longest(benchmark):
    assert benchmark(words.longest, TEXT) == "quick"


def test_capitals(benchmark):
    assert benchmark(words.capitals, TEXT).startswith("The Quick")
