"""Every way a command can end badly: one class per exit code, each with what happened, where, and what to do.

The exit codes are a contract (``docs/reference/command-line.md`` has the table). The command lines of the reporter, of
measuring and of ``entrypoint`` turn an error into its message and code, and nothing else does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.shared.masking import masked
from reporter.shared.printable import no_command, visible

if TYPE_CHECKING:
    from collections.abc import Iterable


class BenchverdictError(Exception):
    """A failure the user can understand and correct.

    ``code`` is a stable kebab-case identifier of the message, ``where`` the file and position it speaks of (empty when
    there is none) and ``cure`` the next thing to do.
    """

    exit_code = 1

    def __init__(self, code: str, what: str, *, where: str = "", cure: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.cure = cure

    def __str__(self) -> str:
        place = f"{_one_line(self.where)}: " if self.where else ""
        advice = f"\n  what to do: {_one_line(self.cure)}" if self.cure else ""
        return f"{place}{_one_line(self.what)} [{self.code}]{advice}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that names the known word nearest to an unknown one; empty when none is near."""
    import difflib

    written = word.lower()
    names = list(known)
    longer = [name for name in names if len(name) > 1 and written.startswith(name)]  # golang is go, not gatling
    near = longer[:1] or difflib.get_close_matches(written, names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def _one_line(text: str) -> str:
    """Escape what cannot be printed: a file's name must not steer a terminal, pass for a command, or show a secret."""
    return no_command(visible(masked(text)))


class UsageError(BenchverdictError):
    """The call, the configuration, the plan or a folder is wrong. Nothing was measured; correct it and call again."""

    exit_code = 2


class InputError(BenchverdictError):
    """A file cannot be read or holds nothing to compare. What was good in the other files is still reported."""

    exit_code = 3


class CommandFailedError(BenchverdictError):
    """The benchmark command itself failed, so there is no verdict: the gate is undecided, never passed."""

    exit_code = 4


class BaselineRequiredError(BenchverdictError):
    """``--require-baseline`` was given and no usable baseline exists. Save one first."""

    exit_code = 5


class MeasuringInterruptedError(BenchverdictError):
    """Ctrl-C or SIGTERM; the runs that were complete are kept."""

    exit_code = 130


GATE_FAILED = 10
"""Exit code of a gate that failed; not an error of the program, so it has no class."""
