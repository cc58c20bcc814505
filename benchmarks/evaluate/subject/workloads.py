"""Twelve kinds of work, each in equal units, so that a call of 103 units does 3% more than one of 100."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zlib
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import sqlite3
    from typing import BinaryIO

_DOCUMENT = json.dumps({"id": 7, "tags": ["a", "b", "c"], "at": {"x": 1.5, "y": -2.25}, "text": "plain words " * 4})
_LOG_LINE = "2026-01-01T12:00:00 GET /items/42?page=3 200 1532 12.7ms user=anna@example.org ip=10.0.0.1"
_FIELDS = re.compile(r"(\w+)=([^\s]+)|(\d+(?:\.\d+)?)ms")
_WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "and", "the", "dog", "sleeps"]
_RECORDS = [{"key": (index * 7919) % 101, "name": f"r{index}"} for index in range(60)]
_BLOCK = bytes(index * index % 251 for index in range(512))
_MATRIX = np.arange(1024.0).reshape(32, 32) / 1024
_ARRAY = np.arange(4_000_000.0)
_CHUNK = 16_000
_PAGE = b"x" * 4096


def parse_json(units: int) -> int:
    return sum(len(json.dumps(json.loads(_DOCUMENT))) for _ in range(units))


def find_fields(units: int) -> int:
    return sum(len(_FIELDS.findall(_LOG_LINE)) for _ in range(units))


def query_database(units: int, database: sqlite3.Connection) -> int:
    """``database`` has a table ``items`` of (key, value)."""
    total = 0
    for key in range(units):
        database.execute("INSERT OR REPLACE INTO items VALUES (?, ?)", (key % 50, key))
        total += database.execute("SELECT value FROM items WHERE key = ?", (key % 50,)).fetchone()[0]
    return total


def multiply_matrices(units: int) -> float:
    product = _MATRIX
    for _ in range(units):
        product = _MATRIX @ _MATRIX
    return float(product[0, 0])


def sweep_array(units: int) -> float:
    """Each unit is another part of an array larger than most caches."""
    return sum(float(_ARRAY[unit * _CHUNK % _ARRAY.size :][:_CHUNK].sum()) for unit in range(units))


def count_in_loop(units: int) -> int:
    state = 1
    for _ in range(units):
        for _ in range(100):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return state


def count_words(units: int) -> int:
    return sum(len("-".join(sorted(Counter(_WORDS)))) for _ in range(units))


def sort_records(units: int) -> int:
    return sum(len(sorted(_RECORDS, key=itemgetter("key"))) for _ in range(units))


def write_pages(units: int, file: BinaryIO) -> int:
    """Write the same page of an unbuffered ``file`` again and again, and read it."""
    total = 0
    for _ in range(units):
        file.seek(0)
        file.write(_PAGE)
        file.seek(0)
        total += len(file.read(4096))
    return total


def compress_blocks(units: int) -> int:
    return sum(hashlib.sha256(zlib.compress(_BLOCK, 6)).digest()[0] for _ in range(units))


def build_trees(units: int) -> int:
    return sum(len(_tree(4)) for _ in range(units))


class Echo:
    """A thread that answers every call; both wait for each other."""

    def __enter__(self) -> Echo:
        self._asked, self._answered = threading.Semaphore(0), threading.Semaphore(0)
        self._going = True
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self._asked.release()
        self._thread.join()

    def call(self, units: int) -> int:
        for _ in range(units):
            self._asked.release()
            self._answered.acquire()
        return units

    def _answer(self) -> None:
        while True:
            self._asked.acquire()
            if not self._going:
                return
            self._answered.release()


def _tree(depth: int) -> list[object]:
    return [_tree(depth - 1), _tree(depth - 1)] if depth else [None, None]
