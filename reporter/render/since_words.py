"""What people read of the change since the saved baseline, which pairs are compared with beside the base commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render.words import count_of

if TYPE_CHECKING:
    from reporter.model import SinceAbsent

SINCE_LABEL = "Since baseline"
SINCE_COLUMNS = ("Benchmark", "Since then", "Since the base commit")

_ABSENT: dict[SinceAbsent, str] = {
    "not-saved": "no short runs in pairs were saved with it, as runs that save a baseline do now",
    "other-machine": "its short runs in pairs are from another kind of machine",
    "other-way": "its short runs in pairs were measured in another way",
    "no-row": "its short runs in pairs have none of these benchmarks as they are now",
}


def since_title(baseline: str) -> str:
    """Return the title of the table of changes: ``Change since the saved baseline 1a2b3c4d5e of 2026-11-20``."""
    return f"Change since {baseline}"


def baseline_named(commit: str, day: str, *, is_older: bool) -> str:
    """Return what the change is since: ``the saved baseline 1a2b3c4d5e of 2026-11-20``, or a session before it."""
    known = f"{commit} of {day}" if day else commit
    return f"an older saved session, {known}" if is_older else f"the saved baseline {known}"


def not_compared_since(absent: SinceAbsent) -> str:
    """Return why nothing is known of the change since the saved baseline."""
    return f"not compared: {_ABSENT[absent]}"


def compared_since(baseline: str, sessions: int, needed: int, left_out: int) -> str:
    """Return what the change is since, where its intervals come from, and where the history breaks off."""
    known = f"intervals from {count_of(sessions, 'saved session')}"
    few = f"intervals need {needed} such sessions, and there {'is' if sessions == 1 else 'are'} {sessions}"
    older = f"; {count_of(left_out, 'other session')} without such runs left out" if left_out else ""
    return f"{baseline}, by its short runs in pairs; {few if sessions < needed else known}{older}"


def change_since(change: str, interval: str) -> str:
    """Return the change of one benchmark: ``+3.2% (−1.0 to 7.4%)``, or ``+3.2%, no interval``."""
    return f"{change} ({interval})" if interval else f"{change}, no interval"


def since_named(change: str, baseline: str) -> str:
    """Return the change with the baseline that it is since; nothing where there is none."""
    return f"{change}, since {baseline}" if change else ""
