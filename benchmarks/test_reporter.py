"""Our own benchmarks, measured by our own action: the reporter's stages on 1,000 benchmarks × 20 rounds."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.reporter_speed import result_file
from reporter.cli import main
from reporter.ingest import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Result files of a base and a head."""
    folder = tmp_path_factory.mktemp("results")
    files = folder / "base.json", folder / "head.json"
    for seed, file in enumerate(files):
        file.write_text(json.dumps(result_file(1000, 20, seed)), encoding="utf-8")
    return files


def test_read(benchmark: BenchmarkFixture, sides: tuple[Path, Path]) -> None:
    assert len(benchmark(read_file, sides[0]).readings) == 1000


@pytest.mark.parametrize("output", ["json", "markdown", "html"])
def test_compare(benchmark: BenchmarkFixture, sides: tuple[Path, Path], output: str) -> None:
    base, head = map(str, sides)
    command = ["compare", "--baseline", base, "--head", head, "--output", output]

    def compare() -> str:
        stdout = io.StringIO()
        assert main(command, stdout, io.StringIO()) == 0
        return stdout.getvalue()

    assert "test_999" in benchmark(compare)
