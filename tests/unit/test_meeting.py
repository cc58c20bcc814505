"""Where both sides of a pair in lock-step meet, and the token that they pass, without any pytest."""

from __future__ import annotations

import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.paired.meeting import Meeting
from reporter.measure.paired.virtual import PLUGIN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lockstep(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(str(PLUGIN_FOLDER))
    import importlib

    yield importlib.import_module("benchverdict_lockstep")
    sys.modules.pop("benchverdict_lockstep", None)


def test_both_sides_get_the_ends_of_one_channel(lockstep: Any) -> None:
    with Meeting() as meeting:
        base, head = lockstep.connect(meeting.path, "base"), lockstep.connect(meeting.path, "head")
        base.send("größer")
        assert head.receive() == "größer"
        head.send("one\ntwo")
        assert (base.receive(), base.receive()) == ("one", "two")
        base.close()
        assert head.receive() is None
        head.close()


def test_the_second_processes_of_both_sides_are_joined_too(lockstep: Any) -> None:
    with Meeting() as meeting:
        first, second = (lockstep.connect(meeting.path, "base") for _ in range(2))
        other = lockstep.connect(meeting.path, "head"), lockstep.connect(meeting.path, "head")
        second.send("2")
        first.send("1")
        assert [channel.receive() for channel in other] == ["1", "2"]
        for channel in (first, second, *other):
            channel.close()


def test_a_side_whose_other_has_ended_goes_on_alone(lockstep: Any) -> None:
    with Meeting() as meeting:
        waiting = lockstep.connect(meeting.path, "base")
        meeting.end("head")
        assert waiting.receive() is None
        late = lockstep.connect(meeting.path, "base")
        assert late.receive() is None


def test_who_is_no_side_gets_nothing(lockstep: Any) -> None:
    with Meeting() as meeting:
        assert lockstep.connect(meeting.path, "stranger") is None
    assert lockstep.connect(meeting.path, "base") is None


def test_a_silent_side_is_not_waited_for_without_end(lockstep: Any) -> None:
    one, other = socket.socketpair()
    with other:
        channel = lockstep.Channel(one, patience=0.05)
        assert channel.receive() is None
        assert not channel.is_open


@pytest.mark.parametrize("rounds", [(20, 20), (21, 21), (7, 7), (20, 12), (1, 1), (40, 3)])
@pytest.mark.parametrize("length", [0, 1, 4])
def test_slices_alternate_in_the_order_abba_and_nobody_is_left_waiting(
    lockstep: Any, rounds: tuple[int, int], length: int
) -> None:
    work: list[str] = []

    def round_of(name: str) -> float:
        work.append(name)
        return 1.0

    def side(name: str, end: socket.socket, count: int, results: dict[str, Any]) -> None:
        turns = lockstep.Turns(lockstep.Channel(end, patience=10), holds=name == "base")
        turns.take()
        found = []
        for index in range(2):
            slicing = lockstep.Slicing(turns, index, length, seconds=0.003, most=2)
            for _ in range(count):
                slicing.run(lambda: round_of(name), 1)
            found.append(slicing)
        turns.channel.close()
        results[name] = found

    results: dict[str, Any] = {}
    ends = socket.socketpair()
    threads = [
        threading.Thread(target=side, args=(name, end, count, results))
        for name, end, count in zip(("base", "head"), ends, rounds, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert set(results) == {"base", "head"}
    assert sorted(work) == ["base"] * (2 * rounds[0]) + ["head"] * (2 * rounds[1])
    if rounds[0] == rounds[1] >= 7:
        base, head = ([each for each in results[name][0].slices if each.wall] for name in ("base", "head"))
        assert not any(each.alone for each in (*base[:-1], *head[:-1]))
        assert len(base) == len(head)
        assert all(len(one.wall) == len(other.wall) for one, other in zip(base[:-1], head[:-1], strict=False))
