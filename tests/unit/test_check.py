"""``benchverdict check``: result files against budgets alone."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reporter.cli import main
from reporter.records import json_v1

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "tests" / "data" / "pytest-benchmark" / "5.3.1.json"
LOCUST = ROOT / "tests" / "data" / "locust"


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _configure(*budgets: str, more: str = "") -> None:
    text = more + "".join(f"[[budget]]\n{budget}\n" for budget in budgets)
    Path("benchverdict.toml").write_text(text, encoding="utf-8")


def _verdict(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, stdout, stderr = _call("check", *arguments, "--output", "json")
    assert stdout, stderr
    document: dict[str, Any] = json.loads(stdout)
    schema = json.loads((ROOT / "schemas" / "report-v1.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert json_v1.dump(json_v1.load(stdout, "v")) == stdout
    return code, document


def test_kept_budgets_pass_and_broken_ones_fail_by_exit_code() -> None:
    _configure('match = "*"\nmetric = "mean"\ncritical = "1 h"')
    code, kept = _verdict(str(GOOD))
    assert (code, kept["gate"]["status"], {budget["status"] for budget in kept["budgets"]}) == (0, "passed", {"met"})
    _configure('match = "*"\nmetric = "mean"\ncritical = "1 ps"')
    code, broken = _verdict(str(GOOD))
    assert (code, broken["gate"]["status"]) == (10, "failed")
    assert _call("check", str(GOOD), "--no-fail")[0] == 0
    assert _call("check", str(GOOD), "--fail-on", "budget-warning")[0] == 0
    assert "critical" in _call("check", str(GOOD))[1]


def test_only_budgets_gate() -> None:
    _configure('match = "nothing"\nmetric = "mean"\ncritical = "1 s"', more='[gate]\nfail-on = ["new"]\n')
    code, verdict = _verdict(str(GOOD))
    assert (code, verdict["counts"]["new"] > 0) == (0, True)
    assert _call("check", str(GOOD), "--fail-on", "budget-not-measured")[0] == 10


def test_the_percentiles_of_a_load_test() -> None:
    _configure(
        'match = "GET *"\nmetric = "p95"\ncritical = "1 us"', 'match = "*"\nmetric = "failures"\ncritical = "100 %"'
    )
    code, verdict = _verdict(str(next(LOCUST.glob("*_stats.csv"))))
    statuses = {(budget["metric"], budget["status"]) for budget in verdict["budgets"]}
    assert code == 10
    assert ("p95", "critical") in statuses
    assert ("failures", "met") in statuses


def test_unreadable_files_do_not_keep_the_others_from_being_checked(tmp_path: Path) -> None:
    _configure('match = "*"\nmetric = "mean"\ncritical = "1 ps"')
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    code, stdout, stderr = _call("check", "broken.json", str(GOOD))
    assert code == 3
    assert "truncated-json" in stderr
    assert "critical" in stdout
    assert _call("check", "broken.json")[0] == 3


def test_without_budgets_there_is_nothing_to_check() -> None:
    code, _, stderr = _call("check", str(GOOD))
    assert (code, "no-budgets" in stderr) == (2, True)


def test_budgets_are_held_in_a_comparison_too() -> None:
    _configure('match = "*"\nmetric = "mean"\ncritical = "1 ps"')
    code, stdout, _ = _call("compare", "--baseline", str(GOOD), "--head", str(GOOD), "--output", "json")
    assert code == 10
    assert any("critical" in reason for reason in json.loads(stdout)["gate"]["reasons"])
