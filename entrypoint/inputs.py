"""The whole environment of a step as one frozen object, read once; nothing else here reads the environment."""

from __future__ import annotations

import json
import re
import urllib.parse
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

from entrypoint import webhook
from reporter.config import EXPLAIN
from reporter.config.reading import parse_fail_on
from reporter.config.store_rules import check_place
from reporter.decide.shards import parse_shard
from reporter.ingest.registry import named
from reporter.shared.booleans import WORDS
from reporter.shared.errors import UsageError, did_you_mean
from reporter.shared.model import FULL_COMMIT
from reporter.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from entrypoint.webhook import Webhook
    from reporter.decide.shards import Shard, SharedAs

CompareMode = Literal["auto", "baseline", "paired", "instructions", "none"]
Select = Literal["all", "affected"]
CommentMode = Literal["always", "changes", "regressions", "never"]
SaveBaseline = Literal["auto", "true", "false"]
CheckMode = Literal["auto", "true", "false"]
Stage = Literal["all", "request", "publish", "aggregate", "store", "watch"]
Mention = Literal["none", "author", "codeowners"]
Value = TypeVar("Value")

PREFIX = "BENCHVERDICT_INPUT_"
LONGEST_RETENTION = 400
"""Days for which GitHub keeps an artifact at most."""

LONGEST_FOLDER = 1000
AUTO_SHARD = "auto"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_WORKFLOW_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\.ya?ml")
_USE = re.compile(r"[0-9a-f]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the action was asked and what GitHub tells every step.

    ``name`` is the suite, and where several are put together the name of the whole; ``suites`` are those that must be
    there. ``shard`` is what this job measures of the suite, as a shard or as one of several runners, ``None`` for
    all of it; with ``splits_itself`` the saved baselines tell what is in each shard. ``sha`` is GITHUB_SHA,
    ``checkout_sha`` and ``checkout_parents`` what really lies in the workspace (empty without a git checkout).
    ``compare``, ``time_limit_seconds`` and ``fail_on`` are ``None`` where the configuration decides. ``workflow_ref``
    is ``OWNER/REPO/PATH@REF`` of the running workflow, empty where the runner does not tell; ``baseline_workflow`` the
    name of the workflow file that saves baselines, empty for the running one. ``artifact_url`` is the page of the
    uploaded report, empty before the upload. ``cancelled`` says that somebody has stopped the job. ``head_sha`` is the
    commit that a request was granted for, ``accept_label`` the label that lets regressions pass; empty for none.
    ``store`` is the address of the store that ``stage: store`` opens, empty where the configuration names it.
    ``mention`` is who is called to an issue, ``webhook`` where its message goes.
    ``use`` tells this use of the action from others of the same run, empty where it is called by hand.
    ``working_directory`` is the folder of the workspace in which everything happens, empty for the workspace itself.
    ``home`` is the page of the action's own repository, empty where the action comes from the workspace.
    """

    stage: Stage = "all"
    name: str = "benchmarks"
    shard: Shard | None = None
    splits_itself: bool = False
    suites: tuple[str, ...] = ()
    command: str = ""
    results: tuple[str, ...] = ()
    mode: str = ""
    config: str = ""
    working_directory: str = ""
    compare: CompareMode | None = None
    setup: str = ""
    select: Select | None = None
    time_limit_seconds: float | None = None
    fail_on: tuple[str, ...] | None = None
    baseline_workflow: str = ""
    comment: CommentMode = "changes"
    check: CheckMode = "auto"
    save_baseline: SaveBaseline = "auto"
    head_sha: str = ""
    accept_label: str = ""
    store: str = ""
    mention: Mention = "none"
    webhook: Webhook | None = None
    repository: str
    event_name: str
    payload: Mapping[str, Any] = field(repr=False)
    ref: str
    sha: str
    run_id: int | None
    run_attempt: int
    use: str
    workflow_ref: str
    workspace: Path
    api_url: str
    checkout_sha: str
    checkout_parents: tuple[str, ...]
    artifact_url: str
    server_url: str
    home: str
    cancelled: bool
    token: str = field(repr=False)

    @property
    def suite(self) -> str:
        """Return the name under which this job measures and saves: that of its shard, where it has one."""
        return self.shard.suite(self.name) if self.shard else self.name

    def in_folder(self, file: str) -> str:
        """Return the path of a file of the working directory as it is from the root of the repository."""
        return f"{self.working_directory}/{file}" if self.working_directory else file

    @property
    def takes_artifacts(self) -> bool:
        """Whether this GitHub takes what the action uploads; ``steps/setup.sh`` decides the same."""
        address = urllib.parse.urlsplit(self.server_url)
        return address.scheme == "https" and (address.netloc == "github.com" or address.netloc.endswith(".ghe.com"))

    @property
    def run_page(self) -> str:
        """Return the address of this run for people."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}" if self.run_id else ""


def read(environ: Mapping[str, str]) -> Inputs:
    """Read the environment of a workflow step.

    Raises:
        UsageError: an input has no valid value, or this is no workflow step.
    """
    _refuse_what_others_read(environ)
    shard, splits_itself = _shared(environ)
    return replace(
        _of_step(environ),
        stage=cast("Stage", _choice(environ, "STAGE", get_args(Stage), "all")),
        name=_name(environ.get(PREFIX + "NAME", "benchmarks")),
        shard=shard,
        splits_itself=splits_itself,
        suites=tuple(_name(line, "suites") for line in _lines(environ, "SUITES")),
        command=_input(environ, "COMMAND"),
        results=_lines(environ, "RESULTS"),
        mode=_input(environ, "MODE"),
        config=_input(environ, "CONFIG"),
        working_directory=_given(environ, "WORKING_DIRECTORY", _folder) or "",
        compare=_compare(environ),
        setup=_input(environ, "SETUP"),
        select=_select(environ),
        time_limit_seconds=_given(environ, "TIME_LIMIT", parse_duration),
        fail_on=_given(environ, "FAIL_ON", _words_of_fail_on),
        baseline_workflow=_given(environ, "BASELINE_WORKFLOW", _workflow_file) or "",
        comment=cast("CommentMode", _choice(environ, "COMMENT", get_args(CommentMode), "changes")),
        check=cast("CheckMode", _choice(environ, "CHECK", get_args(CheckMode), "auto")),
        save_baseline=cast("SaveBaseline", _choice(environ, "SAVE_BASELINE", get_args(SaveBaseline), "auto")),
        head_sha=_head_sha(_input(environ, "HEAD_SHA")),
        accept_label=_input(environ, "ACCEPT_LABEL"),
        store=_given(environ, "STORE", check_place) or "",
        mention=cast("Mention", _choice(environ, "MENTION", get_args(Mention), "none")),
        webhook=webhook.read(environ),
    )


def _of_step(environ: Mapping[str, str]) -> Inputs:
    """Return what GitHub and our steps tell, with the default of every input."""
    return Inputs(
        repository=_of_workflow(environ, "GITHUB_REPOSITORY"),
        event_name=_of_workflow(environ, "GITHUB_EVENT_NAME"),
        payload=_payload(environ.get("GITHUB_EVENT_PATH", "")),
        ref=environ.get("GITHUB_REF", ""),
        sha=_of_workflow(environ, "GITHUB_SHA"),
        run_id=_number(environ.get("GITHUB_RUN_ID", "")),
        run_attempt=_number(environ.get("GITHUB_RUN_ATTEMPT", "")) or 1,
        use=_use(environ.get("BENCHVERDICT_USE", "")),
        workflow_ref=environ.get("GITHUB_WORKFLOW_REF", ""),
        workspace=Path(environ.get("GITHUB_WORKSPACE") or "."),
        api_url=environ.get("GITHUB_API_URL", "").rstrip("/") or "https://api.github.com",
        checkout_sha=environ.get("BENCHVERDICT_CHECKOUT_SHA", "").strip(),
        checkout_parents=tuple(environ.get("BENCHVERDICT_CHECKOUT_PARENTS", "").split()),
        artifact_url=environ.get("BENCHVERDICT_ARTIFACT_URL", "").strip(),
        server_url=_server(environ),
        home=_home(_server(environ), environ.get("GITHUB_ACTION_REPOSITORY", "")),
        cancelled=environ.get("BENCHVERDICT_JOB_STATUS", "") == "cancelled",
        token=environ.get("BENCHVERDICT_TOKEN", "").strip(),
    )


def read_without_refused(environ: Mapping[str, str]) -> Inputs:
    """Return what ``read`` does, with its default for every input that ``read`` refuses.

    So the reviewers learn that a verb before has refused an input.

    Raises:
        UsageError: something else is wrong.
    """
    kept = dict(environ)
    while True:
        try:
            return read(kept)
        except UsageError as problem:
            name = problem.code.removeprefix("input-").upper().replace("-", "_")
            if kept.pop(f"{PREFIX}{name}", None) is None:
                raise


def _refuse_what_others_read(environ: Mapping[str, str]) -> None:
    """Check the inputs that only later steps use: what they would refuse is refused before anything is measured."""
    _given(environ, "FORMAT", lambda text: text.lower() == "auto" or named(text.lower()))
    _given(environ, "RETENTION_DAYS", _days)
    _choice(environ, "EXPLAIN", EXPLAIN, "auto")


def _given(environ: Mapping[str, str], name: str, parse: Callable[[str], Value]) -> Value | None:
    """Return the parsed value of an input, ``None`` where it is empty; a problem names the input."""
    text = _input(environ, name)
    try:
        return parse(text) if text else None
    except UsageError as problem:
        raise _wrong(name, problem.what, problem.cure) from problem
    except ValueError as problem:
        raise _wrong(name, str(problem), "leave it out for the default, or correct it") from problem


def _wrong(name: str, what: str, cure: str) -> UsageError:
    shown = name.lower().replace("_", "-")
    return UsageError(f"input-{shown}", f"the input '{shown}' is wrong: {what}", cure=cure)


def _words_of_fail_on(text: str) -> tuple[str, ...]:
    return parse_fail_on(text.split(","), "")


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= LONGEST_RETENTION):
        raise ValueError(f"{text!r} is not a whole number of days up to {LONGEST_RETENTION}, like '30'")
    return int(text)


def _workflow_file(text: str) -> str:
    if not _WORKFLOW_FILE.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a file in .github/workflows, like 'benchmarks.yml'")
    return text


def _folder(text: str) -> str:
    """Return a folder below the workspace as it is written in paths of the repository; empty for the workspace."""
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if text.startswith("/") or ".." in parts or not text.isprintable() or re.search(r"[\\:]", text):
        raise ValueError(f"{text!r} is not a folder below the checkout, written like 'services/api'")
    if len(text) > LONGEST_FOLDER:
        raise ValueError(f"it has more than {LONGEST_FOLDER} characters")
    return "/".join(parts)


def _use(text: str) -> str:
    return text if _USE.fullmatch(text) else ""


def _server(environ: Mapping[str, str]) -> str:
    return environ.get("GITHUB_SERVER_URL", "").rstrip("/") or "https://github.com"


def _home(server: str, repository: str) -> str:
    """Return the page of a repository; ``steps/report.sh`` does the same, and what shows links checks it."""
    return f"{server}/{repository}" if repository else ""


def _input(environ: Mapping[str, str], name: str) -> str:
    return environ.get(f"{PREFIX}{name}", "").strip()


def _lines(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in _input(environ, name).splitlines() if line.strip())


def is_suite(name: str) -> bool:
    """Return whether a name may be a suite's."""
    return _NAME.fullmatch(name) is not None


def _name(name: str, given: str = "name") -> str:
    """Accept a suite name that is also good as a part of an artifact's, a folder's and a file's name."""
    if not is_suite(name):
        raise UsageError(
            f"input-{given}",
            f"the input '{given}' is wrong: {name!r} is no name of a suite",
            cure="use letters, digits, '.', '_' and '-', at most 80, the first a letter or digit",
        )
    return name


def is_commit(text: str) -> bool:
    """Return whether a text is the whole name of a commit."""
    return FULL_COMMIT.fullmatch(text) is not None


def _head_sha(text: str) -> str:
    if text and not is_commit(text):
        raise UsageError(
            "input-head-sha",
            f"the input 'head-sha' is {text!r}",
            cure="give it the output head-sha of the job with stage: request, as docs/requests.md shows",
        )
    return text


def _choice(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = _input(environ, name).lower() or default
    if "true" in allowed and value in WORDS:
        value = str(WORDS[value]).lower()
    if value not in allowed:
        raise _wrong(name, f"{value!r} is not known{did_you_mean(value, allowed)}", f"use one of {', '.join(allowed)}")
    return value


def _compare(environ: Mapping[str, str]) -> CompareMode | None:
    """Read how to compare; ``None`` leaves it to the configuration."""
    if not _input(environ, "COMPARE"):
        return None
    return cast("CompareMode", _choice(environ, "COMPARE", get_args(CompareMode), "auto"))


def _select(environ: Mapping[str, str]) -> Select | None:
    """Read which benchmarks are measured; ``None`` leaves it to the configuration."""
    return cast("Select", _choice(environ, "SELECT", get_args(Select), "all")) if _input(environ, "SELECT") else None


def _shared(environ: Mapping[str, str]) -> tuple[Shard | None, bool]:
    """Read what this job has of its suite, and whether the jobs split it by themselves.

    That is a part of the benchmarks, a part of the pairs, or ``None`` for all of both.
    """
    shard, runner = (environ.get(PREFIX + name, "") for name in ("SHARD", "RUNNER"))
    if shard and runner:
        what, cure = "the inputs 'shard' and 'runner' are both given", "split by benchmarks, or by pairs, in every job"
        raise UsageError("input-runner", what, cure=cure)
    if runner:
        return _one_of(runner, "runner"), False
    itself, apart, given = shard.partition(" ")
    if itself != AUTO_SHARD:
        return _one_of(shard, "shard"), False
    return _one_of(given or shard if apart else _job_of_matrix(environ), "shard"), True


def _job_of_matrix(environ: Mapping[str, str]) -> str:
    """Return which job of its matrix this is, counted from 1; no part of a whole where the runner does not tell."""
    index, total = (environ.get(f"BENCHVERDICT_JOB_{name}", "") for name in ("INDEX", "TOTAL"))
    return f"{int(index) + 1}/{total}" if index.isdecimal() and index.isascii() else AUTO_SHARD


def _one_of(text: str, kind: SharedAs) -> Shard | None:
    try:
        return parse_shard(text, kind) if text else None
    except ValueError as problem:
        cure = f"give which of how many this job is, such as ${{{{ matrix.{kind} }}}}/4"
        what = f"the input '{kind}' is wrong: {problem}"
        if kind == "runner":
            raise UsageError("input-runner", what, cure=cure) from problem
        raise UsageError("input-shard", what, cure=cure) from problem


def _of_workflow(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise UsageError(
            "not-in-a-workflow",
            f"{name} is not set, so this is not a step of a GitHub workflow",
            cure="outside of workflows use `benchverdict run` or `benchverdict compare`",
        )
    return value


def _payload(path: str) -> Mapping[str, Any]:
    if not path:
        return {}
    try:
        payload = json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as problem:
        raise UsageError(
            "event-unreadable",
            f"the event of this run cannot be read ({problem})",
            where=path,
            cure="GITHUB_EVENT_PATH must name the JSON file that the runner wrote; run the job again",
        ) from problem
    return payload if isinstance(payload, dict) else {}


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
