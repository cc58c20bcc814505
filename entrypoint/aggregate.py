"""All suites of one run together: every report artifact it has, and which of the expected ones it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrypoint.check import TEXT_LIMIT, Output, conclude
from entrypoint.received import receive, suites_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from entrypoint.api import Api
    from entrypoint.check import Conclusion
    from entrypoint.facts import TriggeringRun
    from entrypoint.message import Message
    from reporter.render.view_types import ReportView


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The reports that there are, and the names of suites that should have one."""

    messages: tuple[Message, ...]
    missing: tuple[str, ...]

    def text(self, limit: int) -> str:
        """Give all of it in Markdown, for a comment."""
        from reporter.render import markdown_suites

        return markdown_suites.comment(self._views(), self.missing, limit=limit)

    def output(self) -> Output:
        """Conclude all of it for one check: failed when any suite did, neutral when any came to no verdict."""
        from reporter.render import markdown_suites

        found = {conclude(message.report) for message in self.messages if message.report}
        order: tuple[Conclusion, ...] = ("failure", "neutral", "success")
        if self.missing or not found:
            found.add("neutral")
        return Output(
            conclusion=next(each for each in order if each in found),
            title=markdown_suites.headline(self._views(), self.missing),
            summary=self.text(TEXT_LIMIT),
        )

    def _views(self) -> list[ReportView]:
        from reporter.render import view

        return [
            view.build(message.report, artifact_url=message.artifact_url or None)
            for message in self.messages
            if message.report
        ]


def gather(run: TriggeringRun, expected: Iterable[str], api: Api) -> Gathered:
    """Download the report of every suite of a run.

    Raises:
        ApiError: the artifacts cannot be had.
        InputError: one of them is not a report as we upload it.
    """
    suites = suites_of(run, api)
    messages = tuple(receive(run, suite, api) for suite in suites)
    return Gathered(messages=messages, missing=tuple(suite for suite in expected if suite not in suites))
