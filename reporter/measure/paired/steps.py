"""Steps of setting up a side: programs with a log, which end with everything they started when measuring is stopped."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure import record, wording
from reporter.measure.log import Log
from reporter.measure.process import Child

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt


class StoppedError(Exception):
    """Measuring was asked to stop."""


class SideFailedError(Exception):
    """A side could not be set up or run; the text is the whole message for the user.

    ``side`` is ``None`` when it is about both, ``status`` that of ``measure.json``.
    """

    def __init__(self, side: str | None, message: str, status: str = "failed") -> None:
        super().__init__(message)
        self.side = side
        self.status = status


class TooSlowError(Exception):
    """A run was ended because it showed that too few pairs fit into the time limit; holds its seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"one run takes more than {seconds:g} s")
        self.seconds = seconds


class NothingInCommonError(Exception):
    """Only the head has what is measured; the text says what that is and what to do."""


class NothingAffectedError(Exception):
    """The change reaches no benchmark, and only those that it reaches were wanted."""


class OptionsRefusedError(Exception):
    """The command failed with the options that were added to make it short; the text says what happens instead."""


@dataclass(frozen=True)
class Steps:
    """Runs the steps of one side, one after the other, with one log. ``log`` is its path below the output folder."""

    side: str
    folder: Path
    log: str
    console: Console
    interrupt: Interrupt
    _log: Log

    def run(self, arguments: Sequence[str], environ: Mapping[str, str]) -> int | None:
        """Run a program to its end and give its exit code, ``None`` after a signal.

        Raises:
            StoppedError: measuring was asked to stop meanwhile.
            OSError: the program cannot be started.
        """
        self.stop_if_asked()
        self._log.write(f"$ {' '.join(arguments)}\n".encode("utf-8", "replace"))
        child = Child(arguments, environ=environ, sink=self._log.write, folder=self.folder)
        ended = child.finish(child.watch(self.interrupt, None, self.console.tick), self.interrupt)
        if ended.cut:
            raise StoppedError
        if ended.left_behind:
            self._log.write(f"{wording.left_behind('this step', ended.left_behind)}\n".encode())
        return ended.exit_code

    def stop_if_asked(self) -> None:
        """Raise ``StoppedError`` when measuring was asked to stop."""
        if self.interrupt.count:
            raise StoppedError

    def last_lines(self) -> list[str]:
        """Return the last lines of the log."""
        return self._log.last_lines()


@contextmanager
def steps_of(side: str, folder: Path, output: Path, console: Console, interrupt: Interrupt) -> Iterator[Steps]:
    """Begin the steps of a side; their log is complete afterwards.

    Raises:
        UsageError: the log cannot be written.
    """
    path = output / record.SETUP_FOLDER / f"{side}.txt"
    with record.writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        log = Log(path)
    try:
        yield Steps(side, folder, path.relative_to(output).as_posix(), console, interrupt, log)
    finally:
        log.close()
