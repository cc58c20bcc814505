"""The culprit of a change, from made profiles and diffs."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

from reporter.causes import Cause, Changed
from reporter.decide.cause import EQUAL, NO_FUNCTIONS, NOT_MORE, SPREAD, find_cause, ranked, rows, with_functions
from reporter.decide.changed_lines import ChangedLines, Lines
from reporter.ingest.profile import Benchmark, Function
from reporter.render.cause_text import sentence, table

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "textkit/core.py"


def function(name: str, line: int, *callers: tuple[int, int], **values: Any) -> Function:
    """Return a function of ten lines that takes a second and runs ten bytecodes a call."""
    calls = sum(number for _, number in callers)
    given: dict[str, Any] = {
        "file": FILE,
        "place": "project",
        "code": name,
        "native": 0,
        "uses": (),
        "seconds": float(calls),
    } | values
    return Function(
        name=name, line=line, last=line + 9, calls=calls, callers=callers, **({"bytecodes": 10 * calls} | given)
    )


def profile(*functions: Function) -> list[Benchmark]:
    return [Benchmark(blocks=3, functions=functions)] * 2


def changed(*lines: int, file: str = FILE) -> ChangedLines:
    return ChangedLines({file: [Lines(line, line) for line in lines]})


SEARCH = function("search", 1, (-1, 5))
BASE = profile(SEARCH, function("normalize", 41, (0, 125)))


def test_the_one_that_was_changed_is_named_with_its_line() -> None:
    head = profile(SEARCH, function("normalize", 41, (0, 156), code="other"))
    cause = find_cause(BASE, head, changed(47))
    assert cause == Cause(
        kind="changed-here",
        function="normalize",
        file=FILE,
        line=41,
        share=1.0,
        calls=(125, 156),
        in_diff=True,
        changed=Changed(function="normalize", file=FILE, line=47, last=47),
    )
    assert sentence(cause) == (
        "100% of the extra time is in normalize() (textkit/core.py:41), called 156 times instead of 125;"
        " this pull request changed line 47"
    )


def test_what_is_called_more_often_is_named_with_the_one_that_calls_it() -> None:
    head = profile(function("search", 1, (-1, 5), bytecodes=60), function("normalize", 41, (0, 156)))
    cause = find_cause(BASE, head, changed(4))
    assert (cause.kind, cause.function, cause.calls) == ("called-more-often", "normalize", (125, 156))
    assert cause.changed == Changed(function="search", file=FILE, line=4, last=4)
    assert "; this pull request changed line 4 in search() (textkit/core.py:4)" in sentence(cause)


def test_time_far_below_goes_up_to_what_changed() -> None:
    middle, leaf = function("middle", 20, (0, 50)), function("leaf", 60, (1, 50), place="standard", file="json.py")
    base = profile(SEARCH, middle, leaf)
    more = {"code": "new", "bytecodes": 60}
    head = profile(
        function("search", 1, (-1, 5), **more),
        function("middle", 20, (0, 100)),
        function("leaf", 60, (1, 100), place="standard", file="json.py", seconds=400.0),
    )
    cause = find_cause(base, head, changed(3))
    assert (cause.kind, cause.function, cause.in_diff) == ("called-more-often", "middle", True)
    assert cause.share == pytest.approx(1.0, abs=0.01)


def test_a_lost_cache_is_the_function_that_others_call_again() -> None:
    base = profile(SEARCH, function("cached", 41, (0, 1)), function("work", 60, (1, 1)))
    head = profile(SEARCH, function("cached", 41, (0, 90)), function("work", 60, (1, 90), seconds=900.0))
    gap = ChangedLines({FILE: [Lines(41, 40)]})
    cause = find_cause(base, head, gap)
    assert (cause.kind, cause.function, cause.calls) == ("changed-here", "cached", (1, 90))


def test_c_code_with_more_is_named_by_its_caller() -> None:
    grown = function("normalize", 41, (0, 125), native=9, seconds=200.0)
    base = profile(SEARCH, function("normalize", 41, (0, 125), native=9))
    cause = find_cause(base, profile(SEARCH, grown), changed(900))
    assert (cause.kind, cause.function, cause.in_diff) == ("c-called-with-more", "normalize", False)
    assert sentence(cause).endswith("; this pull request did not change it")


def test_library_code_belongs_to_the_function_that_calls_it() -> None:
    library: Mapping[str, Any] = {"file": "re/__init__.py", "place": "standard"}
    base = profile(SEARCH, function("normalize", 41, (0, 125)))
    head = profile(SEARCH, function("normalize", 41, (0, 125), code="new"), function("sub", 9, (1, 125), **library))
    cause = find_cause(base, head, changed(44))
    assert (cause.kind, cause.function, cause.share) == ("changed-here", "normalize", 1.0)


def test_library_code_with_more_data_belongs_to_the_nearest_function_of_the_project() -> None:
    library: Mapping[str, Any] = {"file": "json/encoder.py", "place": "standard"}
    base = profile(SEARCH, function("encode", 41, (0, 1)), function("iterencode", 9, (1, 1), native=1, **library))
    grown = function("iterencode", 9, (1, 1), native=1, seconds=50.0, **library)
    head = profile(function("search", 1, (-1, 5), code="new"), function("encode", 41, (0, 1)), grown)
    cause = find_cause(base, head, changed(2))
    assert (cause.kind, cause.function, cause.in_diff) == ("c-called-with-more", "encode", True)
    assert find_cause(base, head, ChangedLines()).function == "encode"


def test_a_constant_that_changed_leads_to_the_function_that_uses_it() -> None:
    uses: Mapping[str, Any] = {"native": 9, "uses": ((3, 3),)}
    base = profile(SEARCH, function("normalize", 41, (0, 125), **uses))
    head = profile(SEARCH, function("normalize", 41, (0, 125), seconds=300.0, **uses))
    cause = find_cause(base, head, ChangedLines({FILE: [Lines(3, 3)]}))
    assert (cause.kind, cause.function) == ("c-called-with-more", "normalize")
    assert cause.changed == Changed(function="normalize", file=FILE, line=3, last=3)


def test_a_dependency_of_another_version() -> None:
    place: Mapping[str, Any] = {"file": "dep.py", "place": "dependency"}
    base = profile(SEARCH, function("rounded", 1, (0, 9), **place))
    head = profile(SEARCH, function("rounded", 1, (0, 9), code="other", seconds=50.0, bytecodes=500, **place))
    cause = find_cause(base, head, changed(100, file="dep.py"))
    assert (cause.kind, cause.function, cause.in_diff) == ("dependency-changed", "rounded", False)


def test_an_import() -> None:
    module = function("<module>", 1, (0, 1), file="textkit/new.py", seconds=9.0)
    cause = find_cause(BASE, profile(SEARCH, BASE[0].functions[1], module), ChangedLines())
    assert cause.kind == "import-or-setup"
    assert "is in the import (textkit/new.py:1)" in sentence(cause)


def test_an_event_loop_is_led_back_to_the_one_coroutine_that_changed() -> None:
    loop: Mapping[str, Any] = {"file": "asyncio/events.py", "place": "standard"}
    base = profile(function("worker", 1, (1, 8)), function("run", 5, (-1, 8), **loop))
    head = profile(function("worker", 1, (1, 80), code="new"), function("run", 5, (-1, 80), seconds=400.0, **loop))
    cause = find_cause(base, head, changed(3))
    assert (cause.function, cause.in_diff) == ("worker", True)
    assert cause.share == 1.0


def test_what_one_function_returns_is_more_work_for_another() -> None:
    reader: Mapping[str, Any] = {"native": 1, "file": "json/encoder.py", "place": "standard"}
    base = profile(function("cell", 1, (-1, 5)), function("encode", 9, (-1, 1), **reader))
    head = profile(
        function("cell", 1, (-1, 5), seconds=8.0, uses=((40, 40),)),
        function("encode", 9, (-1, 1), seconds=30.0, **reader),
    )
    cause = find_cause(base, head, changed(40))
    assert (cause.function, cause.changed and cause.changed.line) == ("cell", 40)
    assert find_cause(base, head, ChangedLines()).function == "encode"


def test_equal_calls_are_said_to_be_equal() -> None:
    noisy = profile(SEARCH, function("normalize", 41, (0, 125), seconds=130.0))
    cause = find_cause(BASE, noisy, changed(47))
    assert (cause.kind, cause.why, cause.function) == ("not-found", EQUAL, None)
    assert sentence(cause).startswith("No cause was found: both sides make the same calls")


def test_of_a_benchmark_that_no_sample_met_nothing_is_said_to_be_equal() -> None:
    """Go takes samples of processor time, and a benchmark that only waits has none."""
    cause = find_cause(profile(), profile(), changed(47))
    assert (cause.kind, cause.why) == ("not-found", NO_FUNCTIONS)
    assert sentence(cause) == "No cause was found: the profiler saw no function of either side"


def test_less_work_has_no_culprit() -> None:
    cause = find_cause(BASE, profile(SEARCH, function("normalize", 41, (0, 100))), changed(47))
    assert cause.why == NOT_MORE


def test_time_that_is_spread_has_no_culprit() -> None:
    many = [function(f"f{i}", 100 * i, (-1, 10), code="x") for i in range(5)]
    more = [function(f"f{i}", 100 * i, (-1, 12), code="y") for i in range(5)]
    assert find_cause(profile(*many), profile(*more), ChangedLines()).why == SPREAD


def test_a_function_that_moved_to_another_file_is_the_same() -> None:
    moved = function("normalize", 41, (0, 125), file="textkit/other.py")
    assert find_cause(BASE, profile(SEARCH, moved), changed(41, file="textkit/other.py")).why == EQUAL


def test_one_percent_of_bytecodes_is_found_in_noise() -> None:
    runs = [profile(SEARCH, function("normalize", 41, (0, 125), seconds=seconds))[0] for seconds in (120.0, 130.0)]
    slower = [
        profile(SEARCH, function("normalize", 41, (0, 125), seconds=seconds, bytecodes=1275, code="new"))[0]
        for seconds in (119.0, 129.0)
    ]
    cause = find_cause(runs, slower, changed(47))
    assert (cause.kind, cause.function) == ("changed-here", "normalize")


def test_a_profile_without_counts_goes_by_time() -> None:
    plain: Mapping[str, Any] = {"bytecodes": None, "native": None}
    base = profile(function("search", 1, (-1, 5), **plain))
    head = profile(function("search", 1, (-1, 5), **plain, seconds=9.0, code="new"))
    assert find_cause(base, head, changed(2)).function == "search"


def test_causes_are_in_the_order_of_their_shares() -> None:
    base = profile(*[function(f"f{i}", 100 * i, (-1, 10)) for i in range(2)])
    head = profile(*[function(f"f{i}", 100 * i, (-1, 13 + 2 * i), code="y") for i in range(2)])
    assert [cause.function for cause in ranked(base, head, changed(1, 101))] == ["f1", "f0"]


def test_hostile_names_stay_text_of_one_line() -> None:
    name = "evil\x1b[31m\n::error::" + "x" * 280
    base, head = (profile(function(name, 1, (-1, calls))) for calls in (5, 9))
    cause = find_cause(base, head, changed(2))
    text = sentence(cause)
    assert text.isprintable()
    assert len(text) < 400
    assert all(line.isprintable() for line in table(with_functions(cause, rows(base, head)).functions, 80))


def test_one_run_of_a_side_blames_nothing_that_only_a_time_tells() -> None:
    slower = profile(SEARCH, function("normalize", 41, (0, 125), seconds=200.0))
    assert find_cause(BASE, slower, changed(47)).function == "normalize"
    assert find_cause(BASE[:1], slower[:1], changed(47)).why == EQUAL


def test_functions_that_take_no_time_have_no_culprit() -> None:
    base, head = (profile(function("f", 1, (-1, calls), code=f"{calls}", seconds=0.0)) for calls in (1, 2))
    assert find_cause(base, head, changed(2)).why == NOT_MORE


@pytest.mark.parametrize("place", ["project", "standard"])
def test_functions_that_all_call_each_other_are_done_in_seconds(place: str) -> None:
    def made(calls: int) -> list[Benchmark]:
        each = tuple((other, calls) for other in range(240))
        return profile(*[function(f"f{i}", 10 * i + 1, *each, code="x", place=place) for i in range(240)])

    base, head = made(1), made(2)
    started = process_time()
    assert find_cause(base, head, ChangedLines()).why == SPREAD
    assert process_time() - started < 10


def test_a_way_with_too_many_calls_is_not_gone_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    middle = function("middle", 20, (0, 5))
    base = profile(SEARCH, middle, function("leaf", 60, (1, 5)))
    head = profile(function("search", 1, (-1, 5), code="new"), middle, function("leaf", 60, (1, 9)))
    assert find_cause(base, head, changed(3)).in_diff
    monkeypatch.setattr("reporter.decide.cause.MOST_CALLS", 1)
    monkeypatch.setattr("reporter.decide.cause._Search._only_suspect", lambda _: None)
    assert (find_cause(base, head, changed(3)).function, find_cause(base, head, changed(3)).in_diff) == ("leaf", False)


def test_a_change_is_denied_only_where_the_diff_and_the_code_tell() -> None:
    def found(diff: ChangedLines, code: str) -> Cause:
        base, head = (profile(function("f", 1, (-1, calls), code=each)) for calls, each in ((5, "old"), (9, code)))
        return find_cause(base, head, diff)

    assert [
        "did not change it" in sentence(found(diff, code))
        for diff, code in ((changed(900), "old"), (changed(900), "new"), (ChangedLines(), "old"))
    ] == [True, False, False]


def test_what_is_in_the_diff_cannot_be_unchanged() -> None:
    place = Changed(function="f", file=FILE, line=1, last=1)
    with pytest.raises(ValueError, match="unchanged"):
        Cause(kind="changed-here", in_diff=True, changed=place, unchanged=True)
