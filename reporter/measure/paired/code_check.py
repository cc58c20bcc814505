"""Did each side run its own code? Asked of what the first runs left, or of the side's Python where there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.measure import environment
from reporter.measure.paired import modules, sides
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.paired.plugin import Plugin
    from reporter.measure.paired.sides import Side, Sides


def shared_module(ready: Sides, plugin: Plugin) -> tuple[str, str] | None:
    """Return a module and its file that both sides ran, if no module that they ran was of a side's own tree."""
    ran = {side.name: _ran(side, ready, plugin) for side in ready.both}
    if any(found.keys() - modules.outside(found, side).keys() for side in ready.both for found in (ran[side.name],)):
        return None
    shared = ran["base"].items() & ran["head"].items()
    return min(shared) if shared else None


def warnings(ready: Sides, plugin: Plugin, environ: Mapping[str, str]) -> Iterator[Notice]:
    """Name the modules of the project that a side took from somewhere else."""
    for side in ready.both:
        found = _ran(side, ready, plugin) if plugin.evidence(side.name) else _would_run(side, ready, environ)
        for name, where in sorted(modules.outside(found, side).items()):
            text = f"the {side.name} ran {name} from {where}, which is not in its tree"
            cure = "install the project on each side with a set-up script (`setup`)"
            yield Notice("code-from-elsewhere", f"{text}: {cure}")


def benchmark_files(ready: Sides, plugin: Plugin) -> set[str]:
    """Return the files that held benchmarks in the first runs, from the top of the trees."""
    files = set()
    for side in ready.both:
        evidence = plugin.evidence(side.name)
        tree = f"{side.tree}/"
        if evidence:
            files |= {file[len(tree) :] for file in evidence.benchmark_files if file.startswith(tree)}
    return files


def _ran(side: Side, ready: Sides, plugin: Plugin) -> dict[str, str]:
    evidence = plugin.evidence(side.name)
    return {name: where for name, where in evidence.modules.items() if name in ready.modules} if evidence else {}


def _would_run(side: Side, ready: Sides, environ: Mapping[str, str]) -> dict[str, str]:
    own = environment.for_command(sides.variables(side, ready.root, environ), side.name)
    return modules.found_by(side, ready.modules, own)
