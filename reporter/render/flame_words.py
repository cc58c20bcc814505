"""The words of a flame graph on a page; those that change while it is read are in ``templates/flame.js``."""

from __future__ import annotations

TITLE = "Flame graph of both sides"
SEARCH = "Search functions"
WIDTH = "Width"
WHOLE = "Show all"
EXPORTS = {
    "base": "Folded, base",
    "head": "Folded, head",
    "speedscope": "speedscope",
    "pprof-base": "pprof, base",
    "pprof-head": "pprof, head",
}
"""What can be downloaded, with the words of its button."""
TREE = "Calls of the benchmark"
LEGEND = (
    "A frame is as wide as it takes, with all that it calls; what it calls stands below it. ▲ takes more time on the "
    "head, ▼ less. Arrow keys move, Enter zooms in, Escape shows all."
)
TABLE = "All functions, in one call of the benchmark"
PAGE_TITLE = "Why it is slower"
NO_GRAPH = "There is no flame graph: a call takes too long to be counted, or no time was measured."


def left_out(count: int) -> str:
    """Return how many benchmarks a page leaves out."""
    return f"{count:,} more {'benchmark is' if count == 1 else 'benchmarks are'} in profile.json."
