"""Which span inside the service became slower, where a request did: an explanation of a verdict, and none itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.ingest.spans import SpanSums

FEWEST_REQUESTS = 10
"""On either side: the mean of fewer tells nothing."""
LEAST_SHARE, LEAST_SECONDS = 0.2, 1e-3
"""By how much a request has to take longer to be explained."""
MOST_OF_IT = 0.5
"""What a span has to bring of that to be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowerSpan:
    """A kind of request and the span that makes it slower: seconds per request, ``before`` on the base."""

    request: str
    before: float
    after: float
    span: str
    span_before: float
    span_after: float


def slower_span(base: SpanSums, head: SpanSums) -> SlowerSpan | None:
    """Return the span that adds most to the request to which most time was added; ``None`` where none stands out."""
    known = [name for name in head.counts if min(base.counts[name], head.counts[name]) >= FEWEST_REQUESTS]
    slower = [name for name in known if _is_slower(_mean(base, name), _mean(head, name))]
    if not slower:
        return None
    request = max(slower, key=lambda name: (_mean(head, name) - _mean(base, name)) * head.counts[name])
    before, after = _mean(base, request), _mean(head, request)
    own = {span: _own(base, head, request, span) for of, span in head.spans if of == request}
    span = max(own, key=lambda name: own[name][1] - own[name][0], default=None)
    if span is None or own[span][1] - own[span][0] < MOST_OF_IT * (after - before):
        return None
    return SlowerSpan(
        request=request, before=before, after=after, span=span, span_before=own[span][0], span_after=own[span][1]
    )


def _is_slower(before: float, after: float) -> bool:
    return after - before >= max(LEAST_SECONDS, LEAST_SHARE * before)


def _mean(sums: SpanSums, request: str) -> float:
    return sums.seconds[request] / sums.counts[request]


def _own(base: SpanSums, head: SpanSums, request: str, span: str) -> tuple[float, float]:
    """Return what a span takes of one request on either side."""
    before, after = (sums.spans.get((request, span), 0.0) / sums.counts[request] for sums in (base, head))
    return before, after
