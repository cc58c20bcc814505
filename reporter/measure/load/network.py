"""Network namespaces between a load test and its service, with the conditions that ``tc netem`` makes.

Each namespace is held by a process and joined to this machine by a pair of virtual cables. All of it vanishes with that
process, which ends when measuring does, however that ends. The service stays where it is and is reached at an address
of 198.18.0.0/15, a range that is reserved for benchmarks (RFC 2544).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.shared.model import NetworkRule

_FIRST_ADDRESS = int(IPv4Address("198.18.0.0"))
_SUBNETS = 32_768
"""Of four addresses each, in the whole range."""
_APART = 37
"""So that two measurings at a time seldom begin with the same one."""
_LONGEST_SECONDS = 10.0
_PROGRAMS = ("unshare", "nsenter", "ip", "tc")


class NotAppliedError(Exception):
    """The network cannot be made here; the text says why."""


@dataclass(frozen=True)
class Namespace:
    """A namespace that exists. ``host`` is the address at which this machine is reached from inside."""

    holder: int
    host: str

    def inside(self, arguments: Sequence[str]) -> list[str]:
        """Return the command that runs another one inside."""
        return ["nsenter", f"--net=/proc/{self.holder}/ns/net", "--", *arguments]


@contextmanager
def namespaces(rule: NetworkRule, count: int) -> Iterator[tuple[Namespace, ...]]:
    """Make so many namespaces with the same conditions; nothing is left of them afterwards.

    Raises:
        NotAppliedError: that is not possible here.
    """
    _check_possible()
    with ExitStack() as held:
        yield tuple(_made(rule, number, held) for number in range(count))


def conditions(rule: NetworkRule) -> list[str]:
    """Return what ``tc qdisc`` is given for one way: half of the latency of both."""
    words: list[str] = []
    if rule.latency_seconds:
        words += ["delay", _microseconds(rule.latency_seconds / 2)]
        words += [_microseconds(rule.jitter_seconds / 2)] if rule.jitter_seconds else []
    if rule.loss:
        words += ["loss", f"{100 * rule.loss:.6g}%"]
    if rule.rate:
        words += ["rate", f"{rule.rate:.0f}bit"]
    return ["netem", *words] if words else []


def _microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.0f}us"


def _check_possible() -> None:
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        raise NotAppliedError(f"{missing[0]} is not installed (Linux: iproute2 and util-linux)")
    if os.geteuid():
        raise NotAppliedError("it needs the rights of root")


def _made(rule: NetworkRule, number: int, held: ExitStack) -> Namespace:
    holder = _holder(held)
    subnet = (os.getpid() * _APART + number) % _SUBNETS
    here, there = (str(IPv4Address(_FIRST_ADDRESS + 4 * subnet + place)) for place in (1, 2))
    cable = f"bv{os.getpid() % 1_000_000}n{number}"
    space = Namespace(holder, here)
    _call(["ip", "link", "add", f"{cable}h", "type", "veth", "peer", "name", "eth0", "netns", str(holder)])
    held.callback(_cut, f"{cable}h")
    _call(["ip", "address", "add", f"{here}/30", "dev", f"{cable}h"])
    _call(["ip", "link", "set", f"{cable}h", "up"])
    _call(space.inside(["ip", "address", "add", f"{there}/30", "dev", "eth0"]))
    for device in ("lo", "eth0"):
        _call(space.inside(["ip", "link", "set", device, "up"]))
    _call(space.inside(["ip", "route", "add", "default", "via", here]))
    if conditions(rule):
        _call(["tc", "qdisc", "add", "dev", f"{cable}h", "root", *conditions(rule)])
        _call(space.inside(["tc", "qdisc", "add", "dev", "eth0", "root", *conditions(rule)]))
    return space


def _holder(held: ExitStack) -> int:
    """Start a process in a namespace of its own; it ends with its input, so at the latest with this process."""
    process = subprocess.Popen(
        ["unshare", "--net", "cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    held.callback(_let_go, process)
    deadline = time.monotonic() + _LONGEST_SECONDS
    while _namespace_of(process.pid) in (None, _namespace_of(os.getpid())):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotAppliedError("the system refuses a network namespace")
        time.sleep(0.01)
    return process.pid


def _namespace_of(pid: int) -> str | None:
    try:
        return str(Path(f"/proc/{pid}/ns/net").readlink())
    except OSError:
        return None


def _let_go(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    if process.stdin:
        process.stdin.close()
    process.wait()


def _cut(cable: str) -> None:
    """Remove a cable now: the kernel removes that of a dead namespace later, and the next one has the same name."""
    with suppress(NotAppliedError):
        _call(["ip", "link", "delete", cable])


def _call(arguments: Sequence[str]) -> None:
    try:
        done = subprocess.run(arguments, capture_output=True, timeout=_LONGEST_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotAppliedError(f"{arguments[0]}: {error}") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[0][:200]
        program = next(word for word in arguments if word in ("ip", "tc"))
        raise NotAppliedError(f"{program} says: {reason.rstrip('.') or f'exit code {done.returncode}'}")
