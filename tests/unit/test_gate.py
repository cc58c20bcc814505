"""The gate: what it ends with when little or nothing could be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.config import STRICT
from reporter.decide.gate import Circumstances, gate
from reporter.model import BudgetResult, Gate
from tests.reports import MEMORY, THROUGHPUT, UNDECLARED, row

if TYPE_CHECKING:
    from reporter.decide.gate import Wanted
    from reporter.model import Assessment, BudgetStatus, GateCause, GateStatus

DEFAULT = ("regressed", "budget-critical")
OPEN = row("open", "inconclusive", 0.1, half_width=0.2)
SAME = row("same", "unchanged", 0.0)
SIZE = row("size", "unchanged", 0.0, metric=MEMORY)
APART = row("apart", "not_comparable")


def budget(status: BudgetStatus) -> BudgetResult:
    return BudgetResult(
        benchmark="a", metric="p95", unit="s", value=1.0, target=None, warning=None, critical=2.0, status=status
    )


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ((OPEN,), "too-noisy"),
        ((OPEN, OPEN, SAME), "too-noisy"),
        ((OPEN, SAME), None),
        ((OPEN, SIZE, SIZE), "too-noisy"),
        ((OPEN, row("speed", "unchanged", 0.0, metric=THROUGHPUT)), None),
        ((SIZE,), None),
        ((), "not-compared"),
        ((row("fresh", "new"),), "not-compared"),
        ((APART, APART, SAME), "not-compared"),
        ((APART, SIZE), "not-compared"),
        ((row("free", "not_comparable", metric=UNDECLARED), SAME), None),
        ((row("free", "not_comparable", metric=UNDECLARED),), "not-compared"),
        ((row("bad", "errored"), SAME), None),
        ((row("bad", "errored"),), "not-compared"),
        ((row("fast", "improved", -0.3), OPEN), None),
    ],
)
def test_a_gate_passes_only_when_at_least_half_of_the_timings_were_decided(
    rows: tuple[Assessment, ...], cause: GateCause | None
) -> None:
    found = gate(rows, (), DEFAULT)
    assert (found.status, found.cause) == ("undecided" if cause else "passed", cause)
    assert bool(found.reasons) is (cause is not None)


@pytest.mark.parametrize("rows", [(OPEN, OPEN), (row("fresh", "new"),), (APART,)])
def test_a_gate_that_would_be_undecided_fails_when_strict(rows: tuple[Assessment, ...]) -> None:
    found = gate(rows, (), (*DEFAULT, *STRICT))
    assert (found.status, found.cause) == ("failed", None)


def test_a_regression_and_a_critical_budget_fail_however_noisy_the_others_are() -> None:
    noisy = (OPEN,) * 9
    assert gate((*noisy, row("slow", "regressed", 0.5)), (), DEFAULT).reasons == ("1 benchmark regressed",)
    assert gate(noisy, (budget("critical"),), DEFAULT).status == "failed"


def test_a_side_that_was_not_measured_outranks_everything() -> None:
    found = gate((row("slow", "regressed", 0.5),), (), DEFAULT, Circumstances(undecided="the benchmark command failed"))
    assert (found.status, found.cause) == ("undecided", "not-measured")
    assert found.reasons == ("the benchmark command failed", "1 benchmark regressed")


@pytest.mark.parametrize(
    ("wanted", "budgets", "status"),
    [
        ("verdict", (), "undecided"),
        ("verdict", (budget("met"),), "undecided"),
        ("advice", (), "undecided"),
        ("advice", (budget("met"),), "passed"),
        ("advice", (budget("not_measured"),), "undecided"),
        ("nothing", (), "passed"),
        ("nothing", (budget("met"),), "passed"),
        ("nothing", (budget("not_measured"),), "undecided"),
        ("nothing", (budget("not_measured"), budget("warning")), "passed"),
    ],
)
def test_where_no_comparison_may_fail_the_gate_measured_budgets_decide(
    wanted: Wanted, budgets: tuple[BudgetResult, ...], status: GateStatus
) -> None:
    assert gate((OPEN, OPEN), budgets, DEFAULT, Circumstances(wanted=wanted)).status == status


def test_the_reasons_say_how_little_was_decided_and_why_nothing_was_compared() -> None:
    assert gate((OPEN, OPEN, SAME), (), DEFAULT).reasons == ("only 1 of 3 timings could be decided",)
    assert gate((OPEN, OPEN), (), DEFAULT).reasons == ("none of 2 timings could be decided",)
    assert gate((row("fresh", "new"),), (), DEFAULT, Circumstances(absent="there is no baseline yet")).reasons == (
        "nothing was compared: there is no baseline yet",
    )
    assert gate((APART, APART, SAME), (), DEFAULT).reasons == ("only 1 of 3 timings could be compared",)


def test_a_gate_is_undecided_exactly_when_it_has_a_cause() -> None:
    with pytest.raises(ValueError, match="has the cause None"):
        Gate(status="undecided")
    with pytest.raises(ValueError, match="has the cause too-noisy"):
        Gate(status="passed", cause="too-noisy")
