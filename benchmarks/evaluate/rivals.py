"""The peers' rules on the long runs: their table, and how far it is from the published one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import designs
from benchmarks.evaluate.figures import Figure, Figures, Progress
from benchmarks.evaluate.peers import NAMED, OTHER_READINGS, PEERS
from benchmarks.evaluate.recorded import percent
from reporter.decide.rule_rates import RATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.evaluate.designs import Draw, Timeline
    from benchmarks.evaluate.figures import Counts
    from benchmarks.evaluate.peers import Peer
    from benchmarks.evaluate.recording import Recording
    from reporter.model import BoolArray

PUBLISHED = Path(__file__).with_name("published.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One row of the published table, in percent; ``power`` is per level. ``tolerance`` is in points."""

    alarms: float
    alarmed: float
    power: tuple[float, ...]
    tolerance: float


def published() -> dict[str, Published]:
    """Read the published figures by key of their rule."""
    table = tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))["rule"]
    return {key: Published(**row | {"power": tuple(row["power"])}) for key, row in table.items()}


def documented() -> dict[str, Published]:
    """Return the figures that the product documents of the rules that can be chosen by name, by key of their rule."""
    return {
        NAMED[rate.rule].key: Published(
            alarms=100 * rate.benchmarks,
            alarmed=100 * rate.pull_requests,
            power=tuple(100 * share for share in rate.power),
            tolerance=0.5 if NAMED[rate.rule].design == "single" else 3,
        )
        for rate in RATES
        if rate.rule in NAMED
    }


def table(recording: Recording, counts: Counts, generator: np.random.Generator, progress: Progress) -> Figures:
    """Apply every rule to its design: false alarms per benchmark and pull request, and power per level."""
    timeline, figures = designs.timeline_of(recording), Figures()
    for peer in (*PEERS, *NAMED.values(), *OTHER_READINGS):
        slower = _slower(peer, recording, draws(peer.design, timeline, 0.0, counts, generator))
        figures[f"peers.{peer.key}.alarms"] = Figure(value=float(slower.mean()), draws=len(slower))
        figures[f"peers.{peer.key}.alarmed"] = Figure(value=float(slower.any(axis=1).mean()), draws=len(slower))
        for level in designs.levels_of(recording):
            found = _slower(peer, recording, draws(peer.design, timeline, level, counts, generator))
            figures[f"peers.{peer.key}.{percent(level)}"] = Figure(value=float(found.mean()), draws=len(found))
        progress.done(f"peers, {peer.key}")
    return figures | distances(figures)


def draws(
    design: str, timeline: Timeline, level: float, counts: Counts, generator: np.random.Generator
) -> Iterator[Draw]:
    """Yield the pull requests of a design: all of them where one run meets one run, else drawn ones."""
    if design == "single":
        yield from designs.single(timeline, level)
        return
    for _ in range(counts.draws):
        if design == "history":
            yield designs.history(timeline, level, generator)
        else:
            yield designs.neighbours(timeline, level, int(design.removeprefix("pairs-")), generator)


def distances(figures: Figures) -> Figures:
    """Return for each published row how far its worst figure is off: plainly, and beyond what rounding can explain."""
    found: Figures = {}
    for key, row in (published() | documented()).items():
        pairs = list(_beside(key, row, figures))
        if pairs:
            plain = max(abs(own - other) for own, other, _ in pairs)
            beyond = max(max(0.0, abs(own - other) - unit / 2) for own, other, unit in pairs)
            found[f"peers.{key}.off"] = Figure(value=plain / 100)
            found[f"peers.{key}.off beyond rounding"] = Figure(value=beyond / 100)
    return found


def _beside(key: str, row: Published, figures: Figures) -> Iterator[tuple[float, float, float]]:
    """Yield (ours, published, unit of the published figure), in percent, for all figures of a row that exist."""
    names = [f"peers.{key}.{name}" for name in ("alarms", "alarmed", "+3%", "+5%", "+10%", "+20%")]
    for name, other, unit in zip(names, (row.alarms, row.alarmed, *row.power), (0.1, 1, 1, 1, 1, 1), strict=True):
        if name in figures:
            yield 100 * figures[name].value, other, unit


def _slower(peer: Peer, recording: Recording, drawn: Iterable[Draw]) -> BoolArray:
    return np.array([peer.rule(recording, draw.baseline, draw.head) for draw in drawn])
