"""``benchverdict gitlab``: bring the note of a merge request up to date with what another job measured.

Where to write follows from the variables that GitLab sets for this job, never from a file. The report may be of
anybody's code: it is read as the action reads that of another run, and its sentences are made here.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, get_args

from entrypoint import no_report
from entrypoint.comment import Place, Stamp
from entrypoint.comment_policy import wants_comment
from entrypoint.failures import ApiError, Patience
from entrypoint.foreign_report import rebuilt
from entrypoint.inputs import CommentMode, is_suite
from entrypoint.merge_request import TOKEN, job_of
from entrypoint.message import FILE_NAME, Message, load
from reporter.config import Config
from reporter.config.reading import parse_fail_on
from reporter.decide.foreign_report import Reader
from reporter.render.links import Links
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import FILE_LIMIT, read_regular
from reporter.shared.printable import no_command, visible

if TYPE_CHECKING:
    from argparse import Namespace

    from entrypoint.comment import Brought
    from entrypoint.merge_request import Job
    from reporter.commands.parser import CommandParser
    from reporter.model import Report

PAGE = "docs/ecosystems/gitlab.md"


def add_arguments(parser: CommandParser) -> None:
    """Add what ``gitlab`` takes."""
    group = parser.add_group("input")
    group.add_argument(
        "--report",
        type=Path,
        default=Path(".benchverdict/report"),
        metavar="DIR",
        help="report of the job that measured (default: .benchverdict/report)",
    )
    group.add_argument("--name", default="default", metavar="SUITE", help="name of the suite (default: default)")
    group = parser.add_group("note and verdict")
    group.add_argument(
        "--comment",
        choices=get_args(CommentMode),
        default="changes",
        help="when a note is started; one that is there is kept up to date (default: changes)",
    )
    group.add_argument("--fail-on", metavar="WORDS", help="verdicts that fail the gate, with commas; or never")
    parser.add_examples(
        "benchverdict gitlab",
        "benchverdict gitlab --name api --report services/api/.benchverdict/report",
        page=PAGE,
    )


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Write the note; return the exit code, which never is that of the gate."""
    if not is_suite(arguments.name):
        what = f"{arguments.name!r} is no name of a suite"
        raise UsageError("wrong-call", what, cure="use letters, digits, '.', '_' and '-', the first a letter or digit")
    job = job_of(os.environ)
    report = _report(arguments, job)
    stdout.write(no_command(visible(_line(_published(arguments, job, report))) + "\n"))
    return 0


def _report(arguments: Namespace, job: Job) -> Report | None:
    """Return the report in words made here; ``None`` where the job that measured left none.

    Raises:
        InputError: it is not one of this suite and commit, or contradicts itself.
    """
    path = arguments.report / FILE_NAME
    try:
        content = read_regular(path, FILE_LIMIT)
    except FileNotFoundError:
        return None
    except OSError as problem:
        cure = "let the job that measures keep its report folder as an artifact"
        raise InputError("verdict-unreadable", f"cannot be read: {problem}", where=str(path), cure=cure) from problem
    report = load(content, str(path))
    if (report.measured.head_sha, report.suite) != (job.checkout, arguments.name):
        what = (
            f"it is about the suite {report.suite} at commit {report.measured.head_sha}, not about {arguments.name} at "
            f"{job.checkout}"
        )
        cure = "give both jobs the same --name, and take the artifact of a job of this pipeline"
        raise InputError("verdict-foreign", what, where=str(path), cure=cure)
    words = arguments.fail_on
    fail_on = Config().fail_on if words is None else parse_fail_on(words.split(","), "--fail-on")
    return rebuilt(report, Reader(fail_on=fail_on, today=datetime.now(UTC).date()), (), str(path))


def _published(arguments: Namespace, job: Job, report: Report | None) -> Brought | None:
    """Bring the note up to date; ``None`` where none was asked for.

    Raises:
        InputError: GitLab does not answer.
        UsageError: the token may not do it, or python-gitlab is not installed.
    """
    if arguments.comment == "never":
        return None
    from entrypoint.comments_gitlab import notes_of

    try:
        thread = notes_of(job.server, job.token, job.project, job.merge_request, job.page)
        return _bring(Place(thread=thread, suite=arguments.name, patience=Patience()), arguments.comment, job, report)
    except ModuleNotFoundError as problem:
        what, cure = "the package python-gitlab is not installed", "pip install 'benchverdict[gitlab]'"
        raise UsageError("no-python-gitlab", what, cure=cure) from problem
    except ApiError as problem:
        raise _error(problem, job) from problem


def _bring(place: Place, comment: CommentMode, job: Job, report: Report | None) -> Brought:
    from reporter.render import markdown

    message = Message(
        head_sha=job.head,
        run=job.pipeline,
        attempt=1,
        report=report,
        failed=() if report else (f"[Pipeline {job.pipeline}]({job.pipeline_page}) left no report.",),
        artifact_url=job.pipeline_page,
        links=Links(repository=f"{job.project_url}/-", run=job.pipeline_page),
    )
    stamp = Stamp(head_sha=job.head, run=job.pipeline, attempt=1, has_report=report is not None)
    if report is None:
        return place.upsert(no_report.text_of(message), stamp, start=False)
    text = markdown.comment(message.view(report), limit=place.room(stamp))
    return place.upsert(text, stamp, start=wants_comment(report, comment))


def _error(problem: ApiError, job: Job) -> UsageError | InputError:
    what = str(problem).replace(job.token, "***")
    if problem.status in (401, 403, 404):
        cure = f"{TOKEN} needs the scope api and the role Reporter or higher in the project"
        return UsageError("gitlab-refused", f"GitLab refused to read or write the note ({what})", cure=cure)
    return InputError("gitlab-unavailable", f"the note could not be written ({what})", cure="run this job again")


def _line(brought: Brought | None) -> str:
    """Return what came of it, in one line."""
    if brought is None:
        return "note: none was asked for"
    notice = f" ({brought.notice.code}: {brought.notice.text})" if brought.notice else ""
    return f"note: {brought.comment.url if brought.comment else 'none'}{notice}"
