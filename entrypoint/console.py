"""Lines in the job's log. Whatever a line carries, it stays one line, is no workflow command and has no secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.shared.printable import no_command

if TYPE_CHECKING:
    from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Where lines go, and the token that none of them may hold."""

    stream: TextIO
    secret: str = ""

    def say(self, line: str) -> None:
        """Write one line."""
        safe = "".join(sign if sign.isprintable() else " " for sign in self._without_secret(line))
        self.stream.write(no_command(f"benchverdict: {safe}\n"))
        self.stream.flush()

    def _without_secret(self, text: str) -> str:
        return text.replace(self.secret, "***") if self.secret else text
