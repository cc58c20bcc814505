"""The verb ``collect`` of ``stage: aggregate``: every report of a run into one folder, before upload and publication.

What it leaves for ``publish`` and the gate is ``collected.json`` (``schemas/collected-v1.json``); nothing that anybody
else brought runs between the two.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from entrypoint import documents, facts, received
from entrypoint.aggregate import Gathered, gather, run_of
from entrypoint.context import situation
from entrypoint.failures import ApiError
from entrypoint.message import FILE_NAME, load
from entrypoint.received import Reception
from reporter.records import collected as records
from reporter.shared.errors import InputError
from reporter.shared.files import write_atomically
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.console import Console
    from entrypoint.facts import TriggeringRun
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation

DOCUMENT = "collected.json"
SUITES = "suites"
SUMMARY_LIMIT = 200_000
"""Characters of the job summary of several suites: with four bytes each they stay below GitHub's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came of it: the reports; or why they were refused, in one line; or why they could not be had."""

    gathered: Gathered
    refused: str | None
    notices: tuple[Notice, ...]


def collect(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write collected.json and the collected report.

    Reports that cannot be had are no error: a notice says why.

    Raises:
        UsageError: an input or the event is wrong.
        InputError: a report is not one as we upload it, contradicts itself, or shards do not fit
            together.
    """
    here = situation(inputs.event_name, facts.read(inputs.payload), inputs)
    run = run_of(here, inputs)
    nothing = Gathered(reports=(), missing=inputs.suites)
    try:
        gathered = gather(_reception(run, here, inputs, api))
    except ApiError as problem:
        text = f"The report of run {run.id} could not be had: {problem}{problem.cure}."
        notice = Notice(code="report-unavailable", text=text)
        documents.write(work / DOCUMENT, documents.collected(nothing, None, [notice]))
        console.say(f"{notice.code}: {text}")
        return
    except InputError as problem:
        documents.write(work / DOCUMENT, documents.collected(nothing, f"{problem.what}: {problem.cure}.", []))
        raise
    _lay_out(gathered, work / "report", inputs.name)
    documents.write(work / DOCUMENT, documents.collected(gathered, None, []))
    suites = ", ".join(report.suite for report in gathered.reports)
    console.say(f"collected: {suites or 'nothing'}; without a report: {', '.join(gathered.missing) or 'none'}")


def _reception(run: TriggeringRun, here: Situation, inputs: Inputs, api: Api) -> Reception:
    found = received.find_pull_request(here, api)
    known = None if isinstance(found, Notice) else found
    return Reception(run=run, here=here, pull_request=known, inputs=inputs, api=api)


def _lay_out(gathered: Gathered, folder: Path, title: str) -> None:
    from reporter.commands.outputs import write_report_folder
    from reporter.render import html_suites

    shutil.rmtree(folder / SUITES, ignore_errors=True)
    for report in gathered.reports:
        write_report_folder(report, folder / SUITES / report.suite, home=gathered.home or None)
    text = gathered.text(SUMMARY_LIMIT)
    write_atomically(folder / "summary.md", text)
    write_atomically(folder / "index.html", html_suites.render(gathered.view(), title=title))


def read(work: Path, inputs: Inputs) -> Collected | None:
    """Read what ``collect`` has left; ``None`` when it did not come to its end.

    Raises:
        InputError: a report is broken.
    """
    try:
        found = msgspec.json.decode((work / DOCUMENT).read_bytes(), type=records.Collected)
    except (OSError, ValueError):
        return None
    folder = work / "report" / SUITES
    paths = [folder / name / FILE_NAME for name in found.suites]
    return Collected(
        gathered=Gathered(
            reports=tuple(load(path.read_bytes(), str(path)) for path in paths),
            missing=found.missing,
            artifact_url=inputs.artifact_url,
            home=inputs.home,
        ),
        refused=found.refused,
        notices=msgspec.convert(found.notices, tuple[Notice, ...], from_attributes=True),
    )
