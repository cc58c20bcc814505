"""What a run may do, with the reason: save a baseline, comment on a pull request, write a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint.situations import Decision
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from entrypoint.facts import Facts, PullRequest, TriggeringRun
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Kind
    from reporter.decide.shards import Shard


def is_default(facts: Facts, ref: str) -> bool:
    """Return whether a ref is the default branch."""
    return facts.default_branch is not None and ref == f"refs/heads/{facts.default_branch}"


def saving(kind: Kind, facts: Facts, inputs: Inputs) -> Decision:
    """Return whether a baseline is saved: only from trusted code at the tip of the default branch."""
    if kind in ("pull_request", "fork_pull_request"):
        return Decision(yes=False, reason="a pull request never saves a baseline")
    if inputs.stage != "all":
        return Decision(yes=False, reason="this stage measures nothing")
    if inputs.save_baseline == "false":
        return Decision(yes=False, reason="the input save-baseline is false")
    if kind not in ("push_default", "workflow_dispatch", "schedule"):
        return Decision(yes=False, reason=f"the event is {_KIND_WORDS[kind]}")
    if not is_default(facts, inputs.ref):
        branch = facts.default_branch or "unknown"
        return Decision(yes=False, reason=f"{inputs.ref or 'no ref'} is not the default branch ({branch})")
    if inputs.checkout_sha and inputs.checkout_sha != inputs.sha:
        return Decision(
            yes=False, reason=f"the checked out commit {inputs.checkout_sha} is not this run's commit {inputs.sha}"
        )
    return _asked_to_save(kind, facts, inputs)


def _asked_to_save(kind: Kind, facts: Facts, inputs: Inputs) -> Decision:
    if inputs.save_baseline == "true":
        return Decision(yes=True, reason="the input save-baseline is true, on the default branch")
    if kind == "push_default":
        return Decision(yes=True, reason="a push to the default branch")
    if facts.asks_to_save:
        return Decision(yes=True, reason="the dispatch on the default branch asks for it")
    return Decision(yes=False, reason=f"{_KIND_WORDS[kind]} that did not ask for it (save-baseline: true)")


def not_saved(saving: Decision, inputs: Inputs) -> tuple[Notice, ...]:
    """Return a notice where a baseline was asked for and is not saved."""
    if saving.yes or inputs.save_baseline != "true":
        return ()
    text = f"The input save-baseline is true, and no baseline is saved: {saving.reason}."
    return (Notice(code="baseline-not-saved", text=text),)


_KIND_WORDS: dict[Kind, str] = {
    "pull_request": "a pull request",
    "fork_pull_request": "a pull request from a fork",
    "push_default": "a push to the default branch",
    "push_branch": "a push to another branch than the default",
    "push_tag": "a push of a tag",
    "workflow_dispatch": "a dispatch",
    "schedule": "a schedule",
    "merge_group": "a merge queue, whose commits may never become the branch",
    "workflow_run": "the end of another run",
    "requested": "a comment",
    "repository_dispatch": "a repository dispatch, which may measure whatever its sender names",
    "other": "none that saves a baseline",
}


def commenting(pull: PullRequest | None, inputs: Inputs) -> Decision:
    """Return whether a run that measured comments on its pull request."""
    if pull is None:
        return Decision(yes=False, reason="there is no pull request to comment on")
    if inputs.comment == "never":
        return Decision(yes=False, reason="the input comment is never")
    if inputs.shard:
        return _decided_together(inputs.shard)
    if pull.closed:
        return Decision(yes=False, reason=f"pull request #{pull.number} is closed")
    return commenting_on(pull.number, inputs)


def commenting_on(number: int, inputs: Inputs) -> Decision:
    """Return whether there is a comment on a pull request that is known."""
    if inputs.comment == "never":
        return Decision(yes=False, reason="the input comment is never")
    return Decision(yes=True, reason=f"pull request #{number}, comment: {inputs.comment}")


def commenting_for(run: TriggeringRun, inputs: Inputs) -> Decision:
    """Return whether what another run measured is a comment."""
    if run.event != "pull_request":
        return Decision(yes=False, reason=f"run {run.id} was started by {run.event!r}, not by a pull request")
    if inputs.comment == "never":
        return Decision(yes=False, reason="the input comment is never")
    return Decision(yes=True, reason=f"the pull request of run {run.id}, comment: {inputs.comment}")


def checking(kind: Kind, inputs: Inputs) -> Decision:
    """Return whether the run writes a check."""
    if inputs.check == "false":
        return Decision(yes=False, reason="the input check is false")
    if kind not in ("pull_request", "fork_pull_request", "merge_group", "workflow_run", "requested"):
        return Decision(yes=False, reason="there is neither a pull request nor a merge queue to check")
    if inputs.shard:
        return _decided_together(inputs.shard)
    return Decision(yes=True, reason=f"check: {inputs.check}")


def _decided_together(shard: Shard) -> Decision:
    return Decision(yes=False, reason=f"this is {shard}: a job with stage: aggregate tells of all of them")
