"""The culprit of a change: the function that explains most of it, from two profiles and the diff of both sides.

The extra seconds of each function go to whatever made it do more. A function that changed has its own; one that did not
change does more because it is called more often, or with more, so its seconds go up along the calls to the nearest
function that changed. What has the most is the culprit, if that is enough of the change. Named is where the time is:
the function itself, or the one that it now calls more often.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.causes import MOST_FUNCTIONS, Cause, Changed, FunctionChange, FunctionWork
from reporter.decide.work import POLICY, Difference, Side, differences, side_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from reporter.causes import CauseKind, NotFound
    from reporter.decide.changed_lines import ChangedLines, Lines
    from reporter.decide.work import Key, Work
    from reporter.ingest.profile import Benchmark, Function

_MODULE = "<module>"
_IMPORT_SYSTEM = "<frozen importlib"
MOST_CALLS = 20_000
"""From one function to another, that are looked at to find what is the reason of one function."""


EQUAL: NotFound = "equal-calls"
NO_FUNCTIONS: NotFound = "no-functions"
SPREAD: NotFound = "spread"
NOT_MORE: NotFound = "not-more"


def find_cause(base: Sequence[Benchmark], head: Sequence[Benchmark], diff: ChangedLines) -> Cause:
    """Name the culprit; ``base`` and ``head`` are the profiles of one benchmark, at least one a side."""
    return ranked(base, head, diff)[0]


def ranked(base: Sequence[Benchmark], head: Sequence[Benchmark], diff: ChangedLines) -> list[Cause]:
    """Return the causes that are large enough, the largest first; one that was not found where there is none."""
    before, after = side_of(base), side_of(head)
    found = differences(before, after)
    if not found:
        return [Cause(kind="not-found", why=NO_FUNCTIONS)]
    if all(each.is_equal_work and not each.seconds for each in found):
        return [Cause(kind="not-found", why=EQUAL)]
    more = sum(each.seconds for each in found)
    if more < POLICY.floor * before.seconds or not any(each.seconds > 0 for each in found):
        return [Cause(kind="not-found", why=NOT_MORE)]
    causes = _Search(before, after, diff, found).causes()
    return causes or [Cause(kind="not-found", why=SPREAD)]


@dataclass(frozen=True, slots=True)
class _Owned:
    """Seconds of a function that its ``owner`` is the reason of, by way of the ``entry`` that the owner calls."""

    difference: Difference
    owner: Key
    entry: Key


class _Paths:
    """The ways up the calls to the nearest function of a kind; each is looked for once."""

    def __init__(self, base: Side, head: Side, wanted: Callable[[Key], bool]) -> None:
        self.base, self.head, self.wanted = base, head, wanted
        self.callers: dict[Key, Sequence[Key]] = {}
        self.found: dict[Key, tuple[Key, Key] | None] = {}

    def up(self, key: Key) -> tuple[Key, Key] | None:
        """Return the nearest such function above one, and what that calls on the way; by calls that grew first."""
        if key not in self.found:
            self.found[key] = self._look(key)
        return self.found[key]

    def _look(self, key: Key) -> tuple[Key, Key] | None:
        seen, edge, left = {key}, [key], MOST_CALLS
        while edge and left:
            calls = ((caller, below) for below in edge for caller in self._callers_of(below))
            looked = list(islice(calls, left))
            left -= len(looked)
            steps = [step for step in looked if step[0] not in seen]
            reached = [step for step in steps if self.wanted(step[0])]
            if reached:
                return max(reached, key=lambda step: _grown(self.base, self.head, *step))
            edge = list(dict.fromkeys(caller for caller, _ in steps))
            seen.update(edge)
        if left:  # all above was seen, and from there it is no further
            self.found.update(dict.fromkeys(seen))
        return None

    def _callers_of(self, key: Key) -> Sequence[Key]:
        """Return the callers that call more often than before, or all where none does."""
        if key not in self.callers:
            callers = self.head.callers.get(key, ())
            more = [caller for caller in callers if _grown(self.base, self.head, caller, key) > 0]
            self.callers[key] = more or callers
        return self.callers[key]


def _grown(base: Side, head: Side, caller: Key, key: Key) -> int:
    return head.between(caller, key) - base.between(caller, key)


class _Search:
    """Goes from functions that do more to those that changed."""

    def __init__(self, base: Side, head: Side, diff: ChangedLines, found: Sequence[Difference]) -> None:
        self.base, self.head, self.diff = base, head, diff
        self.found = {each.key: each for each in found}
        self.total = sum(max(0.0, each.seconds) for each in found)
        self.changed = {each.key for each in found if each.head and self._is_changed(each)}
        self.to_changed = _Paths(base, head, self.changed.__contains__)
        self.to_project = _Paths(base, head, self._is_project)

    def causes(self) -> list[Cause]:
        """Return the causes that explain enough."""
        groups: dict[Key, list[_Owned]] = defaultdict(list)
        for each in self.found.values():
            if each.head and (each.seconds > 0 or each.key in self.changed):
                owned = self._owned(each)
                groups[owned.owner].append(owned)
        sums = {owner: sum(each.difference.seconds for each in group) for owner, group in groups.items()}
        enough = [owner for owner in sums if sums[owner] >= POLICY.share * self.total]
        return [self._cause(owner, groups[owner]) for owner in sorted(enough, key=lambda owner: -sums[owner])]

    def _is_changed(self, each: Difference) -> bool:
        assert each.head is not None  # noqa: S101 - asked of functions of the head alone
        differs = each.base is not None and each.base.function.code != each.head.function.code
        return differs or self._in_diff(each.head.function) is not None

    def _in_diff(self, function: Function) -> Lines | None:
        """Return the changed lines of a function itself, or else of what it uses in its file."""
        if function.place != "project" or function.name == _MODULE:
            return None
        for first, last in ((function.line, function.last), *function.uses):
            lines = self.diff.within(function.file, first, last)
            if lines is not None:
                return lines.inside(first, last)
        return None

    def _owned(self, each: Difference) -> _Owned:
        if each.key in self.changed:
            return _Owned(each, each.key, each.key)
        path = self.to_changed.up(each.key)
        if path:
            return _Owned(each, *path)
        only, here = self._only_suspect(), self._in_project(each.key)
        if only is None:
            return _Owned(each, here, here)
        return _Owned(each, only, here if self._is_project(here) else only)

    def _in_project(self, key: Key) -> Key:
        """Return the nearest function of the project that a function is called by, or is; else itself."""
        path = None if self._is_project(key) else self.to_project.up(key)
        return path[0] if path else key

    def _is_project(self, key: Key) -> bool:
        return self.head.works[key].function.place == "project"

    def _only_suspect(self) -> Key | None:
        """Return the one changed function that does other work than before, for code that no call leads to.

        What a function returns is work for others, and an event loop calls what a coroutine makes it call.
        """
        suspects = [key for key in self.changed if self.found[key].seconds or not self.found[key].is_equal_work]
        return suspects[0] if len(suspects) == 1 else None

    def _cause(self, owner: Key, group: Iterable[_Owned]) -> Cause:
        entries: dict[Key, float] = defaultdict(float)
        for each in group:
            entries[each.entry] += each.difference.seconds
        whole = sum(entries.values())
        # Code from outside has no line in the project: it belongs to the function that calls it, as C code does.
        below = {key: seconds for key, seconds in entries.items() if key != owner and self._is_project(key)}
        most = max(below, key=lambda key: below[key]) if below else owner
        if most != owner and below[most] > whole - sum(below.values()) and not self._is_reason_itself(owner, most):
            named = self._deepest(most, group)
            return self._described(self.found[named], self._changed(owner), below[most], called=True)
        return self._described(self.found[owner], self._changed(owner), whole, called=False)

    def _is_reason_itself(self, owner: Key, entry: Key) -> bool:
        """Return whether an owner calls as often as before, each time that it is called: others call it more often."""
        before, after = self.base.called(owner), self.head.called(owner)
        if after <= before:
            return False
        return self.head.between(owner, entry) * before <= self.base.between(owner, entry) * after or not before

    def _deepest(self, entry: Key, group: Iterable[_Owned]) -> Key:
        """Return the function that has most of the time below an entry, where that is not called more often."""
        if self.head.called(entry) > self.base.called(entry):
            return entry
        sums: dict[Key, float] = defaultdict(float)
        for each in group:
            if each.entry == entry:
                sums[self._in_project(each.difference.key)] += each.difference.seconds
        return max(sums, key=lambda key: sums[key])

    def _changed(self, key: Key) -> Changed | None:
        work = self.head.works[key]
        lines = self._in_diff(work.function)
        if lines is None:
            return None
        return Changed(function=key[1], file=key[0], line=lines.first, last=lines.last)

    def _described(self, each: Difference, changed: Changed | None, seconds: float, *, called: bool) -> Cause:
        assert each.head is not None  # noqa: S101 - causes are functions of the head
        function = each.head.function
        return Cause(
            kind=_kind(each, changed, self._lines_of(function), called=called),
            function=function.name,
            file=function.file,
            line=function.line,
            share=min(1.0, seconds / self.total),
            calls=_calls(each.base, each.head),
            changed=changed,
            in_diff=changed is not None,
            unchanged=changed is None and self._is_unchanged(each),
        )

    def _is_unchanged(self, each: Difference) -> bool:
        """Return whether a function is known to be as it was; nothing is known from an empty diff."""
        return bool(self.diff.files) and each.base is not None and each.key not in self.changed

    def _lines_of(self, function: Function) -> Lines | None:
        return self.diff.within(function.file, function.line, function.last)


def _kind(each: Difference, changed: Changed | None, own: Lines | None, *, called: bool) -> CauseKind:
    assert each.head is not None  # noqa: S101 - causes are functions of the head
    function = each.head.function
    if function.name == _MODULE or function.file.startswith(_IMPORT_SYSTEM):
        return "import-or-setup"
    if function.place == "dependency" and each.base and each.base.function.code != function.code:
        return "dependency-changed"
    if function.place == "project" and own is not None and changed and not called:
        return "changed-here"
    return _kind_of_growth(each)


def _kind_of_growth(each: Difference) -> CauseKind:
    """Return how a function that did not change came to do more."""
    before, after = (work.calls if work else 0 for work in (each.base, each.head))
    if before is not None and after is not None and after > before:
        return "called-more-often"
    return "c-called-with-more" if each.is_equal_work else "called-with-more"


def _calls(base: Work | None, head: Work) -> tuple[int, int] | None:
    before = 0 if base is None else base.calls
    return None if before is None or head.calls is None else (before, head.calls)


def rows(base: Sequence[Benchmark], head: Sequence[Benchmark]) -> list[Difference]:
    """Return the functions that take more or less on the head, the largest differences first."""
    found = differences(side_of(base), side_of(head))
    moved: Mapping[Key, Difference] = {each.key: each for each in found if each.seconds or not each.is_equal_work}
    return sorted(moved.values(), key=lambda each: -abs(each.seconds))


def with_functions(cause: Cause, found: Sequence[Difference]) -> Cause:
    """Return a cause with the first of the functions that differ."""
    return structs.replace(cause, functions=tuple(map(function_change, found[:MOST_FUNCTIONS])))


def function_change(each: Difference) -> FunctionChange:
    """Return a function on both sides as reports have it."""
    file, name = each.key
    base, head = map(_work, (each.base, each.head))
    return FunctionChange(file=file, name=name, seconds=each.seconds, base=base, head=head)


def _work(work: Work | None) -> FunctionWork | None:
    if work is None:
        return None
    return FunctionWork(calls=work.calls, bytecodes=work.bytecodes, seconds=work.seconds)
