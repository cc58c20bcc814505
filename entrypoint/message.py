"""What is published of one run: its report, or why there is none. The report is read as untrusted data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrypoint import no_report
from reporter.masking import without_secrets
from reporter.render.links import NO_LINKS, Links
from reporter.shared.errors import InputError
from reporter.shared.files import FILE_LIMIT

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.model import Report
    from reporter.render.view_types import ReportView

FILE_NAME = "verdict.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``report`` is ``None`` where the run came to none; ``failed`` says why, a line of Markdown each, or ``skipped``.

    ``failed_side`` shows in Markdown what a side that failed printed, where there is no report that does.
    ``run`` and ``attempt`` are GitHub's numbers of the measuring run: of two about one commit the higher is newer.
    ``page`` is its address for people, ``home`` that of the action's own repository. ``origin`` says in Markdown whose
    measurement it is, where that is not this run's; ``fork`` is the pull request, where a fork opened it. ``refused``
    tells that there was a report, and that it was no good. ``links`` lead to the repository and to what comes next.
    """

    head_sha: str
    run: int
    attempt: int
    report: Report | None
    failed: tuple[str, ...] = ()
    skipped: str = ""
    artifact_url: str = ""
    page: str = ""
    home: str = ""
    origin: str = ""
    fork: int | None = None
    refused: bool = False
    failed_side: str = ""
    links: Links = NO_LINKS

    def headed(self, text: str) -> str:
        """Return a text of ours below the line that says whose measurement it is about."""
        return f"{self.origin}\n\n{text}" if self.origin else text

    def room(self, limit: int) -> int:
        """Return how many of so many characters are left below that line."""
        return limit - len(self.headed(""))

    def view(self, report: Report) -> ReportView:
        """Put a report of this run into words."""
        from reporter.render import view

        return view.build(report, artifact_url=self.artifact_url or None, home=self.home or None, links=self.links)


def of_this_run(inputs: Inputs, here: Situation, work: Path) -> Message:
    """Return what the verbs before left in the work folder.

    Raises:
        InputError: there is no report although no verb failed, or it is not a valid one.
    """
    verdict = work / "report" / FILE_NAME
    failed = () if verdict.exists() else tuple(no_report.failures(work))
    skipped = "" if verdict.exists() or failed else no_report.skipped(work)
    return Message(
        head_sha=here.head_sha,
        run=inputs.run_id or 0,
        attempt=inputs.run_attempt,
        report=None if failed or skipped else _read(verdict),
        failed=failed,
        skipped=skipped,
        artifact_url=inputs.artifact_url,
        page=inputs.run_page,
        home=inputs.home,
        failed_side=no_report.failed_side(work),
        links=links_of(inputs, inputs.run_page),
    )


def links_of(inputs: Inputs, run_page: str) -> Links:
    """Return where a report of this repository leads; nothing of it comes from the report."""
    return Links(
        repository=f"{inputs.server_url}/{inputs.repository}",
        run=run_page,
        accept_label=inputs.accept_label,
        command=inputs.command,
    )


def load(content: bytes, where: str) -> Report:
    """Read a report from the bytes of its file; it comes without secrets, also where a stranger wrote it.

    Raises:
        InputError: it is not a valid one.
    """
    from reporter.records import json_v1

    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise _unreadable(problem, where) from problem
    return without_secrets(json_v1.load(text, where))


def _read(path: Path) -> Report:
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise InputError(
                "verdict-too-large",
                f"the report is larger than {FILE_LIMIT} bytes",
                where=str(path),
                cure="split the suite into several jobs",
            )
        content = path.read_bytes()
    except OSError as problem:
        raise _unreadable(problem, str(path)) from problem
    return load(content, str(path))


def _unreadable(problem: Exception, where: str) -> InputError:
    what = f"the report cannot be read ({problem})"
    return InputError("verdict-unreadable", what, where=where, cure="see the step that writes the report")
