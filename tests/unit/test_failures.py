"""What failed in load tests: counted per status code and message, bounded, masked, and told in every output."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from reporter.commands.suites import suite_from
from reporter.config import Config
from reporter.ingest import failed, read_file
from reporter.ingest.failed import Tally, together, unix_seconds
from reporter.masking import without_secrets
from reporter.model import NO_FAILURES, Failure, Failures, StatusCount
from reporter.records import json_v1
from reporter.render import OUTPUTS, Shown, Terminal
from reporter.render.view_failures import failures_view
from reporter.shared.errors import InputError
from tests.recorded import DATA
from tests.reports import load_test, report, row

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report-v1.json").read_text(encoding="utf-8"))


def _codes(failures: Failures) -> dict[str, int]:
    return {status.code: status.count for status in failures.statuses}


def test_locust_tells_what_failed_how_often_and_when() -> None:
    failures = read_file(DATA / "locust" / "shop_failures.csv").failures
    (kind,) = failures.kinds
    assert (kind.request, kind.count, kind.exception) == ("GET /broken", 37, False)
    assert kind.message.startswith("HTTPError('500 Server Error")
    assert (kind.first, kind.last) == (unix_seconds("2026-11-20T12:14:53Z"), unix_seconds("2026-11-20T12:14:57Z"))
    assert _codes(failures) == {"500": 37}


def test_exceptions_of_the_load_test_are_told_apart() -> None:
    (kind,) = read_file(DATA / "locust" / "shop_exceptions.csv").failures.kinds
    assert kind == Failure(message="a mistake in the load test", request=None, count=13, exception=True)


@pytest.mark.parametrize("name", ["table.csv", "samples.xml"])
def test_jmeter_counts_every_answer_and_keeps_the_time_of_failures(name: str) -> None:
    failures = read_file(DATA / "jmeter" / name).failures
    assert _codes(failures) == {"200": 3, "404": 1, "500": 1}
    assert [(kind.request, kind.count) for kind in failures.kinds] == [("Broken", 1), ("Home", 1)]
    assert failures.kinds[0].first == pytest.approx(1767261600.28)


@pytest.mark.parametrize(
    ("file", "codes", "messages"),
    [
        ("vegeta/report.json", {"0": 1, "200": 95, "500": 4}, ["500 Internal Server Error"]),
        ("oha/answered.json", {"200": 6, "503": 2}, ["connection closed"]),
        ("hey/broken.txt", {"500": 40}, []),
        ("autocannon/broken.json", {"500": 82}, []),
        ("artillery/broken.json", {"200": 20, "500": 20}, []),
        ("artillery/unreachable.json", {}, ["ECONNREFUSED"]),
    ],
)
def test_tools_that_only_sum_up(file: str, codes: dict[str, int], messages: list[str]) -> None:
    failures = read_file(DATA / file).failures
    assert _codes(failures) == codes
    assert [kind.message for kind in failures.kinds] == messages


def test_k6_points_tell_the_status_of_every_request(tmp_path: Path) -> None:
    def point(second: int, **tags: str) -> str:
        data = {"time": f"2026-03-01T10:00:{second:02}Z", "value": 1, "tags": {"method": "GET", **tags}}
        return json.dumps({"metric": "http_reqs", "type": "Point", "data": data})

    declared = {"type": "Metric", "data": {"name": "http_reqs", "type": "counter"}, "metric": "http_reqs"}
    url = "http://shop.test/?token=s3cret-value"
    lines = [
        json.dumps(declared),
        json.dumps({"type": "Metric", "data": {"name": "vus_used", "type": "trend"}, "metric": "vus_used"}),
        json.dumps({"metric": "vus_used", "type": "Point", "data": {"time": "x", "value": 1}}),
        point(1, status="200", name=url, expected_response="true"),
        point(2, status="500", name=url, expected_response="false"),
        point(3, status="500", name=url, expected_response="false"),
        point(4, status="0", name=url, expected_response="false", error="dial: i/o timeout"),
    ]
    path = tmp_path / "points.json"
    path.write_text("\n".join(lines), encoding="utf-8")
    failures = read_file(path).failures
    assert _codes(failures) == {"0": 1, "200": 1, "500": 2}
    assert [(kind.message, kind.count) for kind in failures.kinds] == [("status 500", 2), ("dial: i/o timeout", 1)]
    assert failures.kinds[0].last == unix_seconds("2026-03-01T10:00:03Z")
    assert "s3cret" not in str(failures)


def test_broken_failures_cost_no_result(tmp_path: Path) -> None:
    text = (DATA / "locust" / "shop_failures.csv").read_text(encoding="utf-8")
    path = tmp_path / "x_failures.csv"
    path.write_text(text + "GET,/cut,oh", encoding="utf-8")
    reading = read_file(path)
    assert [kind.count for kind in reading.failures.kinds] == [37]
    assert [notice.code for notice in reading.warnings] == ["load-failures-broken"]


def test_runs_and_files_are_counted_together_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    part = read_file(DATA / "locust" / "shop_failures.csv")
    stats = read_file(DATA / "locust" / "shop_stats.csv")
    suite = suite_from([[stats, part], [stats, part]], Config(), "s")
    assert [(kind.count, kind.first) for kind in suite.failures.kinds] == [(74, part.failures.kinds[0].first)]
    assert _codes(suite.failures) == {"500": 74}
    monkeypatch.setattr(failed, "MOST_KEPT", 2)
    monkeypatch.setattr(failed, "MOST_COUNTED", 4)
    tally = Tally()
    for number in range(6):
        tally.failure(Failure(message=f"kind {number}", request=None, count=number + 1))
        tally.answer(str(number))
    kept = tally.failures()
    assert [kind.message for kind in kept.kinds] == ["kind 3", "kind 2"]
    assert kept.left_out == 4
    assert len(kept.statuses) == 4
    assert together([]) == NO_FAILURES


def test_messages_are_one_short_line_without_secrets() -> None:
    tally = Tally()
    tally.failure(Failure(message="a\nb token=abcdef123 " + "x" * 1000, request="\ud800", count=1))
    (kind,) = tally.failures().kinds
    assert kind.message.startswith("a b token=*** x")
    assert len(kind.message) == 300
    assert kind.request == "?"


def test_what_a_report_carries_is_masked() -> None:
    shown = replace(
        report(row("a", "unchanged", 0.0)),
        failures=Failures(kinds=(Failure(message="password=hunter2", request="https://u:p@h/", count=1),)),
    )
    (kind,) = without_secrets(shown).failures.kinds
    assert (kind.message, kind.request) == ("password=***", "https://***@h/")


def test_they_travel_in_the_verdict_and_are_told() -> None:
    shown = load_test()
    text = json_v1.dump(shown)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert json_v1.load(text, "v") == shown
    for name in ("console", "markdown", "html"):
        told = OUTPUTS[name](Shown(shown), Terminal(width=200))
        assert "503 Service Unavailable" in told
        assert "2026-11-18 11:06:40" in told
    assert ">5.2%</td>" in OUTPUTS["html"](Shown(shown), Terminal())


def test_a_verdict_of_an_older_version_has_none() -> None:
    document = json.loads(json_v1.dump(load_test()))
    del document["failures"], document["load"]
    older = json_v1.load(json.dumps(document), "v")
    assert (older.failures, older.courses) == (NO_FAILURES, ())


@pytest.mark.parametrize(
    "broken",
    [
        {"statuses": [{"code": "200", "count": -1}], "kinds": [], "left_out": 0},
        {"statuses": [], "kinds": [{"message": 1}], "left_out": 0},
        {"statuses": [], "kinds": []},
        [],
    ],
)
def test_forged_failures_are_refused(broken: object) -> None:
    document = json.loads(json_v1.dump(load_test())) | {"failures": broken}
    with pytest.raises(InputError, match=r"failures|missing"):
        json_v1.load(json.dumps(document), "v")


def test_the_share_is_told_only_where_answers_that_worked_are_counted() -> None:
    only_failed = failures_view(Failures(statuses=(StatusCount(code="500", count=3),)))
    assert only_failed is not None
    assert only_failed.statuses[0].share == "–"
    both = failures_view(Failures(statuses=(StatusCount(code="200", count=9), StatusCount(code="500", count=1))))
    assert both is not None
    assert [status.share for status in both.statuses] == ["90.0%", "10.0%"]
