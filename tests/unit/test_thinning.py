"""Rounds thinned as a run completes: a bounded file, and to the last digit the statistics that verdicts are made of."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.decide.pooled import deviations, pooled
from reporter.ingest import assemble, measured, read_file, validity
from reporter.ingest.run_statistics import statistics_of
from reporter.measure import noise, thinning
from reporter.measure.noise import measure_equal_code
from reporter.measure.plan import Plan
from reporter.measure.series import measure
from reporter.measure.thinning import MEMBER
from reporter.model import STATISTICS, Sample
from reporter.records import snapshot
from reporter.shared.errors import InputError
from tests.measure_repositories import new_project

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import FloatArray


def _content(*rounds: list[Any], **stats: Any) -> dict[str, Any]:
    benchmarks = [
        {"name": name, "fullname": f"a.py::{name}", "stats": {"data": data, "rounds": len(data), **stats}}
        for name, data in ((f"test_{number}", data) for number, data in enumerate(rounds))
    ]
    return {"machine_info": {"python_version": "3.11.7"}, "benchmarks": benchmarks, "version": "5.1.0"}


def _file(folder: Path, content: object) -> Path:
    path = folder / "result.json"
    path.write_text(json.dumps(content, indent=4))
    return path


def _rounds(count: int, seed: int = 1) -> list[float]:
    found: list[float] = (1e-6 * (1 + np.random.default_rng(seed).exponential(0.1, count))).tolist()
    return found


def _sample(path: Path) -> tuple[FloatArray, FloatArray]:
    sample = assemble([[read_file(path)]], suite="s").benchmarks[0].samples[0][1]
    return sample.statistics, sample.rounds[0]


@pytest.mark.parametrize("count", [2001, 2048, 4097, 86_543])
def test_judged_statistics_are_the_same_to_the_digit(tmp_path: Path, count: int) -> None:
    path = _file(tmp_path, _content(_rounds(count)))
    before, _ = _sample(path)
    assert thinning.thin(path)
    after, kept = _sample(path)
    assert after.tolist() == before.tolist()
    assert kept.size == thinning.KEPT_ROUNDS
    for name, share in (("q10", 0.1), ("median", 0.5), ("p99", 0.99)):
        assert np.quantile(kept, share) == pytest.approx(before[0, STATISTICS.index(name)], rel=1e-9)
    assert not read_file(path).warnings


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 5000), st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1.0, 1e80]))
def test_statistics_are_those_of_the_reporter_for_any_number_of_rounds(count: int, seed: int, scale: float) -> None:
    values = np.random.default_rng(seed).lognormal(0, 2, (2, count)) * scale
    table, _ = statistics_of(list(values))
    for row, run in zip(table, values, strict=True):
        found = thinning.statistics_of(sorted(run.tolist()))
        assert [found[name] for name in STATISTICS] == row.tolist()


def test_a_saved_run_of_a_fast_benchmark_is_bounded_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = _file(tmp_path, _content(*(_rounds(50_000, seed) for seed in range(3))))
    assert source.stat().st_size > 6_000_000
    statistics = assemble([[read_file(source)]], suite="s")
    outcome = measure(Plan(name="s", script=f"cp {source} {{output}}", runs=2), tmp_path / "out")
    assert outcome.status == "complete"
    results = sorted((tmp_path / "out").glob("runs/*/result.json"))
    assert len(results) == 2
    assert all(path.stat().st_size < 100_000 for path in results)
    runs = measured.load(tmp_path / "out").batch("head", 0)
    thin = assemble(runs, suite="s")
    for one, other in zip(statistics.benchmarks, thin.benchmarks, strict=True):
        assert [one.samples[0][1].statistics[0].tolist()] * 2 == other.samples[0][1].statistics.tolist()


def test_pairs_of_equal_code_keep_percentiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_project(tmp_path, {"a.txt": "1"}, {"a.txt": "2"})
    monkeypatch.chdir(project.tree)
    source = _file(tmp_path, _content(_rounds(900), _rounds(150)))
    before = assemble([[read_file(source)]], suite="s")
    limit = {"base_sha": "HEAD", "head_sha": "HEAD", "time_limit_seconds": 0.3}
    plan = project.plan(script=f"cp {source} {{output}}", pairs=limit, noise_pairs=1)
    heard: list[int] = []
    outcome = measure_equal_code(
        plan, project.output, on_pairs=lambda pairs, _: heard.append(pairs), stream=io.StringIO(), environ=os.environ
    )
    assert heard[-1] == outcome.pairs
    files = sorted(project.output.glob("runs/*/result.json"))
    kept = [json.loads(path.read_text())["benchmarks"] for path in files[-2 * outcome.pairs :]]
    assert [[len(each["stats"]["data"]) for each in run] for run in kept] == [[101, 150]] * len(kept)
    base, _ = measured.load(project.output).pairs(0)[0]
    after = assemble([base], suite="s")
    for one, other in zip(before.benchmarks, after.benchmarks, strict=True):
        assert one.samples[0][1].statistics.tolist() == other.samples[0][1].statistics.tolist()


def test_few_rounds_stay_as_they_are(tmp_path: Path) -> None:
    path = _file(tmp_path, _content(_rounds(thinning.MOST_ROUNDS)))
    before = path.read_bytes()
    assert not thinning.thin(path)
    assert path.read_bytes() == before


def test_only_the_long_one_is_thinned_and_all_else_stays(tmp_path: Path) -> None:
    content = _content(_rounds(30), _rounds(3000), stddev=0.25)
    path = _file(tmp_path, content)
    assert thinning.thin(path)
    found = json.loads(path.read_text())
    assert found["benchmarks"][0] == content["benchmarks"][0]
    assert (found["version"], found["machine_info"]) == (content["version"], content["machine_info"])
    stats = found["benchmarks"][1]["stats"]
    assert (stats["rounds"], stats["stddev"], len(stats["data"])) == (3000, 0.25, thinning.KEPT_ROUNDS)
    assert not thinning.thin(path)


@pytest.mark.parametrize(
    "content",
    [
        [1.0] * 20_000,
        {"benchmarks": [{"stats": {"data": [1.0] * 20_000}}]},
        _content([1.0] * 19_999 + ["1"]),
        _content([1.0] * 19_999 + [float("nan")]),
        _content([1.0] * 19_999 + [float("inf")]),
        _content([1e308] * 20_000),
        _content([1.0] * 20_000, rounds=7),
        {"machine_info": {}, "benchmarks": {"a": [1.0] * 20_000}},
        {"machine_info": {}, "benchmarks": [None, [1.0] * 20_000, {"stats": [1.0] * 20_000}]},
    ],
)
def test_what_is_not_whole_is_left_alone(tmp_path: Path, content: object) -> None:
    path = _file(tmp_path, content)
    before = path.read_bytes()
    assert not thinning.thin(path)
    assert path.read_bytes() == before


def test_what_is_no_json_or_no_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("[" * 200_000)
    assert not thinning.thin(path)
    target = _file(tmp_path, _content(_rounds(5000)))
    link = tmp_path / "link.json"
    link.symlink_to(target)
    before = target.read_bytes()
    assert not thinning.thin(link)
    assert not thinning.thin(tmp_path / "missing.json")
    assert not thinning.thin(tmp_path)
    assert target.read_bytes() == before


@pytest.mark.parametrize("wrong", [{}, {"n": 1}, "text", None, [1.0]])
def test_statistics_that_are_none_of_ours_do_not_count(tmp_path: Path, wrong: object) -> None:
    content = _content(_rounds(50), benchverdict=wrong)
    before = _sample(_file(tmp_path, _content(_rounds(50))))[0]
    assert _sample(_file(tmp_path, content))[0].tolist() == before.tolist()


@pytest.mark.parametrize("value", [None, float("nan"), -1.0, "1"])
def test_statistics_that_are_no_measurement_make_an_error(tmp_path: Path, value: object) -> None:
    path = _file(tmp_path, _content(_rounds(3000)))
    thinning.thin(path)
    content = json.loads(path.read_text())
    content["benchmarks"][0]["stats"]["benchverdict"]["q10"] = value
    reading = read_file(_file(tmp_path, content)).readings[0]
    assert reading.error is not None
    assert reading.error.startswith("q10: ")


@pytest.mark.parametrize("name", ["n", "min", "max"])
def test_statistics_that_the_kept_rounds_contradict_do_not_count(tmp_path: Path, name: str) -> None:
    path = _file(tmp_path, _content(_rounds(3000)))
    assert thinning.thin(path)
    content = json.loads(path.read_text())
    content["benchmarks"][0]["stats"][MEMBER][name] *= 2
    with pytest.raises(InputError, match="neither rounds nor statistics"):
        read_file(_file(tmp_path, content))


def test_bounds_are_those_of_the_store_and_of_reading() -> None:
    """Measuring runs without either, so it has numbers of its own."""
    assert noise.MOST_ROUNDS == snapshot.MAX_ROUNDS
    assert thinning.LARGEST == validity.LARGEST


def test_several_thinned_runs_together_have_the_mean_of_all_rounds() -> None:
    """One pause in a hundred thousand rounds is not one in a thousand."""
    runs = [[*_rounds(50_000, seed), 0.5] for seed in range(3)]
    every = Sample(statistics=statistics_of(runs)[0], rounds=tuple(map(np.array, runs)))
    shares = np.linspace(0, 1, thinning.KEPT_ROUNDS)
    some = Sample(statistics=every.statistics, rounds=tuple(np.quantile(run, shares) for run in every.rounds))
    whole, thin = pooled([every])[0], pooled([some])[0]
    for name in ("n", "min", "max"):
        assert thin[STATISTICS.index(name)] == whole[STATISTICS.index(name)]
    assert thin[STATISTICS.index("mean")] == pytest.approx(whole[STATISTICS.index("mean")], rel=1e-12)
    for name in ("median", "p95", "p99"):
        assert thin[STATISTICS.index(name)] == pytest.approx(whole[STATISTICS.index(name)], rel=1e-3)
    without_the_pause = [run[:-1] for run in every.rounds]
    assert deviations([some])[0] == pytest.approx(np.std(np.concatenate(without_the_pause), ddof=1), rel=0.05)
