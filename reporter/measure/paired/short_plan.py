"""The plan as pairs run it: its command with the option that makes the runs of its tool short."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reporter.measure import wording
from reporter.measure.known_results import results_of, source
from reporter.measure.paired.shorter import shortened
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reporter.measure.paired.pair_record import PairRecord
    from reporter.measure.plan import Plan

SHORTENED = "runs-shortened"
_NOT_SHORTENED = "runs-not-shortened"
_PYTEST = re.compile(r"(?:^|[\s/;&|(\"'])(?:pytest|py\.test)(?=$|[\s;&|)\"'])")


def short_plan(plan: Plan, folder: Path, environ: Mapping[str, str]) -> tuple[Plan, str | None]:
    """Return the plan with a shorter command, and what was added to it; the plan as it is where nothing was.

    ``folder`` is the user's working directory.
    """
    command = plan.script if plan.command is None else plan.command
    if command is None or plan.pairs is None or not plan.pairs.shorten:
        return plan, None
    short = shortened(command, results_of(plan, folder), environ, partial(source, folder))
    if isinstance(short.command, str):
        return replace(plan, script=short.command), short.added
    return replace(plan, command=short.command), short.added


def plan_to_go_on_with(
    plan: Plan, found: PairRecord, folder: Path, environ: Mapping[str, str]
) -> tuple[Plan, str | None]:
    """Return what ``short_plan`` does, or the plan as it is where that was measured or the short command failed."""
    codes = {warning.code for warning in found.content.warnings}
    wanted = SHORTENED in codes if found.next_pair else _NOT_SHORTENED not in codes
    return short_plan(plan, folder, environ) if wanted else (plan, None)


def runs_are_short(added: str) -> Notice:
    """Return the message that runs are shorter than the user's command by itself."""
    return Notice(SHORTENED, wording.shortened(added))


def runs_are_not_short(why: str) -> Notice:
    """Return the message that the command runs as it is."""
    return Notice(_NOT_SHORTENED, why)


def names_pytest(plan: Plan) -> bool:
    """Return whether the command runs pytest, as far as one can see."""
    return _PYTEST.search(wording.displayed(plan)) is not None
