"""Targets are met, missed or not measured, and the command's exit code says so."""

from __future__ import annotations

import math
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from benchmarks.evaluate.__main__ import ROOT, main
from benchmarks.evaluate.figures import Figure
from benchmarks.evaluate.targets import PARTS, Target, judge, read_targets
from benchmarks.evaluate.worlds import read_worlds
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = {
    "a.one.found": Figure(value=0.9, low=0.8, high=1.0),
    "a.two.found": Figure(value=0.5, low=0.4, high=0.6),
    "a.none.found": Figure(value=math.nan),
}


@pytest.mark.parametrize(
    ("name", "bounds", "met"),
    [
        ("a.one.found", {"at_least": 0.9}, True),
        ("a.one.found", {"at_least": 0.91}, False),
        ("a.one.found", {"at_most": 0.9}, True),
        ("a.one.found", {"at_most": 0.89}, False),
        ("a.one.found", {"at_most": 0.9, "high_at_most": 0.99}, False),
        ("a.one.found", {"at_least": 0.93, "at_most": 0.97}, False),
        ("a.none.found", {"at_most": 1.0}, False),
        ("a.three.found", {"at_most": 1.0}, False),
    ],
)
def test_a_figure_meets_its_bounds_or_not(name: str, bounds: dict[str, float], met: bool) -> None:
    target = replace(Target(text="", part="peers", figures=(name,)), **bounds)  # type: ignore[arg-type] # bounds alone
    assert [result.met for result in judge([target], FIGURES, ["peers"])] == [met]


def test_every_match_counts_and_other_parts_do_not() -> None:
    target = Target(text="", part="peers", figures=("a.*.found",), at_least=0.6)
    results = judge([target], FIGURES, ["peers"])
    assert {result.name: result.met for result in results} == {
        "a.one.found": True,
        "a.two.found": False,
        "a.none.found": False,
    }
    assert judge([target], FIGURES, ["recorded", "synthetic"]) == []


def test_what_a_target_leaves_out_is_not_held_against_it() -> None:
    target = Target(text="", part="peers", figures=("a.*.found",), at_least=0.6, but=("a.t*", "a.none.found"))
    assert [result.name for result in judge([target], FIGURES, ["peers"])] == ["a.one.found"]
    nothing = replace(target, but=("a.*",))
    assert [(result.name, result.met) for result in judge([nothing], FIGURES, ["peers"])] == [("a.*.found", False)]


def test_every_world_has_a_bound_for_its_alarms_but_those_of_large_alignment() -> None:
    targets = read_targets(ROOT / "benchmarks" / "evaluate" / "targets.toml")
    names = {
        f"world.{name}.{design}.harmless.alarmed": name
        for name, world in read_worlds()[0].items()
        for design in world.designs
    }
    results = judge(targets, dict.fromkeys(names, Figure(value=0.0)), ["synthetic"])
    bounds = [(result.name, result.target.at_most) for result in results if result.name in names]
    assert len(bounds) == len({name for name, _ in bounds})
    assert {bound for _, bound in bounds} == {0.02, 0.026, 0.038}
    free = {names[name] for name in set(names) - {name for name, _ in bounds}}
    assert free == {name for name in names.values() if name.startswith("alignment-12-")}


def test_the_projects_targets_are_readable_and_each_has_a_bound() -> None:
    targets = read_targets(ROOT / "benchmarks" / "evaluate" / "targets.toml")
    assert {target.part for target in targets} == set(PARTS)
    assert all((target.at_least, target.at_most) != (None, None) for target in targets)


@pytest.mark.parametrize("text", ["nothing = 1", "[[target]]\npart = 'peers'", "[[target]\n", "[[target]]\npart = 'x'"])
def test_a_file_that_holds_no_targets_is_a_usage_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="not a file of targets"):
        read_targets(path)


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def test_the_command_says_what_is_wrong_with_the_call(tmp_path: Path) -> None:
    for arguments, message in (
        (["peers", "--long", str(tmp_path / "none")], "no folder of recorded runs"),
        (["synthetic", "--worlds", "flat"], "there is no world 'flat'"),
        (["synthetic", "--worlds", "two-hundred", "--designs", "pairs-8"], "'two-hundred' has none of the designs"),
        (["synthetic", "--seed", "1000001"], "is not one of 1 to 999"),
        (["synthetic", "--assert", str(tmp_path / "none.toml")], "no such file of targets"),
    ):
        code, stdout, stderr = _call(*arguments, "--quick", "--output", str(tmp_path / "out.md"))
        assert (code, stdout) == (2, "")
        assert message in stderr
    assert not (tmp_path / "out.md").exists()


def test_worlds_are_run_by_name(tmp_path: Path) -> None:
    code, text, _ = _call(
        *("synthetic", "--quick", "--worlds", "quiet", "--designs", "pairs-8", "screen"),
        *("--pulls", "3", "--output", str(tmp_path / "o.md")),
    )
    assert code == 0
    assert "| quiet |" in text
    assert "heavy tails" not in text
    assert "Worlds: pairs-8" in text
    assert "Worlds: pairs-18" not in text
