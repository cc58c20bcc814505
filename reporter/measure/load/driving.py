"""What surrounds the command of one run of a load test: its network and its workers."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from reporter.measure import record
from reporter.measure.load.network import Namespace, NotAppliedError, namespaces
from reporter.measure.load.workers import Connections, Workers, master_variables, worker_variables
from reporter.measure.log import Log
from reporter.measure.service.readiness import HERE, free_port
from reporter.shared.model import LoadRule, Notice, split_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from reporter.measure.interrupt import Interrupt

    ArgumentsOf = Callable[[Path], AbstractContextManager[list[str]]]
    """Gives the command with another place for its results."""

_LOG_NAME = "log.txt"
NO_LOAD = LoadRule()


@dataclass(frozen=True)
class LoadPlace:
    """Which run is surrounded: ``title`` names it, ``folder`` is its own, and its command runs in ``base``."""

    title: str
    folder: Path
    base: Path
    interrupt: Interrupt


class Load:
    """The network and the workers of one run. Use it as a context.

    ``host`` is where its command reaches the service, and ``notices`` tell what was not as it was asked for.
    """

    def __init__(self, rule: LoadRule | None, place: LoadPlace) -> None:
        self._rule, self._place = rule or NO_LOAD, place
        self._held = ExitStack()
        self._spaces: tuple[Namespace, ...] = ()
        self._workers = Workers()
        self.host = HERE
        self.notices: list[Notice] = []
        self._port = 0
        self._connections: Connections | None = None

    def __enter__(self) -> Load:
        """Make the network, as far as that is possible here."""
        rule = self._rule
        if rule.network is not None:
            try:
                self._spaces = self._held.enter_context(namespaces(rule.network, max(1, rule.local_workers)))
                self.host = self._spaces[0].host
            except NotAppliedError as error:
                text = f"{self._place.title}: the network of the mode was not applied: {error}"
                self.notices.append(Notice("network-not-applied", text))
        if rule.local_workers:
            self._port = free_port(self.host)
        return self

    def __exit__(self, *_: object) -> None:
        """End what an error has left: workers first, then their network."""
        self._workers.end(self._place.interrupt, time.monotonic(), at_once=True)
        self._held.close()

    def variables(self) -> dict[str, str]:
        """Return what the command gets besides its own environment."""
        if self._rule.master:
            host, port = split_address(self._rule.master)
            self._connections = Connections(port)
            return master_variables(host, port, self._rule.workers)
        return master_variables(self.host, self._port, self._rule.workers) if self._rule.workers else {}

    def inside(self, arguments: list[str]) -> list[str]:
        """Return the command in its namespace; a master makes no load and stays outside."""
        return self._spaces[0].inside(arguments) if self._spaces and not self._rule.workers else arguments

    def start_workers(self, arguments_of: ArgumentsOf, environ: Mapping[str, str]) -> None:
        """Start the workers that run here. Raises ``OSError`` when one cannot be started."""
        for number in range(1, self._rule.local_workers + 1):
            folder = self._place.folder / f"worker-{number}"
            with record.writing_to(folder):
                folder.mkdir()
                log = Log(folder / _LOG_NAME)
            own = {**environ, **worker_variables(self.host, self._port, number)}
            with arguments_of(folder) as arguments:
                placed = self._spaces[number - 1].inside(arguments) if self._spaces else arguments
                self._workers.start(placed, own, log, self._place.base)

    def look(self) -> None:
        """Look after the workers; called all the time while the command runs."""
        self._workers.look()
        if self._connections:
            self._connections.look(time.monotonic())

    def end(self, *, at_once: bool, code: int | None = None) -> None:
        """End the workers once the command has ended, with that ``code``; ``at_once`` where it was cut short."""
        over = time.monotonic()
        lost = self._workers.end(self._place.interrupt, over, at_once=at_once, code=code)
        gone = self._connections.lost(over, self._rule.workers) if self._connections and not at_once else None
        for what in (*lost, *filter(None, [gone])):
            text = f"{self._place.title}: {what}; the others went on, and its last requests are missing"
            self.notices.append(Notice("load-worker-lost", text))
