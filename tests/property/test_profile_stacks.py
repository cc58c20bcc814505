"""The stacks of a profile as a stranger could write them: read within bounds and drawn, or refused."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.causes import MOST_FLAME_FUNCTIONS
from reporter.decide.flame import UNITS, flame_of
from reporter.ingest import profile as profiles
from reporter.render.flame import flame_view
from reporter.shared.errors import InputError

_NUMBERS = st.one_of(st.integers(-3, 9), st.integers(0, 2**54), st.none(), st.floats(), st.text(max_size=2))
_STACKS = st.lists(st.one_of(st.lists(_NUMBERS, min_size=3, max_size=5), _NUMBERS), max_size=6)
_GOOD = st.lists(
    st.tuples(
        st.integers(-1, 8), st.integers(0, 2), st.integers(0, 2**53), st.one_of(st.none(), st.integers(0, 2**53))
    ),
    min_size=1,
    max_size=9,
).map(lambda found: [(min(above, index - 1), *rest) for index, (above, *rest) in enumerate(found)])
_SECONDS = st.one_of(st.none(), st.floats(0, 1e9))


def _function(name: str, seconds: float | None) -> dict[str, Any]:
    counts: dict[str, Any] = {"calls": 1, "bytecodes": 1, "native": 0, "seconds": seconds, "callers": [], "uses": []}
    return {"file": "<b>", "name": name, "place": "project", "line": 1, "last": 1, "code": name, **counts}


def _read(stacks: object, seconds: tuple[float | None, ...]) -> profiles.Benchmark:
    functions = [_function(f"{index};\n<script>", each) for index, each in enumerate(seconds)]
    benchmarks = {"t": {"blocks": 1, "functions": functions, "stacks": stacks}}
    content = {"schema": "profile/v1", "python": "3", "collected": [], "benchmarks": benchmarks}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return profiles.read(path).benchmarks["t"]


@given(_STACKS)
def test_what_no_plugin_writes_is_refused_or_read(stacks: list[object]) -> None:
    try:
        found = _read(stacks, (1.0, 2.0))
    except InputError:
        return
    assert all(stack.above < index and stack.function < 2 for index, stack in enumerate(found.stacks))
    flame_of([found], [found])


@settings(max_examples=300)
@given(_GOOD, _GOOD, st.tuples(_SECONDS, _SECONDS, _SECONDS), st.tuples(_SECONDS, _SECONDS, _SECONDS))
def test_any_two_profiles_give_a_graph_within_bounds(
    before: list[object], after: list[object], slow: tuple[float | None, ...], fast: tuple[float | None, ...]
) -> None:
    flame = flame_of([_read(before, slow)], [_read(after, fast)])
    assert flame is not None
    assert len(flame.functions) <= MOST_FLAME_FUNCTIONS
    assert all(frame.above < index for index, frame in enumerate(flame.frames))
    for side in ("base", "head"):
        assert sum(getattr(frame, side) for frame in flame.frames) <= UNITS + len(flame.frames)
    view = flame_view(flame)
    if view is not None:
        assert set(view.frames) <= set("-0123456789,;")


@given(_GOOD, st.tuples(_SECONDS, _SECONDS, _SECONDS))
def test_equal_profiles_give_equal_sides(stacks: list[object], seconds: tuple[float | None, ...]) -> None:
    run = _read(stacks, seconds)
    flame = flame_of([run, run], [run, run])
    assert flame is not None
    assert all((frame.base, frame.base_calls) == (frame.head, frame.head_calls) for frame in flame.frames)
