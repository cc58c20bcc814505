"""The subject's commits differ as they are meant to, and the product's measuring makes a recording of them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from benchmarks.evaluate import recorder, subject_repository

if TYPE_CHECKING:
    from pathlib import Path

WANTED = recorder.Wanted(equal=0, neutral=0, heads=1)


def shown(folder: Path, commit: str, file: str) -> str:
    command = ["git", "show", f"{commit}:{file}"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def units(source: str, benchmark: str) -> int:
    names: dict[str, object] = {}
    exec(compile(source, "slowdown.py", "exec"), names)  # the file under test is a module of another project
    function = names["units"]
    assert callable(function)
    return int(function(benchmark, 200))


def test_every_benchmark_can_be_slowed() -> None:
    names = subject_repository.benchmarks()
    assert len(names) == len(set(names)) == 12
    workloads = (subject_repository.TEMPLATE / "workloads.py").read_text(encoding="utf-8")
    assert all(f"def {name}(" in workloads for name in names if name != "echo")


def test_heads_differ_from_the_base_in_what_is_planted_alone(tmp_path: Path) -> None:
    folder = tmp_path / "subject"
    base = subject_repository.make_base(folder)
    assert subject_repository.make_head(folder, base, {}) == base
    slowed = subject_repository.make_head(folder, base, {"echo": 0.05, "parse_json": 0.1})
    neutral = subject_repository.make_head(folder, base, {}, neutral=True)
    planted = shown(folder, slowed, "slowdown.py")
    assert [units(planted, name) for name in ("echo", "parse_json", "other")] == [210, 220, 200]
    assert shown(folder, slowed, "workloads.py") == shown(folder, base, "workloads.py")
    assert shown(folder, neutral, "slowdown.py") == shown(folder, base, "slowdown.py")
    added = shown(folder, neutral, "workloads.py").removeprefix(shown(folder, base, "workloads.py"))
    assert added.count("def unused_") == 40
    compile(shown(folder, neutral, "workloads.py"), "workloads.py", "exec")


def test_heads_are_shared_out_among_the_levels() -> None:
    kinds = recorder.Wanted(equal=60, neutral=0, heads=40).kinds()
    assert kinds == {"0": 60, "0.03": 14, "0.05": 13, "0.10": 13}
