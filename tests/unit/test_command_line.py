"""The command line as a person meets it: names, spellings, colours, and what is missing."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporter.cli import main
from reporter.commands import SUMMARIES, ending
from reporter.commands.calls import parser_of, read_call
from reporter.commands.configured import config_of
from reporter.commands.outputs import terminal
from reporter.commands.settings import given_settings
from reporter.config.sections import SETTING_KEYS
from reporter.shared.booleans import WORDS, parse_boolean
from reporter.shared.errors import UsageError
from reporter.shared.screen import Screen

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import TextIO

GOOD = str(next(iter(sorted((Path(__file__).parents[1] / "data" / "pytest-benchmark").glob("5*.json")))))
ELSEWHERE = {"command", "format", "runs", "baseline-runs", "compare", "time-limit"}
"""Settings that have an option of their own: a command stands behind ``--``, and ``--runs`` means both kinds."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _read(line: str) -> Namespace:
    return read_call(shlex.split(line))[1]


def test_a_bare_call_prints_the_help_and_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert _call()[0] == 2
    assert capsys.readouterr().err.startswith("usage: benchverdict [options] COMMAND")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("rnu --help", "there is no command 'rnu'; did you mean 'run'?"),
        ("-q rnu", "did you mean 'run'?"),
        ("hystory", "did you mean 'history'?"),
        ("read x --input-fromat json", "unknown option '--input-fromat'; did you mean '--input-format'?"),
        ("run --time-limt=3m", "unknown option '--time-limt'; did you mean '--time-limit'?"),
        ("--qiet run", "unknown option '--qiet'; did you mean '--quiet'?"),
        ("run --save -- true", "unknown option '--save'"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_right_one(line: str, meant: str) -> None:
    code, stdout, stderr = _call(*shlex.split(line))
    assert (code, stdout) == (2, "")
    assert meant in stderr
    assert "--help" in stderr
    assert "see: docs/messages.md#wrong-call" in stderr


@pytest.mark.parametrize("command", SUMMARIES)
def test_every_example_of_the_help_is_a_call(command: str) -> None:
    examples = parser_of(command).examples
    assert examples
    for example in examples:
        program, *arguments = shlex.split(example)
        assert program == "benchverdict"
        assert command in arguments or command == "measure"
        read_call(arguments)


@pytest.mark.parametrize("command", SUMMARIES)
def test_every_option_says_what_it_does(command: str) -> None:
    for action in parser_of(command)._actions:
        assert action.help, action
        assert not action.option_strings or action.option_strings[-1].startswith("--")


@pytest.mark.parametrize(
    ("line", "name", "value", "new"),
    [
        ("read x --format pyperf", "input_format", "pyperf", "--input-format"),
        ("compare --baseline a --head b --output=json", "output_format", ["json"], "--output-format"),
        ("compare --baseline a --head b --history s", "store", "s", "--store"),
        ("report --measure m --output o --baseline s", "output_dir", Path("o"), "--output-dir"),
        ("report --measure m --output o --baseline s", "store", "s", "--store"),
        ("run --report r -- true", "output_dir", Path("r"), "--output-dir"),
        ("explain x --output p.svg", "output_file", Path("p.svg"), "--output-file"),
        ("history export --as jsonl", "output_format", "jsonl", "--output-format"),
        ("calibrate --minutes 2", "duration", 120, "--duration"),
        ("calibrate --minutes=0.5", "duration", 30, "--duration"),
        ("doctor --noise --seconds 5", "duration", 5, "--duration"),
    ],
)
def test_an_old_name_still_works_and_the_new_one_is_told(line: str, name: str, value: object, new: str) -> None:
    arguments = _read(line)
    assert getattr(arguments, name) == value
    assert any(new in warning.text for warning in arguments.warnings)


def test_the_warning_about_an_old_name_reaches_the_terminal_and_the_new_one_has_none() -> None:
    old, new = _call("read", "--format", "pytest-benchmark", GOOD), _call("read", GOOD)
    assert old[:2] == new[:2]
    assert old[2].startswith("warning: --format is called --input-format now")
    assert old[2].endswith("[renamed-option]\n")
    assert new[2] == ""


def test_what_the_benchmark_command_is_given_is_not_renamed() -> None:
    arguments = _read("run -- tool --format json --output {output} -- last")
    assert arguments.command == ["tool", "--format", "json", "--output", "{output}", "--", "last"]
    assert arguments.warnings == []


def test_general_options_stand_before_or_behind_the_command() -> None:
    before, behind = _read("-v --color never run -- true"), _read("run -v --color never -- true")
    assert (before.verbose, before.color) == (behind.verbose, behind.color) == (True, "never")
    assert (_read("run -- true").quiet, _read("run -- true").color) == (False, "auto")


@pytest.mark.parametrize(
    ("choice", "stream", "no_color", "expected"),
    [
        ("auto", Terminal(), "", True),
        ("auto", Terminal(), "1", False),
        ("auto", io.StringIO(), "", False),
        ("always", io.StringIO(), "1", True),
        ("never", Terminal(), "", False),
    ],
)
def test_colours(choice: str, stream: TextIO, no_color: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    shown: TextIO = Screen(stream, colour=choice)  # type: ignore[assignment]
    assert terminal(shown).colour is expected


@pytest.mark.parametrize("write_through", [True, False])
def test_every_way_of_writing_outlives_the_reader(*, write_through: bool) -> None:
    for lines in ([], ["a\n", "b\n"]):
        reading, writing = os.pipe()
        with os.fdopen(writing, "w", encoding="utf-8") as stream:
            stream.reconfigure(write_through=write_through)
            shown: TextIO = Screen(stream)  # type: ignore[assignment] # it has the methods that are called
            os.close(reading)
            if not lines:
                shown.write("c" * 100_000)
            shown.writelines(lines * 50_000)
            print("d" * 100_000, file=shown, flush=True)


def test_quiet_is_without_the_log_and_verbose_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = ("--", "bash", "-c", f"echo from the suite; cp {GOOD} {{output}}")
    loud, quiet = _call("run", *command), _call("run", "--quiet", *command)
    assert loud[0] == quiet[0] == 0
    assert "from the suite" in loud[1]
    assert "run 1 of 1" in loud[1]
    assert "from the suite" not in quiet[1]
    assert "run 1 of 1" not in quiet[1]
    assert "No baseline" in quiet[1]


def test_every_setting_of_a_file_can_be_given_in_a_call() -> None:
    names = {action.dest.replace("_", "-") for action in parser_of("run")._actions}
    assert set(SETTING_KEYS) - ELSEWHERE <= names
    assert not ELSEWHERE & set(given_settings(parser_of("run").parse_args([])))


def test_what_a_call_gives_goes_before_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = '[measure]\nsetup = "a"\nshorten = "no"\n[modes.quick]\nsetup = "b"\nthreads = "yes"\n'
    Path("benchverdict.toml").write_text(text, encoding="utf-8")
    mode = config_of(_read("run --mode quick --results '*.json' --lock-step off --run-time-limit 1h30m")).in_mode(
        "quick"
    )
    assert (mode.setup, mode.shorten, mode.threads, mode.lock_step) == ("b", False, True, False)
    assert (mode.results, mode.run_time_limit_seconds) == (("*.json",), 5400)
    assert config_of(_read("run --setup c --noise-pairs 0")).measure.setup == "c"
    with pytest.raises(UsageError, match=r"--clock = 'sun' is not known"):
        config_of(_read("run --clock sun"))
    with pytest.raises(UsageError, match="--threads: 'perhaps' is neither true nor false"):
        config_of(_read("run --threads perhaps"))


@pytest.mark.parametrize("text", WORDS)
def test_usual_spellings_of_yes_and_no(text: str) -> None:
    for written in (text, text.upper(), f" {text.capitalize()} "):
        assert parse_boolean(written) is WORDS[text]


@pytest.mark.parametrize("text", ["", "2", "tru", "none", None, 1.5, [True]])
def test_what_is_neither_yes_nor_no(text: object) -> None:
    with pytest.raises(ValueError, match="write true, yes, on or 1; or false, no, off or 0"):
        parse_boolean(text)


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        (["no-such-package-anywhere>=1"], "the package no-such-package-anywhere is missing"),
        (["numpy>=999.1"], "is older than 999.1"),
    ],
)
def test_a_broken_installation_is_no_defect(needed: list[str], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise AttributeError("module 'numpy' has no attribute 'new'")

    monkeypatch.setattr("reporter.commands.compare.compare", break_down)
    arguments = ("compare", "--baseline", GOOD, "--head", GOOD)
    assert "a defect of Benchverdict" in _call(*arguments)[2]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: [*needed, "matplotlib>=999; extra == 'charts'"])
    code, _, stderr = _call(*arguments)
    assert code == 2
    assert says in stderr
    assert "matplotlib" not in stderr
    assert "defect" not in stderr
    assert "what to do: install it again" in stderr


def test_a_package_that_cannot_be_imported_is_a_broken_installation() -> None:
    stderr = io.StringIO()
    assert ending.end(ModuleNotFoundError("No module named 'msgspec'", name="msgspec"), stderr) == 2
    assert "No module named 'msgspec'" in stderr.getvalue()
    assert "defect" not in stderr.getvalue()


def test_a_verbose_call_prints_where_a_defect_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("reporter.commands.compare.compare", break_down)
    code, _, stderr = _call("-v", "compare", "--baseline", GOOD, "--head", GOOD)
    assert code == 1
    assert "in break_down" in stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh", "powershell"])
def test_a_shell_completes_commands_and_options(shell: str) -> None:
    code, script, _ = _call("completion", shell)
    assert code == 0
    for word in ("calibrate", "output-dir", "benchmarks-from"):
        assert word in script


def test_bash_takes_the_completion() -> None:
    _, script, _ = _call("completion", "bash")
    ask = 'COMP_WORDS=(benchverdict run --outp); COMP_CWORD=2; _shtab_benchverdict; echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "--output-dir"


def test_completion_says_which_package_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    code, stdout, stderr = _call("completion", "bash")
    assert (code, stdout) == (2, "")
    assert "pip install shtab" in stderr
