"""The commands with a store that lasts: history in and out of it, a run beside it, and one that cannot be used."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.cli import main
from reporter.model import Baseline
from reporter.store.objects import ObjectLog
from reporter.store.registry import open_store
from tests.unit.test_past import _bench, _data_js

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"
NOWHERE = "postgresql://hunter2@127.0.0.1:1/none"
"""No server listens at the first port."""
DAYS = 86_400_000


def call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def past(path: Path, count: int, first_day: int = 20_000) -> Path:
    entries = [
        {
            "commit": {"id": f"{number:040x}", "message": "m"},
            "date": (first_day + number) * DAYS,
            "tool": "cargo",
            "benches": [_bench("parse", 4 + number, "ns/iter"), _bench("render", 9, "ns/iter")],
        }
        for number in range(count)
    ]
    return _data_js(path, {"Rust": entries})


def address(folder: Path) -> str:
    return folder.as_uri()


def sessions(place: str) -> list[tuple[str | None, float | None, str]]:
    found = open_store(place).history("default")
    return [(one.commit, one.measured_at, repr(one.statistics)) for one in found]


def test_a_history_of_another_tool_goes_through_every_store(here: Path) -> None:
    first, second = address(here / "first"), address(here / "second")
    code, shown, _ = call("history", "import", str(past(here / "data.js", 60)), "--store", first)
    assert (code, "60 of them new" in shown) == (0, True)
    assert "0 of them new" in call("history", "import", "data.js", "--store", first)[1]
    code, shown, _ = call("history", "export", "--store", first, "--to", second)
    assert (code, shown) == (0, f"60 measurings added: {second}\n")
    assert sessions(first) == sessions(second)
    assert len(sessions(first)) == 60
    assert call("history", "export", "--store", first, "--to", "folder")[1] == "50 measurings added: folder\n"
    assert [one[:2] for one in sessions("folder")] == [one[:2] for one in sessions(first)[-50:]]
    third = address(here / "third")
    assert "50 measurings added from folder" in call("history", "import", "folder", "--store", third)[1]
    assert "10 measurings added from file:" in call("history", "import", first, "--store", third)[1]
    assert [one[:2] for one in sessions(third)] == [one[:2] for one in sessions(first)]
    file = "folder/default.json.gz"
    assert "0 measurings added" in call("history", "import", file, "--store", third)[1]
    assert "0 measurings added" in call("history", "import", third, "--store", "folder")[1]


@pytest.mark.parametrize("arguments", [("export", "--store", "PLACE", "--to", "other"), ("import", "PLACE")])
def test_a_store_without_the_suite_is_nothing_to_copy(here: Path, arguments: tuple[str, ...]) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 2)), "--store", store)
    given = [store if each == "PLACE" else each for each in arguments]
    code, shown, errors = call("history", *given, "--name", "none such")
    assert (code, shown, "[no-baseline]" in errors) == (3, "", True)


def test_the_whole_history_is_exported_as_a_table(here: Path) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 60)), "--store", store)
    code, table, _ = call("history", "export", "--store", store)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert (code, len(rows)) == (0, 120)
    assert {row["unit"] for row in rows} == {"s"}


def test_one_benchmark_is_shown_from_packs_and_measurings(here: Path) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 130)), "--store", store)
    assert len(list((here / "store/v1/default/packs").iterdir())) == 2
    code, shown, _ = call("history", "--benchmark", "parse", "--store", store)
    values = [line.split()[-1] for line in shown.splitlines() if line.startswith(" ")]
    assert (code, len(values), values[0], values[-1]) == (0, 130, "4e-09", "1.33e-07")
    assert call("history", "--benchmark", "none such", "--store", store)[0] == 3
    for pack in (here / "store/v1/default/packs").iterdir():
        pack.write_bytes(b"damaged")
    assert call("history", "--benchmark", "parse", "--store", store)[1] == shown


def test_a_pack_that_goes_while_it_is_read_or_removed_is_no_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 130)), "--store", store)
    shown = call("history", "--benchmark", "parse", "--store", store)
    listed = ObjectLog._packs

    def going(log: ObjectLog, key: str) -> list[str]:
        found = listed(log, key)
        for path in found:
            (here / "store" / path).unlink()
        return found

    monkeypatch.setattr(ObjectLog, "_packs", going)
    assert shown[0] == 0
    assert call("history", "--benchmark", "parse", "--store", store) == shown
    monkeypatch.undo()
    monkeypatch.chdir(here)
    call("history", "import", str(past(here / "more.js", 64, first_day=15_000)), "--store", store)
    monkeypatch.setattr(ObjectLog, "_packs", going)
    assert call("history", "prune", "--keep", "1 year", "--store", store)[0] == 0


def test_what_is_too_old_is_removed_when_asked_for_and_listed(here: Path) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 40)), "--store", store)
    (here / "benchverdict.toml").write_text(
        f'[store]\nurl = "{store}"\nkeep = "1 year"\n[history]\npinned = "{7:040x}"\n'
    )
    code, shown, _ = call("history", "prune", "--dry-run")
    assert (code, shown.count("would remove: "), len(sessions(store))) == (0, 38, 40)
    assert f"{7:040x}" not in shown
    code, shown, _ = call("history", "prune")
    assert (code, shown.count("removed: ")) == (0, 38)
    assert [one[0] for one in sessions(store)] == [f"{7:040x}", f"{39:040x}"]
    assert "0 measurings older than 3660 days removed" in call("history", "prune", "--keep", "10 years")[1]
    assert [call("history", "prune", *options)[0] for options in (("--keep", "soon"), ("--store", "folder"))] == [2, 2]


def test_a_site_has_every_session_of_the_store_of_the_configuration(here: Path) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 60)), "--store", store)
    sorted((here / "store/v1/default/sessions").iterdir())[58].write_bytes(b"damaged")
    (here / "benchverdict.toml").write_text(f'[store]\nurl = "{store}"\n')
    code, shown, errors = call("site", "--output", "site")
    assert (code, "59 commits" in shown, "measuring-passed-over" in errors) == (0, True, True), errors
    opened = open_store(store)
    commits = [one.commit for one in opened.sessions("default")]
    assert commits == [one.commit for one in opened.history("default")] == [f"{n:040x}" for n in range(60) if n != 58]


def test_prune_keeps_the_newest_that_can_be_used(here: Path) -> None:
    store = address(here / "store")
    call("history", "import", str(past(here / "data.js", 4)), "--store", store)
    ahead = past(here / "ahead.js", 55, first_day=46_000)
    call("history", "import", str(ahead), "--store", store)
    names = sorted((here / "store/v1/default/sessions").iterdir())
    assert (len(names), names[-1].name[:2]) == (59, "20")
    names[3].write_bytes(b"damaged")
    code, shown, _ = call("history", "prune", "--keep", "1 year", "--store", store)
    assert (code, shown.count("removed: ")) == (0, 2)
    assert sorted((here / "store/v1/default/sessions").iterdir()) == names[2:]
    found = open_store(store).find("default")
    assert isinstance(found, Baseline)
    assert [one.commit for one in found.history] == [f"{2:040x}"]
    assert [notice.code for notice in found.notices] == ["measuring-passed-over", "measuring-from-the-future"]


def test_a_run_saves_into_the_store_of_the_configuration_and_is_compared_with_it(here: Path) -> None:
    store = address(here / "store")
    (here / "benchverdict.toml").write_text(f'[store]\nurl = "{store}"\n')
    command = ("--runs", "2", "--", "cp", str(GOOD), "{output}")
    code, shown, errors = call("run", "--save-baseline", *command)
    assert (code, f"baseline saved: {store}" in shown) == (0, True), errors
    assert not (here / ".benchverdict/baseline").exists()
    assert call("run", "--compare", "baseline", *command)[0] == 0
    assert json.loads((here / ".benchverdict/report/verdict.json").read_text())["baseline"]
    assert "1 saved session" in call("baseline", "list")[1]
    assert "test" in call("baseline", "show")[1]
    assert call("doctor")[1].count("store") >= 1
    assert "no baseline" in call("baseline", "list", "--store", "artifact")[1]


def test_what_a_store_does_not_take_is_kept_and_can_be_imported(here: Path) -> None:
    command = ("--runs", "1", "--", "cp", str(GOOD), "{output}")
    code, shown, errors = call("run", "--save-baseline", "--compare", "none", "--store", NOWHERE, *command)
    assert (code, "store-unreachable" in errors) == (3, True)
    assert "hunter2" not in shown + errors
    kept = here / ".benchverdict/report/baseline.json.gz"
    assert f"benchverdict history import {kept.relative_to(here)}" in errors
    store = address(here / "store")
    assert "1 measuring added" in call("history", "import", str(kept), "--store", store)[1]
    assert isinstance(open_store(store).find("default"), Baseline)


def test_where_the_baseline_alone_decides_a_store_that_cannot_be_read_is_an_error(here: Path) -> None:
    command = ("--runs", "1", "--compare", "baseline", "--", "cp", str(GOOD), "{output}")
    code, shown, errors = call("run", "--store", NOWHERE, *command)
    assert (code, "store-unreachable" in errors) == (3, True)
    assert "hunter2" not in shown + errors
    assert (here / ".benchverdict/measure/measure.json").exists()


def test_beside_pairs_it_is_a_warning(here: Path) -> None:
    for number in range(2):
        (here / "result.json").write_bytes(GOOD.read_bytes() + b"\n" * number)
        for arguments in (["init", "-q"], ["add", "result.json"], ["commit", "-qm", "a result"]):
            subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@y.z", *arguments], check=True)
    command = ("--compare", "paired", "--base", "HEAD~1", "--time-limit", "20s", "--", "cp", "result.json", "{output}")
    code, shown, errors = call("run", "--store", NOWHERE, *command)
    verdict = json.loads((here / ".benchverdict/report/verdict.json").read_text())
    assert code in (0, 10), errors
    assert verdict["compare"] == "paired"
    (warning,) = [each for each in verdict["warnings"] if each["code"] == "history-not-read"]
    assert "cannot be reached" in warning["text"]
    everything = (
        shown
        + errors
        + "".join(
            path.read_text(errors="replace") for path in (here / ".benchverdict/report").rglob("*") if path.is_file()
        )
    )
    assert "hunter2" not in everything


def test_a_measuring_that_is_passed_over_is_told_in_the_report(here: Path) -> None:
    store = address(here / "store")
    command = ("--runs", "2", "--store", store, "--", "cp", str(GOOD), "{output}")
    assert call("run", "--save-baseline", *command)[0] == 0
    (whole,) = (here / "store/v1/default/sessions").iterdir()
    older = open_store(store).find("default")
    assert isinstance(older, Baseline)
    open_store(store).save(replace(older, suite=replace(older.suite, measured_at=1.0), history=()))
    newest = max((here / "store/v1/default/sessions").iterdir())
    assert newest == whole
    newest.write_bytes(b"damaged")
    assert call("run", "--compare", "baseline", *command)[0] == 0
    verdict = json.loads((here / ".benchverdict/report/verdict.json").read_text())
    assert "measuring-passed-over" in {warning["code"] for warning in verdict["warnings"]}
