"""From a plan to two sides that can be run, with the notices about them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure import asv_configuration, environment, wording
from reporter.measure.known_results import asv_words
from reporter.measure.paired import modules, sides, trees, user_python, virtual
from reporter.measure.paired.kept_base import kept_base
from reporter.measure.paired.set_up import SetUp
from reporter.measure.record import writing_to
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.pair_plan import PairPlan
    from reporter.measure.paired.sides import Side, Sides
    from reporter.measure.paired.trees import Commits, Differences
    from reporter.measure.paired.user_python import UserPython
    from reporter.measure.plan import Plan

_NAMED_MODULES = 3


@dataclass(frozen=True)
class Prepared:
    """Sides that can be run, how they differ, and what to say about them. ``seconds`` is what making them took."""

    sides: Sides
    differences: Differences
    warnings: tuple[Notice, ...]
    seconds: float


@dataclass(frozen=True)
class Preparation:
    """Makes the sides of a plan below ``output``. ``folder`` is the user's working directory."""

    plan: Plan
    pair_plan: PairPlan
    output: Path
    folder: Path
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt

    def make(self, commits: Commits) -> Prepared:
        """Make both sides in the place of any that are left there; what was made stays when this raises.

        Raises:
            UsageError: git or the disk do not allow it.
            SideFailedError: one of the sides cannot be set up.
            StoppedError: measuring was asked to stop.
        """
        began = time.monotonic()
        sides.clean(self.output, self.environ)
        sides.begin(self.output, commits.repository.root)
        made = trees.make(commits, self.output, self.folder)
        differences = trees.compare(self.pair_plan, commits, made)
        notices = list(trees.warnings(commits, differences, made, meant_equal=bool(self.plan.noise_pairs)))
        set_up = self._set_up(made, commits)
        ready, more = set_up.both()
        notices += [*more, *self._own_tree_named(commits)]
        for side in ready.both:
            self._settle_asv(side)
            self._report_modules(side, ready)
        for warning in notices:
            self.console.quote(f"note: {warning.text}")
        sides.keep(self.output, ready, self.plan)
        return Prepared(ready, differences, tuple(notices), time.monotonic() - began)

    def _set_up(self, made: Sides, commits: Commits) -> SetUp:
        user = self._python(made)
        kept = kept_base(self.output, self.pair_plan, made, user, self.environ, commits.repository)
        return SetUp(self.plan, self.output, made, user, self.environ, self.console, self.interrupt, kept)

    def _python(self, made: Sides) -> UserPython | None:
        places = (made.head.folder, made.head.tree)
        if not self.pair_plan.isolate or not user_python.uses_python(self.plan, places):
            return None
        return user_python.find(self.plan, self.folder, environment.for_command(self.environ, "head"))

    def _settle_asv(self, side: Side) -> None:
        words = asv_words(self.plan)
        path = asv_configuration.path_of(side.folder, words) if words else None
        with writing_to(side.folder):
            if path and asv_configuration.settle(path, side.tree):
                self.console.say(wording.asv_settled(side.name, path.name))

    def _own_tree_named(self, commits: Commits) -> Iterator[Notice]:
        root = str(commits.repository.root)
        service = self.plan.service
        words: list[str | None] = [self.plan.script, *(self.plan.command or ())[1:]]
        words += [service.command, service.reset, service.ready_command] if service else []
        if any(f"{root}{os.sep}" in word for word in words if word):
            text = f"the command names places in {root}, so both sides use what lies there: use relative paths"
            yield Notice("own-tree-named", text)

    def _report_modules(self, side: Side, ready: Sides) -> None:
        environ = environment.for_command(sides.variables(side, ready.root, self.environ), side.name)
        found = sorted(modules.found_by(side, ready.modules, environ).items())
        for name, where in found[:_NAMED_MODULES]:
            self.console.say(f"  the {side.name} imports {name} from {where}")
        if len(found) > _NAMED_MODULES:
            self.console.say(f"  and {len(found) - _NAMED_MODULES} more modules")


def own_command(plan: Plan, side: Side, folder: Path) -> Plan:
    """Return the plan as a side runs it: a program of the user's environment, named by its path, becomes the side's."""
    if side.environment is None or not plan.command or not user_python.sibling_program(plan.command[0], folder):
        return plan
    own = virtual.program(side.environment, Path(plan.command[0]).name)
    program = own if own.exists() else folder / plan.command[0]
    return replace(plan, command=(str(program), *plan.command[1:]))
