"""A cause that watching found as an issue of GitHub: title, text and the sentence that closes it; and all as a summary.

Names come from the history, so they stand in code; the title has none, as nothing keeps them apart there.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from reporter.model import benchmark_label
from reporter.render.sparkline import MOST, sparkline
from reporter.render.watch_text import STATES, change_of, headline, levels_of, range_of
from reporter.render.words import count_of
from reporter.shared.markdown import code, prose
from reporter.shared.printable import shorten, visible
from reporter.units import format_percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.records.watch import Cause, Commit, Row, Watch
    from reporter.render.links import Links

MOST_ROWS, MOST_LINES = 50, 10
_SHA, _LONGEST = 10, 100


def title(suite: str, cause: Cause) -> str:
    """Return the title: how many benchmarks, by how much at most, and since when."""
    slower = slower_of(cause)
    most = max((abs(row.new / row.old - 1) for row in slower if row.old), default=None)
    count = count_of(len(slower), "benchmark")
    verb = "is" if len(slower) == 1 else "are"
    return f"{suite}: {count} {verb} slower since {_since(cause)} ({format_percent(most)} at most)"


def body(suite: str, cause: Cause, links: Links, mention: str = "") -> str:
    """Return the text of the issue, in Markdown."""
    return "\n".join(_body(suite, cause, links, mention))


def closing(cause: Cause, links: Links) -> str:
    """Return the sentence with which the issue is closed."""
    seen = f" ([run]({links.run}))" if links.run else ""
    return f"Recovered: the level is again what it was before {_linked(cause.first, links)}{seen}."


def summary(found: Watch, links: Links) -> str:
    """Return all causes for the summary of the job, in Markdown."""
    parts = [f"## Watching {code(found.suite)}", prose(headline(found))]
    for cause in found.causes:
        parts += [f"### {prose(STATES[cause.state])}", "\n".join((*_where(cause, links), "", *_table(cause)))]
    return "\n\n".join(parts) + "\n"


def plain_lines(event: str, suite: str, cause: Cause) -> Iterator[str]:
    """Yield what a message says of a cause, in plain text: a headline, and a line for each of the first rows."""
    yield f"Recovered: {title(suite, cause)}" if event == "closed" else title(suite, cause)
    if cause.range:
        yield f"Suspected: {range_of(cause.range)}"
    rows = slower_of(cause)
    for row in rows[:MOST_LINES]:
        name = shorten(visible(benchmark_label(row.benchmark, tuple(row.params.items()))), _LONGEST)
        yield f"{name}: {levels_of(row)}, {change_of(row)}"
    if len(rows) > MOST_LINES:
        yield f"and {len(rows) - MOST_LINES} more"


def slower_of(cause: Cause) -> list[Row]:
    """Return the rows that pairs found slower, all of them where pairs did not speak."""
    return [row for row in cause.rows if row.pairs == "slower"] or list(cause.rows)


def _body(suite: str, cause: Cause, links: Links, mention: str) -> Iterator[str]:
    slower = slower_of(cause)
    count = count_of(len(slower), "benchmark")
    if cause.state == "recovered":
        yield closing(cause, links)
        yield ""
    yield f"{count} of the suite {code(suite)} became slower. Pairs of the commits before and after confirm it."
    yield ""
    yield from _where(cause, links)
    yield ""
    yield from _table(cause)
    if mention:
        yield ""
        yield mention
    yield ""
    run = f" by [this run]({links.run})" if links.run else ""
    yield f"<sub>Benchverdict brings this text up to date{run}, and closes the issue when the level is back.</sub>"


def _where(cause: Cause, links: Links) -> Iterator[str]:
    """Yield the suspected range."""
    if cause.range is None:
        yield f"- between {_linked(cause.before, links)} and {_linked(cause.first, links)}{_compared(cause, links)}"
        return
    found = cause.range
    sure = format_percent(min(found.probability, 0.999))
    first, last = (_called(commit, links) for commit in (found.first, found.last))
    which = first if found.commits == 1 else f"one of {count_of(found.commits, 'commit')}, {first} to {last}"
    yield f"- suspected by bisecting {code(found.benchmark)}: {which}, {sure} sure"


def _table(cause: Cause) -> Iterator[str]:
    yield "| benchmark | metric | level | change | history |"
    yield "|---|---|---|---|---|"
    rows = sorted(cause.rows, key=lambda row: row.pairs != "slower")
    for row in rows[:MOST_ROWS]:
        name = code(benchmark_label(row.benchmark, tuple(row.params.items())))
        cells = (name, code(row.metric), prose(levels_of(row)), prose(change_of(row)), sparkline(_thinned(row.values)))
        yield f"| {' | '.join(cells)} |"
    if len(rows) > MOST_ROWS:
        yield f"\nand {len(rows) - MOST_ROWS} more"


def _thinned(values: Sequence[float | None]) -> list[float | None]:
    """Return as many values as a picture in text has room for: each the median of its part of the history."""
    parts = [values[len(values) * place // MOST : len(values) * (place + 1) // MOST] for place in range(MOST)]
    known = [[value for value in part if value is not None] for part in parts if part]
    return [median(part) if part else None for part in known]


def _since(cause: Cause) -> str:
    return cause.range.first.sha[:_SHA] if cause.range else cause.first[:_SHA]


def _compared(cause: Cause, links: Links) -> str:
    page = links.between(cause.before, cause.first)
    return f" ([compare]({page}))" if page else ""


def _called(commit: Commit, links: Links) -> str:
    return f"{_linked(commit.sha, links)} {code(commit.title)}" if commit.title else _linked(commit.sha, links)


def _linked(sha: str, links: Links) -> str:
    page = links.commit(sha)
    shown = code(sha[:_SHA])
    return f"[{shown}]({page})" if page else shown
