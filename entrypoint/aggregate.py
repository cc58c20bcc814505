"""All suites of one run together: every report artifact it has, shards put together, and what is lacking."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from entrypoint.check import TEXT_LIMIT, Output, conclude
from entrypoint.context import own_run
from entrypoint.message import links_of
from entrypoint.received import suites_of
from reporter.decide.gate import failed_by_all
from reporter.decide.merge_runners import lost_runners, merge_runners
from reporter.decide.merge_shards import merge
from reporter.decide.shards import split_name
from reporter.render.links import NO_LINKS, Links
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.check import Conclusion
    from entrypoint.facts import TriggeringRun
    from entrypoint.inputs import Inputs
    from entrypoint.message import Message
    from entrypoint.received import Reception
    from entrypoint.situations import Situation
    from reporter.decide.merge_shards import Reports
    from reporter.decide.shards import Shard
    from reporter.model import Report
    from reporter.render.view_suites import SuitesView


MOST_ROWS = 100_000
"""Rows of all reports together that are held at once; a fork's run can upload as many reports as it likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The reports that there are, one a suite, and the names of suites that should have one.

    ``gated_here`` are the suites of several runners, none of which has the gate, so that this job has it. There are
    none where what got worse only warns.
    """

    reports: tuple[Report, ...]
    missing: tuple[str, ...]
    gated_here: frozenset[str] = frozenset()
    artifact_url: str = ""
    home: str = ""
    links: Links = NO_LINKS

    def text(self, limit: int) -> str:
        """Return all of it in Markdown, for a comment."""
        from reporter.render import markdown_suites

        return markdown_suites.comment(self.view(), limit=limit)

    def output(self, message: Message) -> Output:
        """Conclude all of it for one check: failed when any suite did, neutral when any came to no verdict."""
        found = {conclude(report) for report in self.reports}
        order: tuple[Conclusion, ...] = ("failure", "neutral", "success")
        if self.missing or not found:
            found.add("neutral")
        return Output(
            conclusion=next(each for each in order if each in found),
            title=self.view().headline,
            summary=message.headed(self.text(message.room(TEXT_LIMIT))),
        )

    def view(self) -> SuitesView:
        """Put it into words."""
        from reporter.render import view, view_suites

        artifact_url, home = self.artifact_url or None, self.home or None
        shown = [view.build(each, artifact_url=artifact_url, home=home, links=self.links) for each in self.reports]
        return view_suites.build(shown, self.missing)


def run_of(here: Situation, inputs: Inputs) -> TriggeringRun:
    """Return the run whose suites are collected: the one that has ended, or this one."""
    return here.run or own_run(inputs, here.event, here.head_sha)


def gather(reception: Reception) -> Gathered:
    """Download the report of every suite of a run.

    Raises:
        ApiError: the artifacts cannot be had.
        InputError: one of them is not a report as we upload it, or shards do not fit together.
    """
    run, inputs = reception.run, reception.inputs
    found: dict[str, dict[Shard | None, Report]] = {}
    rows = 0
    for suite in suites_of(run, reception.api):
        report = reception.receive(suite).report
        if report is not None:
            rows += len(report.assessments)
            if rows > MOST_ROWS:
                what = f"the reports of run {run.id} have more than {MOST_ROWS:,} rows together"
                raise InputError("too-many-reports", what, cure="publish some of the suites in a job of their own")
            name, shard = split_name(suite)
            found.setdefault(name, {})[shard] = report
    return Gathered(
        reports=tuple(_whole(name, found[name], reception) for name in sorted(found)),
        missing=tuple(suite for suite in dict.fromkeys(inputs.suites) if suite not in found),
        gated_here=frozenset() if reception.here.advisory else frozenset(filter(partial(_has_runners, found), found)),
        home=inputs.home,
        links=links_of(inputs, run.page),
    )


def _has_runners(found: Mapping[str, Mapping[Shard | None, Report]], suite: str) -> bool:
    return any(shard is not None and shard.kind == "runner" for shard in found[suite])


def _whole(suite: str, parts: Mapping[Shard | None, Report], reception: Reception) -> Report:
    jobs = {shard: report for shard, report in parts.items() if shard is not None}
    if not jobs:
        return parts[None]
    kinds = {shard.kind for shard in jobs}
    if None in parts or len(kinds) > 1:
        raise InputError(
            "shards-disagree",
            f"the suite {suite} was measured {_ways(parts)}",
            cure="give every job of the suite the input 'shard', or every job the input 'runner', or none of them",
        )
    return merge(suite, jobs) if kinds == {"shard"} else _of_runners(suite, jobs, reception)


def _ways(parts: Mapping[Shard | None, Report]) -> str:
    """Return in which ways the jobs of a suite measured it."""
    counts = Counter(shard.kind for shard in parts if shard is not None)
    shared = [f"in {count} of its {kind}s" for kind, count in sorted(counts.items(), reverse=True)]
    return " and ".join((["as a whole"] if None in parts else []) + shared)


def _of_runners(suite: str, jobs: Reports, reception: Reception) -> Report:
    """Return the verdict of several runners, in our words and with our gate as any report that was received."""
    made = reception.put_into_words(merge_runners(suite, jobs), f"the runners of {suite}")
    made = replace(made, gate=failed_by_all(made.gate, [report.gate for report in jobs.values()]))
    return replace(made, warnings=(*lost_runners(suite, jobs), *made.warnings))
