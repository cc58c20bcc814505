"""Where a report leads to: commits, source files, the run. Addresses come from who publishes, never from the report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from reporter.shared.model import COMMIT

if TYPE_CHECKING:
    from reporter.model import Assessment, Report

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]{1,2000}")
_RELATIVE = r"[\w][\w .+-]*(?:/[\w][\w .+-]*)*\.\w{1,10}"
_PATH = re.compile(_RELATIVE)
_FILE = re.compile(rf"(?P<file>{_RELATIVE})::")
"""A file, and the one that pytest puts before a benchmark's name: relative, without a way up."""
_MOST_LINES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What the publisher knows of where it publishes; empty is unknown.

    ``repository`` is the page of the repository that was measured, ``run`` that of the run, ``pull_request`` that of
    the pull request. ``accept_label`` lets regressions pass, and ``command`` is the benchmark command of the workflow,
    one line.
    """

    repository: str = ""
    run: str = ""
    pull_request: str = ""
    accept_label: str = ""
    command: str = ""

    def commit(self, sha: str | None) -> str:
        """Return the page of a commit, empty where it cannot be one."""
        return _address(f"{self.repository}/commit/{sha}") if self.repository and _is_commit(sha) else ""

    def diff(self, report: Report) -> str:
        """Return the page of what head changes; empty where a commit is not known."""
        return self.between(base_of(report), report.measured.head_sha)

    def between(self, base: str | None, head: str | None) -> str:
        """Return the page of what is between two commits; empty where one is not known."""
        known = self.repository and _is_commit(base) and _is_commit(head) and base != head
        return _address(f"{self.repository}/compare/{base}...{head}") if known else ""

    def source(self, row: Assessment, sha: str | None) -> str:
        """Return the page of a benchmark's file at a commit, at the line of its definition where that is known."""
        file, line = defined_at(row) or (file_of(row.comparison.name), None)
        if not (file and self.repository and _is_commit(sha)):
            return ""
        return _address(f"{self.repository}/blob/{sha}/{quote(file)}{f'#L{line}' if line else ''}")


NO_LINKS = Links()


def file_of(name: str) -> str:
    """Return the file in the name of a benchmark, empty where there is none; tools name it from where they ran."""
    found = _FILE.match(name)
    return found["file"] if found else ""


def defined_at(row: Assessment) -> tuple[str, int | None] | None:
    """Return where a benchmark was found: a file by its path from the root of the repository, and the line if known."""
    known = row.defined
    if known is None or not _PATH.fullmatch(known.file):
        return None
    return known.file, known.line if known.line and known.line <= _MOST_LINES else None


def base_of(report: Report) -> str | None:
    """Return the commit that the head was compared with: the baseline's, or the base of pairs."""
    return report.baseline.commit if report.baseline else report.measured.base_sha


def checked(address: str | None) -> str:
    """Return an address that is one, and nothing else."""
    return _address(address or "")


def _address(text: str) -> str:
    return text if _ADDRESS.fullmatch(text) else ""


def _is_commit(sha: str | None) -> bool:
    return bool(sha and COMMIT.fullmatch(sha))
