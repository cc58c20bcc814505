"""Rows of a database as sessions: those that we did not write are an error, and no defect."""

from __future__ import annotations

from typing import Any

import pytest

from reporter.model import STATISTICS
from reporter.shared.errors import InputError
from reporter.store.postgres_rows import sessions_of_rows
from tests.suites import suite_of

MACHINE = suite_of({"parse": [[1.0]]}).fingerprint.to_json()


def row(*, runs: int = 2, run: int = 0, machine: Any = MACHINE, params: Any = None) -> tuple[Any, ...]:
    values = [1.0] * len(STATISTICS)
    return ("name", 7, "a" * 40, 1.0, "whole", runs, machine, {} if params is None else params, "time", run, *values)


def test_rows_are_sessions() -> None:
    [(name, session)] = sessions_of_rows("parse", [row(), row(run=1)], "here")
    assert (name, session.fingerprint.to_json()) == ("name", MACHINE)
    assert session.statistics["parse", (), "time"].tolist() == [[1.0] * len(STATISTICS)] * 2


@pytest.mark.parametrize(
    "changed",
    [
        {"machine": {**MACHINE, "more": 1}},
        {"machine": {**MACHINE, "cores": "many"}},
        {"machine": {}},
        {"machine": []},
        {"machine": {**MACHINE, "details": ["x"]}},
        {"params": []},
        {"params": {"size": 1}},
        {"run": 2},
        {"run": -1},
        {"run": 0, "runs": -1},
    ],
)
def test_rows_that_nobody_of_us_wrote_are_an_error(changed: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="session 7") as caught:
        sessions_of_rows("parse", [row(**changed)], "here")
    assert (caught.value.code, caught.value.where) == ("broken-rows", "here")
