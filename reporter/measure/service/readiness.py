"""Is a service healthy? Asked over and over, within a time limit, of an address or of a command.

An address is asked without any proxy, and a redirection is an answer, not followed: only what was named is measured.
"""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reporter.measure.process import Child
from reporter.measure.shell import script_arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reporter.measure.interrupt import Interrupt

_PAUSE_SECONDS = 0.05
_PAUSE_AFTER_SCRIPT_SECONDS = 0.2
"""A shell, again and again, must not take from the service what it needs to start."""
_LONGEST_ANSWER_SECONDS = 10.0
_REFUSED = 400
_PORT = re.compile(r"\$(?:BENCHVERDICT_PORT\b|\{BENCHVERDICT_PORT\})")
_HOST = re.compile(r"\$(?:BENCHVERDICT_HOST\b|\{BENCHVERDICT_HOST\})")
HERE = "127.0.0.1"


def address_of(ready_url: str, port: int, host: str = HERE) -> str:
    """Put host and port in their places; what is only a path is meant there."""
    whole = f"http://{host}:{port}{ready_url}" if ready_url.startswith("/") else ready_url
    return _HOST.sub(host, _PORT.sub(str(port), whole))


def problem_of_address(address: str, seconds: float) -> str | None:
    """Ask an address once and say why it is not healthy; ``None`` when it is."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or HERE, parts.port, timeout=seconds)
        try:
            connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return getattr(error, "strerror", None) or str(error) or type(error).__name__
    return None if status < _REFUSED else f"status {status}"


def is_taken(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    try:
        socket.create_connection((HERE, port), timeout=1.0).close()
    except OSError:
        return False
    return True


def free_port(host: str = HERE) -> int:
    """Find a port of an address of this machine that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class Question:
    """What is asked: an address, or a script of bash. ``environ`` and ``folder`` are for the script."""

    address: str | None
    script: str | None
    environ: Mapping[str, str]
    folder: Path

    def problem(self, seconds: float, service: Child, interrupt: Interrupt, tick: Callable[[], None]) -> str | None:
        """Ask once and say why it is not healthy; ``None`` when it is.

        Ends early with the service, or when interrupted.

        Raises:
            OSError: the script cannot be run.
        """
        if self.address is not None:
            return self._problem_of_address(self.address, seconds, service, interrupt, tick)
        printed: list[bytes] = []
        arguments = script_arguments(self.script or "", self.environ)
        child = Child(arguments, environ=self.environ, sink=printed.append, folder=self.folder)
        ended = child.finish(child.watch(interrupt, seconds, tick, needed=service), interrupt)
        if ended.code == 0 and not ended.cut:
            return None
        how = "did not end" if ended.cut else f"ended with exit code {ended.exit_code}"
        last = b"".join(printed).decode("utf-8", "replace").strip().split("\n")[-1]
        return f"the ready command {how}" + (f": {last}" if last else "")

    @staticmethod
    def _problem_of_address(
        address: str, seconds: float, service: Child, interrupt: Interrupt, tick: Callable[[], None]
    ) -> str | None:
        """Ask from a thread: an answer that does not come must not keep anybody from stopping the measuring."""
        answer: list[str | None] = []
        limit = min(seconds, _LONGEST_ANSWER_SECONDS)
        asking = threading.Thread(target=lambda: answer.append(problem_of_address(address, limit)), daemon=True)
        asking.start()
        while asking.is_alive() and not service.has_ended and not interrupt.count:
            tick()
            asking.join(_PAUSE_SECONDS)
        return f"{address}: {answer[0]}" if answer and answer[0] else None if answer else f"{address} did not answer"


def wait_until_ready(
    question: Question, seconds: float, service: Child, interrupt: Interrupt, tick: Callable[[], None]
) -> str | None:
    """Wait until a service is healthy; else give what was wrong when it was asked last.

    Ends early when the service has ended, or measuring is interrupted.

    Raises:
        OSError: the script that is to be asked cannot be run.
    """
    deadline = time.monotonic() + seconds
    while True:
        problem = question.problem(max(0.1, deadline - time.monotonic()), service, interrupt, tick)
        if problem is None or service.has_ended or interrupt.count or time.monotonic() >= deadline:
            return problem
        tick()
        service.wait(_PAUSE_SECONDS if question.address else _PAUSE_AFTER_SCRIPT_SECONDS)
