"""How pairs of base and head are measured: the object ``pairs`` of a plan."""

from __future__ import annotations

from dataclasses import dataclass, fields

from reporter.measure.plan_values import (
    Wanted,
    check,
    check_keys,
    is_count_from,
    is_flag,
    is_limit,
    is_patterns,
    is_seconds,
    is_side_or_none,
    is_text,
    is_text_or_none,
)
from reporter.shared.model import PathRule

ALL, AFFECTED = "all", "affected"
_FOLDERS = ("bench", "benches", "benchmark", "benchmarks", "asv_bench")
_FILES = ("bench_*", "benchmark_*", "perf_*", "*_bench.*", "*_benchmark.*", "test_*bench*", "test_*perf*")
BENCHMARK_PATHS = tuple(f"**/{name}/**" for name in _FOLDERS) + tuple(f"**/{name}" for name in _FILES)
"""Files that are taken for benchmark files when nobody says which are; globs as in gitignore, from the top folder."""


@dataclass(frozen=True)
class PairPlan:
    """What is special about pairs. ``base_sha`` and ``head_sha`` may be anything git understands as a commit.

    Without ``head_sha`` the head is what is checked out, uncommitted changes included. ``setup`` is a script of bash
    that is run in each side's tree. With ``benchmarks_from`` "head" the head's benchmark files (``benchmark_paths``)
    serve both sides. ``seconds`` is what one benchmark takes in one run, where the tool can be shortened.
    ``time_limit_seconds`` bounds all that is measured, set-up apart. ``pin`` keeps each run on one core, and
    ``isolate`` gives each side of a Python project a virtual environment of its own. ``lock_step`` lets both runs of a
    pair take turns where the tool can. ``shorten`` adds the option that makes a tool's runs short (``shorter.py``).
    With ``select`` "affected" only benchmarks that the change can reach are measured; ``select_paths`` say of files
    which these are. ``runners`` measure the same, this one among them, and are judged together.
    With ``keep_base`` a base once set up is kept for the next measuring. No plan file can ask for that, so no job of a
    workflow does.
    """

    base_sha: str
    head_sha: str | None = None
    setup: str | None = None
    benchmarks_from: str | None = None
    benchmark_paths: tuple[str, ...] = BENCHMARK_PATHS
    seconds: float = 0.05
    pin: bool = True
    time_limit_seconds: float | None = None
    isolate: bool = True
    lock_step: bool = True
    keep_base: bool = False
    shorten: bool = True
    select: str = ALL
    select_paths: tuple[PathRule, ...] = ()
    runners: int = 1

    def __post_init__(self) -> None:
        check(self, _WANTED, "pairs.")


def pair_plan(content: object) -> PairPlan:
    """Read the object ``pairs``; what is not said takes its default.

    Raises:
        UsageError: it is none, or a key or value is wrong.
    """
    known = {field.name for field in fields(PairPlan)} - {"keep_base"}
    values = check_keys(content, {"base_sha"}, known, "'pairs' of the plan")
    if isinstance(values.get("select_paths"), tuple):
        values["select_paths"] = tuple(map(_path_rule, values["select_paths"]))
    return PairPlan(**values)


def _path_rule(content: object) -> PathRule:
    known = {field.name for field in fields(PathRule)}
    found = check_keys(content, known, known, "an entry of 'pairs.select_paths' of the plan")
    return PathRule(**found)


def _are_path_rules(value: object) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(rule, PathRule) and is_text(rule.glob) and is_patterns(rule.benchmarks) for rule in value
    )


def _is_select(value: object) -> bool:
    return value in (ALL, AFFECTED)


_WANTED: Wanted = {
    "base_sha": (is_text, "a commit"),
    "head_sha": (is_text_or_none, "a commit, or null"),
    "setup": (is_text_or_none, "a script, or null"),
    "benchmarks_from": (is_side_or_none, "'head' or null"),
    "benchmark_paths": (is_patterns, "a list of glob patterns"),
    "seconds": (is_seconds, "a number of seconds above 0"),
    "pin": (is_flag, "true or false"),
    "time_limit_seconds": (is_limit, "a number of seconds above 0, or null"),
    "isolate": (is_flag, "true or false"),
    "lock_step": (is_flag, "true or false"),
    "keep_base": (is_flag, "true or false"),
    "shorten": (is_flag, "true or false"),
    "select": (_is_select, "'all' or 'affected'"),
    "select_paths": (_are_path_rules, "a list of objects with a glob and benchmarks"),
    "runners": (is_count_from(1), "a whole number, 1 or more"),
}
