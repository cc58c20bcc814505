"""Lock-step: base and head are alive at once on one core and take turns, slice by slice, by a token.

Neighbouring slices meet the same clock rate, the same load and the same neighbour on the other hardware thread, so the
ratio of two neighbours is many times quieter than that of two whole runs. A slice is a few rounds, about 3 ms of them.
Only the side that holds the token runs; the other one is blocked in a read. The order of slices is ABBA: base, head,
head, base, so that a drift meets both sides alike.

Both sides list their benchmarks at the start, and take the common ones in the same order. A side that arrives at the
first round of a common benchmark hands the token over until the other side is there, too. A benchmark that the other
side skips, or that failed there, runs alone. So does everything once the other side has ended, or has not answered for
``PATIENCE_SECONDS``.

BENCHVERDICT_LOCKSTEP names the socket at which measuring brings the two sides together, BENCHVERDICT_SIDE is the side,
BENCHVERDICT_LEADS the side that holds the token first, and BENCHVERDICT_SLICES the file that receives the slices
(``schemas/slices-v1.json``): what a round of each slice took, by the clock of the benchmark and by that of the
processor. The first round after a hand-over finds cold caches; it does not count where a slice has at least three.
"""

from __future__ import annotations

import array
import json
import math
import os
import socket
import time
from contextlib import suppress
from inspect import signature
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_SECONDS = 600.0
FEWEST_SLICES = 5
FEWEST_TO_WARM_UP = 3
SHORTEST_ROUND = 2e-5
"""Reading the processor's clock costs a part of a microsecond, which is too much of a shorter round."""
SCHEMA = "slices/v1"
_MOST_BYTES = 1 << 24


class Channel:
    """Lines to and from the other side. ``is_open`` is false once it has ended or does not answer."""

    def __init__(self, connection: socket.socket, patience: float = PATIENCE_SECONDS) -> None:
        connection.settimeout(patience)
        self.connection = connection
        self.is_open = True
        self._rest = b""
        self._buffer = bytearray(1 << 12)

    def send(self, line: str) -> None:
        """Send a line; nobody receives it once the channel is closed."""
        if self.is_open:
            try:
                self.connection.sendall(line.encode("utf-8", "surrogateescape") + b"\n")
            except OSError:
                self.close()

    def receive(self) -> str | None:
        """Return the next line; ``None`` when the other side has ended or is silent for too long."""
        while self.is_open and b"\n" not in self._rest:
            data = self._read()
            self._rest += data
            if not data or len(self._rest) > _MOST_BYTES:
                self.close()
        if not self.is_open:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "surrogateescape")

    def close(self) -> None:
        """End the conversation, also where a process that was forked meanwhile has a copy of this end."""
        self.is_open = False
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _read(self) -> bytes:
        """Return what came, by way of one buffer: a new one each time would move what a benchmark allocates."""
        try:
            return bytes(self._buffer[: self.connection.recv_into(self._buffer)])
        except OSError:
            return b""


def exchange(channel: Channel, own: list[str], *, leads: bool) -> list[str]:
    """Return the list of the other side. One side sends while the other one reads, so that no buffer can fill up."""
    if leads:
        channel.send(json.dumps(own))
    line = channel.receive()
    if not leads:
        channel.send(json.dumps(own))
    return [] if line is None else list(json.loads(line))


def connect(path: str, side: str) -> Channel | None:
    """Return the channel to the other side, from what listens at ``path``; ``None`` where nothing does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            door.connect(path)
            door.sendall(side.encode() + b"\n")
            _, control, _, _ = door.recvmsg(1, socket.CMSG_LEN(array.array("i", [0]).itemsize))
        except OSError:
            return None
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers = array.array("i")
            numbers.frombytes(data[: numbers.itemsize])
            os.set_inheritable(numbers[0], False)
            return Channel(socket.socket(fileno=numbers[0]))
    return None


class Turns:
    """The token, and how far the other side has come. ``at`` is the index of the common benchmark where it waits."""

    def __init__(self, channel: Channel, *, holds: bool) -> None:
        self.channel = channel
        self.holds = holds
        self.at = -1
        self.rounds = 0

    def hand_over(self, index: int, rounds: int = 0) -> None:
        """Let the other side run until it hands the token back; ``rounds`` is the length of a slice, if it is known."""
        self.channel.send(f"{index} {rounds}")
        self.holds = False
        self.take()

    def take(self) -> None:
        """Wait for the token."""
        while not self.holds:
            line = self.channel.receive()
            self.holds = True
            if line is None:
                self.at = -1
                return
            at, rounds = (int(word) for word in line.split())
            self.at, self.rounds = at, rounds

    def meet(self, index: int) -> bool:
        """Hand the token over until the other side is at the same benchmark, or beyond; whether it is at the same."""
        self.take()
        while self.channel.is_open and self.at < index:
            self.hand_over(index)
        return self.is_here(index)

    def is_here(self, index: int) -> bool:
        """Return whether the other side is at this benchmark, and takes turns."""
        return self.channel.is_open and self.at == index


class Slice:
    """Neighbouring rounds of one side: the seconds of each by both clocks; ``alone`` without the other side's turns.

    A round is ``iterations`` calls. What is kept is seconds per call, as in pytest-benchmark's own file.
    """

    def __init__(self, *, alone: bool, cold: bool) -> None:
        self.alone, self.cold = alone, cold
        self.iterations = 1
        self.wall: list[float] = []
        self.processor: list[float] = []
        self.began_queued = _queued_seconds()
        self.queued = 0.0

    def end(self) -> None:
        """Take note of how long this thread was ready to run meanwhile, and the processor was given to others."""
        self.queued = _queued_seconds() - self.began_queued

    @property
    def share(self) -> float | None:
        """Processor time over wall time, less what the scheduler gave to others; ``None`` of rounds without any."""
        wall = sum(self.wall) - self.queued
        return sum(self.processor) / wall if wall > 0 else None

    def add(self, wall: float, processor: float) -> None:
        """Note a round."""
        self.wall.append(wall)
        self.processor.append(processor)

    def summary(self) -> dict[str, Any]:
        """Return what is kept of it: median and minimum of a call by both clocks."""
        first = 1 if self.cold and len(self.wall) >= FEWEST_TO_WARM_UP else 0
        return {
            "rounds": len(self.wall) - first,
            "alone": self.alone,
            "wall": self._of_a_call(self.wall[first:]),
            "processor": self._of_a_call(self.processor[first:]),
        }

    def _of_a_call(self, rounds: list[float]) -> list[float]:
        """Return median and minimum; a clock that was set back meanwhile gives none below 0."""
        return [max(0.0, value) / self.iterations for value in (median(rounds), min(rounds))]


def _queued_seconds() -> float:
    """Return how long this thread has been ready to run without running (proc(5), schedstat); 0 where it is unknown.

    The read is small, because a large buffer would move what a benchmark allocates.
    """
    try:
        opened = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    except OSError:
        return 0.0
    try:
        return int(os.read(opened, 128).split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
    finally:
        os.close(opened)


class Slicing:
    """The rounds of one benchmark on this side, in slices of ``length`` rounds while the other side takes turns.

    Without a ``length`` the side that begins finds it out: as many rounds as take ``seconds`` of processor time, and no
    more than ``most``. A visit is what runs between two hand-overs: one slice at the beginning, then two, which makes
    the order ABBA. The processor's clock is that of this thread: time of others is waiting, and decided by wall time.
    """

    def __init__(self, turns: Turns, index: int, length: int, *, seconds: float, most: float) -> None:
        self.turns, self.index, self.seconds, self.most = turns, index, seconds, most
        self.slices: list[Slice] = []
        self.alone = not turns.meet(index)
        begins = turns.rounds == 0
        self.length = length or turns.rounds
        self.left = 1 if begins else 2
        self._open(cold=True)

    def run(self, round_: Any, iterations: int) -> Any:
        """Run one round, note its seconds by both clocks, and hand the token over when the visit is complete."""
        before = time.thread_time()
        result = round_()
        processor = time.thread_time() - before
        self.slices[-1].iterations = iterations
        self.slices[-1].add(result[0] if isinstance(result, tuple) else result, processor)
        if not self.alone and self._is_full():
            self._end_slice()
        return result

    def summary(self) -> dict[str, Any]:
        """Return the slices, and the share of its time in which the processor worked for the usual one."""
        measured = [each for each in self.slices if each.wall]
        shares = [share for share in (each.share for each in measured) if share is not None]
        too_short = median(min(each.wall) for each in measured) < SHORTEST_ROUND if measured else True
        share = None if too_short or not shares else max(0.0, median(shares))
        return {"share": share, "slices": [each.summary() for each in measured]}

    def _is_full(self) -> bool:
        here = self.slices[-1]
        if not self.length and (sum(here.processor) >= self.seconds or len(here.wall) >= self.most):
            self.length = len(here.wall)
        return 0 < self.length <= len(here.wall)

    def _end_slice(self) -> None:
        self.slices[-1].end()
        self.left -= 1
        if self.left:
            self._open(cold=False)
            return
        self.turns.hand_over(self.index, self.length)
        self.alone = not self.turns.is_here(self.index)
        self.left = 2
        self._open(cold=True)

    def _open(self, *, cold: bool) -> None:
        self.slices.append(Slice(alone=self.alone, cold=cold))


class LockStep:
    """The pytest plugin: brings both sides together after collection, and slices the rounds of common benchmarks."""

    def __init__(
        self, path: str, environ: Mapping[str, str], lengths: Mapping[str, int], seconds: float, fixture_class: Any
    ) -> None:
        self.path, self.output = path, environ["BENCHVERDICT_SLICES"]
        self.side, self.leads = environ["BENCHVERDICT_SIDE"], environ["BENCHVERDICT_LEADS"]
        self.lengths, self.seconds = lengths, seconds
        self.turns: Turns | None = None
        self.places: dict[str, int] = {}
        self.slicings: dict[str, Slicing] = {}
        self.most: dict[str, float] = {}
        self.fixture_class = fixture_class
        self.original, self.original_pedantic = fixture_class._make_runner, fixture_class.pedantic
        plugin = self
        fixture_class._make_runner = lambda fixture, *arguments: plugin.make_runner(fixture, *arguments)
        fixture_class.pedantic = lambda fixture, *given, **named: plugin.pedantic(fixture, *given, **named)

    def pedantic(self, fixture: Any, *given: Any, **named: Any) -> Any:
        """Do what ``pedantic`` does, with several slices where its author wants few rounds."""
        __tracebackhide__ = True
        bound = signature(self.original_pedantic).bind(fixture, *given, **named)
        rounds = bound.arguments.get("rounds", 1)
        if isinstance(rounds, int):
            self.most[fixture.fullname] = max(1, rounds // FEWEST_SLICES)
        return self.original_pedantic(fixture, *given, **named)

    def make_runner(self, fixture: Any, *arguments: Any) -> Any:
        """Return what ``_make_runner`` returns, a function that runs one round; here it waits for the token."""
        runner = self.original(fixture, *arguments)
        turns, name = self.turns, fixture.fullname
        if turns is None or name not in self.places:
            return runner

        def run_round(*range_and_timer: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            if name not in self.slicings:
                length, most = self.lengths.get(name, 0), self.most.get(name, math.inf)
                self.slicings[name] = Slicing(turns, self.places[name], length, seconds=self.seconds, most=most)
            loops = range_and_timer[0] if range_and_timer else named.get("loops_range")
            return self.slicings[name].run(lambda: runner(*range_and_timer, **named), len(loops) if loops else 1)

        return run_round

    def pytest_collection_finish(self, session: Any) -> None:
        """Meet the other side and take the common benchmarks in the order of the base."""
        channel = connect(self.path, self.side)
        if channel is None:
            return
        own = [item.nodeid for item in session.items if "benchmark" in getattr(item, "fixturenames", ())]
        other = exchange(channel, own, leads=self.side == self.leads)
        base, head = (own, set(other)) if self.side == "base" else (other, set(own))
        common = [name for name in base if name in head]
        self.places = {name: index for index, name in enumerate(common)}
        if self.side == "head":
            session.items[:] = reordered(session.items, common)
        self.turns = Turns(channel, holds=self.side == self.leads)
        self.turns.take()

    def pytest_unconfigure(self) -> None:
        """Leave the slices, and let the other side go on alone."""
        self.fixture_class._make_runner, self.fixture_class.pedantic = self.original, self.original_pedantic
        if self.turns is None:
            return
        earlier = _benchmarks(self.output)
        found = {name: slicing.summary() for name, slicing in self.slicings.items()}
        content = {"schema": SCHEMA, "benchmarks": {**earlier, **found}}
        temporary = Path(f"{self.output}.{os.getpid()}")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(self.output)
        self.turns.channel.close()


def reordered(items: list[Any], names: list[str]) -> list[Any]:
    """Return the items with those of ``names`` in that order, in the places that they have together."""
    by_name = {item.nodeid: item for item in items}
    wanted = iter([by_name[name] for name in names if name in by_name])
    common = set(names)
    return [next(wanted) if item.nodeid in common else item for item in items]


def _benchmarks(path: str) -> dict[str, Any]:
    """Return what an earlier call of pytest in the same command left; nothing where that is damaged."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))["benchmarks"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
