"""Make a machine busy in a repeatable way, to see what measuring finds there.

``python -m benchmarks.busy [--compute 3] [--memory 1] [--bursts] [--seed 1] -- COMMAND…`` runs a command beside so many
processes that compute and that copy memory (64 MiB each), ends them with it, and exits as it does. With ``--bursts``
each works and rests in turn, for 0.2 to 3 seconds.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from multiprocessing import Process
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COPIED_BYTES = 64 * 2**20
SHORTEST_SECONDS, LONGEST_SECONDS = 0.2, 3.0


def compute() -> None:
    """Do some milliseconds of arithmetic."""
    state = 1
    for step in range(50_000):
        state = (state * 6364136223846793005 + step) % 2**64


class Copies:
    """Copies more memory than caches hold, call by call."""

    def __init__(self) -> None:
        self.block = bytearray(COPIED_BYTES)

    def __call__(self) -> None:
        """Copy the block once."""
        bytes(self.block)


def work(task: Callable[[], None], bursts: random.Random | None) -> None:
    """Repeat a task until this process is ended; ``bursts`` draws how long it works and rests."""
    while True:
        until = time.monotonic() + (bursts.uniform(SHORTEST_SECONDS, LONGEST_SECONDS) if bursts else LONGEST_SECONDS)
        while time.monotonic() < until:
            task()
        if bursts:
            time.sleep(bursts.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))


@contextmanager
def load(*, compute_processes: int, memory_processes: int, bursts: bool, seed: int) -> Iterator[list[Process]]:
    """Keep the machine busy inside; the processes end with it, or with this process."""
    tasks = [compute] * compute_processes + [Copies() for _ in range(memory_processes)]
    draws = [random.Random(seed + number) if bursts else None for number in range(len(tasks))]
    processes = [Process(target=work, args=pair, daemon=True) for pair in zip(tasks, draws, strict=True)]
    for process in processes:
        process.start()
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def main() -> int:
    """Run the command beside the load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compute", type=int, default=3, metavar="N")
    parser.add_argument("--memory", type=int, default=1, metavar="N")
    parser.add_argument("--bursts", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    with load(compute_processes=given.compute, memory_processes=given.memory, bursts=given.bursts, seed=given.seed):
        return subprocess.run(given.command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
