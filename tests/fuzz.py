"""Damaged result files of every format: read or refused, never a traceback, a hang or a swallowed memory.

``make fuzz`` changes the recorded files in many ways and reads each change whole: into a suite, into a snapshot and out
of it again. ``python -m tests.fuzz --inputs 1000000`` does so until that many were tried; what fails is kept in
``build/fuzz``. The same seed makes the same inputs.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reporter.ingest import assemble, read_file
from reporter.model import Baseline, BaselineSource
from reporter.shared.errors import InputError
from reporter.store import history, snapshot
from tests.recorded import DATA, all_recorded

LONGEST_SECONDS = 2.0
"""Of processor time, so that a busy machine is no failure."""
MOST_MEMORY = 500 * 2**20

_ODD_NUMBERS = (
    b"NaN",
    b"-nan",
    b"Infinity",
    b"null",
    b"N/A",
    b"-1",
    b"0",
    b"1e999",
    b"1e-320",
    b"9" * 400,
    b'""',
    b"true",
)
_ODD_TEXTS = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1b[31m",
    b"\r\r\n",
    b"\t",
    b'"',
    b"|",
    b"\\ud800",
    b"<",
    b"&",
    b"[" * 3000,
)
_ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e300,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "x" * 6000,
    [],
    {},
    [[]],
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_LOG = b"[12:00:01] starting {x} ...\nwarning: slow disk\n"

Change = Callable[[bytes, random.Random, list[bytes]], bytes]


class TooLongError(Exception):
    """Reading took longer than it may."""


@dataclass(slots=True)
class Outcome:
    """How often what happened; ``failures`` are the files of what must not."""

    inputs: int = 0
    seconds: float = 0.0
    by_result: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def told(self) -> int:
        """Print the counts; give the exit code, 1 when an input failed."""
        for result, count in sorted(self.by_result.items()):
            print(f"{count:9} {result}")
        print(f"{self.inputs} inputs in {self.seconds:.0f} s, {len(self.failures)} failed")
        for failure in self.failures[:50]:
            print(failure)
        return 1 if self.failures else 0


def _flip(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    changed = bytearray(data)
    for _i in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    start, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return data[:start] if chance.random() < 0.5 else data[:start] + data[end:]


def _repeat(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    start, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    return data[:end] + data[start:end] * chance.randint(1, 4) + data[end:]


def _splice(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    start, at = chance.randint(0, len(other)), chance.randint(0, len(data))
    return data[:at] + other[start : start + chance.randint(1, 400)] + data[at:]


def _stretch(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    """Repeat a few bytes very often, which finds patterns that try every beginning again."""
    start = chance.randint(0, len(data))
    unit = data[start : start + chance.choice((1, 1, 2, 12, 40))]
    return data[:start] + unit * (20_000 // max(1, len(unit))) + data[start:]


def _insert(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(_ODD_TEXTS) + data[at:]


def _number(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    place = chance.choice(found)
    return data[: place.start()] + chance.choice(_ODD_NUMBERS) + data[place.end() :]


def _lines(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one] if chance.random() < 0.5 else b""
    return b"\n".join(lines)


def _surround(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    return chance.choice((_LOG + data, data + _LOG, data + b"\n" + chance.choice(others), data + b"\n" + data))


def _encode(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    way = chance.randrange(4)
    if way == 0:
        return gzip.compress(data, compresslevel=1, mtime=0)
    if way == 1:
        return data.replace(b"\n", b"\r\r\n")
    return data.decode("utf-8", "replace").encode("utf-16" if way == 2 else "utf-8-sig")


def _value(data: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    """Put an odd value at a random place of the JSON, or leave a key out."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return _number(data, chance, [])
    places = list(_places(root))
    for _i in range(chance.randint(1, 3)):
        if places:
            holder, key = chance.choice(places)
            with contextlib.suppress(KeyError, IndexError):
                if chance.random() < 0.25:
                    del holder[key]
                else:
                    holder[key] = chance.choice(_ODD_VALUES)
    return json.dumps(root).encode()


def _places(root: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, part in pairs:
            yield value, key
            waiting.append(part)


CHANGES: tuple[Change, ...] = (
    _flip, _cut, _repeat, _stretch, _splice, _insert, _number, _number, _lines, _surround, _encode,
    _value, _value, _value,
)  # fmt: skip


def changed(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Change a recorded file in one to three ways; at most to some megabytes."""
    for change in chance.choices(CHANGES, k=chance.randint(1, 3)):
        data = change(data, chance, others)[: 2**22]
    return data


def read_whole(path: Path) -> str:
    """Read as a user would, up to the stored baseline; gives the format or the code of the refusal."""
    try:
        reading = read_file(path)
        suite = assemble([[reading]], suite="s")
    except InputError as error:
        return f"refused: {error.code}"
    for benchmark in suite.benchmarks:
        if (benchmark.error is None) != bool(benchmark.samples):
            raise AssertionError("a benchmark is neither measured nor errored, or both")
    data = snapshot.dump(Baseline(suite=suite, history=history.extend(None, suite), source=BaselineSource(commit=None)))
    snapshot.load(data, "here")
    return f"read: {reading.format}"


def _too_long(*_: object) -> None:
    raise TooLongError


@contextlib.contextmanager
def limits() -> Iterator[None]:
    """Let nothing take more memory than it may (where the system can tell), and be told of too much processor time."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + MOST_MEMORY, before[1]))
    was = signal.signal(signal.SIGVTALRM, _too_long)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, was)
        resource.setrlimit(resource.RLIMIT_AS, before)


def fuzz(inputs: int, seconds: float, seed: int, keep: Path | None = None) -> Outcome:
    """Try so many inputs, or for so long; what fails is written below ``keep``."""
    chance = random.Random(seed)
    outcome = Outcome()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, limits():
        seeds = [(path, *_prepared(path, Path(name) / str(index))) for index, path in enumerate(all_recorded())]
        others = [data for _, _, data in seeds]
        while outcome.inputs < inputs and time.monotonic() - began < seconds:
            origin, path, data = chance.choice(seeds)
            content = changed(data, chance, others)
            path.write_bytes(content)
            outcome.inputs += 1
            _try(path, origin, content, outcome, keep)
    outcome.seconds = time.monotonic() - began
    return outcome


def _prepared(origin: Path, folder: Path) -> tuple[Path, bytes]:
    """Return a recorded file a folder of its own, with what stands beside it where its tool makes folders."""
    if origin.parent.parent == DATA:
        folder.mkdir()
    else:
        shutil.copytree(origin.parent, folder)
    data = origin.read_bytes()
    return folder / origin.name, gzip.decompress(data) if origin.suffix == ".gz" else data


def _try(path: Path, origin: Path, content: bytes, outcome: Outcome, keep: Path | None) -> None:
    noted(outcome, origin.name, content, keep, lambda: read_whole(path))


def noted(
    outcome: Outcome,
    name: str,
    content: bytes,
    keep: Path | None,
    attempt: Callable[[], str],
    longest: float = LONGEST_SECONDS,
) -> None:
    """Try one input within the limit of time, and count what came of it."""
    signal.setitimer(signal.ITIMER_VIRTUAL, longest)
    try:
        outcome.by_result[attempt()] += 1
    except Exception as error:
        outcome.by_result[f"FAILED: {type(error).__name__}"] += 1
        file = f"{len(outcome.failures)}-{name}"
        outcome.failures.append(f"{file}: {type(error).__name__}: {str(error)[:200]}")
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / file).write_bytes(content)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> int:
    """Run from the command line; 1 when an input failed."""
    parser = argparse.ArgumentParser(description="read damaged result files")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    outcome = fuzz(arguments.inputs, arguments.seconds, arguments.seed, Path("build/fuzz"))
    return outcome.told()


if __name__ == "__main__":
    sys.exit(main())
