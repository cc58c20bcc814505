"""The warnings of a report come again where another run publishes it, or are left out for a reason."""

from __future__ import annotations

import ast
import gzip
import json
from typing import TYPE_CHECKING

import pytest

from reporter.decide.decided import BARRIERS
from reporter.decide.foreign_words import warned
from reporter.shared.model import Notice
from reporter.store.directory import DirectoryStore
from reporter.store.protocol import Missing
from tests.unit.test_messages import ROOT, SOURCES, _called, _of_call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEFT_OUT = {
    "noise-governor": "doctor alone warns of it, and writes no report",
    "renamed-option": "the command line warns of it, before there is a report",
    "runner-missing": "the job that judges runners together adds it, after their reports were retold",
    "runner-without-pairs": "the job that judges runners together adds it, after their reports were retold",
    "shard-missing": "the job that puts shards together adds it, after their reports were retold",
    "shards-compared-apart": "the job that puts shards together adds it, after their reports were retold",
}
"""Codes without a sentence, each with the reason why no report of another run has them."""

HANDED_ON = {
    "reporter/decide/foreign_words.py": "the codes that have a sentence",
    "reporter/ingest/measured.py": "those of the measuring",
    "reporter/measure/paired/kept_base.py": "those of the set-up that was kept",
    "reporter/measure/record.py": "those of the measuring",
    "reporter/store/directory.py": "those of errors in a saved baseline, tested below",
}
"""Modules that do not choose a code themselves, with the codes that they hand on."""


def notices() -> Iterator[tuple[str, list[str]]]:
    """Return each call that makes a warning of a report: its module, and the codes that it can have."""
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == "Notice"]
        if name.startswith("reporter/"):
            yield from ((name, list(_of_call(call, tree))) for call in calls)


def has_sentence(code: str) -> bool:
    return any(warned([Notice(code=code, text="words of a stranger")]))


def test_every_warning_of_a_report_has_a_sentence_or_a_reason_to_have_none() -> None:
    codes = {code for _, found in notices() for code in found}
    assert {code for code in codes if not has_sentence(code)} == set(LEFT_OUT)
    assert all(LEFT_OUT.values())
    assert len(codes) > 50


def test_a_code_that_no_module_names_is_handed_on() -> None:
    assert {name for name, found in notices() if not found} == set(HANDED_ON)


def test_every_barrier_to_pairs_has_a_sentence() -> None:
    assert all(map(has_sentence, BARRIERS))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        b"\x1f\x8b\x08damaged",
        gzip.compress(b"no JSON"),
        gzip.compress(json.dumps({"schema": "snapshot/v9"}).encode()),
        gzip.compress(bytes(2**26), compresslevel=9),
        None,
    ],
    ids=["empty", "plain", "damaged", "no JSON", "newer", "too large", "a folder"],
)
def test_every_way_in_which_a_saved_baseline_is_broken_has_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    store = DirectoryStore(tmp_path)
    path = store.path_of("suite")
    if content is None:
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    found = store.find("suite")
    assert isinstance(found, Missing)
    assert found.notice
    assert has_sentence(found.notice.code), found.notice.code
