"""A short run of whole publishes; ``make fuzz`` runs a long one. A product that is broken on purpose is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.model import Report

fuzz_publish = pytest.importorskip("tests.fuzz_publish", exc_type=ImportError)


def test_what_is_published_of_forged_reports_is_what_their_numbers_support() -> None:
    outcome = fuzz_publish.fuzz(inputs=100, seconds=600, seed_=20261130)
    assert outcome.failures == []
    found = {result.removesuffix(", aggregate") for result in outcome.by_result}
    assert found == {"success", "failure", "neutral", "refused, neutral"}
    assert any(result.endswith(", aggregate") for result in outcome.by_result)


def _as_it_is(report: Report, *_: object) -> Report:
    return report


def _nothing(*_: object) -> None:
    return


BROKEN: dict[str, tuple[str, Callable[..., Any], str]] = {
    "reports are believed as they are": ("entrypoint.received.rebuilt", _as_it_is, "a sentence of the stranger"),
    "verdicts are not held against numbers": (
        "reporter.decide.foreign_report.refuse_contradictions",
        _nothing,
        "that the numbers do not support",
    ),
    "what looks worse passes": (
        "reporter.decide.foreign_report._held_open",
        _as_it_is,
        "success that the numbers do not",
    ),
    "names are written as prose": ("reporter.render.markdown.code", lambda text, _=0: text, "outside of code"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_product_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    place, instead, what = BROKEN[name]
    monkeypatch.setattr(place, instead)
    tries = (fuzz_publish.fuzz(inputs=40, seconds=600, seed_=seed) for seed in range(4, 10))  # mostly the first will do
    assert any(what in failure for outcome in tries for failure in outcome.failures)
