"""What was measured, with what it was compared, and on which machine: as one line and at length."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.render import terms, words
from reporter.render.links import base_of, checked
from reporter.render.since_words import SINCE_LABEL
from reporter.render.view_since import since
from reporter.render.view_text import percent_text, prose, share_interval
from reporter.render.view_types import FactView
from reporter.shared.printable import shorten
from reporter.units import format_duration

if TYPE_CHECKING:
    from reporter.model import BaselineSource, Report, Shift
    from reporter.render.links import Links
    from reporter.shared.model import Fingerprint

Pairs = tuple[tuple[str, str], ...]

_SHA_SHOWN = 10
_MACHINE_LABELS = (
    ("CPU", "cpu_model"),
    ("Cores", "cores"),
    ("Architecture", "architecture"),
    ("Operating system", "os"),
    ("Image", "image"),
    ("Language", "language"),
)
MACHINE = "Machine"
"""The label of what a machine says of itself: the one piece of the context line that is not in our words."""
_LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


def context(report: Report) -> Pairs:
    """Return the one line under the headline in pieces: baseline, head, machine, effort, whole suite."""
    measured = report.measured
    pieces = (
        ("Baseline", _baseline(report)),
        ("Head", short_commit(measured.head_sha)),
        (MACHINE, machine(measured.fingerprint)),
        ("Measured", _effort(report)),
        ("Whole suite", shift_text(report.shift)),
    )
    return _known(pieces)


def facts(report: Report, links: Links) -> tuple[FactView, ...]:
    """Return the line under the headline with links: commits, where it ran, effort, machine, whole suite."""
    how = report.measured
    pieces = (
        FactView(label=terms.COMMITS, parts=_commits(report, links)),
        FactView(label=terms.WHERE, parts=_where(links)),
        FactView(
            label=terms.MEASURED, parts=_text(_effort(report)), term="paired" if report.compare == "paired" else ""
        ),
        FactView(label=MACHINE, parts=_text(machine(how.fingerprint))),
        FactView(label=terms.TERMS["suite"][0].capitalize(), parts=_text(shift_text(report.shift)), term="suite"),
    )
    return tuple(piece for piece in pieces if piece.parts)


def addresses(report: Report, links: Links) -> dict[str, str]:
    """Return where the labels of ``measured`` lead, as far as that is known."""
    how, source = report.measured, report.baseline
    run = source.run_id if source and links.repository else None
    found = {
        "Base commit": links.commit(how.base_sha),
        "Head commit": links.commit(how.head_sha),
        "Baseline": checked(f"{links.repository}/actions/runs/{run}") if run else links.commit(base_of(report)),
    }
    return {label: address for label, address in found.items() if address}


def _text(text: str) -> Pairs:
    return ((text, ""),) if text else ()


def _commits(report: Report, links: Links) -> Pairs:
    """Return base and head as people read them, and what changed between them."""
    head = short_commit(report.measured.head_sha)
    base = base_of(report) if report.compare != "none" else None
    before = ((short_commit(base), links.commit(base)), (_age(report), "")) if base else ()
    after = ((head, links.commit(report.measured.head_sha)),) if head else ()
    arrow = ((" → ", ""),) if before and after else ()
    diff = links.diff(report) if before else ""
    changes = ((" (", ""), (terms.DIFF, diff), (")", "")) if diff else ()
    return tuple(part for part in (*before, *arrow, *after, *changes) if part[0])


def _age(report: Report) -> str:
    age = words.baseline_age(report.baseline) if report.baseline else ""
    return f" ({shorten(age, 120)})" if age else ""


def _where(links: Links) -> Pairs:
    number = links.pull_request.rpartition("/")[2]
    places = (
        (f"{terms.PULL_REQUEST} #{number}" if number.isdecimal() else terms.PULL_REQUEST, checked(links.pull_request)),
        (terms.RUN, checked(links.run)),
    )
    found = [place for place in places if place[1]]
    return tuple(part for place in found for part in (place, (", ", "")))[:-1]


def measured(report: Report) -> Pairs:
    """Return everything known about the measurement, whole and labelled."""
    how, source = report.measured, report.baseline
    pieces = (
        ("Base commit", prose(how.base_sha or "")),
        ("Head commit", prose(how.head_sha or "")),
        ("Baseline", _source(source) if source else prose(report.baseline_reason or "")),
        (SINCE_LABEL, since(report)),
        ("Compared by", words.COMPARE_WORDS[report.compare]),
        ("Plan", prose(how.plan)),
        ("Runs and rounds", _runs_and_rounds(report)),
        ("Clock", _clocks(report)),
        ("Machine time", _duration(how.seconds) if how.seconds is not None else ""),
        (words.EXPLAINED, _duration(how.explained_seconds) if how.explained_seconds is not None else ""),
        ("Finished", _moment(how.finished_at)),
        ("Command", prose(how.command or "")),
        *(words.runner_part(each, shorten(prose(each.cpu_model or ""), 80)) for each in report.runners),
        *fingerprint_texts(how.fingerprint).items(),
    )
    return _known(pieces)


def machine(fingerprint: Fingerprint) -> str:
    """Name a machine in one line: ``AMD EPYC 7763, 4 cores, ubuntu24, CPython 3.11``."""
    cores = words.count_of(fingerprint.cores, "core") if fingerprint.cores else None
    parts = (fingerprint.cpu_model, cores, fingerprint.image or fingerprint.os, fingerprint.language)
    return ", ".join(shorten(prose(part), 80) for part in parts if part)


def fingerprint_texts(fingerprint: Fingerprint) -> dict[str, str]:
    """Return what is known of a machine by its label, what must be equal first."""
    known = [(label, getattr(fingerprint, name)) for label, name in _MACHINE_LABELS]
    everything = (*known, *fingerprint.details)
    return {shorten(prose(label), 80): prose(str(value)) for label, value in everything if value is not None}


def shift_text(shift: Shift | None) -> str:
    """Show the suite-wide change with its interval: ``+0.2% (−0.3 to 0.7%)``."""
    if shift is None:
        return ""
    interval = share_interval(shift.change)
    point = percent_text(shift.change.point, signed=True)
    return f"{point} ({interval})" if interval else point


def _baseline(report: Report) -> str:
    source, base = report.baseline, report.measured.base_sha
    if source is None and report.compare == "none":
        return words.no_baseline(prose(report.baseline_reason or ""))
    if source is None:
        return words.measured_here(short_commit(base))
    age = shorten(words.baseline_age(source), 120)
    name = short_commit(source.commit) or words.UNKNOWN_COMMIT
    behind = (
        f"{age} {short_commit(base)}" if source.distance and base and source.fingerprint_match is not False else age
    )
    return f"{name} ({behind})" if behind else name


def _source(source: BaselineSource) -> str:
    run = f"workflow run {source.run_id}" if source.run_id is not None else ""
    parts = (prose(source.commit or words.UNKNOWN_COMMIT), run, shorten(words.baseline_age(source), 120))
    return ", ".join(part for part in parts if part)


def _effort(report: Report) -> str:
    effort = _runs_and_rounds(report)
    seconds, explained = report.measured.seconds, report.measured.explained_seconds
    if not effort or seconds is None:
        return effort
    return words.effort(effort, _duration(seconds), None if explained is None else _duration(explained))


def _runs_and_rounds(report: Report) -> str:
    heads = [a.comparison.head for a in report.assessments if a.comparison.head and a.comparison.head.runs]
    rounds = [round(head.rounds / head.runs) for head in heads]
    runs = report.measured.runs or max((head.runs for head in heads), default=0)
    if not runs:
        return ""
    paired = report.compare == "paired"
    runners = sum(bool(each.pairs) for each in report.runners)
    return words.runs_and_rounds(runs, min(rounds, default=0), max(rounds, default=0), paired=paired, runners=runners)


def _clocks(report: Report) -> str:
    clocks = [row.comparison.clock for row in report.assessments]
    return words.clocks(processor=clocks.count("cpu"), wall=clocks.count("wall"))


def _moment(seconds: float | None) -> str:
    if seconds is None or not 0 <= seconds < _LAST_SECOND:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _duration(seconds: float) -> str:
    return shorten(format_duration(seconds), 40)


def short_commit(sha: str | None) -> str:
    """Return the first characters of a commit, as people name it."""
    return prose(sha or "")[:_SHA_SHOWN]


def _known(pieces: Pairs) -> Pairs:
    return tuple((label, text) for label, text in pieces if text)
