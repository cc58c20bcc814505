"""Which benchmarks a change can reach: what differs in code, what a file is, and what is decided of both."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reporter.measure.paired.git import repository_of
from reporter.measure.selecting.code import EVERYWHERE, CodeChange, compare
from reporter.measure.selecting.decision import Selection, Sides, UnsureError, by_rules_alone, select
from reporter.measure.selecting.kinds import is_document
from reporter.measure.selecting.reached import Reach, Reached, read
from reporter.shared.model import PathRule

TEXT = '''\
import os
X = {**{}, 1: 2}
def f(a, b=1, *, c=None, d):
    """doc"""
    return [x for x in a]
class C:
    y = 1
    @property
    def p(self): return 1
    @p.setter
    def p(self, v): self._v = v
    def m(self):
        def inner(): return 1
        return inner
'''


@pytest.mark.parametrize(
    ("before", "after", "functions", "outside"),
    [
        ("for x in a", "for y in a", {"f"}, False),
        ("b=1", "b=2", {"f"}, False),
        ("b=1", "b=g()", {"f"}, True),
        ("y = 1", "y = 2", set(), True),
        ("X =", "X +=", set(), True),
        ("return inner", "return  inner  # a comment", set(), False),
        ("class C", "\n\nclass C", set(), False),
        ("def inner(): return 1", "def inner(): return 2", {"C.m.<locals>.inner"}, False),
        ("def inner(): return 1", "def inner(q): return 1", {"C.m", "C.m.<locals>.inner"}, False),
        ("self._v = v", "self._v = 2", {"C.p"}, False),
        ("@property", "@cached", {"C.p"}, True),
        ("class C", "def new(): pass\nclass C", {"new"}, False),
        ("class C", "@register\ndef new(): pass\nclass C", {"new"}, True),
        ("    y = 1", "    y = 1\n    def __eq__(self, other): return 1", {"C.__eq__"}, True),
        ("return [x", "return (x", None, True),
    ],
)
def test_what_differs_is_named(before: str, after: str, functions: set[str] | None, *, outside: bool) -> None:
    found = compare(TEXT.encode(), TEXT.replace(before, after, 1).encode())
    expected = EVERYWHERE if functions is None else CodeChange(frozenset(functions), outside)
    assert found == expected


@pytest.mark.parametrize("content", [b"\0", b"def", b"\xff", b"(" * 5000, b"x = 1\n" * 800_000, b"# coding: nope\n"])
def test_what_cannot_be_parsed_differs_everywhere(content: bytes) -> None:
    assert compare(b"x = 1", content) == EVERYWHERE


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", True),
        ("docs/data/x.json", False),
        ("docs/a/x.svg", True),
        ("src/doc/parse.rs", False),
        ("pkg/news/fast.pyx", False),
        ("docs/x.rst.py", False),
        ("docs/conf.py", False),
        ("docs/v1.2/conf.py", False),
        ("Docs/v1.2/x.json", False),
        ("Docs/v1.2/x.svg", True),
        ("docs/Makefile", False),
        ("docs/requirements.toml", False),
        (".github/workflows/ci.yml", True),
        ("LICENSE", True),
        ("changelog/12.bugfix", False),
        ("changelog/12.bugfix.rst", True),
        ("pyproject.toml", False),
        ("src/a.c", False),
        ("data/words.txt", False),
        ("src/py.typed", True),
        ("src/readme_data.csv", False),
        ("history.py", False),
        ("CHANGES.txt", True),
    ],
)
def test_a_document_is_known_by_its_path(path: str, *, expected: bool) -> None:
    assert is_document(path) is expected


def reach(*functions: str, opened: tuple[str, ...] = (), doubt: str | None = None, file: str = "b.py") -> Reach:
    keys = frozenset(tuple(each.split(":")) for each in functions)
    return Reach(keys, frozenset(opened), doubt, file)  # type: ignore[arg-type] # pairs, as they are written


def side(**changes: Any) -> Reached:
    known: dict[str, Any] = {
        "doubts": (),
        "imported": frozenset({"b.py", "a.py", "lazy.py"}),
        "early": frozenset(),
        "elsewhere": frozenset({"numpy/core", "json"}),
        "shared": reach("a.py:set_up", opened=("config.ini",)),
        "benchmarks": {"b.py::one": reach("a.py:f"), "b.py::two": reach("a.py:g", opened=("data.csv",))},
    }
    return Reached(**{**known, **changes})


ONE, TWO = "b.py::one", "b.py::two"
ALL = {ONE, TWO}


def decided(path: str, change: CodeChange | None, **sides: Any) -> Selection:
    return select({path: change}, Sides(**{"base": side(), "head": side(), **sides}))


@pytest.mark.parametrize(
    ("path", "change", "measured"),
    [
        ("a.py", CodeChange(frozenset({"f"})), {ONE}),
        ("a.py", CodeChange(frozenset({"g"})), {TWO}),
        ("a.py", CodeChange(frozenset({"f", "g"})), ALL),
        ("a.py", CodeChange(frozenset({"set_up"})), ALL),
        ("a.py", CodeChange(frozenset({"unused"})), set()),
        ("a.py", CodeChange(), set()),
        ("a.py", EVERYWHERE, ALL),
        ("tests/test_x.py", EVERYWHERE, set()),
        ("data.csv", None, {TWO}),
        ("config.ini", None, ALL),
        ("README.md", None, set()),
    ],
)
def test_a_change_reaches_what_runs_it(path: str, change: CodeChange | None, measured: set[str]) -> None:
    found = decided(path, change)
    assert set(found.measured) == measured
    assert set(found.left_out) == ALL - measured


@pytest.mark.parametrize(
    ("path", "sides", "reason"),
    [
        ("pyproject.toml", {}, "pyproject.toml differs"),
        ("setup.py", {}, "setup.py differs"),
        ("src/a.c", {}, "src/a.c differs"),
        ("tools/generate.py", {}, "tools/generate.py differs"),
        ("src/numpy/core.py", {}, "a copy of it elsewhere"),
        ("a.py", {"head": side(early=frozenset({"a.py"}))}, "before anything could be seen"),
        ("README.md", {"base": side(doubts=("pytest ended with exit code 1",))}, "exit code 1"),
        ("README.md", {"head": side(shared=reach(doubt="it starts a process"))}, "it starts a process"),
    ],
)
def test_what_is_not_known_is_a_reason_to_measure_everything(path: str, sides: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnsureError, match=reason):
        decided(path, EVERYWHERE, **sides)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): pass\nfrom fast import f\n", "from fast import f\ndef f(): pass\n"),
        ("def f(): pass\nfrom fast import *\n", "from fast import *\ndef f(): pass\n"),
        ("def f(): pass\ng = f\ndef f(): return 1\n", "def f(): pass\ndef f(): return 1\ng = f\n"),
        ("class C:\n    m = 1\n    def m(self): pass\n", "class C:\n    def m(self): pass\n    m = 1\n"),
        ("try:\n    from fast import f\nexcept ImportError: pass\ndef f(): pass\n",
         "def f(): pass\ntry:\n    from fast import f\nexcept ImportError: pass\n"),
    ],
)  # fmt: skip
def test_the_order_counts_where_a_name_is_bound_twice(before: str, after: str) -> None:
    assert compare(before.encode(), after.encode()).outside
    assert compare(before.encode(), before.encode()) == CodeChange()


def test_a_side_without_benchmarks_is_not_known() -> None:
    for sides in ({"base": side(benchmarks={})}, {"head": side(benchmarks={})}):
        with pytest.raises(UnsureError, match="no benchmark was seen"):
            decided("README.md", None, **sides)


def test_a_moved_submodule_is_seen(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        who = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet")
    commits = []
    for digit in "12":
        git("update-index", "--add", "--cacheinfo", f"160000,{digit * 40},vendor")
        git("commit", "--quiet", "--message", digit)
        commits.append(git("rev-parse", "HEAD"))
    repository = repository_of(tmp_path, os.environ)
    assert repository.moved_submodules(*commits) == ["vendor"]
    assert repository.moved_submodules(commits[0], commits[0]) == []


def test_either_side_that_runs_it_counts() -> None:
    moved = side(benchmarks={ONE: reach("a.py:g"), TWO: reach("a.py:g")})
    assert decided("a.py", CodeChange(frozenset({"f"})), head=moved).measured == (ONE,)
    assert decided("a.py", CodeChange(frozenset({"f"})), base=moved).measured == (ONE,)


def test_a_benchmark_that_starts_processes_is_left_out_of_documents_alone() -> None:
    doubtful = side(benchmarks={ONE: reach(doubt="it starts another process"), TWO: reach("a.py:g")})
    assert decided("a.py", CodeChange(frozenset({"g"})), head=doubtful).measured == (ONE, TWO)
    assert decided("README.md", None, head=doubtful).measured == ()


def test_the_body_of_a_file_of_benchmarks_reaches_these_unless_another_file_names_it() -> None:
    two_files = side(benchmarks={ONE: reach(), "c.py::three": reach(file="c.py")})
    both = {"base": two_files, "head": two_files}
    assert decided("b.py", EVERYWHERE, **both, is_named_elsewhere=lambda _: False).measured == (ONE,)
    assert decided("b.py", EVERYWHERE, **both).measured == (ONE, "c.py::three")
    assert decided("a.py", EVERYWHERE, **both, is_named_elsewhere=lambda _: False).measured == (ONE, "c.py::three")


def test_new_benchmarks_are_measured_beside_one_that_both_sides_have() -> None:
    more = side(benchmarks={**side().benchmarks, "b.py::new": reach()})
    assert decided("a.py", CodeChange(), head=more) == Selection((ONE, "b.py::new"), (TWO,))


def test_a_rule_goes_before_what_is_recorded() -> None:
    rules = (PathRule("src/*.c", ("*one",)), PathRule("a.py", ()))
    assert decided("src/deep/x.c", None, rules=rules).measured == (ONE,)
    assert decided("a.py", EVERYWHERE, rules=rules).measured == ()
    assert by_rules_alone(["a.py"], rules)
    assert not by_rules_alone([], rules)
    assert not by_rules_alone(["a.py", "b.py"], rules)
    assert not by_rules_alone(["src/x.c"], rules)


def written(**changes: Any) -> dict[str, Any]:
    entry = {"functions": [0], "opened": ["data.csv"], "doubt": None}
    known = {
        "schema": "reach/v1",
        "python": "3.11.7",
        "doubts": [],
        "imported": ["a.py"],
        "early": [],
        "elsewhere": ["json"],
        "functions": [["a.py", "f"]],
        "shared": entry,
        "benchmarks": {ONE: {**entry, "file": "b.py"}},
    }
    return {**known, **changes}


def test_a_file_as_the_plugin_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "reach.json"
    path.write_text(json.dumps(written()), encoding="utf-8")
    schema = Path(__file__).parents[2] / "schemas" / "reach-v1.json"
    jsonschema.validate(written(), json.loads(schema.read_text(encoding="utf-8")))
    found = read(path)
    assert found.benchmarks[ONE] == Reach(frozenset({("a.py", "f")}), frozenset({"data.csv"}), None, "b.py")
    assert found.elsewhere == {"json"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[" * 10**5,
        "[]",
        json.dumps(written(schema="reach/v2")),
        json.dumps(written(functions=[["a.py"]])),
        json.dumps(written(functions=[["a.py", 1]])),
        json.dumps(written(functions=[])),
        json.dumps(written(shared={"functions": [-1], "opened": [], "doubt": None})),
        json.dumps(written(shared={"functions": [True], "opened": [], "doubt": None})),
        json.dumps(written(benchmarks=[])),
        json.dumps(written(imported=["a" * 2000])),
        json.dumps(written(doubts="no list")),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "reach.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r".+"):
        read(path)
