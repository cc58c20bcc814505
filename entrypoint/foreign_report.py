"""A report of another run as it is published here: with our gate, our words, and the name of who measured it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from entrypoint import facts, override, reviewed
from reporter.decide.foreign_report import Reader, rebuild
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from entrypoint.api import Api
    from entrypoint.facts import TriggeringRun
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.model import Report

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}(\[bot\])?")
_SAVING = ("push", "schedule", "workflow_dispatch")


def is_ours(run: TriggeringRun, here: Situation, inputs: Inputs) -> bool:
    """Return whether a run surely measured a commit of this repository and not of a fork."""
    if here.run is None:
        return not here.fork
    return run.head_repository_id is not None and run.head_repository_id == _home_id(inputs)


def fork_of(run: TriggeringRun, here: Situation, pull_request: int | None, inputs: Inputs, api: Api) -> int | None:
    """Return the pull request that a run is about, where a fork opened it.

    Raises:
        ApiError: GitHub cannot be asked whose a pull request is that somebody's comment asked for.
    """
    if pull_request is None or is_ours(run, here, inputs):
        return None
    if here.kind != "requested":
        return pull_request
    pull = facts.pull_request(api.get(f"/pulls/{pull_request}"), _home_id(inputs))
    return None if pull and not pull.fork else pull_request


def _home_id(inputs: Inputs) -> object:
    home = inputs.payload.get("repository")
    return home.get("id") if isinstance(home, dict) else None


def origin(run: TriggeringRun, here: Situation, inputs: Inputs) -> str:
    """Return in Markdown whose measurement this is; empty for one that this very run made."""
    if here.run is None:
        return ""
    if is_ours(run, here, inputs):
        who = "of this repository"
    elif run.head_owner and _LOGIN.fullmatch(run.head_owner):
        who = f"of the fork of `{run.head_owner}`"
    else:
        who = "of the pull request"
    name = f"[run {run.id}]({run.page})" if run.page else f"run {run.id}"
    return f"Measured at commit `{run.head_sha}` in {name} by code {who}: the numbers and names are its claim."


def reader_of(
    report: Report, run: TriggeringRun, here: Situation, pull_request: int | None, inputs: Inputs, api: Api
) -> tuple[Reader, tuple[Notice, ...]]:
    """Return by what reviewed configuration and the input ``fail-on`` a report is read, and what could not be read.

    Raises:
        ApiError: GitHub does not answer.
        UsageError: the configuration is wrong.
    """
    known, unread = reviewed.configuration(inputs, api, run.head_sha if is_ours(run, here, inputs) else None)
    reader = Reader(
        fail_on=known.fail_on if inputs.fail_on is None else inputs.fail_on,
        accepts=known.accepts,
        today=datetime.now(UTC).date(),
        may_save=run.event in _SAVING,
        may_select="affected" in (inputs.select, *(settings.select for settings in known.all_settings)),
        override=override.confirmed(report, here, pull_request, inputs, api),
    )
    return reader, unread


def rebuilt(report: Report, reader: Reader, unread: tuple[Notice, ...], where: str) -> Report:
    """Return the report with the gate that its reader gives it, in our words.

    Raises:
        InputError: its verdicts contradict its numbers.
    """
    made = rebuild(report, reader, where)
    not_counted = (_NOT_COUNTED,) if report.override and reader.override is None else ()
    return replace(made, warnings=(*made.warnings, *unread, *not_counted))


_NOT_COUNTED = Notice(
    code="label-not-counted",
    text="The run that measured says that a label accepted its regressions. A label counts for the commit that was the "
    "head when it was set, in the run that setting it started, and here nothing confirms that this was the one.",
)
