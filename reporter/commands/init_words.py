"""What ``init`` says: what was found and where, what was chosen and why, and which rights the workflows have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.commands.detectors.collecting import collecting_summary
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.found import Found
    from reporter.commands.detectors.project import Project

MOST_SHOWN = 3
"""Places of a suite that are shown; the rest is counted."""

PERMISSIONS = """
The workflow "Benchmarks" runs the code of pull requests and may only read:
  contents: read         the checkout, and which commits came before
  actions: read          the baseline, an artifact of an earlier run
The workflow "Benchmarks, published" runs nothing of a pull request and may write:
  actions: read          the report, an artifact of the first workflow
  contents: read         the configuration: what fails the gate
  pull-requests: write   the comment
  checks: write          the check; leave it out for none
Commit the files and push them to the default branch: that saves the first baseline.
"""

SITE_PERMISSIONS = """
The workflow "Benchmarks, site" runs nothing of a pull request; it needs Settings, Pages, Source: GitHub Actions:
  actions: read          the history, an artifact of the first workflow
  contents: read         the tags, which are the releases that can be compared
  pages: write           to deploy the site
  id-token: write        to prove to Pages which workflow deploys
"""


def summary(project: Project, found: list[Found]) -> str:
    """Return what was looked at and found, and where."""
    collected = collecting_summary(project) if any(each.tool.startswith("pytest-") for each in found) else ""
    head = f"looked through {len(project.files)} files{'; ' if collected else ''}{collected}\n"
    return head + "".join(line for each in found for line in _suite(each))


def choices(found: list[Found], chosen: Found) -> str:
    """Return what was chosen and why, and what becomes of the rest."""
    lines = [f"chosen: {_named(chosen)}, {_reason(found, chosen)}", *(f"  note: {note}" for note in chosen.notes)]
    for each in found:
        if each is chosen:
            continue
        if not each.command:
            lines.append(f"left out: {_named(each)}: {'; '.join(each.notes)}")
        elif each.folder == chosen.folder:
            lines.append(f"a mode: {_named(each)}, run by `benchverdict run --mode {each.tool}`")
        else:
            lines.append(f"a suite of its own: {_named(each)}; see docs/matrix.md for several suites of a repository")
    return "".join(f"{visible(line)}\n" for line in lines)


def unread(found: list[Found]) -> str:
    """Return that something was found of which no results are read; empty where nothing was found."""
    return "; ".join(f"{each.tool} was found: {each.notes[0]}" for each in found if each.notes)


def _suite(found: Found) -> Iterator[str]:
    yield f"found: {_named(found)}, {_count(found.files, 'file')}\n"
    for entry in found.evidence[:MOST_SHOWN]:
        yield f"  {visible(f'{entry.file}:{entry.line}')}  {visible(entry.why)}\n"
    if len(found.evidence) > MOST_SHOWN:
        yield f"  and {_count(len(found.evidence) - MOST_SHOWN, 'more place')}\n"

    first, *more = found.command.split("\n")
    if first:
        yield f"  command: {visible(first)}\n"
    if more:
        yield f"    and {_count(len(more), 'more line')}\n"


def _named(found: Found) -> str:
    return found.tool if found.folder == "." else f"{found.tool} in {found.folder}"


def _reason(found: list[Found], chosen: Found) -> str:
    runnable = [each for each in found if each.command]
    if len(runnable) == 1:
        return "the only one that can be run and read"
    if chosen is not runnable[0]:
        return "as you said"
    others = [each for each in runnable if each is not chosen]
    if all(each.is_load_test for each in others) and not chosen.is_load_test:
        return "because load tests need a server and more time"
    if all(each.files < chosen.files for each in others if not each.is_load_test):
        return f"because the most files have it ({chosen.files})"
    return "the first of equals"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
