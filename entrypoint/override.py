"""The label that lets regressions of one commit pass: whether it counts here, and who set it.

It counts in the run that setting it starts, and in no other: that event is where GitHub tells which commit was the
head just then. Times could not tell it: those of commits are their author's, and a push may bring an older commit back.
Setting labels takes the right to triage, which the author of a fork does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint.api import member
from entrypoint.facts import moment
from entrypoint.situations import Decision
from reporter.model import Override
from reporter.shared.errors import InputError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from entrypoint.api import Api
    from entrypoint.facts import Facts, PullRequest
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.model import Report

NO_LABEL = Decision(yes=False, reason="no label started this run")


def accepting(pull: PullRequest | None, facts: Facts, inputs: Inputs) -> Decision:
    """Decide whether setting the label is what this run is about."""
    if pull and inputs.accept_label and _is(facts.added_label, inputs.accept_label):
        return Decision(yes=True, reason=f"setting the label {inputs.accept_label!r} started this run")
    return NO_LABEL


def noticed(pull: PullRequest | None, facts: Facts, inputs: Inputs) -> tuple[Notice, ...]:
    """Return the notice that the label is there and does not count."""
    there = pull is not None and any(_is(name, inputs.accept_label) for name in pull.labels)
    if not there or accepting(pull, facts, inputs).yes:
        return ()
    text = (
        f"The label {inputs.accept_label!r} is on the pull request and did not start this run, so it accepts nothing "
        "here: it counts for the commit that was the head when it was set. Take it off and set it again for this one."
    )
    return (Notice(code="label-not-counted", text=text),)


def find(api: Api, pull_request: int, label: str, head_sha: str) -> Override | None:
    """Ask GitHub who set the label last; ``None`` when it is not set any more.

    Raises:
        ApiError: the history of the pull request cannot be read.
    """
    last = None
    for event in api.pages(f"/issues/{pull_request}/events"):
        named = event.get("label")
        if event.get("event") in ("labeled", "unlabeled") and isinstance(named, dict) and _is(named.get("name"), label):
            last = event
    if last is None or last["event"] != "labeled":
        return None
    by = member(last, "actor.login", str)
    return Override(label=label, by=by, at=moment(last.get("created_at")), commit=head_sha)


def confirm(report: Report, here: Situation, pull_request: int | None, inputs: Inputs, api: Api) -> None:
    """Hold what a report says of the label against GitHub: the file may be anybody's.

    Raises:
        ApiError: the history of the pull request cannot be read.
        InputError: nobody has accepted this commit, or somebody else than the report says.
    """
    claim = report.override
    if claim and confirmed(report, here, pull_request, inputs, api) is None:
        raise InputError(
            "override-unconfirmed",
            f"the report says that {claim.by} accepted the regressions of commit {claim.commit} with the label "
            f"{claim.label!r}, and GitHub does not confirm it",
            cure="set the label again, where the regressions are to be accepted",
        )


def confirmed(report: Report, here: Situation, pull_request: int | None, inputs: Inputs, api: Api) -> Override | None:
    """Return who accepted the regressions, as the report and GitHub say alike; ``None`` where they do not.

    Only this run's own event names the commit that was accepted. That of another run, which a ``workflow_run`` is
    about, is not known here: who caused it, and when, fits other commits of the same hour as well.

    Raises:
        ApiError: the history of the pull request cannot be read.
    """
    if report.override is None or not here.accepts.yes or pull_request is None:
        return None
    known = find(api, pull_request, inputs.accept_label, here.head_sha)
    return known if known == report.override else None


def _is(name: object, label: str) -> bool:
    """Compare labels as GitHub does."""
    return isinstance(name, str) and bool(label) and name.casefold() == label.casefold()
