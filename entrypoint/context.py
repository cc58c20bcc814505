"""Which situation is this run in: one pure function, ``situation``, of the event, its facts and the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reporter.errors import UsageError
from reporter.model import Notice

if TYPE_CHECKING:
    from entrypoint.facts import Facts, PullRequest, TriggeringRun
    from entrypoint.inputs import Inputs
    from reporter.decide.shards import Shard

Kind = Literal[
    "pull_request",
    "fork_pull_request",
    "push_default",
    "push_branch",
    "push_tag",
    "workflow_dispatch",
    "schedule",
    "merge_group",
    "workflow_run",
    "other",
]
BaseRule = Literal["first_parent", "merge_base", "queue", "before_push", "parent", "checkout", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """How the base commit is found: ``sha`` is the base, or for ``merge_base`` the tip of the base branch."""

    rule: BaseRule
    sha: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A yes or no with its reason in words."""

    yes: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that follows from the event.

    ``head_sha`` is the commit under review; ``checkout_sha`` what is measured (of a pull request usually GitHub's test
    merge). ``branches`` are those whose saved baselines may be used. ``base`` is made a commit by ``entrypoint.base``.
    ``run`` is the run whose report is published, where that is another run than this one.
    """

    event: str
    kind: Kind
    pull_request: int | None
    head_sha: str
    checkout_sha: str
    base: Base
    branches: tuple[str, ...]
    save_baseline: Decision
    comment: Decision
    check: Decision
    notices: tuple[Notice, ...] = ()
    run: TriggeringRun | None = None

    @property
    def fork(self) -> bool:
        """Whether the code comes from another repository."""
        return self.kind == "fork_pull_request"


_REFUSED = {
    "pull_request_target": "pull-request-target",
    "workflow_run": "workflow-run",
    "issue_comment": "issue-comment",
}
"""Events with this repository's rights that a fork's pull request can cause, and the code of the refusal."""


def situation(event: str, facts: Facts, inputs: Inputs) -> Situation:
    """Decide everything that the event decides.

    Raises:
        UsageError: the event would run foreign code with this repository's rights, or has nothing for this stage.
    """
    if inputs.stage == "publish" or (inputs.stage == "aggregate" and event == "workflow_run"):
        return _publishing(event, facts, inputs)
    if event in _REFUSED:
        raise UsageError(
            _REFUSED[event],
            f"benchmarks do not run on '{event}': strangers can start it, and it gives their code this repository's "
            "secrets and a token that may write",
            cure="trigger the workflow on 'pull_request'; a 'workflow_run' may publish what was measured there "
            "(stage: publish)",
        )
    kind = _kind(event, facts, inputs.ref)
    pull = facts.pull_request if kind in ("pull_request", "fork_pull_request") else None
    checkout = inputs.checkout_sha or inputs.sha
    group = facts.merge_group if kind == "merge_group" else None
    base_branch = pull.base_branch if pull else group.base_branch if group else None
    return Situation(
        event=event,
        kind=kind,
        pull_request=pull.number if pull else None,
        head_sha=pull.head_sha if pull else group.head_sha if group else checkout,
        checkout_sha=checkout,
        base=_base_of_pull(pull, inputs) if pull else _base_of_branch(event, facts, inputs),
        branches=tuple(dict.fromkeys(name for name in (base_branch, facts.default_branch) if name)),
        save_baseline=_saving(kind, facts, inputs),
        comment=_commenting(pull, inputs),
        check=_checking(kind, inputs),
        notices=_notices(pull, inputs),
    )


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
        comment=_commenting_for(run, inputs),
        check=_checking("workflow_run" if run.event == "pull_request" else "other", inputs),
        run=run,
    )


def _kind(event: str, facts: Facts, ref: str) -> Kind:
    if event == "pull_request" and facts.pull_request:
        return "fork_pull_request" if facts.pull_request.fork else "pull_request"
    if event == "merge_group" and facts.merge_group:
        return "merge_group"
    if event == "push":
        if ref.startswith("refs/tags/"):
            return "push_tag"
        return "push_default" if _is_default(facts, ref) else "push_branch"
    if event == "workflow_dispatch":
        return "workflow_dispatch"
    return "schedule" if event == "schedule" else "other"


def _is_default(facts: Facts, ref: str) -> bool:
    return facts.default_branch is not None and ref == f"refs/heads/{facts.default_branch}"


def _is_test_merge(pull: PullRequest, inputs: Inputs) -> bool:
    """Tell GitHub's merge of the pull request into its base from the head itself (which may be a merge, too)."""
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
    if event != "push":
        return Base(rule="checkout", sha=inputs.checkout_sha or inputs.sha)
    if facts.before:
        return Base(rule="before_push", sha=facts.before)
    if inputs.checkout_parents:
        return Base(rule="parent", sha=inputs.checkout_parents[0])
    return Base(rule="none", sha=None)


def _saving(kind: Kind, facts: Facts, inputs: Inputs) -> Decision:
    """Save from trusted code at the tip of the default branch only: everybody's results are compared with it."""
    if kind in ("pull_request", "fork_pull_request"):
        return Decision(yes=False, reason="a pull request never saves a baseline")
    if inputs.stage != "all":
        return Decision(yes=False, reason="this stage measures nothing")
    if inputs.save_baseline == "false":
        return Decision(yes=False, reason="the input save-baseline is false")
    if kind not in ("push_default", "workflow_dispatch", "schedule"):
        return Decision(yes=False, reason=f"the event is {_KIND_WORDS[kind]}")
    if not _is_default(facts, inputs.ref):
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
    "other": "none that saves a baseline",
}


def _commenting(pull: PullRequest | None, inputs: Inputs) -> Decision:
    if pull is None:
        return Decision(yes=False, reason="there is no pull request to comment on")
    if inputs.comment == "never":
        return Decision(yes=False, reason="the input comment is never")
    if inputs.shard:
        return _told_together(inputs.shard)
    if pull.closed:
        return Decision(yes=False, reason=f"pull request #{pull.number} is closed")
    return Decision(yes=True, reason=f"pull request #{pull.number}, comment: {inputs.comment}")


def _commenting_for(run: TriggeringRun, inputs: Inputs) -> Decision:
    if run.event != "pull_request":
        return Decision(yes=False, reason=f"run {run.id} was started by {run.event!r}, not by a pull request")
    if inputs.comment == "never":
        return Decision(yes=False, reason="the input comment is never")
    return Decision(yes=True, reason=f"the pull request of run {run.id}, comment: {inputs.comment}")


def _checking(kind: Kind, inputs: Inputs) -> Decision:
    if inputs.check == "false":
        return Decision(yes=False, reason="the input check is false")
    if kind not in ("pull_request", "fork_pull_request", "merge_group", "workflow_run"):
        return Decision(yes=False, reason="there is neither a pull request nor a merge queue to check")
    if inputs.shard:
        return _told_together(inputs.shard)
    return Decision(yes=True, reason=f"check: {inputs.check}")


def _told_together(shard: Shard) -> Decision:
    return Decision(yes=False, reason=f"this is {shard}: a job with stage: aggregate tells of all of them")


def _notices(pull: PullRequest | None, inputs: Inputs) -> tuple[Notice, ...]:
    if pull is None or inputs.checkout_sha == pull.head_sha or _is_test_merge(pull, inputs):
        return ()
    found = f"commit {inputs.checkout_sha}" if inputs.checkout_sha else "no git checkout"
    text = (
        f"The workspace holds {found}: neither GitHub's test merge nor the head {pull.head_sha} of the pull request. "
        "The base is taken as if it were the head; check out one of the two with actions/checkout."
    )
    return (Notice(code="checkout-unknown", text=text),)
