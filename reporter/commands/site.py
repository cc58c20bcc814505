"""``benchverdict site``: the saved history as a static site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands.configured import config_of, place_of
from reporter.config.store_rules import shown_place
from reporter.measure import checkout
from reporter.measure.console import Console
from reporter.render.links import checked
from reporter.render.words import count_of
from reporter.shared.errors import UsageError
from reporter.shared.printable import visible
from reporter.site.build import SiteRequest, build_site
from reporter.site.found import Release
from reporter.store.registry import open_store
from reporter.units import format_value

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser

MOST_RELEASES = 50
MOST_BEFORE = 51
"""A release counts as measured at its own commit or at one of the 50 before it."""


def add_arguments(parser: CommandParser) -> None:
    """Add what ``site`` takes."""
    group = parser.add_group("what is written")
    group.add_argument(
        "--output",
        type=Path,
        default=Path("benchverdict-site"),
        metavar="DIR",
        help="folder (default: benchverdict-site)",
    )
    group.add_argument("--repository-url", metavar="URL", help="page of the repository, to link commits")
    shared.add_place(parser, name=False, store=True)
    parser.add_examples(
        "benchverdict site",
        "benchverdict site --output public --repository-url https://github.com/OWNER/NAME",
        "benchverdict site --store s3://benchmarks/api",
        page="docs/site.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Build the site; return the exit code."""
    config = config_of(arguments)
    place = place_of(arguments, config)
    request = SiteRequest(
        store=open_store(place, pinned=config.pinned),
        place=shown_place(place),
        repository=_repository(arguments.repository_url or ""),
        releases=_releases(Path.cwd()),
    )
    built = build_site(request, arguments.output, ConsoleProgress(stderr))
    stderr.writelines(f"{visible(notice.text)} [{notice.code}]\n" for notice in built.notices)
    size = f"{count_of(built.rows, 'row')}, {count_of(built.commits, 'commit')}, {format_value(built.bytes, 'B')}"
    stdout.write(f"site written: {visible(str(arguments.output / 'index.html'))} ({size})\n")
    return 0


def _releases(folder: Path) -> tuple[Release, ...]:
    """Return the newest tags of the repository that a folder lies in."""
    return tuple(
        Release(label=name, commits=tuple(checkout.ancestors(folder, commit, MOST_BEFORE)))
        for name, commit in checkout.tags(folder, MOST_RELEASES)
    )


def _repository(url: str) -> str:
    """Return the address of a repository, without the slash at its end.

    Raises:
        UsageError: it is none.
    """
    address = url.rstrip("/")
    if address and not (address.startswith("https://") and checked(address)):
        what = f"{url!r} is not the address of a repository"
        raise UsageError(
            "wrong-address", what, where="--repository-url", cure="write it like https://github.com/OWNER/NAME"
        )
    return address


class ConsoleProgress:
    """One line that is rewritten on a terminal; elsewhere a line for each part."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(stream, os.environ)
        self._title = ""

    def begin(self, title: str) -> None:
        """Begin a part."""
        self._title = visible(title)
        self._console.report(self._title)
        self.step("")

    def step(self, text: str) -> None:
        """Show on a terminal how far the part is."""
        self._console.show(f"{self._title}: {text}" if text else self._title, None)
        self._console.tick()
