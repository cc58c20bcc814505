"""The verb ``fetch``: what situation this is, what is to be measured, and the baseline to compare with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from entrypoint import base, facts
from entrypoint.api import ApiError
from entrypoint.artifacts import PERMISSION, Search, Wanted, search
from entrypoint.context import situation
from entrypoint.plan import MeasureSettings, build_plan
from reporter.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.console import Console
    from entrypoint.context import Situation
    from entrypoint.inputs import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseCommit:
    """The base commit with how it was found, or ``None`` with why it is unknown."""

    sha: str | None
    how: str


def fetch(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write plan.json, situation.json, and baseline/ with its source.json into the work folder.

    A baseline that cannot be had is no error: source.json says why.

    Raises:
        UsageError: an input or the event is wrong.
    """
    here = situation(inputs.event_name, _facts(inputs, api), inputs)
    console.say(f"{here.event} ({here.kind}), head {here.head_sha}, checked out {here.checkout_sha}")
    found_base = BaseCommit(*_known(base.base_commit(here, api)))
    console.say(f"base {found_base.sha or 'unknown'}: {found_base.how}")
    console.say(f"save a baseline: {'yes' if here.save_baseline.yes else 'no'}, {here.save_baseline.reason}")
    plan = build_plan(inputs, here, _settings(), base_sha=found_base.sha)
    _write(work / "plan.json", plan)
    _write(work / "situation.json", _situation_document(here, found_base))
    outcome = _search(inputs, here, found_base, api)
    _write_baseline(work / "baseline", inputs.name, outcome, here, found_base)
    _tell(outcome, console)
