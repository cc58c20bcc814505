"""What doctor looks at, and what the noise of a machine means, from values that are put in."""

from __future__ import annotations

import io
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from reporter.cli import main
from reporter.commands import doctor
from reporter.commands.calls import read_call
from reporter.decide.foreseen import smallest_changes
from reporter.decide.machine_noise import noise_of
from reporter.measure import machine
from reporter.measure.conditions import Conditions
from reporter.measure.machine import MachineSample
from tests.measure_repositories import new_project
from tests.suites import suite_of

QUICK = """echo "[{\\"name\\": \\"a\\", \\"unit\\": \\"s\\", \\"value\\": 1.0$RANDOM}]" > {output}"""
"""Writes one timing, which differs from run to run."""

QUIET = MachineSample(
    values=tuple(1e-4 * (1 + 0.01 * (index % 3)) for index in range(40)),
    wall_seconds=4.0,
    cpu_seconds=3.8,
    conditions=Conditions(busy_seconds=3.9, steal_seconds=0.0),
    clocks_hz=(),
    load_average=0.5,
    governor=None,
    turbo=None,
)


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_noise_is_that_of_logarithms_and_of_neighbours() -> None:
    noise = noise_of([1.0, np.exp(0.01), 1.0, np.exp(0.03)])
    assert noise.runs == 4
    assert noise.pair == pytest.approx(np.sqrt(2) * 0.01)
    assert noise.run_to_run == pytest.approx(np.std([0, 0.01, 0, 0.03], ddof=1))
    drifting = noise_of(np.exp(np.repeat(np.linspace(0, 1, 30), 2)).tolist())
    assert drifting.pair == pytest.approx(0)
    assert drifting.run_to_run > 0.2


def test_what_can_be_detected_follows_the_formula() -> None:
    # 18 pairs a minute, of a suite of 12: the formula of verdicts, of which tests/unit/test_foreseen.py tells.
    noise = replace(noise_of([1.0, 1.0, 1.0, 1.0]), pair=np.sqrt(2) * 0.015)
    assert noise.detectable(60) == pytest.approx(smallest_changes(np.full(12, np.sqrt(2) * 0.015), 18)[0])
    assert noise.detectable(60) > noise.detectable(180)


def test_a_quiet_machine_gets_figures_and_no_advice() -> None:
    text = doctor.report_of(QUIET, width=80)
    noise = noise_of(QUIET.values)
    assert f"{100 * noise.run_to_run:.1f}%, sd of 40 runs" in text
    assert f"{100 * noise.detectable(60):.1f}% in 1 min of pairs" in text
    assert re.search(r"^Governor +unknown$", text, flags=re.MULTILINE)
    assert "Nothing stands out." in text
    assert "!" not in text


def test_what_disturbs_is_named() -> None:
    disturbed = replace(
        QUIET,
        conditions=Conditions(busy_seconds=6.0, steal_seconds=0.4),
        clocks_hz=(3e9, 2e9),
        governor="powersave",
        turbo=True,
    )
    text = doctor.report_of(disturbed, width=200)
    for code in ("noise-steal", "noise-other-load", "noise-frequency", "noise-governor"):
        assert f"[{code}]" in text
    for fact in ("10.0% of one core", "0.55 cores", "2000 to 3000 MHz", "powersave"):
        assert fact in text
    assert re.search(r"^Turbo +on$", text, flags=re.MULTILINE)
    assert "Nothing stands out" not in text


def test_noise_without_a_cause_is_not_called_nothing() -> None:
    noisy = replace(QUIET, values=tuple(1e-4 * (1 + 0.3 * (index % 3 == 0)) for index in range(40)))
    assert "No cause can be seen from here" in " ".join(doctor.report_of(noisy, width=80).split())


def test_governor_and_turbo_are_read_where_there_are_any(tmp_path: Path) -> None:
    assert (machine.governor(tmp_path), machine.turbo(tmp_path)) == (None, None)
    for number, word in enumerate(("powersave", "performance", "powersave")):
        (tmp_path / f"cpu{number}" / "cpufreq").mkdir(parents=True)
        (tmp_path / f"cpu{number}" / "cpufreq" / "scaling_governor").write_text(f"{word}\n")
    assert machine.governor(tmp_path) == "performance, powersave"
    (tmp_path / "cpufreq").mkdir()
    (tmp_path / "cpufreq" / "boost").write_text("1\n")
    assert machine.turbo(tmp_path) is True
    (tmp_path / "intel_pstate").mkdir()
    (tmp_path / "intel_pstate" / "no_turbo").write_text("1\n")
    assert machine.turbo(tmp_path) is False


def test_noise_is_measured_by_real_runs_and_shown() -> None:
    code, stdout, stderr = _call("doctor", "--noise", "--duration", "1s")
    assert code == 0, stderr
    assert re.search(r"Run to run +\d+\.\d%, sd of (\d+) runs", stdout)
    found = r"Detectable +\d+(\.\d)?% in 1 min of pairs, \d+(\.\d)?% in 2 min of pairs, \d+(\.\d)?% in 5 min"
    assert re.search(found, stdout)
    assert stdout.startswith("measuring the noise of this machine for 1.0 s")
    assert "\r" not in stdout


def test_without_a_command_it_says_how_to_learn_of_your_own_benchmarks() -> None:
    _, stdout, _ = _call("doctor", "--noise", "--seconds", "0.5")
    assert "To know it for your own benchmarks, set command in [measure]" in stdout


@pytest.mark.slow
def test_noise_is_that_of_your_own_benchmarks_where_they_are_known(tmp_path: Path) -> None:
    project = new_project(tmp_path, {"a.txt": "1"}, {"a.txt": "2"})
    os.chdir(project.tree)
    Path("benchverdict.toml").write_text(f"[measure]\ncommand = '''{QUICK}'''\n", encoding="utf-8")
    code, stdout, stderr = _call("doctor", "--noise", "--seconds", "2")
    assert code == 0, stderr
    assert re.search(r"^Your benchmarks, in \d+ pairs? of this commit and itself", stdout, flags=re.MULTILINE)
    # One pair is all that a very slow machine has the time for.
    assert re.search(r"^Noise +(?:\d+\.\d% of one pair|unknown: it takes two pairs)", stdout, flags=re.MULTILINE)
    assert not Path(".benchverdict").exists()
    assert project.worktrees() == [str(project.tree)]


def test_benchmarks_that_cannot_be_measured_are_said(tmp_path: Path) -> None:
    project = new_project(tmp_path, {"a.txt": "1"}, {"a.txt": "2"})
    code, stdout, _ = _call("doctor", "--noise", "--seconds", "0.5", "--", "sh", "-c", "exit 3")
    assert (code, "✗ your own benchmarks were not measured: " in stdout) == (2, True)
    assert "need a git repository" in stdout
    os.chdir(project.tree)
    code, stdout, _ = _call("doctor", "--noise", "--seconds", "0.5", "--", "sh", "-c", "exit 3")
    assert code == 4
    assert re.search(r"^✗ your own benchmarks were not measured: .*3", stdout, flags=re.MULTILINE)


def test_a_python_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    code, _, stderr = _call("doctor", "--noise", "--duration", "1s")
    assert code == 2
    assert "cannot-start" in stderr


def test_all_is_well_or_only_worth_knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    code, stdout, _ = _call("doctor")
    assert code == 0
    assert stdout.count("✗") == 0
    assert "✓ the configuration is valid" in stdout
    assert "· no baseline in .benchverdict/baseline yet" in stdout
    monkeypatch.setenv("PATH", "/nowhere")
    code, stdout, _ = _call("doctor")
    assert code == 0
    assert "· git is not on PATH" in stdout
    assert "· there is no python on PATH" in stdout
    assert "· the python on PATH has no pytest-benchmark" in stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="addresses can be fixed on Linux alone")
@pytest.mark.parametrize(("answer", "line"), [(0, "✓ both sides of a pair"), (-1, "· the system gives every process")])
def test_random_addresses_are_worth_knowing(monkeypatch: pytest.MonkeyPatch, answer: int, line: str) -> None:
    monkeypatch.setattr("reporter.measure.address_space._personality", lambda: lambda _: answer)
    code, text, _ = _call("doctor")
    assert (code, text.count(line)) == (0, 1)


def test_a_wrong_configuration_is_a_problem() -> None:
    for text, said in (("[gate]\nfail = 1\n", "config-unknown-key"), ('[gate]\nrule = "x"\n', "unknown-rule")):
        Path("benchverdict.toml").write_text(text, encoding="utf-8")
        code, stdout, _ = _call("doctor")
        assert code == 2
        assert re.search(rf"^✗ .*{said}", stdout, flags=re.MULTILINE)


def test_the_store_is_read() -> None:
    from reporter.model import Baseline, BaselineSource
    from reporter.store.directory import DirectoryStore
    from reporter.store.history import session_of

    suite = replace(suite_of({"a": [[1.0]]}), name="mine")
    saved = Baseline(suite=suite, history=(session_of(suite),), source=BaselineSource(commit=None))
    path = Path(DirectoryStore(Path(".benchverdict/baseline")).save(saved))
    assert "✓ baseline of mine, 1 saved session (" in _call("doctor")[1]
    path.write_bytes(b"broken")
    code, stdout, _ = _call("doctor")
    assert code == 3
    assert "✗ The stored baseline" in stdout


def test_it_runs_nothing_of_the_folder_it_is_called_in(tmp_path: Path) -> None:
    """The attack: a repository brings a module of the name that is looked for."""
    (tmp_path / "pytest_benchmark.py").write_text("open('was-run', 'w').close(); __version__ = '9.9'\n")
    _, told, _ = _call("doctor")
    assert not (tmp_path / "was-run").exists()
    assert "9.9" not in told


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\naddopts = "-q --cov=shop"\n',
            "--cov in addopts of pyproject.toml",
        ),
        ("pyproject.toml", 'addopts = [\n  "-q",\n  "--benchmark-disable",\n]\n', "--benchmark-enable"),
        ("pytest.ini", "[pytest]\naddopts =\n    -q\n    -n auto\nother = 1\n", "-n auto in addopts of pytest.ini"),
        ("setup.cfg", "[tool:pytest]\naddopts = --numprocesses=2\n", "add -n 0"),
    ],
)
def test_an_option_of_pytest_that_spoils_timings_is_pointed_out_once(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    shown = [line for line in _call("doctor")[1].splitlines() if "addopts" in line]
    assert len(shown) == 1
    assert said in shown[0]


@pytest.mark.parametrize(
    "text",
    [
        "addopts = '-q --no-cov --cov-report=xml -rn'\n",
        "addopts = '-q'\n# --benchmark-disable\n[tool.other]\ncommand = '--cov -n 4'\n",
    ],
)
def test_other_options_are_not(tmp_path: Path, text: str) -> None:
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{text}")
    assert "addopts" not in _call("doctor")[1]


def test_a_project_in_another_language_is_shown_its_own_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "go.mod").touch()
    monkeypatch.setattr("shutil.which", lambda name, **_: f"/opt/{name}" if name in ("go", "git") else None)
    assert "✓ Go: go is /opt/go\n" in _call("doctor")[1]
    assert "pytest-benchmark" not in _call("doctor")[1]
    (tmp_path / "Cargo.toml").touch()
    assert "there is Cargo.toml and no cargo on PATH" in _call("doctor")[1]
    (tmp_path / "setup.py").touch()
    assert "pytest-benchmark" in _call("doctor")[1]


def test_the_hook_of_pre_commit_runs_a_command_that_there_is() -> None:
    hook, _ = YAML(typ="safe").load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *arguments = hook["entry"].split()
    assert program == "benchverdict"
    assert read_call(arguments)
