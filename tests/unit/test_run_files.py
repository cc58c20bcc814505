"""A run is a file, or a folder of files; what a tool writes beside its results is no run of its own."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.cli import main
from reporter.ingest.run_files import read_run

if TYPE_CHECKING:
    from reporter.shared.errors import InputError

DATA = Path(__file__).parents[1] / "data"
CRITERION, ASV, LOCUST = DATA / "criterion" / "target", DATA / "asv" / "results", DATA / "locust"


def _call(*arguments: object) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main([str(argument) for argument in arguments], stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _read(*paths: Path) -> dict[str, Any]:
    code, stdout, stderr = _call("read", *paths)
    assert code == 0, stderr
    found: dict[str, Any] = json.loads(stdout)
    return found


def _two_benchmarks(folder: Path) -> Path:
    """Make a folder of Criterion's with two benchmarks, as ``cargo bench`` leaves it, pages and all."""
    for size in ("20", "21"):
        shutil.copytree(CRITERION / "Shop" / "buy" / "20", folder / "Shop" / "buy" / size)
        for path in (folder / "Shop" / "buy" / size).rglob("benchmark.json"):
            path.write_text(path.read_text().replace("buy/20", f"buy/{size}"))
    (folder / "report").mkdir()
    (folder / "report" / "index.html").write_text("<!DOCTYPE html><title>report</title>")
    return folder


def test_folder_is_one_run_and_its_pages_are_passed_over_aloud(tmp_path: Path) -> None:
    suite = _read(_two_benchmarks(tmp_path))
    assert (suite["runs"], [b["name"] for b in suite["benchmarks"]]) == (1, ["Shop/buy/20", "Shop/buy/21"])
    [notice] = suite["warnings"]
    assert (notice["code"], "index.html" in notice["text"]) == ("files-passed-over", True)


def test_two_folders_are_compared_as_runs(tmp_path: Path) -> None:
    before, after = _two_benchmarks(tmp_path / "before"), _two_benchmarks(tmp_path / "after")
    code, stdout, stderr = _call("compare", "--baseline", before, "--head", after, "--output", "json")
    assert code == 0, stderr
    rows = json.loads(stdout)["benchmarks"]
    assert [(row["name"], row["head"]["runs"]) for row in rows] == [("Shop/buy/20", 1), ("Shop/buy/21", 1)]


def test_broken_file_in_a_folder_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    sample = _two_benchmarks(tmp_path) / "Shop" / "buy" / "21" / "new" / "sample.json"
    sample.write_text(sample.read_text()[:40])
    problems: list[InputError] = []
    files = read_run(tmp_path, None, problems)
    assert [reading.name for file in files for reading in file.readings] == ["Shop/buy/20"]
    assert [(problem.code, problem.where is not None) for problem in problems] == [("truncated-json", True)]
    assert _call("read", tmp_path)[0] == 3


def test_folder_without_a_result_and_links_out_of_it_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing was measured\n")
    (tmp_path / "link.json").symlink_to(DATA / "hyperfine" / "named.json")
    code, _, stderr = _call("read", tmp_path)
    assert (code, "[no-result-file]" in stderr) == (3, True)


def test_what_stands_beside_the_results_is_no_run_of_its_own() -> None:
    files = sorted(path for path in ASV.rglob("*.json"))
    suite = _read(*files)
    assert suite["runs"] == 1
    table, history = LOCUST / "shop_stats.csv", LOCUST / "shop_stats_history.csv"
    assert [_read(*order)["runs"] for order in ((table, history), (history, table))] == [1, 1]


def test_pairs_are_of_runs_and_not_of_files() -> None:
    table, history, other = (LOCUST / f"shop{end}" for end in ("_stats.csv", "_stats_history.csv", ".json"))
    code, _, stderr = _call("compare", "--paired", "--baseline", table, history, "--head", table, other)
    assert (code, "1 baseline, 2 head" in stderr) == (2, True)
