"""Targets held against figures: met or missed, never silently left out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from benchmarks.evaluate.figures import Figure, Figures

PARTS = ("peers", "recorded", "synthetic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Bounds for all figures whose name matches one of ``figures`` and none of ``but``.

    ``part`` is the sub-command that makes them.
    """

    text: str
    part: str
    figures: tuple[str, ...]
    at_least: float | None = None
    at_most: float | None = None
    high_at_most: float | None = None
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure held against its target; without a figure nothing was measured, which is missed."""

    target: Target
    name: str
    figure: Figure | None
    met: bool


def read_targets(path: Path) -> list[Target]:
    """Read a file of targets.

    Raises:
        UsageError: there is no such file, or it says something that is not known.
    """
    if not path.is_file():
        raise UsageError("targets-missing", "there is no such file of targets", where=str(path))
    try:
        return [_target(row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["target"]]
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("targets-unreadable", f"not a file of targets: {error}", where=str(path)) from error


def _target(row: dict[str, Any]) -> Target:
    if row["part"] not in PARTS:
        raise KeyError(row["part"])
    return Target(**row | {"figures": tuple(row["figures"]), "but": tuple(row.get("but", ()))})


def judge(targets: Sequence[Target], figures: Figures, parts: Collection[str]) -> list[Result]:
    """Hold every target of the parts that were run against the figures."""
    return [result for target in targets if target.part in parts for result in _results(target, figures)]


def _results(target: Target, figures: Figures) -> Iterator[Result]:
    for pattern in target.figures:
        names = [name for name in figures if fnmatchcase(name, pattern) and not _excepted(name, target)]
        if not names:
            yield Result(target=target, name=pattern, figure=None, met=False)
        for name in names:
            yield Result(target=target, name=name, figure=figures[name], met=_meets(target, figures[name]))


def _excepted(name: str, target: Target) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in target.but)


def _meets(target: Target, figure: Figure) -> bool:
    """Comparisons with nan are false, so that a figure that is not a number meets nothing."""
    within = []
    if target.at_least is not None:
        within.append(figure.value >= target.at_least)
    if target.at_most is not None:
        within.append(figure.value <= target.at_most)
    if target.high_at_most is not None and figure.high is not None:
        within.append(figure.high <= target.high_at_most)
    return all(within)
