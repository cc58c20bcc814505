"""A secret that a result file, a log or a command carries is in nothing that is written."""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from msgspec import structs

from entrypoint import documents
from reporter import masking, model
from reporter.causes import Cause, Frame
from reporter.cli import main
from reporter.commands.outputs import Destination, show, write_baseline, write_outputs, write_report_folder
from reporter.counts import Instructions
from reporter.ingest import reading
from reporter.masking import without_secrets
from reporter.measure import record
from reporter.measure.plan import Plan, dump
from reporter.model import Baseline, BudgetResult, Report
from reporter.render import OUTPUTS
from reporter.shared.model import Notice
from reporter.store.export import EXPORTS
from tests.planted import planted
from tests.reports import MEASURED, SITUATIONS, report, row

PLANTED = "ghp_" + "a1B2" * 9
PASSWORD = "hunter2hunter2"


def _with_secrets() -> Report:
    """Put a token wherever text comes from outside, and a password where a log or a command could say one."""
    evil = f"connect https://user:{PASSWORD}@host with {PLANTED} and --password {PASSWORD} or API_KEY={PASSWORD}"
    machine = replace(MEASURED.fingerprint, details=(("environment", evil),))
    rows = (
        row(f"test[{PLANTED}]", "regressed", 0.3, reason=evil, cure=evil, category=PLANTED, drawn=True),
        row("other", "unchanged", 0.0, params=((PLANTED, PLANTED),)),
    )
    budget = BudgetResult(
        benchmark=PLANTED, metric="p95", unit="s", value=1.0, target=None, warning=None, critical=0.5, status="critical"
    )
    return report(
        *rows,
        reasons=(f"the command failed\n  | {evil}", "another"),
        warnings=(Notice(code="result-not-kept", text=evil),),
        measured=replace(MEASURED, command=evil, fingerprint=machine),
        budgets=(budget,),
        baseline=None,
        baseline_reason=evil,
    )


def test_no_file_of_the_report_folder_holds_a_planted_secret(tmp_path: Path) -> None:
    write_report_folder(_with_secrets(), tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"verdict.json", "report.html", "comment.md", "summary.md", "changes.svg"} <= {path.name for path in written}
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert "***" in html.unescape(text) or path.name.startswith("distribution"), path
        assert PLANTED not in text, path
        assert PASSWORD not in text, path


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_holds_a_planted_secret(name: str) -> None:
    stdout = io.StringIO()
    write_outputs(_with_secrets(), [Destination(format=name)], stdout)
    show(_with_secrets(), stdout)
    assert PLANTED not in stdout.getvalue()
    assert PASSWORD not in stdout.getvalue()


def test_what_a_failing_command_prints_is_masked_in_everything_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stdout, stderr = io.StringIO(), io.StringIO()
    script = f"import sys; print('password={PASSWORD} {PLANTED}'); sys.exit(1)"
    code = main(("run", "--", "python3", "-c", script, f"--token={PASSWORD}"), stdout, stderr)
    assert code == 4
    assert "password=***" in stderr.getvalue()
    records = [path for path in tmp_path.rglob("*.json") if path.is_file()]
    assert records
    for text in (stderr.getvalue(), *(path.read_text(encoding="utf-8") for path in records)):
        assert PLANTED not in text
        assert PASSWORD not in text


def test_a_token_in_a_hyperfine_command_is_in_no_file_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    token = "glpat-" + "a1B2c3D4e5" * 2
    timed = {"command": f"curl -H 'PRIVATE-TOKEN: {token}' http://host", "mean": 0.1, "times": [0.1, 0.11, 0.12]}
    script = f"import sys; print({token!r}); open(sys.argv[1], 'w').write({json.dumps({'results': [timed]})!r})"
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(("run", "--save-baseline", "--", "python3", "-c", script, "{output}"), stdout, stderr)
    assert code == 0, stderr.getvalue()
    written = [path for path in (tmp_path / ".benchverdict").rglob("*") if path.is_file()]
    texts = {path: _unpacked(path) for path in written if path.name != "result.json"}
    assert {"verdict.json", "measure.json", "log.txt", "report.html"} <= {path.name for path in texts}
    assert any(path.suffix == ".gz" for path in texts)
    assert [path for path, text in texts.items() if token in text] == []


def _unpacked(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")


NAMES = {
    **vars(model),
    "Instructions": Instructions,
    "Path": type(None),
    "np": np,
    "FloatArray": np.ndarray,
    "Sequence": tuple,
    "Mapping": dict,
}


def _filled(kind: Any, depth: int = 0) -> Any:
    """Make a value of a type in which every text that is not one of a few words holds the token."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is str:
        return f"{PLANTED} "
    if origin is Literal:
        return arguments[0]
    if kind in SIMPLE:
        return SIMPLE[kind]
    if origin in (types.UnionType, Union):
        return _filled(next(part for part in arguments if part is not type(None)), depth)
    if origin is tuple:
        parts = arguments[:1] if arguments[-1] is Ellipsis else arguments
        return tuple(_filled(part, depth) for part in parts)
    if origin is frozenset:
        return frozenset([_filled(arguments[0], depth)])
    if origin is dict:
        return {_filled(arguments[0], depth): _filled(arguments[1], depth)}
    hints = get_type_hints(kind, globalns=NAMES | vars(sys.modules[kind.__module__]))
    values = {name: _filled(hint, depth + 1) for name, hint in hints.items() if not name.startswith("_")}
    return kind(**values | AGREED.get(kind, {}))


AGREED: dict[Any, dict[str, Any]] = {
    model.Gate: {"cause": None},
    Cause: {"unchanged": False},
    Frame: {"above": -1, "function": 0},
    Instructions: {"moved": False},
}
"""Members that must agree with others."""
SIMPLE: dict[Any, Any] = {float: 1.5, int: 2, bool: True, np.ndarray: np.ones((2, 11)), type(None): None}


@pytest.mark.parametrize(
    "kind", [Report, Baseline, reading.FileReading, record.Record], ids=lambda kind: str(kind.__name__)
)
def test_a_token_in_every_text_of_every_type_is_masked(kind: Any) -> None:
    value = _filled(kind)
    assert repr(value).count(PLANTED) >= 9
    assert PLANTED not in repr(without_secrets(value))


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_token_in_every_text_of_a_report_is_in_no_output(name: str, situation: str) -> None:
    report = planted(SITUATIONS[situation](), PLANTED)
    assert repr(report).count(PLANTED) > 5
    stdout = io.StringIO()
    write_outputs(report, [Destination(format=name)], stdout)
    assert PLANTED not in stdout.getvalue()


def test_a_token_in_every_text_of_a_report_is_in_no_file_of_its_folder(tmp_path: Path) -> None:
    for situation in SITUATIONS:
        write_report_folder(planted(SITUATIONS[situation](), PLANTED), tmp_path / situation)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 4 * len(SITUATIONS)
    assert [path for path in files if PLANTED in path.read_text(encoding="utf-8")] == []


def test_a_token_in_every_text_of_a_baseline_is_in_no_file_and_no_export(tmp_path: Path) -> None:
    planted = _filled(Baseline)
    (benchmark,) = planted.suite.benchmarks
    samples = tuple((metric, structs.replace(sample, rounds=(np.ones(3),) * 2)) for metric, sample in benchmark.samples)
    planted = replace(planted, suite=replace(planted.suite, benchmarks=(replace(benchmark, samples=samples),)))
    write_baseline(planted, tmp_path)
    assert PLANTED not in gzip.decompress((tmp_path / "baseline.json.gz").read_bytes()).decode()
    for export in EXPORTS.values():
        assert PLANTED not in export(without_secrets(planted))


def test_a_token_in_every_text_of_a_measurement_is_in_no_record(tmp_path: Path) -> None:
    planted = _filled(record.Record)
    record.write(planted, tmp_path)
    assert PLANTED not in (tmp_path / "measure.json").read_text()


def test_what_the_edge_writes_is_masked_but_for_the_plan(tmp_path: Path) -> None:
    documents.write(
        tmp_path / "published.json", documents.published(PLANTED, PLANTED, [Notice(code="x", text=PLANTED)])
    )
    assert PLANTED not in (tmp_path / "published.json").read_text()
    assert PLANTED in dump(Plan(name="sample", script=f"tool --token {PLANTED}"))


def test_only_one_module_knows_what_a_secret_looks_like() -> None:
    root = Path(__file__).parents[2]
    known = [path for folder in ("reporter", "entrypoint") for path in (root / folder).rglob("*.py")]
    holders = [
        path.relative_to(root).as_posix() for path in known if re.search(r"ghp_|glpat|passw\(", path.read_text())
    ]
    assert holders == ["reporter/shared/masking.py"]


@pytest.mark.parametrize("kind", [reading.Reading, model.Sample, model.SideSummary, model.Change])
def test_fields_of_numbers_need_no_look(kind: type) -> None:
    """Masking reads the words of annotations, so those of what it walks stay deferred: else it takes much longer."""
    numbers = {name for name, words in kind.__annotations__.items() if "float" in words.lower() and "str" not in words}
    assert numbers
    assert not numbers & set(masking._text_fields(kind))
