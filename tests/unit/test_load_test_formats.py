"""Formats of load tests: what is read of the recorded files, against numbers taken from them by hand."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import Reading, assemble, read_file
from reporter.ingest.load_test import ALL_REQUESTS, address
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path


def readings(file: str) -> dict[tuple[str, str], Reading]:
    return {(entry.name, entry.metric.name): entry for entry in read_file(DATA / file).readings}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "result"
    path.write_text(text)
    return path


HOME = "http://shop.test/"


def test_wrk_with_latency() -> None:
    found = readings("wrk/latency.txt")
    time = found[HOME, "time"]
    assert time.known == {
        "n": 84,
        "mean": pytest.approx(0.04676),
        "max": pytest.approx(0.04891),
        "median": pytest.approx(0.0479),
        "q75": pytest.approx(0.04799),
        "q90": pytest.approx(0.04803),
        "p99": pytest.approx(0.04891),
    }
    assert time.details == (("rounded to", "0.01 ms"),)
    assert list(found[HOME, "failures"].values) == [0]
    assert list(found[HOME, "throughput"].values) == [41.97]


def test_wrk_without_latency_and_with_refusals_only() -> None:
    assert readings("wrk/plain.txt")["http://shop.test/orders", "time"].known.keys() == {"n", "mean", "max"}
    broken = readings("wrk/broken.txt")
    assert broken["http://shop.test/broken", "time"].error == "all 42 requests failed"
    assert ("http://shop.test/broken", "throughput") not in broken


def test_wrk2_takes_the_first_distribution_and_counts_socket_errors() -> None:
    [time, failures, throughput] = read_file(DATA / "wrk" / "wrk2.txt").readings
    assert time.name == "http://***@shop.test/orders"
    assert time.known["median"] == pytest.approx(0.00151)
    assert time.known["p99"] == pytest.approx(0.00799)
    assert list(failures.values) == [pytest.approx(5 / 5005)]
    assert list(throughput.values) == [499.77]


def test_wrk_nan_is_errored_and_several_runs_are_read(tmp_path: Path) -> None:
    text = (DATA / "wrk" / "plain.txt").read_text() + (DATA / "wrk" / "latency.txt").read_text()
    assert len(read_file(write(tmp_path, text)).readings) == 6
    nan = (DATA / "wrk" / "plain.txt").read_text().replace("46.89ms", "-nanus")
    assert read_file(write(tmp_path, nan)).readings[0].error == "mean: a value is NaN"
    cut = (DATA / "wrk" / "plain.txt").read_text().partition("  168 requests")[0]
    [time] = read_file(write(tmp_path, cut)).readings
    assert time.known["mean"] == pytest.approx(0.04689)


def test_wrk2_as_it_prints_with_its_spectrum() -> None:
    [time, failures, throughput] = read_file(DATA / "wrk" / "wrk2-both.txt").readings
    shown = {key: time.known[key] for key in ("mean", "median", "q90", "p95", "p99", "max")}
    assert shown == pytest.approx(
        {"mean": 6.68e-3, "median": 5.42e-3, "q90": 9.45e-3, "p95": 10.655e-3, "p99": 24.33e-3, "max": 28.96e-3}
    )
    assert (list(failures.values), list(throughput.values)) == ([0], [30.28])
    [short, *_] = read_file(DATA / "wrk" / "wrk2-short.txt").readings
    assert short.known["p99"] == short.known["max"] == pytest.approx(4.63e-3)
    assert read_file(DATA / "wrk" / "wrk2-broken.txt").readings[0].error == "all 62 requests failed"


@pytest.mark.parametrize("file", ["wrk/plain.txt", "hey/few.txt", "vegeta/report.txt"])
def test_endless_digits_are_no_defect(tmp_path: Path, file: str) -> None:
    text = (DATA / file).read_text()
    for digit in sorted({character for character in text if character.isdigit()}):
        with suppress(InputError):
            assemble([[read_file(write(tmp_path, text.replace(digit, digit * 5000)))]], suite="s")


@pytest.mark.parametrize(("file", "word"), [("wrk/latency.txt", "50%"), ("vegeta/report.txt", "95.00%")])
def test_a_number_with_two_points_is_no_defect(tmp_path: Path, file: str, word: str) -> None:
    text = (DATA / file).read_text()
    assert word in text
    with suppress(InputError):
        read_file(write(tmp_path, text.replace(word, f"9.9.{word}")))


def test_hey_text() -> None:
    found = readings("hey/few.txt")
    assert found[ALL_REQUESTS, "time"].known == {
        "n": 4,
        "min": 0.0057,
        "max": 0.0517,
        "mean": 0.0284,
        "q10": 0.0087,
        "q25": 0.0474,
        "median": 0.0517,
    }
    assert found[ALL_REQUESTS, "time"].details == (("rounded to", "0.0001 s"),)
    assert list(found[ALL_REQUESTS, "throughput"].values) == [65.5058]


def test_hey_table_has_every_request() -> None:
    time = readings("hey/table.csv")[ALL_REQUESTS, "time"]
    assert (len(time.values), time.values[0], time.values[1]) == (40, 0.0053, 0.0051)


@pytest.mark.parametrize(
    ("file", "error"), [("broken", "all 40 requests failed"), ("unreachable", "all 4 requests failed")]
)
def test_hey_without_a_good_answer_is_errored(file: str, error: str) -> None:
    found = readings(f"hey/{file}.txt")
    assert found[ALL_REQUESTS, "time"].error == error
    assert list(found[ALL_REQUESTS, "failures"].values) == [1]


def test_hey_cut_before_its_statuses_is_errored(tmp_path: Path) -> None:
    text = (DATA / "hey" / "few.txt").read_text().partition("Status code")[0]
    assert "cut" in (read_file(write(tmp_path, text)).readings[0].error or "")


def test_oha() -> None:
    found = readings("oha/answered.json")
    assert found[ALL_REQUESTS, "time"].known == {
        "n": 8,
        "min": 0.0095,
        "max": 0.03,
        "mean": 0.0142,
        "q10": 0.01,
        "q25": 0.011,
        "median": 0.0125,
        "q75": 0.015,
        "q90": 0.02,
        "p95": 0.025,
        "p99": 0.03,
    }
    assert list(found[ALL_REQUESTS, "failures"].values) == [pytest.approx(3 / 9)]
    nothing = readings("oha/nothing.json")
    assert nothing[ALL_REQUESTS, "time"].error == "no request was made or answered"
    assert nothing.keys() == {(ALL_REQUESTS, "time")}


@pytest.mark.parametrize(
    ("name", "median", "failed", "throughput"),
    [("report", 1.623e-3, 0.05, 9.59), ("orders", 34.709633e-3, 0, 24.94), ("broken", 27.757759e-3, 0.5, 12.48)],
)
def test_vegeta_text_and_json_of_one_attack_agree(name: str, median: float, failed: float, throughput: float) -> None:
    text, json = (readings(f"vegeta/{name}.{end}") for end in ("txt", "json"))
    expected = json[ALL_REQUESTS, "time"].known
    assert expected["median"] == pytest.approx(median)
    assert dict(text[ALL_REQUESTS, "time"].known) == {
        key: pytest.approx(value, rel=1e-3) for key, value in expected.items()
    }
    for found in (text, json):
        assert list(found[ALL_REQUESTS, "failures"].values) == [pytest.approx(failed)]
        assert list(found[ALL_REQUESTS, "throughput"].values) == [pytest.approx(throughput, abs=0.005)]


def test_vegeta_before_the_end_is_errored() -> None:
    unreachable = [readings(f"vegeta/unreachable.{end}")[ALL_REQUESTS, "time"].error for end in ("txt", "json")]
    assert unreachable == ["all 100 requests failed"] * 2
    assert "before vegeta" in (readings("vegeta/unfinished.json")[ALL_REQUESTS, "time"].error or "")


@pytest.mark.parametrize(("word", "seconds"), [("2m56s", 176), ("1h0m1.5s", 3601.5), ("0s", 0), ("12ns", 12e-9)])
def test_vegeta_reads_durations_as_go_writes_them(tmp_path: Path, word: str, seconds: float) -> None:
    text = (DATA / "vegeta" / "report.txt").read_text().replace("1.623ms", word)
    assert read_file(write(tmp_path, text)).readings[0].known["median"] == pytest.approx(seconds)


def test_vegeta_text_that_is_cut_is_an_error(tmp_path: Path) -> None:
    text = (DATA / "vegeta" / "report.txt").read_text().partition("Success")[0]
    with pytest.raises(InputError):
        read_file(write(tmp_path, text))


def test_autocannon() -> None:
    found = readings("autocannon/home.json")
    assert found[HOME, "time"].known["median"] == pytest.approx(0.047, abs=0.01)
    assert found[HOME, "time"].known.keys() == {"n", "min", "q10", "q25", "median", "q75", "q90", "p99", "max", "mean"}
    assert list(found[HOME, "failures"].values) == [0]
    broken = readings("autocannon/broken.json")
    assert "requests failed" in (broken["http://shop.test/broken", "time"].error or "")


def test_artillery_reads_endpoints_and_not_their_sum() -> None:
    found = readings("artillery/report.json")
    assert {name for name, _ in found} == {"/", "/orders", "vusers.session_length"}
    assert found["/", "time"].known["n"] == 20
    assert found["vusers.session_length", "time"].metric.better is None
    assert found["/", "time"].details == (("rounded to", "1%"),)
    broken = readings("artillery/broken.json")
    assert broken["/broken", "time"].error == "all 20 requests failed"
    assert list(broken["/orders", "failures"].values) == [0]
    assert readings("artillery/unreachable.json")["/", "time"].error == "all 20 requests failed"


def test_artillery_without_endpoints_and_of_the_first_version(tmp_path: Path) -> None:
    text = (DATA / "artillery" / "report.json").read_text().replace("plugins.metrics-by-endpoint.", "custom.")
    found = {entry.name: entry for entry in read_file(write(tmp_path, text)).readings if entry.metric.name == "time"}
    assert found["http.response_time"].known["n"] == 40
    first = readings("artillery/first-version.json")
    assert first["http.response_time", "time"].known["p95"] == pytest.approx(0.0255)
    assert list(first["http.response_time", "failures"].values) == [0]
    broken = readings("artillery/first-version-broken.json")
    assert list(broken["http.response_time", "failures"].values) == [0.5]
    nothing = readings("artillery/first-version-unreachable.json")["http.response_time", "time"]
    assert nothing.error == "all 20 requests failed"


GATLING = {("Home", 2, 1 / 3), ("Buy / Pay, now", 1, 0.0), ("Buy / Broken", 0, 1.0)}


@pytest.mark.parametrize("file", ["simulation.log", "js/stats.json", "js/stats.js"])
def test_gatling_agrees_in_all_its_files(file: str) -> None:
    found = readings(f"gatling/{file}")
    assert {
        (name, entry.known.get("n", len(entry.values)), found[name, "failures"].values[0])
        for (name, metric), entry in found.items()
        if metric == "time"
    } == GATLING
    assert found["Buy / Broken", "time"].error is not None
    suite = assemble([[read_file(DATA / "gatling" / file)]], suite="s")
    [home] = [benchmark for benchmark in suite.benchmarks if benchmark.name == "Home"]
    assert home.samples[0][1].statistics[0][[1, 9, 10]].tolist() == pytest.approx([0.08, 0.12, 0.1])


def test_gatling_sums_are_read_only_without_their_parts(tmp_path: Path) -> None:
    assert read_file(DATA / "gatling" / "js" / "global_stats.json").companion
    alone = write(tmp_path, (DATA / "gatling" / "js" / "global_stats.json").read_text())
    assert read_file(alone).readings[0].known["n"] == 3
    assert read_file(DATA / "gatling" / "js" / "assertions.json").companion


def test_gatling_log_of_older_versions_and_a_cut_one(tmp_path: Path) -> None:
    start = "RUN\tshop.Visit\tvisit\t1767268800000\t \t3.0.0\n"
    [time, _] = read_file(write(tmp_path, start + "REQUEST\t1\tBuy\tPay\t1000\t1040\tOK\t \n")).readings
    assert time.name == "Buy / Pay"
    assert list(time.values) == [pytest.approx(0.04)]
    with pytest.raises(InputError) as caught:
        read_file(write(tmp_path, start + "REQUEST\t\tPay\t1000\t10"))
    assert caught.value.where.endswith("line 2")


def test_taurus_xml_and_table_agree_and_leave_the_sum_out() -> None:
    xml, table = (readings(f"taurus/final.{end}") for end in ("xml", "csv"))
    assert {name for name, _ in xml} == {"/", "/broken"}
    assert dict(xml["/", "time"].known) == dict(table["/", "time"].known)
    assert xml["/", "time"].known["p95"] == 0.012
    assert xml["/broken", "time"].error == "all 95 requests failed"
    assert list(xml["/broken", "failures"].values) == [1]


def test_taurus_total_alone_is_read(tmp_path: Path) -> None:
    text = '<FinalStatus><Group label=""><succ value="3"/><fail value="1"/><avg_rt value="0.5"/></Group></FinalStatus>'
    time = read_file(write(tmp_path, text)).readings[0]
    assert (time.name, time.known) == ("all labels", {"n": 4, "mean": 0.5})


def test_a_port_of_this_machine_is_no_identity() -> None:
    assert address("http://127.0.0.1:8123/a?b=c:1") == "http://127.0.0.1/a?b=c:1"
    assert address("http://localhost:3000") == "http://localhost"
    assert address("http://shop.test:3000/") == "http://shop.test:3000/"
