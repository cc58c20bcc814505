"""A received report is bounded in every list, text and nesting: by its schema, and by what reads it."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.decide.looks import SHORT_LOOKS
from reporter.model import MOST_LOOKS, RunnerPart
from reporter.records import json_v1
from reporter.shared.errors import InputError
from tests.reports import SITUATIONS, one_regression

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "report-v1.json").read_text(encoding="utf-8"))
RUNNER = RunnerPart(number=1, of=2, pairs=8, seconds=60.0, cpu_model="Some 9000", weight=1.0)
OF_RUNNERS = replace(one_regression(), runners=(RUNNER,))
DOCUMENTS = [json.loads(json_v1.dump(made)) for made in (*(make() for make in SITUATIONS.values()), OF_RUNNERS)]


def _nodes(node: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield name, node
        for key, part in node.get("properties", {}).items():
            yield from _nodes(part, _named(key, name))
        inner = node.get("items")
        yield from _nodes(inner, f"{name}[]" if isinstance(inner, dict) and _is(inner, "array") else name)
        for part in (node.get("additionalProperties"), *node.get("anyOf", [])):
            yield from _nodes(part, name)


def _named(key: str, above: str) -> str:
    """Name a part; the functions of a flame graph are more than those of a cause."""
    return f"flame.{key}" if above == "flame" else key


def _is(node: dict[str, Any], kind: str) -> bool:
    found = node.get("type")
    return kind in (found if isinstance(found, list) else [found])


BOUNDS = {name: bound for name, node in _nodes(SCHEMA) if (bound := node.get("maxItems", node.get("maxProperties")))}
"""The most entries of every list, and of every object with names of its own, by its name."""


def test_every_list_and_every_text_of_the_schema_has_a_bound() -> None:
    for name, node in _nodes(SCHEMA):
        if _is(node, "array"):
            assert node["maxItems"] == BOUNDS[name], name
        if _is(node, "object") and isinstance(node.get("additionalProperties"), dict):
            assert node["maxProperties"] == BOUNDS[name], name
        elif _is(node, "object"):
            assert node["additionalProperties"] is False, name
        if _is(node, "string") and "const" not in node and "enum" not in node:
            assert node["maxLength"] <= 20_000, name


def test_a_report_holds_as_many_looks_as_there_are() -> None:
    assert len(SHORT_LOOKS) + 1 == MOST_LOOKS, "one more at the end, where there are more pairs"


def _lists(value: Any, name: str = "", path: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Find one list and object of texts for each name with a bound, by its path in a document."""
    if name in BOUNDS and value and (isinstance(value, list) or name in ("params", "details")):
        yield name, path
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    for key, part in pairs:
        inner = f"{name}[]" if isinstance(part, list) else name
        yield from _lists(part, _named(key, name) if isinstance(key, str) else inner, (*path, key))


PLACES = {name: (number, path) for number, document in enumerate(DOCUMENTS) for name, path in _lists(document) if path}


def test_every_bound_is_tried() -> None:
    assert set(BOUNDS) - set(PLACES) == {"bytes"}, "of memory, whose list of times is tried"


@pytest.mark.parametrize("name", sorted(PLACES))
def test_one_entry_beyond_the_bound_is_refused_and_the_bound_is_not(name: str) -> None:
    number, path = PLACES[name]
    for more in (1, 0):
        document = copy.deepcopy(DOCUMENTS[number])
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = _many(holder[path[-1]], BOUNDS[name] + more)
        bound, place = BOUNDS[name], re.escape(name.removesuffix("[]"))
        # The reader names no place for a frame, which is an array of a fixed number of members.
        in_words = rf"(\b{place}(\[\d+\])*: expected `\w+` of length (<= )?|^the file: .* of at most length ){bound}"
        assert bool(re.search(in_words, _refusal(document))) is bool(more)


def _many(value: Any, count: int) -> Any:
    if isinstance(value, dict):
        return {str(i): "x" for i in range(count)}
    if isinstance(value[0], dict):
        value = [min(value, key=lambda entry: len(json.dumps(entry)))]
    return (value * (count // len(value) + 1))[:count]


def _refusal(document: Any) -> str:
    try:
        json_v1.load(json.dumps(document), "verdict.json")
    except InputError as error:
        return error.what
    return ""


HOSTILE = {
    "lists": "[],",
    "objects": '{"a":{}},',
    "texts": '"ab",',
    "numbers": "1,",
    "deep": "[" * 100,
}
PROBE = """
import sys
from dataclasses import replace
from reporter.model import MOST_LOOKS, RunnerPart
from reporter.records import json_v1
from reporter.shared.errors import InputError
text = sys.stdin.read()
try:
    json_v1.load(text, "verdict.json")
except InputError as error:
    with open("/proc/self/status") as lines:
        print(next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), error.code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_within_the_limit_of_its_size_fills_the_memory(name: str) -> None:
    unit = HOSTILE[name]
    for size in (48 * 2**20, 24 * 2**20, 8 * 2**20, 2 * 2**20):
        text = "[" + unit * (size // len(unit)) + "0]"
        done = subprocess.run(
            [sys.executable, "-c", PROBE], input=text, capture_output=True, check=True, text=True, cwd=ROOT
        )
        assert int(done.stdout.split()[0]) < 300, done.stdout


def test_a_million_warnings_are_refused_before_they_are_shown() -> None:
    document = copy.deepcopy(DOCUMENTS[0])
    document["warnings"] = [{"code": "a", "text": ""}] * 1_000_000
    with pytest.raises(InputError, match=r"more than|memory"):
        json_v1.load(json.dumps(document), "verdict.json")
