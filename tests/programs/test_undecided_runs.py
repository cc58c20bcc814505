"""From the command line: what could not be decided is no pass, in every output and in the exit code."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reporter.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

BUDGET = '[[budget]]\nmatch = "*"\nmetric = "mean"\ncritical = "1 h"\n'


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _write(name: str, levels: Sequence[float]) -> str:
    entries = [{"name": f"bench_{index}", "unit": "s", "value": level} for index, level in enumerate(levels)]
    Path(name).write_text(json.dumps(entries), encoding="utf-8")
    return name


def _pairs(sd: float, count: int = 8) -> list[str]:
    """Write pairs of equal code, each run with a noise of its own; give the options of ``compare``."""
    generator = np.random.default_rng(7)
    names = [
        [_write(f"{side}{number}.json", np.exp(generator.normal(0, sd, 6)).tolist()) for number in range(count)]
        for side in ("base", "head")
    ]
    return ["--paired", "--baseline", *names[0], "--head", *names[1]]


def _compared(*options: str) -> tuple[int, dict[str, Any], str]:
    code, stdout, stderr = _call(
        "compare", *options, "--output-format", "console", "--output-format", "json:verdict.json"
    )
    assert stderr == ""
    return code, json.loads(Path("verdict.json").read_text(encoding="utf-8")), stdout


def test_noise_is_no_pass_and_names_what_would_decide() -> None:
    code, verdict, console = _compared(*_pairs(0.04))
    assert (code, verdict["gate"]["status"], verdict["gate"]["cause"]) == (0, "undecided", "too-noisy")
    why, cure = verdict["gate"]["reasons"]
    assert why == "none of 6 timings could be decided"
    assert "pairs instead of the 8 measured" in cure
    assert console.startswith("? Too noisy to tell")
    assert cure.split(" would ")[0] in " ".join(console.split())


def test_more_noise_than_pairs_can_average_out_needs_a_quieter_machine() -> None:
    _, verdict, _ = _compared(*_pairs(0.5))
    assert "quieter machine" in verdict["gate"]["reasons"][1]


def test_quiet_pairs_pass() -> None:
    code, verdict, console = _compared(*_pairs(0.002))
    assert (code, verdict["gate"]) == (0, {"status": "passed", "reasons": [], "cause": None})
    assert console.startswith("✓ No performance change\n")


def test_strict_makes_what_is_undecided_fail_and_no_fail_outranks_it() -> None:
    noisy = _pairs(0.05)
    assert _compared(*noisy, "--strict")[0] == 10
    assert _compared(*noisy, "--strict", "--no-fail")[0] == 0


def test_a_first_run_has_nothing_to_compare_with_and_says_so() -> None:
    command = ["--", "cp", str(Path(_write("one.json", [1.0, 2.0])).resolve()), "{output}"]
    code, stdout, _ = _call("run", "--compare", "baseline", *command)
    gate = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))["gate"]
    assert (code, gate["status"], gate["cause"]) == (0, "undecided", "not-compared")
    assert gate["reasons"][0].startswith("nothing was compared: ")
    assert "○ Benchverdict is set up: 2 benchmarks measured, nothing to compare yet" in stdout
    assert _call("run", "--compare", "baseline", "--strict", *command)[0] == 10
    assert _call("run", "--compare", "baseline", "--fail-on", "not-compared", *command)[0] == 10
    assert _call("run", "--compare", "baseline", "--strict", "--no-fail", *command)[0] == 0


def test_a_saving_run_says_what_it_saved() -> None:
    command = ["--runs", "2", "--", "cp", str(Path(_write("one.json", [1.0, 2.0])).resolve()), "{output}"]
    code, stdout, _ = _call("run", "--save-baseline", "--strict", *command)
    verdict = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))
    assert (code, verdict["gate"]["status"], verdict["saved"]) == (0, "passed", True)
    assert "○ Baseline saved: 2 benchmarks\n" in stdout
    assert "No baseline to compare with" not in stdout
    _call("run", "--compare", "none", *command)
    verdict = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))
    assert (verdict["gate"]["status"], "saved" in verdict) == ("passed", False)


def test_a_run_that_fails_saves_nothing_and_says_so() -> None:
    code, stdout, _ = _call("run", "--save-baseline", "--", "cp", "not-there", "{output}")
    assert code != 0
    assert "Baseline saved" not in stdout


def test_where_no_comparison_was_asked_for_measured_budgets_decide() -> None:
    Path("benchverdict.toml").write_text(BUDGET, encoding="utf-8")
    command = ["--", "cp", str(Path(_write("one.json", [1.0, 2.0])).resolve()), "{output}"]
    code, stdout, _ = _call("run", "--compare", "none", *command)
    assert code == 0
    assert "○ 2 benchmarks measured; 2 of 2 budgets met" in stdout
    Path("benchverdict.toml").write_text(BUDGET.replace('"*"', '"other"'), encoding="utf-8")
    code, _, _ = _call("run", "--compare", "none", *command)
    gate = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))["gate"]
    assert (code, gate["status"], gate["reasons"]) == (0, "undecided", ["none of the budgets was measured"])
