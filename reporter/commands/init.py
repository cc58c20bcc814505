"""``benchverdict init``: looks for the benchmarks of a project, and writes workflows and a configuration for them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.detectors.project import Project
from reporter.commands.detectors.registry import DETECTORS, found_in
from reporter.commands.init_examples import example_for
from reporter.commands.init_files import files_for, site_workflow, trying
from reporter.commands.init_words import PERMISSIONS, SITE_PERMISSIONS, choices, summary, unread
from reporter.shared.errors import UsageError
from reporter.shared.files import write_atomically

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from reporter.commands.detectors.found import Found
    from reporter.commands.parser import CommandParser

    Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRequest:
    """What ``init`` was called with. ``ask`` asks a person, and is ``None`` where there is no terminal."""

    root: Path
    dry_run: bool = False
    example: bool = False
    site: bool = False
    ask: Ask | None = None


def add_arguments(parser: CommandParser) -> None:
    """Add what ``init`` takes."""
    parser.add_argument("project", type=Path, nargs="?", default=Path(), metavar="PROJECT", help="default: here")
    group = parser.add_group("what is written")
    group.add_argument("--dry-run", action="store_true", help="print what would be written, and write nothing")
    group.add_argument("--example", action="store_true", help="write a first benchmark where there is none")
    group.add_argument("--site", action="store_true", help="write a workflow for the site of the history, too")
    parser.add_examples("benchverdict init", "benchverdict init --dry-run", page="docs/tutorials/first-verdict.md")


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Write what is missing; return the exit code."""
    ask = _asked if sys.stdin.isatty() and sys.stdout.isatty() else None
    request = InitRequest(
        root=arguments.project, dry_run=arguments.dry_run, example=arguments.example, site=arguments.site, ask=ask
    )
    return init(request, stdout)


def _asked(question: str) -> str:
    """Return what a person answers; nothing where the input ends."""
    try:
        return input(question)
    except EOFError:
        return ""


def init(request: InitRequest, stdout: TextIO) -> int:
    """Write what is missing, and say what was found, chosen and written; nothing that is there is changed.

    Raises:
        UsageError: nothing was found that can be run, or a file cannot be written.
    """
    if not request.root.is_dir():
        raise UsageError("no-project", "there is no such folder", where=str(request.root), cure="name the project's")
    project = Project(request.root, runs=not request.dry_run)
    found = found_in(project)
    stdout.write(summary(project, found))
    files: dict[Path, str] = {}
    if not any(each.command for each in found):
        example = example_for(project)
        _agree_to_example(request, found, example.file)
        files[request.root / example.file] = example.content
        found = [example.found]
    chosen = _chosen(found, request.ask, stdout)
    stdout.write(choices(found, chosen))
    files |= files_for(project, found, chosen) | (site_workflow(project) if request.site else {})
    if _write(files, request, stdout):
        stdout.write(PERMISSIONS + (SITE_PERMISSIONS if request.site else ""))
    stdout.write(f"\nTry it now: {trying(project, chosen)}\n")
    return 0


def _agree_to_example(request: InitRequest, found: list[Found], file: str) -> None:
    """Ask whether a first benchmark is wanted.

    Raises:
        UsageError: it is not.
    """
    if request.example or (request.ask and _is_yes(request.ask(f"Write a first benchmark, {file}? [y/N] "), "n")):
        return
    looked_for = ", ".join(name for name, _ in DETECTORS)
    raise UsageError(
        "no-tool-found",
        unread(found) or f"no benchmarks were found: {looked_for} are looked for",
        where=str(request.root),
        cure="add --example for a first benchmark; every command works that writes a format of docs/formats.md",
    )


def _chosen(found: list[Found], ask: Ask | None, stdout: TextIO) -> Found:
    """Return what runs for pull requests: what a person says, else the first that can be run."""
    runnable = [each for each in found if each.command]
    if ask is None or len(runnable) == 1:
        return runnable[0]
    stdout.writelines(f"  {number}  {each.tool}: {each.command}\n" for number, each in enumerate(runnable, 1))
    answer = ask("Which one runs for pull requests? [1] ").strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(runnable):
        return runnable[int(answer) - 1]
    return runnable[0]


def _write(files: dict[Path, str], request: InitRequest, stdout: TextIO) -> bool:
    """Write the files that are not there, unless a person says no; whether they were to be written."""
    missing = {path: text for path, text in files.items() if not path.exists() and not path.is_symlink()}
    stdout.writelines(f"kept: {path} is there already\n" for path in files if path not in missing)
    if request.dry_run:
        stdout.writelines(f"\n--- {path} (would be written)\n{text}" for path, text in missing.items())
        return False
    if missing and request.ask:
        stdout.writelines(f"new: {path}\n" for path in missing)
        if not _is_yes(request.ask("Write these files? [Y/n] "), "y"):
            return False
    for path, text in missing.items():
        write_atomically(path, text)
        stdout.write(f"written: {path}\n")
    return True


def _is_yes(answer: str, default: str) -> bool:
    return (answer.strip().lower() or default) in ("y", "yes")
