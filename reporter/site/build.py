"""Builds a site: suites one after the other, then the pages about all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reporter.render.words import count_of
from reporter.shared.errors import InputError
from reporter.site.columns import read_history
from reporter.site.commits import write_commits
from reporter.site.feed import write_feed
from reporter.site.folder import replacing
from reporter.site.found import AtRelease, Found
from reporter.site.overview import write_overview
from reporter.site.releases import add_releases, write_comparison
from reporter.site.suite import add_suite, parts_of
from reporter.site.writer import Writer
from reporter.store.protocol import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from reporter.model import Session
    from reporter.shared.model import Notice
    from reporter.site.found import Release
    from reporter.store.protocol import Store


class Progress(Protocol):
    """Shows how far it is."""

    def begin(self, title: str) -> None:
        """Begin a part."""

    def step(self, text: str) -> None:
        """Show how far the part is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRequest:
    """What a site is built from. ``repository`` is its page, empty where commits lead nowhere."""

    store: Store
    place: str
    repository: str = ""
    releases: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was written, and what of the store could not be used."""

    rows: int
    commits: int
    bytes: int
    notices: tuple[Notice, ...]


def build_site(request: SiteRequest, folder: Path, progress: Progress) -> Built:
    """Write the site into the folder, whole or not at all.

    Raises:
        InputError: the store has no session that can be shown, or cannot be read.
        UsageError: the folder is not ours to write.
    """
    with replacing(folder) as unfinished:
        writer, found = Writer(unfinished), Found(releases=[AtRelease(release=one) for one in request.releases])
        notices = _add_suites(request, writer, found, progress)
        if not found.rows:
            cure = "save a baseline first: benchverdict run --save-baseline"
            raise InputError("no-baseline", "the store has no saved session", where=request.place, cure=cure)
        progress.begin(f"writing the pages of {count_of(len(found.commits), 'commit')}")
        write_commits(found, request.repository, writer)
        progress.begin("writing overview, comparison and feed")
        index = write_overview(found, request.repository, writer)
        write_comparison(found, writer)
        write_feed(index, found, writer)
        writer.assets()
    return Built(rows=len(found.rows), commits=len(found.commits), bytes=writer.bytes, notices=tuple(notices))


def _add_suites(request: SiteRequest, writer: Writer, found: Found, progress: Progress) -> list[Notice]:
    notices = []
    for _, baseline in sorted(request.store.kept(), key=lambda one: one[0]):
        if isinstance(baseline, Missing):
            if baseline.notice:
                notices.append(baseline.notice)
            continue
        notices.extend(baseline.notices)
        name = baseline.suite.name
        progress.begin(f"reading the sessions of {name}")
        history = read_history(baseline.suite, _counting(request.store.sessions(name), progress))
        if not history.moments:  # a file in a folder that has another name than its suite
            history = read_history(baseline.suite, baseline.history)
        rows = len(history.keys) * len(history.machines)
        progress.begin(f"looking for changes of level in {count_of(rows, 'row')} of {name}")
        parts = parts_of(history, lambda done: progress.step(f"{count_of(done, 'row')} looked at"))
        progress.begin(f"writing the pages of {name}")
        add_suite(parts, writer, found)
        add_releases(parts, found)
    return notices


def _counting(sessions: Iterable[Session], progress: Progress) -> Iterator[Session]:
    for number, session in enumerate(sessions, 1):
        progress.step(f"{count_of(number, 'session')} read")
        yield session
