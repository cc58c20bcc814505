"""Which benchmarks are explained after the verdict, how the others are named, and what is read of it all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest
from msgspec import structs

from entrypoint.check import regressions
from reporter.causes import Cause
from reporter.commands import reporting
from reporter.commands.report_request import Reported, ReportRequest
from reporter.config import Config, MeasureSettings
from reporter.decide.foreign_report import Reader, rebuild
from reporter.ingest import explained
from reporter.ingest.explained import Profiles
from reporter.ingest.profile import Benchmark, Function, Profile
from reporter.measure.instruments.instrument import ONLY_PYTEST
from reporter.pipeline.explaining import (
    LIKELY_SLOWER,
    NOT_EXPLAINED,
    slower,
    to_explain,
    why_not,
    why_not_counted,
    with_causes,
)
from reporter.records import instructions as counts_of
from reporter.records.instructions import Block, Counts
from reporter.render import view, view_context
from tests.reports import MEMORY, THROUGHPUT, cause, report, row

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.ingest.measured import Measurement
    from reporter.model import Assessment, Report

READER = Reader(fail_on=("regressed",), today=date(2026, 11, 30))
SETTINGS = MeasureSettings()


def measurement(
    formats: set[str] | None = None, *, command: str = "make bench", service: bool = False, pairs: int = 8
) -> Measurement:
    made = SimpleNamespace(
        command=command,
        has_service=service,
        formats=lambda: formats or {"pytest-benchmark"},
        pairs=lambda _: [()] * pairs,
    )
    return cast("Measurement", made)


def shown() -> Report:
    return report(
        row("a", "regressed", 0.1),
        row("b", "regressed", 0.5),
        row("b", "regressed", 0.4, metric=MEMORY),
        row("c", "regressed", -0.3, metric=THROUGHPUT),
        replace(row("d", "regressed", 0.9), accepted="until tomorrow"),
        row("e", "inconclusive", 0.2),
        row("f", "inconclusive", 0.01),
        row("g", "improved", -0.5),
        row("h", "new"),
        row("i", "regressed", 0.2),
    )


def test_the_worst_timings_that_regressed_come_first() -> None:
    assert slower(shown(), "auto") == ("b", "c", "i", "a")
    step = to_explain(measurement(), shown(), SETTINGS)
    assert step is not None
    assert (step.explain, step.seconds) == (("b", "c", "i"), 60.0)


def test_always_takes_what_is_accepted_or_undecided_too() -> None:
    assert slower(shown(), "always") == ("d", "b", "c", "e", "i", "a")


def test_never_takes_nothing() -> None:
    never = replace(SETTINGS, explain="never")
    assert to_explain(measurement(), shown(), never) is None
    assert with_causes(shown(), None, measurement({"go"}), never) == shown()


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (measurement({"go"}), "only benchmarks of pytest-benchmark"),
        (measurement({"jmh"}, command="go test -bench=."), "only benchmarks of pytest-benchmark"),
        (measurement({"go", "pytest-benchmark"}), "only benchmarks of pytest-benchmark"),
        (measurement({"go"}, command="cd sub && go test -bench=."), "has to be the first command"),
        (measurement(service=True), "another process"),
        (measurement(pairs=0), "pairs of base and head"),
    ],
)
def test_what_is_missing_is_one_line(made: Measurement, part: str) -> None:
    assert part in (why_not(made) or "")
    always = replace(SETTINGS, explain="always")
    assert to_explain(made, shown(), always) is None
    (*_, notice) = with_causes(shown(), None, made, always).warnings
    assert notice.code == NOT_EXPLAINED
    assert part in notice.text
    assert "d, b, c, e, i and 1 more" in notice.text


def test_the_time_that_it_took_is_shown() -> None:
    made = with_causes(shown(), Profiles(names=(), seconds=21.6), measurement(), SETTINGS)
    assert made.measured.explained_seconds == 21.6
    made = replace(made, measured=replace(made.measured, runs=8, seconds=60.0))
    assert dict(view_context.context(made))["Measured"].endswith("in 1 min, causes in 22 s")
    assert dict(view_context.measured(made))["Time to look for causes"] == "22 s"


@pytest.mark.parametrize("command", ["go test -bench=. ./... | tee {output}", "bash -c 'go test -bench=. | tee x'"])
def test_go_is_profiled_where_its_command_is_seen_and_never_counted(command: str) -> None:
    step = to_explain(measurement({"go"}, command=command), shown(), SETTINGS, ("instructions",))
    assert step is not None
    assert (step.explain, step.count) == (("b", "c", "i"), ())
    never = replace(SETTINGS, explain="never")
    assert to_explain(measurement({"go"}, command=command), shown(), never, ("instructions",)) is None
    assert why_not_counted(measurement({"go"}, command=command)) == ONLY_PYTEST
    assert why_not_counted(measurement()) is None


def test_without_pairs_nothing_is_said_unless_asked_for() -> None:
    assert with_causes(shown(), None, measurement(pairs=0), SETTINGS) == shown()


def profiled(*names: str, calls: int) -> Profile:
    function = Function(
        file="a.py", name="f", place="project", line=1, last=9, code="x", calls=calls, bytecodes=10 * calls,
        native=0, seconds=float(calls), callers=((-1, calls),), uses=(),
    )  # fmt: skip
    made = Benchmark(blocks=1, functions=(function,))
    return Profile(schema="profile/v1", python="3.13", collected=(), benchmarks=dict.fromkeys(names, made))


def test_causes_are_put_into_their_rows_and_the_others_are_named() -> None:
    base, head = profiled("b", "c", calls=5), profiled("b", calls=9)
    found = Profiles(names=("b", "c", "i"), base=[base], head=[head])
    told = with_causes(shown(), found, measurement(), SETTINGS)
    causes = {(each.comparison.name, each.comparison.metric.name): each.cause for each in told.assessments}
    assert [key for key, each in causes.items() if each] == [("b", "time")]
    found_ = causes["b", "time"]
    assert found_ is not None
    assert (found_.function, found_.calls, len(found_.functions)) == ("f", (5, 9), 1)
    (*_, notice) = told.warnings
    assert "c, i, a; the time for it was used up" in notice.text
    assert [each.verdict for each in told.assessments] == [each.verdict for each in shown().assessments]
    assert told.gate == shown().gate


def test_profiles_without_the_benchmark_are_not_put_down_to_time() -> None:
    nothing = profiled(calls=5)
    found = Profiles(names=("b", "c", "i", "a"), base=[nothing], head=[nothing])
    (*_, notice) = with_causes(shown(), found, measurement(), SETTINGS).warnings
    assert notice.text.endswith("b, c, i, a; the command ran none of them when it was profiled")


def test_a_problem_of_several_lines_becomes_one() -> None:
    told = with_causes(shown(), Profiles(names=("b",), problems=("it failed:\n  | why",)), measurement(), SETTINGS)
    assert told.warnings[-1].text.endswith("; it failed: | why")


def test_a_failure_of_looking_for_causes_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reporting, "with_causes", fail)
    done = Reported(report=shown(), exit_code=1)
    request = cast("ReportRequest", SimpleNamespace(saving=False))
    made = cast("Measurement", SimpleNamespace(status="complete", started_at=5.0))
    told = reporting._with_causes(done, made, request, Config(), Profiles(names=()))
    assert (told.exit_code, told.report.assessments) == (1, done.report.assessments)
    (*_, notice) = told.report.warnings
    assert (notice.code, notice.text.endswith("failed with ZeroDivisionError")) == (NOT_EXPLAINED, True)


def test_a_failure_of_reading_what_was_found_costs_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(explained, "read", fail)
    assert reporting.looked_at(tmp_path, 5.0).problems == ("reading what was found failed with ZeroDivisionError",)  # type: ignore[union-attr]


def record(folder: Path, **changed: Any) -> Path:
    content: dict[str, Any] = {
        "schema": "explained/v1", "started_at": 5.0, "names": ["a"], "seconds": 1.0,
        "files": ["profile-base-0.json", "profile-head-0.json"], "problems": [],
    }  # fmt: skip
    (folder / "instruments").mkdir()
    (folder / "instruments" / "explained.json").write_text(json.dumps(content | changed))
    (folder / "instruments" / "profile-base-0.json").write_bytes(_json(profiled("a", calls=1)))
    (folder / "instruments" / "profile-head-0.json").write_bytes(_json(profiled("a", calls=2)))
    return folder


def _json(profile: Profile) -> bytes:
    return msgspec.json.encode(profile)


def test_what_was_left_is_read(tmp_path: Path) -> None:
    found = explained.read(record(tmp_path), 5.0)
    assert found is not None
    assert [len(side) for side in found.of("a")] == [1, 1]
    assert (found.of("b"), found.diff) == (([], []), "")


def counted(calls: int, instructions: int, names: str = "ab") -> Counts:
    block = Block(1000 + instructions * calls, 0, 0, 0, 0, 0, 0)
    made = counts_of.Benchmark(calls, (block, block), Block(1000, 0, 0, 0, 0, 0, 0), None)
    return Counts("instructions/v1", "3.13", "callgrind", None, (), dict.fromkeys(names, made))


def test_counts_are_read_and_put_into_their_rows(tmp_path: Path) -> None:
    files = ["instructions-base-0.json", "instructions-head-0.json"]
    folder = record(tmp_path, files=files)
    for name, number in zip(files, (1000, 1100), strict=True):
        (folder / "instruments" / name).write_bytes(msgspec.json.encode(counted(7, number)))
    found = explained.read(folder, 5.0)
    assert found is not None
    told = with_causes(shown(), found, measurement(), SETTINGS)
    changes = {each.comparison.name: each.instructions.change for each in told.assessments if each.instructions}
    assert set(changes) == {"a", "b"}
    assert changes["a"] == pytest.approx(0.1)


def test_counts_of_two_tools_are_not_compared() -> None:
    base, head = counted(1, 1000), structs.replace(counted(1, 1100), tool="bytecodes")
    told = with_causes(shown(), Profiles(names=("a",), counts=[(base, head)]), measurement(), SETTINGS)
    assert not any(each.instructions for each in told.assessments)


def test_an_undecided_row_that_does_much_more_is_likely_slower() -> None:
    found = Profiles(names=("e",), counts=[(counted(1, 1000, "e"), counted(1, 1060, "e"))])
    told = with_causes(shown(), found, measurement(), replace(SETTINGS, explain="always"))
    (notice,) = [each for each in told.warnings if each.code == LIKELY_SLOWER]
    assert notice.text == "likely slower, though their timings do not tell: e (+6.0% instructions)"
    assert told.gate == shown().gate


def test_what_another_measuring_left_is_not(tmp_path: Path) -> None:
    assert explained.read(record(tmp_path), 6.0) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"files": ["../profile-base-0.json"]},
        {"files": ["profile-base-0.json\n"]},
        {"files": ["profile-head-0.json"] * 11},
        {"schema": "explained/v2"},
        {"problems": ["x" * 30_000]},
        {"names": ["a"] * 11},
        {"seconds": -1},
        {"more": 1},
    ],
)
def test_a_broken_record_is_a_problem_and_not_asked_for_again(tmp_path: Path, changed: dict[str, Any]) -> None:
    found = explained.read(record(tmp_path, **changed), 5.0)
    assert found is not None
    assert found.of("a") == ([], [])
    assert "not as measuring writes it" in found.problems[0]


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 10**5, b"\xff", b'{"started_at": "5"}'])
def test_what_belongs_to_nothing_is_none(tmp_path: Path, content: bytes) -> None:
    (record(tmp_path) / "instruments" / "explained.json").write_bytes(content)
    assert explained.read(tmp_path, 5.0) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 10**6, b"\xff"])
def test_a_broken_profile_is_a_problem_and_no_failure(tmp_path: Path, content: bytes) -> None:
    (record(tmp_path) / "instruments" / "profile-head-0.json").write_bytes(content)
    found = explained.read(tmp_path, 5.0)
    assert found is not None
    assert found.of("a") == ([], [])
    assert "not a profile" in found.problems[0]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    path = record(tmp_path) / "instruments" / "profile-head-0.json"
    path.unlink()
    path.symlink_to("profile-base-0.json")
    found = explained.read(tmp_path, 5.0)
    assert found is not None
    assert found.of("a") == ([], [])


def annotated(*rows: Assessment) -> list[dict[str, Any]]:
    return list(regressions(view.build(report(*rows)), failing=True))


def test_an_annotation_stands_at_the_line_that_the_diff_changed() -> None:
    slow = replace(row("test_a.py::test_a", "regressed", 0.1), cause=cause())
    (made,) = annotated(slow)
    assert (made["path"], made["start_line"], made["end_line"]) == ("textkit/words.py", 47, 48)
    assert "96.2% of the extra time is in `normalize()` (`textkit/words.py:41`)" in made["message"]


@pytest.mark.parametrize(
    "hostile",
    [
        cause(file="../../etc/passwd"),
        cause(file="/etc/passwd.py"),
        cause(file="a\n.py"),
        cause(file="https://evil.example/a.py"),
        cause(line=2**50),
        structs.replace(cause(), in_diff=False, changed=None),
        Cause(kind="not-found", why="spread"),
    ],
)
def test_any_other_place_is_that_of_the_benchmark(hostile: Cause) -> None:
    slow = replace(row("test_a.py::test_a", "regressed", 0.1), cause=hostile)
    (made,) = annotated(slow)
    assert (made["path"], made["start_line"]) == ("test_a.py", 1)
    assert made["message"].isprintable()


def test_a_stranger_explains_nothing_that_is_not_slower() -> None:
    rows = (row("a", "unchanged", 0.001), row("b", "regressed", 0.5))
    told = rebuild(report(*(replace(each, cause=cause()) for each in rows)), READER, "here")
    assert [each.cause is not None for each in told.assessments] == [False, True]
