"""Kinds of work. Each takes how often it is done, and ``scaled`` makes that more by the part in WORK_EXTRA."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter, deque
from pathlib import Path
from typing import Any

TEXT = " ".join(f"word{i * 7919 % 1000} some,other text-{i}" for i in range(3000))
PAIR = re.compile(r"(\w+)-(\d+)")


def scaled(number: int) -> int:
    return round(number * (1 + float(os.environ.get("WORK_EXTRA", "0"))))


def arithmetic(number: int) -> int:
    total = 0
    for i in range(number):
        total += i * i % 7
    return total


def strings(number: int) -> str:
    return ",".join(str(i).rjust(8, "0").upper() for i in range(number))


def dicts(number: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for i in range(number):
        key = f"key {i * 7 % 300}"
        found[key] = found.get(key, 0) + 1
    return found


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    def moved(self, by: int) -> Point:
        return Point(self.x + by, self.y - by)


def objects(number: int) -> int:
    return sum(point.moved(3).x for point in [Point(i, -i) for i in range(number)])


def documents(number: int) -> Any:
    data = [{"id": i, "name": f"name {i}", "tags": ["a", "b", str(i)], "value": i / 4} for i in range(number)]
    return json.loads(json.dumps(data))


def patterns(number: int) -> list[Any]:
    return PAIR.findall(TEXT[:number])


def sorting(number: int) -> list[float]:
    chance = random.Random(5)
    return sorted([chance.random() for _ in range(number)], key=lambda each: -each)


def sets(number: int) -> int:
    return len({f"a{i}" for i in range(number)} & {f"a{i}" for i in range(0, 2 * number, 2)})


def hashing(number: int) -> tuple[str, int]:
    text = TEXT[:number].encode()
    return hashlib.sha256(text).hexdigest(), zlib.crc32(text)


def queues(number: int) -> int:
    last: deque[int] = deque(maxlen=100)
    found: Counter[int] = Counter()
    for i in range(number):
        last.append(i)
        found[i % 50] += 1
    return sum(last) + sum(found.values())


def generators(number: int) -> int:
    return sum(itertools.accumulate(each for each in range(number) if each % 3))


def errors(number: int) -> int:
    count = 0
    for i in range(number):
        try:
            int("x" if i % 2 else "5")
        except ValueError:
            count += 1
    return count


def copies(number: int) -> int:
    return len(b"".join(bytes(range(200)) for _ in range(number)).replace(b"\x10", b"ab"))


def coroutines(number: int) -> int:
    async def step(each: int) -> int:
        await asyncio.sleep(0)
        return each

    async def all_steps() -> int:
        return sum(await asyncio.gather(*(step(each) for each in range(number))))

    return asyncio.run(all_steps())


def files(number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines"
        path.write_text("".join(f"line {i}\n" for i in range(number)), encoding="utf-8")
        with path.open(encoding="utf-8") as lines:
            return sum(len(line) for line in lines)


def threads(number: int) -> None:
    started = [threading.Thread(target=arithmetic, args=(number,)) for _ in range(3)]
    for each in started:
        each.start()
    for each in started:
        each.join()


def children(number: int) -> None:
    for _ in range(number):
        subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)


def waiting(number: int) -> None:
    time.sleep(number / 1e6)


def kernel(number: int) -> int:
    with Path("/dev/zero").open("rb", buffering=0) as zeros:
        return sum(len(zeros.read(1_000_000)) for _ in range(number))


SIZES = {
    arithmetic: 1000,
    strings: 500,
    dicts: 500,
    objects: 400,
    documents: 100,
    patterns: 6000,
    sorting: 600,
    sets: 500,
    hashing: 40_000,
    queues: 800,
    generators: 2000,
    errors: 300,
    copies: 600,
    coroutines: 100,
    files: 600,
    threads: 500,
    children: 1,
    waiting: 1000,
    kernel: 20,
}
