"""Go's profiles as text: which benchmarks, by which options, and what their samples say of functions."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from reporter.decide.work import differences, side_of
from reporter.ingest.profile import Benchmark
from reporter.measure.instruments.go import GO_PROFILE, HIDDEN, profile_of, profiled, why_hidden
from reporter.measure.instruments.go_pprof import (
    Frame,
    Go,
    Tree,
    benchmark_of,
    bounds,
    flags_of,
    named,
    read_raw,
    wanted,
)
from reporter.measure.instruments.instrument import MEMORY, PROFILE
from reporter.measure.plan import Plan
from tests.measure_plans import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LISTED = ["example.test/shop/kit.BenchmarkSort", "example.test/shop/kit.BenchmarkFind", "example.test/x.BenchmarkSort"]
SOURCE = """package kit

func Small() int { return 1 }

func Sort(values []int) {
	for range values {
		Small()
	}
}
"""
RAW = """PeriodType: cpu nanoseconds
Samples:
samples/count cpu/nanoseconds
          3   30000000: 1 2 3
                key:[value]
          1   10000000: 2 3
          2   20000000: 4
Locations
     1: 0x40b239 M=1 kit.Small TREE/kit/a.go:3 s=0
             example.test/shop/kit.Sort.func1 TREE/kit/a.go:7 s=0
     2: 0x43d885 M=1 example.test/shop/kit.BenchmarkSort TREE/kit/a_test.go:9:4 s=8
     3: 0x43ee9d M=1 testing.(*B).runN /usr/lib/go/src/testing/benchmark.go:193 s=0
     4: 0x43ee9d M=1 [F] other/pkg.Do /root/go/pkg/mod/other/pkg@v1.2.3/do.go:5 s=0
Mappings
1: 0x400000/0x4f7000/0x0 /tmp/kit.test
"""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("example.test/shop/kit.BenchmarkSort-8", ["example.test/shop/kit.BenchmarkSort-8"]),
        ("example.test/shop/kit.BenchmarkSort/n=1.5/a-2", ["example.test/shop/kit.BenchmarkSort/n=1.5/a-2"]),
        ("sort", [LISTED[0], LISTED[2]]),
        ("*Find", [LISTED[1]]),
        ("BenchmarkFind", [LISTED[1]]),
        ("nothing", []),
    ],
)
def test_benchmarks_are_named_as_in_reports_or_as_in_the_code(name: str, found: list[str]) -> None:
    assert [each.id for each in wanted(LISTED, [name])] == found


@pytest.mark.parametrize(
    ("label", "patterns"),
    [
        ("BenchmarkA", ["^BenchmarkA$"]),
        ("BenchmarkA-8", ["^BenchmarkA$"]),
        ("BenchmarkA/b", ["^BenchmarkA$/^b$"]),
        ("BenchmarkA/size=1.5/b|c-16", [r"^BenchmarkA$/^size=1\.5$/^b\|c$", r"^BenchmarkA$/^size=1\.5$/^b\|c\-16$"]),
    ],
)
def test_one_benchmark_is_selected_by_its_whole_name(label: str, patterns: list[str]) -> None:
    found = benchmark_of(f"example.test/a.b.{label}")
    assert found
    assert (found.package, found.label, found.function) == ("example.test/a.b", label, "BenchmarkA")
    assert found.patterns == patterns


GO = """#!{python}
import os, sys
if sys.argv[1:3] == ["tool", "pprof"]:
    sys.exit("pprof is broken")
if sys.argv[1] == "test":
    at, = [word for word in sys.argv if word.startswith("-bench=")]
    output = [word[3:] for word in sys.argv if word.startswith("-o=")]
    open(output[0], "w").close()
    with open({log!r}, "a") as log:
        print(at, file=log)
    names = ("size", r"size\\-10")
    name, = [name for name in names if at.endswith("/^" + name + "$")]
    end = os.environ["PROCESSORS"]
    if not (end and name == names[1] and os.environ.get("ONE")):
        print("BenchmarkP/" + name.replace("\\\\", "") + end + "\t 10\t 100 ns/op")
"""


@pytest.mark.parametrize(
    ("end", "taken"), [("-10", "size"), ("", r"size\-10"), ("-8", r"size")], ids=["processors", "own name", "other"]
)
def test_a_number_at_the_end_is_of_processors_where_go_prints_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, taken: str
) -> None:
    """Samples of ``size`` and ``size-10`` never mix. What failed leaves no binary, which may be large."""
    go, log, written = tmp_path / "bin" / "go", tmp_path / "log", tmp_path / "profile-base-0.json"
    go.parent.mkdir()
    go.write_text(GO.format(python=sys.executable, log=str(log)))
    go.chmod(0o755)
    for name, value in (("PATH", f"{go.parent}:{os.environ['PATH']}"), ("PROCESSORS", end), ("ONE", "1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BENCHVERDICT_PROFILE_SECONDS", "2")
    monkeypatch.setenv("BENCHVERDICT_BLOCK_CALLS", str(tmp_path / "shared.json"))
    found = benchmark_of("example.test/a.BenchmarkP/size-10")
    assert found
    with pytest.raises(SystemExit, match="pprof is broken"):
        Go([], tmp_path).profile(found, written, 0)
    assert log.read_text().splitlines()[-1] == f"-bench=^BenchmarkP$/^{taken}$"
    assert not written.with_suffix(".test").exists()


def test_go_is_asked_for_whole_paths() -> None:
    """Paths that -trimpath cut lead to no file, and would be taken for files of the project."""
    assert Go(["go", "test", "-trimpath"], ROOT).flags == ["-trimpath=false"]


@pytest.mark.parametrize(
    ("shown", "file", "line"),
    [
        ("/a b/kit/words.go:12:0", "/a b/kit/words.go", 12),
        ("/a/kit/words.go:12", "/a/kit/words.go", 12),
        ("C:/proj/kit/words.go:12:0", "C:/proj/kit/words.go", 12),
        ("example.test/shop/kit/words.go:12:7", "example.test/shop/kit/words.go", 12),
        ("<autogenerated>:1:0", "<autogenerated>", 1),
    ],
)
def test_a_line_is_read_with_its_column_or_without(shown: str, file: str, line: int) -> None:
    lines = ["Samples:", "1 10: 1", "Locations", f"     1: 0x40b239 M=1 kit.Words {shown} s=0"]
    assert list(read_raw(lines)) == [(10, [Frame("kit.Words", file, line)])]


@pytest.mark.parametrize("file", ["<autogenerated>", "_cgo_gotypes.go", "runtime/preempt_amd64.s", ""])
def test_only_a_whole_path_is_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert Go([], tmp_path).place(Frame("kit.Words", file, 1)) == (file, "generated")
    assert Go([], tmp_path).place(Frame("kit.Words", str(tmp_path / "a.go"), 1)) == ("a.go", "project")


def test_what_an_earlier_look_left_is_removed(tmp_path: Path) -> None:
    old = ("profile-base-0.json", "profile-head-1-2.pprof", "profile-base-0.test", "profile-shared.json")
    for name in (*old, "memory-base-0.json", "profile-mine"):
        (tmp_path / name).touch()
    GO_PROFILE.forget(tmp_path)
    GO_PROFILE.forget(tmp_path / "none")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["memory-base-0.json", "profile-mine"]


def test_options_that_decide_what_is_built_are_kept() -> None:
    words = "go test -run=^$ -bench . -tags integration -race -ldflags=-s -mod vendor -count 5 -cpu 1,2 ./..."
    assert flags_of(words.split()) == ["-tags", "integration", "-race", "-ldflags=-s", "-mod", "vendor"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("GOFLAGS=-tags=fast go test -bench=. ./...", ["GOFLAGS=-tags=fast", "go", "test", "-bench=.", "./..."]),
        ("set -e; go test -bench=. | tee {output}", None),
        ("cd sub && go test -bench=. ./...", None),
        ("go build ./... && go test -bench=.", None),
        ("taskset -c 1 go test -bench=.", None),
        ("go test -bench=. -tags $TAGS", None),
        ("GOFLAGS=$FLAGS go test -bench=.", None),
        ("go test -run='^$' -bench=.", ["go", "test", "-run=^$", "-bench=."]),
        (("bash", "-c", "GOOS=linux go test -bench=."), ["GOOS=linux", "go", "test", "-bench=."]),
        (("go", "test", "-bench=."), ["go", "test", "-bench=."]),
    ],
)
def test_go_test_is_profiled_where_nothing_before_it_would_be_lost(
    command: str | tuple[str, ...], words: list[str] | None
) -> None:
    if isinstance(command, str):
        plan, displayed = Plan(name="a", script=command, results=("x",)), command
    else:
        plan, displayed = Plan(name="a", command=command), shlex.join(command)
    assert profile_of(plan) is GO_PROFILE
    assert GO_PROFILE.unmet(plan) == (None if words else HIDDEN)
    if words:
        assert (profiled(plan).command or ())[2:] == tuple(words)
    assert why_hidden(displayed) == (None if words else HIDDEN)


def test_variables_before_go_are_those_of_every_run() -> None:
    go = Go(["GOFLAGS=-tags=fast", "A=b=c", "go", "test", "-bench=C=d"], ROOT)
    assert (go.variables, go.flags) == ({"GOFLAGS": "-tags=fast", "A": "b=c"}, ["-trimpath=false"])


def test_a_function_ends_where_its_brace_does() -> None:
    text = SOURCE.splitlines()
    assert [bounds(text, line) for line in (3, 5, 7, 9)] == [(3, 3), (5, 9), (5, 9), (5, 9)]
    assert bounds([], 7) == (7, 7)


def test_closures_belong_to_the_function_around_them() -> None:
    names = ("example.test/shop/kit.Sort.func1", "kit.(*Index).Add-fm", "kit.Sort.func2.1", "kit.Map[go.shape.int]")
    assert [named(each) for each in names] == ["kit.Sort", "kit.(*Index).Add", "kit.Sort", "kit.Map[go.shape.int]"]


def _tree(folder: Path, calls: int = 10) -> Benchmark:
    (folder / "kit").mkdir(exist_ok=True)
    (folder / "kit" / "a.go").write_text(SOURCE)
    samples = [
        (value, list(reversed(stack))) for value, stack in read_raw(RAW.replace("TREE", str(folder)).splitlines())
    ]
    return msgspec.convert(Tree(Go([], folder), samples, calls).content(), Benchmark)


def test_samples_become_functions_with_their_lines_and_callers(tmp_path: Path) -> None:
    found = _tree(tmp_path)
    functions = {each.name: each for each in found.functions}
    small = functions["kit.Small"]
    assert (small.file, small.place, small.line, small.last) == ("kit/a.go", "project", 3, 3)
    assert (functions["kit.Sort"].line, functions["kit.Sort"].last) == (5, 9)
    assert [functions[name].seconds for name in ("kit.Small", "kit.Sort", "kit.BenchmarkSort")] == [0.003, 0.0, 0.001]
    outside = functions["pkg.Do"]
    assert (outside.file, outside.place, outside.code) == ("other/pkg/do.go", "dependency", "v1.2.3")
    order = [each.name for each in found.functions]
    assert small.callers == ((order.index("kit.Sort"), 3_000_000_000),)
    assert [(order[each.function], each.bytecodes) for each in found.stacks] == [
        ("testing.(*B).runN", 0),
        ("kit.BenchmarkSort", 10_000_000),
        ("kit.Sort", 0),
        ("kit.Small", 30_000_000),
        ("pkg.Do", 20_000_000),
    ]


def test_samples_within_their_noise_are_no_difference(tmp_path: Path) -> None:
    """Nothing is counted that could tell a small change from chance."""

    def moved(base: Sequence[int], head: Sequence[int]) -> float:
        sides = (side_of([_tree(tmp_path, calls) for calls in runs]) for runs in (base, head))
        return {each.key[1]: each.seconds for each in differences(*sides)}["kit.Small"]

    assert moved((10, 11), (9, 10)) == 0.0
    assert moved((100, 101), (50, 51)) == pytest.approx(0.03 * (1 / 51 - 1 / 101))


def test_the_instrument_of_go_needs_no_pytest_and_the_others_do() -> None:
    script = Plan(name="a", script="go test -run='^$' -bench=. ./... | tee {output}", results=("x.txt",))
    assert profile_of(script) is GO_PROFILE
    assert GO_PROFILE.unmet(script) is None
    assert MEMORY.unmet(script) == "only benchmarks of pytest-benchmark can be counted"
    assert PROFILE.unmet(script) == "only benchmarks of pytest-benchmark and `go test` can be profiled"
    assert GO_PROFILE.command
    made = GO_PROFILE.command(script)
    assert made.command is not None
    assert made.command[1].endswith("go_pprof.py")
    assert made.command[2:] == ("go", "test", "-run=^$", "-bench=.", "./...")
    assert (made.script, made.results) == (None, ())
    assert profile_of(Plan(name="a", command=("pytest",))) is PROFILE
