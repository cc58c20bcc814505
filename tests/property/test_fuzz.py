"""A short run of the fuzzer; ``make fuzz`` runs a long one."""

from __future__ import annotations

import random

import pytest

from tests.recorded import all_recorded

fuzz = pytest.importorskip("tests.fuzz", exc_type=ImportError)
fuzz_edge = pytest.importorskip("tests.fuzz_edge", exc_type=ImportError)


def test_a_few_damaged_files_of_every_kind_are_read_or_refused() -> None:
    outcome = fuzz.fuzz(inputs=600, seconds=120, seed=20261120)
    assert outcome.failures == []
    assert sum(count for result, count in outcome.by_result.items() if result.startswith("read")) > 50


def test_a_few_damaged_answers_archives_and_events_are_read_or_refused() -> None:
    outcome = fuzz_edge.fuzz(inputs=2_000, seconds=120, seed=20261130)
    assert outcome.failures == []
    assert outcome.by_result["taken"] > 100
    assert sum(count for result, count in outcome.by_result.items() if result.startswith("refused")) > 500


def test_the_same_seed_changes_the_same() -> None:
    data = [path.read_bytes() for path in all_recorded()]
    once, again = (
        [fuzz.changed(entry, random.Random(number), data) for number, entry in enumerate(data)] for _ in range(2)
    )
    assert once == again
    assert sum(before != after for before, after in zip(data, once, strict=True)) > len(data) // 2
