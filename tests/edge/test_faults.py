"""The table of faults: every endpoint that a verb uses, with everything that can go wrong there.

In every cell the verb ends with exit code 0, its files are written, what failed is said in one line, and there is no
second comment, also after the next run, for which nothing goes wrong any more.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from entrypoint.comments_github import WORKFLOW_BOT
from tests.edge.job import (
    HASTE,
    comment,
    job,
    labelled,
    other_run,
    pull_request,
    pull_request_head,
    save,
    seed,
    sha,
)
from tests.edge.test_aggregate import LINUX, MACOS, aggregate
from tests.edge.test_aggregate import upload as upload_suites
from tests.edge.test_override import accepted, set_at
from tests.edge.test_publish import MARKER, REGRESSED, comments, report_of
from tests.edge.test_publish_other import upload
from tests.edge.test_request import measuring
from tests.github_api import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.edge.job import Job

SCHEMAS = Path(__file__).parents[2] / "schemas"
TIMEOUT = 2
"""Long enough for what does answer, also on a busy machine."""
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
READ_ONLY = "Resource not accessible by integration"
Fault = dict[str, Any]

PASSING: dict[str, Fault] = {
    "403 secondary, with header": {"status": 403, "message": SECONDARY, "headers": {"Retry-After": "5"}},
    "403 secondary, without header": {"status": 403, "message": SECONDARY},
    "429": {"status": 429, "message": "Too many requests"},
    "500": {"status": 500},
    "502": {"status": 502},
    "timeout": {"kind": "hang", "seconds": TIMEOUT + 0.5},
    "reset": {"kind": "reset"},
    "truncated body": {"kind": "cut"},
    "wrong JSON": {"kind": "garbage"},
}
FAULTS: dict[str, Fault] = PASSING | {
    "401": {"status": 401, "message": "Bad credentials"},
    "403 read-only": {"status": 403, "message": READ_ONLY},
    "404": {"status": 404, "message": "Not Found"},
    "409": {"status": 409, "message": "Conflict"},
    "422": {"status": 422, "message": "Validation Failed"},
}
REPORT = report_of(*REGRESSED, status="failed")


def of_head(api: GitHubApi, folder: Path) -> Job:
    save(api.world, "m2")
    return pull_request_head(api, folder)


def of_schedule(api: GitHubApi, folder: Path) -> Job:
    save(api.world, "m5")
    return job(api, folder, "schedule", {"schedule": "0 3 * * *"})


def of_report(api: GitHubApi, folder: Path) -> Job:
    from reporter.records import json_v1

    this = pull_request(api, folder)
    (this.work / "report").mkdir(parents=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(REPORT), encoding="utf-8")
    return this


def of_comment(api: GitHubApi, folder: Path) -> Job:
    api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nOld.")
    return of_report(api, folder)


def of_two_comments(api: GitHubApi, folder: Path) -> Job:
    api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nOlder.")
    return of_comment(api, folder)


def of_foreign_comment(api: GitHubApi, folder: Path) -> Job:
    api.world.add_comment(7, "visitor", f"{MARKER}\nMine.")
    return of_report(api, folder)


def of_open_check(api: GitHubApi, folder: Path) -> Job:
    key = "benchverdict/benchmarks/42/1"
    api.world.add_check(name="Benchverdict (benchmarks)", head_sha=sha("t1"), status="in_progress", external_id=key)
    return of_report(api, folder)


def of_other_run(api: GitHubApi, folder: Path) -> Job:
    this = other_run(api, folder)
    upload(api, REPORT)
    return this


def of_suites(api: GitHubApi, folder: Path) -> Job:
    this = aggregate(api, folder, "linux\nmacos")
    upload_suites(api, 42, LINUX, MACOS)
    return this


def of_label(api: GitHubApi, folder: Path) -> Job:
    save(api.world, "m5")
    return labelled(api, folder)


def of_accepted(api: GitHubApi, folder: Path) -> Job:
    from reporter.records import json_v1

    this = labelled(api, folder)
    set_at(api)
    (this.work / "report").mkdir(parents=True)
    (this.work / "report" / "verdict.json").write_text(json_v1.dump(accepted()), encoding="utf-8")
    return this


def of_request(api: GitHubApi, folder: Path) -> Job:
    api.world.collaborators["member"] = "write"
    return comment(api, folder)


def of_requested(api: GitHubApi, folder: Path) -> Job:
    save(api.world, "m2")
    return measuring(api, folder)


ENDPOINTS: list[tuple[str, str, Callable[[GitHubApi, Path], Job]]] = [
    ("fetch", "GET /repos/octo/bench$", of_schedule),
    ("fetch", "/compare/", of_head),
    ("fetch", "/actions/artifacts$", of_head),
    ("fetch", "/commits$", of_head),
    ("fetch", r"/actions/runs/\d+$", of_head),
    ("fetch", "/zip$", of_head),
    ("fetch", "/_storage/", of_head),
    ("fetch", "/issues/7/events$", of_label),
    ("fetch", "/pulls/7$", of_requested),
    ("request", r"GET .*/issues/comments/\d+$", of_request),
    ("request", "/collaborators/member/permission$", of_request),
    ("request", "/pulls/7$", of_request),
    ("request", "POST .*/reactions$", of_request),
    ("collect", "/actions/runs/42/artifacts$", of_suites),
    ("collect", "/zip$", of_suites),
    ("collect", "/_storage/", of_suites),
    ("start", "GET .*/check-runs$", pull_request),
    ("start", "POST .*/check-runs$", pull_request),
    ("publish", "/pulls/7$", of_report),
    ("publish", "GET .*/issues/7/comments$", of_report),
    ("publish", "POST .*/issues/7/comments$", of_report),
    ("publish", "PATCH .*/issues/comments/", of_comment),
    ("publish", "DELETE .*/issues/comments/", of_two_comments),
    ("publish", "GET /user$", of_foreign_comment),
    ("publish", "GET .*/check-runs$", of_report),
    ("publish", "POST .*/check-runs$", of_report),
    ("publish", "PATCH .*/check-runs/", of_open_check),
    ("publish", "/issues/7/events$", of_accepted),
    ("publish", "GET .*/pulls$", of_other_run),
    ("publish", "/actions/runs/41/artifacts$", of_other_run),
    ("publish", "/zip$", of_other_run),
    ("publish", "/_storage/", of_other_run),
]


@dataclass(frozen=True, kw_only=True)
class Cell:
    verb: str
    endpoint: str
    prepare: Callable[[GitHubApi, Path], Job]
    fault: str
    times: int

    def try_it(self, folder: Path) -> list[str]:
        """Return what is wrong with how the verb ended."""
        with GitHubApi() as api:
            seed(api.world)
            this = self.prepare(api, folder)
            if self.fault == "timeout":
                this.patience = replace(HASTE, timeout=TIMEOUT, repeats=6 if self.times == 1 else 2)
            foreign = [each for each in comments(api) if each.login != WORKFLOW_BOT]
            fault: Fault = {"kind": "status", "times": self.times} | FAULTS[self.fault]
            api.world.add_fault(self.endpoint, **fault)
            found = self._ended(this)
            api.world.faults.clear()
            if self.verb == "collect":
                found += self._told_after(this)
            if self.verb in ("publish", "collect"):
                found += [f"the next run: {this.log}"] if this.run("publish") else []
                ours = [each for each in comments(api) if each not in foreign]
                found += [] if len(ours) == 1 else [f"{len(ours)} comments after the next run"]
            return [f"{self.verb}, {self.endpoint}, {self.fault}, {self.times} times: {each}" for each in found]

    def _ended(self, this: Job) -> list[str]:
        code = this.run("fetch" if self.verb == "start" else self.verb)
        found = [] if code == (3 if self._is_no_archive else 0) else [f"exit code {code}: {this.log}"]
        found += [word for word in ("Traceback", "defect") if word in this.log]
        if self._is_no_archive:
            return found + ([] if this.log.count("[report-refused]") == 1 else [f"not refused: {this.log}"])
        by_verb = {
            "fetch": self._of_fetch,
            "request": self._of_request,
            "start": self._of_start,
            "collect": self._of_collect,
        }
        said = by_verb.get(self.verb, self._of_publish)(this)
        if (
            self.times > 1
            and self.fault == "403 read-only"
            and self._names_a_permission
            and "permissions: " not in said
        ):
            found.append(f"no permission is named: {said}")
        if self._passes and self.verb == "fetch" and not this.read("baseline/source.json")["found"]:
            found.append(f"not outlasted: {said}")
        if self._passes and self.verb == "fetch" and this.read("situation.json")["notices"]:
            found.append(f"not outlasted: {said}")
        if self._passes and self.verb == "collect" and this.read("collected.json")["notices"]:
            found.append(f"not outlasted: {said}")
        if self._passes and self.verb == "publish" and this.read("published.json")["comment_url"] is None:
            found.append(f"not outlasted: {said}")
        return found

    def _told_after(self, this: Job) -> list[str]:
        """Publish what was collected, then collect again: what could not be had is one notice, never a comment."""
        found = [f"publish: {this.log}"] if this.run("publish") else []
        document = this.read("published.json")
        told = self._is_no_archive or document["comment_url"] or document["notices"]
        found += [] if told and len(document["notices"]) <= 1 else [f"not told once: {document}"]
        return found + ([f"collect again: {this.log}"] if this.run("collect") else [])

    @property
    def _is_no_archive(self) -> bool:
        """Whether another run's report is something else than a zip: nobody can tell that from a forged one."""
        return self.verb in ("publish", "collect") and (self.endpoint, self.fault) == ("/_storage/", "wrong JSON")

    @property
    def _passes(self) -> bool:
        """The storage knows no rate limits, and what it delivers is not asked for twice."""
        return self.times == 1 and not (self.endpoint == "/_storage/" and self.fault[:3] in ("403", "wro"))

    @property
    def _names_a_permission(self) -> bool:
        """Every workflow token may ask for these, whatever its permissions are."""
        free = ("/user", "_storage", "/collaborators/")
        return not any(part in self.endpoint for part in free) and self.endpoint[-6:] != "bench$"

    def _of_fetch(self, this: Job) -> str:
        source = this.read("baseline/source.json")
        Draft202012Validator(json.loads((SCHEMAS / "source-v1.json").read_text())).validate(source)
        assert this.read("plan.json")["schema"] == "plan/v1"
        assert source["found"] or (source["reason"] and "\n" not in source["reason"]), source
        notices = this.read("situation.json")["notices"]
        assert len(notices) <= 1, notices
        return " ".join((str(source["reason"]), *(notice["text"] for notice in notices)))

    def _of_request(self, this: Job) -> str:
        """Nothing is measured unless everything was answered; the reaction alone may fail."""
        document = this.read("request.json")
        Draft202012Validator(json.loads((SCHEMAS / "request-v1.json").read_text())).validate(document)
        granted = self.times == 1 or "/reactions" in self.endpoint
        assert (document["head_sha"] == sha("t1")) is granted, this.log
        is_nobody = self.fault == "404" and "/pulls/" not in self.endpoint
        assert bool(document["notices"]) is not (granted or is_nobody), document
        assert len(this.api.world.reactions) <= 1
        assert this.log.count("\n") == 1 + this.log.count("no reaction: "), this.log
        assert this.log.count("no reaction: ") <= ("/reactions" in self.endpoint), this.log
        return this.log

    def _of_start(self, this: Job) -> str:
        return this.log

    def _of_collect(self, this: Job) -> str:
        document = this.read("collected.json")
        Draft202012Validator(json.loads((SCHEMAS / "collected-v1.json").read_text())).validate(document)
        assert len(document["suites"]) == 2 or len(document["notices"]) == 1, document
        assert not any("\n" in notice["text"] for notice in document["notices"]), document
        return this.log

    def _of_publish(self, this: Job) -> str:
        document = this.read("published.json")
        Draft202012Validator(json.loads((SCHEMAS / "published-v1.json").read_text())).validate(document)
        assert len(document["notices"]) <= 1, document
        assert not any("\n" in notice["text"] for notice in document["notices"]), document
        assert document["comment_url"] or document["notices"], document
        told = " ".join(notice["text"] for notice in document["notices"])
        assert not told or this.log.count(told) == 1, this.log
        return this.log


def try_all(cells: list[Cell], folder: Path) -> list[str]:
    """Try cells eight at a time; most of their time is waiting for what does not answer."""

    def one(numbered: tuple[int, Cell]) -> list[str]:
        number, cell = numbered
        try:
            return cell.try_it(folder / str(number))
        except Exception as problem:
            return [f"{cell}: {problem!r}"]

    with ThreadPoolExecutor(8) as pool:
        return [line for lines in pool.map(one, enumerate(cells)) for line in lines]


@pytest.mark.slow
def test_every_endpoint_with_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lasting = [
        Cell(verb=v, endpoint=e, prepare=p, fault=fault, times=99) for (v, e, p), fault in product(ENDPOINTS, FAULTS)
    ]
    short = [
        Cell(verb=v, endpoint=e, prepare=p, fault=fault, times=1) for (v, e, p), fault in product(ENDPOINTS, PASSING)
    ]
    failed = try_all(lasting + short, tmp_path)
    with capsys.disabled():
        print(f"\nfaults: {len(lasting)} lasting and {len(short)} passing cells tried, {len(failed)} failed")
    assert failed == [], "\n".join(failed)
