"""What watching found in words: a headline, a block for each cause, and what to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.levels import FEWEST_SESSIONS
from reporter.model import benchmark_label
from reporter.render.bisect_text import called
from reporter.render.console import wrap
from reporter.render.words import count_of
from reporter.shared.masking import masked
from reporter.shared.printable import no_command, shorten, visible
from reporter.units import format_percent, format_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.records.watch import Cause, Range, Row, Watch

STATES = {
    "confirmed": "slower, confirmed by pairs",
    "suspected": "suspected, pairs are to confirm it",
    "refuted": "not confirmed: pairs found no slowdown",
    "recovered": "recovered",
}
_SHA, _NAME, _MOST_ROWS = 10, 100, 20


def render(found: Watch, *, width: int) -> str:
    """Lay it out for a terminal of ``width`` columns."""
    lines = [*wrap(headline(found), width)]
    for cause in sorted(found.causes, key=lambda each: list(STATES).index(each.state)):
        lines += ["", *wrap(f"{STATES[cause.state]}: {between(cause)}", width), *_details(cause, width)]
    following = [*_next(found)]
    lines += ["", *following] if following else []
    return "".join(f"{no_command(line)}\n" for line in lines)


def headline(found: Watch) -> str:
    """Return what came of it in one sentence."""
    seen = f"{count_of(len(found.commits), 'commit')} of {_plain(found.suite)}"
    states = [cause.state for cause in found.causes]
    counts = [f"{states.count(state)} {state}" for state in STATES if state in states]
    if counts:
        return f"{seen}: {', '.join(counts)}"
    if is_undecided(found):
        return f"{seen}: undecided, no machine has the {FEWEST_SESSIONS} sessions that a level takes to be seen"
    return f"{seen}: no benchmark became slower"


def is_undecided(found: Watch) -> bool:
    """Return whether nothing was found because no machine has enough sessions for anything to be seen."""
    return not found.causes and not any(machine.sessions >= FEWEST_SESSIONS for machine in found.machines)


def between(cause: Cause) -> str:
    """Return between which commits a cause lies."""
    past = ", before the sessions that are looked at" if cause.is_past else ""
    return f"after {cause.before[:_SHA]}, at {cause.first[:_SHA]} at the latest{past}"


def change_of(row: Row) -> str:
    """Return by how much a row changed, and the result of its pairs."""
    share = row.new / row.old - 1 if row.old else None
    said = {"slower": f", {format_percent(row.change, signed=True)} in pairs", "not-slower": ", not slower in pairs"}
    undecided = ", pairs could not tell" if row.pairs == "undecided" else ""
    return f"{format_percent(share, signed=True)}{said.get(row.pairs or '', undecided)}"


def levels_of(row: Row) -> str:
    """Return the old and the new level of a row, and where it is now when it came back."""
    now = f" → {format_value(row.now, row.unit)}" if row.is_back else ""
    return f"{format_value(row.old, row.unit)} → {format_value(row.new, row.unit)}{now}"


def range_of(found: Range) -> str:
    """Return what bisecting found."""
    sure = format_percent(min(found.probability, 0.999))
    if found.commits == 1:
        return f"{called(found.first)} ({sure} sure)"
    return f"one of {count_of(found.commits, 'commit')}, {called(found.first)} to {called(found.last)} ({sure} sure)"


def _details(cause: Cause, width: int) -> Iterator[str]:
    if cause.range:
        yield from wrap(f"first slower commit: {range_of(cause.range)}", width, "  ", "    ")
    for row in cause.rows[:_MOST_ROWS]:
        name = _plain(benchmark_label(row.benchmark, tuple(row.params.items())))
        yield from wrap(f"{name} {_plain(row.metric)}: {levels_of(row)}, {change_of(row)}", width, "  ", "    ")
    if len(cause.rows) > _MOST_ROWS:
        yield f"  and {len(cause.rows) - _MOST_ROWS} more"


def _next(found: Watch) -> Iterator[str]:
    if found.next:
        yield f"next: benchverdict run --compare paired --base {found.next.base[:_SHA]} -- COMMAND"
    if found.search:
        good, bad = found.search.base[:_SHA], found.search.head[:_SHA]
        yield f"then: benchverdict bisect --good {good} --bad {bad} -- COMMAND"


def _plain(text: str) -> str:
    return shorten(visible(masked(text)), _NAME)
