"""The commands together: save, run, compare again, and what must not go wrong on the way."""

from __future__ import annotations

import io
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reporter.cli import main
from reporter.commands import demo
from reporter.measure import fingerprint
from reporter.measure.lock import held

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _verdict(root: Path = Path(".benchverdict")) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((root / "report" / "verdict.json").read_text(encoding="utf-8"))
    return loaded


def _results(path: Path, factor: float = 1.0, **extra: float) -> Path:
    """Write the recorded file with all times multiplied, and extra metrics on every benchmark."""
    document = json.loads(GOOD.read_text(encoding="utf-8"))
    for benchmark in document["benchmarks"]:
        stats = benchmark["stats"]
        stats["data"] = [value * factor * (1 + 1e-3 * (index % 7)) for index, value in enumerate(stats["data"])]
        benchmark["extra_info"] = dict(extra)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _made_here(path: Path) -> Path:
    """Let a recorded file name this machine, as the tool does when it writes one."""
    here = fingerprint.read({})
    cpu = {"brand_raw": here.cpu_model, "count": here.cores}
    document = json.loads(path.read_text(encoding="utf-8"))
    document["machine_info"] = {"system": platform.system(), "machine": here.architecture, "cpu": cpu}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _save(path: Path, *options: str) -> None:
    code, _, stderr = _call("run", "--runs", "3", "--save-baseline", *options, "--", "cp", str(path), "{output}")
    assert code == 0, stderr


def test_save_then_run_finds_what_is_slower_and_says_so_in_the_exit_code(tmp_path: Path) -> None:
    _save(_results(tmp_path / "base.json"))
    slow = _results(tmp_path / "slow.json", 1.5)
    code, stdout, _ = _call("run", "--", "cp", str(slow), "{output}")
    assert code == 10
    assert "a second look at" in stdout
    verdict = _verdict()
    assert verdict["counts"]["regressed"] == len([row for row in verdict["benchmarks"] if row["better"]])
    assert _call("run", "--no-fail", "--", "cp", str(slow), "{output}")[0] == 0
    assert _call("run", "--fail-on", "improved", "--", "cp", str(slow), "{output}")[0] == 0


def test_a_second_look_needs_no_store_any_more(tmp_path: Path) -> None:
    _save(_results(tmp_path / "base.json"))
    _results(tmp_path / "slow.json", 1.5)
    script = "echo >>runs; [ $(wc -l <runs) -le 1 ] || rm -rf .benchverdict/baseline; cp slow.json {output}"
    code, stdout, stderr = _call("run", "--", "sh", "-c", script)
    assert "a second look at" in stdout
    assert not Path(".benchverdict", "baseline").exists()
    assert code == 10, stdout + stderr


def test_without_confirmation_nothing_fails_however_many_runs_there_are(tmp_path: Path) -> None:
    Path("benchverdict.toml").write_text("[measure]\nconfirm = false\nruns = 3\n", encoding="utf-8")
    _save(_results(tmp_path / "base.json"))
    code, stdout, _ = _call("run", "--", "cp", str(_results(tmp_path / "slow.json", 1.5)), "{output}")
    assert code == 0
    assert _verdict()["counts"]["regressed"] == 0
    assert "second look at" not in stdout


def test_a_threshold_of_its_own_keeps_a_benchmark_from_being_suspect(tmp_path: Path) -> None:
    Path("benchverdict.toml").write_text(
        '[[benchmark]]\nmatch = "*"\nthreshold = "20 %"\nmargin = "20 %"\n', encoding="utf-8"
    )
    _save(_results(tmp_path / "base.json"))
    code, stdout, _ = _call("run", "--", "cp", str(_results(tmp_path / "slow.json", 1.12)), "{output}")
    assert code == 0
    assert "second look" not in stdout
    assert _verdict()["counts"]["unchanged"] > 0


def test_a_metric_declared_after_the_baseline_is_not_compared_with_it(tmp_path: Path) -> None:
    path = _results(tmp_path / "base.json", hit_rate=90.0)
    _save(path)
    Path("benchverdict.toml").write_text(
        '[[metric]]\nmatch = "*:hit_rate"\nunit = "%"\nbetter = "higher"\n', encoding="utf-8"
    )
    code, _, _ = _call("run", "--", "cp", str(path), "{output}")
    rows = [row for row in _verdict()["benchmarks"] if row["metric"] == "hit_rate"]
    assert code == 0
    assert {row["verdict"] for row in rows} == {"not_comparable"}
    assert all("declared in another way" in row["reason"] and row["cure"] for row in rows)
    _save(path)
    _call("run", "--", "cp", str(path), "{output}")
    rows = [row for row in _verdict()["benchmarks"] if row["metric"] == "hit_rate"]
    assert {row["verdict"] for row in rows} <= {"unchanged", "inconclusive"}


def test_on_another_machine_nothing_was_compared_and_strict_fails(tmp_path: Path) -> None:
    base, other = _results(tmp_path / "base.json"), _results(tmp_path / "other.json", 1.5)
    document = json.loads(other.read_text(encoding="utf-8"))
    document["machine_info"]["cpu"]["brand_raw"] = "Another CPU"
    other.write_text(json.dumps(document), encoding="utf-8")
    code, stdout, _ = _call("compare", "--baseline", str(base), "--head", str(other))
    assert code == 0
    assert stdout.startswith("≠ Nothing was compared: all ")
    code, stdout, _ = _call("compare", "--strict", "--baseline", str(base), "--head", str(other))
    assert code == 10
    assert "not comparable" in stdout.splitlines()[1]


def test_files_are_compared_with_the_sessions_of_a_measured_history(tmp_path: Path) -> None:
    """A measured session names the distribution where the tool's own file says no more than ``Linux``."""
    path = _made_here(_results(tmp_path / "base.json"))
    for _ in range(6):
        _save(path, "--compare", "none")
    sides = ["--baseline", str(path), "--head", str(path)]
    _call("compare", *sides, "--history", ".benchverdict/baseline", "--output", "json:verdict.json")
    verdict = json.loads(Path("verdict.json").read_text(encoding="utf-8"))
    assert {row["noise"]["source"] for row in verdict["benchmarks"] if row["better"]} == {"7 saved sessions"}
    assert "history-not-comparable" not in {notice["code"] for notice in verdict["warnings"]}


def test_two_runs_in_one_root_do_not_mix(tmp_path: Path) -> None:
    path = _results(tmp_path / "base.json")
    with held(tmp_path / ".benchverdict"):
        code, _, stderr = _call("run", "--", "cp", str(path), "{output}")
    assert code == 2
    assert "[already-measuring]" in stderr
    assert not Path(".benchverdict").exists()
    assert _call("run", "--", "cp", str(path), "{output}")[0] == 0


@pytest.mark.parametrize("side", ["--baseline", "--head"])
def test_a_file_given_twice_is_not_two_runs(tmp_path: Path, side: str) -> None:
    one, other = _results(tmp_path / "one.json"), _results(tmp_path / "other.json")
    files = {"--baseline": [str(one)], "--head": [str(other)]}
    (tmp_path / "link.json").symlink_to(one if side == "--baseline" else other)
    files[side].append(str(tmp_path / "link.json"))
    code, stdout, stderr = _call("compare", "--baseline", *files["--baseline"], "--head", *files["--head"])
    assert (code, stdout) == (2, "")
    assert f"{side} names the same file twice" in stderr
    assert "[same-file-twice]" in stderr


def test_a_copy_of_a_run_is_told(tmp_path: Path) -> None:
    base = [str(_results(tmp_path / f"{name}.json", factor)) for name, factor in (("a", 1.0), ("b", 1.0), ("c", 1.1))]
    _call("compare", "--baseline", *base, "--head", base[0], "--output", "json:verdict.json")
    verdict = json.loads(Path("verdict.json").read_text(encoding="utf-8"))
    assert [notice["text"].split(":")[0] for notice in verdict["warnings"] if notice["code"] == "copied-run"] == [
        f"{base[1]} is a copy of {base[0]}"
    ]


def test_a_format_that_does_not_exist_is_noticed_before_measuring(tmp_path: Path) -> None:
    touch = ("--", sys.executable, "-c", "open('begun', 'w')")
    assert _call("run", "--format", "pytest-benchmrk", *touch)[0] == 2
    Path("benchverdict.toml").write_text('[measure]\nformat = "pytest-benchmrk"\n', encoding="utf-8")
    for command in ("run", "measure"):
        code, _, stderr = _call(command, *touch)
        assert code == 2
        assert "did you mean 'pytest-benchmark'" in stderr
    assert not Path("begun").exists()


def test_options_without_an_effect_are_refused() -> None:
    for arguments in (
        ("report", "--measure", "m", "--output", "o", "--name", "x"),
        ("measure", "--input-format", "pyperf", "--", "true"),
    ):
        code, _, stderr = _call(*arguments)
        assert code == 2
        assert "unknown option" in stderr


def test_one_of_a_thing_is_not_many(tmp_path: Path) -> None:
    path = _results(tmp_path / "base.json")
    _call("run", "--save-baseline", "--runs", "1", "--", "cp", str(path), "{output}")
    for command in (("baseline", "show"), ("baseline", "list"), ("history",)):
        code, stdout, _ = _call(*command)
        assert code == 0
        assert "1 run" in stdout
        assert "1 runs" not in stdout
        assert "1 saved sessions" not in stdout


def test_what_measured_nothing_is_no_baseline(tmp_path: Path) -> None:
    _save(_results(tmp_path / "base.json"))
    nothing = _results(tmp_path / "nothing.json", float("nan"))
    code, _, stderr = _call("run", "--save-baseline", "--", "cp", str(nothing), "{output}")
    assert code == 3
    assert "no baseline was saved" in stderr
    assert _call("run", "--", "cp", str(tmp_path / "base.json"), "{output}")[0] == 0


def test_saving_without_comparing_keeps_the_history(tmp_path: Path) -> None:
    path = _results(tmp_path / "base.json")
    for _ in range(2):
        _save(path, "--compare", "none")
    code, stdout, _ = _call("history")
    assert code == 0
    assert len(stdout.splitlines()) == 2


def test_listing_a_broken_baseline_leaves_it_where_it_is(tmp_path: Path) -> None:
    _save(_results(tmp_path / "base.json"))
    stored = next(Path(".benchverdict/baseline").glob("*.json.gz"))
    stored.write_bytes(b"broken")
    code, stdout, _ = _call("baseline", "list")
    assert code == 0
    assert "broken" in stdout
    assert stored.read_bytes() == b"broken"


def test_rendering_again_gives_the_same_report(tmp_path: Path) -> None:
    _save(_results(tmp_path / "base.json"))
    _call("run", "--", "cp", str(_results(tmp_path / "slow.json", 1.5)), "{output}")
    report = Path(".benchverdict/report")
    assert _call("report", "--from", str(report / "verdict.json"), "--output", "again")[0] == 0
    for name in ("verdict.json", "report.html", "comment.md", "summary.md"):
        assert (Path("again") / name).read_bytes() == (report / name).read_bytes(), name


def test_what_each_run_used_is_in_the_report(tmp_path: Path) -> None:
    _call("run", "--runs", "2", "--", "cp", str(_results(tmp_path / "base.json")), "{output}")
    used = _verdict()["measured"]["resources"]
    assert [run["side"] for run in used] == ["head", "head"]
    assert all(run["wall_seconds"] > 0 for run in used)
    assert "What each run used" in Path(".benchverdict/report/report.html").read_text(encoding="utf-8")


def test_read_prints_what_was_understood() -> None:
    code, stdout, _ = _call("read", str(GOOD))
    document = json.loads(stdout)
    assert code == 0
    assert document["formats"] == ["pytest-benchmark"]
    first = document["benchmarks"][0]["metrics"][0]
    assert first["unit"] == "s"
    assert first["runs"][0]["n"] == len(first["runs"][0]["rounds"])


def test_a_reader_that_stops_reading_changes_no_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reporter", "compare", "--baseline", str(GOOD), "--head", str(tmp_path / "none")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait() == 3
    shown = [sys.executable, "-m", "reporter", "read", *[str(GOOD)] * 40]
    with subprocess.Popen(shown, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait() == 0
        assert process.stderr.read() == b""


def test_a_reader_that_stops_reading_errors_changes_no_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reporter", "read", str(tmp_path / "none")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.wait() == 3


def test_the_demo_empties_no_folder_of_others(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "store").mkdir(parents=True)
    (mine / "store" / "work.txt").write_text("mine", encoding="utf-8")
    code, _, stderr = _call("demo", "--output", str(mine))
    assert code == 2
    assert "was not made by the demo" in stderr
    assert (mine / "store" / "work.txt").exists()


def test_the_demo_commits_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "theirs")], check=True)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "theirs" / ".git"))
    project = demo._new_project(tmp_path / "demo")
    assert (project / ".git").is_dir()
    refs = list((tmp_path / "theirs" / ".git" / "refs" / "heads").iterdir())
    assert refs == []


def test_a_result_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    for runs in ("1", "2"):
        code, _, stderr = _call("run", "--runs", runs, "--", "cp", str(broken), "{output}")
        assert code == 3
        assert stderr.count("[truncated-json]") == 1
    assert "1 more could not be read" in stderr


def test_rendering_again_in_place_keeps_the_baseline_beside_it(tmp_path: Path) -> None:
    _save(_results(tmp_path / "base.json"))
    folder = Path(".benchverdict/report")
    before = (folder / "baseline.json.gz").read_bytes()
    assert _call("report", "--from", str(folder / "verdict.json"), "--output", str(folder))[0] == 0
    assert (folder / "baseline.json.gz").read_bytes() == before
