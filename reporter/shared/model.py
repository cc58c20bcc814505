"""What measure, the reporter and the gate all speak: their types, and how a commit is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

FULL_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
COMMIT = re.compile("[0-9a-f]{7,64}")
"""In full, or shortened."""

READY_WITHIN_SECONDS = 30.0
READY_SCHEMES = ("http://", "https://", "/")
"""How the address begins by which a service is known to be healthy; a path is one on this machine."""
MOST_PORT = 65_535

FINGERPRINT_KEYS = ("cpu_model", "cores", "architecture", "os", "image", "language")

_SYSTEMS = ("linux", "macos", "windows", "freebsd", "openbsd", "netbsd")
_SAME_WORDS = {"darwin": "macos", "amd64": "x86_64", "arm64": "aarch64"}
"""What tools call one thing: Go says amd64 and darwin."""


@dataclass(frozen=True)
class Notice:
    """A warning that travels with the result. ``code`` is stable; ``text`` says what it means and what to do."""

    code: str
    text: str


@dataclass(frozen=True)
class PathRule:
    """What a file reaches whose path matches ``glob``, in place of what is recorded: benchmarks by their globs.

    Paths are from the top of the repository, and ``*`` stands for any characters, ``/`` too.
    """

    glob: str
    benchmarks: tuple[str, ...]


@dataclass(frozen=True)
class Fingerprint:
    """What must be equal for two runs to be comparable. ``None`` means unknown, which equals anything.

    ``cores`` are those that the process may use, ``os`` is the distribution with its major version (``debian 12``),
    ``image`` the family of the hosted runner's image (``ubuntu24``), ``language`` the language with its minor version
    (``CPython 3.11``). ``details`` are shown and not compared (kernel, image version, patch version).
    """

    cpu_model: str | None = None
    cores: int | None = None
    architecture: str | None = None
    os: str | None = None
    image: str | None = None
    language: str | None = None
    details: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the object that stands for it in every file of ours; unknown is null."""
        return {**{key: getattr(self, key) for key in FINGERPRINT_KEYS}, "details": dict(self.details)}

    def differences(self, other: Fingerprint) -> tuple[str, ...]:
        """Name each known field that differs, as ``cpu_model: A, was B`` (this one first, ``other`` second).

        What one side knows less of is no difference: a tool's file says ``Linux`` where measuring says ``debian 12``.
        """
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in FINGERPRINT_KEYS)
        return tuple(
            f"{name}: {a}, was {b}"
            for name, a, b in pairs
            if a is not None and b is not None and not _agree(_words_of(name, a), _words_of(name, b))
        )


@dataclass(frozen=True)
class MemorySeries:
    """Resident memory of a process tree over time: ``bytes[i]`` was seen at ``seconds[i]`` after the beginning."""

    seconds: tuple[float, ...]
    bytes: tuple[float, ...]

    @classmethod
    def from_json(cls, content: dict[str, list[float]]) -> MemorySeries:
        """Return the series of what measuring wrote; raises ``ValueError`` or ``KeyError`` when it is none."""
        return cls(tuple(map(float, content["seconds"])), tuple(map(int, content["bytes"])))


@dataclass(frozen=True)
class TooSlow:
    """How long one run takes, in seconds, where too few pairs fit into the time limit; ``at_least`` if it was ended."""

    run_seconds: float
    limit_seconds: float
    at_least: bool = False


@dataclass(frozen=True)
class ServiceRule:
    """How a server is started afresh for every run, and known to be healthy.

    The commands are scripts of bash, run where the benchmark command runs; ``reset`` runs before every start of
    ``command``. The server is healthy once ``ready_url`` answers with a status below 400 or ``ready_command`` ends with
    0; exactly one of the two is given. Without ``port`` a free one is found.
    """

    command: str
    ready_url: str | None = None
    ready_command: str | None = None
    ready_within_seconds: float = READY_WITHIN_SECONDS
    reset: str | None = None
    port: int | None = None


LOAD_NOT_AS_ASKED = ("network-not-applied", "load-worker-lost")
"""Codes of notices that a load was not the one that was asked for: its numbers decide nothing and are not saved."""


@dataclass(frozen=True)
class NetworkRule:
    """The network between a load test and its service, as ``tc netem`` makes it.

    ``latency_seconds`` and ``jitter_seconds`` are of the way there and back; ``loss`` is a share of the packets of each
    way, and ``rate`` is in bits per second of each way. Without any of them only the namespace is another one.
    """

    latency_seconds: float | None = None
    jitter_seconds: float | None = None
    loss: float | None = None
    rate: float | None = None


@dataclass(frozen=True)
class LoadRule:
    """Who makes the load of a mode: ``workers`` processes of Locust, and the ``network`` before the service.

    With a ``master`` (``host:port``) the command binds there as Locust's master and waits for so many workers from
    elsewhere. Without it the workers run here. None at all means the command by itself.
    """

    workers: int = 0
    master: str | None = None
    network: NetworkRule | None = None

    @property
    def local_workers(self) -> int:
        """How many workers are started here."""
        return 0 if self.master else self.workers


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of ``host:port``; raises ``ValueError`` for anything else."""
    host, colon, port = address.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 1 <= int(port) <= MOST_PORT):
        raise ValueError(f"{address!r} is not host:port, like 0.0.0.0:5557")
    return host, int(port)


def _words_of(field_name: str, value: object) -> tuple[str, ...]:
    """Return a field in words that can be compared; a system that is none we know is a distribution of Linux."""
    if field_name not in ("os", "architecture"):
        return (str(value),)
    words = tuple(_SAME_WORDS.get(word, word) for word in str(value).lower().split())
    return ("linux", *words) if field_name == "os" and words and words[0] not in _SYSTEMS else words


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]
