"""Whatever two texts are, changed functions are named; whatever was recorded, none is left out that runs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reporter.measure.selecting.code import EVERYWHERE, CodeChange, compare
from reporter.measure.selecting.decision import Sides, UnsureError, select
from reporter.measure.selecting.reached import Reach, Reached

if TYPE_CHECKING:
    import random

NAMES = ["a", "b", "c", "d"]
BODIES = st.sampled_from(["return 1", "x = [y for y in z]", "return lambda q: q + 1", "yield 1", "'doc'", "pass"])
FUNCTIONS = st.dictionaries(st.sampled_from(NAMES), BODIES, min_size=1)
PATHS = st.one_of(
    st.text(max_size=20), st.sampled_from(["a.py", "b.py", "setup.py", "README.md", "x.c", "é\n.py", "../a.py"])
)


def text(functions: dict[str, str], order: list[str], *, nested: bool = False) -> bytes:
    indent = "    " if nested else ""
    parts = [f"{indent}def {name}(q=1):\n{indent}    {functions[name]}\n" for name in order if name in functions]
    return (("class C:\n    y = 1\n" if nested else "") + "\n".join(parts)).encode()


@given(FUNCTIONS, FUNCTIONS, st.randoms(), st.booleans())
def test_exactly_the_functions_that_differ_are_named(
    base: dict[str, str], head: dict[str, str], chance: random.Random, nested: bool
) -> None:
    order = list(NAMES)
    before = text(base, order, nested=nested)
    chance.shuffle(order)
    found = compare(before, text(head, order, nested=nested) + b"\n# a comment\n")
    differing = {name for name in NAMES if base.get(name) != head.get(name)}
    assert found == CodeChange(frozenset(f"C.{name}" if nested else name for name in differing))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_two_texts_are_compared(base: bytes, head: bytes) -> None:
    found = compare(base, head)
    assert base != head or found in (CodeChange(), EVERYWHERE)


KEYS = st.tuples(st.sampled_from(["a.py", "b.py"]), st.sampled_from(NAMES))
REACHES = st.builds(
    Reach,
    st.frozensets(KEYS, max_size=3),
    st.frozensets(PATHS, max_size=2),
    st.none() | st.just("it starts another process"),
    st.sampled_from([None, "a.py", "b.py"]),
)
REACHED = st.builds(
    Reached,
    doubts=st.just(()),
    imported=st.frozensets(PATHS, max_size=4),
    early=st.frozensets(PATHS, max_size=1),
    elsewhere=st.frozensets(st.sampled_from(["a", "numpy/core"]), max_size=1),
    shared=REACHES,
    benchmarks=st.dictionaries(st.text(max_size=5), REACHES, max_size=4),
)
CHANGES = st.dictionaries(
    PATHS,
    st.none() | st.builds(CodeChange, st.frozensets(st.sampled_from(NAMES), max_size=2), st.booleans()),
    max_size=3,
)


@given(CHANGES, REACHED, REACHED, st.booleans())
def test_every_benchmark_is_measured_or_left_out_and_none_that_runs_a_change(
    changes: dict[str, CodeChange | None], base: Reached, head: Reached, named: bool
) -> None:
    try:
        found = select(changes, Sides(base, head, (), lambda _: named))
    except UnsureError:
        return
    assert {*found.measured, *found.left_out} == {*base.benchmarks, *head.benchmarks}
    assert not set(found.measured) & set(found.left_out)
    for side in (base, head):
        for name in set(found.left_out) & set(side.benchmarks):
            reach = side.benchmarks[name]
            assert not reach.opened & set(changes)
            for path, change in changes.items():
                if change and path.endswith(".py") and any(path in each.imported for each in (base, head)):
                    assert not {(path, function) for function in change.functions} & reach.functions
