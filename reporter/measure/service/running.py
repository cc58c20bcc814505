"""One service of one run: reset, started, waited for, and stopped."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure import environment, record, wording
from reporter.measure.log import Log
from reporter.measure.process import GRACE_SECONDS, Child
from reporter.measure.record import ServiceRecord
from reporter.measure.service import readiness, state, trouble
from reporter.measure.service.spans import receiver_for
from reporter.measure.shell import script_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.shared.model import ServiceRule

LOG_NAME = "service.txt"
PORT_VARIABLE = "BENCHVERDICT_PORT"
HOST_VARIABLE = "BENCHVERDICT_HOST"
_ENTRY = Path(__file__).parents[1]
_STOP_SECONDS = 2 * GRACE_SECONDS + 4.0
"""What a supervisor may take to end its service gracefully, then by force, and to sum up."""
_APART_SECONDS = 0.02
"""Processes are distinguished by the tick (10 ms) in which they were started."""


class ServiceFailedError(Exception):
    """The service could not be started; the text is the whole message for the user."""


class StoppedMeanwhileError(Exception):
    """Measuring was interrupted while the service was started."""


@dataclass(frozen=True)
class Surroundings:
    """Where one service runs, and for which run: ``title`` names it, ``folder`` is that of the run in ``output``.

    The command reaches it at ``host``.
    """

    plan: ServiceRule
    title: str
    side: str
    output: Path
    folder: Path
    base: Path
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt
    host: str = readiness.HERE


class Service:
    """A service that was started afresh. Use it as a context; it is healthy inside.

    ``record`` tells, afterwards, what it cost; ``died`` how it ended, when it did so without being told.
    """

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.port = around.plan.port or readiness.free_port(around.host)
        self.variables = {PORT_VARIABLE: str(self.port), HOST_VARIABLE: around.host}
        environ = environment.for_command(around.environ, around.side)
        self._spans = receiver_for(environ)
        self._environ = {**environ, **self.variables, **(self._spans.variables() if self._spans else {})}
        with record.writing_to(around.folder):
            self._log = Log(around.folder / LOG_NAME)
        self.log = (around.folder / LOG_NAME).relative_to(around.output).as_posix()
        self.child: Child | None = None
        self.record = ServiceRecord(log=self.log, port=self.port)
        self.died: str | None = None

    def __enter__(self) -> Service:
        """Start it and wait until it is healthy.

        Raises:
            ServiceFailedError: it could not be reset or started, or was not healthy in time.
            StoppedMeanwhileError: measuring was interrupted.
        """
        began = time.monotonic()
        try:
            self._reset()
            self._check_free()
            self.child = self._start()
            self._wait()
        except BaseException:
            self.stop()
            raise
        self.child.tell(b"count\n")
        self.record = replace(self.record, start_seconds=time.monotonic() - began)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, if it runs, and take note of what it cost."""
        if self.child is not None:
            child, self.child = self.child, None
            was_there = not child.has_ended
            self._end(child)
            self._sum_up(was_there=was_there)
        self._close_spans()
        self._log.close()

    def _close_spans(self) -> None:
        """Keep the spans that the service sent; the last ones come when it is stopped."""
        if self._spans is not None:
            receiver, self._spans = self._spans, None
            name = receiver.close(self._around.folder)
            path = None if name is None else (self._around.folder / name).relative_to(self._around.output).as_posix()
            self.record = replace(self.record, spans=path)

    def death(self) -> str:
        """Return the message that it ended without being told."""
        return str(self._failed(trouble.died(self.died or "ended")))

    def _reset(self) -> None:
        if self._around.plan.reset is None:
            return
        child = self._child(script_arguments(self._around.plan.reset, self._environ))
        ended = child.finish(
            child.watch(self._around.interrupt, None, self._around.console.tick), self._around.interrupt
        )
        if ended.cut:
            raise StoppedMeanwhileError
        if ended.left_behind:
            self._log.write(f"{wording.left_behind('reset', ended.left_behind)}\n".encode())
        if ended.code != 0:
            raise self._failed(trouble.reset_failed(ended.exit_code, ended.signal))

    def _check_free(self) -> None:
        """Make sure that what answers later is this service, and not one that is there already."""
        address = self._address()
        if address and readiness.problem_of_address(address, 1.0) is None:
            raise self._failed(trouble.answers_already(address))
        if self._around.plan.port and readiness.is_taken(self.port):
            raise self._failed(trouble.port_taken(self.port))

    def _start(self) -> Child:
        script = script_arguments(self._around.plan.command, self._environ)
        state.remove(self._around.output)
        held = [sys.executable, "-I", "-B", str(_ENTRY), "--output", str(self._around.output), "--serve", *script]
        child = self._child(held, holds=True)
        time.sleep(_APART_SECONDS)
        return child

    def _child(self, arguments: list[str], *, holds: bool = False) -> Child:
        try:
            return Child(arguments, environ=self._environ, sink=self._log.write, folder=self._around.base, holds=holds)
        except OSError as error:
            raise self._failed(trouble.cannot_start(arguments[0], error)) from None

    def _wait(self) -> None:
        assert self.child is not None  # noqa: S101 - started just before
        plan, interrupt = self._around.plan, self._around.interrupt
        question = readiness.Question(self._address(), plan.ready_command, self._environ, self._around.base)
        try:
            problem = readiness.wait_until_ready(
                question, plan.ready_within_seconds, self.child, interrupt, self._around.console.tick
            )
        except OSError as error:
            raise self._failed(trouble.cannot_start("bash", error)) from None
        if interrupt.count:
            raise StoppedMeanwhileError
        if self.child.has_ended:
            self.stop()
            raise self._failed(trouble.ended_early(self.died or "ended"))
        if problem:
            raise self._failed(trouble.not_ready(plan.ready_within_seconds, problem))

    def _address(self) -> str | None:
        url = self._around.plan.ready_url
        return readiness.address_of(url, self.port, self._around.host) if url else None

    def _end(self, child: Child) -> None:
        """Close the input of the supervisor, which then ends the service; a further signal to us makes it hurry."""
        interrupt = self._around.interrupt
        heard = interrupt.count
        child.tell(None)
        deadline = time.monotonic() + _STOP_SECONDS
        while not child.wait(0.05) and interrupt.count == heard and time.monotonic() < deadline:
            self._around.console.tick()
        child.finish(None if child.has_ended else "time limit", interrupt)

    def _sum_up(self, *, was_there: bool) -> None:
        found = state.read(self._around.output / state.FILE_NAME)
        state.remove(self._around.output)
        if found is None or found.was_stopped is None:
            self.died = trouble.KILLED
            return
        if not (found.was_stopped and was_there):
            self.died = wording.how_it_ended(found.exit_code, found.signal)
        usage = found.usage
        self.record = replace(
            self.record,
            exit_code=found.exit_code,
            signal=found.signal,
            cpu_seconds=usage.cpu_seconds if usage else None,
            peak_memory_bytes=usage.peak_memory_bytes if usage else None,
            read_bytes=usage.read_bytes if usage else None,
            written_bytes=usage.written_bytes if usage else None,
            memory=usage.memory if usage else None,
        )

    def _failed(self, found: trouble.Trouble) -> ServiceFailedError:
        around = self._around
        return ServiceFailedError(found.message(around.title, around.plan.command, self._log.last_lines(), self.log))
