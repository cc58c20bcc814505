"""What GitLab tells a job in the pipeline of a merge request: which one it is, and which commits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reporter.shared.errors import UsageError
from reporter.shared.model import FULL_COMMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = "BENCHVERDICT_GITLAB_TOKEN"  # noqa: S105 - the name of a variable
_NUMBER = r"[0-9]{1,19}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What GitLab tells a job of a merge request's pipeline, and the token.

    ``head`` is the commit under review, ``checkout`` what the pipeline measures: the same, or GitLab's test merge.
    """

    server: str
    project: str
    project_url: str
    merge_request: int
    head: str
    checkout: str
    pipeline: int
    token: str = field(repr=False)

    @property
    def page(self) -> str:
        """Return the page of the merge request."""
        return f"{self.project_url}/-/merge_requests/{self.merge_request}"

    @property
    def pipeline_page(self) -> str:
        """Return the page of the pipeline, where the report can be downloaded."""
        return f"{self.project_url}/-/pipelines/{self.pipeline}"


def job_of(environ: Mapping[str, str]) -> Job:
    """Return what GitLab tells this job.

    Raises:
        UsageError: this is no job of a merge request's pipeline, or it has no token.
    """
    found = {name: environ.get(name, "").strip() for name in _WANTED}
    wrong = [name for name, wanted in _WANTED.items() if not re.fullmatch(wanted, found[name])]
    if wrong:
        raise UsageError(
            "not-in-a-merge-request",
            f"{wrong[0]} is not what GitLab sets in the pipeline of a merge request",
            cure='give the job `rules: - if: $CI_PIPELINE_SOURCE == "merge_request_event"`',
        )
    token = environ.get(TOKEN, "").strip()
    if not token:
        cure = "make it a masked variable for the environment of this job alone, as docs/ecosystems/gitlab.md shows"
        raise UsageError("no-gitlab-token", f"{TOKEN} is not set, so no note can be written", cure=cure)
    source = environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "").strip()
    return Job(
        server=found["CI_SERVER_URL"],
        project=found["CI_MERGE_REQUEST_PROJECT_ID"],
        project_url=found["CI_MERGE_REQUEST_PROJECT_URL"],
        merge_request=int(found["CI_MERGE_REQUEST_IID"]),
        head=source if FULL_COMMIT.fullmatch(source) else found["CI_COMMIT_SHA"],
        checkout=found["CI_COMMIT_SHA"],
        pipeline=int(found["CI_PIPELINE_ID"]),
        token=token,
    )


_WANTED = {
    "CI_SERVER_URL": r"https?://[^\s]{1,500}",
    "CI_MERGE_REQUEST_PROJECT_ID": _NUMBER,
    "CI_MERGE_REQUEST_PROJECT_URL": r"https?://[^\s]{1,1000}",
    "CI_MERGE_REQUEST_IID": _NUMBER,
    "CI_COMMIT_SHA": FULL_COMMIT.pattern,
    "CI_PIPELINE_ID": _NUMBER,
}
