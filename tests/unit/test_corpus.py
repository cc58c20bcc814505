"""Result files of many public projects and tools, where they are at hand; they are not part of this project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reporter.ingest import assemble, read_file
from reporter.ingest.opening import open_document
from reporter.ingest.registry import FORMATS
from reporter.shared.errors import InputError

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("BENCHVERDICT_CORPUS") or ROOT.parent / "shared" / "corpus")
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")

BENCHMARKS_AND_RUNS = {
    "artillery/brainagriculture_artillery-report_PARTIAL.json": (7, 1),
    "artillery/weighttracker_quick-report.json": (1, 1),
    "asv/asvtest_cheetah__05d4f83d-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__07d10557-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__0c2f4a1e-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__1726ce6e-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__22b920c6-py2.7-Cython-numpy1.8.json": (22, 1),
    "asv/asvtest_cheetah__2b12eec5-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__302db689-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__38928c26-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__42100650-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__5ec73749-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__60cab3e8-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__623fc362-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__6c188c11-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__864ce870-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__8a997b01-py2.7-Cython-numpy1.8.json": (16, 1),
    "asv/asvtest_cheetah__b96fcc53-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__ba9b5125-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__bb414fa5-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__c1a0773e-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__ce87d43e-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__dccbdea1-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__e1434796-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__e54f8049-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__e5b6cdbc-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__e8679b2e-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__faae7f3b-py2.7-Cython-numpy1.8.json": (12, 1),
    "asv/asvtest_cheetah__fcf8c079-py2.7-Cython-numpy1.8-foo.json": (1, 1),
    "asv/asvtest_cheetah__fcf8c079-py2.7-Cython-numpy1.8.json": (23, 1),
    "asv/rich_results_000_95d8bf98-virtualenv-py3.10.json": (30, 1),
    "asv/rich_results_034_b391635e-virtualenv-py3.10.json": (30, 1),
    "asv/rich_results_051_4bf3f19c-virtualenv-py3.10.json": (30, 1),
    "asv/rich_results_068_11c305e1-virtualenv-py3.10.json": (30, 1),
    "asv/rich_results_102_3827b4ae-virtualenv-py3.10.json": (30, 1),
    "asv/rich_results_119_2aea8526-virtualenv-py3.10-setuptools59.2.0.json": (30, 1),
    "asv/rich_results_136_f82a4ccf-virtualenv-py3.10-setuptools59.2.0.json": (30, 1),
    "asv/rich_results_170_9bfb6190-virtualenv-py3.10-setuptools59.2.0.json": (31, 1),
    "asv/rich_results_175_53cda574-virtualenv-py3.10-setuptools59.2.0.json": (30, 1),
    "autocannon/watt_ipc.json": (1, 1),
    "autocannon/watt_tcp.json": (1, 1),
    "bencher-bmf/bencher_json_report_bmf_mixed.json": (3, 1),
    "bencher-bmf/bencher_json_report_dhat.json": (1, 1),
    "bencher-bmf/bencher_json_report_latency.json": (3, 1),
    "benchmarkdotnet/bencher_c_sharp_dot_net_memory.json": (2, 1),
    "benchmarkdotnet/bencher_c_sharp_dot_net_null_namespace.json": (1, 1),
    "benchmarkdotnet/gab_benchmarkdotnet.json": (2, 1),
    "benchmarkjs/bencher_js_benchmark_four.txt": (4, 1),
    "benchmarkjs/gab_benchmarkjs_output.txt": (3, 1),
    "benchmarkjs/openpgpjs_benchmarkjs_output.txt": (3, 1),
    "cargo-bench-bencher/bencher_rust_bench_failed.txt": (3, 1),
    "cargo-bench-bencher/bencher_rust_bench_ignore.txt": (1, 1),
    "cargo-bench-bencher/bencher_rust_bench_issue_390.txt": (4, 1),
    "cargo-bench-bencher/bencher_rust_bench_many.txt": (6, 1),
    "cargo-bench-bencher/gab_cargo_output.txt": (2, 1),
    "cargo-bench-bencher/gab_cargo_output2.txt": (4, 1),
    "cargo-bench-bencher/gab_cargo_output3.txt": (2, 1),
    "cargo-bench-bencher/gab_cargo_output_units.txt": (5, 1),
    "catch2/gab_catch2_output_v2.txt": (4, 1),
    "catch2/gab_catch2_output_v3.txt": (4, 1),
    "catch2/gab_issue16_output.txt": (2, 1),
    "criterion-json/Fibonacci2__Iterative__20__base__raw.csv": (1, 1),
    "criterion-json/Fibonacci2__Iterative__20__new__raw.csv": (1, 1),
    "criterion-json/Fibonacci2__Iterative__21__new__raw.csv": (1, 1),
    "criterion-json/Fibonacci2__Recursive__20__base__raw.csv": (1, 1),
    "criterion-json/Fibonacci2__Recursive__20__new__raw.csv": (1, 1),
    "criterion-json/Fibonacci2__Recursive__21__base__raw.csv": (1, 1),
    "criterion-json/Fibonacci__Iterative__base__raw.csv": (1, 1),
    "criterion-json/Fibonacci__Iterative__new__raw.csv": (1, 1),
    "criterion-json/Fibonacci__Recursive__base__raw.csv": (1, 1),
    "criterion-text/bencher_rust_criterion_dogfood.txt": (4, 1),
    "criterion-text/bencher_rust_criterion_failed.txt": (4, 1),
    "criterion-text/nyrkio_limbo-cargo-output.txt": (11, 1),
    "gab-custom/gab_customBiggerIsBetter_output.json": (2, 1),
    "gab-custom/gab_customSmallerIsBetter_output.json": (2, 1),
    "gab-custom/gab_customSmallerIsBetter_output2.json": (4, 1),
    "gab-custom/openpgpjs_raw_output.json": (2, 1),
    "gatling/ohrmaddemployees-20230827035530191_global_stats.json": (1, 1),
    "gatling/ohrmaddemployees-20230827043042715_global_stats.json": (1, 1),
    "gatling/ohrmaddjobtitles-20230909150747207_global_stats.json": (1, 1),
    "gatling/ohrmaddjobtitles-20230909150747207_simulation.log": (152, 1),
    "gatling/ohrmaddjobtitles-20230909150747207_stats.json": (152, 1),
    "generated/pytest-benchmark_5.3.1_unicode_params_extra_info_data.json": (10, 1),
    "generated/pytest-codspeed_5.0.4_walltime.json": (10, 1),
    "go-bench/bencher_go_bench_five.txt": (5, 1),
    "go-bench/bencher_go_bench_three.txt": (3, 1),
    "go-bench/benchproc_suffixarray.bench": (42, 1),
    "go-bench/benchstat_crc-new.txt": (36, 1),
    "go-bench/benchstat_crc-old.txt": (36, 1),
    "go-bench/benchstat_issue19565.txt": (4, 1),
    "go-bench/benchstat_new.txt": (2, 1),
    "go-bench/benchstat_old.txt": (2, 1),
    "go-bench/benchstat_smallSample.txt": (2, 1),
    "go-bench/benchstat_units.txt": (4, 1),
    "go-bench/benchstat_zero.txt": (12, 1),
    "go-bench/gab_go_fiber_duplicate_names_output.txt": (4, 1),
    "go-bench/gab_go_output.txt": (8, 1),
    "go-bench/gab_go_single_package_output.txt": (2, 1),
    "google-benchmark/gab_googlecpp_output.json": (2, 1),
    "google-benchmark/test1_run1.json": (14, 1),
    "google-benchmark/test1_run2.json": (14, 1),
    "google-benchmark/test2_run.json": (10, 1),
    "google-benchmark/test3_run0.json": (4, 1),
    "google-benchmark/test3_run1.json": (4, 1),
    "gungraun-text/bencher_rust_gungraun_ansi-escapes.txt": (2, 1),
    "gungraun-text/bencher_rust_gungraun_callgrind-all.txt": (2, 1),
    "gungraun-text/bencher_rust_gungraun_delta_with_inf.txt": (2, 1),
    "hey/fever_v1_c100.txt": (1, 1),
    "hey/fever_v2_c100.txt": (1, 1),
    "hey/fever_v3_c500_lost_requests.txt": (1, 1),
    "hey/no_total_data.txt": (1, 1),
    "hey/windows_double_percent.txt": (1, 1),
    "hyperfine/bencher_shell_hyperfine_one.json": (1, 1),
    "iai-text/bencher_rust_iai_change.txt": (2, 1),
    "iai-text/bencher_rust_iai_two.txt": (2, 1),
    "jmeter/jenkinsperf_JMeterCsvResults.csv": (2, 1),
    "jmeter/jenkinsperf_JMeterCsvResults2.csv": (2, 1),
    "jmeter/jenkinsperf_JMeterPublisher.csv": (2, 1),
    "jmeter/jenkinsperf_JMeterPublisher_formatted_timeStamp.csv": (2, 1),
    "jmeter/jenkinsperf_JMeterResults.jtl": (2, 1),
    "jmeter/jenkinsperf_JMeterResultsMultiThread.jtl": (1, 1),
    "jmeter/jenkinsperf_JMeterResultsTenSamples.jtl": (4, 1),
    "jmeter/jenkinsperf_filewithtransactions.csv": (6, 1),
    "jmeter/jenkinsperf_multiLineCSV.jtl": (2, 1),
    "jmeter/jenkinsperf_single_result_nested_res.jtl": (1, 1),
    "jmeter/jenkinsperf_single_result_res.csv": (1, 1),
    "jmh/bencher_java_jmh_latency.json": (1, 1),
    "jmh/bencher_java_jmh_six.json": (6, 1),
    "jmh/gab_jmh_output.json": (1, 1),
    "jmh/gab_jmh_output_2.json": (1, 1),
    "jmh/jmhvis_example1.json": (99, 2),
    "julia-benchmarktools/gab_julia_output.json": (2, 1),
    "junit-xml/jenkinsperf_TEST-JUnitResults-noTimeAttribute.xml": (1, 1),
    "junit-xml/jenkinsperf_TEST-JUnitResults-success-failure-error.xml": (3, 1),
    "junit-xml/jenkinsperf_TEST-JUnitResults.xml": (5, 1),
    "k6/kocaaydin_03_threshold_fail_summary_export.json": (14, 1),
    "k6/kocaaydin_k6__summary.json": (14, 1),
    "k6/mn1809_history_00_e7fbe4a_k6-summary.json": (22, 1),
    "k6/mn1809_history_01_ca24fb4_k6-summary.json": (22, 1),
    "k6/mn1809_history_02_1abc418_k6-summary.json": (22, 1),
    "k6/mn1809_history_03_6c3794b_k6-summary.json": (22, 1),
    "k6/mn1809_history_04_64a0996_k6-summary.json": (22, 1),
    "k6/mn1809_history_05_58edce2_k6-summary.json": (22, 1),
    "k6/mn1809_history_06_a8248a9_k6-summary.json": (22, 1),
    "k6/mn1809_k6-summary.json": (17, 1),
    "k6/mn1809_output.ndjson.json": (10, 1),
    "lighthouse/tomsouc_lighthouse-desktop_base.json": (1, 1),
    "lighthouse/tomsouc_lighthouse-desktop_head.json": (1, 1),
    "locust/jenkinsperf_test_results_stats.csv": (4, 1),
    "locust/mrt_locust_out.json": (7, 1),
    "locust/mrt_locust_out_stats.csv": (7, 1),
    "locust/odoo_results_stats.csv": (16, 1),
    "locust/thesis_Llama_5503_20250407_172817__stats_stats.csv": (1, 1),
    "locust/thesis_Llama_5503_20250412_112938__stats_stats.csv": (1, 1),
    "locust/thesis_Llama_5503_20250413_180659__stats_stats.csv": (1, 1),
    "locust/thesis_stats_GPT4o_5745_stats.csv": (2, 1),
    "locust/thesis_stats_Llama_5501_7890e7b_stats.csv": (2, 1),
    "locust/thesis_stats_Llama_5501_9e02610_stats.csv": (2, 1),
    "oha/bun_serve_capture.json": (1, 1),
    "oha/router_example_no_responses_null.json": (1, 1),
    "oha/router_example_ok.json": (1, 1),
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
    "taurus-xml/jenkinsperf_TaurusPreviousBuildReport.xml": (2, 1),
    "taurus-xml/jenkinsperf_TaurusXMLReport.xml": (2, 1),
    "vegeta/budprompt_rate5_errors.txt": (1, 1),
    "vegeta/failures_60pct.json": (1, 1),
    "vegeta/fever_v3_cold.txt": (1, 1),
    "vegeta/fever_v3_warm.txt": (1, 1),
    "vegeta/seldon_2020.json": (1, 1),
    "vegeta/seldon_2021.json": (1, 1),
    "vegeta/unclosed_metrics.json": (1, 1),
    "vitest-bench/bencher_js_vitest_two.json": (2, 1),
    "wrk/jenkinsperf_WrkResultsLong.wrk": (1, 1),
    "wrk/jenkinsperf_WrkResultsQuick.wrk": (1, 1),
    "wrk/jenkinsperf_WrkResultsWithLatencyFlag.wrk": (1, 1),
    "wrk2/all_nan_lambda.txt": (1, 1),
    "wrk2/highload_put_10000.txt": (1, 1),
    "wrk2/short_run_nan.txt": (1, 1),
}
ERRORED = {
    "artillery/weighttracker_quick-report.json": 1,
    "asv/asvtest_cheetah__05d4f83d-py2.7-Cython-numpy1.8.json": 12,
    "asv/asvtest_cheetah__1726ce6e-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__22b920c6-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__2b12eec5-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__38928c26-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__60cab3e8-py2.7-Cython-numpy1.8.json": 2,
    "asv/asvtest_cheetah__623fc362-py2.7-Cython-numpy1.8.json": 12,
    "asv/asvtest_cheetah__6c188c11-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__8a997b01-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__ba9b5125-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__bb414fa5-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__c1a0773e-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__e1434796-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__faae7f3b-py2.7-Cython-numpy1.8.json": 1,
    "asv/asvtest_cheetah__fcf8c079-py2.7-Cython-numpy1.8.json": 4,
    "asv/rich_results_000_95d8bf98-virtualenv-py3.10.json": 30,
    "asv/rich_results_034_b391635e-virtualenv-py3.10.json": 5,
    "asv/rich_results_051_4bf3f19c-virtualenv-py3.10.json": 3,
    "asv/rich_results_068_11c305e1-virtualenv-py3.10.json": 3,
    "asv/rich_results_102_3827b4ae-virtualenv-py3.10.json": 3,
    "cargo-bench-bencher/bencher_rust_bench_failed.txt": 1,
    "catch2/gab_issue16_output.txt": 1,
    "gatling/ohrmaddjobtitles-20230909150747207_simulation.log": 48,
    "gatling/ohrmaddjobtitles-20230909150747207_stats.json": 48,
    "google-benchmark/test3_run0.json": 2,
    "jmeter/jenkinsperf_JMeterPublisher.csv": 1,
    "jmeter/jenkinsperf_JMeterPublisher_formatted_timeStamp.csv": 1,
    "jmeter/jenkinsperf_multiLineCSV.jtl": 1,
    "jmeter/jenkinsperf_single_result_res.csv": 1,
    "junit-xml/jenkinsperf_TEST-JUnitResults-noTimeAttribute.xml": 1,
    "junit-xml/jenkinsperf_TEST-JUnitResults-success-failure-error.xml": 2,
    "junit-xml/jenkinsperf_TEST-JUnitResults.xml": 1,
    "k6/mn1809_history_00_e7fbe4a_k6-summary.json": 7,
    "k6/mn1809_history_01_ca24fb4_k6-summary.json": 7,
    "k6/mn1809_history_02_1abc418_k6-summary.json": 7,
    "k6/mn1809_history_03_6c3794b_k6-summary.json": 7,
    "k6/mn1809_history_04_64a0996_k6-summary.json": 7,
    "k6/mn1809_history_05_58edce2_k6-summary.json": 7,
    "k6/mn1809_history_06_a8248a9_k6-summary.json": 7,
    "locust/odoo_results_stats.csv": 9,
    "locust/thesis_stats_GPT4o_5745_stats.csv": 1,
    "oha/router_example_no_responses_null.json": 1,
    "vegeta/unclosed_metrics.json": 1,
    "wrk2/all_nan_lambda.txt": 1,
}
"""How many of the benchmarks have no usable value, each with its reason."""

COMPANIONS = {
    "asv/asvtest_benchmarks.json",
    "asv/asvtest_cheetah__machine.json",
    "asv/rich_benchmarks.json",
    "asv/rich_darrenburns-2022-mbp__machine.json",
    "criterion-json/Fibonacci2__Iterative__20__base__benchmark.json",
    "criterion-json/Fibonacci2__Iterative__20__new__benchmark.json",
    "criterion-json/Fibonacci2__Iterative__21__base__benchmark.json",
    "criterion-json/Fibonacci2__Recursive__20__base__benchmark.json",
    "criterion-json/Fibonacci2__Recursive__20__new__benchmark.json",
    "criterion-json/Fibonacci2__Recursive__21__new__benchmark.json",
    "criterion-json/Fibonacci__Iterative__base__benchmark.json",
    "criterion-json/Fibonacci__Iterative__new__benchmark.json",
    "criterion-json/Fibonacci__Recursive__new__benchmark.json",
    "gatling/ohrmaddemployees-20230827035530191_assertions.json",
    "gatling/ohrmaddemployees-20230827043042715_assertions.json",
    "gatling/ohrmaddjobtitles-20230909150747207_assertions.json",
    "locust/odoo_results_exceptions.csv",
    "locust/odoo_results_stats_history_first3000lines.csv",
    "locust/thesis_Llama_5503_20250407_172817__stats_stats_history.csv",
    "locust/thesis_Llama_5503_20250412_112938__stats_stats_history.csv",
    "locust/thesis_Llama_5503_20250413_180659__stats_stats_history.csv",
    "locust/thesis_stats_GPT4o_5745_failures.csv",
    "locust/thesis_stats_GPT4o_5745_stats_history.csv",
}
READ_BY_FOLDER = {
    "artillery": ("artillery", 2, 0, 0),
    "asv": ("asv", 37, 4, 3),
    "asv-text": ("", 0, 0, 1),
    "autocannon": ("autocannon", 2, 0, 0),
    "bencher-bmf": ("bencher", 3, 0, 0),
    "benchmarkdotnet": ("benchmarkdotnet", 3, 0, 0),
    "benchmarkjs": ("benchmark-js", 3, 0, 0),
    "benchmarkluau": ("", 0, 0, 1),
    "cargo-bench-bencher": ("cargo-bench", 8, 0, 0),
    "catch2": ("catch2", 3, 0, 0),
    "criterion-json": ("criterion", 9, 9, 32),
    "criterion-text": ("criterion", 3, 0, 0),
    "dart-benchmark-harness": ("", 0, 0, 1),
    "gab-custom": ("github-action-benchmark", 4, 0, 0),
    "gab-datajs": ("", 0, 0, 12),
    "gatling": ("gatling", 5, 3, 0),
    "go-bench": ("go", 14, 0, 4),
    "google-benchmark": ("google-benchmark", 6, 0, 0),
    "gungraun-text": ("gungraun", 3, 0, 0),
    "hey": ("hey", 5, 0, 0),
    "history-mongodb-spa": ("", 0, 0, 7),
    "history-otava": ("", 0, 0, 5),
    "history-tcpd": ("", 0, 0, 18),
    "hyperfine": ("hyperfine", 1, 0, 0),
    "iago-log": ("", 0, 0, 1),
    "iai-text": ("gungraun", 2, 0, 0),
    "jmeter": ("jmeter", 11, 0, 1),
    "jmeter-summary-log": ("", 0, 0, 1),
    "jmh": ("jmh", 5, 0, 0),
    "julia-benchmarktools": ("benchmarktools", 1, 0, 0),
    "junit-xml": ("junit", 3, 0, 0),
    "k6": ("k6", 11, 0, 1),
    "lighthouse": ("lighthouse", 2, 0, 0),
    "locust": ("locust", 10, 7, 0),
    "oha": ("oha", 3, 0, 0),
    "pyperf": ("pyperf", 12, 0, 0),
    "pytest-benchmark": ("pytest-benchmark", 18, 0, 0),
    "ruby-benchmark": ("", 0, 0, 1),
    "taurus-xml": ("taurus", 2, 0, 0),
    "vegeta": ("vegeta", 7, 0, 0),
    "vitest-bench": ("vitest", 1, 0, 0),
    "wrk": ("wrk", 3, 0, 0),
    "wrk2": ("wrk", 3, 0, 0),
}
"""Folder of the corpus: our name of the format, files read, files beside them, files refused."""
REFUSED_OTHERWISE = {
    "asv/asvtest_cheetah__aaaaaaaa-py2.7-Cython-numpy1.8.json": "broken-json",
    "asv/asvtest_cheetah__bbbbbbbb-py2.7-Cython-numpy1.8.json": "unknown-format",
    "asv/rich_history_all_DERIVED.csv.gz": "unknown-format",
    "criterion-json/Fibonacci2__Iterative__20__base__sample.json": "broken-result",
    "criterion-json/Fibonacci2__Iterative__20__base__tukey.json": "unknown-format",
    "criterion-json/Fibonacci2__Iterative__20__new__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Iterative__20__new__tukey.json": "unknown-format",
    "criterion-json/Fibonacci2__Iterative__21__base__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Iterative__21__base__sample.json": "broken-result",
    "criterion-json/Fibonacci2__Iterative__21__base__tukey.json": "unknown-format",
    "criterion-json/Fibonacci2__Iterative__21__change__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Iterative__21__new__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Iterative__21__new__sample.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__20__base__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__20__base__tukey.json": "unknown-format",
    "criterion-json/Fibonacci2__Recursive__20__change__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__20__new__sample.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__20__new__tukey.json": "unknown-format",
    "criterion-json/Fibonacci2__Recursive__21__base__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__21__base__sample.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__21__change__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__21__new__estimates.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__21__new__sample.json": "broken-result",
    "criterion-json/Fibonacci2__Recursive__21__new__tukey.json": "unknown-format",
    "criterion-json/Fibonacci__Iterative__base__estimates.json": "broken-result",
    "criterion-json/Fibonacci__Iterative__base__tukey.json": "unknown-format",
    "criterion-json/Fibonacci__Iterative__change__estimates.json": "broken-result",
    "criterion-json/Fibonacci__Iterative__new__sample.json": "broken-result",
    "criterion-json/Fibonacci__Iterative__new__tukey.json": "unknown-format",
    "criterion-json/Fibonacci__Recursive__base__estimates.json": "broken-result",
    "criterion-json/Fibonacci__Recursive__base__sample.json": "broken-result",
    "criterion-json/Fibonacci__Recursive__change__estimates.json": "broken-result",
    "criterion-json/Fibonacci__Recursive__new__estimates.json": "broken-result",
    "criterion-json/Fibonacci__Recursive__new__sample.json": "broken-result",
    "criterion-json/Fibonacci__Recursive__new__tukey.json": "unknown-format",
    "go-bench/benchstat_expected_crcOldNew.stdout": "unknown-format",
    "go-bench/benchstat_expected_csvOldNew.stdout": "unknown-format",
    "go-bench/benchstat_expected_units.stdout": "unknown-format",
    "go-bench/benchstat_expected_zero.stdout": "unknown-format",
    "jmeter/jenkinsperf_emptyfile.jtl": "empty-file",
    "k6/mn1809_logs.txt": "unknown-format",
    "gab-datajs/gab_demo_Benchmark_Net_Benchmark.data.js": "history-file",
    "gab-datajs/gab_demo_Benchmark_js_Benchmark.data.js": "history-file",
    "gab-datajs/gab_demo_C___Benchmark.data.js": "history-file",
    "gab-datajs/gab_demo_Catch2_Benchmark.data.js": "history-file",
    "gab-datajs/gab_demo_Catch2_Benchmark__v3_.data.js": "history-file",
    "gab-datajs/gab_demo_Criterion_rs_Benchmark.data.js": "history-file",
    "gab-datajs/gab_demo_Julia_benchmark_result.data.js": "history-file",
    "gab-datajs/gab_demo_Python_Benchmark_with_pytest_benchmark.data.js": "history-file",
    "gab-datajs/gab_demo_Rust_Benchmark.data.js": "history-file",
    "gab-datajs/pypdf_2022-08-20_data.js": "history-file",
}


BY_HAND = {"vitest-bench/bencher_js_vitest_two.json"}
"""Written by somebody with numbers that cannot be: a median below the least value."""

NO_FORMAT = {folder for folder, (name, *_) in READ_BY_FOLDER.items() if not name}
"""Folders of tools that are not read, and of histories."""


@pytest.mark.parametrize("folder", READ_BY_FOLDER)
def test_every_file_is_of_the_format_its_folder_says_or_refused(folder: str) -> None:
    name, *expected = READ_BY_FOLDER[folder]
    counts = [0, 0, 0]
    for path in sorted((CORPUS / folder).iterdir()):
        try:
            reading = read_file(path)
        except InputError:
            counts[2] += 1
        else:
            counts[1 if reading.companion else 0] += 1
            assert reading.format == name
    assert counts == expected


def test_no_folder_was_overlooked() -> None:
    assert READ_BY_FOLDER.keys() | {"generated"} == {path.name for path in CORPUS.iterdir() if path.is_dir()}


@pytest.mark.parametrize("name", BENCHMARKS_AND_RUNS)
def test_no_file_is_of_two_formats(name: str) -> None:
    document = open_document(CORPUS / name)
    assert sum(entry.score(document) > 0 for entry in FORMATS) <= 1


@pytest.mark.parametrize("name", BENCHMARKS_AND_RUNS)
def test_file_is_read_whole(name: str) -> None:
    suite = assemble([[read_file(CORPUS / name)]], suite="corpus")
    assert (len(suite.benchmarks), suite.runs) == (BENCHMARKS_AND_RUNS[name][0], 1), "a file is one run of its side"
    assert sum(benchmark.error is not None for benchmark in suite.benchmarks) == ERRORED.get(name, 0)
    for _, sample in (pair for benchmark in suite.benchmarks for pair in benchmark.samples):
        minimum, median, maximum = sample.statistics[:, [1, 4, 9]].T
        assert not (minimum < 0).any()
        assert name in BY_HAND or not (minimum > median).any()
        assert not (median > maximum).any()


@pytest.mark.parametrize("name", sorted(COMPANIONS))
def test_companion_is_known_and_holds_no_benchmark(name: str) -> None:
    assert read_file(CORPUS / name).companion


def test_every_other_file_is_refused_and_not_misread() -> None:
    refused = {}
    for path in sorted(CORPUS.rglob("*")):
        name = path.relative_to(CORPUS).as_posix()
        if path.is_file() and name not in BENCHMARKS_AND_RUNS.keys() | COMPANIONS:
            with pytest.raises(InputError) as caught:
                read_file(path)
            refused[name] = caught.value.code
    notable = {
        name: code
        for name, code in refused.items()
        if code != "unknown-format" or name.partition("/")[0] in READ_BY_FOLDER.keys() - NO_FORMAT
    }
    assert notable == REFUSED_OTHERWISE
