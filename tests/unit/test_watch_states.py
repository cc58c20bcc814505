"""Watching from run to run: what pairs and bisecting say of a cause, and what stays of it."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from reporter.commands.watching import written
from reporter.decide.watch_evidence import with_bisection, with_pairs
from reporter.decide.watch_states import carried
from reporter.records import watch as record
from reporter.records.bisection import Bisection, Commit, Result, Target
from reporter.records.bisection import Look as Looked
from reporter.shared.errors import InputError
from tests.watched import history_of, pairs_of, step, watched
from tests.watches import KEY, cause, row, sha, watch_of

if TYPE_CHECKING:
    from reporter.model import Suite
    from reporter.records.watch import Watch
    from tests.watched import Level

UP = step(12, "test_a")
FLAT: Level = lambda *_: 1.0  # noqa: E731 - a level like the others


def states(found: Watch) -> list[str]:
    return [cause.state for cause in found.causes]


def searched(good: int, bad: int, first: int, last: int, target: str = "test_a") -> Bisection:
    commits = tuple(Commit(sha=sha(f"m{number}"), title=f"Change {number}") for number in range(good, bad + 1))
    return Bisection(
        schema="bisect/v1",
        command="pytest",
        wanted=None,
        commits=commits,
        target=Target(benchmark=target, metric="time"),
        looks=(Looked(commit=bad - good, change=0.1, noise=0.01, pairs=8),),
        result=Result(first=first - good, last=last - good, probability=0.99, change=0.1),
    )


def confirmed(commits: int = 20) -> tuple[list[Suite], Watch]:
    suites = history_of(commits, UP)
    return suites, with_pairs(watched(suites), pairs_of(11, commits - 1, UP))


def test_pairs_that_find_it_slower_confirm_it_and_ask_for_a_search() -> None:
    _, found = confirmed()
    [cause] = found.causes
    assert [cause.state, cause.rows[0].pairs] == ["confirmed", "slower"]
    assert cause.rows[0].change == pytest.approx(0.1, abs=0.02)
    assert found.next is None
    assert found.search == record.Pairs(base=sha("m11"), head=sha("m19"))


def test_pairs_that_find_nothing_refute_it_for_good() -> None:
    suites = history_of(20, UP)
    found = with_pairs(watched(suites), pairs_of(11, 19, FLAT))
    assert [states(found), found.next, found.search] == [["refuted"], None, None]
    later = history_of(26, UP)
    assert [states(again := watched(later, found)), again.next] == [["refuted"], None]


def test_pairs_that_cannot_tell_leave_it_open() -> None:
    found = with_pairs(watched(history_of(20, UP)), pairs_of(11, 19, UP, pairs=2))
    assert [states(found), found.causes[0].rows[0].pairs] == [["suspected"], "undecided"]
    assert found.next is not None


@pytest.mark.parametrize(
    ("base", "head", "compare"), [(12, 19, "paired"), (11, 11, "paired"), (11, 19, "screen"), (30, 31, "paired")]
)
def test_pairs_of_other_commits_are_refused(base: int, head: int, compare: str) -> None:
    with pytest.raises(InputError) as refused:
        with_pairs(watched(history_of(20, UP)), pairs_of(base, head, UP, compare=compare))  # type: ignore[arg-type]
    assert refused.value.code == "pairs-foreign"


def both(name: str, commit: int) -> float:
    return step(12, "test_a")(name, commit) * step(18, "test_b")(name, commit)


def test_pairs_of_the_oldest_cause_speak_of_the_later_ones_too() -> None:
    suites = history_of(26, both)
    found = with_pairs(watched(suites), pairs_of(11, 25, both))
    assert states(found) == ["confirmed", "confirmed"]
    refuted = with_pairs(watched(suites), pairs_of(11, 25, FLAT))
    assert [states(refuted), refuted.next] == [["refuted", "refuted"], None]


def test_what_became_slower_twice_is_not_blamed_on_both() -> None:
    def twice(name: str, commit: int) -> float:
        return step(12, "test_a")(name, commit) * step(20, "test_a")(name, commit)

    found = with_pairs(watched(history_of(30, twice)), pairs_of(11, 29, twice))
    assert states(found) == ["confirmed", "suspected"]
    assert found.next is not None
    assert found.next.base == sha("m19")


def test_a_row_that_earlier_pairs_have_cleared_asks_for_no_others() -> None:
    """The machine moved everything; a benchmark with a smaller step is seen some sessions later."""
    found = with_pairs(watched(history_of(16, step(12, "test_a", by=0.3))), pairs_of(11, 15, FLAT))

    def level(name: str, commit: int) -> float:
        return step(12, "test_a", by=0.3)(name, commit) * step(12, "test_b", by=0.06)(name, commit)

    later = watched(history_of(26, level), found)
    assert {row.benchmark for cause in later.causes for row in cause.rows} == {"test_a", "test_b"}
    assert [set(states(later)), later.next] == [{"refuted"}, None]


def test_bisecting_names_the_range() -> None:
    _, found = confirmed()
    narrowed = with_bisection(found, searched(11, 19, 12, 12))
    [cause] = narrowed.causes
    assert cause.range is not None
    assert [cause.range.first.title, cause.range.commits, narrowed.search] == ["Change 12", 1, None]
    assert with_bisection(found, searched(11, 19, 12, 12, target="test_d")).causes[0].range is None


@pytest.mark.parametrize(("good", "bad"), [(10, 19), (12, 19), (0, 3)])
def test_a_search_between_other_commits_is_refused(good: int, bad: int) -> None:
    with pytest.raises(InputError) as refused:
        with_bisection(confirmed()[1], searched(good, bad, good + 1, bad))
    assert refused.value.code == "bisect-foreign"


def test_a_cause_whose_commits_left_the_history_breaks_no_search_and_no_pairs() -> None:
    gone = cause(before="gone0", first="gone1", key="c" * 16)
    here = cause("suspected", row("test_a", pairs=None), before="m11", first="m12")
    known = watch_of(gone, here, suite="suite", commits=tuple(f"m{number}" for number in range(20)))
    commits = tuple(Commit(sha=sha(name), title="") for name in ("gone0", "gone1", "m19"))
    search = structs.replace(searched(0, 2, 1, 1, "test_search"), commits=commits)
    found = with_bisection(known, search)
    assert found.causes[0].range is not None
    assert found.causes[0].range.first.sha == sha("gone1")
    assert states(with_pairs(known, pairs_of(11, 19, UP)))[1] == "confirmed"
    assert with_bisection(known, searched(11, 19, 12, 12)).causes[1].range is not None


def test_a_search_with_commits_that_are_none_is_refused() -> None:
    found = searched(11, 19, 1, 1)
    wrong = structs.replace(found, commits=(found.commits[0], Commit(sha="@octocat", title=""), *found.commits[2:]))
    with pytest.raises(InputError, match="broken-bisection"):
        with_bisection(confirmed()[1], wrong)


def test_the_key_stays_while_more_sessions_come() -> None:
    keys = set()
    found: Watch | None = None
    for commits in range(16, 60, 3):
        found = watched(history_of(commits, step(12, "test_a", "test_b", by=0.06)), found)
        keys |= {cause.key for cause in found.causes}
    assert len(keys) == 1


def test_what_is_confirmed_outlives_the_history_and_closes_when_it_is_back() -> None:
    _, found = confirmed()
    for commits in range(30, 81, 10):
        found = watched(history_of(commits, UP), found)
        assert states(found) == ["confirmed"]
    assert found.causes[0].before not in found.commits[-50:]
    fixed = step(12, "test_a", back=80)
    found = watched(history_of(92, fixed), found)
    assert states(found) == ["recovered"]
    assert states(watched(history_of(100, fixed), found)) == ["recovered"]


def test_a_relapse_is_a_cause_of_its_own() -> None:
    _, found = confirmed()
    back = step(12, "test_a", back=22)

    def relapsed(name: str, commit: int) -> float:
        return back(name, commit) * step(34, "test_a")(name, commit)

    found = watched(history_of(32, relapsed), found)
    assert states(found) == ["recovered"]
    found = watched(history_of(42, relapsed), found)
    assert states(found) == ["recovered", "suspected"]
    assert len({cause.key for cause in found.causes}) == 2


def test_a_benchmark_that_is_gone_leaves_nothing_behind() -> None:
    _, found = confirmed()
    assert watched(history_of(40, FLAT, names=("test_b",)), found).causes == ()


def test_the_same_history_gives_the_same_file_and_going_on_changes_nothing() -> None:
    suites, found = confirmed()
    assert written(watched(suites)) == written(watched(history_of(20, UP)))
    again = reduce(lambda known, _: watched(suites, known), range(3), found)
    assert written(again) == written(found)
    assert record.read(written(found).encode(), "x") == found


def test_texts_and_numbers_of_any_size_are_written_so_that_they_can_be_read() -> None:
    def wild(name: str, commit: int) -> float:
        return 1e300 if name.startswith("test_b") and commit > 12 else UP(name, commit)

    found = watched(history_of(20, wild, names=("test_a", "test_b\x00‮" + "x" * 30_000)))
    assert record.read(written(found).encode(), "x").suite == "suite"


COMMITS = tuple(sha(f"m{number}") for number in range(20))


def test_no_two_causes_have_one_key() -> None:
    """A cause has moved and kept its key; another one is now where it was."""
    previous = watch_of(cause(key="a" * 16, before="m2", first="m9"), commits=tuple(f"m{n}" for n in range(20)))
    moved = cause("suspected", row(pairs=None), key="b" * 16, before="m4", first="m5")
    there = cause("suspected", row("test_other", pairs=None), key="a" * 16, before="m2", first="m9")
    keys = [each.key for each in carried((moved, there), previous, (), COMMITS)]
    assert keys[0] == "a" * 16
    assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("before", "first", "is_one"), [("m10", "m11", True), ("m13", "m14", True), ("m17", "m18", False)]
)
def test_a_cause_may_move_by_a_few_commits_while_sessions_come(before: str, first: str, is_one: bool) -> None:
    previous = watch_of(cause(before="m9", first="m10"), commits=tuple(f"m{n}" for n in range(20)))
    fresh = cause("suspected", row(pairs=None), key="b" * 16, before=before, first=first)
    known = carried((fresh,), previous, (), COMMITS)
    assert [each.key for each in known] == ([KEY] if is_one else [KEY, "b" * 16])
    assert known[0].state == "confirmed"
