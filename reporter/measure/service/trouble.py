"""Words about a service that could not be used: what happened, a stable code, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure.wording import how_it_ended, printed
from reporter.shared.masking import masked

if TYPE_CHECKING:
    from collections.abc import Sequence

KILLED = "was killed"
_CURE_TAKEN = "end what listens there, or leave out `port` and use $BENCHVERDICT_PORT, which is a free one"


@dataclass(frozen=True)
class Trouble:
    """What happened to a service."""

    code: str
    what: str
    cure: str

    def message(self, which: str, command: str, lines: Sequence[str], log: str) -> str:
        """Return the whole message. ``which`` names the run, ``log`` is the path of the service's log."""
        first = f"{which} failed: {self.what}; nothing was compared [{self.code}]"
        shown = "  service: " + masked(command.strip()).replace("\n", "\n    ")
        return "\n".join([first, shown, *printed(lines, log), f"  what to do: {self.cure}"])


def reset_failed(exit_code: int | None, signal: int | None) -> Trouble:
    """Return the trouble that the data could not be made fresh."""
    what = f"the reset of the service {how_it_ended(exit_code, signal)}"
    return Trouble("service-reset-failed", what, "run `reset` of the service by itself until it succeeds")


def cannot_start(program: str, error: OSError) -> Trouble:
    """Return the trouble that there is no bash, or that it cannot be run."""
    what = f"cannot start {program} for the service: {error.strerror or error}"
    return Trouble("service-cannot-start", what, f"install {program}, or put it on PATH in this job")


def answers_already(address: str) -> Trouble:
    """Return the trouble that something else would be measured in its place."""
    what = f"{address} answers before the service was started, so something else serves there"
    return Trouble("service-port-taken", what, _CURE_TAKEN)


def port_taken(port: int) -> Trouble:
    """Return the trouble that the service could not listen."""
    return Trouble("service-port-taken", f"something else listens on port {port} of this machine", _CURE_TAKEN)


def ended_early(how: str) -> Trouble:
    """Return the trouble that it never was healthy."""
    cure = "let its command run in the foreground, and by itself until it serves"
    return Trouble("service-ended", f"the service {how} before it was healthy", cure)


def not_ready(seconds: float, problem: str) -> Trouble:
    """Return the trouble that it took too long."""
    what = f"the service was not healthy within {seconds:g} s ({problem})"
    return Trouble("service-not-ready", what, "see its log, or raise `ready-within` of the service")


def died(how: str) -> Trouble:
    """Return the trouble that it did not live as long as the command."""
    cure = "see its log; a service has to run until it is stopped"
    return Trouble("service-ended", f"the service {how} while the command ran", cure)
