"""What another run measured: its report artifact, checked, and the one pull request that it is about.

The other run may have executed anybody's code. So its artifact is only ever numbers and names, held against the
schema and rendered here; which pull request they belong to is asked of GitHub.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from entrypoint import archive
from entrypoint.archive import ArchiveError
from entrypoint.download import artifact_zip
from entrypoint.foreign_report import fork_of, origin, reader_of, rebuilt
from entrypoint.inputs import is_suite
from entrypoint.message import FILE_NAME, Message, links_of, load
from reporter.decide.shards import split_name
from reporter.shared.errors import InputError
from reporter.shared.files import write_atomically
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.facts import TriggeringRun
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.model import Report


def pull_request_of(run: TriggeringRun, api: Api) -> int | Notice:
    """Find the open pull request whose head is the commit of the run, or say why nothing is published.

    Raises:
        ApiError: the pull requests cannot be read.
    """
    found = []
    if run.head_owner and run.head_branch and run.head_repository_id is not None:
        pulls = api.pages("/pulls", state="open", head=f"{run.head_owner}:{run.head_branch}")
        found = [pull["number"] for pull in pulls if _is_about(pull, run)]
    if len(found) == 1:
        return int(found[0])
    if found:
        numbers = ", ".join(f"#{number}" for number in sorted(found))
        text = f"The pull requests {numbers} have this commit and branch as their head, so nothing is published."
        return Notice(code=SEVERAL, text=text)
    text = f"No open pull request has {run.head_sha} as its head any more: nothing is published for that commit."
    return Notice(code="stale-run", text=text)


def find_pull_request(here: Situation, api: Api) -> int | Notice | None:
    """Return the pull request that the event tells of, else the one that the triggering run is about.

    Raises:
        ApiError: the pull requests cannot be read.
    """
    if here.pull_request is not None or here.run is None:
        return here.pull_request
    return pull_request_of(here.run, api)


def _is_about(pull: dict[str, Any], run: TriggeringRun) -> bool:
    head = pull.get("head")
    head = head if isinstance(head, dict) else {}
    repository = head.get("repo")
    repository_id = repository.get("id") if isinstance(repository, dict) else None
    same = head.get("sha") == run.head_sha and repository_id == run.head_repository_id
    return same and isinstance(pull.get("number"), int)


PREFIX = "benchverdict-report-"
SEVERAL = "several-pull-requests"
MOST_REPORTS = 256
"""Reports of a run that are collected: as many as GitHub makes jobs of one matrix."""


def suites_of(run: TriggeringRun, api: Api) -> list[str]:
    """Name the suites and shards of a run that have a report.

    Raises:
        ApiError: the artifacts cannot be listed.
        InputError: they are more than any run of ours makes.
    """
    listed = api.pages(f"/actions/runs/{run.id}/artifacts", "artifacts")
    names = {str(each.get("name")).removeprefix(PREFIX) for each in listed if _is_report(each.get("name"))}
    if len(names) > MOST_REPORTS:
        what = f"run {run.id} has {len(names)} report artifacts, and at most {MOST_REPORTS} are put together"
        raise InputError("too-many-reports", what, cure="measure in fewer suites or shards")
    return sorted(names)


def _is_report(name: object) -> bool:
    if not isinstance(name, str) or not name.startswith(PREFIX):
        return False
    return is_suite(split_name(name.removeprefix(PREFIX))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What a report is received with: the run that left it, the situation here, and the pull request it is about."""

    run: TriggeringRun
    here: Situation
    pull_request: int | None
    inputs: Inputs
    api: Api

    def receive(self, suite: str) -> Message:
        """Download and check the report of a suite that the run has uploaded, and put it into our words.

        Raises:
            ApiError: the artifact cannot be had.
            InputError: it is not a report of this suite and commit as we upload it, or contradicts itself.
        """
        run, name = self.run, f"{PREFIX}{suite}"
        listed = self.api.pages(f"/actions/runs/{run.id}/artifacts", "artifacts", name=name)
        numbers = [each["id"] for each in listed if each.get("name") == name and isinstance(each.get("id"), int)]
        report = self._report(max(numbers), suite) if numbers else None
        return replace(
            self.message(),
            report=report,
            failed=() if report else (f"[Run {run.id}]({run.page}) left no artifact `{name}`.",),
            artifact_url=f"{run.page}/artifacts/{max(numbers)}" if numbers and run.page else "",
        )

    def message(self) -> Message:
        """Return the message about the run as long as nothing is known of its report.

        Raises:
            ApiError: GitHub cannot be asked whose the pull request is.
        """
        run = self.run
        return Message(
            head_sha=run.head_sha,
            run=run.id,
            attempt=run.attempt,
            report=None,
            page=run.page,
            home=self.inputs.home,
            origin=origin(run, self.here, self.inputs),
            fork=fork_of(run, self.here, self.pull_request, self.inputs, self.api),
            links=links_of(self.inputs, run.page),
        )

    def refused(self, problem: InputError) -> Message:
        """Return the message about a report that is no good; nothing of it is repeated."""
        return replace(self.message(), failed=(refusal(self.run, problem.code),), refused=True)

    def _report(self, artifact: int, suite: str) -> Report:
        run, where = self.run, f"artifact {artifact} of run {self.run.id}"
        try:
            content = archive.member(artifact_zip(self.api, artifact), FILE_NAME, archive.REPORT)
        except ArchiveError as problem:
            cure = "run the job that measures again; it uploads its report"
            raise InputError("report-refused", str(problem), where=where, cure=cure) from problem
        report = load(content, f"{where}, {FILE_NAME}")
        if (report.measured.head_sha, report.suite) != (run.head_sha, suite):
            raise _foreign(report, f"{suite} at {run.head_sha}", where)
        return self.put_into_words(replace(report, runners=()), where)  # only who puts runners together knows them

    def put_into_words(self, report: Report, where: str) -> Report:
        """Return a report with the gate that its reader gives it, in our words.

        Raises:
            ApiError: GitHub does not answer.
            InputError: its verdicts contradict its numbers.
        """
        reader, unread = reader_of(report, self.run, self.here, self.pull_request, self.inputs, self.api)
        return rebuilt(report, reader, unread, where)


def refusal(run: TriggeringRun, code: str = "") -> str:
    """Return that a report of a run was refused, without a word of it; the whole message is in the log."""
    which = f" ({code})" if code else ""
    return f"The report that run {run.id} uploaded was refused{which}; the log says why."


def _foreign(report: Report, wanted: str, where: str) -> InputError:
    what = f"it is about the suite {report.suite} at commit {report.measured.head_sha}, not {wanted}"
    cure = "look at what the pull request changes in its workflow"
    return InputError("verdict-foreign", what, where=where, cure=cure)


def lay_out(report: Report, work: Path, home: str) -> None:
    """Write what the gate shows of a report into the work folder, rendered here; its messages lead to ``home``."""
    from reporter.records import json_v1
    from reporter.render import markdown, view

    folder = work / "report"
    write_atomically(folder / FILE_NAME, json_v1.dump(report))
    write_atomically(folder / "summary.md", markdown.summary(view.build(report, home=home or None)))
