"""The object ``service`` of a plan."""

from __future__ import annotations

from dataclasses import fields

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
from reporter.shared.model import ServiceRule


def check_service(service: ServiceRule) -> None:
    """Hold a service against what is wanted of one.

    Raises:
        UsageError: a value is unusable.
    """
    check(service, _WANTED, "service.")
    if (service.ready_url is None) == (service.ready_command is None):
        raise plan_error("exactly one of 'service.ready_url' and 'service.ready_command' must be set")


def service_plan(content: object) -> ServiceRule:
    """Return the service of the object ``service``; what is not said takes its default.

    Raises:
        UsageError: it is none, or a key is missing or unknown.
    """
    known = {field.name for field in fields(ServiceRule)}
    return ServiceRule(**check_keys(content, {"command"}, known, "'service' of the plan"))


_WANTED: Wanted = {
    "command": (is_text, "a script"),
    "ready_url": (is_ready_url_or_none, "an address that begins with http://, https:// or /, or null"),
    "ready_command": (is_text_or_none, "a script, or null"),
    "ready_within_seconds": (is_seconds, "a number of seconds above 0"),
    "reset": (is_text_or_none, "a script, or null"),
    "port": (is_port_or_none, "a port from 1 to 65535, or null"),
}
