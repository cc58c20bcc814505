"""Whether counts of instructions moved: numbers in, one comparison out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from reporter.commands import counting
from reporter.decide import counts
from reporter.records.instructions import Benchmark, Block, Counts, Signs

if TYPE_CHECKING:
    from reporter.measure.instruments.sides import InstrumentedSides
    from reporter.verdicts import Verdict


@dataclass(frozen=True)
class Seen:
    """What else was seen of a run."""

    threads: int = 0
    children: bool = False
    switches: int = 0
    elapsed: int = 0
    system: int = 0


def block(instructions: int, seen: Seen = Seen(), *, allocator: int = 0, allocations: int = 0) -> Block:
    return Block(instructions, allocator, allocations, seen.threads, 0, seen.elapsed, seen.system)


def run(*values: int, calls: int = 10, seen: Seen = Seen()) -> Benchmark:
    """Return a benchmark of so many instructions a call in each block."""
    blocks = tuple(block(1000 + value * calls, seen) for value in values)
    return Benchmark(calls, blocks, block(1000), Signs(threads=False, children=seen.children, switches=seen.switches))


SAME = run(100_000, 100_010, 100_000)


def test_what_is_beyond_the_floor_and_the_spread_moved() -> None:
    found = counts.compare("callgrind", [SAME], [run(101_000, 101_000, 101_010)])
    assert found.moved
    assert (found.base, found.head) == (100_000, 101_000)
    assert found.change == pytest.approx(0.01)
    assert found.spread == pytest.approx(5.8e-5, rel=0.01)
    assert found.not_countable is None


def test_a_change_below_the_floor_did_not_move() -> None:
    assert not counts.compare("callgrind", [SAME], [run(100_490, 100_490, 100_490)]).moved


def test_a_change_within_five_spreads_did_not_move() -> None:
    wide = run(100_000, 100_300, 100_000)
    assert not counts.compare("callgrind", [wide], [run(100_600, 100_600, 100_600)]).moved
    assert counts.compare("callgrind", [wide], [run(100_630, 100_630, 100_630)]).moved


def test_less_work_moved_too() -> None:
    assert counts.compare("callgrind", [SAME], [run(90_000, 90_000, 90_000)]).change == pytest.approx(-0.1)


def test_the_allocator_has_a_price_whatever_it_does() -> None:
    empty = block(0)
    base = Benchmark(1, (block(100_000, allocator=20_000, allocations=100),), empty, None)
    head = Benchmark(1, (block(140_000, allocator=60_000, allocations=100),), empty, None)
    found = counts.compare("callgrind", [base], [head])
    assert found.base == found.head == 80_000 + 100 * counts.POLICY.allocation
    assert found.spread is None


def test_two_processes_that_disagree_are_not_countable() -> None:
    found = counts.compare("callgrind", [SAME, SAME], [run(101_000, 101_000, 101_000), SAME])
    assert (found.moved, found.not_countable) == (False, "spread")


def test_two_processes_that_agree_confirm_it() -> None:
    slower = run(101_000, 101_000, 101_000)
    found = counts.compare("callgrind", [SAME, SAME], [slower, slower])
    assert found.moved


def test_what_the_second_processes_do_not_have_did_not_move(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(head: Benchmark, *names: str) -> tuple[Counts, Counts]:
        sides = (dict.fromkeys(names, run) for run in (SAME, head))
        base, now = (Counts("instructions/v1", "3.13", "callgrind", None, (), side) for side in sides)
        return base, now

    slower = run(101_000, 101_000, 101_000)
    looks = iter([counted(slower, "a", "b"), counted(slower, "a")])
    monkeypatch.setattr(counting, "_look", lambda *_: next(looks))
    found, _ = counting.look(cast("InstrumentedSides", None), ["*"])
    assert {name: (each.moved, each.not_countable) for name, each in found.items()} == {
        "a": (True, None),
        "b": (False, "once"),
    }


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (run(100_000, 102_000, 100_000), "spread"),
        (run(100_000, seen=Seen(threads=1)), "threads"),
        (run(100_000, seen=Seen(children=True)), "children"),
        (run(100_000, seen=Seen(switches=10, elapsed=900_000)), "waiting"),
        (run(100_000, seen=Seen(system=300_000, elapsed=300_000)), "kernel"),
        (Benchmark(0, (), None, None), "too-long"),
        (run(0, 0, 0), "empty"),
    ],
)
def test_what_is_not_countable_says_why(head: Benchmark, reason: str) -> None:
    found = counts.compare("callgrind", [SAME], [head])
    assert (found.moved, found.not_countable) == (False, reason)


def test_a_few_switches_and_a_slow_system_call_are_no_waiting() -> None:
    for seen in (Seen(switches=9, elapsed=900_000), Seen(switches=10, elapsed=90_000)):
        assert counts.compare("callgrind", [SAME], [run(100_000, 100_000, seen=seen)]).not_countable is None


@pytest.mark.parametrize(
    ("verdict", "percent", "part"),
    [
        ("regressed", 4, "more"),
        ("regressed", 0, "same"),
        ("regressed", -4, "same"),
        ("unchanged", 10, None),
        ("inconclusive", 4, None),
        ("inconclusive", 6, "likely-slower"),
        ("inconclusive", -6, None),
        ("improved", -6, None),
    ],
)
def test_what_a_count_says_beside_a_verdict(verdict: Verdict, percent: int, part: str | None) -> None:
    head = run(*[100_000 + 1000 * percent] * 3)
    assert counts.part_of(verdict, counts.compare("callgrind", [SAME], [head])) == part


def test_what_is_not_countable_says_nothing_beside_a_verdict() -> None:
    head = run(110_000, seen=Seen(children=True))
    assert counts.part_of("regressed", counts.compare("callgrind", [SAME], [head])) is None


def test_what_is_better_when_it_is_higher() -> None:
    found = counts.compare("callgrind", [SAME], [run(90_000, 90_000)])
    assert counts.part_of("regressed", found, -1.0) == "more"
