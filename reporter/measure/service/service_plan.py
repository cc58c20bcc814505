"""How the server under test is started and known to be healthy: the object ``service`` of a plan."""

from __future__ import annotations

from dataclasses import dataclass, fields

from reporter.measure.plan_values import (
    Wanted,
    check,
    check_keys,
    is_port_or_none,
    is_ready_url_or_none,
    is_seconds,
    is_text,
    is_text_or_none,
    plan_error,
)

READY_WITHIN_SECONDS = 30.0


@dataclass(frozen=True)
class ServicePlan:
    """All three commands are scripts of bash, run where the benchmark command runs.

    ``reset`` runs before every start of ``command``. The service is healthy once ``ready_url`` answers with a status
    below 400 or ``ready_command`` ends with 0; exactly one of the two is given. Without ``port`` a free one is found.
    """

    command: str
    ready_url: str | None = None
    ready_command: str | None = None
    ready_within_seconds: float = READY_WITHIN_SECONDS
    reset: str | None = None
    port: int | None = None

    def __post_init__(self) -> None:
        check(self, _WANTED, "service.")
        if (self.ready_url is None) == (self.ready_command is None):
            raise plan_error("exactly one of 'service.ready_url' and 'service.ready_command' must be set")


def service_plan(content: object) -> ServicePlan:
    """Read the object ``service``; what is not said takes its default.

    Raises:
        MeasureUsageError: it is none, or a key or value is wrong.
    """
    known = {field.name for field in fields(ServicePlan)}
    return ServicePlan(**check_keys(content, {"command"}, known, "'service' of the plan"))


_WANTED: Wanted = {
    "command": (is_text, "a script"),
    "ready_url": (is_ready_url_or_none, "an address that begins with http://, https:// or /, or null"),
    "ready_command": (is_text_or_none, "a script, or null"),
    "ready_within_seconds": (is_seconds, "a number of seconds above 0"),
    "reset": (is_text_or_none, "a script, or null"),
    "port": (is_port_or_none, "a port from 1 to 65535, or null"),
}
