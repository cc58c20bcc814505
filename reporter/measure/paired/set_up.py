"""One side made ready to run: its virtual environment, the user's set-up script, or the project installed from it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure import environment, wording
from reporter.measure.console import spoken_duration
from reporter.measure.paired import modules, sides, virtual
from reporter.measure.paired.steps import SideFailedError, steps_of
from reporter.measure.shell import script_arguments
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.kept_base import KeptBase
    from reporter.measure.paired.sides import Side, Sides
    from reporter.measure.paired.steps import Steps
    from reporter.measure.paired.user_python import UserPython
    from reporter.measure.plan import Plan

_PIP = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps")
_TABLE_OF_A_PROJECT = re.compile(r"^\s*\[(?:project|build-system)\]", re.MULTILINE)


@dataclass(frozen=True)
class SetUp:
    """What is the same for both sides. ``user`` is the user's Python, or ``None`` when the sides get none.

    ``kept`` is where the base is kept, ``None`` where it is not.
    """

    plan: Plan
    output: Path
    trees: Sides
    user: UserPython | None
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt
    kept: KeptBase | None = None

    def both(self) -> tuple[Sides, list[Notice]]:
        """Make both sides ready; return them with their environments, and notices.

        Raises:
            SideFailedError: one of them cannot be made ready.
            StoppedError: measuring was asked to stop.
            UsageError: the output folder cannot be written.
        """
        notices: list[Notice] = []
        base, head = self._ready_base(notices), self._ready(self.trees.head, notices)
        names = modules.names_in((base.tree, base.folder, head.tree, head.folder))
        return replace(self.trees, base=base, head=head, modules=names), notices

    def _ready_base(self, notices: list[Notice]) -> Side:
        """Make the base ready, or take it as it was kept; a fresh one is kept before anything else runs."""
        side = self.trees.base
        restored = self.kept.restore(side) if self.kept else None
        if restored:
            age, warnings = restored
            notices.extend(warnings)
            self.console.heading(wording.base_restored(side.commit, spoken_duration(age)))
            return replace(side, environment=sides.environment_of(self.output, side.name) if self.user else None)
        ready = self._ready(side, notices)
        why_not = self.kept.keep(ready, notices) if self.kept else None
        if why_not:
            self.console.say(f"  the base is not kept for next time: {why_not}")
        return ready

    def _ready(self, side: Side, notices: list[Notice]) -> Side:
        if not side.folder.is_dir():
            what = f"it has no folder {side.folder.relative_to(side.tree)}, in which the command is to run"
            raise SideFailedError(side.name, wording.setup_failed(side.name, what))
        self.console.heading(f"Setting up the {side.name} at {side.commit[:10]}")
        with steps_of(side.name, side.folder, self.output, self.console, self.interrupt) as steps:
            if self.user:
                side = self._with_environment(side, self.user, steps)
            if self.plan.pairs and self.plan.pairs.setup:
                self._run_script(self.plan.pairs.setup, side, steps)
            elif self.user:
                self._install(side, self.user, steps, notices)
        return side

    def _with_environment(self, side: Side, user: UserPython, steps: Steps) -> Side:
        folder = sides.environment_of(self.output, side.name)
        command = virtual.creation(folder, user, with_pip=not user.has_pip)
        try:
            if steps.run(command, environment.for_command(self.environ, side.name)) != 0:
                raise SideFailedError(side.name, self._failed(steps, "its virtual environment cannot be made"))
            virtual.furnish(folder, user, self._move(user, side))
        except (OSError, subprocess.SubprocessError) as error:
            what = f"its virtual environment cannot be made: {error}"
            raise SideFailedError(side.name, self._failed(steps, what)) from None
        self.console.say(f"  virtual environment of {user.version} on top of the {user.packages} packages you have")
        return replace(side, environment=folder)

    def _run_script(self, script: str, side: Side, steps: Steps) -> None:
        environ = self._variables(side)
        try:
            code = steps.run(script_arguments(script, environ), environ)
        except OSError as error:
            raise SideFailedError(side.name, self._failed(steps, f"cannot start bash: {error}")) from None
        if code != 0:
            what = "the set-up script " + ("was ended by a signal" if code is None else f"ended with exit code {code}")
            raise SideFailedError(side.name, self._failed(steps, what))
        self.console.say("  the set-up script is through")

    def _install(self, side: Side, user: UserPython, steps: Steps, notices: list[Notice]) -> None:
        """Install what the user has installed from this repository, or else the project the command is run in."""
        move = self._move(user, side)
        installed = [Path(move.moved(path)) for path in user.projects if move.leads_in(path)]
        found = [path for path in installed or (side.folder, side.tree) if _is_project(path)]
        projects = found if installed else found[:1]
        if not projects:
            return
        names = ", ".join(str(path.relative_to(side.tree)) for path in projects)
        if self._pip(side, projects, steps, isolation=bool(installed)):
            self.console.say(f"  installed from its tree: {names} (pip install --no-deps -e)")
        elif not installed:
            self.console.say(f"  pip cannot install {names}; you have not installed it either ({steps.log})")
        else:
            self._check_without(side, names, steps, notices)

    def _pip(self, side: Side, projects: list[Path], steps: Steps, *, isolation: bool) -> bool:
        """Try with what is there to build with, then, if that is worth while, let pip bring it."""
        assert side.environment is not None  # noqa: S101 - made just before
        editable = [word for path in projects for word in ("-e", str(path))]
        start = [str(virtual.python(side.environment)), *_PIP]
        environ = {**self._variables(side), "PIP_USER": "0"}
        if steps.run([*start, "--no-build-isolation", *editable], environ) == 0:
            return True
        return isolation and steps.run([*start, *editable], environ) == 0

    def _check_without(self, side: Side, names: str, steps: Steps, notices: list[Notice]) -> None:
        """Accept that pip failed where the code is found in the side's tree all the same."""
        own = modules.names_in((side.tree, side.folder))
        found = modules.found_by(side, own, self._variables(side))
        inside = found.keys() - modules.outside(found, side).keys()
        if not inside:
            raise SideFailedError(side.name, self._failed(steps, f"pip cannot install {names} from its tree"))
        text = f"pip cannot install {names} on the {side.name}, so only its Python files are used, from its tree"
        notices.append(Notice("not-installed", f"{text}; give a set-up script if that is not enough ({steps.log})"))

    def _move(self, user: UserPython, side: Side) -> virtual.Move:
        return virtual.Move(self.trees.root, side.tree, kept=(Path(user.prefix).resolve(),))

    def _variables(self, side: Side) -> dict[str, str]:
        return environment.for_command(sides.variables(side, self.trees.root, self.environ), side.name)

    def _failed(self, steps: Steps, what: str) -> str:
        return wording.setup_failed(steps.side, what, steps.last_lines(), steps.log)


def _is_project(folder: Path) -> bool:
    if (folder / "setup.py").is_file():
        return True
    try:
        return bool(_TABLE_OF_A_PROJECT.search((folder / "pyproject.toml").read_text("utf-8", "replace")))
    except OSError:
        return False
