"""How long the edge waits after which failure: bounded, and as GitHub asks for."""

from __future__ import annotations

from typing import Any

import pytest

from entrypoint.failures import ApiError, Patience

PATIENCE = Patience(repeats=3, now=lambda: 1000.0)


def limit(status: int = 403, **headers: str) -> ApiError:
    return ApiError(status, "limited", limited=True, headers={k.replace("_", "-"): v for k, v in headers.items()})


PAUSES: list[tuple[ApiError, list[float | None]]] = [
    (ApiError(502, "bad gateway", passing=True), [1, 2, 4, None]),
    (ApiError(None, "no answer", passing=True), [1, 2, 4, None]),
    (ApiError(404, "not found"), [None]),
    (ApiError(403, "not accessible"), [None]),
    (limit(retry_after="7"), [7, 7, 7, None]),
    (limit(429, retry_after="7"), [7, 7, 7, None]),
    (limit(retry_after="3600"), [None]),
    (limit(), [60, None]),
    (limit(retry_after="soon"), [60, None]),
    (limit(x_ratelimit_remaining="0", x_ratelimit_reset="1030"), [31, 31]),
    (limit(x_ratelimit_remaining="0", x_ratelimit_reset="900"), [1]),
    (limit(x_ratelimit_remaining="0", x_ratelimit_reset="4600"), [None]),
    (limit(x_ratelimit_remaining="0"), [60, None]),
    (limit(x_ratelimit_remaining="999", x_ratelimit_reset="4600"), [60, None]),
]


@pytest.mark.parametrize(("problem", "pauses"), PAUSES)
def test_pause_after_each_failure(problem: ApiError, pauses: list[Any]) -> None:
    assert [PATIENCE.pause_after(problem, attempt) for attempt in range(len(pauses))] == pauses


def test_only_a_refusal_names_a_permission() -> None:
    refused = ApiError(403, "Resource not accessible by integration")
    assert refused.cure == ""
    refused.permission = "actions: read"
    assert "`permissions: actions: read`" in refused.cure
    for other in (limit(), ApiError(404, "not found"), ApiError(None, "no answer")):
        other.permission = "actions: read"
        assert other.cure == ""
