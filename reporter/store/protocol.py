"""What every store can do. Nothing outside of this package knows which kind of store it works with."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reporter.store.history import of_benchmark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import Baseline, Session
    from reporter.shared.model import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Why there is no baseline, in one sentence. ``notice`` is set when there was one that could not be used."""

    reason: str
    notice: Notice | None = None


class Store(Protocol):
    """Baselines, one for each suite."""

    @abstractmethod
    def find(self, suite: str) -> Baseline | Missing:
        """Load a suite's baseline, or say why there is none.

        Raises:
            InputError: it cannot be read.
        """

    @abstractmethod
    def save(self, baseline: Baseline) -> str:
        """Keep a baseline in place of the suite's old one; return where.

        Raises:
            UsageError: it cannot be kept there.
        """

    @abstractmethod
    def forget(self, suite: str) -> None:
        """Remove the baseline of a suite, if there is one."""

    @abstractmethod
    def kept(self) -> tuple[tuple[str, Baseline | Missing], ...]:
        """Load every baseline, each with its place, in the order of the places."""

    def known(self, suite: str) -> Baseline | None:
        """Return a suite's baseline, ``None`` where there is none that can be used. Raises as ``find`` does."""
        found = self.find(suite)
        return None if isinstance(found, Missing) else found

    def history(self, suite: str, benchmark: str | None = None) -> tuple[Session, ...]:
        """Return the saved sessions of a suite, oldest first; of one benchmark alone where it is named.

        Raises as ``find`` does.
        """
        found = self.known(suite)
        return of_benchmark(found.history if found else (), benchmark)

    def sessions(self, suite: str) -> Iterator[Session]:
        """Yield the saved sessions of a suite, oldest first, where possible one at a time. Raises as ``find``."""
        yield from self.history(suite)
