"""The benchmarks: every one is the same file on both sides; how much work a call does is said by ``slowdown``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import workloads
from slowdown import units

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIMPLE = {
    "parse_json": 100,
    "find_fields": 200,
    "multiply_matrices": 200,
    "sweep_array": 100,
    "count_in_loop": 200,
    "count_words": 200,
    "sort_records": 200,
    "compress_blocks": 100,
    "build_trees": 200,
}


@pytest.mark.parametrize("name", SIMPLE)
def test_of(name: str, benchmark: Callable[..., Any]) -> None:
    benchmark(getattr(workloads, name), units(name, SIMPLE[name]))


def test_query_database(benchmark: Callable[..., Any]) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE items (key INTEGER PRIMARY KEY, value INTEGER)")
        benchmark(workloads.query_database, units("query_database", 200), database)


def test_write_pages(benchmark: Callable[..., Any], tmp_path: Path) -> None:
    with (tmp_path / "page").open("w+b", buffering=0) as file:
        benchmark(workloads.write_pages, units("write_pages", 200), file)


def test_echo(benchmark: Callable[..., Any]) -> None:
    with workloads.Echo() as echo:
        benchmark(echo.call, units("echo", 100))
