"""The one error that measure raises: it was asked for something it cannot do, and nothing was run."""

from __future__ import annotations


class MeasureUsageError(Exception):
    """The plan, the output folder or the moment is wrong. Exit code 2.

    ``code`` is a stable kebab-case identifier, ``where`` the file it speaks of (empty when there is none) and ``cure``
    the next thing to do; the same shape as ``reporter.errors``, which cannot be imported here.
    """

    exit_code = 2

    def __init__(self, code: str, what: str, *, where: str = "", cure: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.cure = cure

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  what to do: {self.cure}" if self.cure else ""
        return f"{place}{self.what} [{self.code}]{advice}"
