"""Result files of many public projects and tools, where they are at hand; they are not part of this project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reporter.errors import InputError
from reporter.ingest import assemble, read_file

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("BENCHVERDICT_CORPUS") or ROOT.parent / "shared" / "corpus")
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

BENCHMARKS_AND_RUNS = {
    "generated/pytest-benchmark_5.3.1_unicode_params_extra_info_data.json": (10, 1),
    "pyperf/mult_list_py36.json": (3, 20),
    "pyperf/mult_list_py36_tags.json": (3, 20),
    "pyperf/mult_list_py38.json": (3, 20),
    "pyperf/outliers.json.gz": (1, 20),
    "pyperf/py2.json.gz": (1, 20),
    "pyperf/pyperformance_mem1.json": (1, 1),
    "pyperf/pyperformance_py36.json": (1, 20),
    "pyperf/pyperformance_py38.json": (1, 20),
    "pyperf/pyperformance_py3_performance03.json": (1, 10),
    "pyperf/telco.json": (1, 40),
    "pyperf/timeit_strip.json.gz": (1, 3),
    "pyperf/track_memory.json": (1, 3),
    "pytest-benchmark/gab_pytest_output.json": (2, 1),
    "pytest-benchmark/gab_pytest_several_units.json": (4, 1),
    "pytest-benchmark/iocfanger_HEAD_Darwin-CPython-3.14-64bit.json": (2, 1),
    "pytest-benchmark/iocfanger_HEAD_Linux-CPython-3.14-64bit.json": (2, 1),
    "pytest-benchmark/iocfanger_da3ec65_Linux-CPython-3.10-64bit.json": (2, 1),
    "pytest-benchmark/iocfanger_f48a33e_Linux-CPython-3.9-64bit.json": (2, 1),
    "pytest-benchmark/lagom_cpython3.10_baseline.json": (4, 1),
    "pytest-benchmark/lagom_cpython3.11_baseline.json": (4, 1),
    "pytest-benchmark/lagom_cpython3.8_t0_0a102eb.json": (3, 1),
    "pytest-benchmark/lagom_cpython3.8_t2_856385a.json": (3, 1),
    "pytest-benchmark/lagom_cpython3.8_t3_8cad69f.json": (3, 1),
    "pytest-benchmark/lagom_cpython3.9_baseline.json": (3, 1),
    "pytest-benchmark/pdfminer_0001_baseline.json": (9, 1),
    "pytest-benchmark/pdfminer_0002_after_all_optimizations.json": (7, 1),
    "pytest-benchmark/v2_legacy_0001.json": (1, 1),
    "pytest-benchmark/v2_legacy_0002.json": (1, 1),
    "pytest-benchmark/v2_legacy_0003.json": (1, 1),
    "pytest-benchmark/v2_legacy_0030.json": (1, 1),
}
READ_BY_NOW = ("pyperf", "pytest-benchmark")
REFUSED_OTHERWISE = {
    "asv/asvtest_cheetah__aaaaaaaa-py2.7-Cython-numpy1.8.json": "broken-json",
    "jmeter/jenkinsperf_emptyfile.jtl": "empty-file",
    "k6/mn1809_output.ndjson.json": "broken-json",
}


def test_no_file_of_the_formats_was_overlooked() -> None:
    found = {path.relative_to(CORPUS).as_posix() for folder in READ_BY_NOW for path in (CORPUS / folder).iterdir()}
    assert found <= BENCHMARKS_AND_RUNS.keys()


@pytest.mark.parametrize("name", BENCHMARKS_AND_RUNS)
def test_file_is_read_whole(name: str) -> None:
    suite = assemble([[read_file(CORPUS / name)]], suite="corpus")
    assert (len(suite.benchmarks), suite.runs) == BENCHMARKS_AND_RUNS[name]
    for benchmark in suite.benchmarks:
        assert benchmark.error is None
        minimum, median, maximum = benchmark.samples[0][1].statistics[:, [1, 4, 9]].T
        assert (minimum > 0).all()
        assert (minimum <= median).all()
        assert (median <= maximum).all()


def test_every_other_file_is_refused_and_not_misread() -> None:
    refused = {}
    for path in sorted(CORPUS.rglob("*")):
        name = path.relative_to(CORPUS).as_posix()
        if path.is_file() and name not in BENCHMARKS_AND_RUNS:
            with pytest.raises(InputError) as caught:
                read_file(path)
            refused[name] = caught.value.code
    assert len(refused) > 200
    assert {name: code for name, code in refused.items() if code != "unknown-format"} == REFUSED_OTHERWISE
