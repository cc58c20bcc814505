"""Where reports go: the report folder, and ``--output-format FORMAT[:PATH]``. Files are written whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.masking import without_secrets
from reporter.render import OUTPUTS, Shown, Terminal
from reporter.render.links import NO_LINKS
from reporter.render.words import NO_CHARTS
from reporter.shared.errors import UsageError
from reporter.shared.files import write_atomically
from reporter.shared.screen import is_terminal, wants_colour

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reporter.model import Baseline, Report
    from reporter.render.links import Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One requested output; without a path it goes to standard output."""

    format: str
    path: Path | None = None


def parse_destination(text: str, known: Collection[str] = tuple(OUTPUTS)) -> Destination:
    """Read ``json``, or ``html:out/report.html``; ``known`` are the formats that there are.

    Raises:
        UsageError: the format is not known; names those that are.
    """
    name, _, path = text.partition(":")
    if name not in known:
        raise UsageError("unknown-output", f"there is no output format {name!r}", cure=f"use one of {', '.join(known)}")
    return Destination(format=name, path=Path(path) if path else None)


def write_outputs(report: Report, destinations: Iterable[Destination], stdout: TextIO) -> None:
    """Render each requested output."""
    shown = Shown(without_secrets(report))
    for destination in destinations:
        if destination.path is not None:
            write_atomically(destination.path, OUTPUTS[destination.format](shown, Terminal()))
        else:
            stdout.write(OUTPUTS[destination.format](shown, terminal(stdout)))


def show(report: Report, stdout: TextIO) -> None:
    """Print the verdicts as a table."""
    stdout.write(OUTPUTS["console"](Shown(without_secrets(report)), terminal(stdout)))


def terminal(stdout: TextIO) -> Terminal:
    """Return the width of a terminal, and whether it gets colours."""
    colour = wants_colour(stdout, os.environ)
    if not is_terminal(stdout):
        return Terminal(colour=colour)
    import shutil

    return Terminal(width=shutil.get_terminal_size((80, 24)).columns, colour=colour)


def write_report_folder(report: Report, folder: Path, *, home: str | None = None, links: Links = NO_LINKS) -> None:
    """Write every file of a report folder, and remove the charts that an earlier report left there.

    ``home`` is the address of Benchverdict's own repository, to which messages lead, and ``links`` are those of the
    project.

    Raises:
        UsageError: the folder, or its folder of charts, is a link; nothing was written.
    """
    for place in (folder, folder / "charts"):
        if place.is_symlink():
            raise UsageError(
                "cannot-write",
                "this is a link, and a report is not written through one",
                where=str(place),
                cure="name the folder itself",
            )
    from reporter.records import json_v1
    from reporter.render import charts, html, markdown, view

    report = without_secrets(report)
    shown = view.build(report, home=home, links=links)
    pictures = charts.draw(report)
    files: dict[str, bytes | str] = {
        "verdict.json": json_v1.dump(report),
        "report.html": html.render(shown, pictures),
        "summary.md": markdown.summary(shown),
        "comment.md": markdown.comment(shown),
    }
    files |= {f"charts/{name}.svg": picture for name, picture in pictures.items()}
    for old in folder.glob("charts/*.svg"):
        if f"charts/{old.name}" not in files and charts.is_ours(old):
            old.unlink(missing_ok=True)
    for name, content in files.items():
        write_atomically(folder / name, content)


def report_line(folder: Path) -> str:
    """Return where the report lies, and how it gets charts where there is nothing to draw with."""
    from reporter.render import charts

    return f"report: {folder / 'report.html'}\n{'' if charts.can_draw() else NO_CHARTS}"


def write_baseline(baseline: Baseline | None, folder: Path) -> None:
    """Write what this run is saved as, or remove what an earlier run left there."""
    path = folder / "baseline.json.gz"
    if baseline is None:
        path.unlink(missing_ok=True)
    else:
        from reporter.store import snapshot

        write_atomically(path, snapshot.dump(baseline))
