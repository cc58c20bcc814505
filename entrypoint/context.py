"""Which situation is this run in: one pure function, ``situation``, of the event, its facts and the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint import override, permissions
from entrypoint.facts import TriggeringRun
from entrypoint.situations import Base, Decision, Situation
from reporter.shared.errors import UsageError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from entrypoint.facts import Facts, PullRequest
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Kind


_REFUSED = {
    "pull_request_target": "pull-request-target",
    "workflow_run": "workflow-run",
}
"""Events with this repository's rights that a fork's pull request can cause, and the code of the refusal."""


def situation(event: str, facts: Facts, inputs: Inputs) -> Situation:
    """Decide everything that the event decides.

    Raises:
        UsageError: the event would run foreign code with this repository's rights, or has nothing for this stage.
    """
    if event == "issue_comment":
        return _requested(facts, inputs)
    _refuse_head_sha(event, inputs)
    if inputs.stage == "publish" or (inputs.stage == "aggregate" and event == "workflow_run"):
        return _publishing(event, facts, inputs)
    _refuse_event(event)
    kind = kind_of(event, facts, inputs.ref)
    pull = facts.pull_request if kind in ("pull_request", "fork_pull_request") else None
    checkout = inputs.checkout_sha or inputs.sha
    group = facts.merge_group if kind == "merge_group" else None
    base_branch = pull.base_branch if pull else group.base_branch if group else None
    saving = permissions.saving(kind, facts, inputs)
    return Situation(
        event=event,
        kind=kind,
        pull_request=pull.number if pull else None,
        head_sha=pull.head_sha if pull else group.head_sha if group else checkout,
        checkout_sha=checkout,
        base=_base_of_pull(pull, inputs) if pull else _base_of_branch(event, facts, inputs),
        branches=_branches(base_branch, facts),
        save_baseline=saving,
        comment=permissions.commenting(pull, inputs),
        check=permissions.checking(kind, inputs),
        accepts=override.accepting(pull, facts, inputs),
        advisory=saving.yes and inputs.fail_on is None,
        notices=(
            *_notices(pull, inputs),
            *override.noticed(pull, facts, inputs),
            *permissions.not_saved(saving, inputs),
        ),
    )


def _refuse_head_sha(event: str, inputs: Inputs) -> None:
    if inputs.head_sha:
        raise UsageError(
            "input-head-sha",
            f"the input 'head-sha' is for comments that ask for benchmarks, and the event is '{event}'",
            cure="leave it out, or trigger the workflow on 'issue_comment' as docs/requests.md shows",
        )


def _refuse_event(event: str) -> None:
    if event in _REFUSED:
        raise UsageError(
            _REFUSED[event],
            f"benchmarks do not run on '{event}': strangers can start it, and it gives their code this repository's "
            "secrets and a token that may write",
            cure="trigger the workflow on 'pull_request'; a 'workflow_run' may publish what was measured there "
            "(stage: publish)",
        )


def _requested(facts: Facts, inputs: Inputs) -> Situation:
    """Measure what ``stage: request`` allowed and nothing else, or tell what came of it; never both in one job."""
    comment = facts.comment
    if comment is None or not comment.on_pull_request or not inputs.head_sha:
        raise UsageError(
            "issue-comment",
            "anybody can comment, and the job has this repository's secrets and rights: benchmarks run only for the "
            "commit that a job with 'stage: request' has allowed, and the input 'head-sha' names none",
            cure="use the three jobs that docs/requests.md shows",
        )
    measures = inputs.stage == "all"
    pull = facts.pull_request if measures else None
    saving = Decision(yes=False, reason="what somebody asked for in a comment is never a baseline")
    silent = Decision(yes=False, reason="the job that measures on request writes nothing; stage: publish does")
    return Situation(
        event="issue_comment",
        kind="requested",
        pull_request=comment.number,
        head_sha=inputs.head_sha,
        checkout_sha=inputs.checkout_sha if measures else "",
        base=Base(rule="merge_base", sha=pull.base_sha if pull else inputs.sha),
        branches=_branches(pull.base_branch if pull else None, facts),
        save_baseline=saving,
        comment=silent if measures else permissions.commenting_on(comment.number, inputs),
        check=silent if measures else permissions.checking("requested", inputs),
        accepts=override.NO_LABEL,
        notices=(*(() if pull or not measures else (_BASE_UNKNOWN,)), *permissions.not_saved(saving, inputs)),
        run=None if measures else own_run(inputs, "issue_comment", inputs.head_sha),
    )


def refuse_other_checkout(here: Situation) -> None:
    """Refuse to measure on request what was not asked for; only the step that plans the measuring knows what is there.

    Raises:
        UsageError: the workspace holds another commit than the allowed one.
    """
    if here.kind == "requested" and here.checkout_sha != here.head_sha:
        raise UsageError(
            "request-checkout",
            f"benchmarks were allowed for commit {here.head_sha}, and the workspace holds "
            f"{here.checkout_sha or 'no git checkout'}",
            cure="give actions/checkout `ref:` the same output as this input",
        )


_BASE_UNKNOWN = Notice(
    code="base-branch-unknown",
    text="The pull request could not be asked for its base branch, so the default branch is taken for it. "
    "The job needs `permissions: pull-requests: read`.",
)


def own_run(inputs: Inputs, event: str, head_sha: str) -> TriggeringRun:
    """Return this run as other runs are described; whose code it ran stays unknown."""
    return TriggeringRun(
        id=inputs.run_id or 0,
        attempt=inputs.run_attempt,
        event=event,
        head_sha=head_sha,
        head_branch=None,
        head_owner=None,
        head_repository_id=None,
        page=inputs.run_page,
    )


def _branches(base_branch: str | None, facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (base_branch, facts.default_branch) if name))


def _publishing(event: str, facts: Facts, inputs: Inputs) -> Situation:
    """Publish what another run measured: nothing is checked out, and nothing runs that the other run brought."""
    run = facts.run
    if event != "workflow_run" or run is None:
        raise UsageError(
            "stage-publish",
            f"'stage: publish' tells the reviewers what another run measured, and '{event}' tells of no other run",
            cure="trigger this workflow on 'workflow_run', types: [completed]; or leave the input 'stage' out",
        )
    return Situation(
        event=event,
        kind="workflow_run",
        pull_request=None,
        head_sha=run.head_sha,
        checkout_sha="",
        base=Base(rule="none", sha=None),
        branches=(),
        save_baseline=Decision(yes=False, reason="this stage measures nothing"),
        comment=permissions.commenting_for(run, inputs),
        check=permissions.checking("workflow_run" if run.event == "pull_request" else "other", inputs),
        accepts=override.NO_LABEL,
        run=run,
    )


def kind_of(event: str, facts: Facts, ref: str) -> Kind:
    """Return what kind of run an event makes."""
    if event == "pull_request" and facts.pull_request:
        return "fork_pull_request" if facts.pull_request.fork else "pull_request"
    if event == "merge_group" and facts.merge_group:
        return "merge_group"
    if event == "push":
        if ref.startswith("refs/tags/"):
            return "push_tag"
        return "push_default" if permissions.is_default(facts, ref) else "push_branch"
    return _BY_NAME.get(event, "other")


_BY_NAME: dict[str, Kind] = {
    "workflow_dispatch": "workflow_dispatch",
    "schedule": "schedule",
    "repository_dispatch": "repository_dispatch",
}


def _is_test_merge(pull: PullRequest, inputs: Inputs) -> bool:
    """Distinguish GitHub's merge of the pull request into its base from the head itself (which may be a merge, too)."""
    two_parents = len(inputs.checkout_parents) == 2
    merges_head = two_parents and inputs.checkout_parents[1] == pull.head_sha
    return merges_head or (two_parents and inputs.checkout_sha == inputs.sha != pull.head_sha)


def _base_of_pull(pull: PullRequest, inputs: Inputs) -> Base:
    if _is_test_merge(pull, inputs):
        return Base(rule="first_parent", sha=inputs.checkout_parents[0])
    return Base(rule="merge_base", sha=pull.base_sha)


def _base_of_branch(event: str, facts: Facts, inputs: Inputs) -> Base:
    """Compare a push and a queue with what was there before; others with the checked out commit's own baseline."""
    if event == "merge_group" and facts.merge_group:
        return Base(rule="queue", sha=facts.merge_group.base_sha)
    if event == "repository_dispatch" and inputs.checkout_sha not in ("", inputs.sha):
        return Base(rule="merge_base", sha=inputs.sha)  # the workflow checked out what somebody asked for
    if event != "push":
        return Base(rule="checkout", sha=inputs.checkout_sha or inputs.sha)
    if facts.before:
        return Base(rule="before_push", sha=facts.before)
    if inputs.checkout_parents:
        return Base(rule="parent", sha=inputs.checkout_parents[0])
    return Base(rule="none", sha=None)


def _notices(pull: PullRequest | None, inputs: Inputs) -> tuple[Notice, ...]:
    if pull is None or inputs.checkout_sha == pull.head_sha or _is_test_merge(pull, inputs):
        return ()
    found = f"commit {inputs.checkout_sha}" if inputs.checkout_sha else "no git checkout"
    text = (
        f"The workspace holds {found}: neither GitHub's test merge nor the head {pull.head_sha} of the pull request. "
        "The base is taken as if it were the head; check out one of the two with actions/checkout."
    )
    return (Notice(code="checkout-unknown", text=text),)
