"""What a run can be about: the vocabulary of ``context``, which decides it, and of everything that acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from entrypoint.facts import TriggeringRun
    from reporter.shared.model import Notice

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
    "requested",
    "repository_dispatch",
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
    ``run`` is the run whose report is published, where that is not what this job measured. ``accepts`` says whether
    somebody has just set the label that lets regressions of this very head pass, ``advisory`` whether what got worse
    only warns: nobody can take back what is on the default branch by not merging it.
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
    accepts: Decision
    advisory: bool = False
    notices: tuple[Notice, ...] = ()
    run: TriggeringRun | None = None

    @property
    def fork(self) -> bool:
        """Whether the code comes from another repository."""
        return self.kind == "fork_pull_request"
