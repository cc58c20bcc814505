"""The verb ``fetch``: what situation this is, what is measured, the baseline to compare with, and the open check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from entrypoint import base, documents, facts, override, received, sharing, writer
from entrypoint.api import member
from entrypoint.artifacts import Search, Wanted, search
from entrypoint.check import Check
from entrypoint.context import refuse_other_checkout, situation
from entrypoint.failures import ApiError
from entrypoint.plan import build_plan, elsewhere, read_config, settings_of
from entrypoint.writer import name_taken
from reporter.measure.plan import dump
from reporter.shared.files import write_atomically
from reporter.shared.model import FULL_COMMIT, Notice
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.base import BaseCommit
    from entrypoint.console import Console
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.decide.shards import Shard
    from reporter.measure.plan import Plan
    from reporter.measure.share import Share

OUTPUTS = "outputs"
"""Lines for the outputs of the step; ``steps/fetch.sh`` hands them on. What is an output, no command can change."""


def fetch(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write plan.json, outputs, situation.json, and baseline/ with its source.json into the work folder.

    A baseline that cannot be had is no error: source.json says why. In the end the check is opened, so that reviewers
    see that something is measured.

    Raises:
        UsageError: an input, the configuration or the event is wrong, or another job of this run has this name.
    """
    here = situation(inputs.event_name, _facts(inputs, api), inputs)
    refuse_other_checkout(here)
    config = read_config(inputs)
    settings = settings_of(inputs, here, config.in_mode(inputs.mode))
    build_plan(inputs, here, settings, None)  # a usage error comes before any waiting for the network
    _refuse_taken_name(inputs, api)
    base_commit = base.base_commit(here, api)
    plan = build_plan(inputs, here, settings, base_commit, has_budgets=bool(config.only(inputs.mode, ()).budgets))
    write_atomically(work / "plan.json", dump(plan))
    write_atomically(work / OUTPUTS, _outputs(here, plan))
    here = replace(here, notices=(*here.notices, *elsewhere(inputs)))
    here = _accepted(inputs, here, work, api)
    outcome = _search(inputs, here, base_commit, api, config.pinned)
    if outcome.found:
        here = replace(here, notices=(*here.notices, *outcome.found.notices(api.patience.now())))
    if not inputs.takes_artifacts:
        here = replace(here, notices=(*here.notices, _NO_ARTIFACTS))
    if inputs.shard and inputs.splits_itself:

        def of_shard(shard: Shard) -> Search:
            own = shard == inputs.shard
            return outcome if own else _search(replace(inputs, shard=shard), here, base_commit, api, config.pinned)

        here = _split(plan, here, work, sharing.share(inputs.shard, of_shard, console))
    documents.write(work / "situation.json", documents.situation(here, base_commit))
    _tell_situation(here, base_commit, console)
    _keep(outcome, inputs.suite, work / "baseline")
    documents.write(work / "baseline" / "source.json", documents.source(outcome, here, base_commit))
    _tell_search(outcome, console)
    _open_check(inputs, here, api, console)


def _split(plan: Plan, here: Situation, work: Path, found: tuple[Share, tuple[Notice, ...]]) -> Situation:
    """Put the part of this job into the plan, and what there is to say of it into the situation."""
    share, notices = found
    write_atomically(work / "plan.json", dump(replace(plan, share=share)))
    return replace(here, notices=(*here.notices, *notices))


def _open_check(inputs: Inputs, here: Situation, api: Api, console: Console) -> None:
    """Open the check before anything is measured. Whatever GitHub says to it, the job goes on.

    Raises:
        UsageError: another job of this run writes the check.
    """
    if not here.check.yes:
        console.say(f"no check: {here.check.reason}")
        return
    check = Check(
        api=api,
        suite=inputs.name,
        head_sha=here.head_sha,
        run=inputs.run_id or 0,
        attempt=inputs.run_attempt,
        page=inputs.run_page,
        writer=writer.of(inputs),
        fork=here.pull_request if here.fork else None,
    )
    try:
        console.say(f"check: {check.start()}")
    except ApiError as problem:
        console.say(f"no check while measuring: {problem}{problem.cure}")


def _outputs(here: Situation, plan: Plan) -> str:
    """Return whether a baseline is saved, and the commit that the checkout has to hold for pairs."""
    lines = [f"save-baseline={'true' if here.save_baseline.yes else 'false'}\n"]
    if plan.pairs and FULL_COMMIT.fullmatch(plan.pairs.base_sha):
        lines.append(f"base={plan.pairs.base_sha}\n")
    return "".join(lines)


def _refuse_taken_name(inputs: Inputs, api: Api) -> None:
    """Refuse a job whose report artifact is there already; one of an earlier attempt of the run is replaced.

    Raises:
        UsageError: another job of this run has uploaded it.
    """
    if not (inputs.use and inputs.run_id and inputs.takes_artifacts):
        return
    try:
        began = facts.moment(api.get(f"/actions/runs/{inputs.run_id}").get("run_started_at"))
        name = f"{received.PREFIX}{inputs.suite}"
        listed = list(api.pages(f"/actions/runs/{inputs.run_id}/artifacts", "artifacts", name=name))
    except ApiError:
        return  # the check, the comment and the upload find it, too
    made = [facts.moment(each.get("created_at")) for each in listed if each.get("name") == name]
    if began is not None and any(moment is not None and moment >= began for moment in made):
        raise name_taken(inputs.suite)


_NO_ARTIFACTS = Notice(
    code="artifacts-not-uploaded",
    text="This GitHub Enterprise Server does not take artifacts of the kind that this action uploads, so neither the "
    "report nor a baseline is uploaded. Upload what the outputs report-path and baseline-path name in a step of your "
    "own (docs/runners.md).",
)


def _facts(inputs: Inputs, api: Api) -> facts.Facts:
    """Complete the facts by what the payload of some events lacks: the default branch, and what a comment is about."""
    found = facts.read(inputs.payload)
    if found.comment and inputs.head_sha:
        found = replace(found, pull_request=_pull_request(inputs, found.comment.number, api))
    if found.default_branch:
        return found
    try:
        return replace(found, default_branch=member(api.get(""), "default_branch", str))
    except ApiError:
        return found


def _pull_request(inputs: Inputs, number: int, api: Api) -> facts.PullRequest | None:
    home = inputs.payload.get("repository")
    try:
        return facts.pull_request(api.get(f"/pulls/{number}"), home.get("id") if isinstance(home, dict) else None)
    except ApiError:
        return None


def _accepted(inputs: Inputs, here: Situation, work: Path, api: Api) -> Situation:
    """Write override.json when somebody has just accepted the regressions of this commit; else there is none."""
    place = work / "override.json"
    place.unlink(missing_ok=True)
    if not here.accepts.yes or here.pull_request is None:
        return here
    try:
        found = override.find(api, here.pull_request, inputs.accept_label, here.head_sha)
    except ApiError as problem:
        return _with(here, f"Who set the label {inputs.accept_label!r} cannot be asked for: {problem}{problem.cure}.")
    if found is None:
        return _with(here, f"The label {inputs.accept_label!r}, which started this run, is not set any more.")
    documents.write(place, documents.override(found))
    return here


def _with(here: Situation, text: str) -> Situation:
    notice = Notice(code="label-not-counted", text=f"{text} It accepts nothing here.")
    return replace(here, notices=(*here.notices, notice))


def _search(inputs: Inputs, here: Situation, base_commit: BaseCommit, api: Api, pinned: str | None) -> Search:
    if base_commit.sha is None:
        return _none(f"the base commit is unknown: {base_commit.how}")
    try:
        workflow = _saving_workflow(inputs, api)
    except ApiError as problem:
        return _none(f"this run's own workflow file cannot be asked for: {problem}{problem.cure}")
    wanted = Wanted(
        suite=inputs.suite, base_sha=base_commit.sha, branches=here.branches, workflow=workflow, pinned=pinned
    )
    return search(api, wanted)


def _saving_workflow(inputs: Inputs, api: Api) -> str:
    """Return the path of the workflow file whose baselines count: that of this run, unless an input names another.

    Runners that do not tell this run's know its number.
    """
    if inputs.baseline_workflow:
        return f".github/workflows/{inputs.baseline_workflow}"
    if inputs.workflow_ref:
        return inputs.workflow_ref.removeprefix(f"{inputs.repository}/").partition("@")[0]
    if inputs.run_id is None:
        raise ApiError(None, "neither GITHUB_WORKFLOW_REF nor GITHUB_RUN_ID is set")
    return member(api.get(f"/actions/runs/{inputs.run_id}"), "path", str).partition("@")[0]


def _none(reason: str) -> Search:
    return Search(found=None, reason=reason, ignored=())


def _keep(outcome: Search, suite: str, folder: Path) -> None:
    """Keep the baseline where the report looks for it; one of an earlier use must not stay."""
    store = open_store(folder)
    store.forget(suite)
    if outcome.found:
        store.save(outcome.found.baseline)


def _tell_situation(here: Situation, base_commit: BaseCommit, console: Console) -> None:
    console.say(f"{here.event} ({here.kind}): head {here.head_sha}, checked out {here.checkout_sha}")
    console.say(f"base {base_commit.sha or 'unknown'}: {base_commit.how}")
    console.say(f"regressions accepted: {'yes' if here.accepts.yes else 'no'}, {here.accepts.reason}")
    console.say(f"save a baseline: {'yes' if here.save_baseline.yes else 'no'}, {here.save_baseline.reason}")
    for notice in here.notices:
        console.say(f"{notice.code}: {notice.text}")


def _tell_search(outcome: Search, console: Console) -> None:
    for line in outcome.ignored:
        console.say(f"ignored {line}")
    if outcome.found:
        candidate = outcome.found.candidate
        console.say(
            f"baseline: commit {candidate.commit}, {outcome.found.distance} commits before the base, "
            f"saved by run {candidate.run_id} (artifact {candidate.id}{_kept_until(candidate.expires_at)})"
        )
        console.say(f"history: {len(outcome.found.baseline.history)} sessions")
    else:
        console.say(f"no baseline: {outcome.reason}")


def _kept_until(expires_at: float) -> str:
    return f", kept until {datetime.fromtimestamp(expires_at, UTC):%Y-%m-%d}" if expires_at else ""
