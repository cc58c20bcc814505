"""The one comment per pull request and suite: found by its marker and author, created once, updated after.

Several jobs may publish at the same time, and no forge has a way to write a comment only if nobody else has. So after
every write we wait a little and look again, until one comment is left and holds the newest run: the oldest comment is
kept, brought to the newest text among all of ours, and only then the others are removed.

How comments are listed and written is the forge's: ``comments_github.py`` and ``comments_gitlab.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from entrypoint import writer
from entrypoint.writer import Writer, name_taken
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from entrypoint.failures import Patience

LIMIT = 65_536
"""Characters of a comment; GitHub refuses longer ones, and GitLab takes more."""
LOST_ANSWERS = 2
"""How many answers to a POST may be lost before it is given up."""
ROUNDS = 60
"""Looks at the comments: as many jobs may take turns in changing one."""

_STAMP = re.compile(
    r"<!-- benchverdict run: ([0-9a-f]{1,64}) (\d{1,19}) (\d{1,9}) (report|none)(?: by (\S{1,80}))? -->"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which run a comment tells of, hidden in its second line. Of one commit the higher run, then attempt, is newer.

    ``writer`` is who wrote it; ``None`` where that is not known.
    """

    head_sha: str
    run: int
    attempt: int
    has_report: bool
    writer: Writer | None = None

    def __str__(self) -> str:
        kind = "report" if self.has_report else "none"
        by = f" by {self.writer}" if self.writer and self.writer.use else ""
        return f"<!-- benchverdict run: {self.head_sha} {self.run} {self.attempt} {kind}{by} -->"

    def is_taken_by(self, comment: Comment) -> bool:
        """Return whether another job of our run wrote a comment of ours."""
        theirs = comment.stamp
        return self.writer is not None and theirs is not None and self.writer.is_beside(theirs.writer)

    def rank_of(self, comment: Comment) -> tuple[int, int]:
        """Rank a comment by its run; one about another commit than ours is the lowest, for ours is the newest."""
        theirs = comment.stamp
        return (theirs.run, theirs.attempt) if theirs and theirs.head_sha == self.head_sha else (-1, -1)

    @property
    def rank(self) -> tuple[int, int]:
        """Our own place among the runs of our commit."""
        return self.run, self.attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment of the pull request that starts with our marker, by any author."""

    id: int
    author: str
    body: str
    url: str

    @property
    def stamp(self) -> Stamp | None:
        """Which run it tells of; ``None`` where it does not say."""
        lines = self.body.splitlines()
        found = _STAMP.fullmatch(lines[1].strip()) if len(lines) > 1 else None
        if found is None:
            return None
        return Stamp(
            head_sha=found[1],
            run=int(found[2]),
            attempt=int(found[3]),
            has_report=found[4] == "report",
            writer=writer.parse(found[5] or ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of it: the comment that is there now, if any, and why it tells of another run than ours."""

    comment: Comment | None
    notice: Notice | None = None


class Thread(Protocol):
    """The comments of one pull request, as its forge lists and writes them."""

    def head(self) -> str:
        """Return the commit that is the pull request's head now."""

    def ours(self, marker: str, body: str) -> list[Comment]:
        """Return the comments of ours that start with a marker, oldest first; ``body`` is what we have sent last."""

    def create(self, body: str) -> Comment | None:
        """Begin a comment; ``None`` where the answer was lost, so that it may be there."""

    def change(self, comment: int, body: str) -> Comment:
        """Replace the text of a comment."""

    def remove(self, comment: int) -> None:
        """Remove a comment; one that is gone already is fine."""


@dataclass(slots=True, kw_only=True)
class Place:
    """The comments of one suite on one pull request."""

    thread: Thread
    suite: str
    patience: Patience

    @property
    def marker(self) -> str:
        """The hidden first line that tells our comments; suite names hold nothing that could end it."""
        return f"<!-- benchverdict comment: {self.suite} -->"

    def room(self, stamp: Stamp) -> int:
        """Characters that are left for the text below the marker and the stamp."""
        return LIMIT - len(self.marker) - len(str(stamp)) - 2

    def upsert(self, text: str, stamp: Stamp, *, start: bool) -> Brought:
        """Bring our comment to this text: nothing is sent when it has it. Without ``start`` none is begun.

        Raises:
            ApiError: the forge refuses, or does not answer.
            UsageError: another job of this run has written it.
        """
        body = f"{self.marker}\n{stamp}\n{text}"
        brought, changed = Brought(comment=None), False
        for _ in range(ROUNDS):
            newest = self.thread.head()
            if newest != stamp.head_sha:
                return Brought(comment=brought.comment, notice=_stale(stamp.head_sha, newest))
            ours = self.thread.ours(self.marker, body)
            if any(map(stamp.is_taken_by, ours)):
                raise name_taken(self.suite)
            if not ours and (brought.comment or not start):
                return brought  # what was written may be listed later
            again = changed
            brought, changed = self._improve(ours, body, stamp, again=again) if ours else self._begin(body)
            if not changed:
                break
            self.patience.sleep(self.patience.settling)
        return brought

    def _begin(self, body: str) -> tuple[Brought, bool]:
        return Brought(comment=self.thread.create(body)), True

    def _improve(self, ours: list[Comment], body: str, stamp: Stamp, *, again: bool) -> tuple[Brought, bool]:
        """Keep the oldest with the newest text; ``again`` tells that we have written before."""
        kept, *others = ours
        best = max(ours, key=lambda comment: (stamp.rank_of(comment), comment.id))
        wanted, notice = _choose(best, body, stamp, again=again)
        changed = bool(others)
        if not same(kept.body, wanted):
            kept = self.thread.change(kept.id, wanted)
            changed = True
        for other in others:
            self.thread.remove(other.id)
        return Brought(comment=kept, notice=notice), changed


def _choose(best: Comment, body: str, stamp: Stamp, *, again: bool) -> tuple[str, Notice | None]:
    """Choose between our text and the newest that is there."""
    rank, theirs = stamp.rank_of(best), best.stamp
    if rank > stamp.rank:
        return best.body, _older(stamp, rank)
    if rank >= (0, 0) and theirs and theirs.has_report and not stamp.has_report:
        return best.body, _KEPT
    if again and rank == stamp.rank:
        return best.body, None
    return body, None


def _stale(ours: str, newest: str) -> Notice:
    text = f"This run is about {ours}, but the head is {newest} by now: the comment is left to the newer run."
    return Notice(code="stale-run", text=text)


def _older(stamp: Stamp, rank: tuple[int, int]) -> Notice:
    text = (
        f"The comment tells of the newer run {rank[0]} (attempt {rank[1]}) of the same commit, and run {stamp.run} "
        f"(attempt {stamp.attempt}) leaves it as it is."
    )
    return Notice(code="stale-run", text=text)


_KEPT = Notice(
    code="report-kept",
    text="This run came to no verdict; the comment keeps the report that an earlier run of the same commit made.",
)


def same(one: str, other: str) -> bool:
    """Compare bodies as forges keep them: line ends and outer blanks may differ from what was sent."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
