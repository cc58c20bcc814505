"""Damaged files and answers of all that ``publish``, ``collect`` and ``request`` read: refused, never a traceback.

``python -m tests.fuzz_edge --inputs 1000000`` tries that many; the same seed makes the same inputs. What fails is kept
in ``build/fuzz``.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from entrypoint import facts, runner_files, untrusted
from entrypoint.api import member
from entrypoint.archive import BASELINE, REPORT, ArchiveError, only_member
from entrypoint.archive import member as archive_member
from entrypoint.comment import Comment
from entrypoint.failures import ApiError
from entrypoint.message import load
from reporter.records import json_v1
from reporter.render import markdown, view
from reporter.shared.errors import InputError
from reporter.store import snapshot
from tests.fuzz import Outcome, changed, limits, noted
from tests.reports import SITUATIONS

REFUSALS = (InputError, ArchiveError, ApiError)
Target = Callable[[bytes], None]
_PRINTED = re.compile(r"^(`{3,})text\n.*?^\1`*$", re.DOTALL | re.MULTILINE)
"""A block of code with what a failed side printed; its first fence that is as long ends it, as in GitHub's Markdown."""


def _report(data: bytes) -> None:
    shown = view.build(load(data, "verdict.json"))
    text = markdown.comment(shown)
    live = _PRINTED.sub("", text)
    if len(text) > markdown.COMMENT_LIMIT or "<img" in live or "<script" in live:
        raise AssertionError("the comment is too long or holds live HTML")


def _archive(data: bytes) -> None:
    if len(archive_member(data, "verdict.json", REPORT)) > REPORT.bytes:
        raise AssertionError("more was unpacked than the limit")


def _baseline(data: bytes) -> None:
    snapshot.load(only_member(data, "baseline.json.gz", BASELINE), "here")


def _event(data: bytes) -> None:
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(payload, dict):
        facts.read(payload)


def _comment(data: bytes) -> None:
    stamp = Comment(id=1, author="a", body=data.decode("utf-8", "replace"), url="").stamp
    if stamp and str(stamp).count("-->") != 1:
        raise AssertionError("a stamp was read that holds more than a stamp")


def _answer(data: bytes) -> None:
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return
    texts = [member(answer, path, str) for path in ("html_url", "head.sha", "user.login")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(member(answer, "id", int), int):
        raise AssertionError("an answer was taken for what it is not")


def _gate(data: bytes) -> None:
    text = untrusted.text(data.decode("utf-8", "replace"))
    line = runner_files.command("error", text, text)
    if "\n" in line or "\r" in line or len(untrusted.markdown(text)) > 4 * untrusted.TEXT_LIMIT:
        raise AssertionError("a text left its line")


def _packed(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def seeds() -> list[tuple[str, Target, bytes]]:
    """Return something good for every target."""
    reports = [json_v1.dump(make()).encode() for name, make in SITUATIONS.items() if name != "many-rows"]
    pull = {"id": 7, "html_url": "https://x.y", "head": {"sha": "a" * 40, "repo": {"id": 1}}, "user": {"login": "ann"}}
    event = {"action": "created", "pull_request": pull, "comment": pull, "issue": pull, "workflow_run": pull}
    stamp = b"<!-- benchverdict comment: a -->\n<!-- benchverdict run: " + b"a" * 40 + b" 5 1 report -->\ntext"
    return [
        *(("report", _report, report) for report in reports),
        *(("archive", _archive, _packed("verdict.json", report)) for report in reports[:3]),
        ("baseline", _baseline, _packed("baseline.json.gz", b"\x1f\x8b")),
        ("event", _event, json.dumps(event).encode()),
        ("comment", _comment, stamp),
        ("answer", _answer, json.dumps(pull).encode()),
        ("gate", _gate, b"it broke ::error:: @team #1 $x$ www.x.y"),
    ]


def fuzz(inputs: int, seconds: float, seed: int, keep: Path | None = None) -> Outcome:
    """Try so many inputs, or for so long; what fails is written below ``keep``."""
    chance = random.Random(seed)
    outcome, began, known = Outcome(), time.monotonic(), seeds()
    others = [data for _, _, data in known]
    targets = sorted({name for name, _, _ in known})
    with limits():
        while outcome.inputs < inputs and time.monotonic() - began < seconds:
            wanted = chance.choice(targets)
            name, target, data = chance.choice([each for each in known if each[0] == wanted])
            content = changed(data, chance, others)
            outcome.inputs += 1
            noted(outcome, name, content, keep, partial(_tried, target, content))
    outcome.seconds = time.monotonic() - began
    return outcome


def _tried(target: Target, content: bytes) -> str:
    try:
        target(content)
    except REFUSALS as refusal:
        return f"refused: {getattr(refusal, 'code', type(refusal).__name__)}"
    return "taken"


def main() -> int:
    """Run from the command line; 1 when an input failed."""
    parser = argparse.ArgumentParser(description="read damaged archives, reports, events, comments and answers")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    arguments: Any = parser.parse_args()
    return fuzz(arguments.inputs, arguments.seconds, arguments.seed, Path("build/fuzz")).told()


if __name__ == "__main__":
    sys.exit(main())
