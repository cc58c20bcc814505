"""What ``[service]`` of the configuration says: the server that the benchmark command talks to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

READY_WITHIN_SECONDS = 30.0
KEYS = ("command", "ready-url", "ready-command", "ready-within", "reset", "port")
_SCHEMES = ("http://", "https://", "/")
_MOST_PORTS = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRule:
    """How a server is started afresh for every run, and known to be healthy: by an address or by a command.

    ``reset`` runs before every start. Without ``port`` a free one is found. The commands are scripts of bash.
    """

    command: str
    ready_url: str | None = None
    ready_command: str | None = None
    ready_within_seconds: float = READY_WITHIN_SECONDS
    reset: str | None = None
    port: int | None = None

    def plan(self) -> dict[str, Any]:
        """Give it as the object ``service`` of ``plan/v1``."""
        return asdict(self)


def service_rule(*, command: str | None, within: float | None, port: object, **texts: str | None) -> ServiceRule:
    """Put a service together.

    Raises:
        ValueError: something that is needed is missing, or a value makes no sense.
    """
    if command is None:
        raise ValueError("it needs a command that starts it")
    url = texts.get("ready_url")
    if (url is None) == (texts.get("ready_command") is None):
        raise ValueError("it needs ready-url or ready-command, one of the two, to know when it is healthy")
    if url is not None and not url.startswith(_SCHEMES):
        raise ValueError(f"ready-url = {url!r} is not a web address, and no path that begins with /")
    if port is not None and not (type(port) is int and 1 <= port <= _MOST_PORTS):
        raise ValueError(f"port = {port!r} is not a whole number from 1 to {_MOST_PORTS}")
    return ServiceRule(
        command=command,
        ready_within_seconds=within if within is not None else READY_WITHIN_SECONDS,
        port=port if isinstance(port, int) else None,
        **texts,
    )
