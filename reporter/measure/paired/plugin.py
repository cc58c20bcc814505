"""The pytest plugin as measure uses it: its settings in variables, and what it leaves in files."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporter.measure.paired import sides
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.measure.record import writing_to
from reporter.shared.files import read_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.measure.paired.sides import Sides

MOST_CHANCE = 2**32 - 1
"""The largest seed that Python takes for its hashes."""


@dataclass(frozen=True)
class Evidence:
    """What a run of pytest left: where its top-level modules came from, and the files that hold benchmarks.

    ``only_in_head`` are arguments of the base's pytest that lead to nothing there, and to something in the head.
    """

    modules: Mapping[str, str]
    benchmark_files: tuple[str, ...]
    only_in_head: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turns:
    """Where both sides of a pair in lock-step meet, and which of them begins."""

    socket: str
    leads: str


def found_by_pytest(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that let pytest find the plugin; what the user has in them stays there."""
    path = [entry for entry in (environ.get("PYTHONPATH"), str(PLUGIN_FOLDER)) if entry]
    added = {"PYTHONPATH": os.pathsep.join(path)}
    if environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        options = [option for option in (environ.get("PYTEST_ADDOPTS"), "-p benchverdict_pairing") if option]
        added["PYTEST_ADDOPTS"] = " ".join(options)
    return added


def share_variables(plan: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what lets pytest find the part of its job: the plugin, and the plan in which that part stands."""
    return {**found_by_pytest(environ), "BENCHVERDICT_SHARE": str(plan.resolve())}


@dataclass(frozen=True)
class Plugin:
    """Its files lie beside the sides in ``output``. ``seconds`` is what one benchmark takes in one run."""

    output: Path
    seconds: float

    def variables(
        self,
        environ: Mapping[str, str],
        side: str,
        ready: Sides | None,
        *,
        selected: bool,
        chance: int,
        turns: Turns | None = None,
    ) -> dict[str, str]:
        """Return the variables that a run gets besides ``environ``; the user's own stay as they are.

        Both sides of a pair get the same ``chance``. With ``ready`` sides the base can tell what only the head has;
        with ``turns`` the run takes turns.
        """
        added = {
            **found_by_pytest(environ),
            "BENCHVERDICT_CALIBRATION": str(self._file("calibration")),
            "BENCHVERDICT_SECONDS": repr(self.seconds),
            "BENCHVERDICT_FACTS": str(self._file(f"facts-{side}")),
            "BENCHVERDICT_CHANCE": str(chance),
        }
        if environ.get("PYTHONHASHSEED", "") in ("", "random"):
            added["PYTHONHASHSEED"] = str(chance)
        if ready:
            # The head needs neither, but both sides have to do the same: what a process allocates before the benchmarks
            # moves what they allocate, by the same amount in every pair.
            own = ready.base if side == "base" else ready.head
            added |= {"BENCHVERDICT_TREE": str(own.tree), "BENCHVERDICT_HEAD_TREE": str(ready.head.tree)}
        if turns:
            added["BENCHVERDICT_LOCKSTEP"] = turns.socket
            added["BENCHVERDICT_LEADS"] = turns.leads
        if selected:
            added["BENCHVERDICT_SELECT"] = str(self._file("selection"))
        if not self._file(f"evidence-{side}").exists():
            added["BENCHVERDICT_EVIDENCE"] = str(self._file(f"evidence-{side}"))
        return added

    def calibrated(self) -> int:
        """Count the benchmarks whose rounds and iterations are fixed; 0 also where the plugin did not take part."""
        return len(self._content("calibration") or ())

    def evidence(self, side: str) -> Evidence | None:
        """Return what the first run of a side left; ``None`` where pytest did not run with the plugin."""
        content = self._content(f"evidence-{side}")
        if not content:
            return None
        only_in_head = tuple(content.get("only_in_head", ()))
        return Evidence(content["modules"], tuple(content["benchmark_files"]), only_in_head)

    def select(self, names: Sequence[str] | None) -> None:
        """Have only these benchmarks run, or all; raises ``UsageError`` when that cannot be written."""
        path = self._file("selection")
        with writing_to(path):
            if names is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, json.dumps(list(names)))

    def selected(self) -> int:
        """Count the benchmarks that are selected; all that are known where none is, 0 without the plugin."""
        return len(self._content("selection") or ()) or self.calibrated()

    def _file(self, name: str) -> Path:
        return self.output / sides.FOLDER / f"{name}.json"

    def _content(self, name: str) -> dict[str, Any] | None:
        try:
            content: dict[str, Any] = read_json(self._file(name))
        except (OSError, ValueError):
            return None
        return content
