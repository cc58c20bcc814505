"""What ``[service]`` of the configuration says: the server that the benchmark command talks to."""

from __future__ import annotations

from reporter.shared.model import MOST_PORT, READY_SCHEMES, READY_WITHIN_SECONDS, ServiceRule

KEYS = ("command", "ready-url", "ready-command", "ready-within", "reset", "port")


def service_rule(*, command: str | None, within: float | None, port: object, **texts: str | None) -> ServiceRule:
    """Return the service that these values describe.

    Raises:
        ValueError: something that is needed is missing, or a value makes no sense.
    """
    if command is None:
        raise ValueError("it needs a command that starts it")
    url = texts.get("ready_url")
    if (url is None) == (texts.get("ready_command") is None):
        raise ValueError("it needs ready-url or ready-command, one of the two, to know when it is healthy")
    if url is not None and not url.startswith(READY_SCHEMES):
        raise ValueError(f"ready-url = {url!r} is not a web address, and no path that begins with /")
    if port is not None and not (type(port) is int and 1 <= port <= MOST_PORT):
        raise ValueError(f"port = {port!r} is not a whole number from 1 to {MOST_PORT}")
    return ServiceRule(
        command=command,
        ready_within_seconds=within if within is not None else READY_WITHIN_SECONDS,
        port=port if isinstance(port, int) else None,
        **texts,
    )
