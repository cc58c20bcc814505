"""Results behind lines of a log, and several of them in one file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import assemble, read_file
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

LOG = "[12:00:01] starting …\r\nwarming up {x}\n\n"
COMMAND = '{"results": [{"command": "%s", "mean": 1.5, "times": [1.5, 1.5], "exit_codes": [0, 0]}]}\n'


def read(tmp_path: Path, content: str | bytes) -> list[tuple[str, str]]:
    path = tmp_path / "result"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(entry.name, entry.place) for entry in read_file(path).readings]


@pytest.mark.parametrize(
    "file",
    [
        "hyperfine/scan.json",
        "pytest-benchmark/5.3.1.json",
        "locust/shop_stats.csv",
        "jmeter/table.csv",
        "jmeter/bare.csv",
        "jmeter/samples.xml",
        "k6/points.ndjson",
        "go/packages.txt",
    ],
)
def test_result_behind_lines_of_a_log_is_the_same_result(tmp_path: Path, file: str) -> None:
    recorded = DATA / file
    expected = [(entry.name, entry.metric, list(entry.values)) for entry in read_file(recorded).readings]
    path = tmp_path / "result"
    path.write_bytes(LOG.encode() + recorded.read_bytes())
    assert [(entry.name, entry.metric, list(entry.values)) for entry in read_file(path).readings] == expected


def test_lines_behind_the_json_are_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, LOG + COMMAND % "a" + "done in 3 s\n") == [("a", "results[0]")]


def test_places_behind_a_log_keep_their_line_numbers(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "started\n\ntimeStamp,elapsed,label,success\n1,5,a,true\n1,5\n")
    assert caught.value.where.endswith("line 5")


def test_several_documents_are_read_one_after_the_other(tmp_path: Path) -> None:
    documents = COMMAND % "a" + LOG + json.dumps(json.loads(COMMAND % "b"), indent=2) + "\n"
    assert read(tmp_path, documents) == [("a", "document 1, results[0]"), ("b", "document 2, results[0]")]


def test_the_same_benchmark_in_two_documents_is_an_error_that_names_both(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_text(COMMAND % "a" + COMMAND % "a")
    with pytest.raises(InputError) as caught:
        assemble([[read_file(path)]], suite="s")
    assert caught.value.code == "duplicate-benchmark"
    assert "document 2" in caught.value.where


def test_documents_of_no_known_format_are_told(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_text('{"level": 30, "msg": "started"}\n' + COMMAND % "a")
    [notice] = read_file(path).warnings
    assert (notice.code, "1 JSON documents" in notice.text) == ("documents-passed-over", True)


@pytest.mark.parametrize("cut", [10, 40, 80])
def test_a_second_document_that_is_cut_is_never_left_out(tmp_path: Path, cut: int) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, COMMAND % "a" + (COMMAND % "b")[:cut])
    assert caught.value.code == "truncated-json"
    assert "line 2" in caught.value.where


def test_a_second_document_that_is_broken_is_never_left_out(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, COMMAND % "a" + (COMMAND % "b").replace('"mean"', "\nmean"))
    assert caught.value.code == "broken-json"


def test_inner_objects_of_a_broken_document_are_not_results(tmp_path: Path) -> None:
    text = json.dumps(json.loads((DATA / "pytest-benchmark" / "5.3.1.json").read_text()), indent=0)
    with pytest.raises(InputError) as caught:
        read(tmp_path, text[: len(text) // 2])
    assert caught.value.code == "truncated-json"


def test_two_formats_in_one_file_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, COMMAND % "a" + '[{"name": "x", "unit": "s", "value": 1}]\n')
    assert caught.value.code == "several-formats"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("ends", ["\r\n", "\r\r\n"])
@pytest.mark.parametrize("file", ["locust/shop_stats.csv", "jmeter/table.csv", "go/packages.txt", "k6/points.ndjson"])
def test_any_encoding_and_line_end_gives_the_same(tmp_path: Path, file: str, ends: str, encoding: str) -> None:
    text = (DATA / file).read_text(encoding="utf-8")
    expected = [(entry.name, list(entry.values)) for entry in read_file(DATA / file).readings]
    path = tmp_path / "result"
    path.write_bytes(text.replace("\n", ends).encode(encoding))
    assert [(entry.name, list(entry.values)) for entry in read_file(path).readings] == expected


def test_named_format_is_looked_for_behind_a_log_too(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_text(LOG + "timeStamp,elapsed,label,success\n1,5,a,true\n")
    assert read_file(path, format_name="jmeter").readings[0].name == "a"
    with pytest.raises(InputError):
        read_file(path, format_name="locust")


def test_many_brackets_are_refused_soon(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path, "x\n" + ("[" * 400 + "\n") * 5000)
    with pytest.raises(InputError):
        read(tmp_path, "x\n" + '{"a": [1, 2\n' * 100_000)
