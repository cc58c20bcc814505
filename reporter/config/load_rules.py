"""What ``[modes.NAME]`` says of a load test on several processes, and of the network before the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.shared.model import LoadRule, NetworkRule, split_address
from reporter.units import parse_duration, parse_fraction

if TYPE_CHECKING:
    from reporter.config.tables import Tables

_RATES = {"bit/s": 1.0, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9}
_FEWEST_BITS = 8.0
"""``tc`` counts whole bytes per second."""


def load_rule(tables: Tables, table: dict[str, Any], prefix: str) -> LoadRule:
    """Return the keys of a mode that are about load.

    Raises:
        UsageError: a value is unusable.
    """
    master = tables.measured(table, "locust-master", prefix, _address)
    network = _network(tables, table, prefix) if "network" in table else None
    if master and network:
        raise tables.fail(f"{prefix}network does not reach workers elsewhere", "leave out network or locust-master")
    workers = tables.count(table, "workers", prefix, 1, 1) if "workers" in table or master else 0
    return LoadRule(workers=workers, master=master, network=network)


def _network(tables: Tables, table: dict[str, Any], prefix: str) -> NetworkRule:
    own, place = tables.table(table, "network", prefix), f"{prefix}network."
    tables.only(own, ("latency", "jitter", "loss", "rate"), place)
    found = NetworkRule(
        latency_seconds=tables.measured(own, "latency", place, parse_duration),
        jitter_seconds=tables.measured(own, "jitter", place, parse_duration),
        loss=tables.measured(own, "loss", place, _share),
        rate=tables.measured(own, "rate", place, _rate),
    )
    if found.jitter_seconds is not None and found.latency_seconds is None:
        raise tables.fail(f"{place}jitter needs a latency around which it varies", 'write latency = "40 ms"')
    return found


def _address(text: Any) -> str:
    split_address(text)
    return str(text)


def _share(text: Any) -> float:
    share = parse_fraction(text)
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is not a share from 0 % to 100 %")
    return share


def _rate(text: Any) -> float:
    """Read ``10 Mbit/s`` as bits per second."""
    number, _, unit = str(text).strip().partition(" ")
    if unit not in _RATES:
        raise ValueError(f"{text!r} is not a rate, like 10 Mbit/s")
    bits = float(number) * _RATES[unit]
    if not _FEWEST_BITS <= bits <= 1e12:
        raise ValueError(f"{text!r} is not a rate from {_FEWEST_BITS:g} bit/s to 1000 Gbit/s")
    return bits
