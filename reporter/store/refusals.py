"""Why a store cannot be used, in words of ours: those of clients hold addresses, keys and signed requests."""

from __future__ import annotations

from reporter.config.store_rules import scheme_of, shown_place
from reporter.shared.errors import InputError, UsageError

_CODES = {
    "refused": "store-refused",
    "missing": "store-missing",
    "clock": "store-clock",
    "unreachable": "store-unreachable",
    "busy": "store-busy",
    "full": "store-full",
    "newer": "store-newer",
    "older": "store-older",
    "too large": "store-too-large",
    "failed": "store-failed",
}
_WORDS = {
    "refused": (
        "the store refuses the credentials of this job, or does not allow them this",
        "give the job credentials that may read, and for saving also write, as docs/history.md shows",
    ),
    "missing": ("there is no such bucket, container or database", "make it, or correct the address of the store"),
    "clock": (
        "the clock of this machine is too far off for the store to trust its requests",
        "set the clock, by NTP for example, and call this again",
    ),
    "unreachable": (
        "the store cannot be reached",
        "check the address, the network and whether its server runs, and call this again",
    ),
    "busy": ("the store has too much to do, or takes too long", "call this again later"),
    "full": ("the store has no room", "make room, or remove old measurings with benchverdict history prune"),
    "newer": (
        "the store was made by a newer version of Benchverdict",
        "use the same version of Benchverdict everywhere",
    ),
    "older": (
        "the tables of the store are those of an older version, and this job may not change them",
        "save once with the role that made them, such as by stage: store; that brings them up to date",
    ),
    "too large": (
        "the store has more measurings of one suite than can be listed",
        "remove old ones with benchverdict history prune",
    ),
    "failed": ("the store answered with an error", "see the logs of its server, and call this again"),
}
IN_STORE = frozenset(_CODES.values())
"""The codes of errors of the store as a whole; all others are of one measuring in it."""


def refusal(kind: str, address: str, detail: str = "") -> InputError:
    """Return the error of a kind; ``detail`` is a code of the server and nothing else."""
    what, cure = _WORDS[kind]
    return InputError(_CODES[kind], f"{what}{f' ({detail})' if detail else ''}", where=shown_place(address), cure=cure)


def too_large(where: str) -> InputError:
    """Return the error of a measuring that is larger than any that Benchverdict writes."""
    what, cure = "it is larger than any measuring", "remove it: Benchverdict has not written it"
    return InputError("file-too-large", what, where=where, cure=cure)


def not_installed(address: str, package: str) -> UsageError:
    """Return the error of a store whose package is missing."""
    return UsageError(
        "store-not-installed",
        f"a store at {scheme_of(address)}:// needs the package {package}",
        where=shown_place(address),
        cure="install it: pip install 'benchverdict[stores]'",
    )
