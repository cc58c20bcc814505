"""``benchverdict watch``: what it prints and keeps, its exit codes, and what it refuses."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from reporter.cli import main
from reporter.records import json_v1
from reporter.store.directory import DirectoryStore
from tests.suites import baseline_of
from tests.watched import history_of, pairs_of, step, suite_at
from tests.watches import file_of, sha

if TYPE_CHECKING:
    from reporter.model import Report, Suite
    from tests.watched import Level

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "watch-v1.json").read_text(encoding="utf-8"))
UP = step(12, "test_a")


def save(folder: Path, suites: list[Suite]) -> None:
    DirectoryStore(folder / "store").save(baseline_of(suites))


def call(folder: Path, *more: str) -> tuple[int, str, str]:
    """Watch the store of a folder."""
    out, errors = io.StringIO(), io.StringIO()
    place = ["--store", str(folder / "store"), "--output-dir", str(folder / "watch"), "--name", "suite"]
    code = main(["watch", *place, *more], out, errors)
    return code, out.getvalue(), errors.getvalue()


def pairs_file(folder: Path, report: Report) -> str:
    path = folder / "verdict.json"
    path.write_text(json_v1.dump(report), encoding="utf-8")
    return str(path)


def test_a_suspicion_is_printed_with_what_to_measure_and_is_not_green(tmp_path: Path) -> None:
    save(tmp_path, history_of(20, UP))
    code, out, _ = call(tmp_path)
    assert code == 3
    assert "20 commits of suite: 1 suspected" in out
    assert f"after {sha('m11')[:10]}, at {sha('m12')[:10]} at the latest" in " ".join(out.split())
    assert f"next: benchverdict run --compare paired --base {sha('m11')[:10]} -- COMMAND" in out
    assert (tmp_path / "watch" / "next.txt").read_text() == f"pairs-base={sha('m11')}\n"
    jsonschema.validate(json.loads((tmp_path / "watch" / "watch.json").read_text()), SCHEMA)


def test_pairs_confirm_it_and_the_gate_fails_while_the_history_shows_it(tmp_path: Path) -> None:
    save(tmp_path, history_of(20, UP))
    verdict = pairs_file(tmp_path, pairs_of(11, 19, UP))
    code, out, _ = call(tmp_path, "--pairs", verdict)
    assert code == 10
    assert "slower, confirmed by pairs" in out
    lines = (tmp_path / "watch" / "next.txt").read_text()
    assert lines == f"search-good={sha('m11')}\nsearch-bad={sha('m19')}\n"
    assert call(tmp_path, "--no-fail")[0] == 0
    assert call(tmp_path)[0] == 10
    save(tmp_path, history_of(90, UP))
    assert call(tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("level", "commits", "said"), [(UP, 20, "not confirmed"), (step(12, "test_a", back=20), 30, "recovered")]
)
def test_what_is_refuted_or_has_recovered_is_green(tmp_path: Path, level: Level, commits: int, said: str) -> None:
    save(tmp_path, history_of(commits, level))
    more = ["--pairs", pairs_file(tmp_path, pairs_of(11, 19, lambda *_: 1.0))] if level is UP else []
    code, out, _ = call(tmp_path, *more)
    assert [code, said in out, (tmp_path / "watch" / "next.txt").read_text()] == [0, True, ""]


def test_too_few_sessions_are_undecided_and_not_unchanged(tmp_path: Path) -> None:
    save(tmp_path, history_of(7, UP))
    code, out, _ = call(tmp_path)
    assert [code, "undecided" in out, "no benchmark became slower" in out] == [0, True, False]
    save(tmp_path, history_of(20, lambda *_: 1.0))
    assert "no benchmark became slower" in call(tmp_path)[1]


def test_without_a_history_it_says_how_to_begin(tmp_path: Path) -> None:
    code, _, errors = call(tmp_path)
    assert [code, "[no-baseline]" in errors, (tmp_path / "watch").exists()] == [3, True, False]


@pytest.mark.parametrize("content", [b"{}", b"[", file_of(suite="other"), b"\xff", b'{"schema": "watch/v2"}'])
def test_a_broken_file_of_before_is_refused_and_stays(tmp_path: Path, content: bytes) -> None:
    save(tmp_path, history_of(20, UP))
    path = tmp_path / "watch" / "watch.json"
    path.parent.mkdir()
    path.write_bytes(content)
    code, _, errors = call(tmp_path)
    assert [code, "[broken-watch]" in errors, path.read_bytes()] == [3, True, content]


def test_pairs_and_searches_that_are_none_are_refused(tmp_path: Path) -> None:
    save(tmp_path, history_of(20, UP))
    (tmp_path / "x.json").write_text("{}")
    foreign = pairs_file(tmp_path, pairs_of(3, 4, UP))
    for option, path, code in (
        ("--pairs", str(tmp_path / "none.json"), "verdict-unreadable"),
        ("--pairs", str(tmp_path / "x.json"), "verdict-invalid"),
        ("--pairs", foreign, "pairs-foreign"),
        ("--bisect", str(tmp_path / "none.json"), "broken-bisection"),
        ("--bisect", str(tmp_path / "x.json"), "broken-bisection"),
    ):
        assert call(tmp_path, option, path)[0] == 3
        assert f"[{code}]" in call(tmp_path, option, path)[2]


def test_hostile_names_and_secrets_reach_neither_terminal_nor_file(tmp_path: Path) -> None:
    token = "ghp_" + "a1B2" * 9
    names = ("test_a", f"test_a\n::error::\x1b[31m‮{token}")
    save(tmp_path, history_of(20, step(12, *names), names=names))
    _, out, _ = call(tmp_path)
    assert all(line.isprintable() for line in out.splitlines())
    assert "\n::error" not in out
    assert token not in out + (tmp_path / "watch" / "watch.json").read_text()


def test_several_machines_and_a_suite_by_another_name(tmp_path: Path) -> None:
    suites = [replace(suite_at(number, UP), name="api") for number in range(20)]
    DirectoryStore(tmp_path / "store").save(replace(baseline_of(suites), suite=suites[-1]))
    code, out, _ = call(tmp_path, "--name", "api")
    assert [code, "20 commits of api" in out] == [3, True]


def test_the_address_of_a_store_and_the_configuration_of_it_arrive_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, history_of(20, UP))
    opened: list[tuple[object, ...]] = []

    def store_of(place: str, *, pinned: str | None = None) -> DirectoryStore:
        opened.append((place, pinned))
        return DirectoryStore(tmp_path / "store")

    monkeypatch.setattr("reporter.commands.watching.open_store", store_of)
    config = tmp_path / "benchverdict.toml"
    config.write_text(f'[store]\nurl = "s3://bucket/all"\n\n[history]\npinned = "{sha("m3")}"\n')
    place = ["--config", str(config), "--output-dir", str(tmp_path / "watch"), "--name", "suite"]
    for more in ([], ["--store", "s3://bucket/api"]):
        assert main(["watch", *place, *more], io.StringIO(), io.StringIO()) == 3
    assert opened == [("s3://bucket/all", sha("m3")), ("s3://bucket/api", sha("m3"))]


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    code, _, errors = call(tmp_path, "--store", "s4://bucket/api")
    assert [code, "no kind of store" in errors] == [2, True]
