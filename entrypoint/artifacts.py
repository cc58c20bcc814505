"""Choosing the baseline artifact: from our own workflow in our own repository, at the nearest ancestor of the base."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from entrypoint import base
from entrypoint.archive import ArchiveError, only_member
from entrypoint.download import artifact_zip
from entrypoint.facts import moment
from entrypoint.failures import ApiError
from reporter.model import Baseline
from reporter.shared.errors import InputError
from reporter.shared.model import FULL_COMMIT, Notice
from reporter.store import history, snapshot

if TYPE_CHECKING:
    from entrypoint.api import Api

MEMBER = "baseline.json.gz"
GONE = (404, 410)
DAY = 86_400.0
WARNED_DAYS = 7
MOST_FURTHER = 10
"""Artifacts that are looked at after one that was made again: one of them may be of its own commit, and nearer."""
SAVING_EVENTS = ("push", "workflow_dispatch", "schedule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``branches`` may have saved it; ``workflow`` is the path of the workflow file that saves baselines.

    ``pinned`` is the commit whose session the history has to hold, too.
    """

    suite: str
    base_sha: str
    branches: tuple[str, ...]
    workflow: str
    pinned: str | None = None

    @property
    def artifact(self) -> str:
        """The artifact's name."""
        return f"benchverdict-baseline-{self.suite}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An artifact that the list alone does not rule out. Times are Unix seconds, 0 when GitHub does not tell."""

    id: int
    run_id: int
    commit: str
    saved_at: float
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The chosen baseline; ``distance`` counts the commits from its own to the base. Its history is united."""

    candidate: Candidate
    distance: int
    baseline: Baseline

    @property
    def older(self) -> str | None:
        """Return the commit of a baseline that was not measured by the run of its artifact, but is from a store."""
        commit = self.baseline.suite.commit
        return commit if commit and FULL_COMMIT.fullmatch(commit) and commit != self.candidate.commit else None

    def notices(self, now: float) -> tuple[Notice, ...]:
        """Warn before the artifact is gone: a repository without pushes loses its last baseline silently.

        One that is kept for a few days only is warned of in the last quarter of them.
        """
        kept = (self.candidate.expires_at - self.candidate.saved_at) / DAY
        days = (self.candidate.expires_at - now) / DAY
        if not 0 < days < min(WARNED_DAYS, kept / 4):
            return ()
        text = (
            f"The baseline of commit {self.candidate.commit} expires in {max(1, round(days))} days, and no newer "
            "one is nearer. A push to the default branch saves a new one, and so does running the workflow by hand "
            "with save-baseline; the input retention-days keeps it longer."
        )
        return (Notice(code="baseline-expires", text=text),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The outcome: a baseline, or the reason why there is none; and a line per artifact that was passed over."""

    found: Found | None
    reason: str | None
    ignored: tuple[str, ...]


def search(api: Api, wanted: Wanted) -> Search:
    """Find and download the baseline. Nothing raises: a run without baseline goes on and says why."""
    ignored: list[str] = []
    try:
        found = _search(api, wanted, ignored)
    except ApiError as problem:
        reason = f"the saved baselines cannot be read: {problem}{problem.cure}"
        return Search(found=None, reason=reason, ignored=tuple(ignored))
    return Search(found=found, reason=None if found else _no_baseline(wanted, ignored), ignored=tuple(ignored))


def _no_baseline(wanted: Wanted, ignored: list[str]) -> str:
    where = " or ".join(wanted.branches)
    if not ignored:
        return f"no run on {where} has saved a baseline yet (artifact {wanted.artifact})"
    return f"none of the {len(ignored)} artifacts {wanted.artifact} can be used; the last one: {ignored[-1]}"


def _search(api: Api, wanted: Wanted, ignored: list[str]) -> Found | None:
    candidates = []
    for artifact in api.pages("/actions/artifacts", "artifacts", name=wanted.artifact):
        problem = _listed_problem(artifact, wanted)
        if problem:
            ignored.append(f"artifact {artifact.get('id')}: {problem}")
        else:
            candidates.append(_candidate(artifact))
    distances = base.distances(api, wanted.base_sha, {candidate.commit for candidate in candidates})
    ignored += [_not_an_ancestor(candidate, wanted) for candidate in candidates if candidate.commit not in distances]
    near = [candidate for candidate in candidates if candidate.commit in distances]
    found = _nearest(api, wanted, near, distances, ignored)
    if found is None:
        return None
    others = _others(api, wanted, found, [*_newest(near), *_of_pinned(candidates, wanted)], ignored)
    return replace(found, baseline=history.unite(found.baseline, others, pinned=wanted.pinned))


def _nearest(
    api: Api, wanted: Wanted, near: list[Candidate], distances: dict[str, int], ignored: list[str]
) -> Found | None:
    """Return the baseline whose own commit is nearest to the base; of two as near, that of its own run.

    One that was made again from a store is of an older commit than its run, or of one that came after the base.
    """
    again: Found | None = None
    further = 0
    for candidate in sorted(near, key=lambda each: (distances[each.commit], -each.saved_at)):
        if again and (distances[candidate.commit] > again.distance or further == MOST_FURTHER):
            break
        further += again is not None
        baseline = _content(api, candidate, wanted)
        if isinstance(baseline, str):
            ignored.append(f"artifact {candidate.id} of commit {candidate.commit}: {baseline}")
            continue
        found = Found(candidate=candidate, distance=distances[candidate.commit], baseline=baseline)
        if found.older is None:
            return found
        distance = _distance(api, wanted, found.older, distances)
        if distance is None:
            ignored.append(_not_an_ancestor(replace(candidate, commit=found.older), wanted))
        elif again is None or distance < again.distance:
            again = replace(found, distance=distance)
    return again


def _distance(api: Api, wanted: Wanted, commit: str, distances: dict[str, int]) -> int | None:
    """Return how far a commit is from the base; each is asked for once, and ``None`` is no ancestor."""
    if commit not in distances:
        distances[commit] = base.distances(api, wanted.base_sha, {commit}).get(commit, _NO_ANCESTOR)
    found = distances[commit]
    return None if found == _NO_ANCESTOR else found


def _newest(near: list[Candidate]) -> list[Candidate]:
    return sorted(near, key=lambda each: -each.saved_at)[: history.KEPT]


def _of_pinned(candidates: list[Candidate], wanted: Wanted) -> list[Candidate]:
    """Return what was saved at the pinned commit, however far from the base: its session may be in no history yet."""
    pinned = wanted.pinned
    return [each for each in candidates if pinned is not None and each.commit.startswith(pinned)]


def _others(api: Api, wanted: Wanted, chosen: Found, candidates: list[Candidate], ignored: list[str]) -> list[Baseline]:
    """Return the baselines that hold a session which is not known yet: they were saved at the same time as others.

    An artifact holds the session of its own commit. One whose commit is in a history that we have brings nothing new.
    """
    others: list[Baseline] = []
    for candidate in candidates:
        known = {session.commit for each in (chosen.baseline, *others) for session in each.history}
        if candidate.id == chosen.candidate.id or candidate.commit in known:
            continue
        try:
            found = _content(api, candidate, wanted)
        except ApiError as problem:
            ignored.append(f"the histories of older artifacts from {candidate.id} on: {problem}{problem.cure}")
            break
        if isinstance(found, Baseline):
            others.append(found)
    return others


def _listed_problem(artifact: dict[str, Any], wanted: Wanted) -> str | None:
    """Return why the list's entry alone rules an artifact out. A fork's branch may be called ``main``, too."""
    run = artifact.get("workflow_run")
    run = run if isinstance(run, dict) else {}
    if artifact.get("name") != wanted.artifact:
        return "another name"
    if artifact.get("expired"):
        return f"expired {artifact.get('expires_at')}"
    numbers = (artifact.get("id"), *(run.get(key) for key in ("id", "repository_id", "head_repository_id")))
    if not all(isinstance(value, int) for value in numbers) or not isinstance(run.get("head_sha"), str):
        return "GitHub does not tell which run saved it"
    if run["head_repository_id"] != run["repository_id"]:
        return f"saved by a run of another repository (a fork), on its branch {run.get('head_branch')!r}"
    if run.get("head_branch") not in wanted.branches:
        return f"saved on branch {run.get('head_branch')!r}, not on {' or '.join(wanted.branches)}"
    return None


def _candidate(artifact: dict[str, Any]) -> Candidate:
    run = artifact["workflow_run"]
    return Candidate(
        id=artifact["id"],
        run_id=run["id"],
        commit=run["head_sha"],
        saved_at=moment(artifact.get("created_at")) or 0.0,
        expires_at=moment(artifact.get("expires_at")) or 0.0,
    )


def _not_an_ancestor(candidate: Candidate, wanted: Wanted) -> str:
    limit = f"none of the last {base.HISTORY_LIMIT} ancestors of the base commit {wanted.base_sha}"
    return f"artifact {candidate.id} of commit {candidate.commit}: {limit}"


_NO_ANCESTOR = -1
_NAME_IT = " (the input baseline-workflow names the file that saves baselines)"


def _run_problem(api: Api, candidate: Candidate, wanted: Wanted) -> str | None:
    """Rule out runs of another workflow file and runs that somebody outside can start. None need have succeeded."""
    run = api.get(f"/actions/runs/{candidate.run_id}")
    event, path = run.get("event"), str(run.get("path")).partition("@")[0]
    if event not in SAVING_EVENTS:
        return f"its run was started by {event!r}, not by {', '.join(SAVING_EVENTS)}"
    if path != wanted.workflow:
        return f"saved by the workflow {path!r}, not by {wanted.workflow}{_NAME_IT}"
    return None


def _content(api: Api, candidate: Candidate, wanted: Wanted) -> Baseline | str:
    """Return the baseline, or say why this artifact is of no use although another one may be."""
    try:
        return _run_problem(api, candidate, wanted) or _downloaded(api, candidate, wanted.suite)
    except ArchiveError as problem:
        return str(problem)
    except InputError as problem:
        return problem.what
    except ApiError as problem:
        if problem.status in GONE:
            return f"it, or the run that saved it, is not there any more: {problem}"
        raise


def _downloaded(api: Api, candidate: Candidate, suite: str) -> Baseline | str:
    found = snapshot.load(only_member(artifact_zip(api, candidate.id), MEMBER), MEMBER)
    return found if found.suite.name == suite else f"it holds the suite {found.suite.name!r}"
