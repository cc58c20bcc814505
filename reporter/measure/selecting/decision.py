"""Which benchmarks a change can reach: a pure decision from what changed and what both sides ran.

Whatever is not known to be out of reach is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Callable

from reporter.measure.selecting.code import EVERYWHERE, CodeChange
from reporter.measure.selecting.kinds import is_document, is_test, module_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reporter.measure.selecting.reached import Reached
    from reporter.shared.model import PathRule


@dataclass(frozen=True)
class Selection:
    """The benchmarks that a change can reach, and those that it cannot, in the order of the head."""

    measured: tuple[str, ...]
    left_out: tuple[str, ...]


class UnsureError(Exception):
    """It is not known what a change reaches; the text is the reason, as a clause."""


@dataclass(frozen=True)
class Sides:
    """What both sides ran, with the rules that know better.

    ``is_named_elsewhere`` tells of a file whether another one that was imported has its name in it.
    """

    base: Reached
    head: Reached
    rules: Sequence[PathRule] = ()
    is_named_elsewhere: Callable[[str], bool] = lambda _path: True

    @property
    def both(self) -> tuple[Reached, Reached]:
        """Base and head."""
        return self.base, self.head

    def names(self) -> list[str]:
        """Return the benchmarks of both sides, those of the head first."""
        return list(dict.fromkeys([*self.head.benchmarks, *self.base.benchmarks]))


def select(changes: Mapping[str, CodeChange | None], sides: Sides) -> Selection:
    """Return what is measured of a change: by path, how a file of code differs, or ``None`` for what is no code.

    Raises:
        UnsureError: everything has to be measured.
    """
    for side in sides.both:
        doubt = next(iter(side.doubts), None) or side.shared.doubt
        if doubt:
            raise UnsureError(doubt)
    if not all(side.benchmarks for side in sides.both):
        raise UnsureError("no benchmark was seen")
    wanted = _only_on_one_side(sides)
    for path, change in changes.items():
        wanted |= _reached_by(path, change, sides)
    if any(not is_document(path) for path in changes):
        wanted |= {name for side in sides.both for name, reach in side.benchmarks.items() if reach.doubt}
    names = sides.names()
    common = [name for name in names if name in sides.base.benchmarks and name in sides.head.benchmarks]
    if wanted and wanted.isdisjoint(common):
        wanted.update(common[:1])  # neither side may be left with nothing to run
    return Selection(tuple(n for n in names if n in wanted), tuple(n for n in names if n not in wanted))


def by_rules_alone(paths: Sequence[str], rules: Sequence[PathRule]) -> bool:
    """Return whether rules say of every file that it reaches nothing; without a file nothing is known."""
    return bool(paths) and all((found := _ruled(path, rules)) is not None and not found for path in paths)


def _only_on_one_side(sides: Sides) -> set[str]:
    return set(sides.base.benchmarks) ^ set(sides.head.benchmarks)


def _ruled(path: str, rules: Sequence[PathRule]) -> list[str] | None:
    """Return the globs of the benchmarks that rules name for a file; ``None`` without a rule for it."""
    found = [rule for rule in rules if fnmatchcase(path, _literal(rule.glob))]
    return [glob for rule in found for glob in rule.benchmarks] if found else None


def _literal(glob: str) -> str:
    return glob.replace("[", "[[]")  # pytest puts parameters in brackets


def _reached_by(path: str, change: CodeChange | None, sides: Sides) -> set[str]:
    ruled = _ruled(path, sides.rules)
    if ruled is not None:
        return {name for name in sides.names() if any(fnmatchcase(name, _literal(glob)) for glob in ruled)}
    opened = _by(
        sides, lambda side, name: path in side.benchmarks[name].opened, lambda side: path in side.shared.opened
    )
    if not path.endswith(".py"):
        if not opened and not is_document(path):
            raise UnsureError(f"{path} differs, and what it decides is not known")
        return opened
    return opened | _reached_by_code(path, change or EVERYWHERE, sides)


def _reached_by_code(path: str, change: CodeChange, sides: Sides) -> set[str]:
    if not any(path in side.imported for side in sides.both):
        if any(_is_copied(path, side.elsewhere) for side in sides.both):
            raise UnsureError(f"{path} differs, and what runs is a copy of it elsewhere, or compiled")
        if not is_test(path):  # set-up, a build or a server may run it
            raise UnsureError(f"{path} differs, and what it decides is not known")
        return set()
    if any(path in side.early for side in sides.both):
        raise UnsureError(f"{path} differs, and it ran before anything could be seen of it")
    keys = {(path, name) for name in change.functions}
    found = _by(
        sides,
        lambda side, name: not keys.isdisjoint(side.benchmarks[name].functions),
        lambda side: not keys.isdisjoint(side.shared.functions),
    )
    return found | (_reached_by_import(path, sides) if change.outside else set())


def _reached_by_import(path: str, sides: Sides) -> set[str]:
    """Return what the body of a module reaches: all that could see it, or of benchmarks that nothing imports, them."""
    own = {name for side in sides.both for name, reach in side.benchmarks.items() if reach.file == path}
    return set(sides.names()) if not own or sides.is_named_elsewhere(path) else own


def _is_copied(path: str, elsewhere: Iterable[str]) -> bool:
    module = module_of(path)
    return any(module == other or module.endswith(f"/{other}") for other in elsewhere)


def _by(sides: Sides, reaches: Callable[[Reached, str], bool], reaches_all: Callable[[Reached], bool]) -> set[str]:
    """Return the benchmarks that something reaches on either side."""
    if any(map(reaches_all, sides.both)):
        return set(sides.names())
    return {name for side in sides.both for name in side.benchmarks if reaches(side, name)}
