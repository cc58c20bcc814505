"""The object ``load`` of a plan."""

from __future__ import annotations

import re
from dataclasses import fields

from reporter.measure.paired.simple_shell import commands_of
from reporter.measure.plan_values import Wanted, check, check_keys, is_count_from, is_limit
from reporter.shared.errors import UsageError
from reporter.shared.model import LoadRule, NetworkRule, split_address

PLACEHOLDER = "{output}"
MOST_WORKERS = 1000
_LOCUST = re.compile(r"(?:^|[\s/;&|(\"'])locust(?=$|[\s;&|)\"'])")
_CURE = "give the mode a command that is Locust alone, such as locust -f load/locustfile.py --headless --csv {output}"


def check_load(load: LoadRule, command: str, *, has_service: bool) -> None:
    """Hold the load of a plan against what is wanted of one, and against the ``command`` that makes it.

    Raises:
        UsageError: a value is unusable, or the command cannot be driven that way.
    """
    check(load, _WANTED, "load.")
    if load.workers:
        _check_command(command, starts_workers=bool(load.local_workers))
    if load.network is None:
        return
    check(load.network, _OF_NETWORK, "load.network.")
    if not has_service:
        what = "a network of a mode lies before its service, and there is none"
        raise UsageError("network-without-service", what, cure="declare [service], or leave out network")


def load_plan(content: object) -> LoadRule:
    """Return the load of the object ``load``; what is not given takes its default.

    Raises:
        UsageError: it is no object, or has an unknown key.
    """
    values = check_keys(content, set(), {field.name for field in fields(LoadRule)}, "'load' of the plan")
    if values.get("network") is not None:
        known = {field.name for field in fields(NetworkRule)}
        values["network"] = NetworkRule(**check_keys(values["network"], set(), known, "'load.network' of the plan"))
    return LoadRule(**values)


def _check_command(command: str, *, starts_workers: bool) -> None:
    if not _LOCUST.search(command):
        raise UsageError("load-not-locust", "workers are of Locust, and the command does not name it", cure=_CURE)
    if not starts_workers:
        return
    if len(commands_of(command) or [()]) > 1:
        what = "the command does more than run Locust, and would do it again in every worker"
        raise UsageError("load-not-locust", what, cure=_CURE)
    if PLACEHOLDER not in command:
        what = "every worker would write to the files of the master, because the command does not name {output}"
        raise UsageError("load-not-locust", what, cure=_CURE)


def _is_workers(value: object) -> bool:
    return is_count_from(0)(value) and isinstance(value, int) and value <= MOST_WORKERS


def _is_master(value: object) -> bool:
    try:
        return value is None or bool(split_address(value))  # type: ignore[arg-type] # whatever it is
    except (AttributeError, ValueError):
        return False


def _is_share_or_none(value: object) -> bool:
    return value in (None, 0) or (is_limit(value) and value <= 1)  # type: ignore[operator] # a number by now


def _is_seconds_or_none(value: object) -> bool:
    return value == 0 or is_limit(value)


_WANTED: Wanted = {
    "workers": (_is_workers, f"a whole number from 0 to {MOST_WORKERS}"),
    "master": (_is_master, "host:port, or null"),
    "network": (lambda value: value is None or isinstance(value, NetworkRule), "an object, or null"),
}
_OF_NETWORK: Wanted = {
    "latency_seconds": (_is_seconds_or_none, "a number of seconds, or null"),
    "jitter_seconds": (_is_seconds_or_none, "a number of seconds, or null"),
    "loss": (_is_share_or_none, "a share from 0 to 1, or null"),
    "rate": (is_limit, "a number of bits per second, or null"),
}
