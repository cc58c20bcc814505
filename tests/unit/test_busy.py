"""The load that benchmarks are tried beside: it is there while a command runs, and gone afterwards."""

from __future__ import annotations

import random

import pytest

from benchmarks.busy import Copies, compute, load, work


def test_the_load_is_there_inside_and_gone_afterwards() -> None:
    with load(compute_processes=1, memory_processes=1, bursts=True, seed=1) as processes:
        assert [process.is_alive() for process in processes] == [True, True]
    assert [process.is_alive() for process in processes] == [False, False]


@pytest.mark.parametrize("bursts", [None, random.Random(1)])
def test_a_task_is_repeated(bursts: random.Random | None) -> None:
    done: list[int] = []

    def task() -> None:
        done.append(1)
        if len(done) == 3:
            raise StopIteration

    with pytest.raises(StopIteration):
        work(task, bursts)


def test_tasks_are_short() -> None:
    compute()
    copies = Copies()
    copies.block = bytearray(1)
    copies()
