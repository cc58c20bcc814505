"""What a demo came to: right, not able to tell, or wrong."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from reporter.commands import demo
from reporter.shared.errors import GATE_FAILED

if TYPE_CHECKING:
    from pathlib import Path

FOUND = {**demo.PLANTED, "test_words": "unchanged", "test_slug": "inconclusive"}


@pytest.mark.parametrize(
    ("otherwise", "expected"),
    [
        ({}, demo.RIGHT),
        ({"test_smooth": "inconclusive"}, demo.COULD_NOT_TELL),
        ({"test_smooth": "inconclusive", "test_signature": "inconclusive"}, demo.COULD_NOT_TELL),
        ({"test_smooth": "unchanged"}, demo.WRONG),
        ({"test_smooth": "improved"}, demo.WRONG),
        ({"test_smooth": "missing"}, demo.WRONG),
        ({"test_words": "regressed"}, demo.WRONG),
        ({"test_smooth": "inconclusive", "test_words": "improved"}, demo.WRONG),
    ],
)
def test_only_the_planted_changes_are_right(otherwise: dict[str, str], expected: str) -> None:
    assert demo.outcome(FOUND | otherwise) == expected


@pytest.mark.parametrize(
    ("otherwise", "code", "said"),
    [
        ({}, 0, "found exactly the planted slowdown and speed-up\n"),
        ({"test_smooth": "inconclusive"}, 0, "from noise. This machine was too busy"),
        ({"test_smooth": "unchanged"}, 1, "wrong: found something else"),
    ],
)
def test_a_busy_machine_is_no_error_and_a_wrong_verdict_is_one(
    otherwise: dict[str, str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "demonstrate", lambda *_: GATE_FAILED)
    monkeypatch.setattr(demo, "_verdicts", lambda _: FOUND | otherwise)
    stdout = io.StringIO()
    found = demo.run_demo(tmp_path, stdout, io.StringIO())
    assert (found, said in stdout.getvalue()) == (code, True), stdout.getvalue()
