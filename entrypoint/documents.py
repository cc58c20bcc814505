"""The JSON files that the edge writes for the other verbs; their schemas are in ``schemas/``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reporter.model import VERDICTS
from reporter.shared.files import write_atomically
from reporter.shared.masking import masked_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from entrypoint.aggregate import Gathered
    from entrypoint.artifacts import Search
    from entrypoint.base import BaseCommit
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from entrypoint.webhook import Event, Happening
    from reporter.model import GateCause, GateStatus, Override, Report
    from reporter.records.watch import Cause, Watch
    from reporter.shared.model import Notice

IGNORED_LIMIT = 50
"""Lines of passed over artifacts that a file keeps; expired ones can be many."""


def write(path: Path, document: dict[str, Any]) -> None:
    """Write one document without secrets, whole or not at all."""
    write_atomically(path, json.dumps(masked_json(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def situation(here: Situation, base_commit: BaseCommit) -> dict[str, Any]:
    """Return ``situation/v1``."""
    return {
        "schema": "situation/v1",
        "event": here.event,
        "kind": here.kind,
        "fork": here.fork,
        "pull_request": here.pull_request,
        "head_sha": here.head_sha,
        "checkout_sha": here.checkout_sha,
        "base_sha": base_commit.sha,
        "base_reason": base_commit.how,
        "save_baseline": here.save_baseline.yes,
        "save_reason": here.save_baseline.reason,
        "advisory": here.advisory,
        "comment": here.comment.yes,
        "comment_reason": here.comment.reason,
        "notices": notices(here.notices),
    }


def source(outcome: Search, here: Situation, base_commit: BaseCommit) -> dict[str, Any]:
    """Return ``source/v1``."""
    found = outcome.found
    ignored = list(outcome.ignored[:IGNORED_LIMIT])
    if len(outcome.ignored) > IGNORED_LIMIT:
        ignored.append(f"and {len(outcome.ignored) - IGNORED_LIMIT} more")
    return {
        "schema": "source/v1",
        "found": found is not None,
        "reason": outcome.reason,
        "commit": (found.older or found.candidate.commit) if found else None,
        "run_id": found.candidate.run_id if found else None,
        "artifact_id": found.candidate.id if found else None,
        "saved_at": (found.candidate.saved_at or None) if found else None,
        "distance": found.distance if found else None,
        "base_sha": base_commit.sha,
        "head_sha": here.head_sha,
        "ignored": ignored,
    }


def override(found: Override) -> dict[str, Any]:
    """Return ``override/v1``."""
    return {
        "schema": "override/v1",
        "label": found.label,
        "by": found.by,
        "at": found.at,
        "commit": found.commit,
    }


def request(head_sha: str | None, reason: str, raised: Iterable[Notice]) -> dict[str, Any]:
    """Return ``request/v1``."""
    return {"schema": "request/v1", "head_sha": head_sha, "reason": reason, "notices": notices(raised)}


def published(comment_url: str | None, check_url: str | None, raised: Iterable[Notice]) -> dict[str, Any]:
    """Return ``published/v1``."""
    return {
        "schema": "published/v1",
        "comment_url": comment_url,
        "check_url": check_url,
        "notices": notices(raised),
    }


def collected(gathered: Gathered, refused: str | None, raised: Iterable[Notice]) -> dict[str, Any]:
    """Return ``collected/v1``: the suites, and what the gate's outputs say of all of them together."""
    reports = gathered.reports
    reasons = [reason for report in reports for reason in report.gate.reasons]
    counts = {verdict: sum(report.counts()[verdict] for report in reports) for verdict in VERDICTS}
    return {
        "schema": "collected/v1",
        "suites": [report.suite for report in reports],
        "missing": list(gathered.missing),
        "refused": refused,
        "notices": notices(raised),
        "gate": {"status": _status(gathered), "reasons": reasons, "cause": _cause(gathered)},
        "counts": counts,
        "benchmarks": [row for report in reports for row in _worst(report)],
        "fails_here": any(report.suite in gathered.gated_here and report.gate.status == "failed" for report in reports),
    }


def watched(found: Watch, headline: str) -> dict[str, Any]:
    """Return ``collected/v1`` of what watching found: the gate fails for what is confirmed."""
    from reporter.render.watch_text import is_undecided

    states = [cause.state for cause in found.causes if not cause.is_past]
    status: GateStatus = "undecided" if "suspected" in states or is_undecided(found) else "passed"
    status = "failed" if "confirmed" in states else status
    slower = [
        row for cause in found.causes if cause.state == "confirmed" for row in cause.rows if row.pairs == "slower"
    ]
    return {
        "schema": "collected/v1",
        "suites": [found.suite],
        "missing": [],
        "refused": None,
        "notices": [],
        "gate": {"status": status, "reasons": [headline], "cause": "not-compared" if status == "undecided" else None},
        "counts": {"regressed": len(slower)},
        "benchmarks": [],
    }


def happening(event: Event, cause: Cause, inputs: Inputs, page: str, *, after: int = 0) -> Happening:
    """Return the message to a webhook about a cause; the shape of its content is ``watch-event/v1``.

    ``after`` is the run that had written the issue last. With it and with the run that speaks now each opening and
    closing is a delivery of its own.
    """
    from entrypoint.webhook import Happening
    from reporter.records.watch import Cause as CauseRecord
    from reporter.records.writing import to_json
    from reporter.render import watch_issue

    content = {
        "suite": inputs.name,
        "repository": inputs.repository,
        "issue": page or None,
        "run": inputs.run_page or None,
        "cause": masked_json(to_json(cause, CauseRecord)),
    }
    lines = tuple(watch_issue.plain_lines(event, inputs.name, cause))
    delivery = f"{inputs.name}-{cause.key}-{event}-{inputs.run_id or 0}" + (f"-{after}" if after else "")
    return Happening(event=event, delivery=delivery, lines=lines, page=page or inputs.run_page, content=content)


def _status(gathered: Gathered) -> GateStatus:
    found = {report.gate.status for report in gathered.reports}
    if "failed" in found:
        return "failed"
    return "passed" if found == {"passed"} and not gathered.missing else "undecided"


def _cause(gathered: Gathered) -> GateCause | None:
    """Return why the whole is undecided, the gravest cause of any suite."""
    if _status(gathered) != "undecided":
        return None
    found = {report.gate.cause for report in gathered.reports}
    order: tuple[GateCause, ...] = ("not-measured", "not-compared", "too-noisy")
    return "not-measured" if gathered.missing else next((cause for cause in order if cause in found), order[0])


def _worst(report: Report) -> list[dict[str, Any]]:
    """Return the regressed row of a suite that its report shows first, as ``report/v1`` does."""
    from reporter.records import report as records
    from reporter.records.report_model import document_of
    from reporter.records.writing import to_json
    from reporter.render.order import grouped

    for index in grouped(report).get("regressed", [])[:1]:
        alone = replace(report, assessments=(report.assessments[index],), judgings=())
        row = to_json(document_of(alone), records.Report)["benchmarks"][0]
        return [{**row, "name": f"{report.suite}: {row['name']}"}]
    return []


def notices(raised: Iterable[Notice]) -> list[dict[str, str]]:
    """Return notices as JSON values."""
    return [{"code": notice.code, "text": notice.text} for notice in raised]
