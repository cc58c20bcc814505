"""The figures as Markdown tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.evaluate.peers import NAMED, OTHER_READINGS, PEERS
from benchmarks.evaluate.recorded import LONG_PAIRS
from benchmarks.evaluate.rivals import documented, published
from benchmarks.evaluate.rivals_on_short import TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.evaluate.figures import Figure, Figures
    from benchmarks.evaluate.pair_classes import Noise
    from benchmarks.evaluate.targets import Result
    from benchmarks.evaluate.worlds import World

LEVELS = ("+3%", "+5%", "+10%", "+20%")
WORLD_HEAD = (
    "world",
    "alarmed per PR",
    "per benchmark",
    "praised per PR",
    "per benchmark",
    "inconclusive",
    *LEVELS,
    "called unchanged",
    "covered",
    "all covered",
)
SCREEN_HEAD = ("suspected", "cost")
GROWING_HEAD = ("pairs, harmless", "pairs, +5%")
SHIFT_HEAD = ("shift seen, harmless", "shift seen, +3%")
_WORLD_METRICS = ("alarmed", "alarms", "praised", "improved", "inconclusive")
GROUPS = ("", "quiet.", "medium.", "noisy.")


def peers(figures: Figures) -> str:
    """The other tools' rules, with the published figures in brackets."""
    known = published() | documented()
    head = ("runs used", "rule", "per benchmark", "per PR", *LEVELS, "furthest off", "beyond rounding")
    rows = []
    for peer in (*PEERS, *NAMED.values(), *OTHER_READINGS):
        row = known.get(peer.key)
        others = (row.alarms, row.alarmed, *row.power) if row else (None,) * 6
        cells = [
            _beside(figures.get(f"peers.{peer.key}.{name}"), other)
            for name, other in zip(("alarms", "alarmed", *LEVELS), others, strict=True)
        ]
        off = [points(figures.get(f"peers.{peer.key}.{name}")) for name in ("off", "off beyond rounding")]
        rows.append([peer.used, peer.title, *cells, *off])
    return _section(
        "Rules of other tools on the long runs", head, rows, "False alarms and power in percent; published in brackets."
    )


def long_runs(figures: Figures) -> str:
    """Our engine on screens and pairs of long runs."""
    designs = [("screen.", "history 10, 1 head run, confirmed")]
    for count in LONG_PAIRS:
        designs += [
            (f"long.pairs-{count}.", f"{count} + {count} paired"),
            (f"long.pairs-{count}.stored.", f"{count} + {count} paired, noise also from stored pairs"),
        ]
    rows = [
        [title, group.removesuffix(".") or "all", *_verdict_cells(figures, prefix, group)]
        for prefix, title in designs
        for group in GROUPS
        if f"{prefix}+3%.{group}found" in figures
    ]
    head = ("runs used", "benchmarks", "per benchmark", "per PR", *LEVELS)
    return _section("Ours on the long runs", head, rows, "In percent, with block-bootstrap ranges.") + _quality(
        figures, designs
    )


def short_pairs(figures: Figures, numbers: Sequence[int]) -> str:
    """Our engine and other rules on so many short pairs."""
    head = ("pairs", "rule", "per benchmark", "per PR", "neutral per PR", *LEVELS[:3])
    rows = []
    for count in numbers:
        neutral = share(figures.get(f"short.pairs-{count}.neutral.alarmed"))
        cells = _verdict_cells(figures, f"short.pairs-{count}.", "")[:-1]
        rows.append([str(count), "ours", *cells[:2], neutral, *cells[2:]])
        grown = _verdict_cells(figures, f"short.growing-{count}.", "")[:-1]
        if f"short.growing-{count}.harmless.pairs" in figures:
            used = figures[f"short.growing-{count}.harmless.pairs"].value
            rows.append([f"≤ {count}", f"ours, growing ({used:.0f} on average)", *grown[:2], "", *grown[2:]])
        rules = {"plain": "the plainest rule"} | {f"short.{name}": name for name in TOOLS}
        for prefix, title in rules.items():
            cells = _verdict_cells(figures, f"{prefix}.pairs-{count}.", "")[:-1]
            rows.append([str(count), title, *cells[:2], "", *cells[2:]])
    designs = [(f"short.pairs-{count}.", f"{count} short pairs") for count in numbers]
    return _section("Short pairs", head, rows, "In percent, with block-bootstrap ranges.") + _quality(figures, designs)


def noise_by_class(noise: Mapping[str, Noise]) -> str:
    """Return the noise of one pair of equal code, by what else went on in the machine."""
    rows = [
        [name, str(one.pairs), f"{one.median:.2f}", f"{one.third_quartile:.2f}"] for name, one in sorted(noise.items())
    ]
    head = ("pairs that were", "number", "median of the benchmarks", "75th percentile")
    return _section("Noise of one pair", head, rows, "Standard deviation of the log-ratio, in percent.")


def dominance(figures: Figures) -> str:
    """Our power at each rule's false-alarm rate, and the machine time for the same power."""
    rows = []
    for peer in PEERS:
        cells = [
            f"{share(figures.get(f'dominance.{peer.key}.{level}'))} ({share(figures.get(f'peers.{peer.key}.{level}'))})"
            for level in LEVELS
        ]
        rate = share(figures.get(f"peers.{peer.key}.alarms"))
        settings = [points(figures.get(f"dominance.{peer.key}.{name}")) for name in ("threshold", "gain")]
        rows.append([peer.used, peer.title, rate, *cells, *settings])
    head = ("runs used", "rule", "false alarms of both", *LEVELS, "our threshold", "smallest gain")
    first = _section("With equal runs and equal false alarms", head, rows, "Power in percent; the rule's in brackets.")
    times = [
        [
            peer.used,
            peer.title,
            *(number(figures.get(f"time.{peer.key}.{name}")) for name in ("theirs", "ours", "ratio")),
        ]
        for peer in PEERS
        if f"time.{peer.key}.ratio" in figures
    ]
    return first + _section(
        "Machine time for the same power at +3, +5 and +10%",
        ("runs used", "rule", "its seconds", "seconds of our short pairs", "ratio"),
        times,
        "Seconds of whole runs, start included.",
    )


def worlds(figures: Figures, chosen: Sequence[World]) -> str:
    """Our engine in the worlds of known truth."""
    text = ""
    for design in dict.fromkeys(design for world in chosen for design in world.designs):
        rows = [_world_row(figures, world, design) for world in chosen if design in world.designs]
        kind = design.split("-")[0]
        head = (*WORLD_HEAD, *{"screen": SCREEN_HEAD, "growing": GROWING_HEAD}.get(kind, SHIFT_HEAD))
        text += _section(f"Worlds: {design}", head, rows, "In percent; ranges are of independent pull requests.")
    return text


def targets(results: Sequence[Result]) -> str:
    """Every target, met or missed."""
    rows = [
        [result.target.text, f"`{result.name}`", _value(result), _bounds(result), "met" if result.met else "**missed**"]
        for result in results
    ]
    met = sum(result.met for result in results)
    return _section(
        "Targets",
        ("target", "figure", "value", "bound", ""),
        rows,
        f"{met} of {len(results)} figures meet their target.",
    )


def share(figure: Figure | None) -> str:
    """Format a share in percent, with its range when it has one."""
    if figure is None or math.isnan(figure.value):
        return "–"
    value = f"{100 * figure.value:.1f}"
    if figure.low is None or figure.high is None:
        return value
    return f"{value} [{100 * figure.low:.1f}–{100 * min(figure.high, 1.0):.1f}]"


def points(figure: Figure | None) -> str:
    """Format a difference of shares in points."""
    return "" if figure is None else f"{100 * figure.value:.1f}"


def number(figure: Figure | None) -> str:
    """Format a plain number."""
    return "–" if figure is None else f"{figure.value:.2f}"


def _beside(figure: Figure | None, other: float | None) -> str:
    return share(figure) if other is None else f"{share(figure)} ({other:g})"


def _verdict_cells(figures: Figures, prefix: str, group: str) -> list[str]:
    alarms = ["", ""] if group else [share(figures.get(f"{prefix}harmless.{name}")) for name in ("alarms", "alarmed")]
    return alarms + [share(figures.get(f"{prefix}{level}.{group}found")) for level in LEVELS]


def _quality(figures: Figures, designs: Iterable[tuple[str, str]]) -> str:
    names = ("improved", "unchanged", "inconclusive", "covered", "all covered", "suspected", "doubted", "cost")
    rows = [
        [
            title,
            *(share(figures.get(f"{prefix}harmless.{name}")) for name in names[:-1]),
            number(figures.get(f"{prefix}harmless.cost")),
            *(share(figures.get(f"{prefix}{level}.slowed covered")) for level in LEVELS[:2]),
            *(share(figures.get(f"{prefix}{level}.missed")) for level in LEVELS[:2]),
        ]
        for prefix, title in designs
    ]
    head = ("runs used", *names, "+3% covered", "+5% covered", "+3% called unchanged", "+5% called unchanged")
    return _section("", head, rows, "Of unchanged code, unless a level is named.")


def _world_row(figures: Figures, world: World, design: str) -> list[str]:
    name = f"world.{world.name}.{design}"
    harmless = f"{name}.harmless"
    missed = [figures[key].value for level in LEVELS if (key := f"{name}.{level}.missed") in figures]
    last = {
        "screen": [share(figures.get(f"{harmless}.suspected")), number(figures.get(f"{harmless}.cost"))],
        "growing": [number(figures.get(f"{name}.{cell}.pairs")) for cell in ("harmless", "+5%")],
    }
    shift = [share(figures.get(f"{name}.{cell}.shift")) for cell in ("harmless", "+3%")]
    return [
        world.title,
        *(share(figures.get(f"{harmless}.{metric}")) for metric in _WORLD_METRICS),
        *(share(figures.get(f"{name}.{level}.found")) for level in LEVELS),
        f"{100 * max(missed):.1f}" if missed else "–",
        *(share(figures.get(f"{harmless}.{metric}")) for metric in ("covered", "all covered")),
        *last.get(design.split("-")[0], shift),
    ]


def _value(result: Result) -> str:
    if result.figure is None:
        return "not measured"
    plain = result.name.endswith((".ratio", ".cost"))
    return number(result.figure) if plain else share(result.figure)


def _bounds(result: Result) -> str:
    target = result.target
    plain = result.name.endswith((".ratio", ".cost"))
    bounds = (("≥", target.at_least), ("≤", target.at_most), ("range up to", target.high_at_most))
    return ", ".join(
        f"{sign} {bound if plain else round(100 * bound, 3):g}" for sign, bound in bounds if bound is not None
    )


def _section(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], note: str) -> str:
    lines = [f"## {title}\n\n" if title else "", f"{note}\n\n", _line(head), _line(["---"] * len(head))]
    return "".join([*lines, *(_line(row) for row in rows), "\n"])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
