"""A hundred values of every format, drawn at random, read a second time without our parsers.

pyperf by its own interface; the others from the raw fields, as one would take them with jq, csv or a text editor.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyperf
import pytest

from reporter.ingest import assemble, read_file
from reporter.model import STATISTICS
from reporter.shared.errors import InputError
from tests.recorded import formats, recorded

Found = Iterable[tuple[str, str, float]]
"""Name, metric and value, of which ours must have the same."""

DRAWN = 100
CORPUS = Path(os.environ.get("BENCHVERDICT_CORPUS") or Path(__file__).parents[2].parent / "shared" / "corpus")
MS, US, NS = 1e-3, 1e-6, 1e-9


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    return data.decode("utf-8-sig", "replace").replace("\r", "")


def json_of(path: Path) -> Any:
    return json.loads(text_of(path))


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(path))))


def of_pyperf(path: Path) -> Found:
    for benchmark in pyperf.BenchmarkSuite.load(str(path)):
        metric = {"second": "time", "byte": "memory"}.get(benchmark.get_unit(), "value")
        for run in benchmark.get_runs():
            yield from ((benchmark.get_name(), metric, value) for value in run.values)


def of_pytest_benchmark(path: Path) -> Found:
    for entry in json_of(path)["benchmarks"]:
        if entry["fullname"].isascii() and "\\" not in entry["fullname"]:
            stats = entry["stats"]
            is_whole = len(stats.get("data") or ()) == stats["rounds"]
            for value in stats["data"] if is_whole else (stats["min"], stats["mean"]):
                yield entry["fullname"], "time", value


def of_asv(path: Path) -> Found:
    document = json_of(path)
    for name, row in (document.get("results") or {}).items() if "commit_hash" in document else ():
        if isinstance(row, list) and row[0]:
            cells = dict(zip(document["result_columns"], row, strict=False))
            metric = "memory" if ".mem_" in name or name.startswith("mem_") or "_mem_" in name else "time"
            metric = "value" if "track_" in name else "peak_memory" if "peakmem" in name else metric
            samples = cells.get("samples") or [None] * len(row[0])
            for value, several in zip(row[0], samples, strict=True):
                if value is not None and not math.isnan(value):
                    yield from ((name, metric, part) for part in (several or [value]))


def of_locust(path: Path) -> Found:
    if path.suffix == ".json":
        for entry in json_of(path):
            if entry["num_requests"] > entry["num_failures"]:
                yield f"{entry['method']} {entry['name']}", "time", entry["max_response_time"] * MS
                yield f"{entry['method']} {entry['name']}", "failures", entry["num_failures"] / entry["num_requests"]
        return
    for row in rows_of(path) if path.name.endswith("_stats.csv") else ():
        if row.get("Name") not in ("Aggregated", None) and float(row["Request Count"]) > float(row["Failure Count"]):
            label = f"{row['Type']} {row['Name']}".removeprefix("None ").strip()
            yield label, "time", float(row["Average Response Time"]) * MS
            yield label, "time", float(row["95%"]) * MS
            yield label, "throughput", float(row["Requests/s"])


def of_k6(path: Path) -> Found:
    if "ndjson" in path.name:
        points = [json.loads(line) for line in text_of(path).splitlines()]
        kinds = {point["metric"]: point["data"]["type"] for point in points if point["type"] == "Metric"}
        for point in points:
            if point["type"] == "Point" and kinds.get(point["metric"]) == "trend":
                yield point["metric"], "time", point["data"]["value"] * MS
        return
    for name, entry in json_of(path).get("metrics", {}).items():
        values = entry.get("values", entry)
        if re.match(r"http_req_\w+|iteration_duration", name) and "p(95)" in values:
            yield from ((name, "time", values[key] * MS) for key in ("p(95)", "avg", "max"))
        if name == "http_reqs":
            yield name, "rate", values["rate"]


def of_hyperfine(path: Path) -> Found:
    for entry in json_of(path)["results"]:
        if 0 in (entry.get("exit_codes") or [0]):
            yield from ((entry["command"], "time", value) for value in entry.get("times") or [entry["mean"]])


GO = {"ns/op": ("time", NS), "B/op": ("memory", 1.0), "allocs/op": ("allocations", 1.0), "MB/s": ("throughput", 1e6)}


def of_go(path: Path) -> Found:
    package = ""
    for line in text_of(path).splitlines():
        words = line.split()
        if line.startswith("pkg:"):
            package = words[1] + "."
        elif line.startswith("Benchmark") and len(words) > 3 and words[1].isdecimal() and words[3] in GO:
            for value, unit in zip(words[2::2], words[3::2], strict=False):
                if unit in GO and value[0].isdecimal():
                    yield package + words[0], GO[unit][0], float(value) * GO[unit][1]


def of_google_benchmark(path: Path) -> Found:
    entries = [entry for entry in json_of(path).get("benchmarks", []) if "time_unit" in entry and "real_time" in entry]
    singles = [entry for entry in entries if entry.get("run_type") == "iteration" and not entry.get("error_occurred")]
    for entry in singles:
        factor = {"ns": NS, "us": US, "ms": MS, "s": 1.0}[entry["time_unit"]]
        yield entry.get("run_name", entry["name"]), "time", entry["real_time"] * factor
        yield entry.get("run_name", entry["name"]), "cpu_time", entry["cpu_time"] * factor


def of_jmh(path: Path) -> Found:
    units = {"ops/s": 1.0, "ops/ms": 1e3, "ops/us": 1e6, "ns/op": NS, "us/op": US, "ms/op": MS, "s/op": 1.0}
    for entry in json_of(path):
        primary = entry["primaryMetric"]
        factor = units.get(primary["scoreUnit"])
        if factor and primary.get("rawData"):
            metric = "throughput" if primary["scoreUnit"].startswith("ops/") else "time"
            for value in itertools.chain(*primary["rawData"]):
                yield entry["benchmark"], metric, value * factor


def of_criterion(path: Path) -> Found:
    if path.name == "sample.json" and path.parent.name == "new":
        document = json_of(path)
        label = json_of(path.with_name("benchmark.json"))["full_id"]
        counts, times = (document["iters"], document["times"]) if isinstance(document, dict) else document[-2:]
        yield from ((label, "time", total / count * NS) for count, total in zip(counts, times, strict=True))


def of_bencher(path: Path) -> Found:
    factors = {"latency": NS}
    for name, measures in json_of(path).items():
        for slug, measure in measures.items():
            yield name, slug, measure["value"] * factors.get(slug, 1.0)


def of_custom(path: Path) -> Found:
    for entry in json_of(path):
        if entry["unit"] in ("ms", "s", "ns"):
            yield entry["name"], "time", float(entry["value"]) * {"ms": MS, "s": 1.0, "ns": NS}[entry["unit"]]


def of_jmeter(path: Path) -> Found:
    if path.name == "table.csv":
        for row in rows_of(path):
            if row["success"] == "true" and not row["responseMessage"].startswith("Number of samples"):
                yield row["label"], "time", float(row["elapsed"]) * MS
    elif path.suffix == ".xml":
        for element in ElementTree.fromstring(text_of(path)):
            if element.get("s") == "true" and not (element.get("rm") or "").startswith("Number of samples"):
                yield str(element.get("lb")), "time", float(element.get("t") or "nan") * MS


def of_pytest_codspeed(path: Path) -> Found:
    for entry in json_of(path)["benchmarks"]:
        if "::" in entry["uri"]:
            for key in ("min_ns", "median_ns", "q3_ns", "max_ns", "mean_ns"):
                yield entry["uri"].rpartition("/")[2], "time", entry["stats"][key] * NS


def of_cargo_bench(path: Path) -> Found:
    for line in text_of(path).splitlines():
        if " ... bench:" in line and "ns/iter" in line:
            name, _, rest = line.removeprefix("test ").partition(" ... bench:")
            yield name.strip(), "time", float(rest.split()[0].replace(",", "")) * NS


def of_gungraun(path: Path) -> Found:
    text, header = re.sub(r"\x1b\[[\d;]*m", "", text_of(path)), ""
    for line in text.splitlines():
        if line[:1].strip():
            header = line
        elif line.strip().startswith(("Instructions:", "Estimated Cycles:")):
            label, _, rest = line.strip().partition(":")
            yield header, label.lower().replace(" ", "-"), float(rest.replace("|", " ").split()[0])


def of_benchmarkdotnet(path: Path) -> Found:
    for entry in json_of(path)["Benchmarks"]:
        if entry.get("Statistics") and entry.get("FullName") and entry["Statistics"].get("OriginalValues"):
            yield from ((entry["FullName"], "time", value * NS) for value in entry["Statistics"]["OriginalValues"])


def of_vitest(path: Path) -> Found:
    for file in json_of(path)["files"]:
        for group in file["groups"]:
            for entry in group["benchmarks"]:
                for key in ("min", "max", "mean", "median", "p75", "p99"):
                    yield f"{group['fullName']} > {entry['name']}", "time", entry[key] * MS


def of_benchmark_js(path: Path) -> Found:
    for line in text_of(path).splitlines():
        if line.endswith("sampled)"):
            name, _, rest = line.rpartition(" x ")
            yield name, "throughput", float(rest.split()[0].replace(",", ""))


def of_catch2(path: Path) -> Found:
    if path.suffix == ".xml":
        for case in ElementTree.fromstring(text_of(path)).iter("TestCase"):
            for result in case.findall("BenchmarkResults"):
                mean = result.find("mean")
                if mean is not None:
                    yield f"{case.get('name')} / {result.get('name')}", "time", float(mean.get("value") or "nan") * NS


def of_benchmarktools(path: Path) -> Found:
    def walk(pair: Any, keys: tuple[str, ...]) -> Found:
        kind, data = pair
        if kind == "BenchmarkGroup":
            for key, part in data["data"].items():
                yield from walk(part, (*keys, key))
        else:
            yield from (("/".join(keys), "time", value * NS) for value in data.get("times", [data.get("time")]))

    for entry in json_of(path)[1]:
        yield from walk(entry, ())


def of_wrk(path: Path) -> Found:
    units = {"us": US, "ms": MS, "s": 1.0, "m": 60.0}
    text = text_of(path)
    label = re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1", text.split()[4])
    words = next(line for line in text.splitlines() if line.strip().startswith("Latency ")).split()
    if "nan" not in words[1] and "@" not in label and "Non-2xx" not in text:
        for word in (words[1], words[3]):
            yield label, "time", float(re.sub(r"[a-z]+$", "", word)) * units[word.lstrip("0123456789.")]


def of_hey(path: Path) -> Found:
    if path.suffix == ".csv":
        yield from (("all requests", "time", float(row["response-time"])) for row in rows_of(path))
    elif "responses" in text_of(path) and "[200]" in text_of(path):
        for line in text_of(path).splitlines():
            words = line.split()
            if words[:1] in (["Slowest:"], ["Fastest:"], ["Average:"]) or (words[1:2] == ["in"] and words[0] != "0%"):
                yield "all requests", "time", float(words[2] if words[1] == "in" else words[1])


def of_oha(path: Path) -> Found:
    document = json_of(path)
    if document["summary"]["average"] is not None:
        for key in ("p10", "p25", "p50", "p75", "p90", "p95", "p99"):
            yield "all requests", "time", document["latencyPercentiles"][key]
        yield "all requests", "throughput", document["summary"]["requestsPerSec"]


def of_vegeta(path: Path) -> Found:
    if path.suffix == ".json" and json_of(path)["latencies"]["mean"] and json_of(path)["success"]:
        document = json_of(path)
        for key in ("mean", "50th", "95th", "99th", "max"):
            yield "all requests", "time", document["latencies"][key] * NS
        yield "all requests", "throughput", document["throughput"]
        yield "all requests", "failures", 1 - document["success"]


def of_autocannon(path: Path) -> Found:
    document = json_of(path)
    label = re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1", document["url"])
    if document["2xx"]:
        yield from ((label, "time", document["latency"][key] * MS) for key in ("p50", "p90", "p99", "max", "mean"))
        yield label, "throughput", document["requests"]["average"]


def of_artillery(path: Path) -> Found:
    for key, summary in json_of(path)["aggregate"].get("summaries", {}).items():
        label = key.removeprefix("plugins.metrics-by-endpoint.response_time.")
        if label != key and label != "/broken":
            yield from ((label, "time", summary[part] * MS) for part in ("min", "max", "mean", "p50", "p95", "p99"))


def of_gatling(path: Path) -> Found:
    def walk(node: Any, path: tuple[str, ...]) -> Found:
        for child in node.get("contents", {}).values():
            if child["type"] == "GROUP":
                yield from walk(child, (*path, child["name"]))
            elif child["stats"]["numberOfRequests"]["ok"]:
                stats = child["stats"]
                label = " / ".join((*path, child["name"]))
                for key in ("minResponseTime", "maxResponseTime", "meanResponseTime", "percentiles3"):
                    yield label, "time", stats[key]["ok"] * MS

    if path.name.endswith("_stats.json") or path.name == "stats.json":
        yield from walk(json_of(path), ())
    elif path.suffix == ".log":
        for line in text_of(path).splitlines():
            words = line.split("\t")
            if words[0] == "REQUEST" and words[5] == "OK":
                yield " / ".join(filter(None, (words[1], words[2]))), "time", (int(words[4]) - int(words[3])) * MS


def of_lighthouse(path: Path) -> Found:
    document = json_of(path)
    label = re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1", document["requestedUrl"])
    for key in ("first-contentful-paint", "largest-contentful-paint", "speed-index", "interactive"):
        yield label, key, document["audits"][key]["numericValue"] * MS
    yield label, "score performance", document["categories"]["performance"]["score"]


def of_junit(path: Path) -> Found:
    for case in ElementTree.fromstring(text_of(path)).iter("testcase"):
        if not len(case) and case.get("time") and "noTime" not in path.name:
            yield f"{case.get('classname')}.{case.get('name')}", "time", float(case.get("time") or "nan")


def of_taurus(path: Path) -> Found:
    if path.suffix == ".csv":
        for row in rows_of(path):
            if row["label"] and int(row["succ"]):
                yield from ((row["label"], "time", float(row[key])) for key in ("avg_rt", "perc_50.0", "perc_95.0"))
        return
    for group in ElementTree.fromstring(text_of(path)).iter("Group"):
        average, worked = group.find("avg_rt"), group.find("succ")
        if group.get("label") and average is not None and worked is not None and worked.get("value") != "0":
            yield str(group.get("label")), "time", float(average.get("value") or "nan")


READERS: dict[str, Callable[[Path], Found]] = {
    "artillery": of_artillery,
    "asv": of_asv,
    "autocannon": of_autocannon,
    "bencher": of_bencher,
    "benchmark-js": of_benchmark_js,
    "benchmarkdotnet": of_benchmarkdotnet,
    "benchmarktools": of_benchmarktools,
    "cargo-bench": of_cargo_bench,
    "catch2": of_catch2,
    "criterion": of_criterion,
    "gatling": of_gatling,
    "github-action-benchmark": of_custom,
    "go": of_go,
    "google-benchmark": of_google_benchmark,
    "gungraun": of_gungraun,
    "hey": of_hey,
    "hyperfine": of_hyperfine,
    "jmeter": of_jmeter,
    "jmh": of_jmh,
    "junit": of_junit,
    "k6": of_k6,
    "lighthouse": of_lighthouse,
    "locust": of_locust,
    "oha": of_oha,
    "pyperf": of_pyperf,
    "pytest-benchmark": of_pytest_benchmark,
    "pytest-codspeed": of_pytest_codspeed,
    "taurus": of_taurus,
    "vegeta": of_vegeta,
    "vitest": of_vitest,
    "wrk": of_wrk,
}


def ours(path: Path) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = {}
    for entry in read_file(path).readings:
        values = [*entry.values, *itertools.chain(*entry.runs), *entry.known.values()]
        found.setdefault((entry.name, entry.metric.name), []).extend(values)
    return found


def compare(paths: Iterable[Path], reader: Callable[[Path], Found]) -> int:
    """Compare values drawn from all of these files; gives how many."""
    everything = [(path, *value) for path in paths for value in reader(path)]
    drawn = random.Random(7).choices(everything, k=DRAWN) if everything else []
    read = {path: ours(path) for path in {entry[0] for entry in drawn}}
    for path, name, metric, value in drawn:
        candidates = read[path].get((name, metric), [])
        is_there = any(math.isclose(value, candidate, rel_tol=1e-12) for candidate in candidates)
        assert is_there, (path, name, metric, value)
    return len(drawn)


def test_there_is_no_second_reader_without_its_format() -> None:
    assert set(READERS) <= set(formats())


@pytest.mark.parametrize("name", sorted(READERS))
def test_values_of_recorded_files_agree(name: str) -> None:
    assert compare(recorded(name), READERS[name]) == DRAWN


FOLDERS = {
    "bencher-bmf": "bencher",
    "benchmarkjs": "benchmark-js",
    "cargo-bench-bencher": "cargo-bench",
    "go-bench": "go",
    "gungraun-text": "gungraun",
    "iai-text": "gungraun",
    "julia-benchmarktools": "benchmarktools",
    "junit-xml": "junit",
    "taurus-xml": "taurus",
    "vitest-bench": "vitest",
    "wrk2": "wrk",
}


def readable(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        try:
            if read_file(path).readings:
                yield path
        except InputError:
            continue


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("folder", sorted({*FOLDERS, *READERS}))
def test_values_of_files_from_elsewhere_agree(folder: str) -> None:
    if (CORPUS / folder).is_dir():
        assert compare(readable(CORPUS / folder), READERS[FOLDERS.get(folder, folder)]) in (0, DRAWN)


def printed_by_benchstat(path: Path) -> dict[str, float]:
    """The published medians, four digits each, by name and metric of the line above them."""
    units = {"sec/op": "time", "B/s": "throughput"}
    powers = {"n": NS, "µ": US, "m": MS, "": 1.0, "Mi": 2.0**20, "Gi": 2.0**30, "Ki": 2.0**10}
    found: dict[str, float] = {}
    unit = file = ""
    for line in text_of(path).splitlines():
        if heading := re.search(r"│ +(sec/op|B/s) +│", line):
            unit = units[heading[1]]
        elif named := re.search(r"│ (crc-\w+\.txt) +│", line):
            file = named[1]
        elif row := re.match(r"(\S+/\S+) +([\d.]+)(\D*?) ± ", line):
            found[f"{file} {row[1]} {unit}"] = float(row[2]) * powers[row[3]]
    return found


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_medians_of_go_are_those_benchstat_published() -> None:
    folder = CORPUS / "go-bench"
    expected = printed_by_benchstat(folder / "benchstat_expected_crcOldNew.stdout")
    assert len(expected) > 60
    found: dict[str, float] = {}
    for file in ("crc-old.txt", "crc-new.txt"):
        for benchmark in assemble([[read_file(folder / f"benchstat_{file}")]], suite="s").benchmarks:
            name = benchmark.name.partition("Benchmark")[2]
            for metric, sample in benchmark.samples:
                found[f"{file} {name} {metric.name}"] = sample.statistics[0][STATISTICS.index("median")]
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-3), key
