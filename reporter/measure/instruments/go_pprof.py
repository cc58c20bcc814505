"""What Go benchmarks do, function by function: a program that leaves a profile as the pytest plugin does.

Each benchmark that is wanted runs twice: once to see how many calls take as long as BENCHVERDICT_PROFILE_SECONDS says,
and once so often with ``-cpuprofile``, which takes 100 samples a second. ``go tool pprof -raw`` writes the samples as
text. Nothing is known of how often a function is called. The first run of all leaves how often each benchmark is called
in BENCHVERDICT_BLOCK_CALLS, and the others call as often unless that takes too long: so ``pprof -diff_base`` can
compare the samples of both sides, too.

It is called with the words of the user's ``go test`` and the variables of the instrument (``instrument.py``).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = -1
MOST_TIMES = 4
"""The time of a profile that a slower side may take."""
MOST_FUNCTIONS, MOST_STACKS, MOST_DEPTH, LONGEST = 1000, 10_000, 100, 300
_PICOSECONDS = 1000
"""Of a nanosecond: times along the calls are whole numbers, and a call may take less than one."""
_LABEL = re.compile(r"Benchmark[^.\s/]*(?:/\S*)?")
_PROCESSORS = re.compile(r"-\d+$")
_KEPT = re.compile(r"--?(?:race|msan|asan|mod|modfile|tags|ldflags|gcflags|asmflags)(=.*)?", re.DOTALL)
_ALONE = re.compile(r"--?(?:race|msan|asan)(=.*)?")
_RESULT = re.compile(r"^(?:Benchmark\S*)?\s+\d+\s+([\d.e+]+) ns/op", re.MULTILINE)
_SAMPLE = re.compile(r"\s*\d+\s+(\d+): ([\d ]+)$")
_LOCATION = re.compile(r"\s*(\d+): 0x[0-9a-f]+(?: M=\d+)?(?: \[F\])?(.*)$")
_MOST_DIGITS = 18
_CLOSURE = re.compile(r"\.func\d+(?:\.\d+)*|\.gowrap\d+|-fm|-range\d+")
_VERSION = re.compile(r"@(v[^/]+)")


@dataclass(frozen=True)
class Frame:
    """A function at the line that was sampled."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Benchmark:
    """A benchmark by its ``id`` in reports, its package, and its name there."""

    id: str
    package: str
    label: str

    @property
    def function(self) -> str:
        """The Go function that it is."""
        return _PROCESSORS.sub("", self.label.partition("/")[0])

    @property
    def patterns(self) -> list[str]:
        """What ``-bench`` may take for it alone: a number at its end may be of processors, or a part of its name."""
        whole = _PROCESSORS.sub("", self.label)
        names = [whole, self.label] if "/" in self.label and whole != self.label else [whole]
        return ["/".join(f"^{re.escape(part)}$" for part in name.split("/")) for name in names]


def main() -> int:
    """Profile the benchmarks that are wanted."""
    go = Go(sys.argv[1:], Path(os.environ["BENCHVERDICT_TREE"]).resolve())
    written = Path(os.environ["BENCHVERDICT_PROFILE"])
    names = json.loads(Path(os.environ["BENCHVERDICT_NAMES"]).read_text(encoding="utf-8"))
    collected = go.listed()
    found = {each.id: go.profile(each, written, n) for n, each in enumerate(wanted(collected, names))}
    content = {"schema": "profile/v1", "python": go.version()[:40], "collected": collected, "benchmarks": found}
    written.write_text(json.dumps(content), encoding="utf-8")
    return 0


def wanted(collected: Sequence[str], names: Iterable[str]) -> list[Benchmark]:
    """Return the benchmarks of these names: an id of a report, or else a name, a glob or a part of those listed."""
    found: dict[str, Benchmark] = {}
    for name in names:
        own = benchmark_of(name)
        if own and own.package and any(listed == f"{own.package}.{own.function}" for listed in collected):
            found[name] = own
            continue
        for listed in collected:
            last = listed.rpartition(".")[2]
            each = benchmark_of(listed)
            if each and (fnmatchcase(listed, name) or fnmatchcase(last, name) or name.lower() in listed.lower()):
                found[listed] = each
    return list(found.values())


def benchmark_of(name: str) -> Benchmark | None:
    """Return the benchmark of an id as reports have it; ``None`` where it is none of Go's."""
    if _LABEL.fullmatch(name):
        return Benchmark(name, "", name)
    package, _, rest = name.partition(".Benchmark")
    label = f"Benchmark{rest}"
    return Benchmark(name, package, label) if package != name and package and _LABEL.fullmatch(label) else None


def flags_of(words: Sequence[str]) -> list[str]:
    """Return the options of the user's command that decide what is built."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if _KEPT.fullmatch(word):
            has_value = "=" in word or _ALONE.fullmatch(word) is not None
            kept += [word] if has_value else [word, next(rest, "")]
    return kept


def _first_program(words: Sequence[str]) -> int:
    """Return which word is the first that sets no variable."""
    return next((at for at, word in enumerate(words) if "=" not in word), len(words))


class Go:
    """The Go of this machine in the working directory, for the project in a ``tree``."""

    def __init__(self, words: Sequence[str], tree: Path) -> None:
        self.flags = [*flags_of(words), "-trimpath=false"]  # no variable may shorten paths: they tell whose a file is
        self.variables = dict(word.split("=", 1) for word in words[: _first_program(words)])
        self.tree = tree
        self.sources: dict[str, list[str]] = {}

    def version(self) -> str:
        """Return the version of Go."""
        return self._run("env", "GOVERSION").strip()

    def listed(self) -> list[str]:
        """Return the ids of all benchmarks, without those that begin only when others run."""
        found: list[str] = []
        waiting: list[str] = []
        for line in self._run("test", *self.flags, "-run=^$", "-list=^Benchmark", "./...").splitlines():
            words = line.split()
            if line.startswith("Benchmark"):
                waiting.append(line.strip())
            elif words[:1] == ["ok"] and len(words) > 1:
                found += [f"{words[1]}.{label}" for label in waiting]
                waiting = []
        return found[:2000]

    def profile(self, benchmark: Benchmark, written: Path, number: int) -> dict[str, Any]:
        """Profile one benchmark; its samples are left beside what is written, for ``go tool pprof``."""
        samples = written.with_name(f"{written.stem}-{number}.pprof")
        binary = written.with_name(f"{written.stem}.test")
        try:
            pattern, first = self._begun(benchmark, f"-o={binary}")
            calls = self._calls(
                benchmark.id, float(os.environ["BENCHVERDICT_PROFILE_SECONDS"]) * 1e9 / max(first, 0.01)
            )
            self._bench(benchmark, pattern, f"-benchtime={calls}x", f"-cpuprofile={samples}", f"-o={binary}")
            text = self._run("tool", "pprof", "-raw", str(samples))
        finally:
            binary.unlink(missing_ok=True)
        below = [(value, _cut(stack, benchmark.function)) for value, stack in read_raw(text.splitlines())]
        return Tree(self, below, calls + 1).content()  # Go makes one call of its own before those

    def _begun(self, benchmark: Benchmark, *options: str) -> tuple[str, float]:
        """Run a benchmark briefly; return the pattern for it alone, and the nanoseconds of a call.

        It is the pattern by which Go prints the name that it has in reports, or else the first that runs anything. The
        nanoseconds are those of all its parts together where it has some.
        """
        found: list[tuple[str, float]] = []
        shown = ""
        for pattern in benchmark.patterns:
            shown = self._bench(benchmark, pattern, "-benchtime=0.3s", *options)
            results = _RESULT.findall(shown)
            if results:
                found.append((pattern, sum(map(float, results))))
                if any(line.split()[:1] == [benchmark.label] for line in shown.splitlines()):
                    return found[-1]
        if not found:
            raise SystemExit(f"go test ran no benchmark {benchmark.id!r}:\n{shown[-1000:]}")
        return found[0]

    def _calls(self, name: str, calls: float) -> int:
        """Return how often a benchmark is called: as the first run of all did, or less where it became much slower."""
        shared = Path(os.environ["BENCHVERDICT_BLOCK_CALLS"])
        known = json.loads(shared.read_text(encoding="utf-8")) if shared.exists() else {}
        wanted = known.setdefault(name, max(1, round(calls)))
        shared.write_text(json.dumps(known), encoding="utf-8")
        return int(max(1, min(wanted, round(MOST_TIMES * calls))))

    def _bench(self, benchmark: Benchmark, pattern: str, *options: str) -> str:
        return self._run("test", *self.flags, "-run=^$", f"-bench={pattern}", "-count=1", *options, benchmark.package)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            ["go", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env={**os.environ, **self.variables},
        )
        if done.returncode != 0:
            raise SystemExit(f"go {arguments[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    def place(self, frame: Frame) -> tuple[str, str]:
        """Return a file as reports have it, and whose it is."""
        path = Path(frame.file)
        if not path.is_absolute():
            return frame.file, "generated"  # by the compiler or cgo: Go has whole paths of all else
        try:
            return path.resolve().relative_to(self.tree).as_posix(), "project"
        except (OSError, ValueError):
            is_dependency = _VERSION.search(frame.file) is not None
            short = "/".join(path.parts[-3:])
            return _VERSION.sub("", short), "dependency" if is_dependency else "standard"

    def lines(self, frame: Frame) -> tuple[int, int, str]:
        """Return the first and last line of a project's function, and what tells its code from another."""
        if frame.file not in self.sources:
            self.sources[frame.file] = _source(frame.file)
        text = self.sources[frame.file]
        first, last = bounds(text, frame.line)
        return first, last, hashlib.sha256("\n".join(text[first - 1 : last]).encode()).hexdigest()[:16]


def _source(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def bounds(text: Sequence[str], line: int) -> tuple[int, int]:
    """Return the first and last line of the function around a line, in a source that gofmt would not change."""
    first = next((at for at in range(min(line, len(text)), 0, -1) if text[at - 1].startswith("func ")), line)
    if first <= len(text) and text[first - 1].rstrip().endswith("}"):
        return first, first
    return first, next((at for at in range(line, len(text) + 1) if text[at - 1].startswith("}")), line)


def _cut(stack: Sequence[Frame], function: str) -> list[Frame]:
    """Return the frames from the benchmark on, outermost first; all of them where it is not among them."""
    names = [named(frame.name).rpartition(".")[2] for frame in stack]
    return list(reversed(stack[: names.index(function) + 1])) if function in names else list(reversed(stack))


def named(function: str) -> str:
    """Return a function by its package's last name, as Go code calls it; a closure belongs to what is around it."""
    name = function.rpartition("/")[2]
    begin = end = 0
    for part in _CLOSURE.finditer(name):
        begin = begin if part.start() == end else part.start()
        end = part.end()
    return name[:begin] if end == len(name) else name


def read_raw(lines: Iterable[str]) -> Iterator[tuple[int, list[Frame]]]:
    """Yield the nanoseconds of each stack of a profile, innermost function first, from what ``pprof -raw`` writes."""
    stacks: list[tuple[int, list[str]]] = []
    frames: dict[str, list[Frame]] = {}
    section = location = ""
    for text in lines:
        if text.rstrip(":") in ("Samples", "Locations", "Mappings"):
            section = text.rstrip(":")
        elif section == "Samples" and (sample := _SAMPLE.match(text.rstrip())):
            stacks.append((int(sample[1]), sample[2].split()))
        elif section == "Locations":
            begun = _LOCATION.match(text)
            location = begun[1] if begun else location
            frame = _frame_of(begun[2] if begun else text)
            if frame:
                frames.setdefault(location, []).append(frame)
    for value, locations in stacks:
        yield value, [frame for each in locations for frame in frames.get(each, ())]


def _frame_of(text: str) -> Frame | None:
    """Return the frame of a line ``   function file:line:column s=start``; older tools write no column.

    A function may hold spaces, and so may a file that begins with ``/``.
    """
    whole, _, start = text.strip().rpartition(" s=")
    if not text[:1].isspace() or not start.lstrip("-").isdecimal():
        return None
    absolute = whole.find(" /")
    name, place = (whole[:absolute], whole[absolute + 1 :]) if absolute >= 0 else whole.rpartition(" ")[::2]
    file, line = _file_and_line(place)
    return Frame(name, file, line) if name and file else None


def _file_and_line(place: str) -> tuple[str, int]:
    """Return the parts of ``file:line`` or ``file:line:column``; no file where there is no line."""
    rest, _, last = place.rpartition(":")
    file, _, before = rest.rpartition(":")
    if file and _is_number(before) and _is_number(last):
        return file, int(before)
    return (rest, int(last)) if _is_number(last) else ("", 0)


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_DIGITS


class Tree:
    """The samples of a benchmark in functions and stacks. ``calls`` is how often it was called meanwhile."""

    def __init__(self, go: Go, samples: Iterable[tuple[int, Sequence[Frame]]], calls: int) -> None:
        self.go, self.calls = go, calls
        self.keys: dict[tuple[str, str], int] = {}
        self.functions: list[dict[str, Any]] = []
        self.own: Counter[int] = Counter()
        self.arcs: Counter[tuple[int, int]] = Counter()
        self.nodes: dict[tuple[int, int], int] = {}
        self.inside: Counter[int] = Counter()
        for value, stack in samples:
            self._add(value, stack)

    def _add(self, value: int, stack: Sequence[Frame]) -> None:
        above, node, arcs = ROOT, ROOT, set()
        for frame in stack[:MOST_DEPTH]:
            function = self._function(frame)
            if function is None:
                continue
            arcs.add((above, function))
            key = (node, function)
            if key not in self.nodes and len(self.nodes) < MOST_STACKS:
                self.nodes[key] = len(self.nodes)
            node, above = self.nodes.get(key, node), function
        if above != ROOT:
            self.own[above] += value
            self.inside[node] += value
            self.arcs.update(dict.fromkeys(arcs, value))

    def _function(self, frame: Frame) -> int | None:
        file, place = self.go.place(frame)
        key = (file[:LONGEST], named(frame.name)[:LONGEST])
        if key not in self.keys:
            if len(self.functions) == MOST_FUNCTIONS:
                return None
            self.keys[key] = len(self.functions)
            self.functions.append(self._described(key, place, frame))
        return self.keys[key]

    def _described(self, key: tuple[str, str], place: str, frame: Frame) -> dict[str, Any]:
        version = _VERSION.search(frame.file)
        first, last, code = (
            self.go.lines(frame) if place == "project" else (frame.line, frame.line, version[1] if version else "")
        )
        unknown = dict.fromkeys(("calls", "bytecodes", "native"))
        where = {"file": key[0], "name": key[1], "place": place, "line": first, "last": last, "code": code[:LONGEST]}
        return {**where, **unknown, "uses": []}

    def content(self) -> dict[str, Any]:
        """Return the benchmark as ``schemas/profile-v1.json`` has it, in one call of it."""
        callers: dict[int, list[list[int]]] = {}
        for (above, function), value in self.arcs.items():
            callers.setdefault(function, []).append([above, round(value * _PICOSECONDS / self.calls)])
        functions = [
            {**each, "seconds": self.own[number] / self.calls / 1e9, "callers": callers.get(number, [])[:1001]}
            for number, each in enumerate(self.functions)
        ]
        stacks = [[above, function, 0, self.inside[node]] for (above, function), node in self.nodes.items()]
        return {"blocks": self.calls, "functions": functions, "stacks": stacks}


if __name__ == "__main__":
    sys.exit(main())
