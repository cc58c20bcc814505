"""Modes and categories: what is skipped says why, budgets hold where they are meant, and a part is told as a part."""

from __future__ import annotations

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.measure.requirements import unmet

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"

CONFIGURATION = """
[modes.quick]
command = "cp GOOD {output}"
[modes.load]
command = "echo $BENCHVERDICT_MODE $BENCHVERDICT_CATEGORY >told; cp GOOD {output}"
requires-env = ["LOAD_KEY"]
[[benchmark]]
match = "*"
category = "rest"
[[benchmark]]
match = "*sum*"
category = "sums"
[[budget]]
match = "*"
metric = "mean"
critical = "1 ps"
modes = ["load"]
"""


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _verdict() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOAD_KEY", raising=False)
    (tmp_path / "benchverdict.toml").write_text(CONFIGURATION.replace("GOOD", str(GOOD)), encoding="utf-8")


@pytest.mark.parametrize("verb", ["run", "measure"])
def test_a_mode_that_lacks_something_is_skipped_and_says_so(verb: str) -> None:
    code, stdout, _ = _call(verb, "--mode", "load")
    assert (code, stdout) == (
        0,
        "skipped: mode load lacks what it needs: the environment has no LOAD_KEY\n",
    )
    assert not Path(".benchverdict/measure").exists()


def test_budgets_hold_in_their_modes_and_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _call("run", "--mode", "quick")[0] == 0
    assert _verdict()["budgets"] == []
    monkeypatch.setenv("LOAD_KEY", "x")
    assert _call("run", "--mode", "load", "--category", "sums")[0] == 10
    verdict = _verdict()
    assert {item["category"] for item in verdict["benchmarks"]} == {"sums"}
    assert {item["category"] for item in verdict["budgets"]} == {"sums"}
    assert Path("told").read_text(encoding="utf-8") == "load sums\n"


def test_a_category_that_nothing_is_of_is_an_error() -> None:
    code, _, stderr = _call("check", str(GOOD), "--mode", "load", "--category", "sum")
    assert (code, "'sum' (rest, sums)" in stderr) == (2, True)
    assert "unknown-mode" in _call("check", str(GOOD), "--mode", "lod")[2]


def test_a_part_never_becomes_the_baseline() -> None:
    code, _, stderr = _call("run", "--mode", "quick", "--category", "sums", "--save-baseline")
    assert (code, "part-of-baseline" in stderr) == (2, True)


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_servers_have_to_answer(address: str) -> None:
    assert unmet((), (f"{address}/200", f"{address}/404"), {}) == ()
    (busy,) = unmet((), (f"{address}/503",), {})
    assert busy == f"{address}/503 does not answer (status 503)"
    (gone,) = unmet((), ("http://127.0.0.1:1/",), {})
    assert gone.startswith("http://127.0.0.1:1/ does not answer")


def test_an_empty_variable_is_missing() -> None:
    assert unmet(("A", "B", "C"), (), {"A": "1", "B": " "}) == ("the environment has no B", "the environment has no C")
