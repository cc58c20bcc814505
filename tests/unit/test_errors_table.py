"""What goes wrong, what is said, and what the exit code is: one table, no traceback anywhere."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporter.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(__file__).parents[1] / "data" / "pytest-benchmark"
GOOD = next(iter(sorted(DATA.glob("5*.json"))))
FAIL = f'"{sys.executable}" -c "import sys; print(\'boom from the suite\'); sys.exit(1)"'


@contextlib.contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may read everything; an ordinary user may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(arguments, stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


def _write(content: bytes | str) -> Callable[[Path], None]:
    data = content.encode() if isinstance(content, str) else content

    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def _with_nan(path: Path) -> None:
    document = json.loads(GOOD.read_text(encoding="utf-8"))
    for benchmark in document["benchmarks"]:
        benchmark["stats"] = {key: float("nan") for key in benchmark["stats"]} | {"data": [float("nan")]}
    path.write_text(json.dumps(document), encoding="utf-8")


def _without_benchmarks(path: Path) -> None:
    path.write_text(json.dumps(json.loads(GOOD.read_text(encoding="utf-8")) | {"benchmarks": []}), encoding="utf-8")


def _unreadable(path: Path) -> None:
    shutil.copy(GOOD, path)
    path.chmod(0)


FILES: list[tuple[str, Callable[[Path], None], int, str]] = [
    ("no file", lambda path: None, 3, "there is no such file"),
    ("0 bytes", _write(b""), 3, "empty"),
    ("empty object", _write("{}"), 3, ""),
    ("no benchmark in it", _without_benchmarks, 3, "no benchmark"),
    ("truncated", _write(GOOD.read_bytes()[: GOOD.stat().st_size // 2]), 3, "line"),
    ("not a number", _with_nan, 3, "no benchmark gave a usable value"),
    ("not text", _write(bytes(range(256)) * 4), 3, ""),
    ("a folder", Path.mkdir, 3, "folder"),
    ("no permission", _unreadable, 3, "permission"),
    ("deep nesting", _write("[" * 100_000), 3, ""),
    ("some other JSON", _write('{"hello": "world"}'), 3, ""),
]


@pytest.mark.parametrize(("make", "code", "says"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_result_files(tmp_path: Path, make: Callable[[Path], None], code: int, says: str) -> None:
    path = tmp_path / "head.json"
    make(path)
    arguments = ("compare", "--baseline", str(GOOD), "--head", str(path))
    if make is _unreadable:
        _call(*arguments)  # everything is imported before rights are dropped
        with _as_nobody():
            result, stdout, stderr = _call(*arguments)
    else:
        result, stdout, stderr = _call(*arguments)
    assert result == code
    if make is _with_nan:
        assert says in stdout
        assert "errored" in stdout.lower()
    else:
        assert str(path) in stderr
        assert "what to do:" in stderr
        assert says in stderr.lower()
        assert not stdout
    assert "Traceback" not in stdout + stderr


def test_the_good_files_are_still_compared(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    code, stdout, stderr = _call("compare", "--baseline", str(GOOD), "--head", str(GOOD), str(bad))
    assert code == 3
    assert str(bad) in stderr
    assert "No verdict" in stdout
    assert "informational" in stdout or "too noisy to tell" in stdout.lower()


USAGE: list[tuple[list[str], int, str]] = [
    (["compare", "--baseline", str(GOOD), str(GOOD), "--head", str(GOOD), "--paired"], 2, "2 baseline, 1 head"),
    (["compare", "--baseline", str(GOOD), "--head", str(GOOD), "--output", "pdf"], 2, "no output format 'pdf'"),
    (["compare", "--baseline", str(GOOD), "--head", str(GOOD), "--fail-on", "slower"], 2, "does not know 'slower'"),
    (["compare", "--baseline", str(GOOD), "--head", str(GOOD), "--format", "abacus"], 2, "abacus"),
    (["compare", "--baseline", str(GOOD), "--head", str(GOOD), "--config", "none.toml"], 2, "no such configuration"),
    (["report", "--measure", "nowhere", "--output", "out"], 3, "nothing was measured here"),
    (["report", "--measure", "nowhere", "--output", "out", "--compare", " Paired "], 3, "nothing was measured here"),
    (["report", "--measure", "nowhere", "--output", "out", "--compare", "pair"], 2, "invalid choice: 'pair'"),
    (["report", "--from", "nowhere.json", "--output", "out"], 3, "cannot be read"),
    (["run"], 2, "there is no benchmark command"),
    (["run", "--runs", "0", "--", "true"], 2, "not a whole number"),
    (["run", "--name", "", "--", "true"], 2, "'name' must be"),
    (["frobnicate"], 2, ""),
    (["baseline", "show"], 3, "No baseline"),
    (["history"], 3, "No baseline"),
    (["baseline", "save"], 3, "nothing was measured here"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), USAGE, ids=[" ".join(row[0])[-40:] for row in USAGE])
def test_calls(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result, stdout, stderr = _call(*arguments)
    said = stderr + capsys.readouterr().err
    assert result == code
    assert says in said
    assert said
    assert "Traceback" not in stdout + said


COMMANDS: list[tuple[str, list[str], int, str]] = [
    ("exits 1", ["bash", "-c", FAIL], 4, "boom from the suite"),
    ("not found", ["no-such-command-anywhere"], 4, "no-such-command-anywhere"),
    ("writes nothing", ["true"], 3, "{output}"),
    ("writes 0 bytes", ["touch", "{output}"], 3, "{output}"),
    ("writes no benchmark", ["bash", "-c", "echo '{}' > {output}"], 3, "what to do"),
    ("no baseline", ["cp", str(GOOD), "{output}"], 0, "No baseline"),
    ("no baseline, required", ["cp", str(GOOD), "{output}"], 5, "No baseline"),
]


@pytest.mark.parametrize(("command", "code", "says"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS])
def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], code: int, says: str) -> None:
    monkeypatch.chdir(tmp_path)
    required = ["--require-baseline"] if code == 5 else []
    result, stdout, stderr = _call("run", *required, "--", *command)
    assert result == code
    assert says in stdout + stderr
    assert "Traceback" not in stdout + stderr
    assert "regress" not in stdout.lower() or code in (0, 5)


def test_nothing_in_common_fails_and_is_reported(tmp_path: Path) -> None:
    document = json.loads(GOOD.read_text(encoding="utf-8"))
    for benchmark in document["benchmarks"]:
        benchmark["fullname"] = benchmark["name"] = "other_" + benchmark["name"]
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document), encoding="utf-8")
    code, stdout, _ = _call("compare", "--baseline", str(GOOD), "--head", str(other))
    assert code == 3
    assert "no benchmark in common" in stdout


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr("reporter.commands.compare.compare", run_out)
    code, _, stderr = _call("compare", "--baseline", str(GOOD), "--head", str(GOOD))
    assert code == 3
    assert "/somewhere: the system said no: No space left on device" in stderr


def test_a_defect_of_ours_is_owned(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("reporter.commands.compare.compare", break_down)
    code, _, stderr = _call("compare", "--baseline", str(GOOD), "--head", str(GOOD))
    assert code == 1
    assert "a defect of Benchverdict" in stderr
    assert "Traceback" not in stderr


def test_a_name_in_an_error_is_no_command_to_a_workflow_runner(tmp_path: Path) -> None:
    code, _, stderr = _call("read", str(tmp_path / "##[error]x"))
    assert code == 3
    assert "error]x" in stderr
    assert "##[" not in stderr
