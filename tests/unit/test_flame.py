"""The flame graph of two profiles: one tree, the same where nothing changed, bounded, and without loss of time."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from reporter.causes import MOST_FLAME_FUNCTIONS, Flame, Frame, FunctionChange
from reporter.decide.flame import flame_of
from reporter.ingest.profile import Benchmark, Function, Stack

FUNCTION: dict[str, Any] = {
    "place": "project",
    "line": 1,
    "last": 2,
    "calls": 1,
    "bytecodes": 10,
    "native": 0,
    "callers": (),
    "uses": (),
}


def function(name: str, seconds: float, file: str = "a.py", **values: Any) -> Function:
    return Function(**{**FUNCTION, "name": name, "file": file, "code": name, "seconds": seconds, **values})


def profile(functions: list[Function], *stacks: tuple[int, int, int, int | None]) -> list[Benchmark]:
    run = Benchmark(blocks=1, functions=tuple(functions), stacks=tuple(Stack(*stack) for stack in stacks))
    return [run, run]


def shown(flame: Flame | None) -> list[tuple[str, float, float, int, int]]:
    """Return the way to each frame, its own microseconds and its calls on both sides."""
    assert flame is not None
    ways: list[str] = []
    found = []
    for frame in flame.frames:
        name = flame.functions[frame.function].name
        ways.append(name if frame.above < 0 else f"{ways[frame.above]};{name}")
        base, head = (round(own * flame.unit * 1e6, 3) for own in (frame.base, frame.head))
        found.append((ways[-1], base, head, frame.base_calls, frame.head_calls))
    return found


def test_the_time_of_a_function_is_shared_out_by_bytecodes() -> None:
    functions = [function("outer", 3e-6, bytecodes=5), function("inner", 4e-6, calls=3, bytecodes=40)]
    run = profile(functions, (-1, 0, 1, 5), (0, 1, 2, 30), (-1, 1, 1, 10))
    assert shown(flame_of(run, run)) == [
        ("outer", 3.0, 3.0, 1, 1),
        ("outer;inner", 3.0, 3.0, 2, 2),
        ("inner", 1.0, 1.0, 1, 1),
    ]


def test_by_calls_where_bytecodes_are_not_known() -> None:
    functions = [function("outer", 3e-6, bytecodes=None), function("inner", 4e-6, calls=4, bytecodes=None)]
    run = profile(functions, (-1, 0, 1, None), (0, 1, 3, None), (-1, 1, 1, None))
    assert [each[1] for each in shown(flame_of(run, run))] == [3.0, 3.0, 1.0]


def test_what_does_the_same_takes_the_same_and_only_what_changed_differs() -> None:
    base = profile(
        [function("outer", 3e-6), function("inner", 4e-6, calls=2, bytecodes=20)], (-1, 0, 1, 10), (0, 1, 2, 20)
    )
    head = profile(
        [function("outer", 3.1e-6), function("inner", 8e-6, calls=4, bytecodes=40)], (-1, 0, 1, 10), (0, 1, 4, 40)
    )
    assert shown(flame_of(base, head)) == [("outer", 3.0, 3.0, 1, 1), ("outer;inner", 4.0, 8.0, 2, 4)]


def test_what_one_side_alone_has_and_what_moved_to_another_file() -> None:
    gone, here = function("gone", 2e-6), function("moved", 1e-6)
    base = profile([function("outer", 3e-6), gone, here], (-1, 0, 1, 10), (0, 1, 1, 10), (0, 2, 1, 10))
    there, new = function("moved", 1e-6, file="b.py"), function("new", 5e-6)
    head = profile([function("outer", 3e-6), new, there], (-1, 0, 1, 10), (0, 1, 1, 10), (0, 2, 1, 10))
    found = flame_of(base, head)
    assert shown(found) == [
        ("outer", 3.0, 3.0, 1, 1),
        ("outer;new", 0.0, 5.0, 0, 1),
        ("outer;moved", 1.0, 1.0, 1, 1),
        ("outer;gone", 2.0, 0.0, 1, 0),
    ]


def test_there_is_none_without_the_calls_of_both_sides() -> None:
    known = profile([function("outer", 3e-6)], (-1, 0, 1, 10))
    assert flame_of(known, profile([function("outer", 3e-6)])) is None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("most", [10, 100, 10_000])
def test_what_is_left_out_goes_to_the_frame_above(seed: int, most: int) -> None:
    draw = random.Random(seed)
    count = MOST_FLAME_FUNCTIONS + 100
    functions = [function(f"f{index}", draw.random()) for index in range(count)]
    stacks = [
        (
            draw.randrange(index) if index else -1,
            index if index < count else draw.randrange(count),
            1,
            draw.randint(1, 9),
        )
        for index in range(2_000)
    ]
    found = flame_of(profile(functions, *stacks), profile(functions, *stacks), most)
    assert found is not None
    assert len(found.frames) <= most
    assert len(found.functions) <= MOST_FLAME_FUNCTIONS
    whole = sum(frame.head for frame in found.frames) * found.unit
    assert whole == pytest.approx(sum(each.seconds or 0.0 for each in functions), rel=1e-3)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Flame) == found


@pytest.mark.parametrize("frame", [Frame(0, 0, 1, 1, 1, 1), Frame(1, 0, 1, 1, 1, 1), Frame(-1, 1, 1, 1, 1, 1)])
def test_a_frame_below_none_or_of_no_function_is_refused(frame: Frame) -> None:
    functions = (FunctionChange(file="a", name="f", seconds=0.0, base=None, head=None),)
    with pytest.raises(ValueError, match="frames has the frame 0"):
        Flame(unit=1.0, functions=functions, frames=(frame,))
