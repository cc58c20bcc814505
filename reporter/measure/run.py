"""One run: a fresh process of the command, its log and its result files, in a folder of its own."""

from __future__ import annotations

import shlex
import shutil
import tempfile
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure import asv_configuration, conditions, environment, record, results, thinning, wording
from reporter.measure.known_results import asv_words, results_of
from reporter.measure.load.driving import Load, LoadPlace
from reporter.measure.log import Log
from reporter.measure.process import ON_WINDOWS, Child, Ended, Place
from reporter.measure.record import RunRecord
from reporter.measure.service.running import Service, ServiceFailedError, StoppedMeanwhileError, Surroundings
from reporter.measure.shell import script_arguments
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.cores import Core
    from reporter.measure.plan import Plan

PLACEHOLDER = "{output}"
_LOG_NAME = "log.txt"
_SLICES_NAME = "slices.json"


@dataclass(frozen=True)
class Slot:
    """The place of a run in the measurement. ``title`` names it for people: ``run 2 of 5``.

    A run of a pair has the number of that pair, and maybe a core that it is kept on. With ``takes_turns`` the other
    side runs at the same time; with ``fixed_addresses`` its processes do not get random ones.
    """

    index: int
    batch: int
    title: str
    side: str = "head"
    pair: int | None = None
    core: Core | None = None
    takes_turns: bool = False
    fixed_addresses: bool = False


@dataclass(frozen=True)
class Attempt:
    """What became of a run. ``record`` is ``None`` when it was interrupted: half a run is not kept.

    ``status`` and ``message`` are those of ``measure.json``.
    """

    record: RunRecord | None
    status: str
    message: str | None = None
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Runner:
    """Everything that is the same for all runs. ``output`` and ``base`` (the working directory) are real paths.

    ``added`` are variables that the command gets besides ``environ``. What it prints is shown if ``shows_log``; it is
    kept in any case.
    """

    plan: Plan
    output: Path
    base: Path
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt
    added: Mapping[str, str] = field(default_factory=dict)
    shows_log: bool = True

    def run(self, slot: Slot) -> Attempt:
        """Run the command once, with a service of its own if there is one, and gather what it wrote."""
        folder = record.fresh_run_folder(self.output, slot.index, slot.side)
        with record.writing_to(folder):
            log = Log(folder / _LOG_NAME)
        entry = RunRecord(slot.index, slot.side, slot.batch, time.time(), self._relative(folder / _LOG_NAME), slot.pair)
        load = Load(self.plan.load, LoadPlace(slot.title, folder, self.base, self.interrupt))
        service = None
        try:
            with load:
                service = self._service(slot, folder, load.host)
                with service or nullcontext():
                    around, ended, found = self._measured(slot, folder, log, load, service)
        except _CannotStartError as error:
            return Attempt(entry, "failed", wording.cannot_start(slot.title, error.program, error.cause, self.plan))
        except ServiceFailedError as error:
            entry = replace(entry, service=service.record if service else None)
            return Attempt(entry, "failed", str(error))
        except StoppedMeanwhileError:
            return Attempt(None, "interrupted")
        finally:
            log.close()
        if ended.cut == "interrupted":
            return Attempt(None, "interrupted")
        sliced = self._slices(slot, folder / _LOG_NAME)
        filled = self._filled(replace(entry, conditions=around, slices=sliced), ended, found, service)
        judged = self._judge(slot, filled, ended, found, log, service)
        return replace(judged, warnings=(*load.notices, *judged.warnings))

    def _service(self, slot: Slot, folder: Path, host: str) -> Service | None:
        if self.plan.service is None:
            return None
        around = Surroundings(
            self.plan.service,
            slot.title,
            slot.side,
            self.output,
            folder,
            self.base,
            self.environ,
            self.console,
            self.interrupt,
            host,
        )
        return Service(around)

    def _measured(
        self, slot: Slot, folder: Path, log: Log, load: Load, service: Service | None
    ) -> tuple[conditions.Conditions, Ended, results.Results]:
        """Run the command beside its service, and look at the machine and at the files before and after."""
        ours = self.output if self.output not in self.base.parents else self.output / record.RUNS_FOLDER
        self._prepare_asv()
        watched = results.Watched(results_of(self.plan, self.base), base=self.base, excluded=ours)
        before = conditions.look()
        ended = self._execute(slot, folder, log, load, service)
        around = conditions.between(before, conditions.look())
        found = results.Results() if ended.cut == "interrupted" else results.collect(folder, watched, self.base)
        for path in found.files:
            thinning.thin(path)
        return around, ended, found

    def _prepare_asv(self) -> None:
        words = asv_words(self.plan)
        if words and asv_configuration.describe_machine(
            words, self.base, environment.for_command(self.environ, "head")
        ):
            self.console.say(wording.MACHINE_DESCRIBED)

    def _execute(self, slot: Slot, folder: Path, log: Log, load: Load, service: Service | None) -> Ended:
        added = {**self.added, **(service.variables if service else {})}
        if slot.takes_turns:
            added["BENCHVERDICT_SLICES"] = str(folder / _SLICES_NAME)
        environ = {**environment.for_command(self.environ, slot.side), **added}
        mark = f"{environment.SIDE}={slot.side}" if slot.takes_turns else None
        place = Place(core=slot.core, fixed_addresses=slot.fixed_addresses, mark=mark)

        def sink(data: bytes) -> None:
            log.write(data)
            if self.shows_log:
                self.console.log(data)

        guard = self.console.guarded() if self.shows_log else nullcontext()
        with _arguments(self.plan, folder / results.OUTPUT_NAME, environ) as arguments, guard:
            try:
                load.start_workers(lambda own: _arguments(self.plan, own / results.OUTPUT_NAME, environ), environ)
                child = Child(
                    load.inside(arguments),
                    environ={**environ, **load.variables()},
                    sink=sink,
                    folder=self.base,
                    place=place,
                )
            except OSError as error:
                load.end(at_once=True)
                raise _CannotStartError(arguments[0], error) from None
            return self._watched(child, load, service)

    def _watched(self, child: Child, load: Load, service: Service | None) -> Ended:
        """Wait until the command has ended, and end its workers then."""

        def tick() -> None:
            self.console.tick()
            load.look()

        needed = service.child if service else None
        cut = child.watch(self.interrupt, self.plan.run_time_limit_seconds, tick, needed)
        load.end(at_once=cut is not None, code=child.code)
        return child.finish(cut, self.interrupt)

    def _filled(self, entry: RunRecord, ended: Ended, found: results.Results, service: Service | None) -> RunRecord:
        died = service is not None and service.died is not None
        return replace(
            entry,
            started_at=ended.started_at,
            exit_code=ended.exit_code,
            signal=ended.signal,
            complete=ended.code == 0 and not ended.cut and bool(found.files) and not died,
            wall_seconds=ended.wall_seconds,
            cpu_seconds=ended.usage.cpu_seconds,
            peak_memory_bytes=ended.usage.peak_memory_bytes,
            read_bytes=ended.usage.read_bytes,
            written_bytes=ended.usage.written_bytes,
            results=tuple(self._relative(path) for path in found.files),
            memory=ended.usage.memory,
            counts=ended.usage.counts,
            service=service.record if service else None,
        )

    def _judge(
        self,
        slot: Slot,
        entry: RunRecord,
        ended: Ended,
        found: results.Results,
        log: Log,
        service: Service | None,
    ) -> Attempt:
        warnings = tuple(_warnings(slot.title, ended, found, log))
        if service and service.died:
            return Attempt(entry, "failed", service.death(), warnings)
        if entry.complete:
            return Attempt(entry, "complete", warnings=warnings)
        if ended.code == 0 and not ended.cut:
            return Attempt(entry, "empty", wording.wrote_nothing(slot.title, found, self.plan), warnings)
        message = wording.failed(slot.title, ended, self.plan, log.last_lines(), entry.log)
        return Attempt(entry, "failed", message, warnings)

    def _slices(self, slot: Slot, log: Path) -> str | None:
        path = log.with_name(_SLICES_NAME)
        return self._relative(path) if slot.takes_turns and path.is_file() else None

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.output).as_posix()


class _CannotStartError(Exception):
    def __init__(self, program: str, cause: OSError) -> None:
        super().__init__(program)
        self.program = program
        self.cause = cause


def _warnings(title: str, ended: Ended, found: results.Results, log: Log) -> Iterator[Notice]:
    if ended.left_behind:
        yield Notice("processes-left-behind", wording.left_behind(title, ended.left_behind))
    if log.problem:
        yield Notice("log-incomplete", f"the log of {title} is incomplete: {log.problem}")
    for problem in found.problems:
        yield Notice("result-not-kept", f"{title}: {problem}")


@contextmanager
def _arguments(plan: Plan, output: Path, environ: Mapping[str, str]) -> Iterator[list[str]]:
    """Put the result path in the place of {output}: as it is in a list, quoted where needed in a script."""
    if plan.command is not None:
        arguments = [argument.replace(PLACEHOLDER, str(output)) for argument in plan.command]
        yield [_found_on_windows(arguments[0], environ), *arguments[1:]]
        return
    with _path_for_shell(output) as path:
        yield script_arguments((plan.script or "").replace(PLACEHOLDER, path), environ)


@contextmanager
def _path_for_shell(output: Path) -> Iterator[str]:
    """Spell a path so that it means the same bare, in quotes of either kind and in a here-document.

    A path of plain characters is its own spelling. For any other a link with a plain path stands in while the command
    runs; where links cannot be made, the path is quoted and then works only outside other quotes.
    """
    path = output.as_posix()
    if shlex.quote(path) == path:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="benchverdict-") as folder:
        link = Path(folder) / "run"
        with suppress(OSError):
            link.symlink_to(output.parent, target_is_directory=True)
        yield shlex.quote((link / output.name).as_posix() if link.exists() else path)


def _found_on_windows(program: str, environ: Mapping[str, str]) -> str:
    """Windows starts ``npm`` only by its full name, ``npm.cmd``."""
    found = shutil.which(program, path=environ.get("PATH")) if ON_WINDOWS else None
    return found or program
