"""The check run of a suite on the commit under review: open while it is measured, concluded by what came of it.

It is found by its name and by the number of the run that opened it, so that no file of the job, which the benchmark
command could change, says what to write where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from entrypoint import writer
from entrypoint.api import member
from entrypoint.failures import ApiError
from entrypoint.writer import Writer, name_taken

if TYPE_CHECKING:
    from entrypoint.api import Api
    from entrypoint.message import Message
    from reporter.model import Report
    from reporter.render.view_types import ReportView, RowView
    from reporter.render.words import Outcome
    from reporter.shared.model import Notice

Conclusion = Literal["success", "failure", "neutral", "cancelled"]

BATCH = 50
"""Annotations that GitHub takes in one request."""
MOST_ANNOTATIONS = 200
TEXT_LIMIT = 65_535

_PATH = re.compile(r"[\w][\w .+-]*(?:/[\w][\w .+-]*)*\.\w{1,10}")
"""A file of the project: relative, without a way up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a finished check says."""

    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[dict[str, Any], ...] = ()


TAKEN = Output(
    conclusion="failure",
    title="Two jobs have one name",
    summary="Two jobs of this run write this check, so it cannot tell what came of either. Give each job a name of its "
    "own with the input `name`.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The check of one suite, commit and run; ``writer`` is who writes it, which may be a job of another run.

    ``fork`` is the pull request that a fork opened. Its check has a name of its own: anybody can open one with a commit
    of this repository as its head, and its verdict must not stand in place of the other's.
    """

    api: Api
    suite: str
    head_sha: str
    run: int
    attempt: int
    page: str
    writer: Writer
    fork: int | None = None

    @property
    def name(self) -> str:
        """What rules of branches know it by: the same in every run."""
        return (
            f"Benchverdict ({self.suite})" if self.fork is None else f"Benchverdict ({self.suite}, fork #{self.fork})"
        )

    @property
    def key(self) -> str:
        """What tells the checks of our runs from each other and from those of others."""
        return f"benchverdict/{self.suite}/{self.run}/{self.attempt}"

    def start(self) -> str:
        """Open the check, and close one that a lost run has left open; return its page.

        Raises:
            ApiError: GitHub refuses, or does not answer.
            UsageError: another job of this run writes it.
        """
        listed = self._listed()
        if any(map(self._is_taken, listed)):
            raise name_taken(self.suite)
        for left in listed:
            if left.get("status") != "completed" and not self._is_own(left):
                self._close(left)
        return self._write({"status": "in_progress"})

    def finish(self, output: Output) -> str:
        """Conclude the check, opened or not; return its page.

        Raises:
            ApiError: GitHub refuses, or does not answer.
            UsageError: another job of this run writes it, so it has failed, whatever came of either.
        """
        listed = self._listed()
        own = next(filter(self._is_own, listed), None)
        others = [each for each in listed if self._is_taken(each)]
        if not others and not _is_marked(own):
            return self._conclude(output)
        for each in others:
            if each.get("conclusion") != "failure":
                self.api.patch(f"/check-runs/{member(each, 'id', int)}", _concluded(TAKEN))
        if own:
            self._conclude(output if output.conclusion == "failure" else TAKEN)
        raise name_taken(self.suite)

    def _conclude(self, output: Output) -> str:
        batches = [output.annotations[start : start + BATCH] for start in range(0, len(output.annotations), BATCH)]
        shown: dict[str, Any] = {"title": output.title[:250], "summary": output.summary}
        for batch in batches[1:]:
            self._write({"status": "in_progress", "output": {**shown, "annotations": list(batch)}})
        last = {"annotations": list(batches[0])} if batches else {}
        return self._write(_concluded(output, **last))

    def _listed(self) -> list[dict[str, Any]]:
        """Return all checks of our name, key and commit's suite, the newest first."""
        path = f"/commits/{self.head_sha}/check-runs"
        found = self.api.pages(path, "check_runs", check_name=self.name, filter="all")
        own = f"benchverdict/{self.suite}/"
        return [each for each in found if _external_id(each).startswith(own)]

    def _is_own(self, listed: dict[str, Any]) -> bool:
        """Return whether a check is of our run and attempt, and not of another job of them."""
        key = _external_id(listed)
        return (key == self.key or key.startswith(f"{self.key}/")) and not self._is_taken(listed)

    def _is_taken(self, listed: dict[str, Any]) -> bool:
        return self.writer.is_beside(writer.parse(_external_id(listed).rpartition("/")[2]))

    def _close(self, left: dict[str, Any]) -> None:
        text = {"title": "Replaced by a newer run", "summary": "This run did not come to its end."}
        content = {"status": "completed", "conclusion": "cancelled", "output": text}
        self.api.patch(f"/check-runs/{member(left, 'id', int)}", content)

    def _write(self, content: dict[str, Any]) -> str:
        """Change our check, or make it; when the answer to the POST is lost, look whether it arrived."""
        for may_fail in (True, True, False):
            own = next(filter(self._is_own, self._listed()), None)
            identity = self._identity()
            if own:
                path = f"/check-runs/{member(own, 'id', int)}"
                content = {"external_id": identity["external_id"], **content}
                return member(self.api.patch(path, content), "html_url", str)
            try:
                return member(self.api.post("/check-runs", identity | content), "html_url", str)
            except ApiError as problem:
                if not (may_fail and problem.may_have_worked):
                    raise
            self.api.patience.sleep(self.api.patience.settling)
        raise AssertionError("unreachable")

    def _identity(self) -> dict[str, Any]:
        page = {"details_url": self.page} if self.page else {}
        key = f"{self.key}/{self.writer}".rstrip("/")
        return {"name": self.name, "head_sha": self.head_sha, "external_id": key, **page}


def _external_id(listed: dict[str, Any]) -> str:
    return str(listed.get("external_id") or "")


def _is_marked(own: dict[str, Any] | None) -> bool:
    """Return whether another job has concluded our check, because it has the same name."""
    output = own.get("output") if own else None
    return isinstance(output, dict) and output.get("title") == TAKEN.title


def _concluded(output: Output, **more: object) -> dict[str, Any]:
    shown = {"title": output.title[:250], "summary": output.summary, **more}
    return {"status": "completed", "conclusion": output.conclusion, "output": shown}


def output_of(message: Message, folder: str = "") -> Output:
    """Conclude what came of a run, whose report may be missing. It was measured in a folder of the repository."""
    if message.skipped:
        return Output(conclusion="neutral", title="Nothing was measured", summary=message.skipped)
    if message.report is None:
        return _without_report(message)
    from reporter.render import markdown

    shown = message.view(message.report)
    text = markdown.comment(shown, limit=message.room(TEXT_LIMIT))
    return Output(
        conclusion=conclude(message.report),
        title=_nameless(shown) if message.origin else shown.headline,
        summary=message.headed(text),
        annotations=regressions(shown, folder, failing=message.report.gate.status == "failed"),
    )


def _nameless(shown: ReportView) -> str:
    """Return the headline without a benchmark's name: no code of a title keeps a stranger's words apart.

    Where a changed row leads and its name is not found, the title is the word of the outcome alone.
    """
    from reporter.render.words import OUTCOME_WORDS
    from reporter.verdicts import CHANGED, HEADLINE

    before, name, after = shown.lead_parts
    if name:
        return f"{before}a benchmark{after}"
    keys = {group.key for group in shown.groups}
    leads = next((key for key in HEADLINE if key in keys), None)
    return OUTCOME_WORDS[shown.outcome] if leads in CHANGED and not shown.together else shown.lead


def _without_report(message: Message) -> Output:
    """Conclude a run without a report. One that was refused fails nobody, and leaves no earlier verdict standing."""
    from entrypoint.no_report import story

    return Output(
        conclusion="neutral" if message.refused else "failure",
        title="The report was refused" if message.refused else "No verdict",
        summary=message.headed(story(message)),
    )


def undecidable(notice: Notice) -> Output:
    """Conclude what belongs to several pull requests."""
    return Output(conclusion="neutral", title="Not published", summary=notice.text)


CANCELLED = Output(
    conclusion="cancelled", title="Cancelled", summary="The run was stopped before it came to a verdict."
)


def conclude(report: Report) -> Conclusion:
    """Choose by policy: what was not decided is neutral, which blocks nobody and claims nothing.

    That is a report without a baseline, one where a side could not be measured, and one in which less than half could
    be decided. Fewer inconclusive ones beside others that are decided do not take the green from these. A side that
    failed before anything was measured is no noise: the code or its set-up is broken, and that is a failure.
    """
    from reporter.render.outcome import outcome_of

    if report.failed and not report.assessments:
        return "failure"
    return _CONCLUSIONS.get(outcome_of(report), "neutral")


_CONCLUSIONS: dict[Outcome, Conclusion] = {"passed": "success", "failed": "failure", "incomplete": "success"}
"""One in which benchmarks errored passes, with a warning in its headline: whether errors fail is the gate's affair."""


def regressions(shown: ReportView, folder: str = "", *, failing: bool) -> tuple[dict[str, Any], ...]:
    """Return the regressed benchmarks that have a place: that of their cause, or else where they are defined.

    Where only the name of a benchmark tells its file, it is the first line. Paths are those from the root of the
    repository. Tools name files from the ``folder`` they ran in, or from the root.
    """
    level = "failure" if failing else "warning"
    rows = [row for group in shown.groups if group.key == "regressed" for row in group.rows]
    found = ((row, _place(row, folder)) for row in rows)
    made = tuple(_annotation(row, place, level) for row, place in found if place)
    return made[:MOST_ANNOTATIONS]


def _place(row: RowView, folder: str) -> tuple[str, int, int] | None:
    """Return a file with the first and last line that concern a row; ``None`` where no file is known."""
    from reporter.render.links import file_of

    if row.place and _PATH.fullmatch(row.place[0]):
        return row.place
    if row.defined:
        return (row.defined[0], row.defined[1] or 1, row.defined[1] or 1)
    file = file_of(row.name)
    return (_from_root(file, folder), 1, 1) if file else None


def _from_root(file: str, folder: str) -> str:
    return file if not folder or file.startswith(f"{folder}/") else f"{folder}/{file}"


def _quoted(text: str) -> str:
    """Write a foreign text in an annotation, which is no Markdown: between marks that it cannot hold itself."""
    from reporter.render.cause_text import plain

    return f"`{plain(text).replace('`', chr(39))}`"


def _annotation(row: RowView, place: tuple[str, int, int], level: str) -> dict[str, Any]:
    from reporter.render.words import sentence

    interval = f" ({row.interval})" if row.interval else ""
    sure = f", {row.seen}" if row.seen else ""
    cause = f". {sentence(row.write_cause(_quoted))}" if row.cause else ""
    return {
        "path": place[0],
        "start_line": place[1],
        "end_line": place[2],
        "annotation_level": level,
        "title": f"{row.short}: {row.change}"[:250],
        "message": f"{row.baseline} → {row.head}, {row.change}{interval}{sure}{cause}",
    }
